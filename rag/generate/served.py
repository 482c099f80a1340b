"""Generators with a server behind them: started, asked after, weighed, ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from rag.ports import Generator


@runtime_checkable
class Served(Protocol):
    """A generator with a server behind it."""

    def warm(self) -> None:
        """Start the server and wait until it can answer."""

    def ready(self) -> bool:
        """Say whether it can answer now."""

    def close(self) -> None:
        """Let go of it."""


@runtime_checkable
class Weighed(Protocol):
    """A generator whose memory is known."""

    def peak_mb(self) -> float | None:
        """Return the most memory its server has had, if it is one of ours."""


@runtime_checkable
class Restarting(Protocol):
    """A generator whose server can be started anew."""

    def restart(self) -> None:
        """End its server, if it is one of ours; the next question starts another."""


def _served(generators: Iterable[Generator]) -> list[Served]:
    """Return those that have a server."""
    return [generator for generator in generators if isinstance(generator, Served)]


def warm(generators: Iterable[Generator]) -> None:
    """Start their servers and wait until these can answer."""
    for generator in _served(generators):
        generator.warm()


def ready(generators: Iterable[Generator]) -> bool | None:
    """Say whether their servers can answer now; None if there are none."""
    served = _served(generators)
    return all(generator.ready() for generator in served) if served else None


def peak_mb(generators: Iterable[Generator]) -> float | None:
    """Return the most memory that their servers have had; None where it is not known."""
    weighed = [one for one in generators if isinstance(one, Weighed)]
    peaks = [peak for one in weighed if (peak := one.peak_mb()) is not None]
    return sum(peaks) if peaks else None


def restart(generators: Iterable[Generator]) -> None:
    """End servers of ours that may hang; the next question starts others."""
    for generator in generators:
        if isinstance(generator, Restarting):
            generator.restart()


def close(generators: Iterable[Generator]) -> None:
    """Let go of their servers."""
    for generator in _served(generators):
        generator.close()
