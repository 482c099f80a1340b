"""Presidio as it comes, without a model: what our speed is measured against, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def stock_presidio() -> Callable[[str], int]:
    """Return what counts the findings of Presidio's own default patterns in a text."""
    analyze = _stock_analyzer()
    return lambda text: len(analyze(text))


def stock_cleaner() -> Callable[[str], str]:
    """Return what puts the name of its kind in the place of each of those findings.

    Of findings that overlap the surest stays, the longer of two that are as sure.
    """
    analyze = _stock_analyzer()

    def clean(text: str) -> str:
        found = sorted(analyze(text), key=lambda one: (-one.score, one.start - one.end))
        taken: list[Any] = []
        for one in found:
            if all(one.end <= other.start or one.start >= other.end for other in taken):
                taken.append(one)
        parts, at = [], 0
        for one in sorted(taken, key=lambda one: one.start):
            parts += [text[at : one.start], f"<{one.entity_type}>"]
            at = one.end
        return "".join([*parts, text[at:]])

    return clean


def _stock_analyzer() -> Callable[[str], Sequence[Any]]:
    """Return Presidio's analyzer with its defaults: recognizers, scores and context search.

    Tokens come from spaCy's blank pipeline, since its default engine would download a model.
    """
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

    from rag.redact.analysis import silence
    from rag.redact.nlp import OfflineNlpEngine

    silence()
    engine = OfflineNlpEngine(["en"])
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"])
    registry.remove_recognizer("SpacyRecognizer")
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])
    return lambda text: analyzer.analyze(text, "en")
