"""One client for every model server: completions and chat, whole or streamed, within deadlines."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from rag.errors import ConfigurationError, RetryError
from rag.generate.wire.address import Address, Endpoint
from rag.generate.wire.deadline import Deadline
from rag.generate.wire.discovery import Discovered, Probe, discover, ollama_context
from rag.generate.wire.exchange import Exchange
from rag.generate.wire.facts import ServerFacts, ServerKind
from rag.generate.wire.records import Finish, Piece, Reply, Request, TokenLogprob, Usage
from rag.generate.wire.refusals import SMALL, expect, refusal
from rag.generate.wire.shapes import Chunk, body_of, read_chunk, too_long
from rag.generate.wire.stream import Limits, json_lines, parsed, server_sent, whole
from rag.generate.wire.tokens import estimated_tokens, most_tokens
from rag.generate.wire.told import count

# More pieces than tokens were asked for: some servers send a few that are empty.
_MORE_PIECES = 64
_TEMPLATE_TOKENS = 64  # a message's share of a chat template, at most
# What Ollama takes if nobody says; it cuts longer prompts without a word.
_OLLAMA_CONTEXT = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds for a start, an answer in all, the next piece once it has begun, and small calls."""

    start: float = 300.0
    answer: float = 120.0
    silence: float = 60.0
    small: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """What is known of the server and the model that are asked."""

    facts: ServerFacts
    model: str
    context: int
    adapters: tuple[str, ...]
    cached: bool


