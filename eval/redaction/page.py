"""The page about a measurement of redaction: verdict first, then figures, misses and method."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from eval.intervals import RESAMPLES, SEED, Interval
from eval.pages import environment
from eval.redaction.bars import SPANS, Bars, shortfalls
from eval.redaction.kinds import FAMILY, INDIRECT_KINDS, TITLES
from eval.redaction.report import Run
from eval.redaction.resampling import Measure
from eval.redaction.run import CorpusResult
from eval.split import held_out

SHOWN = 40
_TEMPLATE = "redaction.html"
_LONGEST = 80

# The measures in the order of the page: their names there, and what each says.
MEANINGS = {
    "any 0.75": (
        "spans, any kind",
        "label and redactions share at least 75 % of the characters of both",
    ),
    "any 0.5": ("spans, any kind, loosely", "at least half"),
    "kind 0.75": ("spans, right kind", "the same at 75 %, and of the label's family of kinds"),
    "kind 0.5": ("spans, right kind, loosely", "at least half"),
    "exact": ("spans, exactly", "one redaction with the label's characters and family"),
    "characters": ("characters", "letters and digits of what has to go"),
    "labelled": (
        "characters of any label",
        "letters and digits of everything labelled, whether it has to go or not",
    ),
    "entities": ("entities", "persons and things that have to go, every mention wholly redacted"),
    "direct": ("direct identifiers", "of these, those that identify somebody by themselves"),
    "quasi": ("quasi-identifiers", "of these, those that identify somebody with others"),
    "over": (
        "over-redaction",
        "letters and digits labelled as needing none that were redacted: less is better",
    ),
    "leak": (
        "leaking documents",
        "of the documents that have a direct identifier, those where one is left: less is better",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A share in words, with its interval, and in per cent for its bar."""

    text: str
    spread: str = ""
    mean: float = 0.0
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRow:
    """One measure of a corpus: recall, precision, F2."""

    name: str
    meaning: str
    labels: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """One kind in a corpus: its labels, and the redactions that were given it."""

    kind: str
    labels: int
    covered: Figure
    redactions: int
    needed: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One thing that was left, or redacted without need. Its value is shown only if asked for."""

    document: str
    kind: str
    place: str
    detail: str
    value: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusView:
    """One corpus on the page."""

    result: CorpusResult
    points: tuple[str, ...]
    headline: str
    measures: tuple[MeasureRow, ...]
    kinds: tuple[KindRow, ...]
    misses: tuple[Example, ...]
    missed: int
    excesses: tuple[Example, ...]
    exceeded: int


def page(run: Run, *, show_values: bool = False) -> str:
    """Return the page as HTML; every text in it is escaped by the template engine."""
    views = [_view(result, run.bars, show_values=show_values) for result in run.results]
    return (
        environment()
        .get_template(_TEMPLATE)
        .render(
            run=run,
            started=run.started[:16].replace("T", ", "),
            verdict=_verdict(views),
            views=views,
            show_values=show_values,
            resamples=RESAMPLES,
            seed=SEED,
            indirect=", ".join(sorted(INDIRECT_KINDS)),
            titles=", ".join(sorted(TITLES)),
            families=_families(),
        )
    )


def percent(value: Interval | None) -> str:
    """Return a share with its interval, for a line of text."""
    if value is None:
        return "not measured"
    return f"{value.mean:.1%} [{value.low:.1%}, {value.high:.1%}]"


def headline(result: CorpusResult) -> str:
    """Return a corpus' main figures in one line."""
    measures = result.measures
    if not measures:
        return "nothing was scored"
    leak = measures["leak"].counts
    leaks = f"something direct left in {leak.hit} of {leak.gold} documents that have it"
    direct = f"direct identifiers {percent(measures['direct'].recall)}"
    if not result.corpus.complete:
        return f"{direct}; {leaks}"
    if result.marked:
        quasi, characters = measures["quasi"], measures["characters"]
        return (
            f"{direct}, quasi-identifiers {percent(quasi.recall)} found; precision by character"
            f" {percent(characters.precision)}; {leaks}"
        )
    spans = measures[SPANS]
    return (
        f"recall {percent(spans.recall)}, precision {percent(spans.precision)},"
        f" F2 {percent(spans.f2)} by span; {leaks}"
    )


