"""The energy that the processor's own counters tell, where they may be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

POWERCAP = Path("/sys/class/powercap")
_MICRO = 1e-6


@dataclass(slots=True)
class Spent:
    """What was drawn; None until it is over, and where the machine does not tell."""

    joules: float | None = None


class EnergyMeter:
    """Reads the counters of all packages; a machine without them has none.

    The counters are the whole machine's: what else runs meanwhile is in them too. They start anew
    at a limit, within minutes to hours, so they are read around each answer, not around a run.
    """

    def __init__(self, folder: Path = POWERCAP) -> None:
        self._packages = sorted(
            zone
            for zone in (folder.iterdir() if folder.is_dir() else ())
            if zone.name.startswith("intel-rapl:") and zone.name.count(":") == 1
        )
        if not all(_number(zone / "energy_uj") is not None for zone in self._packages):
            self._packages = []  # some processors tell nobody but root

    @property
    def tells(self) -> bool:
        """Whether this machine says what it draws."""
        return bool(self._packages)

    @contextmanager
    def measured(self) -> Iterator[Spent]:
        """Measure what is drawn inside."""
        spent = Spent()
        before = self._read()
        yield spent
        after = self._read()
        if before and None not in before and None not in after:
            parts = zip(self._packages, before, after, strict=True)
            spent.joules = sum(_drawn(zone, a, b) for zone, a, b in parts)

    def _read(self) -> list[int | None]:
        return [_number(zone / "energy_uj") for zone in self._packages]


def _drawn(zone: Path, before: int | None, after: int | None) -> float:
    """Return the joules between two readings of a counter that may have started anew."""
    difference = (after or 0) - (before or 0)
    if difference < 0:
        difference += _number(zone / "max_energy_range_uj") or 0
    return difference * _MICRO


def _number(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
