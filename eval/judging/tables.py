"""What judges said, for a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from eval.intervals import Interval
from eval.judging.agreement import LEAST_KAPPA, LEAST_LOW, LEAST_PAIRS, MOST_SILENT, kappa_text
from eval.judging.judge import Grade, Preference
from eval.judging.told import Told
from eval.tables import Table

_RULE = (
    f"A judge may be used from {LEAST_PAIRS} labelled answers, a kappa of {LEAST_KAPPA:.2g} (its"
    f" interval above {LEAST_LOW:.2g}) and at most {MOST_SILENT:.0%} verdicts that cannot be read."
    " It decides nothing on this page."
)


def judge_tables(told: Mapping[str, Sequence[Told]]) -> list[Table]:
    """Return what judges said of each run by its name, and how far they may be believed."""
    every = [(name, one) for name, some in told.items() for one in some]
    tables = [_grades(every), _preferences(every), _belief(every)]
    return [one for one in tables if one.rows]


def _grades(every: Sequence[tuple[str, Told]]) -> Table:
    return Table(
        title="What a local judge says of the answers",
        note=_RULE,
        head=("generator", "judge", "answers", *Grade, "cannot be read", "may be used"),
        rows=tuple(
            (
                name,
                one.judged.judge,
                str(one.cases),
                *(_count(one, grade) for grade in Grade),
                str(one.silent),
                _used(one),
            )
            for name, one in every
            if not one.against
        ),
    )


def _preferences(every: Sequence[tuple[str, Told]]) -> Table:
    return Table(
        title="Which answers a local judge prefers",
        note="Asked in both orders: a preference for what comes first counts as equal.",
        head=(
            "generator",
            "against",
            "judge",
            "answers",
            "better",
            "worse",
            "equal",
            "of these by order alone",
            "cannot be read",
            "ahead by",
            "may be used",
        ),
        rows=tuple(
            (
                name,
                one.against,
                one.judged.judge,
                str(one.cases),
                *(_count(one, word) for word in Preference),
                str(one.unsteady),
                str(one.silent),
                _points(one.ahead),
                _used(one),
            )
            for name, one in every
            if one.against
        ),
    )


def _belief(every: Sequence[tuple[str, Told]]) -> Table:
    return Table(
        title="How far the judge may be believed",
        note="Held against the labels of the questions, which people wrote: a yes, no or maybe, or"
        " a value. Passage and numbers are our own scorers'. `Partly` counts as not right, and"
        " preferences are counted where one answer is right and the other is not.",
        head=("judge", "of", "labels", "answers", "agrees", "kappa"),
        rows=tuple(row for name, one in every for row in _agreements(name, one)),
    )


def _agreements(name: str, one: Told) -> Iterator[tuple[str, ...]]:
    of = f"{name} against {one.against}" if one.against else name
    for kind, found in one.agreements.items():
        share = found.share
        agrees = f"{share.mean:.1%} [{share.low:.1%}, {share.high:.1%}]"
        yield (one.judged.judge, of, kind, str(found.pairs), agrees, kappa_text(found.kappa))


def _count(one: Told, word: str) -> str:
    return str(one.counts.get(word, 0))


def _used(one: Told) -> str:
    return f"no: {one.doubt}" if one.doubt else "yes"


def _points(ahead: Interval | None) -> str:
    if ahead is None:
        return "not measured"
    mean, low, high = (100 * value for value in (ahead.mean, ahead.low, ahead.high))
    return f"{mean:+.1f} points [{low:+.1f}, {high:+.1f}]"
