"""What a measurement of abstention leaves behind: its figures as JSON, and a summary."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from eval.abstention.results import PRECISION_GOAL, RECALL_GOAL, At, GroupResult, Run
from eval.folder import whole_folder, write_json, write_text
from eval.grounding.report import shown
from eval.intervals import LEVEL, RESAMPLES, SEED

FORMAT = 1
JSON_FILE = "abstention.json"
TEXT_FILE = "abstention.md"
_HOW = (
    "A question is abstained from where what was found is less likely than the floor to answer "
    "it. Precision is the share of abstentions that are right, recall the share of unanswered "
    "questions that are abstained from; both depend on how many questions nothing answers."
)


def write_report(run: Run, folder: Path) -> Path:
    """Write figures and summary into a new folder and return the summary's path."""
    with whole_folder(folder) as unfinished:
        write_json(facts(run), unfinished / JSON_FILE)
        write_text(summary(run), unfinished / TEXT_FILE)
    return folder / TEXT_FILE


def facts(run: Run) -> dict[str, object]:
    """Return everything measured: figures, and no text."""
    return {
        "format": FORMAT,
        **asdict(run),
        "bootstrap": {"resamples": RESAMPLES, "seed": SEED, "level": LEVEL},
        "goals": {"precision": PRECISION_GOAL, "recall": RECALL_GOAL},
    }


def headline(one: GroupResult) -> str:
    """Return a set's figures in one line."""
    return (
        f"precision {shown(one.at_floor.precision)}, recall {shown(one.at_floor.recall)}, "
        f"{one.unanswered} of {one.cases} unanswered, area {one.area:.3f}"
    )


def summary(run: Run) -> str:
    """Return the whole measurement as Markdown."""
    lines = [
        "# Questions that nothing answers",
        "",
        f"Part {run.part}, floor {run.floor:g}, encoder {run.embedder}, judge {run.judge[:12]}.",
        "",
        _HOW,
    ]
    for group in run.groups:
        lines += ["", f"## {group.name}", "", headline(group) + ".", "", *_curve(group), ""]
        lines += _kinds(group)
    return "\n".join([*lines, ""])


def _curve(group: GroupResult) -> list[str]:
    rows = [_row(one) for one in group.curve]
    return ["| floor | precision | recall |", "|---|---|---|", *rows]


def _row(one: At) -> str:
    return f"| {one.floor:.2f} | {shown(one.precision)} | {shown(one.recall)} |"


def _kinds(group: GroupResult) -> list[str]:
    rows = [
        f"| {kind} | {answered} | {wrongly} | {others} | {rightly} |"
        for kind, (answered, wrongly, others, rightly) in group.by_kind.items()
    ]
    return [
        "| kind | answered | of these abstained from | unanswered | of these abstained from |",
        "|---|---|---|---|---|",
        *rows,
    ]
