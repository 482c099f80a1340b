"""What a judge said of finished runs, and how far it may be believed.

Beside each verdict stands what is known of the answer without any judge: whether the expected
yes, no or maybe was said, or the expected value, both written by people; else whether the answer
cites the gold passage and has its numbers. A judge that agrees too little with the first two is
not to be used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from eval.cases import Expect
from eval.intervals import Interval
from eval.judging.agreement import Agreement, agreement
from eval.judging.judge import Grade, Preference, Preferred, Verdict
from eval.paired import difference_interval
from eval.records import CaseResult, Run
from eval.scorers.base import ANSWERED, RIGHT

CHOICES, VALUES, WORDS = "yes, no or maybe", "values", "passage and numbers"
ALL = "all of them"
_RIGHT, _WRONG = "right", "not right"
_BY_PEOPLE = frozenset({CHOICES, VALUES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Who judged what: kept with every verdict.

    `model` is the hash of its file, `held` whether a grammar held its words, `run` and `other` are
    the hashes of the runs, the second empty where answers were graded one by one.
    """

    judge: str
    model: str
    prompt: str
    held: bool
    seed: int
    run: str
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of a judging.

    `counts` has every word the judge used; `silent` are verdicts that could not be read, and
    `unsteady` preferences for what came first. `agreements` are by what the labels are; `doubt`
    says why the judge is not to be used, nothing if it may be. `ahead` is how much oftener the
    first run is preferred than the other.
    """

    judged: Judged
    cases: int
    counts: Mapping[str, int]
    silent: int
    agreements: Mapping[str, Agreement]
    doubt: str
    unsteady: int = 0
    against: str = ""
    ahead: Interval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Labelled:
    """What a judge said of a case, and what is known of it."""

    kind: str
    said: str | None
    label: str
    cluster: str = field(default="")


def gradable(run: Run) -> list[CaseResult]:
    """Return the cases in which there is an answer to grade, and it is known what it should say."""
    return [
        one for one in run.results if one.expect is Expect.ANSWER and one.expected and _answers(one)
    ]


def comparable(run: Run, other: Run) -> list[tuple[CaseResult, CaseResult]]:
    """Return the cases in which both answered."""
    others = {one.id: one for one in gradable(other)}
    return [(one, others[one.id]) for one in gradable(run) if one.id in others]


def graded(run: Run, judged: Judged, verdicts: Mapping[str, Verdict]) -> Told:
    """Return what grades of answers one by one come to."""
    results = [one for one in gradable(run) if one.id in verdicts]
    rows = []
    for one in results:
        kind, right = known(one)
        said, cluster = _binary(verdicts[one.id]), one.cluster or one.id
        label = _RIGHT if right else _WRONG
        rows.append(_Labelled(kind=kind, said=said, label=label, cluster=cluster))
    agreements = _agreements(rows)
    return Told(
        judged=judged,
        cases=len(results),
        counts=_counted(str(v) for one in results if (v := verdicts[one.id]) is not None),
        silent=sum(verdicts[one.id] is None for one in results),
        agreements=agreements,
        doubt=_doubt(agreements),
    )


def preferred(
    run: Run, other: Run, judged: Judged, verdicts: Mapping[str, Verdict], *, against: str
) -> Told:
    """Return what preferences between two runs come to."""
    pairs = [pair for pair in comparable(run, other) if pair[0].id in verdicts]
    read = [(one, said) for one, _ in pairs if isinstance(said := verdicts[one.id], Preferred)]
    words = {one.id: str(said.preference) for one, said in read}
    rows = []
    for one, two in pairs:
        (kind, first), (_, second) = known(one), known(two)
        if first is not second:
            label = str(Preference.ONE if first else Preference.OTHER)
            word, cluster = words.get(one.id), one.cluster or one.id
            rows.append(_Labelled(kind=kind, said=word, label=label, cluster=cluster))
    agreements = _agreements(rows)
    signs = {Preference.ONE: 1.0, Preference.OTHER: -1.0, Preference.EQUAL: 0.0}
    differences = [signs[found.preference] for _, found in read]
    clusters = [one.cluster or one.id for one, _ in read]
    return Told(
        judged=judged,
        cases=len(pairs),
        counts=_counted(str(found.preference) for _, found in read),
        silent=len(pairs) - len(read),
        unsteady=sum(not found.steady for _, found in read),
        agreements=agreements,
        doubt=_doubt(agreements),
        against=against,
        ahead=difference_interval(differences, clusters) if differences else None,
    )


def expected_text(result: CaseResult) -> str:
    """Return what would be right, any of several wordings."""
    return "\nor: ".join(result.expected)


def answer_text(result: CaseResult) -> str:
    """Return what was answered."""
    answer = result.outcome.answer
    return "" if answer is None else answer.answer


def known(result: CaseResult) -> tuple[str, bool]:
    """Return how it is known without a judge whether an answer is right, and whether it is."""
    scores = result.scores
    for kind, name in ((CHOICES, "choice_match"), (VALUES, "numeric_match")):
        if scores.get(name) is not None:
            return kind, scores[name] == 1
    return WORDS, scores.get(RIGHT) == 1


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(Counter(words))


def _binary(verdict: Verdict) -> str | None:
    """Return a grade in the words of the labels."""
    if verdict is None:
        return None
    return _RIGHT if verdict is Grade.RIGHT else _WRONG


def _answers(result: CaseResult) -> bool:
    answer = result.outcome.answer
    return answer is not None and answer.verdict in ANSWERED


def _agreements(rows: Sequence[_Labelled]) -> dict[str, Agreement]:
    """Return the agreement over each kind of label, and over all there is to decide by."""
    groups: dict[str, Sequence[_Labelled]] = {
        kind: [one for one in rows if one.kind == kind] for kind in (CHOICES, VALUES, WORDS)
    }
    by_people = [one for one in rows if one.kind in _BY_PEOPLE]
    groups[ALL] = by_people or rows
    found = {kind: _agreement(some) for kind, some in groups.items() if some}
    return {kind: one for kind, one in found.items() if one is not None}


def _agreement(rows: Sequence[_Labelled]) -> Agreement | None:
    return agreement(
        [one.said for one in rows], [one.label for one in rows], [one.cluster for one in rows]
    )


def _doubt(agreements: Mapping[str, Agreement]) -> str:
    if ALL not in agreements:
        return "it said nothing that can be held against a label"
    return agreements[ALL].doubt
