"""A local model as judge of finished runs: nothing is answered or searched again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from eval.compare import refuse_unlike
from eval.folder import read_run
from eval.judging.folder import Verdicts, run_hash
from eval.judging.judge import Judge, Verdict
from eval.judging.prompts import VERSION
from eval.judging.told import (
    Judged,
    Told,
    answer_text,
    comparable,
    expected_text,
    gradable,
    graded,
    preferred,
)
from eval.records import Run
from pipelines.build import Installation
from pipelines.build_answers import build_client
from pipelines.contenders import contenders
from pipelines.eval_retrieval import Bar
from pipelines.models import build_models
from rag.errors import ConfigurationError, LateError, RetryError
from rag.generate.wire.client import ModelClient

SEED = 0
_T = TypeVar("_T")
_NOT_KNOWN = "not known: it is served elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What a judge said, and where it is kept."""

    told: Told
    file: Path


def judge_runs(
    inst: Installation, run: Path, other: Path | None, described: Path, bar: Bar
) -> Judging:
    """Have a run's answers graded, or preferred to another run's or not, and keep the verdicts.

    Args:
        inst: The installation, whose register has the judge.
        run: The folder of a finished run; the verdicts are kept in it.
        other: The folder of another one over the same cases and evidence.
        described: A file with the section `[model]` of the judge.
        bar: Shows how far it is.

    Raises:
        ConfigurationError: A run or the judge cannot be used, or nothing is left to be judged.
    """
    one, two = read_run(run), read_run(other) if other is not None else None
    if two is not None:
        refuse_unlike({"one": one, "other": two})
    [contender] = contenders(inst, [described])
    own = replace(inst, settings=contender.settings)
    with ExitStack() as stack:
        client, _ = build_client(own, own.settings.model, "model")
        stack.callback(client.close)
        client.warm()
        judged = Judged(
            judge=contender.name,
            model=_hash(own),
            prompt=VERSION,
            held=bool(client.facts().grammar),
            seed=SEED,
            run=run_hash(run),
            other=run_hash(other) if other is not None else "",
        )
        verdicts = Verdicts(run, judged)
        stack.callback(verdicts.close)
        judge = Judge(client, seed=SEED)
        calls = _grading(judge, one) if two is None else _comparing(judge, one, two)
        bar.total(len(calls))
        for case_id, call in calls.items():
            if case_id not in verdicts.given:
                verdicts.give(case_id, _said(call, client))
            bar.step()
        if two is None or other is None:
            told = graded(one, judged, verdicts.given)
        else:
            told = preferred(one, two, judged, verdicts.given, against=other.resolve().name)
        return Judging(told=told, file=verdicts.finish())


def _grading(judge: Judge, run: Run) -> dict[str, Callable[[], Verdict]]:
    """Return for each answer what asks for its grade."""
    return {
        one.id: partial(judge.grade, one.outcome.question, expected_text(one), answer_text(one))
        for one in _some(gradable(run))
    }


def _comparing(judge: Judge, run: Run, other: Run) -> dict[str, Callable[[], Verdict]]:
    """Return for each pair of answers what asks which is better."""
    return {
        one.id: partial(
            judge.prefer,
            one.outcome.question,
            expected_text(one),
            answer_text(one),
            answer_text(two),
        )
        for one, two in _some(comparable(run, other))
    }


def _some(found: list[_T]) -> list[_T]:
    if not found:
        raise ConfigurationError(
            "there is no answer to judge: of a run that keeps no expected answers `ringfence eval"
            " score` makes one that does"
        )
    return found


def _said(call: Callable[[], Verdict], client: ModelClient) -> Verdict:
    """Return a verdict; a judge that fails, or takes too long, has said nothing."""
    try:
        return call()
    except LateError:
        client.restart()
    except RetryError:
        pass
    return None


def _hash(inst: Installation) -> str:
    model = inst.settings.model
    known = {entry.name: entry.sha256 for entry in build_models(inst).entries()}
    return _NOT_KNOWN if model.runtime == "url" else known.get(model.name, "")
