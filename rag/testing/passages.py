"""Numbered evidence and questions for tests of what answers from them."""

from __future__ import annotations

from collections.abc import Sequence

from rag.records import Evidence, Principal, Question
from rag.redact.mint import stored


def evidence(
    n: int,
    text: str,
    *,
    document_id: str = "",
    start: int = 0,
    context: str = "",
    page: int | None = None,
) -> Evidence:
    """Return a passage as the retriever numbers it; `start` is where its document holds it."""
    return Evidence(
        n=n,
        document_id=document_id or f"doc_{n}",
        document_version="v1",
        title=stored("A title"),
        text=stored(text),
        context=stored(context),
        start=start,
        end=start + len(text),
        page=page,
        score=1.0 / (n + 1),
    )


def question(text: str, *, groups: Sequence[str] = ()) -> Question:
    """Return a question that somebody of these groups asks."""
    asker = Principal(tenant="main", id="asker", groups=frozenset(groups))
    return Question(text=stored(text), principal=asker)


BOILER = "The boiler is serviced every 14 months. Its pressure must stay below 2.4 bar."
HEDGE = "The hedge is cut twice a year. It is not cut in March."
