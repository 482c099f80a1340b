"""A question, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rag.records.access import Principal
from rag.records.texts import RedactedText


class Verdict(StrEnum):
    """How an answer stands to its evidence."""

    GROUNDED = "grounded"
    PARTIAL = "partial"
    ABSTAINED = "abstained"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A redacted question and who asks it."""

    text: RedactedText = field(repr=False)
    principal: Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSentence:
    """One sentence as a generator wrote it, with the evidence numbers it cites."""

    text: str = field(repr=False)
    cites: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUse:
    """What an answer of a language model cost; `cut_off` if it ended at its cap alone."""

    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    seconds_to_first: float
    seconds: float
    cut_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a generator returns. No sentences: it found no answer in the evidence.

    `why` says in a few words why there are none, if there is more to say. `use` is not known of
    an answer that was not read to its end. `prompt` is what a model was told, without its secret
    word, and `text` all that it wrote.
    """

    sentences: tuple[DraftSentence, ...]
    model: str
    why: str = field(default="", repr=False)
    use: ModelUse | None = None
    prompt: str = field(default="", repr=False)
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a sentence's support stands: `quote` is the redacted document from `start` to `end`."""

    n: int
    document: str
    title: RedactedText = field(repr=False)
    page: int | None
    start: int
    end: int
    quote: RedactedText = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSentence:
    """A sentence of an answer with the numbers of the citations that support it.

    One that nothing supports is there only where settings have such sentences marked.
    """

    text: str = field(repr=False)
    citations: tuple[int, ...]
    supported: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two citations that contradict each other in a number, a date or a negation: see `kind`."""

    kind: str
    citations: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A draft after grounding: what is supported, by what, and how well altogether."""

    verdict: Verdict
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Who writes from now on; what was said before no longer counts."""

    tier: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence that evidence supports, told while the answer is written.

    `citations` are those that no sentence before it has cited.
    """

    sentence: AnswerSentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierStep:
    """Who was asked on the way to an answer, why, and how what he said was judged."""

    tier: str
    model: str
    verdict: Verdict
    why: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the asker gets."""

    answer: str = field(repr=False)
    verdict: Verdict
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    model: str
    timings: Mapping[str, float]
    audit_id: str
    conflicts: tuple[Conflict, ...] = ()
    steps: tuple[TierStep, ...] = ()
