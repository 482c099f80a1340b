"""What a person sees in a terminal: progress on stderr, data on stdout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from rag.records import Answer, Found, RedactedDocument, Verdict

if TYPE_CHECKING:
    from eval.marked import Redaction
    from pipelines.doctor import Check
    from pipelines.evaluate import Evaluation
    from pipelines.report import IngestReport

OUT = Console(highlight=False, markup=False, soft_wrap=True)
_WIDE = Console(highlight=False, markup=False, width=140)
ERR = Console(stderr=True, highlight=False, markup=False)
_COLOURS = {
    Verdict.GROUNDED: "green",
    Verdict.PARTIAL: "yellow",
    Verdict.ABSTAINED: "cyan",
    Verdict.REFUSED: "red",
}


class ProgressBar:
    """A bar on stderr that disappears when it is done; nothing where stderr is no terminal."""

    def __init__(self, title: str) -> None:
        self._progress = Progress(
            TextColumn(title),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=ERR,
            transient=True,
            disable=not ERR.is_terminal,
        )
        self._task = self._progress.add_task(title, total=None)

    def __enter__(self) -> ProgressBar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def total(self, count: int) -> None:
        """Say how many there are."""
        self._progress.update(self._task, total=count)

    def step(self) -> None:
        """Say that one more is done."""
        self._progress.advance(self._task)


def report_body(report: IngestReport) -> dict[str, object]:
    """Return what a run did as JSON."""
    return asdict(report)


def ingest_summary(report: IngestReport) -> None:
    """Print what a run did."""
    OUT.print(
        f"{report.indexed} indexed ({report.chunks} passages), {report.unchanged} unchanged, "
        f"{report.removed} removed, {report.failed} failed"
    )
    if report.permissions_changed:
        OUT.print(f"permissions changed on {report.permissions_changed}")
    if report.redactions:
        OUT.print(f"redacted: {_counts(report.redactions)}")
    if report.indexed:
        OUT.print(f"seconds: {_seconds(report.seconds)}")


def show_answer(answer: Answer) -> None:
    """Print an answer with its evidence."""
    OUT.print(Text(answer.verdict.value, style=f"bold {_COLOURS[answer.verdict]}"))
    if not answer.sentences:
        OUT.print(answer.answer)
    for sentence in answer.sentences:
        marks = "".join(f"[{n}]" for n in sentence.citations)
        OUT.print(f"{sentence.text} {marks if sentence.supported else '(nothing supports this)'}")
    for citation in answer.citations:
        page = f", page {citation.page}" if citation.page else ""
        where = f"{citation.title}{page}, characters {citation.start}-{citation.end}"
        OUT.print(Text(f"  [{citation.n}] {where} ({citation.document})", style="dim"))
        OUT.print(Text(f"      “{_one_line(citation.quote)}”", style="dim"))
    for conflict in answer.conflicts:
        pair = " and ".join(f"[{n}]" for n in conflict.citations)
        OUT.print(Text(f"  {pair} contradict each other ({conflict.kind})", style="yellow"))
    for step in answer.steps:
        why = f": {step.why}" if step.why else ""
        OUT.print(Text(f"  {step.tier} {step.verdict.value}{why}", style="dim"))
    OUT.print(Text(f"  {answer.model}; {_seconds(answer.timings)}; {answer.audit_id}", style="dim"))


def show_found(found: Found) -> None:
    """Print passages with where they stand."""
    if not found.passages:
        OUT.print("no passage")
    for number, one in enumerate(found.passages, start=1):
        page = f", page {one.page}" if one.page else ""
        OUT.print(Text(f"{number}. {one.title}{page}", style="bold"))
        OUT.print(_one_line(one.text))
        where = f"characters {one.start}-{one.end} ({one.document})"
        OUT.print(Text(f"   {' > '.join([*one.headings, where])}", style="dim"))
    OUT.print(Text(f"  {_seconds(found.timings)}; {found.audit_id}", style="dim"))


def show_status(facts: Mapping[str, object]) -> None:
    """Print the counts of an installation."""
    for name, value in facts.items():
        text = _counts(value) if isinstance(value, dict) else str(value)
        OUT.print(f"{name:<10} {text}")


def show_failures(rows: Sequence[Mapping[str, str]]) -> None:
    """Print what is not indexed, and why."""
    if not rows:
        OUT.print("nothing failed")
    for row in rows:
        OUT.print(f"{row['name']}: {row['reason']} ({row['document']})")


def show_document(document: RedactedDocument) -> None:
    """Print a document as it is indexed."""
    ERR.print(f"{document.id}  {document.name}")
    ERR.print(f"title: {document.title}")
    ERR.print(f"redacted: {_counts(document.redaction_counts()) or 'nothing'}")
    OUT.print(str(document.text))


def show_redaction(redaction: Redaction) -> None:
    """Print what a redaction did, a line a document."""
    for one in redaction.documents:
        if one.report is None:
            OUT.print(f"{one.number}. {one.name}: not redacted: {one.failure}")
            continue
        found = _counts(one.report.document.redaction_counts()) or "nothing"
        left = f"; {one.left} found and left" if one.left else ""
        OUT.print(f"{one.number}. {one.name} ({one.report.policy.name}): {found}{left}")
    if redaction.not_found:
        ERR.print(f"no name model: {', '.join(redaction.not_found)} are not looked for")


def show_principals(rows: Sequence[Mapping[str, object]]) -> None:
    """Print who may ask."""
    table = Table(box=None, pad_edge=False)
    for column in ("id", "tenant", "groups", "purpose", "roles", "name"):
        table.add_column(column)
    for row in rows:
        groups, roles = _listed(row["groups"]), _listed(row["roles"])
        purpose = str(row["purpose"] or "-")
        table.add_row(str(row["id"]), str(row["tenant"]), groups, purpose, roles, str(row["name"]))
    OUT.print(table)


def show_checks(checks: Sequence[Check]) -> None:
    """Print the doctor's findings."""
    for check in checks:
        mark = Text("ok  " if check.passed else "bad ", style="green" if check.passed else "red")
        OUT.print(mark + Text(f"{check.name}: {check.finding}"))


def show_table(rows: Sequence[Sequence[str]], *, title: str = "") -> None:
    """Print rows under the first row's headings, numbers to the right."""
    table = Table(title=title or None, box=None, pad_edge=False, title_justify="left")
    for index, heading in enumerate(rows[0]):
        justify: JustifyMethod = "left" if index == 0 else "right"
        table.add_column(heading, justify=justify, no_wrap=True)
    for row in rows[1:]:
        table.add_row(*row)
    (OUT if OUT.width > _WIDE.width else _WIDE).print(table)


def _listed(names: object) -> str:
    return (", ".join(map(str, names)) if isinstance(names, list) else "") or "-"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _counts(counts: Mapping[str, object]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)


def _seconds(seconds: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.2f} s" for name, value in seconds.items())


def show_run(evaluation: Evaluation) -> None:
    """Print the table of a run, and where it is kept."""
    from eval.summary import HEADINGS, summary_table

    show_table([HEADINGS, *(row.cells() for row in summary_table(evaluation.run))])
    OUT.print(f"run: {evaluation.folder}")
