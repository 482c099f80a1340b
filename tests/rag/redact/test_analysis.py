"""Presidio runs so that it fails closed, in windows that agree with the whole, and in silence."""

from __future__ import annotations

import logging

import pytest

from rag.errors import ConfigurationError, RedactionError
from rag.records import Span
from rag.redact import analysis as analysis_module
from rag.redact.analysis import check_language, regions

_SECRET = "00482913"
_PAGE = (
    "MRN 00482913, born 30 October 1986, 52 Kelp Street, Port Brannoc WX4 1HB, call 020 7946 0118 "
    "or write to jane@example.org; IBAN GB82 WEST 1234 5698 7654 32, SSN 536-22-9187.\n"
    "Nothing else of the 12,500 pages written since 3 March 2025 identifies anybody at all.\n"
)


def _sorted(findings):
    return sorted((one.start, one.end, one.kind, round(one.score, 2)) for one in findings)


@pytest.mark.parametrize(("window", "margin"), [(64, 200), (997, 200), (5_000, 300)])
def test_windows_find_what_the_whole_text_shows(redactor, monkeypatch, window, margin):
    text = _PAGE * 8
    whole = _sorted(redactor.warm().find(text))
    monkeypatch.setattr(analysis_module, "WINDOW", window)
    monkeypatch.setattr(analysis_module, "MARGIN", margin)
    assert _sorted(redactor.warm().find(text)) == whole
    assert len(whole) >= 8 * 8


def test_regions_limit_where_findings_begin(redactor):
    text = _PAGE * 2
    found = redactor.warm().find(text, [Span(start=0, end=12)])
    assert [text[one.start : one.end] for one in found] == [_SECRET]


def test_kinds_limit_what_is_looked_for(redactor):
    everything = redactor.warm().find(_PAGE)
    kinds = {one.kind for one in everything}
    assert len(kinds) > 5
    for kind in kinds:
        found = redactor.warm().find(_PAGE, kinds={kind})
        assert _sorted(found) == _sorted(one for one in everything if one.kind == kind)
    assert redactor.warm().find(_PAGE, kinds={"NO_SUCH_KIND"}) == []
    assert redactor.warm().find(_PAGE, kinds=()) == []


def test_recognizers_of_kinds_that_nobody_wants_do_not_run(monkeypatch):
    made = _with(monkeypatch, _Failing(ValueError()).recognizers)
    assert made.find("MRN 00482913", kinds={"Y"}) == []
    with pytest.raises(RedactionError):
        made.find("MRN 00482913", kinds={"X"})


def test_near_places_become_one_region():
    places = [Span(start=1_000, end=1_001), Span(start=10, end=11), Span(start=400, end=401)]
    assert regions(places, 1_100) == [Span(start=0, end=1_100)]
    assert regions(places[:2], 5_000) == [Span(start=0, end=161), Span(start=850, end=1_151)]


@pytest.mark.parametrize("length", [100, 400, 3_000])
def test_what_reaches_the_end_of_a_window_is_found_whole(redactor, length):
    address = f"https://example.org/{'a' * length}"
    text = f"MRN 00482913 {address} and no more. " + "word " * 2_000
    [found] = [
        one
        for one in redactor.warm().find(text, regions([Span(start=4, end=12)], len(text)))
        if one.kind == "URL"
    ]
    assert text[found.start : found.end] == address


class _Failing:
    """A recognizer of somebody else that tells its input when it fails."""

    def __init__(self, error: Exception) -> None:
        from presidio_analyzer import LocalRecognizer

        class Recognizer(LocalRecognizer):
            def load(self):
                pass

            def analyze(self, text, *_, **__):
                logging.getLogger("presidio-analyzer").error("failed on %s", text)
                raise error

        self.recognizers = [Recognizer(supported_entities=["X"])]


def _with(monkeypatch, recognizers):
    monkeypatch.setattr(analysis_module, "gather", lambda _, **__: recognizers)
    return analysis_module.Analysis(language="en", minimum_score=0.4, allowed=())


def _chain(error):
    while error is not None:
        yield str(error) + repr(error)
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("kind", [ValueError, TimeoutError, MemoryError, RecursionError])
def test_a_recognizer_that_fails_fails_the_text_and_tells_nothing(monkeypatch, caplog, kind):
    caplog.set_level(logging.DEBUG)
    failing = _with(monkeypatch, _Failing(kind(f"near {_SECRET}")).recognizers)
    with pytest.raises(RedactionError) as caught:
        failing.find(f"MRN {_SECRET}")
    assert _SECRET not in " ".join(_chain(caught.value)) + caplog.text
    assert kind.__name__ in str(caught.value)


def test_a_pattern_that_runs_out_of_time_fails_closed(monkeypatch):
    from presidio_analyzer import Pattern, PatternRecognizer

    from rag.redact import patterns

    monkeypatch.setattr(patterns, "TIME_BUDGET", 0.05)
    slow = Pattern("slow", r"(?:a|aa)+$", 0.9)
    made = _with(monkeypatch, [PatternRecognizer("SLOW", patterns=[slow])])
    with pytest.raises(RedactionError, match="TimeoutError"):
        made.find("a" * 60 + "b")


def test_a_plain_presidio_recognizer_is_run_by_our_rules(monkeypatch):
    from presidio_analyzer import Pattern, PatternRecognizer

    badge = PatternRecognizer("BADGE", patterns=[Pattern("badge", r"\bB-\d{4}\b", 0.5)])
    assert [one.kind for one in _with(monkeypatch, [badge]).find("see B-1234")] == ["BADGE"]


def test_nothing_of_a_text_is_logged_while_it_is_analysed(redactor, caplog):
    caplog.set_level(logging.DEBUG)
    for name in ("presidio-analyzer", "decision_process"):
        caplog.set_level(logging.DEBUG, logger=name)
    assert redactor.warm().find(_PAGE + "IBAN ZZ00 1234 \u0661 5678 and IBAN GB8\u00b2")
    assert _SECRET not in caplog.text
    assert "5678" not in caplog.text


def test_an_unsupported_language_is_said_and_not_guessed():
    check_language("en")
    with pytest.raises(ConfigurationError, match="en"):
        check_language("xx")
