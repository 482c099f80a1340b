"""False sentences made of true ones, one fact changed in each.

The bar counts what the issue names: numbers, negation, names and units. Dates, comparators,
opposites, doubts, swaps and single terms are made and reported besides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from eval.grounding.cases import chosen, number
from eval.grounding.lists import MONTHS, SPELT
from rag.embed.bm25 import STOP_WORDS

_NUMBER = re.compile(r"(?<![\w.,\[(:/-])\d[\d,]*(?:\.\d+)?(?![\w\])]|[.,/:-]\d|-[A-Za-z])")
_SPELT_FORM = re.compile(rf"\b(?:{'|'.join(SPELT)})\b", re.IGNORECASE)
_NAME = re.compile(
    r"(?<![.!?] )(?<!^)\b(?:[A-Z][\w'’-]+|[A-Z]{2,}[\w-]*)(?: (?:[A-Z][\w'’-]+|[A-Z]{2,}[\w-]*))*"
)
_NO_NAMES = frozenset(
    [
        "The",
        "This",
        "That",
        "These",
        "Those",
        "It",
        "If",
        "In",
        "On",
        "At",
        "For",
        "And",
        "Or",
        "But",
        "No",
        "Not",
        "Any",
        "All",
        "Each",
        "Such",
        "I",
        "We",
        "As",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Section",
        "Article",
        "Exhibit",
        "Table",
        "Figure",
        "Note",
    ]
)
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|can|could|will|would|shall|should|may|must|does|did)\b"
    r"(?! not\b|n't)"
)
_NEGATED = re.compile(r"\b(?:not|never) |(?<=\w)n['’]t\b")
_UNITS = {
    "mg": "g", "g": "mg", "kg": "g", "µg": "mg", "mcg": "mg", "ml": "l", "mL": "L", "mm": "cm",
    "cm": "mm", "million": "billion", "billion": "million", "thousand": "million",
    "days": "months", "day": "month", "months": "years", "month": "year", "years": "months",
    "year": "month", "weeks": "months", "week": "month", "hours": "days", "hour": "day",
    "minutes": "hours", "%": " percentage points", "percent": "percentage points",
    "per cent": "percentage points", "business days": "weeks",
}  # fmt: skip
_UNIT = re.compile(
    r"(?<=\d)(\)?[\s-]?)("
    + "|".join(sorted((re.escape(u) for u in _UNITS), key=len, reverse=True))
    + r")(?![A-Za-z])"
)
_SPELT_UNIT = re.compile(
    rf"\b((?:{'|'.join(SPELT)}|one)(?: \(\d+\))?[\s-])(days?|weeks?|months?|years?|hours?|"
    r"minutes)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[$€£](?=\s?\d)")
_COMPARATORS = {
    "at least": "at most", "at most": "at least", "more than": "less than",
    "less than": "more than", "no more than": "no less than", "greater than": "less than",
    "not exceed": "exceed", "up to": "at least", "no later than": "no earlier than",
    "fewer than": "more than", "in excess of": "less than", "prior to": "after",
    "before": "after", "after": "before", "within": "after", "below": "above", "above": "below",
}  # fmt: skip
_OPPOSITES = {
    "increase": "decrease", "increased": "decreased", "increases": "decreases",
    "decrease": "increase", "decreased": "increased", "decreases": "increases",
    "higher": "lower", "lower": "higher", "high": "low", "low": "high", "reduced": "increased",
    "reduces": "increases", "positive": "negative", "negative": "positive",
    "include": "exclude", "includes": "excludes", "included": "excluded", "safe": "dangerous",
    "effective": "ineffective", "inhibits": "activates", "inhibit": "activate",
    "activation": "inhibition", "inhibition": "activation", "gain": "loss", "loss": "gain",
    "upregulated": "downregulated", "downregulated": "upregulated", "improved": "worsened",
    "improves": "worsens", "early": "late", "late": "early", "exclusive": "non-exclusive",
    "minimum": "maximum", "maximum": "minimum", "first": "last", "short": "long",
    "more": "less", "less": "more", "most": "least", "agrees": "refuses",
}  # fmt: skip
_DATE = re.compile(rf"\b({'|'.join(MONTHS)})(?= \d)")
_TERM = re.compile(r"(?<![\w-])[a-z]{7,}(?![\w-])")
_DOUBT = re.compile(r"\b(?:may|might|could)\b ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Falsified:
    """A sentence with one fact changed."""

    kind: str
    text: str = field(repr=False)


Rule = Callable[[str, str, str], str]


def falsified(text: str, evidence: str, others: str, key: str) -> Iterator[Falsified]:
    """Yield a sentence made false in every way that it can be, where that changes it.

    `others` is text of other documents, where names come from that the evidence does not hold.
    """
    around = " ".join(evidence.split())
    for kind, rule in RULES.items():
        source = others if kind.endswith("from elsewhere") else evidence
        made = rule(text, source, f"{key} {kind}")
        if made and made != text and " ".join(made.split()) not in around:
            yield Falsified(kind=kind, text=made)


def _number_changed(text: str, _source: str, key: str) -> str:
    """Change a digit, or move the point by one place."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return _spelt_changed(text, key)
    match = chosen(found, key)
    digits = [n for n, c in enumerate(match[0]) if c.isdigit()]
    at = chosen(digits, f"{key} digit")
    other = str((int(match[0][at]) + 1 + number(f"{key} by") % 8) % 10)
    if at == 0 and other == "0":
        other = "7" if match[0][0] != "7" else "3"
    made = match[0][:at] + other + match[0][at + 1 :]
    if number(f"{key} scale") % 4 == 0 and "," not in match[0] and "." not in match[0]:
        made = match[0] + "0"
    return text[: match.start()] + made + text[match.end() :]


