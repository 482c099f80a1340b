"""Presidio, run so that it fails closed, keeps no text and logs no text."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from rag.errors import ConfigurationError, RedactionError
from rag.records import Finding, Span
from rag.redact.recognizers import gather

LANGUAGES: tuple[str, ...] = ("en",)

# Texts are analysed in windows. A finding belongs to the window whose core it begins in; the
# margins hold whatever its pattern or its context looks at, so windows agree with the whole.
WINDOW = 100_000
MARGIN = 1_000

# Around a finding everything is looked at again once it is blanked: see `regions`. What may begin
# there begins this near: labels and context words reach 70 characters. Its margin is small, and
# grows where a finding reaches its end.
AROUND = 150
NEAR_MARGIN = 250

_LOUD = ("presidio-analyzer", "decision_process")


class Silence(logging.Filter):
    """Refuses every record: Presidio logs values when it fails, and words around them."""

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002 none passes
        """Refuse the record."""
        return False


def silence() -> None:
    """Refuse every record of Presidio's loggers."""
    for name in _LOUD:
        logger = logging.getLogger(name)
        if not any(isinstance(one, Silence) for one in logger.filters):
            logger.addFilter(Silence())


class Analysis:
    """Presidio's engine with our recognizers, our tokenizer and our context search."""

    __slots__ = ("_engine", "_kinds", "_language", "_minimum_score")

    def __init__(
        self,
        *,
        language: str,
        minimum_score: float,
        allowed: Iterable[str],
        mrn_pattern: str = "",
    ) -> None:
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

        from rag.redact.context import NearbyWords
        from rag.redact.nlp import OfflineNlpEngine

        silence()
        gathered = map(sealed, gather(allowed, mrn_pattern=mrn_pattern))
        recognizers = [one for one in gathered if one.supported_entities]
        self._language = language
        self._minimum_score = minimum_score
        self._engine = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers, supported_languages=[language]),
            nlp_engine=OfflineNlpEngine([language]),
            supported_languages=[language],
            context_aware_enhancer=NearbyWords(),
            log_decision_process=False,
        )
        self._kinds = frozenset(self._engine.get_supported_entities(language))

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that its recognizers find."""
        return self._kinds

    def find(
        self,
        text: str,
        regions: Sequence[Span] | None = None,
        kinds: Collection[str] | None = None,
    ) -> list[Finding]:
        """Return what the recognizers find in `text`, or in the given regions of it.

        Args:
            text: What is read.
            regions: Where findings may begin; everywhere, if None.
            kinds: What is looked for; everything, if None. Recognizers of other kinds do not run.

        Raises:
            RedactionError: if a recognizer fails. The message names the kind of failure; what
                caused it may hold text and is not chained.
        """
        found: list[Finding] = []
        failure = ""
        wanted = self.kinds if kinds is None else self.kinds & frozenset(kinds)
        if not wanted:
            return found
        for core, window in _windows(len(text), regions):
            try:
                results = self._read(text, window, wanted)
            except Exception as error:  # noqa: BLE001 a plugin may raise anything: fail closed
                failure = type(error).__name__
                break
            found += (
                Finding(
                    kind=one.entity_type, start=start, end=window.start + one.end, score=one.score
                )
                for one in results
                if core.start <= (start := window.start + one.start) < core.end
                and one.entity_type in wanted
            )
        if failure:
            raise RedactionError(f"a recognizer failed with {failure}: the text was not redacted")
        return found

    def _read(self, text: str, window: Span, kinds: frozenset[str]) -> Sequence[Any]:
        """Return what is found in a window; what reaches its end is read with more behind it."""
        size = window.end - window.start
        results = self._analyze(text[window.start : window.end], kinds)
        if window.end < len(text) and any(one.end == size for one in results):
            end = min(len(text), window.end + max(MARGIN, size))
            return self._read(text, Span(start=window.start, end=end), kinds)
        return results

    def _analyze(self, text: str, kinds: frozenset[str]) -> Sequence[Any]:
        results: Sequence[Any] = self._engine.analyze(
            text, self._language, entities=sorted(kinds), score_threshold=self._minimum_score
        )
        return results


def sealed(recognizer: Any) -> Any:  # noqa: ANN401 presidio's types are not followed
    """Return a recognizer that fails closed: Presidio's pattern runner skips what times out."""
    from presidio_analyzer import PatternRecognizer

    from rag.redact.patterns import adopted

    plain = isinstance(recognizer, PatternRecognizer)
    if plain and type(recognizer).analyze is PatternRecognizer.analyze:
        return adopted(recognizer)
    return recognizer


def check_language(language: str) -> None:
    """Refuse a language that no recognizer is written for."""
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise ConfigurationError(f"`redact.language` is not supported; there is: {known}")


def regions(places: Iterable[Span], length: int) -> list[Span]:
    """Return the neighbourhoods of `places` in order, those whose margins touch joined."""
    near: list[Span] = []
    for place in sorted(places, key=lambda one: one.start):
        start, end = max(0, place.start - AROUND), min(length, place.end + AROUND)
        if near and start <= near[-1].end + 2 * NEAR_MARGIN:
            near[-1] = Span(start=near[-1].start, end=max(end, near[-1].end))
        else:
            near.append(Span(start=start, end=end))
    return near


def _windows(length: int, regions: Sequence[Span] | None) -> Iterator[tuple[Span, Span]]:
    """Return each core and the window around it."""
    margin = MARGIN if regions is None else NEAR_MARGIN
    for region in [Span(start=0, end=length)] if regions is None else regions:
        for start in range(region.start, region.end, WINDOW):
            core = Span(start=start, end=min(region.end, start + WINDOW))
            window = Span(start=max(0, start - margin), end=min(length, core.end + margin))
            yield core, window
