"""Who asks, as the doorkeeper found out."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from rag.errors import UnauthenticatedError
from rag.records import Principal


async def asking_principal(request: Request) -> Principal:
    """Return the owner of the API key. A route that nobody guards has none, and is closed."""
    principal = getattr(request.state, "principal", None)
    if not isinstance(principal, Principal):
        raise UnauthenticatedError("nobody has said who asks")
    return principal


Asker = Annotated[Principal, Depends(asking_principal)]
