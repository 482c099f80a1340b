"""One page over the benchmarks of an installation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.bench.page import PAGE_FILE, Section, write_page
from eval.bench.reading import newest, sections_of
from eval.folder import refuse_existing, whole_folder
from pipelines.bench import new_folder
from pipelines.build import Installation
from rag.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the page says, and where it is."""

    sections: Sequence[Section]
    page: Path


def make_report(inst: Installation, runs: Sequence[Path], out: Path | None) -> Report:
    """Write the page over these runs, or over the newest of each benchmark among the runs.

    Raises:
        ConfigurationError: There is no run, one cannot be read, or the file exists.
    """
    chosen = list(runs) or newest(inst.home.runs)
    if not chosen:
        raise ConfigurationError(
            "there is no run of a benchmark yet: `ringfence bench ingest` and its like make them; "
            "those of an earlier version have to be measured again"
        )
    sections = sections_of(chosen)
    if out is None:
        folder = new_folder(inst, "report")
        with whole_folder(folder) as unfinished:
            write_page(sections, unfinished / PAGE_FILE)
        return Report(sections=sections, page=folder / PAGE_FILE)
    refuse_existing(out)
    try:
        write_page(sections, out)
    except OSError as error:
        raise ConfigurationError(f"{out} cannot be written: {error.strerror}") from error
    return Report(sections=sections, page=out)
