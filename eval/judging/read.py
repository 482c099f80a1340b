"""Judgings that lie beside runs, read for a report about these."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from eval.judging.folder import judgings, run_hash
from eval.judging.told import Told, graded, preferred
from eval.records import Run


def told_of(name: str, runs: Mapping[str, Run], folders: Mapping[str, Path]) -> tuple[Told, ...]:
    """Return what judges said of one of several runs.

    Preferences over a run that is not among them are left out: nothing could be held against them.
    """
    hashes = {run_hash(folder): other for other, folder in folders.items()}
    found = []
    for judged, verdicts in judgings(folders[name]):
        if not judged.other:
            found.append(graded(runs[name], judged, verdicts))
        elif judged.other in hashes:
            against = hashes[judged.other]
            one, two = runs[name], runs[against]
            found.append(preferred(one, two, judged, verdicts, against=against))
    return tuple(found)
