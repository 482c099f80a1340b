"""Results of benchmarks with figures that are easy to reckon with."""

from __future__ import annotations

import pytest

from eval.bench.answer import AnswerBench, Asked, Server
from eval.bench.ingest import IngestBench, Pass
from eval.bench.samples import Spread
from eval.bench.wire import FirstToken, Overhead


def taken(system, amount, turn, *, scale=1.0, peak=100.0, again=0.0, **stages):
    """Return a pass in which a tenth of a second is no stage's."""
    seconds = {name: scale * value for name, value in stages.items()}
    return Pass(
        system=system,
        amount=amount,
        turn=turn,
        documents=amount,
        failed=0,
        bytes=1_000_000 * amount,
        characters=1_000 * amount,
        passages=3 * amount,
        wall=sum(seconds.values()) + 0.1,
        stages=seconds,
        peak_mb=peak + turn,
        again=again,
    )


@pytest.fixture
def ingested():
    """Two amounts, two rounds, the second of them half as fast; one peer that does not redact."""
    ours = {"fetch": 0.1, "parse": 0.2, "redact": 1.0, "chunk": 0.1, "embed": 0.4, "store": 0.1}
    theirs = {"chunk": 0.05, "embed": 0.25, "store": 0.0}
    passes = []
    for turn, slower in ((0, 1.0), (1, 2.0)):
        for amount in (2, 4):
            scale = slower * amount / 2
            passes.append(taken("ringfence", amount, turn, scale=scale, again=0.05, **ours))
            passes.append(taken("LlamaIndex", amount, turn, scale=scale, **theirs))
    return IngestBench(
        passes=tuple(passes), peers={"LlamaIndex": "1.0"}, listed=9, listing_seconds=0.25
    )


def spread(median, low=None, high=None):
    low = median if low is None else low
    high = median if high is None else high
    return Spread(median=median, low=low, high=high, count=3)


@pytest.fixture
def answered():
    """Four questions to two generators, and a server."""
    asked = []
    for number in (1, 2, 3, 4):
        stages = {"redact": 0.001, "search": 0.010 * number, "answer": 0.100, "audit": 0.002}
        asked.append(
            Asked(generator="extractive", wall=sum(stages.values()) + 0.003, stages=stages)
        )
        slow = {**stages, "answer": 1.0}
        asked.append(Asked(generator="model", wall=sum(slow.values()) + 0.003, stages=slow))
    server = Server(
        name="llama.cpp",
        start_seconds=0.5,
        peak_mb=120.0,
        prompt_tokens=580,
        written_tokens=48.0,
        whole=Overhead(direct=1000.0, ours=980.0, share=spread(0.98, 0.95, 0.99)),
        streamed=Overhead(direct=1000.0, ours=960.0, share=spread(0.96)),
        first=FirstToken(cold=240.0, shared=12.0, ratio=spread(0.05)),
        first_ours=6.0,
        first_direct=5.0,
        first_times=spread(1.2),
    )
    return AnswerBench(model="reader", server=server, asked=tuple(asked), peak_mb=700.0)
