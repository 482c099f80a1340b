"""Measures a reader in a GGUF file through its server: exact answers by number of facts, refusals.

Any reader is measured alike, whoever trained it: the prompts are made of templates and names
that are held out, the answers are written by a model server in a process of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from eval.intervals import bootstrap_mean, bootstrap_ratio
from pipelines.reader.contexts import REFUSAL, Contexts, Wording, tail
from rag.generate.servers.ctransformers import ctransformers
from rag.generate.servers.llama_cpp import llama_cpp
from rag.generate.servers.supervised import Supervised
from rag.generate.wire.client import ModelClient
from rag.generate.wire.records import Request
from rag.settings import ModelSettings

FACTS = (1, 2, 3, 5, 8)
SEED = 424_242
MOST_TOKENS = 160

_CITED = re.compile(r"\[(\d{1,2})\](?=$|\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One prompt with its right answer."""

    facts: int
    kind: str
    prompt: str = field(repr=False)
    answer: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share with its 95 % interval, and of how many cases."""

    share: float
    low: float
    high: float
    cases: int


def cases(
    each: int, seed: int = SEED, facts: Sequence[int] = FACTS, wording: Wording | None = None
) -> list[Case]:
    """Return cases: one question to a context, so that all are independent.

    Args:
        each: Cases for each number of facts.
        seed: Decides about everything that is drawn.
        facts: Numbers of facts.
        wording: Other words than those that training is kept from.
    """
    out = []
    for number in facts:
        source = Contexts(seed + number, held_out=True, wording=wording)
        made = 0
        while made < each:
            context = source.write(number, 1)
            if context.facts != number:
                continue
            asked = context.asked[0]
            out.append(
                Case(
                    facts=number,
                    kind=asked.kind,
                    prompt=context.head + tail(asked.question),
                    answer=asked.answer,
                )
            )
            made += 1
    return out


@contextmanager
def served(model: Path, *, threads: int = 1, runtime: str = "llama.cpp") -> Iterator[ModelClient]:
    """Serve a GGUF file in a child process for as long as it is asked."""
    settings = ModelSettings(context=1024, slots=1, threads=threads, cache_mb=64)
    launch = (ctransformers if runtime == "ctransformers" else llama_cpp)(settings, model)
    client = ModelClient(Supervised(launch), context=1024)
    try:
        yield client
    finally:
        client.close()


def answers(client: ModelClient, asked: Sequence[Case], say: Callable[[str], None]) -> list[str]:
    """Return what the model answers to each case."""
    out = []
    for number, case in enumerate(asked, 1):
        reply = client.complete(Request(prompt=case.prompt, max_tokens=MOST_TOKENS))
        out.append(reply.text)
        if number % 200 == 0:
            say(f"{number} of {len(asked)} asked")
    return out


def scores(asked: Sequence[Case], told: Sequence[str]) -> dict[str, object]:
    """Return every share that the card reports.

    An answer is exact if it is the right sentence, word for word, with the right number and no
    more. Refusal is measured as a decision: precision, recall and F1 over all cases.
    """
    pairs = list(zip(asked, told, strict=True))
    stated = [pair for pair in pairs if pair[0].kind == "one"]
    by_facts = {
        str(number): {
            "exact": _share([told == one.answer for one, told in stated if one.facts == number]),
            "cited": _share([_cites(one, told) for one, told in stated if one.facts == number]),
            "refusal_f1": _f1([pair for pair in pairs if pair[0].facts == number]),
        }
        for number in sorted({one.facts for one in asked})
    }
    refused = [(one.kind == "absent", told == REFUSAL) for one, told in pairs]
    return {
        "facts": by_facts,
        "two_sentences": _share([told == one.answer for one, told in pairs if one.kind == "two"]),
        "refusal": {
            "f1": _f1(pairs),
            "precision": _share([absent for absent, refusal in refused if refusal]),
            "recall": _share([refusal for absent, refusal in refused if absent]),
        },
    }


def _cites(case: Case, told: str) -> bool:
    return _CITED.findall(told) == _CITED.findall(case.answer)


def _share(values: Sequence[bool]) -> dict[str, float] | None:
    if not values:
        return None
    found = bootstrap_mean([float(value) for value in values])
    return _rounded(Share(share=found.mean, low=found.low, high=found.high, cases=len(values)))


def _f1(pairs: Sequence[tuple[Case, str]]) -> dict[str, float] | None:
    refused = [(one.kind == "absent", told == REFUSAL) for one, told in pairs]
    both = [2.0 * (absent and refusal) for absent, refusal in refused]
    found = bootstrap_ratio(both, [float(absent) + refusal for absent, refusal in refused])
    if found is None:
        return None
    return _rounded(Share(share=found.mean, low=found.low, high=found.high, cases=len(pairs)))


def _rounded(share: Share) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(share).items()}
