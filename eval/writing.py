"""A comparison written as a page, as JSON and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from eval.compare import Comparison, Terms, compare_runs, comparison_facts
from eval.folder import read_run, refuse_existing, whole_folder, write_json, write_text
from eval.judging.read import told_of

PAGE_FILE = "compare.html"
FACTS_FILE = "compare.json"
TEXT_FILE = "compare.md"


def write_pages(comparison: Comparison, folder: Path) -> None:
    """Write a comparison; its figures last, since with them it is finished."""
    from eval.markdown import markdown
    from eval.report import page

    write_text(page(comparison), folder / PAGE_FILE)
    write_text(markdown(comparison), folder / TEXT_FILE)
    write_json(comparison_facts(comparison), folder / FACTS_FILE)


def report_runs(folders: Mapping[str, Path], out: Path, terms: Terms) -> Path:
    """Compare runs that were kept, the first being the reference, and write the pages of it.

    Raises:
        ConfigurationError: One cannot be read, or they cannot be compared.
    """
    refuse_existing(out)
    runs = {name: read_run(folder) for name, folder in folders.items()}
    judged = {name: told_of(name, runs, folders) for name in runs}
    comparison = replace(
        compare_runs(runs, terms), judged={name: some for name, some in judged.items() if some}
    )
    with whole_folder(out) as unfinished:
        write_pages(comparison, unfinished)
    return out / PAGE_FILE
