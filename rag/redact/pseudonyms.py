"""Keyed pseudonyms: the same identifier of the same tenant always gets the same one.

A pseudonym tells nothing without the key, and two tenants share none. Values are brought to one
form first, so that an identifier written with other separators, case or spacing is linked.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable

from rag.errors import ConfigurationError
from rag.redact.dates import normal_date
from rag.redact.personal import organization_form, person_form, place_form
from rag.redact.shadow import plain

_TOKEN_BYTES = 5  # eight characters of base32
_MINIMUM_KEY = 16


class Pseudonyms:
    """Makes the pseudonyms of one installation from its key."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if len(key) < _MINIMUM_KEY:
            raise ConfigurationError(f"the pseudonym key must have {_MINIMUM_KEY} bytes or more")
        self._key = key

    def __repr__(self) -> str:
        return "Pseudonyms(...)"

    @property
    def fingerprint(self) -> str:
        """Changes with the key and does not tell it."""
        return self._digest("fingerprint", "", "", "").hex()[:16]

    def token(self, *, tenant: str, kind: str, value: str) -> str:
        """Return `[KIND:xxxxxxxx]` for a value; its spelling does not matter."""
        digest = self._digest("token", tenant, kind, normal_form(kind, value))
        code = base64.b32encode(digest[:_TOKEN_BYTES]).decode("ascii").lower()
        return f"[{kind}:{code}]"

    def number(self, *, tenant: str, purpose: str, value: str, below: int) -> int:
        """Return a number from 0 up to `below` that belongs to a value, and tells nothing of it."""
        digest = self._digest(purpose, tenant, "", value)
        return int.from_bytes(digest[:8], "big") % below

    def link(self, *, tenant: str, name: str) -> str:
        """Return the keyed hash of a name by which a person may be asked for."""
        return self._digest("link", tenant, name).hex()[:32]

    def _digest(self, *parts: str) -> bytes:
        encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
        message = b"".join(len(part).to_bytes(8, "big") + part for part in encoded)
        return hmac.new(self._key, message, hashlib.sha256).digest()


def _digits(value: str) -> str:
    return "".join(character for character in value if character.isdecimal())


def _code(value: str) -> str:
    return "".join(character for character in value if character.isalnum()).casefold()


def _words(value: str) -> str:
    return " ".join(re.findall(r"\w+", value.casefold()))


def _address(value: str) -> str:
    return value.casefold().strip().rstrip("/")


_FORMS: dict[str, Callable[[str], str]] = {
    "EMAIL_ADDRESS": _address,
    "URL": _address,
    "PHONE_NUMBER": _digits,
    "CREDIT_CARD": _digits,
    "US_SSN": _digits,
    "US_ITIN": _digits,
    "US_NPI": _digits,
    "UK_NHS": _digits,
    "ABA_ROUTING_NUMBER": _digits,
    "DATE_OF_BIRTH": normal_date,
    "AGE_OVER_89": _digits,
    "STREET_ADDRESS": _words,
    "PERSON": person_form,
    "ORGANIZATION": organization_form,
    "LOCATION": place_form,
}


def normal_form(kind: str, value: str) -> str:
    """Return the one form of a value that all its spellings share."""
    folded = unicodedata.normalize("NFKC", plain(value))
    return _FORMS.get(kind, _code)(folded) or _words(folded) or folded.strip()
