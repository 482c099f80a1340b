"""Grades of a local model, and preferences that hold whichever answer is named first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from eval.judging.prompts import Asked, comparing, grading
from rag.generate.wire.facts import ServerFacts
from rag.generate.wire.records import Reply, Request

_MOST_TOKENS = 8


class Client(Protocol):
    """What a judge needs of a model's server."""

    def complete(self, request: Request) -> Reply:
        """Have a prompt answered."""

    def facts(self) -> ServerFacts:
        """Say what the server can do."""


class Grade(StrEnum):
    """How right an answer is."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"


class Preference(StrEnum):
    """Which of two answers is better."""

    ONE = "one"
    OTHER = "other"
    EQUAL = "equal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferred:
    """Which answer a judge prefers; `steady` if it does so in both orders.

    Who prefers what comes first has no preference: that counts as equal, and is counted.
    """

    preference: Preference
    steady: bool


Verdict: TypeAlias = Grade | Preferred | None
"""What a judge says; None is nothing that can be read."""


class Judge:
    """A model that is asked for one word, held by a grammar where its server has one.

    What is none of the words is no grade: None, which reports count and never take for a number.
    """

    def __init__(self, client: Client, *, seed: int = 0) -> None:
        self._client = client
        self._seed = seed

    def grade(self, question: str, gold: str, answer: str) -> Grade | None:
        """Say how right an answer is, or None if the judge said nothing that can be read."""
        word = self._word(grading(question, gold, answer))
        return Grade(word) if word else None

    def prefer(self, question: str, gold: str, one: str, other: str) -> Preferred | None:
        """Say which of two answers is better, asked in both orders."""
        if one.strip() == other.strip():
            return Preferred(preference=Preference.EQUAL, steady=True)
        there = self._word(comparing(question, gold, one, other))
        back = self._word(comparing(question, gold, other, one))
        if not there or not back:
            return None
        ahead = {"first": Preference.ONE, "second": Preference.OTHER, "equal": Preference.EQUAL}
        behind = {"first": Preference.OTHER, "second": Preference.ONE, "equal": Preference.EQUAL}
        steady = ahead[there] is behind[back]
        return Preferred(preference=ahead[there] if steady else Preference.EQUAL, steady=steady)

    def _word(self, asked: Asked) -> str:
        """Return the one word that was answered, or nothing if it is none or several."""
        reply = self._client.complete(
            Request(
                messages=asked.messages,
                max_tokens=_MOST_TOKENS,
                seed=self._seed,
                grammar=asked.grammar if self._client.facts().grammar else "",
            )
        )
        said = set(re.findall(r"[a-z]+", reply.text.casefold())) & set(asked.words)
        return said.pop() if len(said) == 1 else ""
