"""Errors by remedy: what the caller should do, not what went wrong inside.

    RingfenceError
    ├── ConfigurationError   the operator mends settings, paths or models, then runs again
    ├── RetryError           nothing is wrong with the request; try again later
    │   └── LateError        what was asked did not answer in time
    ├── SkipDocument         this document cannot be indexed; the others go on
    │   └── RedactionError   it could not be redacted: nothing of it is indexed
    ├── RefusedError         permission or policy says no
    │   └── UnauthenticatedError  nobody knows who asks
    └── NotFoundError        no such thing, or none that the asker may know of
        └── OutsideError     the document is there, the range asked for is not

A message never holds a value of a document: ids, counts, kinds and names of settings only.
"""

from __future__ import annotations

from dataclasses import dataclass


class RingfenceError(Exception):
    """Any error that Ringfence raises on purpose."""


class ConfigurationError(RingfenceError):
    """The operator has to mend something before running again."""


class RetryError(RingfenceError):
    """A passing condition: the same call may succeed later."""


class LateError(RetryError):
    """What was asked for did not come in time."""


class SkipDocument(RingfenceError):  # noqa: N818  it names what to do, as the others do
    """One document cannot be indexed; it is put on the list of failures and the rest goes on."""


class RedactionError(SkipDocument):
    """A document could not be redacted, so nothing of it is indexed."""


class RefusedError(RingfenceError):
    """Permission or policy forbids it."""


class UnauthenticatedError(RefusedError):
    """It is not known who asks."""


class NotFoundError(RingfenceError):
    """There is no such thing, or none that the asker may know of."""


class OutsideError(NotFoundError):
    """A range of characters that the document does not have, or that is too long to be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """How an error shows at the two borders of the system."""

    exit_code: int
    http_status: int
    hint: str


REMEDIES: dict[type[RingfenceError], Remedy] = {
    RingfenceError: Remedy(exit_code=1, http_status=500, hint="report this"),
    ConfigurationError: Remedy(exit_code=2, http_status=503, hint="mend and run again"),
    RetryError: Remedy(exit_code=3, http_status=503, hint="try again later"),
    LateError: Remedy(exit_code=3, http_status=503, hint="try again later"),
    SkipDocument: Remedy(exit_code=4, http_status=422, hint="mend or leave the document"),
    RedactionError: Remedy(exit_code=6, http_status=422, hint="mend the policy or the document"),
    RefusedError: Remedy(exit_code=5, http_status=403, hint="ask for permission"),
    UnauthenticatedError: Remedy(exit_code=5, http_status=401, hint="name a known principal"),
    NotFoundError: Remedy(exit_code=2, http_status=404, hint="check the name"),
    OutsideError: Remedy(exit_code=2, http_status=422, hint="ask for a range of the document"),
}


def remedy(error: RingfenceError) -> Remedy:
    """Return the row of the nearest class of `error` that has one."""
    return next(REMEDIES[kind] for kind in type(error).__mro__ if kind in REMEDIES)
