"""True sentences in other words, by rules that leave what they say as it was.

The words of `_SYNONYMS` were written down for the measurement, not taken from the grounder's own
list; it knows some of them and not others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from eval.grounding.cases import chosen, number
from eval.grounding.lists import MONTHS, SMALL, SPELT

Rule = Callable[[str, str], str]

_SYNONYMS = {
    "approximately": "about", "begin": "start", "begins": "starts",
    "commence": "begin", "commences": "begins", "demonstrated": "showed", "showed": "demonstrated",
    "shows": "demonstrates", "demonstrate": "show", "purchase": "buy", "utilized": "used",
    "used": "employed", "obtain": "acquire", "obtained": "acquired",
    "provide": "supply", "provides": "supplies", "notify": "inform",
    "terminate": "end", "primarily": "mainly", "mainly": "primarily", "annually": "every year",
    "currently": "at present", "because": "since", "prior to": "before", "such as": "for example",
    "in order to": "to", "due to": "because of", "as well as": "and", "assist": "help",
    "require": "need", "requires": "needs", "required": "needed", "large": "big",
    "sufficient": "adequate", "furthermore": "in addition", "patients": "people",
    "promptly": "immediately", "shall": "must", "increased": "rose", "decreased": "fell",
    "reduced": "lowered", "reduces": "lowers", "disease": "illness", "medication": "drug",
    "physician": "doctor", "include": "comprise", "identified": "found", "observed": "seen",
    "whether": "if", "allows": "permits", "frequently": "often", "several": "a number of",
    "subsequently": "later", "children": "kids", "pursuant to": "under", "maintain": "keep",
    "receive": "get", "remain": "stay", "suggests": "indicates", "indicate": "suggest",
    "associated with": "linked to", "entire": "whole",
}  # fmt: skip
_LEADING = re.compile(
    r"^(?P<lead>(?:In|On|At|During|As of|Since|For|Under|After|Before|With)\s[^,;:]{3,60}),\s+"
    r"(?P<rest>[a-z][^;:]*)\.$"
)
_TRAILING = re.compile(
    r"^(?P<rest>[A-Z][^;:,]{20,}?)\s(?P<tail>(?:in|during|as of|since)\s[^,;:.]{3,40})\.$"
)
_AND = re.compile(r"^(?P<one>[A-Z][^;,]{20,}), and (?P<two>[a-z][^;,]{20,})\.$")


def rewordings(text: str, key: str) -> Iterator[tuple[str, str]]:
    """Yield a sentence in other words, with the rule that made it, each rule at most once."""
    for name, rule in RULES.items():
        made = rule(text, f"{key} {name}")
        if made != text and made.strip():
            yield name, made
    mixed = text
    order = sorted(RULES, key=lambda name: number(f"{key} {name} order"))
    for name in order[:4]:
        mixed = RULES[name](mixed, f"{key} {name} mixed")
    if mixed != text:
        yield "several", mixed


def _articles(text: str, _key: str) -> str:
    """Leave articles out."""
    made = re.sub(r"\b(?:the|a|an)\s+", "", text)
    return re.sub(r"^(?:The|A|An)\s+(\w)", lambda m: m[1].upper(), made)


def _synonyms(text: str, key: str) -> str:
    """Put another word for up to two words."""
    found = [word for word in _SYNONYMS if re.search(rf"\b{word}\b", text)]
    for word in sorted(found, key=lambda one: number(f"{key} {one}"))[:2]:
        text = re.sub(rf"\b{word}\b", _SYNONYMS[word], text, count=1)
    return text


def _numbers(text: str, key: str) -> str:
    """Write numbers, dates and units in another way."""
    made = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    made = re.sub(r"(\d)\s?%", r"\1 per cent" if number(key) % 2 else r"\1 percent", made)
    made = re.sub(r"(\d)\s(mg|kg|g|ml|mL|µg|mm|cm|km)\b", r"\1\2", made)
    made = re.sub(
        rf"\b({'|'.join(MONTHS)}) (\d{{1,2}}), (\d{{4}})\b",
        lambda m: f"{m[2]} {m[1]} {m[3]}" if number(key) % 3 else _iso(m),
        made,
    )
    made = re.sub(r"\$(\d+(?:\.\d+)?) million\b", lambda m: f"${float(m[1]) * 1e6:,.0f}", made)
    small = "|".join(SPELT)
    made = re.sub(
        rf"(?<!hundred )(?<!thousand )\b(?:{small}) \((\d+)\) (days|months|years)\b", r"\1 \2", made
    )
    small = "|".join(SMALL[2:])
    return re.sub(
        rf"(?<!hundred )(?<!-)\b({small})\b(?= (?!hundred|thousand|million)[a-z])",
        lambda m: str(SMALL.index(m[1])),
        made,
    )


def _iso(match: re.Match[str]) -> str:
    return f"{match[3]}-{MONTHS.index(match[1]) + 1:02d}-{int(match[2]):02d}"


def _order(text: str, _key: str) -> str:
    """Put the opening part of a sentence at its end, the last part first, or swap its halves."""
    match = _LEADING.match(text)
    if match:
        lead = match["lead"][:1].lower() + match["lead"][1:]
        return f"{match['rest'][:1].upper()}{match['rest'][1:]} {lead}."
    match = _TRAILING.match(text)
    if match:
        return f"{_capital(match['tail'])}, {_small(match['rest'])}."
    return text


def _compress(text: str, _key: str) -> str:
    """Leave out what stands in brackets, an opening adverb, and a clause between commas."""
    made = re.sub(r"\s\((?![ivx\d]{1,4}\))[^()]{2,80}\)", "", text)
    made = re.sub(
        r"^(?:However|Moreover|Furthermore|In addition|Therefore|Thus|Finally|Additionally|"
        r"Importantly|Interestingly|Here|Recently|In conclusion),\s(\w)",
        lambda m: m[1].upper(),
        made,
    )
    return re.sub(r", which [^,;.]{5,80},", "", made)


def _contracted(text: str, _key: str) -> str:
    """Contract `not`, or write it out."""
    made = re.sub(r"\b(do|does|did|is|are|was|were|has|have) not\b", r"\1n't", text)
    return made if made != text else re.sub(r"\bcannot\b", "can't", text)


def _added(text: str, key: str) -> str:
    """Open with a phrase that states nothing."""
    opening = chosen(
        ("According to the documents, ", "Overall, ", "The evidence says that ", "In short, "), key
    )
    return opening + _small(text)


def _small(text: str) -> str:
    """Begin in small letters, unless the first word is a name or a code."""
    first = text.split(" ", 1)[0]
    plain = first[:1].isupper() and first[1:].islower() and first in _COMMON
    return text[:1].lower() + text[1:] if plain else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_COMMON = frozenset(
    [
        "The",
        "A",
        "An",
        "In",
        "On",
        "At",
        "This",
        "These",
        "That",
        "Those",
        "It",
        "We",
        "Our",
        "Each",
        "All",
        "Any",
        "Such",
        "No",
        "If",
        "As",
        "There",
        "For",
        "Patients",
        "Treatment",
        "Results",
        "Studies",
        "Both",
        "Most",
        "Some",
        "Total",
        "During",
        "After",
        "Under",
        "With",
    ]
)
RULES: dict[str, Rule] = {
    "articles": _articles,
    "synonyms": _synonyms,
    "number formats": _numbers,
    "clause order": _order,
    "compression": _compress,
    "contraction": _contracted,
    "opening": _added,
}
