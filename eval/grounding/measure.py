"""Statements put to the grounder."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from eval.grounding.cases import Source, Statement, chosen, is_test
from eval.grounding.falsify import falsified
from eval.grounding.made import CELL, VERBATIM, statements
from eval.grounding.results import ConflictRates, CorpusResult, Outcome, Rate, rate
from eval.grounding.reword import rewordings
from eval.retrieval.cases import Corpus, Part
from rag.ground.conflicts import contradiction
from rag.ground.judge import Found, Judge, Meaning, Read, Unit, read
from rag.ground.thresholds import Thresholds
from rag.ground.tokens import tokens
from rag.records import Evidence

_CONTRADICTING = {
    "number changed": "number",
    "unit changed": "number",
    "month changed": "date",
    "negation put in": "negation",
    "negation left out": "negation",
    "opposite said": "negation",
}
_LOWEST = 0.5
Step = Callable[[], None]


def of_part(found: Sequence[Source], part: Part) -> list[Source]:
    """Return the sources of a half; which half one is in decides the hash of its cluster."""
    if part is Part.ALL:
        return list(found)
    return [one for one in found if is_test(one.cluster) is (part is Part.TEST)]


def judged(
    made: Sequence[Statement], floors: Thresholds, meaning: Meaning | None, step: Step
) -> list[Outcome]:
    """Return what becomes of each statement under these floors."""
    judge = Judge(floors, meaning)
    outcomes = []
    reading = _Reading()
    for one in made:
        passages, read_seconds = reading.of(one)
        begun = time.perf_counter()
        found = judge.best(one.text, passages)
        seconds = time.perf_counter() - begun
        outcomes.append(_outcome(one, found, seconds=seconds, read_seconds=read_seconds))
        step()
    return outcomes


def featured(
    made: Sequence[Statement], now: Thresholds, meaning: Meaning | None, step: Step
) -> list[Outcome]:
    """Return the best support of each statement that no fact speaks against, however weak.

    It is told by its share of words, and by its cosine where words lack.
    """
    judge = Judge(replace(now, words=_LOWEST, words_and_meaning=_LOWEST))
    outcomes = []
    reading = _Reading()
    for one in made:
        found = judge.best(one.text, reading.of(one)[0])
        outcome = _outcome(one, found)
        if found is not None and found.share < 1 and meaning is not None:
            quote = found.read.evidence.text[found.start : found.end]
            outcome = replace(outcome, meaning=meaning.near(one.text, [quote])[0])
        outcomes.append(outcome)
        step()
    return outcomes


class _Reading:
    """Reads evidence once for the statements that share it, as is done for an answer."""

    def __init__(self) -> None:
        self._evidence: tuple[Evidence, ...] = ()
        self._read: list[Read] = []

    def of(self, one: Statement) -> tuple[list[Read], float]:
        """Return evidence as it is read, and the seconds that took; 0 if it was read before."""
        if one.evidence is self._evidence:
            return self._read, 0.0
        begun = time.perf_counter()
        self._read = [read(passage) for passage in one.evidence]
        self._evidence = one.evidence
        return self._read, time.perf_counter() - begun


def _outcome(
    one: Statement, found: Found | None, *, seconds: float = 0.0, read_seconds: float = 0.0
) -> Outcome:
    return Outcome(
        id=one.id,
        cluster=one.cluster,
        true=one.true,
        core=one.core,
        kind=one.kind,
        accepted=found is not None,
        share=found.share if found else 0.0,
        meaning=1.0 if found and found.share >= 1 else 0.0,
        seconds=seconds,
        read_seconds=read_seconds,
    )


def result(
    corpus: Corpus,
    found: Sequence[Source],
    outcomes: Sequence[Outcome],
    ideal: Sequence[Outcome],
) -> CorpusResult:
    """Return the figures of a corpus."""
    core = [one for one in outcomes if one.core]
    true = [one for one in core if one.true]
    false = [one for one in core if not one.true]
    kinds = sorted({(one.true, one.kind) for one in outcomes}, reverse=True)
    times = sorted(1000 * one.seconds for one in outcomes)
    readings = [1000 * one.read_seconds for one in outcomes if one.read_seconds]
    return CorpusResult(
        name=corpus.name,
        sha256=corpus.sha256,
        caught=rate([(one.cluster, not one.accepted) for one in false]),
        rejected=rate([(one.cluster, not one.accepted) for one in true]),
        rejected_reworded=rate(
            [(one.cluster, not one.accepted) for one in true if one.kind not in (VERBATIM, CELL)]
        ),
        verbatim_share=sum(one.kind == VERBATIM for one in true) / max(1, len(true)),
        kinds={
            kind: rate(
                [
                    (one.cluster, one.accepted is one.true)
                    for one in outcomes
                    if (one.true, one.kind) == (is_true, kind)
                ]
            )
            for is_true, kind in kinds
        },
        ideal=rate([(one.cluster, one.accepted) for one in ideal]) if ideal else None,
        milliseconds=sum(times) / max(1, len(times)),
        slowest=times[int(0.95 * (len(times) - 1))] if times else 0.0,
        reading_milliseconds=sum(readings) / max(1, len(readings)),
        conflicts=conflicts(found),
        outcomes=tuple(outcomes),
    )


def conflicts(found: Sequence[Source]) -> ConflictRates:
    """Measure contradictions between a sentence and what another document says.

    That document says the same in other words, the same with one fact changed, or something else
    of its own kind.
    """
    recalled: list[tuple[str, str, bool]] = []
    alarms: list[tuple[str, bool]] = []
    texts = [one.text for one in found]
    for one in found:
        own = unit(one.text)
        evidence = "\n".join(passage.text for passage in one.evidence)
        for made in falsified(one.text, evidence, "", one.id):
            kind = _CONTRADICTING.get(made.kind)
            if kind:
                said = contradiction(own, unit(made.text))
                recalled.append((one.cluster, kind, bool(said)))
        agreeing = [text for _, text in rewordings(one.text, one.id)]
        others = [chosen(texts, f"{one.id} other {n}") for n in range(3)]
        alarms += [
            (one.cluster, bool(contradiction(own, unit(text))))
            for text in (*agreeing, *others)
            if text != one.text
        ]
    hits = [(cluster, True) for cluster, _, hit in recalled if hit]
    raised = [*hits, *((cluster, False) for cluster, alarm in alarms if alarm)]
    return ConflictRates(
        recall=rate([(cluster, hit) for cluster, _, hit in recalled]),
        precision=rate(raised),
        by_kind=_by_kind(recalled),
        in_the_data=sum(_in_the_data(one) for one in found),
        sentences=len(found),
    )


def unit(text: str) -> Unit:
    """Return a sentence as evidence has it."""
    return Unit(start=0, end=len(text), leans=False, tokens=tuple(tokens(text)))


def _by_kind(rows: Sequence[tuple[str, str, bool]]) -> dict[str, Rate]:
    kinds = sorted({kind for _, kind, _ in rows})
    return {k: rate([(cluster, hit) for cluster, kind, hit in rows if kind == k]) for k in kinds}


def _in_the_data(one: Source) -> int:
    """Count contradictions of a sentence by its own evidence, which is taken as it is."""
    own = unit(one.text)
    units = (part for passage in one.evidence for part in read(passage).units)
    return sum(bool(contradiction(own, other)) for other in units)


def statements_of(found: Sequence[Source]) -> list[Statement]:
    """Return the statements of true sentences."""
    return statements(found)


def ideal_statements(found: Sequence[Source]) -> Iterator[Statement]:
    """Yield answers that people wrote as statements that are taken for true."""
    for one in found:
        yield Statement(
            id=one.id,
            cluster=one.cluster,
            true=True,
            kind="ideal answer",
            text=one.text,
            evidence=one.evidence,
        )
