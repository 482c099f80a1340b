"""Which tokens of an encoder say something, and where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.embed.bm25 import STOP_WORDS
from rag.embed.packing import OUTSIDE, pack, rotated
from rag.records import Vector
from rag.redact.tokens import TOKEN

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor
    from transformers import PreTrainedTokenizerBase

Offsets: TypeAlias = "Sequence[tuple[int, int]]"

# What vocabularies put before a piece of a word, or before its first piece.
_MARKS = "#\u2581\u0120"


def telling(tokenizer: PreTrainedTokenizerBase) -> NDArray[np.bool_]:
    """Return of each token of a vocabulary whether it is kept: no stop word, mark or sign.

    Without them a passage takes a third less, and ranks as well.
    """
    size = max(len(tokenizer), *(number + 1 for number in tokenizer.get_vocab().values()))
    kept = np.zeros(size, dtype=np.bool_)
    special = set(tokenizer.all_special_ids)
    for token, number in tokenizer.get_vocab().items():
        piece = token.lstrip(_MARKS).casefold()
        says = any(letter.isalnum() for letter in piece) and piece not in STOP_WORDS
        kept[number] = says and number not in special
    return kept


def chosen(
    ids: NDArray[np.int64], kept: NDArray[np.bool_], special: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Return which tokens of a text are kept: those that say something, else all of its own."""
    found = np.flatnonzero(kept[ids])
    return found if len(found) else np.flatnonzero(~special[ids])


class TokenReader:
    """Takes the token vectors of texts out of what a model returns for them.

    Without a fast tokenizer nobody can say where a token stands: such a model has none.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, longest: int | None) -> None:
        self._tokenizer = tokenizer
        self._longest = longest
        self._telling = telling(tokenizer)
        self._special = np.zeros(len(self._telling), dtype=np.bool_)
        self._special[list(tokenizer.all_special_ids)] = True

    @classmethod
    def of(cls, model: SentenceTransformer) -> TokenReader | None:
        """Return the reader for a model, if its tokens can be read."""
        tokenizer = getattr(model, "tokenizer", None)
        if not getattr(tokenizer, "is_fast", False):
            return None
        return cls(tokenizer, model.max_seq_length)

    def question(self, text: str, features: Mapping[str, Tensor]) -> Vector:
        """Return the vectors of a question's tokens as they are compared, one a row."""
        [(_, mapping)] = self._placed([text])
        ids, vectors = _own(features)
        return rotated(vectors[self._chosen(text, ids, mapping)])

    def packed(
        self, texts: Sequence[str], begins: Sequence[int], features: Sequence[Mapping[str, Tensor]]
    ) -> list[bytes]:
        """Return the packed token vectors of texts, of which the passages begin somewhere."""
        return [
            self._pack(text, one, begin, numbers, mapping)
            for text, one, begin, (numbers, mapping) in zip(
                texts, features, begins, self._placed(texts), strict=True
            )
        ]

    def _placed(self, texts: Sequence[str]) -> list[tuple[Sequence[int], Offsets]]:
        """Return the tokens of texts, and from where to where each stands."""
        found = self._tokenizer(
            list(texts),
            truncation=True,
            max_length=self._longest,
            return_offsets_mapping=True,
            return_attention_mask=False,
        )
        return list(zip(found["input_ids"], found["offset_mapping"], strict=True))

    def _pack(
        self,
        text: str,
        features: Mapping[str, Tensor],
        begin: int,
        numbers: Sequence[int],
        mapping: Offsets,
    ) -> bytes:
        ids, vectors = _own(features)
        if ids.tolist() != list(numbers):  # the model put a prompt before the text
            kept = chosen(ids, self._telling, self._special)
            return pack(rotated(vectors[kept]), [OUTSIDE] * len(kept))
        kept = self._chosen(text, ids, mapping)
        starts = [mapping[at][0] - begin for at in kept]
        inside = [start if 0 <= start < OUTSIDE else OUTSIDE for start in starts]
        return pack(rotated(vectors[kept]), inside)

    def _chosen(self, text: str, ids: NDArray[np.int64], mapping: Offsets) -> NDArray[np.intp]:
        """Return the tokens that are kept, without those of pseudonyms: pieces of a random code.

        Where such a one is like another, it says nothing; word search finds whole pseudonyms.
        """
        kept = chosen(ids, self._telling, self._special)
        codes = [match.span() for match in TOKEN.finditer(text)]
        if not codes or len(ids) != len(mapping):
            return kept
        outside = [
            at
            for at in kept.tolist()
            if not any(start <= mapping[at][0] < end for start, end in codes)
        ]
        return np.asarray(outside, dtype=np.intp) if outside else kept


def _own(features: Mapping[str, Tensor]) -> tuple[NDArray[np.int64], Vector]:
    """Return the tokens of a text and their unit vectors, without those that fill a batch up."""
    own = features["attention_mask"].bool()
    ids = features["input_ids"][own].cpu().numpy()
    vectors = features["token_embeddings"][own].float().cpu().numpy()
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return ids, vectors / np.maximum(lengths, 1e-9)
