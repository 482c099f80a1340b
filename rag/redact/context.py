"""Words before a match that say what it is: "routing", "passport", "fax".

Presidio's own enhancer copies every result deeply, searches the token list from its start for
each of them, matches inside words ("lic" in "public") and writes the words around a match to the
log. This one looks for whole words and phrases in the characters before the match.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import regex
from presidio_analyzer import RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer

# Small enough that a word belongs to the match, and that windows of a text agree with the whole.
REACH = 70

_BOOST = 0.35
_AT_LEAST = 0.4
_AT_MOST = 1.0


@lru_cache(maxsize=512)
def _any_of(words: tuple[str, ...]) -> regex.Pattern[str]:
    phrases = "|".join(regex.escape(word).replace(r"\ ", r"\s+") for word in words)
    return regex.compile(rf"(?<![^\W_])(?:{phrases})s?(?![^\W_])", regex.IGNORECASE)


class NearbyWords(ContextAwareEnhancer):  # type: ignore[misc]  # presidio's types: not followed
    """Raises the score of a match that one of its recognizer's context words stands before."""

    def __init__(self) -> None:
        super().__init__(
            context_similarity_factor=_BOOST,
            min_score_with_context_similarity=_AT_LEAST,
            context_prefix_count=0,
            context_suffix_count=0,
        )

    def enhance_using_context(
        self,
        text: str,
        raw_results: Sequence[Any],
        nlp_artifacts: object,  # noqa: ARG002 presidio's signature
        recognizers: Sequence[Any],
        context: Sequence[str] | None = None,  # noqa: ARG002 presidio's signature
    ) -> list[Any]:
        """Return the results, those with supporting words before them with a higher score."""
        words = {recognizer.id: tuple(recognizer.context or ()) for recognizer in recognizers}
        for result in raw_results:
            metadata = result.recognition_metadata or {}
            near = words.get(metadata.get(RecognizerResult.RECOGNIZER_IDENTIFIER_KEY), ())
            if near and _any_of(near).search(text, max(0, result.start - REACH), result.start):
                result.score = min(_AT_MOST, max(_AT_LEAST, result.score + _BOOST))
        return list(raw_results)
