"""The baseline of every comparison: the best passage as it stands, never abstaining."""

from __future__ import annotations

from collections.abc import Sequence

from rag.records import Draft, DraftSentence, Evidence, Question
from rag.settings import GenerateSettings


class PassageGenerator:
    """Quotes the passage that the search found best."""

    model = "passage"

    def __init__(self, settings: GenerateSettings, encoder: object) -> None:
        """Take what every generator is made from; this one needs none of it."""

    def generate(self, question: Question, evidence: Sequence[Evidence]) -> Draft:
        """Return the first passage, whatever was asked."""
        best = evidence[:1]
        return Draft(
            sentences=tuple(DraftSentence(text=e.text, cites=(e.n,)) for e in best),
            model=self.model,
        )
