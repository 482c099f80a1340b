"""What a comparison says in words, the sentence that everything else is read for first."""

from __future__ import annotations

from dataclasses import dataclass

from eval.chart import seconds_text
from eval.compare import Comparison
from eval.paired import NonInferiority, Standing
from eval.records import Metric
from eval.scorers.base import RIGHT
from eval.summary import OVERALL, SECONDS, share_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is said of a generator at the top of the page."""

    name: str
    good: bool
    badge: str
    headline: str
    points: tuple[str, ...]


def good_enough(comparison: Comparison, name: str) -> bool:
    """Whether a generator passes every gate and is the reference, or shown to be no worse."""
    if comparison.shortfalls[name]:
        return False
    standing = comparison.standings.get(name)
    shown = standing is not None and standing.standing is Standing.NON_INFERIOR
    return name == comparison.reference or shown


def verdict(comparison: Comparison) -> str:
    """Return the sentence that the page begins with."""
    reference = comparison.reference
    others = [name for name in comparison.runs if name != reference]
    if not others:
        passes = good_enough(comparison, reference)
        return f"{reference} {'passes' if passes else 'falls short'}."
    fine = [name for name in others if good_enough(comparison, name)]
    margin = f"{100 * comparison.thresholds.margin:g} points"
    if fine:
        best = min(fine, key=lambda name: _price(comparison, name))
        share = _price(comparison, best) / max(_price(comparison, reference), 1e-9)
        of_what = "cost" if _priced(comparison) else "time"
        return (
            f"{best} is good enough: it is right no more than {margin} less often than "
            f"{reference}, at {_times(share)} its {of_what}."
        )
    undecided = [n for n in others if _standing(comparison, n) is Standing.UNDECIDED]
    if undecided:
        return (
            f"None is shown to be good enough: {_listed(undecided)} may be, within {margin} of "
            f"{reference}, and these cases do not decide it."
        )
    return f"None but {reference} is good enough: the others are not right often enough, or fail."


def judgement(comparison: Comparison, name: str) -> Judgement:
    """Return what is said of one generator."""
    metrics = comparison.runs[name].summary[OVERALL].metrics
    right, seconds = metrics.get(RIGHT), metrics[SECONDS]
    parts = [_quality(right), f"{seconds_text(seconds.mean)} an answer"]
    cost, prices = comparison.taken[name].cost, comparison.terms.prices
    if cost is not None and prices is not None:
        parts.append(f"{money(cost.whole, prices.currency)} a thousand answers")
    standing = comparison.standings.get(name)
    points = list(comparison.shortfalls[name])
    if standing is not None:
        points.append(against(standing, comparison.reference))
    return Judgement(
        name=name,
        good=good_enough(comparison, name),
        badge=_badge(comparison, name),
        headline=", ".join(parts),
        points=tuple(points),
    )


def against(found: NonInferiority, reference: str) -> str:
    """Say how a generator stands to the reference, and what would decide it."""
    mean, low, high = (
        100 * value for value in (found.interval.mean, found.interval.low, found.interval.high)
    )
    margin = f"{100 * found.margin:g} points"
    figures = f"{mean:+.1f} points [{low:+.1f}, {high:+.1f}] against {reference}"
    if found.standing is Standing.NON_INFERIOR:
        better = "better" if low > 0 else f"no more than {margin} worse"
        return f"{figures}: {better}"
    if found.standing is Standing.INFERIOR:
        return f"{figures}: worse by more than {margin}"
    if found.more is None:
        return f"{figures}: undecided at {margin}, and no number of cases would decide it"
    return f"{figures}: undecided at {margin}; about {found.more:,} more cases would decide it"


def money(value: float, currency: str) -> str:
    """Return a price with its currency, three figures at least."""
    return f"{value:,.2f} {currency}" if value >= 1 else f"{value:.3g} {currency}"


def _badge(comparison: Comparison, name: str) -> str:
    if comparison.shortfalls[name]:
        return "falls short"
    if name == comparison.reference:
        return "passes" if len(comparison.runs) == 1 else "reference, passes"
    standing = _standing(comparison, name)
    return str(standing) if standing is not None else "not compared"


def _standing(comparison: Comparison, name: str) -> Standing | None:
    found = comparison.standings.get(name)
    return found.standing if found is not None and not comparison.shortfalls[name] else None


def _quality(right: Metric | None) -> str:
    return f"right in {share_text(right)} of {right.cases} cases" if right else "not scored"


def _priced(comparison: Comparison) -> bool:
    return all(taken.cost is not None for taken in comparison.taken.values())


def _price(comparison: Comparison, name: str) -> float:
    """Return what an answer costs, or takes where no prices are known."""
    cost = comparison.taken[name].cost
    if _priced(comparison) and cost is not None:
        return cost.whole
    return comparison.runs[name].summary[OVERALL].metrics[SECONDS].mean


def _times(share: float) -> str:
    if share < 0.995:
        return f"{share:.1%} of" if share < 0.1 else f"{share:.0%} of"
    return f"{share:.1f} times"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
