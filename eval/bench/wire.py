"""What our client costs beside the barest one, and what a shared beginning of prompts saves.

Both are timed side by side against one server, with the same prompts and so the same answers:
times compare as tokens a second do, the other way round.
"""

from __future__ import annotations

import http.client
import itertools
import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from eval.bench.samples import Spread
from eval.bench.timing import Operation, timed
from rag.generate.wire.address import Address
from rag.generate.wire.client import ModelClient
from rag.generate.wire.records import Request

LEAST_SPEED = 0.97
MOST_FIRST = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Overhead:
    """Tokens a second of both ways, and ours as a share of the direct one's, round by round."""

    direct: float
    ours: float
    share: Spread

    @property
    def holds(self) -> bool:
        """Whether ours is fast enough."""
        return self.share.median >= LEAST_SPEED


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstToken:
    """Milliseconds to the first token, cold and with a shared beginning, and their ratio."""

    cold: float
    shared: float
    ratio: Spread

    @property
    def holds(self) -> bool:
        """Whether a shared beginning saves enough."""
        return self.ratio.median <= MOST_FIRST


def overhead(
    client: ModelClient,
    address: Address,
    prompts: Sequence[str],
    *,
    tokens: int,
    rounds: int,
    streamed: bool,
) -> Overhead:
    """Ask the same of a server directly and through our client, in turns."""
    model, direct = client.model_name(), _Direct(address, streamed=streamed)
    requests = [Request(prompt=prompt, max_tokens=tokens) for prompt in prompts]
    written = [client.complete(request).usage.completion_tokens for request in requests]

    def ours(number: int) -> None:
        if streamed:
            deque(client.stream(requests[number]), maxlen=0)
        else:
            client.complete(requests[number])

    def barely(number: int) -> None:
        direct.ask(model, prompts[number], tokens)

    operations = [Operation(name="ringfence", run=ours), Operation(name="direct", run=barely)]
    through, bare = timed(operations, len(prompts), rounds)
    direct.close()
    return Overhead(
        direct=1000 * median(written) / bare.p50,
        ours=1000 * median(written) / through.p50,
        share=bare.against,
    )


def first_token(client: ModelClient, beginning: str, *, questions: int, rounds: int) -> FirstToken:
    """Ask for one token, with a beginning that was never sent and with one that always is.

    A cold prompt differs from its first letters on, and is as long as the other.
    """
    numbers = itertools.count()

    def asking(prompt: Callable[[int], str]) -> Callable[[int], object]:
        def run(_: int) -> object:
            return client.complete(Request(prompt=prompt(next(numbers)), max_tokens=1))

        return run

    operations = [
        Operation(name="cold", run=asking(lambda n: f"{n:08} {beginning} What was found?")),
        Operation(name="shared", run=asking(lambda n: f"{beginning} What was found? {n:08}")),
    ]
    cold, shared = timed(operations, questions, rounds)
    return FirstToken(cold=cold.p50, shared=shared.p50, ratio=shared.against)


class _Direct:
    """The barest client: a connection that is kept, and an answer that is not looked at."""

    def __init__(self, address: Address, *, streamed: bool) -> None:
        self._streamed = streamed
        self._connection = http.client.HTTPConnection(address.host, address.port)
        key = address.key.get_secret_value() if address.key is not None else ""
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}

    def ask(self, model: str, prompt: str, tokens: int) -> None:
        """Have a prompt completed."""
        body: dict[str, object] = {
            "model": model,
            "prompt": prompt,
            "max_tokens": tokens,
            "temperature": 0.0,
            "seed": 0,
            "stream": self._streamed,
            "cache_prompt": True,
        }
        if self._streamed:
            body["stream_options"] = {"include_usage": True}
        data = json.dumps(body).encode()
        try:
            response = self._sent(data)
        except ConnectionError:  # servers close connections that were used often or not for long
            self._connection.close()
            response = self._sent(data)
        response.read()
        if response.status != 200:
            raise ValueError(f"the server answered with status {response.status}")

    def _sent(self, data: bytes) -> http.client.HTTPResponse:
        self._connection.request("POST", "/v1/completions", data, self._headers)
        return self._connection.getresponse()

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()
