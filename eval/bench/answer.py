"""The speed of an answer: what we add to a model's server, and where a question's time goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from eval.bench.bars import Bar, at_least, at_most, ranged
from eval.bench.samples import Spread
from eval.bench.timing import percentile
from eval.bench.wire import LEAST_SPEED, MOST_FIRST, FirstToken, Overhead

KIND = "answer"
STAGES = ("redact", "search", "answer", "discover", "leaks", "audit")
REST = "between the stages"
WHOLE = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A model's server through our client and asked directly, with the same prompts.

    `first` compares a beginning that was never sent with one that always is; `first_ours` and
    `first_direct` are milliseconds to a token once the prompt was read before.
    """

    name: str
    start_seconds: float
    peak_mb: float
    prompt_tokens: int
    written_tokens: float
    whole: Overhead
    streamed: Overhead
    first: FirstToken
    first_ours: float
    first_direct: float
    first_times: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question on its whole way, in seconds: all of it, and its stages."""

    generator: str
    wall: float
    stages: Mapping[str, float]

    @property
    def parts(self) -> dict[str, float]:
        """Return every stage, and what is between them."""
        found = {name: self.stages.get(name, 0.0) for name in STAGES}
        return {**found, REST: max(0.0, self.wall - sum(found.values()))}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBench:
    """Everything that was measured; every figure of the way is worked out from `asked`."""

    model: str
    server: Server
    asked: tuple[Asked, ...]
    peak_mb: float

    @property
    def generators(self) -> list[str]:
        """Who answered."""
        return list(dict.fromkeys(one.generator for one in self.asked))

    def milliseconds(self, generator: str, part: str, share: float) -> float:
        """Return a percentile of a stage over the questions; of the whole if it is named so."""
        values = [
            one.wall if part == WHOLE else one.parts[part]
            for one in self.asked
            if one.generator == generator
        ]
        return 1000 * percentile(values, share)


def facts(result: AnswerBench) -> dict[str, object]:
    """Return everything measured, for a file, with what is worked out of it."""
    parts = (*STAGES, REST, WHOLE)
    return {
        "bench": KIND,
        "bars": [asdict(bar) for bar in bars(result)],
        "summary": {
            generator: {
                part: {
                    "p50_ms": result.milliseconds(generator, part, 0.5),
                    "p95_ms": result.milliseconds(generator, part, 0.95),
                }
                for part in parts
            }
            for generator in result.generators
        },
        **asdict(result),
    }


def bars(result: AnswerBench) -> list[Bar]:
    """Return what was promised, held or missed."""
    server = result.server
    what = "tokens a second, of the server called directly"
    return [
        at_least(f"{what}, whole answers", server.whole.share, LEAST_SPEED, "{:.1%}"),
        at_least(f"{what}, streamed", server.streamed.share, LEAST_SPEED, "{:.1%}"),
        at_most(
            "first token with the shared beginning, of cold",
            server.first.ratio,
            MOST_FIRST,
            "{:.1%}",
        ),
    ]


def table_of_server(result: AnswerBench) -> list[tuple[str, str, str, str]]:
    """Return what our client costs, as rows under headings."""
    server = result.server
    return [
        ("of one server", "direct", "through ringfence", "ours, of direct"),
        (
            "tokens a second, whole answers",
            f"{server.whole.direct:,.0f}",
            f"{server.whole.ours:,.0f}",
            ranged(server.whole.share, "{:.1%}"),
        ),
        (
            "tokens a second, streamed",
            f"{server.streamed.direct:,.0f}",
            f"{server.streamed.ours:,.0f}",
            ranged(server.streamed.share, "{:.1%}"),
        ),
        (
            "first token, prompt read before, ms",
            f"{server.first_direct:,.2f}",
            f"{server.first_ours:,.2f}",
            ranged(server.first_times, "{:.1%}"),
        ),
    ]


def table_of_first(result: AnswerBench) -> list[tuple[str, str]]:
    """Return what a shared beginning saves, as rows under headings."""
    server = result.server
    return [
        ("time to the first token", "milliseconds"),
        ("cold: the beginning was never read", f"{server.first.cold:,.1f}"),
        ("shared: it was read for the question before", f"{server.first.shared:,.1f}"),
        ("shared, of cold", ranged(server.first.ratio, "{:.1%}")),
        ("from the start of the server, ms", f"{1000 * server.start_seconds:,.0f}"),
    ]


def table_of_way(result: AnswerBench) -> list[tuple[str, ...]]:
    """Return milliseconds by stage for each generator, as rows under headings."""
    names = result.generators
    head = ("stage, ms", *(f"{name}, {which}" for name in names for which in ("p50", "p95")))
    rows = [
        (
            part,
            *(
                f"{result.milliseconds(name, part, share):,.1f}"
                for name in names
                for share in (0.5, 0.95)
            ),
        )
        for part in (*STAGES, REST, WHOLE)
    ]
    return [head, *rows]


def middles(result: AnswerBench, generators: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return the median milliseconds of each stage that took any, for a chart."""
    return {
        name: {
            part: value
            for part in (*STAGES, REST)
            if (value := result.milliseconds(name, part, 0.5)) > 0
        }
        for name in generators
    }
