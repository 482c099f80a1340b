"""Contexts whose names are other pieces, drawn anew: so that any piece is compared and copied.

Names and templates of training are few. Without this a network copies what it has seen often, and
of new names and sentences one piece in twenty goes wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from random import Random

from pipelines.reader.attributes import attributes, carriers
from pipelines.reader.contexts import NOUNS, QUALITIES, REFUSAL, tail
from pipelines.reader.pieces import Pieces

_SLOT = re.compile(r"\{\w\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Strange:
    """What of a vocabulary may be changed for other pieces."""

    fixed: frozenset[int]
    """Marks, numbers and the refusal: never changed, and nothing becomes them."""
    meaning: frozenset[int]
    """Words by which a question and a sentence belong together though they differ."""
    common: frozenset[int]
    """Words with which anything is stated or asked."""
    others: tuple[int, ...]

    def renamed(self, rng: Random, pieces: Iterable[int]) -> dict[int, int]:
        """Return other pieces for those of names, half of the times for the common ones too."""
        kept = self.meaning - self.common if rng.random() < 0.5 else self.meaning | self.common
        changed = sorted(set(pieces) - self.fixed - kept)
        return dict(zip(changed, rng.sample(self.others, len(changed)), strict=True))


@cache
def strange(pieces: Pieces) -> Strange:
    """Return what of a vocabulary may be changed."""
    general = carriers()
    common = _words([*general.facts.learnt, *general.asks.learnt, *general.fillers.learnt])
    own = attributes()
    said = [text for one in own for text in (*one.facts.learnt, *one.asks.learnt, *one.names)]
    nouns = [text for line in NOUNS.values() for text in line.split("|")]
    meaning = _words([*said, *QUALITIES, *nouns]) - common
    digits = " ".join(f"a{n} {n}" for n in range(10))
    cut = pieces.answers([REFUSAL, f" a [1] {digits}", ".", ",", "?", "|", ":"])
    cut += pieces.heads(["[1] a\n[2]"]) + pieces.tails([tail(" a")])
    known = pieces.answers(["a", " a"])
    fixed = {piece for one in cut for piece in one} - {piece for one in known for piece in one}
    fixed |= {pieces.begin, pieces.end}
    return Strange(
        fixed=frozenset(fixed),
        meaning=_pieces(pieces, meaning),
        common=_pieces(pieces, common),
        others=tuple(sorted(set(range(pieces.size)) - fixed)),
    )


def _words(texts: Iterable[str]) -> set[str]:
    found = {word.strip(":,.?|") for text in texts for word in _SLOT.sub("", text).split()}
    return {way for word in found if word for way in (word, word.lower(), word.capitalize())}


def _pieces(pieces: Pieces, words: Iterable[str]) -> frozenset[int]:
    """Return the pieces of words that are few: of others the parts stand in names as well."""
    cut = pieces.answers([f" {word}" for word in sorted(words)])
    return frozenset(piece for one in cut for piece in one if len(one) < 3)
