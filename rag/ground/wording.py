"""What of a sentence may not change when it is said in other words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from rag.embed.bm25 import stem, terms

# Words that turn a sentence into another one.
_TURNING = """
    no not never none nobody nothing nowhere without neither nor unless except only before after
    until above below over under more less fewer least most minimum maximum
"""
_COUNTING = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
    thousand million billion half third quarter double twice once first second fourth fifth
"""
# `may` and `march` are months only with a capital, and then names.
_DATING = """
    january february april june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday
"""
_TURNS = frozenset(_TURNING.split())
_COUNTS = _COUNTING.split()
_EXACT = frozenset([*_COUNTS, *_DATING.split()])

_NOT = re.compile(r"\b\w+n['’]t\b|\bcannot\b", re.IGNORECASE)
_JOINED_UNIT = re.compile(r"(?<![\w:])(\d[\d.,]*)(?=[^\W\d_])")  # 5mg; no code of a pseudonym
_WORD = re.compile(r"\b[^\W\d_]+\b")
_NAME = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_MEASURE = re.compile(
    rf"""
      (?:([<>≤≥±€$£¥])[ ]*)? ((?<!\w)[-−])?                    # what stands before the number
      (\d+(?:[.,:/-]\d+)* | \b(?:{"|".join(_COUNTS)})\b)
      (?:[\s-]* ([%‰°]\w? | [^\W\d_]+(?:/[^\W\d_]+)*))?        # the unit, or the word after it
    """,
    re.VERBOSE | re.IGNORECASE,
)


def words(text: str) -> list[str]:
    """Return the words that carry meaning, in order, negations among them."""
    # A negation would be left out as a stop word; in brackets it is a term of its own.
    return terms(_WORD.sub(lambda match: _marked(match[0]), _plain(text)))


def turns(text: str) -> Counter[str]:
    """Count the words that negate or limit what a sentence says."""
    found = (word.casefold() for word in _WORD.findall(_plain(text)))
    return Counter(word for word in found if word in _TURNS)


def names(text: str) -> frozenset[str]:
    """Return what no other word can stand for, in the form that `words` gives it.

    Names, pseudonyms, codes, numbers, months. Every word with a capital counts as a name: which
    first words of sentences are none cannot be told without a model.
    """
    capital = {
        term
        for word in _NAME.findall(_plain(text))
        if any(character.isupper() for character in word)
        for term in terms(word)
    }
    return frozenset(word for word in words(text) if word in capital or _is_exact(word))


def measures(text: str) -> list[tuple[str, str, str]]:
    """Return the numbers in order, each with the sign before it and the unit after it."""
    found = _MEASURE.findall(_plain(text))
    return [(sign + minus, number.casefold(), _unit(unit)) for sign, minus, number, unit in found]


def in_order(first: Sequence[object], second: Sequence[object]) -> int:
    """Return how many of the first stand in the second in the same order, at most."""
    row = [0] * (len(second) + 1)
    for one in first:
        diagonal = 0
        for at, other in enumerate(second, start=1):
            above = row[at]
            row[at] = diagonal + 1 if one == other else max(above, row[at - 1])
            diagonal = above
    return row[-1]


def _plain(text: str) -> str:
    """Write every contracted `not` in full and every unit apart from its number."""
    normal = _NOT.sub("not", unicodedata.normalize("NFKC", text))
    return _JOINED_UNIT.sub(r"\1 ", normal)


def _marked(word: str) -> str:
    folded = word.casefold()
    return f"[TURN:{folded}]" if folded in _TURNS else word


def _is_exact(word: str) -> bool:
    return word in _EXACT or word.startswith("[") or any(c.isdigit() for c in word)


def _unit(word: str) -> str:
    """Return a unit without its plural; a word such as `of` or `in` is none."""
    return stem(word) if terms(word) or not word.isalpha() else ""
