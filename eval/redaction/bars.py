"""How well redaction must do to be called good enough, and where it falls short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eval.redaction.resampling import Measure
from eval.redaction.run import CorpusResult

SPANS = "any 0.75"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Least values. `leaks` holds where labels name nothing but direct identifiers."""

    recall: float = 0.92
    f2: float = 0.90
    direct: float = 0.95
    quasi: float = 0.85
    precision: float = 0.75
    leaks: int = 0


def shortfalls(result: CorpusResult, bars: Bars) -> tuple[str, ...]:
    """Return in words where a corpus falls short; empty if it passes."""
    return tuple(_shortfalls(result, bars))


def _shortfalls(result: CorpusResult, bars: Bars) -> Iterator[str]:
    measures = result.measures
    if result.failed:
        yield f"{len(result.failed)} documents could not be redacted and were not scored"
    if not result.scores:
        yield "no document was scored"
    elif not result.corpus.complete:
        leaking = measures["leak"].counts.hit
        if leaking > bars.leaks:
            yield f"a direct identifier is left in {leaking} of {len(result.scores)} documents"
    elif result.marked:
        direct, quasi = measures["direct"], measures["quasi"]
        yield from _below("recall of direct identifiers", direct, "recall", bars.direct)
        yield from _below("recall of quasi-identifiers", quasi, "recall", bars.quasi)
        characters = measures["characters"]
        yield from _below("precision by character", characters, "precision", bars.precision)
    else:
        yield from _below("recall by span", measures[SPANS], "recall", bars.recall)
        yield from _below("F2 by span", measures[SPANS], "f2", bars.f2)


def _below(words: str, measure: Measure, part: str, bar: float) -> Iterator[str]:
    value = getattr(measure, part)
    if value is not None and value.mean < bar:
        yield f"{words} is {value.mean:.1%}, below {bar:.0%}"
