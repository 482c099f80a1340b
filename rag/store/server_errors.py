"""What a Qdrant server says or fails to say, as errors with a remedy.

Messages hold a status and a setting's name only: the server's own words may quote a request.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from json import JSONDecodeError
from typing import TypeVar

from rag.errors import ConfigurationError, RetryError, RingfenceError

Result = TypeVar("Result")

ABSENT = 404
CONFLICT = 409
_FORBIDDEN = frozenset({401, 403})
_PASSING = frozenset({408, 425, 429})
_SERVER_FAULT = 500
_PAUSES = (0.1, 0.4)
_LONGEST_PAUSE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What went wrong, for the caller and for the one who may repeat the call."""

    error: RingfenceError
    status: int | None = None
    again: bool = False
    pause: float = 0.0


def patiently(call: Callable[[], Result]) -> Result:
    """Make a call that may be repeated without harm, at most three times.

    It is repeated when the server is busy, fails or drops the connection. It is not repeated
    when it did not answer in time: somebody is waiting, and waiting again takes as long.
    """
    answer, fault = _attempt(call)
    if fault is not None:
        raise fault.error
    return answer[0]


def unless(status: int, call: Callable[[], Result]) -> Result | None:
    """Make a call as `patiently` does; None if the server answers with this status."""
    answer, fault = _attempt(call)
    if fault is None:
        return answer[0]
    if fault.status == status:
        return None
    raise fault.error


def _attempt(call: Callable[[], Result]) -> tuple[tuple[Result, ...], Fault | None]:
    """Return what the call returned, or the fault that remained."""
    from qdrant_client.common.client_exceptions import QdrantException
    from qdrant_client.http.exceptions import ApiException

    pauses = iter(_PAUSES)
    while True:
        try:
            return (call(),), None
        except (ApiException, QdrantException, JSONDecodeError) as error:
            fault = fault_of(error)
            fault.error.__cause__ = error
        pause = next(pauses, None)
        if pause is None or not fault.again:
            return (), fault
        time.sleep(min(max(pause, fault.pause), _LONGEST_PAUSE))


def fault_of(error: Exception) -> Fault:
    """Return what any exception of qdrant-client means."""
    from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
    from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

    if isinstance(error, ResourceExhaustedResponse):
        busy = RetryError("the Qdrant server is busy (429): try again later")
        return Fault(error=busy, again=True, pause=float(error.retry_after_s))
    if isinstance(error, UnexpectedResponse):
        return _of_status(error.status_code or _SERVER_FAULT)
    if isinstance(error, ResponseHandlingException):
        return _of_transport(error.source)
    if isinstance(error, JSONDecodeError):
        return _of_transport(error)
    return Fault(error=RetryError("the Qdrant server gave no usable answer"), again=True)


def _of_status(status: int) -> Fault:
    if status in _FORBIDDEN:
        text = f"the Qdrant server refuses the key ({status}): check `store.api_key_file`"
        return Fault(error=ConfigurationError(text), status=status)
    if status == ABSENT:
        text = (
            "the Qdrant server has no such collection or path (404): check `store.url` and "
            "`store.collection`, then start again"
        )
        return Fault(error=ConfigurationError(text), status=status)
    if status == CONFLICT:
        text = "the Qdrant server reports a conflict (409): try again later"
        return Fault(error=RetryError(text), status=status)
    if status in _PASSING or status >= _SERVER_FAULT:
        text = f"the Qdrant server is busy or failing ({status}): try again later"
        return Fault(error=RetryError(text), status=status, again=True)
    text = f"the Qdrant server does not take the request ({status}): check its version and address"
    return Fault(error=ConfigurationError(text), status=status)


def _of_transport(source: Exception) -> Fault:
    """Return the fault of a request without an answer, or without one that makes sense."""
    import httpx

    if _is_about_trust(source):
        return Fault(
            error=ConfigurationError(
                "the Qdrant server's certificate is not trusted: check `store.ca_file` and "
                "`store.url`"
            )
        )
    if isinstance(source, httpx.TimeoutException):
        text = "the Qdrant server did not answer in time (`store.timeout`): try again later"
        return Fault(error=RetryError(text))
    if isinstance(source, httpx.TransportError):
        text = "the Qdrant server cannot be reached, or dropped the connection: try again later"
        return Fault(error=RetryError(text), again=True)
    return Fault(
        error=ConfigurationError(
            "what answers at `store.url` does not answer as a Qdrant server of this version"
        )
    )


def _is_about_trust(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
