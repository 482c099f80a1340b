"""What a person sees of models in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from pipelines.show import ERR, OUT, show_table

if TYPE_CHECKING:
    from pipelines.simulate import Measured
    from rag.models.admission import Verification
    from rag.models.register import Entry

_GIGA = 1e9


class BytesBar:
    """A bar on stderr that counts bytes and disappears; nothing where stderr is no terminal."""

    def __init__(self, title: str, total: int) -> None:
        self._progress = Progress(
            TextColumn(title),
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=ERR,
            transient=True,
            disable=not ERR.is_terminal,
        )
        self._task = self._progress.add_task(title, total=total or None)

    def __enter__(self) -> BytesBar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def advance(self, count: int) -> None:
        """Say that so many bytes more are done."""
        self._progress.advance(self._task, count)


class StepsBar:
    """A bar on stderr of steps whose number the work itself tells."""

    def __init__(self, title: str) -> None:
        self._progress = Progress(
            TextColumn(title),
            BarColumn(),
            TextColumn("{task.completed}/{task.total}"),
            console=ERR,
            transient=True,
            disable=not ERR.is_terminal,
        )
        self._task = self._progress.add_task(title, total=None)

    def __enter__(self) -> StepsBar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def say(self, done: int, of: int) -> None:
        """Say that so many steps of so many are done."""
        self._progress.update(self._task, completed=done, total=of)


def show_models(entries: Sequence[Entry]) -> None:
    """Print the register, a line a model."""
    if not entries:
        OUT.print("no model is registered: `ringfence models add NAME PATH` registers one")
        return
    rows = [("name", "architecture", "quantisation", "parameters", "GB", "licence", "class", "")]
    rows += [
        (
            entry.name,
            f"{entry.architecture}{' (LoRA)' if entry.adapter else ''}",
            entry.quantisation,
            f"{entry.parameters / 1e6:,.0f} M",
            f"{entry.size / _GIGA:.2f}",
            entry.licence or "-",
            entry.licence_class,
            "by exception" if entry.exception else "",
        )
        for entry in entries
    ]
    show_table(rows)


def show_model(entry: Entry) -> None:
    """Print everything that is registered of a model."""
    facts = {
        "path": entry.path,
        "sha256": entry.sha256,
        "size": f"{entry.size:,} bytes, {entry.format}",
        "architecture": f"{entry.architecture}{', a LoRA adapter' if entry.adapter else ''}",
        "quantisation": entry.quantisation,
        "parameters": f"{entry.parameters:,}",
        "context": f"{entry.context:,} tokens" if entry.context else "not stated",
        "vocabulary": entry.vocabulary or "not stated",
        "chat template": "yes" if entry.chat_template else "no",
        "family": entry.family or "not a known one",
        "licence": f"{entry.licence or 'unknown'} ({entry.licence_class})",
        "watch": entry.watch,
        "looked up": entry.licence_checked or "-",
        "came from": entry.source or "not stated",
        "added": entry.added,
    }
    for name, value in facts.items():
        OUT.print(f"{name:<14} {value}")
    for doubt in entry.doubts:
        OUT.print(f"{'doubt':<14} {doubt}")
    if entry.exception is not None:
        OUT.print(
            f"{'exception':<14} {entry.exception.reason} "
            f"({entry.exception.by}, {entry.exception.date})"
        )


def show_verified(found: Sequence[Verification]) -> None:
    """Print what verifying has found, a line a model."""
    if not found:
        OUT.print("no model is registered")
    for one in found:
        OUT.print(f"{'bad' if one.finding else 'ok '} {one.name}: {one.finding or one.sha256}")


def show_measured(measured: Measured) -> None:
    """Print what a simulated model costs on this machine."""
    OUT.print(
        f"{measured.like}, {measured.quantisation}, {measured.file_bytes / _GIGA:.2f} GB, "
        f"{measured.server} with {measured.threads} threads on {measured.processor}"
    )
    OUT.print(
        f"first token {measured.load_seconds:.1f} s after the start; memory "
        f"{measured.memory_bytes / _GIGA:.2f} GB, of which {measured.own_bytes / _GIGA:.2f} GB are "
        "not the mapped file"
    )
    rows = [("evidence", "prompt tokens/s", "first token", "answer tokens/s", "answer", "")]
    rows += [
        (
            f"{one.evidence:,} tokens",
            f"{one.prompt_rate:,.1f}",
            f"{one.first_seconds:,.1f} s",
            f"{one.answer_rate:,.1f}",
            f"{one.answer_seconds:,.1f} s",
            "estimated" if one.estimated else "",
        )
        for one in measured.rows
    ]
    show_table(rows)
    if measured.others >= 0.5:
        OUT.print(
            f"Other programs kept {measured.others:.1f} cores busy in the minute before: a quiet "
            "machine gives better figures"
        )
    OUT.print(
        f"An answer is {measured.answer_tokens} tokens; {measured.fixed_tokens} tokens of the "
        "prompt are the same each time and come from the server's cache"
    )
