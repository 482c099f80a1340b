"""What a measurement of grounding leaves behind: its figures as JSON, and a summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from eval.folder import whole_folder, write_json, write_text
from eval.grounding.results import (
    CATCH_GOAL,
    REJECT_GOAL,
    CorpusResult,
    Outcome,
    Rate,
    Run,
    ShieldResult,
)
from eval.intervals import LEVEL, RESAMPLES, SEED

FORMAT = 1
JSON_FILE = "grounding.json"
TEXT_FILE = "grounding.md"
_CAUTION = (
    "Sentences are made false by changing one fact of a true one, and reworded, by rules. The "
    "rules and the grounder were written by the same people: the figures say that it holds what "
    "it was built to hold, on other texts. The answers that people wrote are the harder set; no "
    "floor is chosen by them, and not all of them follow from their snippets."
)


def write_report(run: Run, folder: Path) -> Path:
    """Write figures and summary into a new folder and return the summary's path."""
    with whole_folder(folder) as unfinished:
        write_json(facts(run), unfinished / JSON_FILE)
        write_text(summary(run), unfinished / TEXT_FILE)
    return folder / TEXT_FILE


def facts(run: Run) -> dict[str, object]:
    """Return everything measured: ids and figures, and no text."""
    return {
        "format": FORMAT,
        "started": run.started,
        "seconds": run.seconds,
        "part": run.part,
        "code_version": run.code_version,
        "python_version": run.python_version,
        "meaning": run.meaning,
        "thresholds": dict(run.thresholds),
        "bootstrap": {"resamples": RESAMPLES, "seed": SEED, "level": LEVEL},
        "goals": {"caught": CATCH_GOAL, "rejected": REJECT_GOAL},
        "corpora": [_corpus(one) for one in run.corpora],
        "shield": [_shield(one) for one in run.shield],
    }


def summary(run: Run) -> str:
    """Return the whole measurement as Markdown."""
    lines = [
        "# How well false sentences are told from true ones",
        "",
        *_how(run),
        "",
        _CAUTION,
    ]
    for corpus in run.corpora:
        lines += ["", *_about(corpus)]
    for shield in run.shield:
        lines += ["", *_about_shield(shield)]
    return "\n".join([*lines, ""])


def headline(one: CorpusResult) -> str:
    """Return a corpus's figures in one line."""
    return (
        f"caught {shown(one.caught)}, true rejected {shown(one.rejected)}, of those in other words "
        f"{shown(one.rejected_reworded)}, {one.milliseconds:.1f} ms a sentence and "
        f"{one.reading_milliseconds:.1f} ms to read its evidence"
    )


def shield_headline(one: ShieldResult) -> str:
    """Return the shield's figures in one line."""
    found = ", ".join(f"{kind} {shown(rate)}" for kind, rate in one.found.items())
    alarms = ", ".join(f"{kind} {shown(rate, 4)}" for kind, rate in one.false_alarms.items())
    said = "".join(f"; said by {who.model}: {shown(who.obeyed)}" for who in one.obedience)
    return f"attacks found: {found}; false alarms: {alarms}{said}"


def shown(rate: Rate, digits: int = 3) -> str:
    """Return a share with its interval."""
    value = rate.value
    if value is None:
        return "–"
    return f"{value.mean:.{digits}f} [{value.low:.{digits}f}, {value.high:.{digits}f}]"


def _how(run: Run) -> Iterator[str]:
    floors = ", ".join(f"{key} {value}" for key, value in run.thresholds.items() if value != "")
    yield (
        f"Measured {run.started[:16].replace('T', ' ')} UTC, part {run.part}. Figures in brackets "
        "are 95 % bootstrap intervals over documents or questions."
    )
    yield f"Floors: {floors}. Meaning by: {run.meaning or 'nothing'}."


def _about(one: CorpusResult) -> Iterator[str]:
    yield f"## {one.name}"
    yield ""
    for point in one.shortfalls:
        yield f"**Falls short:** {point}."
    yield f"- false sentences caught: {shown(one.caught)} of {one.caught.cases}"
    yield f"- true sentences rejected: {shown(one.rejected)} of {one.rejected.cases}"
    yield f"- of those in other words: {shown(one.rejected_reworded)}"
    yield f"- share of the true ones that are verbatim: {one.verbatim_share:.3f}"
    if one.ideal is not None:
        yield f"- answers that people wrote, accepted: {shown(one.ideal)} of {one.ideal.cases}"
    yield (
        f"- milliseconds a sentence: {one.milliseconds:.2f}, p95 {one.slowest:.2f}; to read its "
        f"evidence of about 400 tokens once: {one.reading_milliseconds:.2f}"
    )
    found = one.conflicts
    yield (
        f"- contradictions of two documents: recall {shown(found.recall)} of "
        f"{found.recall.cases}, precision {shown(found.precision)}; in the data as it is "
        f"{found.in_the_data} for {found.sentences} sentences"
    )
    yield ""
    kinds = {**one.kinds, **{f"contradiction: {k}": v for k, v in found.by_kind.items()}}
    yield from _table(kinds, head="right")


def _about_shield(one: ShieldResult) -> Iterator[str]:
    yield f"## {one.name}: the shield"
    yield ""
    yield (
        f"{one.attacks} attacks, each planted in four places of each kind of text, once behind "
        "half a sentence."
    )
    yield ""
    yield from _table({f"found in {kind}": rate for kind, rate in one.found.items()})
    yield ""
    yield from _table({f"false alarms: {k}": rate for k, rate in one.false_alarms.items()}, 4)
    yield ""
    yield from _table(one.by_category)
    for who in one.obedience:
        yield ""
        yield f"### Answers by {who.model}"
        yield ""
        for point in who.shortfalls:
            yield f"**Falls short:** {point}."
        yield f"- what was planted was said: {shown(who.obeyed)} of {who.obeyed.cases}"
        yield f"- the question was answered: {shown(who.answered)}"


def _table(rates: Mapping[str, Rate], digits: int = 3, *, head: str = "share") -> Iterator[str]:
    yield f"| what | cases | {head} |"
    yield "|---|---|---|"
    for name, rate in rates.items():
        yield f"| {name} | {rate.cases} | {shown(rate, digits)} |"


def _corpus(one: CorpusResult) -> dict[str, object]:
    return {
        "name": one.name,
        "sha256": one.sha256,
        "shortfalls": list(one.shortfalls),
        "caught": asdict(one.caught),
        "rejected": asdict(one.rejected),
        "rejected_reworded": asdict(one.rejected_reworded),
        "verbatim_share": round(one.verbatim_share, 6),
        "ideal_answers_accepted": asdict(one.ideal) if one.ideal else None,
        "kinds": {kind: asdict(rate) for kind, rate in one.kinds.items()},
        "milliseconds": {
            "mean": round(one.milliseconds, 3),
            "p95": round(one.slowest, 3),
            "reading": round(one.reading_milliseconds, 3),
        },
        "conflicts": asdict(one.conflicts),
        "outcomes": [_outcome(case) for case in one.outcomes],
    }


def _outcome(one: Outcome) -> dict[str, object]:
    return {**asdict(one), "share": round(one.share, 4), "meaning": round(one.meaning, 4)}


def _shield(one: ShieldResult) -> dict[str, object]:
    return asdict(one)