def _spelt_changed(text: str, key: str) -> str:
    found = list(_SPELT_FORM.finditer(text))
    if not found:
        return ""
    match = chosen(found, key)
    options = [word for word in SPELT if word != match[0].casefold()]
    return text[: match.start()] + chosen(options, f"{key} word") + text[match.end() :]


def _number_of_evidence(text: str, source: str, key: str) -> str:
    """Put another number of the same evidence in its place."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return ""
    match = chosen(found, key)
    year = re.fullmatch(r"(?:19|20)\d\d", match[0]) is not None
    held = {m[0] for m in _NUMBER.finditer(source)} - {m[0] for m in found}
    options = sorted(h for h in held if (re.fullmatch(r"(?:19|20)\d\d", h) is not None) is year)
    if not options:
        return ""
    return text[: match.start()] + chosen(options, f"{key} other") + text[match.end() :]


def _numbers_swapped(text: str, _source: str, key: str) -> str:
    found = list(_NUMBER.finditer(text))
    pairs = [(a, b) for a, b in pairwise(found) if a[0] != b[0]]
    if not pairs:
        return ""
    a, b = chosen(pairs, key)
    return text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]


def _negation_put_in(text: str, _source: str, _key: str) -> str:
    found = list(_AUXILIARY.finditer(text))
    if not found:
        return ""
    match = found[0]
    return f"{text[: match.end()]} not{text[match.end() :]}"


def _negation_left_out(text: str, _source: str, _key: str) -> str:
    match = _NEGATED.search(text)
    if match:
        return text[: match.start()] + text[match.end() :]
    return re.sub(r"\b([Nn])o (?=[a-z])", "", text, count=1)


def _names(text: str) -> list[re.Match[str]]:
    """Return names: what begins a sentence or a line may be none."""
    return [
        m
        for m in _NAME.finditer(text)
        if m[0].split()[0] not in _NO_NAMES
        and m[0].casefold() not in STOP_WORDS
        and text[: m.start()].rstrip(" ")[-1:] not in ("", "\n", "|", ".", ":", "?", "!", '"', "“")
    ]


def _name_changed(text: str, source: str, key: str) -> str:
    """Put another name in the place of one: it stands in the source, and not in the sentence."""
    found = _names(text)
    held = sorted({m[0] for m in _names(source) if m[0] not in text})
    options = [h for h in held if not any(w.rstrip("s'’") in text for w in h.split())]
    if not found or not options:
        return ""
    match = chosen(found, key)
    return text[: match.start()] + chosen(options, f"{key} other") + text[match.end() :]


def _names_swapped(text: str, _source: str, key: str) -> str:
    found = _names(text)
    pairs = [
        (a, b)
        for a, b in pairwise(found)
        if a[0] not in b[0] and b[0] not in a[0] and not _LISTING.fullmatch(_between(text, a, b))
    ]
    if not pairs:
        return ""
    a, b = chosen(pairs, key)
    return text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]


_LISTING = re.compile(r"\s*(?:,|/|and|or|,\s*and|,\s*or|&|\(|-)\s*")


def _between(text: str, first: re.Match[str], second: re.Match[str]) -> str:
    return text[first.end() : second.start()]


def _unit_changed(text: str, _source: str, key: str) -> str:
    found = [*_UNIT.finditer(text), *_SPELT_UNIT.finditer(text)]
    money = list(_MONEY.finditer(text))
    if money and (not found or number(key) % 3 == 0):
        match = chosen(money, key)
        other = "€" if match[0] == "$" else "$"
        return text[: match.start()] + other + text[match.end() :]
    if not found:
        return ""
    match = chosen(found, key)
    unit = _UNITS.get(match[2], _UNITS.get(match[2].casefold(), ""))
    return text[: match.start(2)] + unit + text[match.end() :] if unit else ""


def _one_of(table: dict[str, str], text: str, key: str) -> str:
    found = sorted(word for word in table if re.search(rf"\b{word}\b", text))
    found = [w for w in found if not any(w != other and w in other for other in found)]
    if not found:
        return ""
    word = chosen(found, key)
    return re.sub(rf"\b{word}\b", table[word], text, count=1)


def _comparator_changed(text: str, _source: str, key: str) -> str:
    return _one_of(_COMPARATORS, text, key)


def _opposite_said(text: str, _source: str, key: str) -> str:
    return _one_of(_OPPOSITES, text, key)


def _month_changed(text: str, _source: str, key: str) -> str:
    match = _DATE.search(text)
    if match is None:
        return ""
    options = [month for month in MONTHS if month != match[0]]
    return text[: match.start()] + chosen(options, key) + text[match.end() :]


def _doubt_left_out(text: str, _source: str, _key: str) -> str:
    match = _DOUBT.search(text)
    return text[: match.start()] + text[match.end() :] if match else ""


def _term_changed(text: str, source: str, key: str) -> str:
    """Put another long word of the source in the place of one: drugs, parts, parties."""
    found = list(_TERM.finditer(text))
    if not found:
        return ""
    match = chosen(found, key)
    held = sorted({m[0] for m in _TERM.finditer(source)} - {m[0] for m in found})
    options = [word for word in held if word[-2:] == match[0][-2:]]
    if not options:
        return ""
    return text[: match.start()] + chosen(options, f"{key} other") + text[match.end() :]


RULES: dict[str, Rule] = {
    "number changed": _number_changed,
    "number of the evidence": _number_of_evidence,
    "negation put in": _negation_put_in,
    "negation left out": _negation_left_out,
    "name of the evidence": _name_changed,
    "name from elsewhere": _name_changed,
    "unit changed": _unit_changed,
    "numbers swapped": _numbers_swapped,
    "names swapped": _names_swapped,
    "month changed": _month_changed,
    "comparator changed": _comparator_changed,
    "opposite said": _opposite_said,
    "doubt left out": _doubt_left_out,
    "term of the evidence": _term_changed,
    "term from elsewhere": _term_changed,
}
CORE = frozenset(list(RULES)[:7])


def others_of(texts: Sequence[str], key: str) -> str:
    """Return text of three other documents, chosen by a key."""
    return "\n".join(chosen(texts, f"{key} {n}") for n in range(3))