class ModelClient:
    """Asks one model of one server; threads may share it.

    Args:
        endpoint: Where the server is.
        model: The model's name there; empty if it offers only one.
        context: The longest context to be used; 0 means the server's own.
        adapters: Names of LoRA adapters in the order in which the server loaded them, where
            the server was started here; elsewhere the server tells them.
        patience: How long to wait for what.
        at_once: How many answers are asked for at a time; others wait here, where they take
            nothing of the server. 0 means any number.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        model: str = "",
        context: int = 0,
        adapters: tuple[str, ...] = (),
        patience: Patience | None = None,
        at_once: int = 0,
    ) -> None:
        self._turns = threading.Semaphore(at_once) if at_once else None
        self._endpoint = endpoint
        self._model = model
        self._context = context
        self._adapters = adapters
        self._patience = patience or Patience()
        self._limits = Limits()
        self._exchange = Exchange(endpoint.lost)
        self._known: tuple[Address, _Ready] | None = None
        self._learning = threading.Lock()

    def warm(self) -> None:
        """Wait until the server can answer; one of ours is started."""
        self._ready(Deadline(self._patience.start))

    def complete(self, request: Request) -> Reply:
        """Return the whole answer; it is not sent in pieces, which costs less."""
        with self._begun(request, streamed=False) as (response, answer, facts):
            if facts.only_streams:
                for event in server_sent(response, self._limits):
                    answer.add(read_chunk(event, facts))
            else:
                answer.add(read_chunk(parsed(whole(response, self._limits)), facts))
        return answer.reply()

    def stream(self, request: Request) -> Generator[Piece | Reply]:
        """Yield the answer as it is written, and at last the whole of it.

        Closing the iterator ends the request: the server stops writing.
        """
        with self._begun(request, streamed=True) as (response, answer, facts):
            events = server_sent if facts.shape == "openai" else json_lines
            for event in events(response, self._limits):
                piece = answer.add(read_chunk(event, facts))
                if piece is not None:
                    yield piece
        yield answer.reply()

    def count_tokens(self, text: str, *, whole_prompt: bool = False) -> int:
        """Return how many tokens a text has: the server's own count, else an upper estimate.

        A whole prompt has what the server puts before it, too.
        """
        address, ready = self._ready(Deadline(self._patience.answer))
        deadline = Deadline(self._patience.small)
        return self._tokens(text, address, ready, deadline, whole_prompt=whole_prompt)

    def context_tokens(self) -> int:
        """Return how many tokens prompt and answer may have together."""
        return self._ready(Deadline(self._patience.answer))[1].context

    def facts(self) -> ServerFacts:
        """Say what kind of server it is."""
        return self._ready(Deadline(self._patience.answer))[1].facts

    def model_name(self) -> str:
        """Return the name under which the server knows the model."""
        return self._ready(Deadline(self._patience.answer))[1].model

    def ready(self) -> bool:
        """Say whether the server can answer now; a server that was not asked yet is not started."""
        if not self._endpoint.running():
            return False
        deadline = Deadline(self._patience.small)
        try:
            address, ready = self._ready(deadline)
            health = ready.facts.health
            with self._exchange.ask(address, "GET", health, None, deadline) as response:
                whole(response, SMALL)
                return response.status == 200
        except (RetryError, ConfigurationError):
            return False

    def peak_mb(self) -> float | None:
        """Return the most memory the server has had; None of one that somebody else runs."""
        return self._endpoint.peak_mb()

    def restart(self) -> None:
        """End a server that was started here; the next question starts another."""
        self._exchange.close()
        self._endpoint.restart()

    def close(self) -> None:
        """Let go of the server; one that was started here is ended."""
        self._exchange.close()
        self._endpoint.close()

    def _ready(self, deadline: Deadline) -> tuple[Address, _Ready]:
        """Return where the server is and what is known of it; learn it at a new address."""
        address = self._endpoint.address(deadline)
        known = self._known
        if known is not None and known[0] == address:
            return known
        with self._learning:
            known = self._known
            if known is None or known[0] != address:
                known = (address, self._learn(address, deadline))
                self._known = known
        return known

    def _learn(self, address: Address, deadline: Deadline) -> _Ready:
        seconds = min(self._patience.small, _left(deadline))
        found = discover(self._exchange, address, seconds=seconds)
        model, context = self._chosen(found)
        if found.facts.kind is ServerKind.OLLAMA:
            probe = Probe(self._exchange, address, Deadline(seconds))
            most = ollama_context(probe, model)
            context = min(self._context or _OLLAMA_CONTEXT, most or _OLLAMA_CONTEXT)
        elif self._context:
            context = min(self._context, context or self._context)
        if not context:
            raise ConfigurationError(
                f"{found.facts.kind} at {address} does not tell the context of `{model}`: "
                "say it in the model's `context`"
            )
        adapters = self._adapters or found.adapters
        # llama.cpp's cache of prompts does not know which adapter they were read with. A server
        # that was started here with adapters has none; of another one that cannot be known.
        cached = not adapters or adapters == self._adapters
        return _Ready(
            facts=found.facts, model=model, context=context, adapters=adapters, cached=cached
        )

    def _chosen(self, found: Discovered) -> tuple[str, int]:
        """Return the model's full name at the server, and its context as far as it tells."""
        wanted = self._model
        offered = [m for m in found.models if m.name not in found.adapters]
        for model in offered:
            if same_model(wanted, model.name) or (not wanted and len(offered) == 1):
                return model.name, model.context
        names = ", ".join(m.name for m in offered[:20]) or "none"
        if not wanted:
            raise ConfigurationError(
                f"{found.facts.kind} offers several models or none ({names}): "
                "name one in the model's `name`"
            )
        raise ConfigurationError(f"{found.facts.kind} has no model `{wanted}`; it offers: {names}")

    def _check_fits(
        self, request: Request, address: Address, ready: _Ready, deadline: Deadline
    ) -> None:
        """Refuse what is longer than the context; where that is plain, nobody is asked."""
        texts = [request.prompt, *(m.content for m in request.messages)]
        around = _TEMPLATE_TOKENS * len(request.messages)
        room = ready.context - request.max_tokens
        if sum(map(most_tokens, texts)) + around <= room:
            return
        text = "\n".join(texts[1:]) if request.messages else request.prompt
        needed = self._tokens(text, address, ready, deadline, whole_prompt=True)
        if needed > room:
            raise too_long(needed, max(room, 0))

    def _tokens(
        self, text: str, address: Address, ready: _Ready, deadline: Deadline, *, whole_prompt: bool
    ) -> int:
        facts = ready.facts
        if not facts.tokenize:
            return estimated_tokens(text)
        body: dict[str, object] = {"content": text, "add_special": whole_prompt}
        if facts.kind is ServerKind.VLLM:
            body = {"model": ready.model, "prompt": text, "add_special_tokens": whole_prompt}
        with self._asked(address, facts.tokenize, body, deadline) as response:
            expect(response, "json")
            told = parsed(whole(response, SMALL))
        tokens = told.get("tokens")
        number = len(tokens) if isinstance(tokens, list) else count(told.get("count"))
        if text and number == 0:
            raise RetryError("the model server did not say how many tokens a text has")
        return number

    @contextmanager
    def _begun(
        self, request: Request, *, streamed: bool
    ) -> Iterator[tuple[http.client.HTTPResponse, _Answer, ServerFacts]]:
        """Send a request for an answer, and give what comes and what it is gathered in."""
        started = time.monotonic()
        deadline = Deadline(self._patience.answer)
        address, ready = self._ready(deadline)
        facts = ready.facts
        streamed = streamed or facts.only_streams
        self._check_fits(request, address, ready, deadline)
        path, body = body_of(
            request,
            facts,
            model=ready.model,
            context=ready.context,
            adapters=ready.adapters,
            cached=ready.cached,
            streamed=streamed,
        )
        silence = self._patience.silence
        answer = _Answer(request, ready, started, lambda: deadline.allow_silence(silence))
        with self._turn(deadline), self._asked(address, path, body, deadline) as response:
            expect(response, "event-stream" if streamed and facts.shape == "openai" else "json")
            yield response, answer, facts

    @contextmanager
    def _turn(self, deadline: Deadline) -> Iterator[None]:
        """Wait for one of those who ask at a time to be done."""
        if self._turns is None:
            yield
            return
        if not self._turns.acquire(timeout=_left(deadline)):
            raise RetryError("too many questions wait for the model")
        try:
            yield
        finally:
            self._turns.release()

    @contextmanager
    def _asked(
        self, address: Address, path: str, body: Mapping[str, object], deadline: Deadline
    ) -> Iterator[http.client.HTTPResponse]:
        """Send a request; a refusal becomes an error by remedy."""
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        with self._exchange.ask(address, "POST", path, data, deadline) as response:
            if response.status != 200:
                raise refusal(response, path)
            yield response


