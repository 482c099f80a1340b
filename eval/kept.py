"""Evidence and answers as lines of JSON, and back.

All text in them is redacted; what is read back was written by a run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from eval.cases import Expect
from eval.records import Attempted, CaseResult, Crash
from eval.solver import Frozen, Outcome, Passage, Written
from rag.records import (
    Answer,
    AnswerSentence,
    Citation,
    Conflict,
    Evidence,
    ModelUse,
    Span,
    TierStep,
    Verdict,
)
from rag.redact.mint import stored

Row = Mapping[str, Any]


def line(row: Mapping[str, object]) -> str:
    """Return a line of a file, with its end."""
    return json.dumps(row, ensure_ascii=False) + "\n"


def frozen_row(case_id: str, found: Frozen) -> dict[str, object]:
    """Return what was found for a case as JSON."""
    return {"id": case_id, **asdict(found)}


def row_frozen(row: Row) -> Frozen:
    """Return what was found for a case."""
    return Frozen(
        question=stored(row["question"]),
        retrieved=tuple(
            Passage(**{**one, "name": stored(one["name"])}) for one in row["retrieved"]
        ),
        evidence=tuple(_evidence(one) for one in row["evidence"]),
        hidden=tuple(_evidence(one) for one in row["hidden"]),
        error=row["error"],
        seconds=row["seconds"],
    )


def attempted_row(case_id: str, attempted: Attempted) -> dict[str, object]:
    """Return what a solver gave for a case as JSON, without what was found for it."""
    outcome = attempted.outcome
    return {
        "id": case_id,
        "answer": asdict(outcome.answer) if outcome.answer else None,
        "error": outcome.error,
        "crash": asdict(attempted.crash) if attempted.crash else None,
        "seconds": attempted.seconds,
        "timings": dict(outcome.timings),
        "written": [asdict(one) for one in outcome.written],
    }


def row_attempted(row: Row, found: Frozen) -> Attempted:
    """Return what a solver gave for a case."""
    return Attempted(
        outcome=Outcome(
            found=found,
            answer=_answer(row["answer"]) if row["answer"] else None,
            error=row["error"],
            timings=row["timings"],
            written=tuple(_written(one) for one in row["written"]),
        ),
        seconds=row["seconds"],
        crash=Crash(**row["crash"]) if row["crash"] else None,
    )


def scored_row(result: CaseResult) -> dict[str, object]:
    """Return what a case is and how it was scored as JSON."""
    return {
        "id": result.id,
        "corpus": result.corpus,
        "as": result.asker,
        "expect": result.expect,
        "kind": result.kind,
        "cluster": result.cluster,
        "gold": result.gold,
        "expected": list(result.expected),
        "scores": dict(result.scores),
        "crashes": [asdict(crash) for crash in result.crashes],
    }


def row_scored(row: Row, attempted: Attempted) -> CaseResult:
    """Return a case with what came of it."""
    return CaseResult(
        id=row["id"],
        corpus=row["corpus"],
        asker=row["as"],
        expect=Expect(row["expect"]),
        kind=row["kind"],
        cluster=row["cluster"],
        expected=tuple(stored(one) for one in row.get("expected", ())),
        outcome=attempted.outcome,
        gold=stored(row["gold"]),
        seconds=attempted.seconds,
        scores=row["scores"],
        crashes=tuple(Crash(**crash) for crash in row["crashes"]),
    )


def _evidence(row: Row) -> Evidence:
    texts = {name: stored(row[name]) for name in ("title", "text", "context")}
    titles = tuple(Span(**one) for one in row["titles"])
    return Evidence(**{**row, **texts, "titles": titles})


def _answer(row: Row) -> Answer:
    return Answer(
        **{
            **row,
            "verdict": Verdict(row["verdict"]),
            "sentences": tuple(
                AnswerSentence(**{**one, "citations": tuple(one["citations"])})
                for one in row["sentences"]
            ),
            "citations": tuple(_citation(one) for one in row["citations"]),
            "conflicts": tuple(
                Conflict(kind=one["kind"], citations=(one["citations"][0], one["citations"][1]))
                for one in row["conflicts"]
            ),
            "steps": tuple(
                TierStep(**{**one, "verdict": Verdict(one["verdict"])}) for one in row["steps"]
            ),
        }
    )


def _citation(row: Row) -> Citation:
    return Citation(**{**row, "title": stored(row["title"]), "quote": stored(row["quote"])})


def _written(row: Row) -> Written:
    return Written(**{**row, "use": ModelUse(**row["use"]) if row["use"] else None})
