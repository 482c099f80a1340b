"""A model asked without any evidence: what it knows by itself, to see what evidence buys.

Only evaluation does this. Nothing that is served may import this module: an answer that stands on
no document is none of Ringfence's.
"""

from __future__ import annotations

import hashlib
from contextlib import closing

from rag.generate.model import Writing, streamed
from rag.generate.prompts.template import REFUSAL
from rag.generate.wire.client import ModelClient
from rag.generate.wire.records import LoraUse, Message, Reply, Request
from rag.ground.shield import neutralised
from rag.records import Draft
from rag.settings import GenerateSettings

VERSION = 1
_SYSTEM = f"""You answer questions from what you know. No documents are given to you.
Rules:
- Write at most {{sentences}} short sentences.
- Give the answer itself, with its number, unit or date where it has one.
- If you do not know the answer, write only: {REFUSAL}
- Answer in the language of the question."""
_ASKED = "Question: {question}"
_CONTINUED = "No documents are given.\nQuestion: {question}\nAnswer:"
_STOP = ("\nQuestion:", "\n\n")


def prompt_fingerprint(*, continued: bool) -> str:
    """Return the version and hash of what is told to models that chat, or that continue a text."""
    text = _CONTINUED if continued else f"{_SYSTEM}\0{_ASKED}"
    return f"closed-book-{VERSION}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


class ClosedBook:
    """Asks one model of one server what it knows."""

    def __init__(
        self, client: ModelClient, settings: GenerateSettings, *, name: str, continued: bool
    ) -> None:
        """Take note of the parts; the server is started when it is first asked.

        Args:
            client: Speaks with the server.
            settings: How long answers may be.
            name: The model and its hash.
            continued: Whether it continues a text; others are asked as in a chat.
        """
        self._client = client
        self._settings = settings
        self._continued = continued
        self.model = f"{name} {prompt_fingerprint(continued=continued)}"

    def ask(self, question: str) -> Draft:
        """Return what the model writes; no sentences where it says that it does not know."""
        self._client.warm()
        request = self._request(" ".join(neutralised(question).split()))
        writing = Writing(self._settings.sentences)
        with closing(streamed(self._client, request)) as pieces:
            for piece in pieces:
                if isinstance(piece, Reply):
                    writing.end(piece)
                elif writing.add(piece.text):
                    break
        refused = writing.text.strip().startswith(REFUSAL.rstrip("."))
        return Draft(
            sentences=() if refused else tuple(writing.sentences),
            model=self.model,
            why="the model says that it does not know" if refused else "",
            use=writing.use,
            prompt=request.prompt or "\n".join(one.content for one in request.messages),
            text=writing.text,
        )

    def release(self) -> float | None:
        """Let go of the server, and return the most memory it has had, if it is one of ours."""
        peak = self._client.peak_mb()
        self._client.close()
        return peak

    def _request(self, question: str) -> Request:
        adapter = self._settings.lora
        return Request(
            max_tokens=self._settings.max_tokens,
            prompt=_CONTINUED.format(question=question) if self._continued else "",
            messages=() if self._continued else self._messages(question),
            stop=_STOP if self._continued else (),
            lora=(LoraUse(name=adapter),) if adapter else (),
        )

    def _messages(self, question: str) -> tuple[Message, ...]:
        return (
            Message(role="system", content=_SYSTEM.format(sentences=self._settings.sentences)),
            Message(role="user", content=_ASKED.format(question=question)),
        )
