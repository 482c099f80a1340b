"""Authenticated encryption: what was sealed cannot be read, changed or moved without its key.

AES-256-GCM with a random nonce. What a box belongs to is bound to it, so that a box that was put
in another's place does not open. No error here says anything of what is inside.
"""

from __future__ import annotations

import secrets

from rag.errors import ConfigurationError

KEY_BYTES = 32
_NONCE_BYTES = 12


def new_key() -> bytes:
    """Return a random key."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, content: bytes, *about: str) -> bytes:
    """Return `content` as only the holder of the key can read it, bound to what it is about."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, _bound(about))


def unseal(key: bytes, box: bytes, *about: str) -> bytes:
    """Return what was sealed, or raise if the key, the box or what it is about is another."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], _bound(about))
    except (InvalidTag, ValueError):
        raise ConfigurationError(
            "the vault was changed, or its key is another: restore both from one backup"
        ) from None


def _bound(about: tuple[str, ...]) -> bytes:
    """Return what a box is about as bytes; no two lists of texts give the same."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in about]
    return b"".join(len(part).to_bytes(8, "big") + part for part in encoded)


def public_key(seed: bytes) -> bytes:
    """Return the Ed25519 public key that belongs to a secret of 32 bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed: bytes, content: bytes) -> bytes:
    """Return the Ed25519 signature of what only the holder of the secret can sign so."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed).sign(content)


def is_signed(public: bytes, content: bytes, signature: bytes) -> bool:
    """Whether a signature was made of this content by the holder of the key's secret."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True
