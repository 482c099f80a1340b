"""What a measurement leaves behind: its figures as JSON, a summary, and a page on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from eval.folder import whole_folder, write_json, write_text
from eval.intervals import LEVEL, RESAMPLES, SEED, Interval
from eval.retrieval.cost import RedactionCost
from eval.retrieval.results import (
    COST_GOAL,
    KEPT_GOAL,
    Difference,
    Run,
    SetResult,
    shortfalls,
)
from eval.retrieval.run import CaseScore

FORMAT = 1
JSON_FILE = "retrieval.json"
TEXT_FILE = "retrieval.md"
PAGE_FILE = "retrieval.html"


def write_report(run: Run, folder: Path) -> Path:
    """Write figures, summary and page into a new folder and return the page's path."""
    from eval.retrieval.page import page
    from eval.retrieval.summary import summary

    html, text = page(run), summary(run)
    with whole_folder(folder) as unfinished:
        write_json(facts(run), unfinished / JSON_FILE)
        write_text(text, unfinished / TEXT_FILE)
        write_text(html, unfinished / PAGE_FILE)
    return folder / PAGE_FILE


def facts(run: Run) -> dict[str, object]:
    """Return everything measured: ids, ranks and figures, and no text."""
    return {
        "format": FORMAT,
        "started": run.started,
        "seconds": run.seconds,
        "part": run.part,
        "code_version": run.code_version,
        "python_version": run.python_version,
        "settings_hash": run.settings_hash,
        "retrieve": dict(run.retrieve),
        "embedder": run.embedder,
        "chunker": run.chunker,
        "policy": run.policy,
        "redactor": run.redactor,
        "question_milliseconds": round(run.question_milliseconds, 3),
        "bootstrap": {"resamples": RESAMPLES, "seed": SEED, "level": LEVEL},
        "goals": {"kept": KEPT_GOAL, "redaction": COST_GOAL},
        "sets": [_set_facts(result) for result in run.results],
    }


def _set_facts(result: SetResult) -> dict[str, object]:
    questions, packing = result.questions, result.packing
    return {
        "name": questions.name,
        "index": asdict(result.index),
        "unit": questions.unit.value,
        "cases": len(questions.cases),
        "cases_of_the_other_part": questions.left_out,
        "goal": questions.goal,
        "shortfalls": shortfalls(result),
        "metrics": _intervals(result.metrics),
        "kinds": {
            kind: {"cases": one.cases, "value": _interval(one.value)}
            for kind, one in result.kinds.items()
        },
        "milliseconds": {
            "mean": round(result.milliseconds, 3),
            "p95": round(result.slowest, 3),
            "with_evidence": round(result.evidence_milliseconds, 3),
        },
        "packing": {
            "judged_by": questions.kept,
            "packed": _intervals(packing.packed),
            "whole": _intervals(packing.whole),
            "share": _intervals(packing.share),
            "tokens": {"packed": packing.packed_tokens, "whole": packing.whole_tokens},
            "passages": {"packed": packing.packed_passages, "whole": packing.whole_passages},
        },
        "configurations": [_difference_facts(one, questions.metrics[0]) for one in result.ablation],
        "redaction": _cost_facts(result.cost) if result.cost else None,
        "scores": [_case_facts(one) for one in result.scores],
    }


def _difference_facts(one: Difference, first: str) -> dict[str, object]:
    return {
        "name": one.configuration.name,
        "off": one.configuration.off,
        "settings": one.configuration.settings.model_dump(),
        "metrics": _intervals(one.metrics),
        "change": _interval(one.change),
        "kept": _interval(one.kept),
        "kept_change": _interval(one.kept_change),
        "milliseconds": {
            "mean": round(one.milliseconds, 3),
            "p95": round(one.slowest, 3),
            "with_evidence": round(one.packing_milliseconds, 3),
        },
        "scores": {case.id: round(case.scores[first], 6) for case in one.scores},
    }


def _cost_facts(cost: RedactionCost) -> dict[str, object]:
    return {
        **asdict(cost),
        "plain": _interval(cost.plain),
        "redacted": _interval(cost.redacted),
        "change": _interval(cost.change),
        "kinds": [{**asdict(row), "change": _interval(row.change)} for row in cost.kinds],
    }


def _case_facts(one: CaseScore) -> dict[str, object]:
    return {
        "id": one.id,
        "cluster": one.cluster,
        "ranks": list(one.ranks),
        "scores": {name: round(value, 6) for name, value in one.scores.items()},
        "milliseconds": round(1000 * one.seconds, 3),
        "kept": asdict(one.kept) if one.kept else None,
    }


def _intervals(values: Mapping[str, Interval | None]) -> dict[str, object]:
    return {name: _interval(value) for name, value in values.items()}


def _interval(value: Interval | None) -> dict[str, float] | None:
    if value is None:
        return None
    return {name: round(number, 6) for name, number in asdict(value).items()}


def named(results: Sequence[SetResult]) -> list[str]:
    """Return what each set is called: by its corpus too, where that says more."""
    return [
        one.questions.name
        if one.questions.name == one.index.corpus
        else f"{one.index.corpus}: {one.questions.name}"
        for one in results
    ]
