"""What a measurement leaves behind: its figures as JSON, and a page that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from eval.folder import whole_folder, write_json, write_text
from eval.intervals import LEVEL, RESAMPLES, SEED
from eval.redaction.bars import Bars, shortfalls
from eval.redaction.resampling import Measure
from eval.redaction.run import CorpusResult

FORMAT = 1
JSON_FILE = "redaction.json"
PAGE_FILE = "redaction.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A measurement of one or several corpora."""

    started: str
    seconds: float
    part: str
    code_version: str
    python_version: str
    name_model: str
    results: tuple[CorpusResult, ...]
    bars: Bars = field(default_factory=Bars)


def write_report(run: Run, folder: Path, *, show_values: bool = False) -> Path:
    """Write the figures and the page into a new folder and return the page's path.

    Values are shown of documents that are not held out, and only if asked for; the JSON file
    holds none.
    """
    from eval.redaction.page import page

    html = page(run, show_values=show_values)
    with whole_folder(folder) as unfinished:
        write_json(facts(run), unfinished / JSON_FILE)
        write_text(html, unfinished / PAGE_FILE)
    return folder / PAGE_FILE


def facts(run: Run) -> dict[str, object]:
    """Return everything measured, without text."""
    return {
        "format": FORMAT,
        "started": run.started,
        "seconds": run.seconds,
        "part": run.part,
        "code_version": run.code_version,
        "python_version": run.python_version,
        "name_model": run.name_model,
        "bootstrap": {"resamples": RESAMPLES, "seed": SEED, "level": LEVEL},
        "bars": asdict(run.bars),
        "corpora": [_corpus_facts(result, run.bars) for result in run.results],
    }


def _corpus_facts(result: CorpusResult, bars: Bars) -> dict[str, object]:
    corpus = result.corpus
    return {
        "name": corpus.name,
        "format": corpus.format,
        "sha256": corpus.sha256,
        "one_in_held_out": corpus.one_in,
        "labels_complete": corpus.complete,
        "documents": len(result.scores),
        "documents_left_out": corpus.skipped,
        "failed": list(result.failed),
        "characters": result.characters,
        "policy": result.policy,
        "policy_hash": result.policy_hash,
        "redactor": result.redactor,
        "shortfalls": list(shortfalls(result, bars)),
        "measures": _measure_facts(result.measures),
        "kinds": _measure_facts(result.kinds),
        "misses": [asdict(miss) for one in result.scores for miss in one.misses],
        "excesses": [asdict(excess) for one in result.scores for excess in one.excesses],
    }


def _measure_facts(measures: Mapping[str, Measure]) -> dict[str, object]:
    return {name: asdict(measure) for name, measure in measures.items()}
