"""Certificates of erasure: signed, checked offline, without a value of what was erased."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rag.errors import ConfigurationError
from rag.keys import Keys
from rag.sealing import is_signed, public_key, sign

FORMAT = "ringfence-erasure/1"
_PURPOSE = "certificates"


def signed(body: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
    """Return a certificate: what is said, the key it is signed with, and the signature."""
    seed = keys.derive(_PURPOSE)
    whole = {**body, "format": FORMAT, "key": _text(public_key(seed))}
    return {**whole, "signature": _text(sign(seed, canonical(whole)))}


def canonical(body: Mapping[str, Any]) -> bytes:
    """Return the one form of a JSON object that is signed and hashed."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def digest(certificate: Mapping[str, Any]) -> str:
    """Return the hash of a certificate as the audit log has it."""
    return hashlib.sha256(canonical(certificate)).hexdigest()


def check(certificate: Mapping[str, Any], keys: Keys | None) -> bool:
    """Say whether this installation signed it, or raise if nobody signed it as it stands."""
    body = {name: value for name, value in certificate.items() if name != "signature"}
    try:
        public = base64.b64decode(str(certificate["key"]), validate=True)
        signature = base64.b64decode(str(certificate["signature"]), validate=True)
    except (KeyError, ValueError, binascii.Error):
        raise ConfigurationError("this is no certificate of erasure") from None
    if certificate.get("format") != FORMAT or not is_signed(public, canonical(body), signature):
        raise ConfigurationError("the certificate was changed, or is none of this kind")
    return keys is not None and public == public_key(keys.derive(_PURPOSE))


def read(path: Path) -> dict[str, Any]:
    """Read a certificate from its file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise ConfigurationError("this is no certificate of erasure") from None
    if not isinstance(found, dict):
        raise ConfigurationError("this is no certificate of erasure")
    return found


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
