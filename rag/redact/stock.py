"""Presidio as it comes, without a model: what our speed is measured against, and nothing else."""

from __future__ import annotations

from collections.abc import Callable


def stock_presidio() -> Callable[[str], int]:
    """Return what counts the findings of Presidio's own default patterns in a text.

    The recognizers, scores and context search are its defaults. Tokens come from spaCy's blank
    pipeline, since its default engine would download a model.
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
    return lambda text: len(analyzer.analyze(text, "en"))
