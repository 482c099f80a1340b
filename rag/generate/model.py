"""Answers by a language model: told what the evidence is, held to it by form, budget and cap."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from rag.errors import ConfigurationError
from rag.generate.grammar import answer_grammar
from rag.generate.prompts.fill import Filled, Filler
from rag.generate.prompts.template import REFUSAL
from rag.generate.wire.client import ModelClient
from rag.generate.wire.records import LoraUse, Piece, Reply, Request
from rag.generate.wire.tokens import most_tokens
from rag.ground.shield import Canary
from rag.ground.stream import MOST_CITED, SentenceStream
from rag.records import Draft, DraftSentence, Evidence, ModelUse, Question
from rag.settings import GenerateSettings

# What ends an answer in a prompt that is continued: the next question.
_STOP = ("\nQuestion:", "\n\n")
_MESSAGE_TOKENS = 64  # of a chat template around one message, at most
_ENDINGS = (".", "!", "?", "…", ":", ")", '"', "”", "|")


class ModelGenerator:
    """A `Generator` that asks one model of one server."""

    def __init__(
        self,
        client: ModelClient,
        filler: Filler,
        settings: GenerateSettings,
        *,
        name: str,
        canary: Canary,
    ) -> None:
        """Take note of the parts; the server is started when it is first asked.

        Args:
            client: Speaks with the server.
            filler: Writes prompts.
            settings: How long answers may be.
            name: The model and its hash, as answers and audit name it.
            canary: The word of the prompt that no answer may hold.
        """
        self._client = client
        self._filler = filler
        self._settings = settings
        self._canary = canary
        self._name = name
        self.model = self._named(settings.lora)

    def generate(self, question: Question, evidence: Sequence[Evidence]) -> Draft:
        """Return what the model writes, or a draft without sentences.

        Without evidence the model is not asked.
        """
        return self.tell(question, evidence, nobody)

    def tell(
        self,
        question: Question,
        evidence: Sequence[Evidence],
        hear: Callable[[DraftSentence], None],
    ) -> Draft:
        """Do so, and hand over each sentence as soon as it is written."""
        if not evidence:
            return Draft(sentences=(), model=self.model)
        self._client.warm()
        filled, told = self._fitting(str(question.text), evidence[:MOST_CITED])
        adapter = self._settings.lora_of.get(evidence[0].source, self._settings.lora)
        request = self._request(filled, told, adapter)

        def said(sentence: DraftSentence) -> None:
            if not self._against(writing.text):
                hear(sentence)

        writing = Writing(self._settings.sentences, said)
        with closing(streamed(self._client, request)) as pieces:
            for piece in pieces:
                if isinstance(piece, Reply):
                    writing.end(piece)
                elif writing.add(piece.text):
                    break
        return self._draft(writing, filled, adapter)

    def warm(self) -> None:
        """Start the server and wait until it can answer."""
        self._client.warm()

    def ready(self) -> bool:
        """Say whether the server can answer now."""
        return self._client.ready()

    def peak_mb(self) -> float | None:
        """Return the most memory the server has had, if it is one of ours."""
        return self._client.peak_mb()

    def restart(self) -> None:
        """End the server; the next question starts another."""
        self._client.restart()

    def close(self) -> None:
        """Let go of the server."""
        self._client.close()

    def _named(self, adapter: str) -> str:
        """Return model, adapter and template as answers name them."""
        with_adapter = f"{self._name}+{adapter}" if adapter else self._name
        return f"{with_adapter} {self._filler.template.fingerprint}"

    def _draft(self, writing: Writing, filled: Filled, adapter: str) -> Draft:
        """Return what was written, unless the model refused or gave away what it must not."""
        why = self._against(writing.text)
        sentences = () if why else tuple(writing.sentences)
        return Draft(
            sentences=sentences,
            model=self._named(adapter),
            why=why,
            use=writing.use,
            prompt=self._canary.hidden_in(filled.text),
            text=self._canary.hidden_in(writing.text),
        )

    def _against(self, written: str) -> str:
        """Say why nothing of what was written may be told; nothing if it may."""
        if self._canary.shows_in(written):
            return "the answer held a word of the instructions"
        if written.strip().startswith(REFUSAL.rstrip(".")):
            return "the model found no answer in the evidence"
        return ""

    def _request(self, filled: Filled, evidence: Sequence[Evidence], adapter: str) -> Request:
        numbers = [one.n for one in evidence]
        grammar = ""
        if self._client.facts().grammar:
            grammar = answer_grammar(numbers, sentences=self._settings.sentences)
        return Request(
            max_tokens=self._settings.max_tokens,
            prompt=filled.prompt,
            messages=filled.messages,
            stop=_STOP if filled.prompt else (),
            grammar=grammar,
            lora=(LoraUse(name=adapter),) if adapter else (),
        )

    def _fitting(
        self, question: str, evidence: Sequence[Evidence]
    ) -> tuple[Filled, Sequence[Evidence]]:
        """Return the prompt with as much of the evidence, best first, as the context takes."""
        context = self._client.context_tokens()
        room = context - self._settings.max_tokens
        fits, too_many = 0, len(evidence) + 1
        trial = len(evidence)
        while too_many - fits > 1:
            if self._tokens(self._filler.filled(question, evidence[:trial])) <= room:
                fits = trial
            else:
                too_many = trial
            trial = (fits + too_many) // 2
        if not fits:
            raise ConfigurationError(
                f"a context of {context} tokens has no room for a question, one passage and "
                f"{self._settings.max_tokens} tokens of answer: raise `model.context`"
            )
        told = evidence[:fits]
        return self._filler.filled(question, told), told

    def _tokens(self, filled: Filled) -> int:
        """Return how many tokens a prompt has, never too few; near the room, the server counts."""
        around = _MESSAGE_TOKENS * len(filled.messages)
        surely = most_tokens(filled.text) + around
        if surely <= self._client.context_tokens() - self._settings.max_tokens:
            return surely
        return self._client.count_tokens(filled.text, whole_prompt=True) + around


def nobody(_sentence: DraftSentence) -> None:
    """Hear nothing: the whole draft is waited for."""


class Writing:
    """An answer while it is written, cut at so many sentences."""

    def __init__(self, most: int, said: Callable[[DraftSentence], None] = nobody) -> None:
        self._most = most
        self._said = said
        self._stream = SentenceStream()
        self.text = ""
        self.sentences: list[DraftSentence] = []
        self.use: ModelUse | None = None

    def add(self, piece: str) -> bool:
        """Take in a piece; say whether no more is wanted."""
        self.text += piece
        return self._take(self._stream.feed(piece))

    def end(self, reply: Reply) -> None:
        """Take in what is left, and what it cost.

        Of an answer that was cut off at its cap, a sentence that is not finished is left out.
        """
        left = self._stream.close()
        if reply.finish == "length" and left and not _finished(left[-1]):
            left = left[:-1]
        self._take(left)
        self.use = ModelUse(
            prompt_tokens=reply.usage.prompt_tokens,
            cached_tokens=reply.usage.cached_tokens,
            completion_tokens=reply.usage.completion_tokens,
            seconds_to_first=reply.seconds_to_first,
            seconds=reply.seconds,
            cut_off=reply.finish == "length",
        )

    def _take(self, sentences: Sequence[DraftSentence]) -> bool:
        """Keep sentences until there are enough, or the model begins to repeat itself."""
        for sentence in sentences:
            if any(sentence.text == kept.text for kept in self.sentences):
                return True
            if sentence.text.strip():
                self.sentences.append(sentence)
                self._said(sentence)
            if len(self.sentences) >= self._most:
                return True
        return False


def _finished(sentence: DraftSentence) -> bool:
    return bool(sentence.cites) or sentence.text.rstrip().endswith(_ENDINGS)


def streamed(client: ModelClient, request: Request) -> Generator[Piece | Reply]:
    """Give the pieces as a generator, which can be closed before its end."""
    yield from client.stream(request)
