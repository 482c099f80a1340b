"""What kind of thing a question asks for, and how such a thing is written.

Who asks `how many accounts` wants a number, who asks `why` a reason. These are signs, not rules: a
sentence without the asked kind is less likely to be the answer, and by how much is learnt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_NUMBER = (
    r"(?:(?<![\d,.])\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"fourteen|fifteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|thousand)"
)
_TIMES = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|quarters?)"
_MONTHS = r"january|february|march|april|may|june|july|august|september|october|november|december"
_MONEY = (
    r"[£$€¥]\s?\d|\b(?:GBP|EUR|USD|CHF|JPY)\s?\d|\d\s?(?:pounds|euros|dollars|cents)\b|"
    r"\d (?:million|billion)\b"
)
_SHARE = r"\d\s?%|\bper ?cent\b|\bpercentage points?\b"
_CLOCK = (
    r"\b\d{1,2}[:.]\d{2}\b(?!\d|%)|\b\d{1,2}\s?(?:am|pm|a\.m\.|p\.m\.)(?!\w)|"
    r"\b(?:noon|midnight|midday)\b"
)
_DATE = (
    rf"\b(?:19|20)\d\d\b|\b(?:{_MONTHS})\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\[DATE"
)
_LENGTH = (
    rf"\b(?:{_NUMBER}|an?|half)[ -](?:(?:working|business|calendar|full|consecutive) )?{_TIMES}\b|"
    r"\b(?:daily|weekly|monthly|quarterly|yearly|annually|half-yearly|twice|hourly|immediately|"
    r"at once|every)\b"
)
_MEASURE = (
    r"\d\s?(?:mg|g|ml|mmol|mcg|µg|ng|micrograms?|units?|l|kg|iu|kb|mb|gb|cm|mm|m|km|°?c|f|bpm|"
    r"mmhg)\b"
)
_REASON = (
    r"\b(?:because|since|due to|owing|as a result|so that|reasons?|caus\w+|had been|had not|"
    r"in order|when|after|failed|missing|without|primarily|driven|attributable|result(?:ed|ing)|"
    r"thanks to|for lack)\b"
)
_SOMEBODY = (
    r"\[(?:PERSON|ORGANIZATION)|\b(?:doctor|nurse|partner|pharmacist|manager|director|officer|"
    r"committee|board|head|consultant|team|secretary|lead|registrar|clerk|staff|desk|department|"
    r"chair|chairman|president|executive|auditor|owner|counsel|matron|sister|holder|lender|"
    r"borrower|landlord|tenant|patient|parents?)s?\b"
)
_PLACE = (
    r"\b(?:room|floor|ward|building|office|cupboard|street|cabinet|safe|shelf|folder|branch|site|"
    r"archive|vault|desk|store|court)s?\b|\[LOCATION|\[STREET"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A kind of answer: how it is asked for, and what shows that it stands somewhere."""

    asked: re.Pattern[str]
    shown: re.Pattern[str]


def _cue(asked: str, *shown: str) -> Cue:
    return Cue(
        asked=re.compile(asked, re.IGNORECASE), shown=re.compile("|".join(shown), re.IGNORECASE)
    )


CUES = {
    "time of day": _cue(
        r"\b(?:what|which) time\b|\bwhat hours\b|\bopening (?:hours|times?)\b", _CLOCK
    ),
    "length of time": _cue(
        r"\bhow (?:long|quickly|fast|soon|often|old|frequently|late|early)\b|"
        rf"\bhow (?:many|much) (?:\w+ )?(?:{_TIMES}|notice|time)\b|"
        r"\b(?:what|which) (?:\w+ )?(?:period|interval|duration|term|age)\b",
        _LENGTH,
    ),
    "share": _cue(
        r"\b(?:what|which) (?:\w+ )?(?:share|percentage|per ?cent|proportion|margin|rate|ratio|"
        r"discount|yield)\b|"
        r"\bhow (?:much|high) (?:is |was |are )?(?:the )?(?:\w+ )?(?:interest|discount|margin)\b",
        _SHARE,
        _MONEY,
    ),
    "count": _cue(
        r"\bhow many\b|\b(?:what|which) (?:is |was |are |were )?(?:the )?number\b",
        rf"\b{_NUMBER}\b",
        r"\b(?:no|none|once|twice|both|single|only)\b",
    ),
    "measure": _cue(
        r"\b(?:what|which|how much) (?:\w+ ){0,2}(?:dos(?:e|es|age)|level|temperature|weight|"
        r"concentration|haemoglobin|potassium|trough)\b",
        r"\d",
    ),
    "amount": _cue(
        r"\bhow (?:much|high|large|big)\b|\b(?:what|which) (?:\w+ ){0,3}(?:costs?|price|fee|amount|"
        r"deposit|sum|value|charge|limit|budget|salary|figure)\b|"
        r"\bwhat (?:did|does|do|will) [^?]{0,200}\bcost\b",
        _MONEY,
        _SHARE,
        _MEASURE,
        r"\d[\d,.]+",
    ),
    "date": _cue(
        r"\bwhen\b|\b(?:what|which) (?:\w+ )?(?:day|date|month|year|week|quarter|deadline)\b",
        _DATE,
        _CLOCK,
        _LENGTH,
        r"\b(?:after|before|until|once|as soon as|if|at the end)\b",
    ),
    "reason": _cue(
        r"\bwhy\b|\b(?:what|which) (?:\w+ ){0,3}(?:reasons?|causes?|caused)\b|\bhow come\b", _REASON
    ),
    "somebody": _cue(
        r"\bwho(?:m|se)?\b|\bwhich (?:person|company|doctor|partner|client|team|firm|bank|"
        r"committee|department|lawyer|nurse)\b",
        _SOMEBODY,
    ),
    "place": _cue(
        r"\bwhere\b|\b(?:what|which) (?:\w+ )?(?:room|floor|ward|city|country|place|building|"
        r"branch|site|court)\b",
        _PLACE,
    ),
}

# A number, or a pseudonym.
_VALUE = re.compile(r"\d[\d,.:]*\d|\d|\[[A-Z][A-Z_0-9]*:\w+\]")
_COUNTED = re.compile(r"\bhow many ((?:[\w-]+ ){0,2}[\w-]+)", re.IGNORECASE)
_NUMBERED = re.compile(rf"\b{_NUMBER}(?= ((?:[\w-]+ ?){{1,3}}))", re.IGNORECASE)


def shown(question: str, texts: Sequence[str]) -> Iterator[float]:
    """Return for each text which share of the asked kinds of answer stands in it.

    What the question itself names is no answer to it: its numbers and pseudonyms do not count.
    """
    asked = [cue.shown for cue in CUES.values() if cue.asked.search(question)]
    named = frozenset(_VALUE.findall(question))
    for text in texts:
        rest = _VALUE.sub(lambda found: "" if found[0] in named else found[0], text)
        yield sum(bool(kind.search(rest)) for kind in asked) / max(len(asked), 1)


def counted(question: str) -> str:
    """Return the words after `how many`: what is counted."""
    found = _COUNTED.search(question)
    return found[1] if found else ""


def numbered(text: str) -> Iterator[str]:
    """Return the words after each number of a text."""
    for found in _NUMBERED.finditer(text):
        yield found[1]
