"""Runs a model in this process through ctransformers' library, around what is unsafe in it.

- `LLM.tokenize` gives the native code room for one token a character, and it writes one a byte
  where the vocabulary has no such letter: beyond its end. Here there is room for every byte.
- Ids outside the vocabulary, and more tokens than the context, end the process: refused here.
- Its sampler divides by the temperature: the most likely token is taken here, from the logits.
- Its stream drops letters that are not complete at the end of an answer.
"""

from __future__ import annotations

import codecs
import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A space becomes a sign of three bytes; each may be a token. One more for the beginning.
_TOKENS_A_BYTE = 3
_MORE_TOKENS = 16
_BATCH = 64
_PROCESSOR = Path("/proc/cpuinfo")


class RefusedRequestError(Exception):
    """A request that the library would not survive; `needed` is its tokens if it is too long."""

    def __init__(self, reason: str, *, needed: int = 0) -> None:
        super().__init__(reason)
        self.needed = needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A token that was written: its text as far as its letters are complete."""

    text: str = field(repr=False)
    logprob: float
    others: tuple[tuple[str, float], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the next token is chosen."""

    temperature: float
    seed: int
    alternatives: int = 0


class Engine:
    """One model; one request at a time."""

    def __init__(self, path: str, *, context: int, threads: int) -> None:
        from ctransformers.llm import LLM, Config

        config = Config(context_length=context, threads=threads, batch_size=_BATCH)
        self._llm: Any = LLM(path, model_type="gguf", config=config, lib=_variant(_PROCESSOR))
        self._threads = threads
        self._past: list[int] = []
        self.context = min(context, int(self._llm.context_length))
        self.vocabulary = int(self._llm.vocab_size)
        # A vocabulary without bytes ends the process here, at the start, and not at a question.
        self.tokens("\x01𐀀")

    def tokens(self, text: str, *, beginning: bool = True) -> list[int]:
        """Return the ids of a text; a zero byte, which would end it early, becomes a space."""
        data = text.replace("\0", " ").encode("utf-8", "replace")
        room = _TOKENS_A_BYTE * (len(data) + 1) + _MORE_TOKENS
        buffer = (ctypes.c_int * room)()
        number = self._llm.ctransformers_llm_tokenize(data, beginning, buffer)
        if not 0 <= number <= room:
            raise RefusedRequestError("the text cannot be made into tokens")
        return list(buffer[:number])

    def read(self, prompt: Sequence[int], *, room: int) -> int:
        """Read a prompt; return how many of its tokens were known from the one before."""
        if not prompt:
            raise RefusedRequestError("the prompt is empty")
        if len(prompt) + room > self.context:
            raise RefusedRequestError("the prompt is too long", needed=len(prompt))
        known = 0
        while known < min(len(prompt) - 1, len(self._past)) and prompt[known] == self._past[known]:
            known += 1
        del self._past[known:]
        self._evaluate(prompt[known:])
        return known

    def write(self, most: int, sampling: Sampling) -> Iterator[Written]:
        """Yield tokens until the model ends its answer or there are enough."""
        import numpy as np

        random = np.random.default_rng(sampling.seed)
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        for number in range(1, most + 1):
            chances = self._chances()
            token = _chosen(chances, sampling.temperature, random)
            if self._llm.ctransformers_llm_is_eos_token(token):
                break
            text = decoder.decode(self._bytes(token), final=number == most)
            yield Written(
                text=text,
                logprob=float(chances[token]),
                others=self._others(chances, sampling.alternatives),
            )
            if number < most:
                self._evaluate([token])
        rest = decoder.decode(b"", final=True)
        if rest:
            yield Written(text=rest, logprob=0.0)

    def _evaluate(self, tokens: Sequence[int]) -> None:
        if not all(0 <= token < self.vocabulary for token in tokens):
            raise RefusedRequestError("a token is not in the vocabulary")
        if len(self._past) + len(tokens) > self.context:
            raise RefusedRequestError("the context is full")
        number = len(tokens)
        array = (ctypes.c_int * number)(*tokens)
        past = len(self._past)
        # Until it has succeeded, nothing of what is kept may be relied upon.
        self._past, before = [], self._past
        done = self._llm.ctransformers_llm_batch_eval(array, number, past, _BATCH, self._threads)
        if not done:
            raise RefusedRequestError("the model failed to read")
        self._past = [*before, *tokens]

    def _chances(self) -> NDArray[np.float64]:
        """Return the logarithms of the chances of every token to be next."""
        import numpy as np

        size = int(self._llm.ctransformers_llm_logits_size())
        if size != self.vocabulary:
            raise RefusedRequestError("the model's output is not as long as its vocabulary")
        logits = np.ctypeslib.as_array(self._llm.ctransformers_llm_logits_data(), (size,))
        logits = logits.astype(np.float64)
        if not np.isfinite(logits).all():
            raise RefusedRequestError("the model's output is not a number")
        shifted = logits - logits.max()
        chances: NDArray[np.float64] = shifted - math.log(float(np.exp(shifted).sum()))
        return chances

    def _bytes(self, token: int) -> bytes:
        if not 0 <= token < self.vocabulary:
            raise RefusedRequestError("a token is not in the vocabulary")
        told = self._llm.ctransformers_llm_detokenize(token)
        return told if isinstance(told, bytes) else b""

    def _others(self, chances: NDArray[np.float64], number: int) -> tuple[tuple[str, float], ...]:
        if not number:
            return ()
        import numpy as np

        best = np.argsort(-chances, kind="stable")[:number]
        return tuple(
            (self._bytes(int(token)).decode("utf-8", "replace"), float(chances[token]))
            for token in best
        )


def _chosen(chances: NDArray[np.float64], temperature: float, random: np.random.Generator) -> int:
    """Return the most likely token, or draw one."""
    import numpy as np

    if temperature <= 0:
        return int(chances.argmax())
    scaled = chances / temperature
    weights = np.exp(scaled - scaled.max())
    return int(random.choice(len(weights), p=weights / weights.sum()))


def _variant(processor: Path) -> str | None:
    """Return the build for this processor, by the library's own rule; it asks for 1.6 seconds."""
    try:
        words = frozenset(processor.read_text(encoding="utf-8").partition("flags")[2].split())
    except OSError:
        return None
    if "avx2" in words:
        return "avx2"
    return "avx" if {"avx", "f16c"} <= words else "basic"


class StopWords:
    """Holds back text that may be the beginning of a stop word, and ends at a whole one."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = [word for word in words if word]
        self._held = ""
        self.met = False

    def add(self, text: str) -> str:
        """Return the text that can be shown by now."""
        self._held += text
        ends = [at for word in self._words if (at := self._held.find(word)) >= 0]
        if ends:
            self.met = True
            shown, self._held = self._held[: min(ends)], ""
            return shown
        keep = max((self._beginning(word) for word in self._words), default=0)
        cut = len(self._held) - keep
        shown, self._held = self._held[:cut], self._held[cut:]
        return shown

    def rest(self) -> str:
        """Return what was held back, at the end of the answer."""
        held, self._held = self._held, ""
        return held

    def _beginning(self, word: str) -> int:
        """Return how much of a word the text ends with."""
        longest = min(len(word) - 1, len(self._held))
        return next((n for n in range(longest, 0, -1) if self._held.endswith(word[:n])), 0)
