"""`POST /v1/reidentify`: who is meant by pseudonyms, for who may know it."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from rag.api.asker import Asker
from rag.api.problems import documented
from rag.api.questions import json_only
from rag.api.schema import ReidentifiedBody, ReidentifyBody
from rag.ports import ReidentifyService

_ERRORS = documented(400, 401, 403, 404, 413, 415, 422, 500, 503)


def reidentification_routes(service: ReidentifyService) -> APIRouter:
    """Return the route that tells originals."""
    router = APIRouter(prefix="/v1", tags=["re-identification"])

    @router.post(
        "/reidentify",
        operation_id="reidentify",
        summary="Learn what pseudonyms stand for",
        response_description="What every one of the pseudonyms stands for.",
        responses=_ERRORS,
        dependencies=[Depends(json_only)],
    )
    def reidentify(body: ReidentifyBody, principal: Asker) -> ReidentifiedBody:
        """Tell the originals of pseudonyms to who has the role and may read where they stand.

        Every attempt is recorded with its reason. All are told, or none: the refusal is the same
        whether a pseudonym is unknown, was destroyed, or may not be known.
        """
        told = service.reidentify(body.tokens, principal, body.reason)
        return ReidentifiedBody(reidentified=dict(told))

    return router
