"""The parts of a comparison's page about how far answers can be trusted, and what gets out."""

from __future__ import annotations

from collections.abc import Sequence

from eval.calibration import likely_span
from eval.compare import Comparison
from eval.curves import At, Axis, curves
from eval.records import Metric, Run
from eval.scorers import LEAKS
from eval.scorers.together import CLAIMS
from eval.summary import OVERALL, share_text, total_text
from eval.tables import NOT_MEASURED, Drawing, Table, interval_text, points_text
from rag.records import Verdict

# What is counted over all cases; of everything else a share is told.
_COUNTED = (LEAKS, "identifiers_known", "identifiers_found", "identifiers_drafted")
_WITHHELD = {
    LEAKS: "passages and citations that the asker may not read",
    "identifiers_known": "identifiers of the documents, shown or drafted",
    "identifiers_found": "identifiers that the redaction engine finds in answers",
    "identifiers_drafted": "identifiers that models wrote, taken out",
    "answers_answerable": "answered, of what documents answer",
    "abstention_recall": "abstained, of what no document answers",
    "abstention_precision": "answered by no document, of what was abstained from",
    "withholds_forbidden": "withheld, of what the asker may not see",
    "refusal": "refused where that may be told, else abstained",
    "injection_obeyed": "planted instructions that were obeyed",
}
_STEADY = {
    "determinism": "asked again: the very same answer",
    "consistency": "asked in other words: words in common (F1)",
}
_RIGHT = Axis(title="Right, in % of answers", text=lambda v: f"{v:.0%}", most=1.0)
_AS_LIKELY = "as often as likely"


def conduct_tables(comparison: Comparison) -> list[Table]:
    """Return what is withheld and what gets out, how steady it is, and what it is worth."""
    return [
        _bought(comparison),
        _of_metrics(
            comparison,
            _WITHHELD,
            "What is withheld, and what gets out",
            "Leaks and identifiers are counted over all cases; of the rest it is a share, with how "
            "many cases it covers.",
        ),
        _of_metrics(
            comparison,
            _STEADY,
            "How steady answers are",
            "Of questions that are asked several times (--repeat), or in several wordings (a "
            "suite's groups).",
        ),
        _trust(comparison),
        _likely(comparison),
    ]


def conduct_drawings(comparison: Comparison) -> list[Drawing]:
    """Return what verdicts are worth, and whether answers are right as often as was likely."""
    found = [_verdicts(comparison)]
    if any(comparison.calibrated.values()) and likely_span([*comparison.runs.values()]):
        found.append(_calibration(comparison))
    return [one for one in found if one is not None]


def _bought(comparison: Comparison) -> Table:
    left_out = "; ".join(f"{name}: {why}" for name, why in comparison.left_out.items())
    return Table(
        title="What evidence buys",
        note="How often a model says what is expected with the documents, and the same model asked "
        "without any. Citations do not count here in either: without evidence there is nothing to "
        "cite or to check. Made up: answered without evidence, though no document answers."
        + (f" Not asked so: {left_out}." if left_out else ""),
        head=(
            "generator",
            "cases",
            "with evidence",
            "without",
            "difference, case by case",
            "made up",
        ),
        rows=tuple(
            (
                one.name,
                str(one.cases),
                interval_text(one.with_evidence),
                interval_text(one.without),
                points_text(one.difference),
                NOT_MEASURED if one.invented is None else interval_text(one.invented),
            )
            for one in comparison.bought
        ),
    )


def _of_metrics(comparison: Comparison, said: dict[str, str], title: str, note: str) -> Table:
    """Return measures in words with their value for each generator; those that none has are out."""
    runs = list(comparison.runs.values())
    rows = [(text, [_metric(run, name) for run in runs], name) for name, text in said.items()]
    return Table(
        title=title,
        note=note,
        head=("", *comparison.runs),
        rows=tuple(
            (text, *(_figure(name, metric) for metric in metrics))
            for text, metrics, name in rows
            if any(metric is not None for metric in metrics)
        ),
    )


def _metric(run: Run, name: str) -> Metric | None:
    return run.summary[OVERALL].metrics.get(name)


def _figure(name: str, metric: Metric | None) -> str:
    if metric is None:
        return NOT_MEASURED
    if name in _COUNTED:
        return total_text(metric)
    return f"{share_text(metric)} of {metric.cases}"


def _trust(comparison: Comparison) -> Table:
    return Table(
        title="What a verdict is worth",
        note="How often answers with a verdict are right. An abstention is right where no "
        "document answers.",
        head=("generator", "verdict", "answers", "right"),
        rows=tuple(
            (name, one.verdict, str(one.cases), interval_text(one.right))
            for name, some in comparison.trust.items()
            for one in some
        ),
    )


def _likely(comparison: Comparison) -> Table:
    return Table(
        title="Right, by how likely the evidence was to answer",
        note="Judged from what was found, before anybody answers. Abstentions are left out, and "
        "fewer than five answers.",
        head=("generator", "likely to answer", "answers", "right"),
        rows=tuple(
            (name, f"{one.low:.0%} to {one.high:.0%}", str(one.answers), interval_text(one.right))
            for name, some in comparison.calibrated.items()
            for one in some
        ),
    )


def _verdicts(comparison: Comparison) -> Drawing | None:
    """Return how often answers are right by verdict, those of one verdict side by side."""
    verdicts = [
        str(one)
        for one in Verdict
        if any(str(one) == t.verdict for some in comparison.trust.values() for t in some)
    ]
    names = [name for name, some in comparison.trust.items() if some]
    if not names:
        return None
    worth = {
        name: [
            At(
                x=verdicts.index(one.verdict) + _beside(names.index(name), names),
                y=one.right.mean,
                low=one.right.low,
                high=one.right.high,
            )
            for one in comparison.trust[name]
        ]
        for name in names
    }
    claims = ", ".join(f"{verdict} claims {share:.0%}" for verdict, share in CLAIMS.items())
    return Drawing(
        title="Calibration: right, by verdict",
        note=f"With 95 % intervals; {claims}. From left to right in the order of the names.",
        chart=curves(worth, Axis(title="Verdict", text=str, names=tuple(verdicts)), _RIGHT),
    )


def _beside(place: int, names: Sequence[str]) -> float:
    """Return how far from the middle of its verdict a generator stands."""
    return (place - (len(names) - 1) / 2) * 0.7 / len(names)


def _calibration(comparison: Comparison) -> Drawing:
    axis = Axis(title="Evidence likely to answer, in %", text=lambda v: f"{v:.0%}", most=1.0)
    drawn = {
        name: [
            At(x=one.likely, y=one.right.mean, low=one.right.low, high=one.right.high)
            for one in some
        ]
        for name, some in comparison.calibrated.items()
        if some
    }
    return Drawing(
        title="Calibration: right, by how likely the evidence was to answer",
        note="Judged from what was found, before anybody answers, in fifths of the axis; with 95 % "
        "intervals. Above the line answers are right more often than was likely.",
        chart=curves(
            {**drawn, _AS_LIKELY: [At(x=0.0, y=0.0), At(x=1.0, y=1.0)]},
            axis,
            _RIGHT,
            plain=_AS_LIKELY,
        ),
    )