def _families() -> list[tuple[str, str]]:
    return [
        (name, ", ".join(sorted(kind for kind, of in FAMILY.items() if of == name)))
        for name in sorted(set(FAMILY.values()))
    ]


def _verdict(views: Sequence[CorpusView]) -> str:
    passing = sum(not view.points for view in views)
    if len(views) == 1:
        return f"{views[0].result.corpus.name} {'passes' if passing else 'falls short'}."
    return f"{passing or 'None'} of {len(views)} corpora {'passes' if passing == 1 else 'pass'}."


def _view(result: CorpusResult, bars: Bars, *, show_values: bool) -> CorpusView:
    corpus = result.corpus
    texts = {
        document.id: document.text
        for document in corpus.documents
        if show_values and not held_out(document.text, corpus.one_in)
    }
    misses = list(_misses(result, texts))
    excesses = list(_excesses(result, texts))
    return CorpusView(
        result=result,
        points=shortfalls(result, bars),
        headline=headline(result),
        measures=tuple(_measure_rows(result.measures)),
        kinds=tuple(_kind_rows(result.kinds)),
        misses=_spread_out(misses),
        missed=len(misses),
        excesses=_spread_out(excesses),
        exceeded=len(excesses),
    )


def _measure_rows(measures: Mapping[str, Measure]) -> Iterator[MeasureRow]:
    for key, (name, meaning) in MEANINGS.items():
        measure = measures.get(key)
        if measure is not None and measure.counts.gold:
            yield MeasureRow(
                name=name,
                meaning=meaning,
                labels=measure.counts.gold,
                figures=(_figure(measure.recall), _figure(measure.precision), _figure(measure.f2)),
            )


def _kind_rows(kinds: Mapping[str, Measure]) -> Iterator[KindRow]:
    for kind, measure in sorted(kinds.items(), key=lambda row: (-row[1].counts.gold, row[0])):
        yield KindRow(
            kind=kind,
            labels=measure.counts.gold,
            covered=_figure(measure.recall),
            redactions=measure.counts.predicted,
            needed=_figure(measure.precision),
        )


def _figure(value: Interval | None) -> Figure:
    if value is None:
        return Figure(text="–")
    mean, low, high = (round(100 * share, 1) for share in (value.mean, value.low, value.high))
    return Figure(
        text=f"{mean:.1f} %", spread=f"[{low:.1f}, {high:.1f}]", mean=mean, low=low, high=high
    )


def _misses(result: CorpusResult, texts: Mapping[str, str]) -> Iterator[Example]:
    for miss in (miss for one in result.scores for miss in one.misses):
        mark = f"{miss.mark.value}, " if miss.mark else ""
        yield Example(
            document=miss.document,
            kind=miss.kind,
            place=f"{miss.start}–{miss.end}",
            detail=f"{mark}{miss.left} of {miss.letters} letters and digits left",
            value=texts.get(miss.document, "")[miss.start : miss.end][:_LONGEST],
        )


def _excesses(result: CorpusResult, texts: Mapping[str, str]) -> Iterator[Example]:
    for excess in (excess for one in result.scores for excess in one.excesses):
        yield Example(
            document=excess.document,
            kind=excess.kind,
            place=f"{excess.start}–{excess.end}",
            detail=f"{excess.end - excess.start} characters, score {excess.score:.2f}",
            value=texts.get(excess.document, "")[excess.start : excess.end][:_LONGEST],
        )


def _spread_out(examples: Iterable[Example]) -> tuple[Example, ...]:
    """Return the examples to show, in turn one of each kind, so that no kind crowds others out."""
    by_kind: dict[str, list[Example]] = {}
    for example in examples:
        by_kind.setdefault(example.kind, []).append(example)
    chosen: list[Example] = []
    for turn in range(max(map(len, by_kind.values()), default=0)):
        chosen += (some[turn] for some in by_kind.values() if turn < len(some))
        if len(chosen) >= SHOWN:
            break
    return tuple(sorted(chosen[:SHOWN], key=lambda one: one.kind))
