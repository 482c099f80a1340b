"""The tokenizer works without a model, and with Presidio's own context search."""

from __future__ import annotations

import pytest

from rag.errors import ConfigurationError


@pytest.fixture(scope="module")
def engine():
    from rag.redact.nlp import OfflineNlpEngine

    made = OfflineNlpEngine(["en", "de"])
    assert not made.is_loaded()
    made.load()
    return made


def test_tokens_are_made_on_first_use(engine):
    artifacts = engine.process_text("The Passport, number 5", "en")
    assert "tokens" not in vars(artifacts)
    assert artifacts.lemmas == ["the", "passport", ",", "number", "5"]
    assert artifacts.tokens_indices == [0, 4, 12, 14, 21]
    assert artifacts.keywords == ["passport", "number", "5"]
    assert artifacts.entities == []


def test_an_unknown_attribute_is_an_error(engine):
    with pytest.raises(AttributeError):
        _ = engine.process_text("x", "en").nothing


def test_presidios_own_context_search_works_with_it(engine):
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.predefined_recognizers import UsPassportRecognizer

    stock = AnalyzerEngine(
        registry=RecognizerRegistry([UsPassportRecognizer()], supported_languages=["en"]),
        nlp_engine=engine,
        supported_languages=["en"],
    )
    [result] = stock.analyze("my passport 925076473", "en", score_threshold=0.4)
    assert (result.start, result.end) == (12, 21)
    assert stock.analyze("my parcel 925076473", "en", score_threshold=0.4) == []


def test_a_batch_keeps_its_order(engine):
    batch = engine.process_batch(["one", "two"], "en")
    assert [(text, artifacts.lemmas) for text, artifacts in batch] == [
        ("one", ["one"]),
        ("two", ["two"]),
    ]


def test_it_finds_no_entities_and_knows_its_languages(engine):
    assert engine.get_supported_entities() == []
    assert engine.get_supported_languages() == ["en", "de"]


def test_a_language_without_tokenizer_is_the_operators_mistake(engine):
    from rag.redact.nlp import OfflineNlpEngine

    with pytest.raises(ConfigurationError):
        OfflineNlpEngine(["zz"]).load()
    with pytest.raises(ConfigurationError):
        engine.process_text("x", "fr")
