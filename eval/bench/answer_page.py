"""What the page says of the speed of an answer."""

from __future__ import annotations

from collections.abc import Mapping

from eval.bench.answer import (
    KIND,
    AnswerBench,
    bars,
    middles,
    table_of_first,
    table_of_server,
    table_of_way,
)
from eval.bench.page import Figure, Section, Table
from eval.bench.shares import shares


def section(result: AnswerBench, about: Mapping[str, object]) -> Section:
    """Return tables, a chart, method and limits."""
    server = result.server
    rounds = server.whole.share.count
    questions = len(result.asked) // max(1, len(result.generators))
    return Section(
        kind=KIND,
        title="Answers",
        bars=bars(result),
        tables=[
            Table(
                title="What Ringfence adds to a model's server",
                rows=table_of_server(result),
                note="Medians; of direct: round by round, with the range.",
            ),
            Table(title="What a shared beginning saves", rows=table_of_first(result)),
            Table(
                title="The whole way of a question",
                rows=table_of_way(result),
                note="Each stage by itself, so percentiles do not add up to those of the whole.",
            ),
        ],
        figures=[
            Figure(
                title="Where the time of a question goes",
                note="Milliseconds, the median of each stage over the questions.",
                shares=shares(middles(result, result.generators), "milliseconds"),
            )
        ],
        method=[
            (
                f"{server.name} serves {result.model} as a supervised child on loopback: started "
                f"in {server.start_seconds:.1f} s, {server.peak_mb:,.0f} MB at most."
            ),
            (
                f"Our client and the barest one ask it the same in turns, {rounds} rounds, prompts "
                f"of about {server.prompt_tokens} tokens, answers of {server.written_tokens:,.0f} "
                "in the median; the first round is not counted, so that prompts are in the "
                "server's cache."
            ),
            (
                f"The whole way: {questions} questions a generator, of the sample corpora's, asked "
                "in turns by those who may; index, models and server are loaded before. The "
                f"process that asks takes {result.peak_mb:,.0f} MB at most."
            ),
        ],
        limits=[
            (
                "The smaller a model, the more weighs what is added: one of eight billion "
                "parameters writes about four tokens a second on two cores, where it is nothing. "
                "The command ringfence models simulate measures what such a one costs here."
            ),
            (
                "One question at a time: waiting for a slot is not measured. The stage discover "
                "looks for hidden documents, only where nothing was found to answer."
            ),
        ],
        about=about,
    )
