"""One page over benchmarks: what is held and what is missed first, then every figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eval.bench.bars import Bar
from eval.pages import environment

if TYPE_CHECKING:
    from pathlib import Path

    from eval.bench.growth import Growth
    from eval.bench.shares import Shares

PAGE_FILE = "bench.html"
# What runs must share for their figures to be compared.
_SAME = ("processor", "cores", "threads", "memory_gb", "code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under the first row's headings."""

    title: str
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart with its title, and a line on how to read it."""

    title: str
    note: str
    lines: Growth | None = None
    shares: Shares | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What one run of a benchmark says on the page; `unbarred` is why it has no bars, if so."""

    kind: str
    title: str
    bars: Sequence[Bar]
    tables: Sequence[Table]
    figures: Sequence[Figure]
    method: Sequence[str]
    limits: Sequence[str]
    about: Mapping[str, object] = field(default_factory=dict)
    unbarred: str = "Nothing was promised of it."

    @property
    def missed(self) -> int:
        """How many bars are not held."""
        return sum(not bar.held for bar in self.bars)


def verdict(sections: Sequence[Section]) -> str:
    """Say in a sentence how many bars are held."""
    bars = [bar for section in sections for bar in section.bars]
    held = sum(bar.held for bar in bars)
    if not bars:
        return "No bar is set for what was measured."
    if held == len(bars):
        return f"All {held} bars are held." if held > 1 else "The one bar is held."
    return f"{held} of {len(bars)} bars are held, {len(bars) - held} missed."


def unlike(sections: Sequence[Section]) -> list[str]:
    """Return what the runs do not share, so that their figures cannot be compared."""
    machines = [_machine(section) for section in sections]
    return [
        name.replace("_gb", "")
        for name in _SAME
        if len({str(machine.get(name)) for machine in machines}) > 1
    ]


def busy(sections: Sequence[Section]) -> list[str]:
    """Return the benchmarks before which more programs wanted to run than there are cores."""
    found = []
    for section in sections:
        load, cores = (_machine(section).get(name) for name in ("busy_before", "cores"))
        if isinstance(load, float) and isinstance(cores, int) and load > cores:
            found.append(section.kind)
    return found


def write_page(sections: Sequence[Section], file: Path) -> None:
    """Write the page; it needs nothing else."""
    template = environment().get_template("bench.html")
    text = template.render(
        sections=sections,
        verdict=verdict(sections),
        unlike=unlike(sections),
        busy=busy(sections),
        runs=_runs(sections),
    )
    file.write_text(text, encoding="utf-8")


def _machine(section: Section) -> Mapping[str, object]:
    found = section.about.get("machine")
    return found if isinstance(found, dict) else {}


def _runs(sections: Sequence[Section]) -> list[list[str]]:
    """Return where each run was made, a column a run: runs are few and facts are many."""
    facts: dict[str, dict[int, str]] = {}
    for number, section in enumerate(sections):
        for name, value in _facts_of(section).items():
            facts.setdefault(name, {})[number] = value
    head = ["", *(section.kind for section in sections)]
    rows = [[name, *(row.get(n, "") for n in range(len(sections)))] for name, row in facts.items()]
    return [head, *rows]


def _facts_of(section: Section) -> dict[str, str]:
    plain = {
        name.replace("_", " "): str(value)
        for name, value in section.about.items()
        if not isinstance(value, dict) and name not in ("format", "bench")
    }
    machine = {
        name.replace("_gb", ", GB").replace("_", " "): str(value)
        for name, value in _machine(section).items()
        if not isinstance(value, dict)
    }
    versions = _machine(section).get("versions")
    packages = dict(versions) if isinstance(versions, dict) else {}
    return {**plain, **machine, **{str(name): str(value) for name, value in packages.items()}}
