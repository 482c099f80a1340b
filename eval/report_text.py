"""A comparison in Markdown: for a ticket, or a committee's minutes."""

from __future__ import annotations

from collections.abc import Sequence

from eval.compare import Comparison
from eval.report_sizes import Table, tables
from eval.verdicts import judgement, verdict


def text(comparison: Comparison) -> str:
    """Return the verdict, what is said of each generator, and the tables."""
    first = comparison.runs[comparison.reference]
    lines = ["# Which generator is good enough?", "", f"**{verdict(comparison)}**", ""]
    for name in comparison.runs:
        said = judgement(comparison, name)
        lines.append(f"- {_plain(name)} ({said.badge}): {said.headline}")
        lines += [f"  - {_plain(point)}" for point in said.points]
    for table in tables(comparison):
        lines += ["", f"## {_plain(table.title)}", ""]
        lines += [table.note, ""] if table.note else []
        lines += _rows(table)
    about = (
        f"{len(first.results)} cases, {first.cases_hash}; evidence {first.evidence_hash}; index "
        f"{first.setup.index_fingerprint}; code {first.setup.code_version}; started "
        f"{first.started}. Figures in brackets are 95 % intervals."
    )
    return "\n".join([*lines, "", about, ""])


def _rows(table: Table) -> list[str]:
    return [_row(table.head), _row(["---"] * len(table.head)), *map(_row, table.rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_plain(cell) for cell in cells)} |"


def _plain(value: str) -> str:
    """Return a value that cannot end its cell or become markup."""
    return value.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
