"""Comparing an answer with the expected one, by words and by numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from rag.redact.tokens import TOKEN

_ARTICLES = frozenset({"a", "an", "the"})
_MARK = "\ue000"  # a character of nobody's, before a pseudonym
_TOKEN = re.compile(rf"{_MARK}\S+|\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")


def tokens(text: str) -> list[str]:
    """Return the words and numbers of a text, in one spelling, without articles.

    A number keeps its value and not its spelling: 1,200 and 1200.0 are the same. A pseudonym
    such as [PERSON:k3f2mnop] is one word, of [DATE=1984] the value counts, and a mask is nothing.
    """
    found = [_spelling(match) for match in _TOKEN.findall(TOKEN.sub(_shown, text).casefold())]
    return [token for token in found if token not in _ARTICLES]


def numbers(text: str) -> frozenset[str]:
    """Return the numbers of a text, in one spelling."""
    return frozenset(token for token in tokens(text) if token[0].isdigit())


def words(text: str) -> frozenset[str]:
    """Return the words of a text, without numbers and articles."""
    return frozenset(token for token in tokens(text) if not token[0].isdigit())


def token_f1(expected: str, answer: str) -> float:
    """Return the harmonic mean of the shares of tokens the two have in common, 0 to 1."""
    wanted, given = Counter(tokens(expected)), Counter(tokens(answer))
    common = (wanted & given).total()
    if common == 0:
        return 0.0
    return 2 * common / (wanted.total() + given.total())


def longest_common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many tokens the two have in common in the same order, at most.

    Rows of bits stand for the table that is usually filled (Hyyrö 2004): long answers are fast.
    """
    places: dict[str, int] = {}
    for at, token in enumerate(one):
        places[token] = places.get(token, 0) | 1 << at
    full = (1 << len(one)) - 1
    row = full
    for token in other:
        met = row & places.get(token, 0)
        row = ((row + met) | (row - met)) & full
    return len(one) - row.bit_count()


def rouge_l(expected: str, answer: str) -> float:
    """Return ROUGE-L: the F1 of the longest row of tokens in common, 0 to 1."""
    wanted, given = tokens(expected), tokens(answer)
    common = longest_common(wanted, given)
    return 2 * common / (len(wanted) + len(given)) if common else 0.0


def _shown(token: re.Match[str]) -> str:
    """Return what of a token is held against other words."""
    if token["code"]:
        return f" {_MARK}{token['kind']}:{token['code']} "
    return f" {(token['value'] or '').partition('=')[2]} "


def _spelling(token: str) -> str:
    """Return a number as its value, a word as it is."""
    token = token.removeprefix(_MARK)
    if _THOUSANDS.fullmatch(token):
        token = token.replace(",", "")
    if not _PLAIN.fullmatch(token):
        return token
    plain = format(Decimal(token), "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
