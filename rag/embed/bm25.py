"""Words as sparse vectors, for the search that finds what is written rather than what is meant.

A document's term weighs what BM25 gives it for how often it stands there; how rare a term is,
the index knows (its IDF modifier), so a question's terms weigh 1. Nothing is learnt from the
documents and nothing is kept: the number of a term is a hash of it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from functools import lru_cache

from rag.records import SparseVector

# A fixed length instead of the corpus's own: weights then never have to be made again. It is
# about what a passage of `chunk.tokens` words holds without its stop words.
AVERAGE_LENGTH = 90.0
# Measured on half of the public TAT-QA questions: without it 2 % less is found.
_NEARBY_SHARE = 0.4
_K1 = 1.2
_B = 0.75

# Bump it when terms or weights change: the fingerprint of the embedder holds it.
_VERSION = 2

# In this order: a pseudonym is one term; so is a number with its points, slashes or signs, and
# a code of letters and digits; what is left is words.
_TERM = re.compile(
    r"""
      \[[A-Z][A-Z_0-9]*(?::[0-9A-Za-z]+)?\]        # [MRN:k3f9abcd], [PERSON]
    | \d+(?:[.,:/-]\d+)+                           # 5.9  1,250.00  2025-04-01  12:30  120/80
    | [^\W_]+(?:['\u2019][^\W\d_]+)?               # words, I10, COVID19, patient's
    """,
    re.VERBOSE,
)

_LISTED = """
    a about all an and any are as at be been but by can did do does for from had has have he her
    his how i if in into is it its me my no not of on or our shall she should so such than that
    the their them then there these they this those to was we were what when where which who
    whom whose why will with would you your
"""
STOP_WORDS = frozenset(_LISTED.split())

_NOT_PLURAL = ("ss", "us", "is", "as", "os")
_SHORTEST_STEM = 4


def terms(text: str) -> list[str]:
    """Return the terms of a text in order, repeated as they are, without stop words."""
    found = _TERM.finditer(unicodedata.normalize("NFKC", text))
    kept = (_normal(match.group()) for match in found)
    return [stem(term) for term in kept if term not in STOP_WORDS]


def document_vector(text: str, nearby: str = "") -> SparseVector:
    """Return the BM25 weights of a passage's terms, without the part that the index adds.

    Words that stand near a short passage count a part: a table, or a line below its heading, is
    asked for by words that stand around it.
    """
    counts: Counter[str] | dict[str, float] = Counter(terms(text))
    if nearby:
        own, around = Counter(terms(text)), Counter(terms(nearby))
        counts = {t: own[t] + _NEARBY_SHARE * around[t] for t in own.keys() | around.keys()}
    length = sum(counts.values())
    damping = _K1 * (1 - _B + _B * length / AVERAGE_LENGTH)
    return _vector({t: n * (_K1 + 1) / (n + damping) for t, n in counts.items()})


def query_vector(text: str) -> SparseVector:
    """Return a question's terms, each weighing the same."""
    return _vector(dict.fromkeys(terms(text), 1.0))


def fingerprint() -> str:
    """Return what the vectors depend on."""
    return f"bm25-{_VERSION}-{_K1}-{_B}-{AVERAGE_LENGTH}-{_NEARBY_SHARE}"


def _vector(weights: dict[str, float]) -> SparseVector:
    numbered: dict[int, float] = {}
    for term, weight in weights.items():
        number = _number(term)
        numbered[number] = numbered.get(number, 0.0) + weight  # two terms may share a number
    ordered = sorted(numbered)
    return SparseVector(indices=tuple(ordered), values=tuple(numbered[n] for n in ordered))


@lru_cache(maxsize=65_536)
def _number(term: str) -> int:
    """Return 31 bits of a hash that is the same on every machine and in every process."""
    digest = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest, "big") >> 1


def _normal(found: str) -> str:
    """Return a term as it is written everywhere, before its plural is cut."""
    if found.startswith("["):
        return found
    return found.casefold().replace("\u2019", "'").removesuffix("'s")


def stem(word: str) -> str:
    """Cut an English plural, so that `fees` finds `fee`. Nothing that may change the meaning."""
    if not (word.isalpha() and word.isascii()):
        return word
    if len(word) < _SHORTEST_STEM or not word.endswith("s") or word.endswith(_NOT_PLURAL):
        return word
    if word.endswith("ies") and len(word) > _SHORTEST_STEM:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    return word[:-1]
