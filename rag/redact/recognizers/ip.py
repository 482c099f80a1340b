"""Internet addresses.

Clause numbers and versions (3.1.2.4) look like IPv4: where no part has three digits, a word
before it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import IpRecognizer

from rag.redact.patterns import LIKELY, REJECTED, WEAK, Identifier, Shape, adopted

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_CONTEXT = (
    "ip",
    "address",
    "host",
    "server",
    "workstation",
    "client",
    "subnet",
    "gateway",
    "network",
)


def _rating(value: str) -> float:
    parts = value.partition("/")[0].split(".")
    if set(parts) == {"0"}:
        return REJECTED
    return LIKELY if max(map(len, parts)) == len("255") else WEAK


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizers of IPv4 and IPv6 addresses."""
    four = rf"(?<![^\W_]|[.-])(?:{_OCTET}\.){{3}}{_OCTET}(?:/\d{{1,2}})?(?![^\W_]|\.\d)"
    six = IpRecognizer()
    six.patterns = [one for one in six.patterns if one.name in {"IPv6", "IPv4_embedded"}]
    return (
        Identifier("IP_ADDRESS", Shape(pattern=four, rating=_rating), context=_CONTEXT),
        adopted(six, hint=r":[0-9A-F]{0,4}:"),
    )