class _Answer:
    """An answer while it arrives."""

    def __init__(
        self, request: Request, ready: _Ready, started: float, begun: Callable[[], None]
    ) -> None:
        """Take what was asked of whom and when; `begun` is told of the first text."""
        self._request = request
        self._ready = ready
        self._started = started
        self._begun = begun
        self._first = 0.0
        self._texts: list[str] = []
        self._pieces = 0
        self._logprobs: list[TokenLogprob] = []
        self._finish: Finish | None = None
        self._usage: Usage | None = None

    def add(self, chunk: Chunk) -> Piece | None:
        """Take in a chunk; return its text, if it has any."""
        self._check_model(chunk)
        self._finish = chunk.finish or self._finish
        self._usage = chunk.usage or self._usage
        self._logprobs.extend(chunk.logprobs)
        self._pieces += 1
        if self._pieces > self._request.max_tokens + _MORE_PIECES:
            raise ConfigurationError("the model server goes on beyond the tokens it was asked for")
        if not chunk.text:
            return None
        if not self._texts:
            self._first = chunk.seconds_to_first or time.monotonic() - self._started
            self._begun()
        self._texts.append(chunk.text)
        return Piece(text=chunk.text)

    def reply(self) -> Reply:
        """Return the whole answer, or raise `RetryError` if its end is missing."""
        if self._finish is None:
            raise RetryError("the model server broke off its answer")
        seconds = time.monotonic() - self._started
        return Reply(
            text="".join(self._texts),
            finish=self._finish,
            usage=self._usage or self._counted(),
            seconds_to_first=min(self._first or seconds, seconds),
            seconds=seconds,
            logprobs=tuple(self._logprobs) if self._request.logprobs else None,
        )

    def _counted(self) -> Usage:
        """Return the usage as far as it can be known where the server tells none."""
        texts = [self._request.prompt, *(m.content for m in self._request.messages)]
        return Usage(
            prompt_tokens=sum(map(estimated_tokens, texts)),
            cached_tokens=0,
            completion_tokens=len(self._texts),
        )

    def _check_model(self, chunk: Chunk) -> None:
        """Refuse the answer of another model than was asked: it was not admitted."""
        allowed = [self._ready.model, *(use.name for use in self._request.lora)]
        if not (self._ready.facts.names_model and chunk.model):
            return
        if not any(same_model(name, chunk.model) for name in allowed):
            raise ConfigurationError(
                f"another model answered than `{self._ready.model}`: see what the server has loaded"
            )


def _left(deadline: Deadline) -> float:
    """Return the seconds that are left, or raise `RetryError`."""
    try:
        return deadline.remaining()
    except TimeoutError:
        raise RetryError("there was no time left to ask the model") from None


def same_model(wanted: str, named: str) -> bool:
    """Whether two names mean one model; Ollama adds a tag where none is given."""
    return bool(wanted) and named in (wanted, f"{wanted}:latest")
