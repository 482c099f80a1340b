"""Vocabularies: how texts are cut into numbered pieces, in training as in a model's server.

`BytePieces` are cut as llama.cpp cuts for a GGUF tokenizer of the kind `gpt2`, `SentencePieces`
as it does for one of the kind `llama`, the only kind that ctransformers loads. In both digits are
never joined, so numbers are copied digit by digit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BYTES, SENTENCES = "tokenizer.json", "tokenizer.model"

# The prompt is made by whoever asks; a chat is what its messages say, one after the other.
_CHAT_TEMPLATE = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
_TRAINED_ON = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]|\s+(?!\S)|\s+"


class Pieces(Protocol):
    """What training and export need of a vocabulary.

    A prompt with its answer is cut in three, at places where no piece reaches across.
    """

    begin: int
    end: int
    size: int

    def heads(self, texts: Sequence[str]) -> list[list[int]]:
        """Cut beginnings of prompts."""

    def tails(self, texts: Sequence[str]) -> list[list[int]]:
        """Cut what follows in the prompt; it begins with a line feed."""

    def answers(self, texts: Sequence[str]) -> list[list[int]]:
        """Cut answers; they begin with a space."""

    def join(self, numbers: Sequence[int]) -> str:
        """Return the text of numbered pieces."""

    def metadata(self) -> dict[str, Any]:
        """Return what a GGUF file says of the vocabulary, by `GGUFWriter`'s names."""

    def __hash__(self) -> int:
        """Return what tells one vocabulary from another."""

    def save(self, folder: Path) -> None:
        """Save the vocabulary in a folder."""


class BytePieces:
    """Byte-level pieces."""

    begin, end = 0, 1

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self.size: int = tokenizer.get_vocab_size()

    @classmethod
    def learnt(cls, texts: Iterable[str], size: int) -> BytePieces:
        """Learn a vocabulary from texts.

        Punctuation and digits are parted while learning. At run time GPT-2's pattern keeps runs
        of them together, and as nothing joins them the pieces are the same.
        """
        from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

        tokenizer: Any = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(_TRAINED_ON), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ])  # fmt: skip
        trainer = trainers.BpeTrainer(
            vocab_size=size,
            special_tokens=["<|begin|>", "<|end|>"],
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            show_progress=False,
        )
        tokenizer.train_from_iterator(texts, trainer)
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
        tokenizer.decoder = decoders.ByteLevel()
        return cls(tokenizer)

    @classmethod
    def read(cls, folder: Path) -> BytePieces:
        """Read a vocabulary that was saved."""
        from tokenizers import Tokenizer

        return cls(Tokenizer.from_file(str(folder / BYTES)))

    def save(self, folder: Path) -> None:
        """Save the vocabulary in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self._tokenizer.save(str(folder / BYTES))

    def cut(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the numbers of the pieces of each text."""
        return [one.ids for one in self._tokenizer.encode_batch(list(texts))]

    heads = tails = answers = cut

    def join(self, numbers: Sequence[int]) -> str:
        """Return the text of numbered pieces."""
        return str(self._tokenizer.decode(list(numbers)))

    def metadata(self) -> dict[str, Any]:
        """Return what a GGUF file says of the vocabulary."""
        from gguf import TokenType

        model = json.loads(self._tokenizer.to_str())["model"]
        tokens = sorted(model["vocab"], key=model["vocab"].__getitem__)
        special = (self.begin, self.end)
        return {
            "tokenizer_model": "gpt2",
            "tokenizer_pre": "gpt-2",
            "token_list": tokens,
            "token_types": [
                TokenType.CONTROL if number in special else TokenType.NORMAL
                for number in range(len(tokens))
            ],
            "token_merges": [" ".join(pair) for pair in model["merges"]],
            **_common(self),
        }


class SentencePieces:
    """SentencePiece's pieces, joined as Llama 2 joins them, with bytes for all other letters."""

    begin, end = 1, 2

    def __init__(self, model: bytes) -> None:
        from sentencepiece import SentencePieceProcessor

        self._model = model
        self._processor = SentencePieceProcessor(model_proto=model)
        self.size: int = self._processor.get_piece_size()

    @classmethod
    def learnt(cls, texts: Iterable[str], size: int) -> SentencePieces:
        """Learn a vocabulary from texts."""
        from io import BytesIO

        from sentencepiece import SentencePieceTrainer

        model = BytesIO()
        SentencePieceTrainer.train(
            sentence_iterator=(line for text in texts for line in text.splitlines() if line),
            model_writer=model,
            vocab_size=size,
            model_type="bpe",
            byte_fallback=True,
            split_digits=True,
            character_coverage=0.999,
            normalization_rule_name="identity",
            remove_extra_whitespaces=False,
            num_threads=1,
            minloglevel=2,
        )
        return cls(model.getvalue())

    @classmethod
    def read(cls, folder: Path) -> SentencePieces:
        """Read a vocabulary that was saved."""
        return cls((folder / SENTENCES).read_bytes())

    def save(self, folder: Path) -> None:
        """Save the vocabulary in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SENTENCES).write_bytes(self._model)

    def heads(self, texts: Sequence[str]) -> list[list[int]]:
        """Cut beginnings of prompts: a space is put before them, as Llama 2 does."""
        return [list(one) for one in self._processor.encode(list(texts))]

    def tails(self, texts: Sequence[str]) -> list[list[int]]:
        """Cut what follows in the prompt, without the space before its line feed."""
        return [one[1:] for one in self.heads(texts)]

    def answers(self, texts: Sequence[str]) -> list[list[int]]:
        """Cut answers, whose own space is the one that is put before."""
        return self.heads([text.removeprefix(" ") for text in texts])

    def join(self, numbers: Sequence[int]) -> str:
        """Return the text of numbered pieces, with the space that was put before it."""
        pieces = self._processor.id_to_piece(list(numbers))
        spaced = bool(pieces) and pieces[0].startswith("▁")
        return (" " if spaced else "") + str(self._processor.decode(list(numbers)))

    def metadata(self) -> dict[str, Any]:
        """Return what a GGUF file says of the vocabulary."""
        from gguf import TokenType

        processor, numbers = self._processor, range(self.size)
        kinds = [
            TokenType.UNKNOWN if processor.is_unknown(number)
            else TokenType.CONTROL if processor.is_control(number)
            else TokenType.BYTE if processor.is_byte(number)
            else TokenType.NORMAL
            for number in numbers
        ]  # fmt: skip
        return {
            "tokenizer_model": "llama",
            "token_list": [processor.id_to_piece(number) for number in numbers],
            "token_scores": [processor.get_score(number) for number in numbers],
            "token_types": kinds,
            **_common(self),
        }


def _common(pieces: BytePieces | SentencePieces) -> dict[str, Any]:
    return {
        "bos_token_id": pieces.begin,
        "eos_token_id": pieces.end,
        "add_bos_token": True,
        "add_eos_token": False,
        "chat_template": _CHAT_TEMPLATE,
    }
