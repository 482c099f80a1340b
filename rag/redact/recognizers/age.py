"""Ages. Those over 89, which HIPAA counts among the identifiers, are a kind of their own.

An age over 89 is found as a whole phrase ("92-year-old"); of a younger one the number is found.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.numerals import OVER_89_WORDS, UNDER_90_WORDS
from rag.redact.patterns import LIKELY, START, STOP, Identifier, Shape

_OVER_89 = r"(?:9\d|1[01]\d|12[0-5])"
_UNDER_90 = r"(?:[1-8]?\d)"
_UNIT = (
    r"(?:[ -]?years?[ -]{0,2}olds?|[ -]years?[ ]of[ ]age|[ -]?y[./ ]?o(?:ld)?|[ -]?yrs?[ -]olds?)"
)
_BEFORE = (
    r"(?:aged|ages?(?:[ ]?[:=]|[ ](?:is|was|of))?|at[ ]the[ ]age[ ]of|turn(?:s|ed|ing)?"
    r"|when[ ](?:he|she|they|I)[ ](?:was|were))[ ]{1,2}"
)
_SHORT_BEFORE = r"age[:=]|aged?[ ]?/[ ]?sex[ ]?[:=]?[ ]?"
# "Turn 21 pages", "age 3 months", "when he was 12th": the number counts something else.
_ALONE = (
    rf"{STOP}(?![.,/:]\d|[ ]?%|[ -](?:days?|weeks?|months?|hours?|minutes?|pages?|degrees?"
    r"|percent|per[ ]cent|into|times|points?|feet|miles?|km|kg|cm|of[ ]the))"
)


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizers of ages, over 89 and other."""
    over, under = rf"(?:{_OVER_89}|{OVER_89_WORDS})", rf"(?:{_UNDER_90}|{UNDER_90_WORDS})"
    small = (
        rf"{START}(?P<value>{under}(?:[ ]?-[ ]?|[ ])(?:days?|weeks?|months?))"
        rf"(?:[ -]olds?|[ ]of[ ]age){STOP}"
    )
    sexed = (
        rf"{START}(?=\d)(?P<value>{_UNDER_90})[ ]?(?:y/?o)?[ ]?[MF]"
        r"(?=[ ](?:with|w/|presenting|who|p/w|s/p|h/o|admitted))"
    )
    # What these begin with is tried in one go.
    told = (
        rf"age[ ]of[ ](?P<value>{under}[ ](?:days?|weeks?|months?)){STOP}"
        rf"|aged[ ](?:between[ ])?(?P<value>{under}(?:[ ]?-[ ]?|,[ ]|[ ](?:and|to)[ ]){under}"
        rf"(?:[ ](?:and|to)[ ]{under})?){STOP}"
        rf"|(?:{_BEFORE}|{_SHORT_BEFORE})(?P<value>{under}){_ALONE}"
        r"|(?:his|her|their|my)[ ](?:early[ -]|mid[ -]?|late[ -])?(?P<value>(?:[1-8]0"
        rf"|twentie|thirtie|fortie|fiftie|sixtie|seventie|eightie)s){STOP}"
    )
    return (
        Identifier(
            "AGE_OVER_89",
            Shape(pattern=rf"{START}{over}{_UNIT}{STOP}"),
            Shape(pattern=rf"{START}(?:{_BEFORE}|{_SHORT_BEFORE}){over}{_ALONE}"),
        ),
        Identifier(
            "AGE",
            Shape(pattern=rf"{START}(?=\d)(?P<value>{_UNDER_90}){_UNIT}{STOP}", score=LIKELY),
            Shape(
                pattern=rf"{START}(?P<value>{UNDER_90_WORDS}){_UNIT}{STOP}",
                score=LIKELY,
                hint=rf"\p{{L}}{_UNIT}",
            ),
            Shape(pattern=small, score=LIKELY, hint=r"(?:[ -]olds?|[ ]of[ ]age)"),
            Shape(pattern=rf"{START}(?:{told})", score=LIKELY),
            Shape(pattern=sexed, score=LIKELY),
        ),
    )
