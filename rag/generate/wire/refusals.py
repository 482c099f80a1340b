"""What a model server's refusal means for whoever asked it."""

from __future__ import annotations

import http.client

from rag.errors import ConfigurationError, RetryError
from rag.generate.wire.discovery import is_json
from rag.generate.wire.shapes import too_long
from rag.generate.wire.stream import Limits, parsed, whole
from rag.generate.wire.told import count, mapping

SMALL = Limits(line=1 << 22, total=1 << 22)


def expect(response: http.client.HTTPResponse, kind: str) -> None:
    """Refuse what is not of the kind that was asked for, such as a page of HTML."""
    if kind not in (response.getheader("Content-Type") or ""):
        raise ConfigurationError(
            "what answers is not a model server: its answer is not of the type it should be"
        )


def refusal(response: http.client.HTTPResponse, path: str) -> ConfigurationError | RetryError:
    """Say what to do about a status. Bodies are not repeated: they may quote the prompt."""
    status = response.status
    if status in (401, 403):
        return ConfigurationError("the model server does not accept the key: see its `key_file`")
    if status == 404:
        return ConfigurationError(f"the model server has no `{path}`, or not this model")
    if status in (408, 409, 425, 429) or status >= 500:
        reason = {429: "has too many requests", 503: "is loading or too busy"}.get(status, "failed")
        return RetryError(f"the model server {reason} (status {status})")
    if status == 400 and is_json(response):
        error = mapping(parsed(whole(response, SMALL)).get("error"))
        if error.get("type") == "exceed_context_size_error":
            return too_long(count(error.get("n_prompt_tokens")), count(error.get("n_ctx")))
    return ConfigurationError(f"the model server refused the request (status {status})")
