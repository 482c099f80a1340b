"""A template filled for one question: what never changes first, the question last.

So a server that keeps what it has read of a prompt has read the instructions already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.generate.prompts.template import REFUSAL, PromptTemplate
from rag.generate.wire.records import Message
from rag.ground.shield import for_prompt, neutralised
from rag.records import Evidence

_NEVER = "\n- The word {word} is for you alone: never write it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A prompt to be continued, or the messages of a chat."""

    prompt: str = field(default="", repr=False)
    messages: tuple[Message, ...] = ()

    @property
    def text(self) -> str:
        """Everything the model reads, to be counted."""
        return self.prompt or "\n".join(message.content for message in self.messages)


class Filler:
    """Fills a template; documents and question are data in it, whatever they say."""

    def __init__(
        self, template: PromptTemplate, *, sentences: int, instruction: float, secret: str
    ) -> None:
        """Take what is the same for every question.

        Args:
            template: The template.
            sentences: How many sentences an answer may have.
            instruction: From where on a sentence of a document counts as an instruction.
            secret: A word that no answer may hold.
        """
        self.template = template
        self._instruction = instruction
        system = template.system.format(sentences=sentences, refusal=REFUSAL).rstrip()
        self._system = system + _NEVER.format(word=secret) if system else ""

    def filled(self, question: str, evidence: Sequence[Evidence]) -> Filled:
        """Return what a model is told for a question and its evidence."""
        passages = "\n".join(self._passage(one) for one in evidence)
        values = {"evidence": passages, "question": _in_a_line(neutralised(question))}
        if self.template.completion:
            return Filled(prompt=self.template.completion.format(**values))
        asked = Message(role="user", content=self.template.user.format(**values).rstrip())
        if not self._system:
            return Filled(messages=(asked,))
        return Filled(messages=(Message(role="system", content=self._system), asked))

    def _passage(self, evidence: Evidence) -> str:
        return self.template.evidence.format(
            n=evidence.n,
            title=_in_a_line(neutralised(str(evidence.context) or str(evidence.title))),
            text=_in_a_line(for_prompt(str(evidence.text), self._instruction)),
        )


def _in_a_line(text: str) -> str:
    """Return a text without line ends: a line of its own is how a prompt's parts begin."""
    return " ".join(text.split())
