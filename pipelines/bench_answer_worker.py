"""One half of the benchmark of answers, in a process of its own.

Run as ``python -m pipelines.bench_answer_worker server|way`` with a JSON object on stdin; what
it prints is JSON.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from eval.bench.samples import Spread
from pipelines.bench import load_texts
from pipelines.bench_answer_cases import Measured, chosen_cases, measured_installation
from pipelines.bench_step import serve_step
from pipelines.bench_worker import peak_mb
from pipelines.build_answers import fastest
from pipelines.models import build_gate
from rag.generate.tiers import EXTRACTIVE, MODEL
from rag.generate.wire.records import Request

if TYPE_CHECKING:
    from eval.cases import Case
    from pipelines.answer import Answering
    from pipelines.build import Installation
    from rag.generate.servers.supervised import Supervised
    from rag.generate.wire.client import ModelClient

_PATIENCE = 3600.0
_BEGUN, _LONGEST = 4, 4
_TOKENS = 48
# Of a prompt, before its question: about 400 tokens.
_BEGINNING = 1_200
_WARMING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prompts:
    """What a server is asked: a beginning that all share, and the whole prompts."""

    beginning: str
    values: Sequence[str]


def server(model: dict[str, str], corpora: list[str], questions: int, rounds: int) -> object:
    """Ask a model's server through our client and directly, cold and with what it has read."""
    from eval.bench.wire import first_token, overhead
    from rag.generate.wire.deadline import Deadline

    inst = measured_installation(Measured(**model), corpora)
    prompts = _prompts(chosen_cases(corpora, questions))
    supervised, client, name = _served(inst)
    with closing(client):
        begun = time.perf_counter()
        client.complete(Request(prompt=prompts.values[0], max_tokens=1))
        started = time.perf_counter() - begun
        address = supervised.address(Deadline(_PATIENCE))
        written = [
            client.complete(Request(prompt=one, max_tokens=_TOKENS)).usage for one in prompts.values
        ]
        whole, streamed, once = (
            overhead(client, address, prompts.values, tokens=n, rounds=rounds, streamed=streamed)
            for n, streamed in ((_TOKENS, False), (_TOKENS, True), (1, True))
        )
        first = first_token(client, prompts.beginning, questions=questions, rounds=rounds)
        share = once.share
        times = Spread(
            median=1 / share.median, low=1 / share.high, high=1 / share.low, count=share.count
        )
        return {
            "name": name,
            "start_seconds": started,
            "peak_mb": peak_mb(supervised.status().pid),
            "prompt_tokens": round(median(use.prompt_tokens for use in written)),
            "written_tokens": median(use.completion_tokens for use in written),
            "whole": asdict(whole),
            "streamed": asdict(streamed),
            "first": asdict(first),
            "first_ours": 1000 / once.ours,
            "first_direct": 1000 / once.direct,
            "first_times": asdict(times),
        }


def way(model: dict[str, str], corpora: list[str], questions: int) -> object:
    """Ask questions of the sample corpora, without a model and with it, each once."""
    from pipelines.build import build_answerings

    inst = measured_installation(Measured(**model), corpora)
    names = (EXTRACTIVE, MODEL)
    # What is found must be searched for each time, so it is not kept for the other.
    answerings = dict(zip(names, build_answerings(inst, names), strict=True))
    with closing(answerings[MODEL]):
        for answering in answerings.values():
            answering.warm()
        asked: list[dict[str, object]] = []
        for number, case in enumerate(chosen_cases(corpora, questions + _WARMING)):
            order = names if number % 2 == 0 else names[::-1]
            taken = [_asked(inst, name, answerings[name], case) for name in order]
            asked += taken if number >= _WARMING else []
    return {"asked": asked, "peak_mb": peak_mb()}


def _asked(
    inst: Installation, generator: str, answering: Answering, case: Case
) -> dict[str, object]:
    asker = inst.principals.named(case.asker)
    begun = time.perf_counter()
    answer = answering.ask(case.question, asker)
    wall = time.perf_counter() - begun
    stages = {name: seconds for name, seconds in answer.timings.items() if name != "total"}
    return {"generator": generator, "wall": wall, "stages": stages}


def _served(inst: Installation) -> tuple[Supervised, ModelClient, str]:
    """Return the model's server, which nothing has started yet, a client, and what runs it."""
    from rag.generate.servers.open import LAUNCHES, client_of
    from rag.generate.servers.supervised import Supervised
    from rag.generate.wire.client import Patience

    settings = inst.settings.model
    admitted = build_gate(inst).model(settings.name)
    quickest = fastest(inst, settings)
    launch = LAUNCHES[quickest.runtime](quickest, admitted.path, ())
    launch = replace(launch, limits=replace(launch.limits, start_seconds=_PATIENCE))
    supervised = Supervised(launch)
    patience = Patience(start=_PATIENCE, answer=_PATIENCE, silence=_PATIENCE, small=60.0)
    return supervised, client_of(launch, supervised, patience), launch.name


def _prompts(cases: Sequence[Case]) -> _Prompts:
    """Return prompts whose answers have begun with the words of a line that stands there.

    A question alone a model may answer with a word, and then there is nothing to count; what has
    begun as a long sentence of the evidence, every model goes on with.
    """
    lines: list[str] = []
    room = _BEGINNING
    for text in load_texts(None).values:
        for line in text.splitlines():
            sentence = " ".join(line.split())
            if 40 <= len(sentence) <= room:
                lines.append(sentence)
                room -= len(sentence)
    beginning = "\n".join(f"[{n}] {line}" for n, line in enumerate(lines, start=1))
    longest = sorted(lines, key=len, reverse=True)
    values = [
        f"{beginning}\nQuestion: {case.question}\nAnswer: "
        + " ".join(longest[n % min(len(longest), _LONGEST)].split()[:_BEGUN])
        for n, case in enumerate(cases)
    ]
    return _Prompts(beginning=beginning, values=values)


if __name__ == "__main__":
    sys.exit(serve_step(sys.argv[1:], {"server": server, "way": way}))
