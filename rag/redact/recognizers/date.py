"""Calendar dates, whole or in part, and times of day.

A day or a month with a year is a date anywhere; a year on its own needs a word before it that
says so ("in 1944"), since 1944 may also be a quantity, and one that names a law ("Theft Act
1968") is the law's. "May" and "March" are months where they are capitalised or have a year.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import LIKELY, START, STOP, Identifier, Shape

_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|\.|º)?"
_DAYS = rf"{_DAY}(?:(?:[ ]?[-/][ ]?|,[ ]|,?[ ](?:and|or|to)[ ]){_DAY}){{0,6}}"
_FOUR = r"(?:1[89]\d\d|20[0-4]\d)"
_YEAR = rf"{_FOUR}(?![^\W_])"
_SHORT_YEAR = r"'\d\d(?!\d)"
_WITH_YEAR = rf"(?:,?\s{{1,3}}|[-./]|\sde\s|\sdel\s|,)?(?:{_YEAR}|{_SHORT_YEAR})"

_FULL_NAMES = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
_SHORT_NAMES = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
# In any usual case: told apart without folding it, which is much faster.
_MONTH = "|".join(
    one for names in (_FULL_NAMES, _SHORT_NAMES) for one in (names, names.upper(), names.lower())
)
_MONTH = f"(?-i:{_MONTH})"
_CAPITALISED = f"(?-i:{_FULL_NAMES}|{_SHORT_NAMES}|{_FULL_NAMES.upper()}|{_SHORT_NAMES.upper()})"
_MONTH_END = r"(?![^\W\d_])\.?"
_MONTHS = rf"{_MONTH}(?:(?:[ ]?[-/][ ]?|[ ](?:and|or|to|through|until)[ ]){_MONTH})?"

# German, French, Spanish, Italian and Polish, where they differ from English.
_FOREIGN = (
    r"januar|februar|m[äa]rz|mai|juni|juli|oktober|dezember|janvier|f[ée]vrier|mars|avril|juin"
    r"|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre|enero|febrero|marzo|abril|mayo|junio"
    r"|julio|agosto|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno"
    r"|luglio|settembre|ottobre|dicembre|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca"
    r"|sierpnia|wrze[śs]nia|pa[źz]dziernika|listopada|grudnia"
)
_DAY_GAP = r"(?:\s{1,3}(?:day[ ])?(?:of\s{1,2})?|[-./]|(?=[A-Z]))"
_NOT_INSIDE = r"(?<![^\W_]|\d[.,/-]|[$€£§])"

_UNITS = (
    r"(?:[ -]?(?:%|per[ ]?cent|mg|mcg|ml|kg|g|km|m|mm|cm|miles?|metres?|meters?|feet|ft|hours?"
    r"|minutes?|days?|weeks?|months?|years?|shares?|units?|persons?|people|euros?|dollars?|pounds?"
    r"|calories|kcal|words|times|patients?|employees|members|copies|square|sq))(?![^\W_])"
)
# A law is named by its year, on either side.
_LAW = r"acts?|ordinances?|regulations?|rules?|codes?|directive|convention|treaty|protocol"
_LONE = (
    rf"(?<!\b(?:{_LAW})[ ](?:of[ ])?){_YEAR}(?![ ](?:acts?|regulations?|rules)\b|[-/.,]\d|{_UNITS})"
)
_BEFORE = (
    r"in|since|until|till|by|for|from|of|during|year|between|to|before|after|around|about|circa"
    r"|ca\."
    r"|early|late|mid|end|beginning|spring|summer|autumn|fall|winter|through|throughout|fy|fiscal"
    r"|fiscal[ ]year|years|ended|ending|class|season|christmas|easter|back[ ]in"
)


def _named() -> tuple[Shape, ...]:
    """Return the dates that name their month."""
    item = rf"{_DAYS}{_DAY_GAP}{_CAPITALISED}{_MONTH_END}"
    several = rf"{item}(?:(?:,[ ]|,?[ ](?:and|or)[ ]|[ ]?/[ ]?){item}){{1,8}}{_WITH_YEAR}\d?"
    day_first = (
        rf"{_NOT_INSIDE}(?=\d)(?:{several}|{_DAYS}{_DAY_GAP}(?:(?:{_MONTHS}){_MONTH_END}"
        rf"{_WITH_YEAR}|{_CAPITALISED}(?![^\W\d_])(?:[ ](?:1[89]|20)\d{{3}}{STOP})?))"
    )
    foreign = (
        rf"{_NOT_INSIDE}(?=\d){_DAY}[ -](?:de[ ])?(?:{_FOREIGN}){_MONTH_END}(?:{_WITH_YEAR})?{STOP}"
    )
    month_first = (
        rf"{START}(?:(?:{_MONTHS}){_MONTH_END}(?:[ ,-]{{0,2}}{_DAYS},?)?{_WITH_YEAR}"
        rf"|{_CAPITALISED}{_MONTH_END}[ ](?:the[ ])?{_DAYS}{STOP}(?![.,:]\d))"
    )
    before = "in|since|during|until|by|early|late|mid|last|next|this|from|of|every"
    name = rf"(?-i:{_FULL_NAMES})"
    lone = rf"(?={name}{STOP})(?<={START}(?:{before})[ -]){name}"
    return tuple(
        Shape(pattern=one, score=LIKELY) for one in (day_first, foreign, month_first, lone)
    )


def _numeric() -> tuple[Shape, ...]:
    """Return the dates in digits, and times of day."""
    month, day = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
    clock = r"(?:[01]?\d|2[0-4])[:.][0-5]\d(?:[:.][0-5]\d(?:[.,]\d{1,6})?)?"
    zone = r"(?:Z|[ ]?[+-]\d\d:?\d\d)?"
    iso = rf"{_FOUR}(?P<a>[-/.]){month}(?P=a){day}(?:T{clock}{zone})?(?![^\W_]|[-/]\d)"
    either = rf"(?:{day}(?P<b>[-/.]){month}(?P=b)|{month}(?P<c>[-/.]){day}(?P=c))"
    long_year = rf"{either}(?:1[89]|20)\d\d(?![^\W_]|[-/]\d)"
    short_year = (
        rf"(?:{day}/{month}/|{month}/{day}/|\d\d-\d\d-|\d\d\.\d\d\.)\d\d(?![^\W_]|[-/.,]\d)"
    )
    half = rf"{month}/(?:19|20)\d\d(?![^\W_]|[-/]\d)"
    before = "on|since|until|till|dated?|seen|by|visit|admitted|discharged"
    on_day = (
        rf"(?={month}/{day}(?![^\W_]|[-/.]\d))(?<={START}(?:{before})[ :]{{1,2}}){month}/{day}"
        rf"(?![^\W_])"
    )
    compact = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[T ]?\d{4,6})?"
    label = "dates?|dated|dt|timestamp|time|effective|received|collected|performed|reported"
    labelled = rf"(?={compact}{STOP})(?<={START}(?:{label})[ :=_]{{1,3}}){compact}"
    half_day = rf"{_NOT_INSIDE}(?=\d)(?:{clock}|1?\d)[ ]?(?:[ap]\.m\.|[ap]m(?![^\W_]))"
    after_date = (
        rf"(?=\d{{1,2}}[:.]\d)(?<=\d\d[-/.]\d\d[ ]|\d{{4}}[ ]|\d{{4}},[ ]|[ ]at[ ])"
        rf"{clock}{zone}(?![^\W_]|[.,:]\d)"
    )
    of_day = rf"{_NOT_INSIDE}(?=\d){clock}[ ]?(?:hrs?|hours|o'clock|uhr|GMT|UTC){STOP}"
    patterns = (
        *(rf"{_NOT_INSIDE}(?=\d){one}" for one in (iso, long_year, short_year, half)),
        *(on_day, labelled, half_day, after_date, of_day),
    )
    return tuple(Shape(pattern=one, score=LIKELY) for one in patterns)


def _years() -> tuple[Shape, ...]:
    """Return years, decades, and days of the week and the year that have a name."""
    more = rf"(?:(?:,[ ]|,?[ ](?:and|or|to)[ ]|[ ]?[-/][ ]?){_LONE})"
    the_year = r"(?:the[ ](?:(?:year|years|end|spring|summer|autumn|winter)[ ](?:of[ ])?)?)?"
    article = "an?|the|his|her|its|their|this|that|our|your"
    behind_word = rf"(?={_FOUR})(?<={START}(?:{_BEFORE})[ ]{the_year}){_LONE}{more}{{0,8}}"
    adjective = rf"(?={_FOUR}[ ]\p{{L}})(?<={START}(?:{article})[ ]){_LONE}"
    bracketed = rf"[(\[](?P<value>{_LONE}(?:[ ]?-[ ]?{_LONE})?)[)\]]"
    spans = rf"{_NOT_INSIDE}(?=\d){_YEAR}[ ]?(?:-|to|and|until)[ ]?{_LONE}"
    decade = (
        rf"{_NOT_INSIDE}(?=\d)(?:1[89]|20)\d0'?s{STOP}|(?<![^\W_])'\d0s{STOP}"
        rf"|{_NOT_INSIDE}(?=\d)(?:1\d|20|21)(?:th|st)[ ]century{STOP}"
    )
    quarter = rf"{START}(?-i:Q[1-4][ /-]?|FY[ ]?)(?:{_YEAR}|'?\d\d{STOP})"
    short = rf"{_SHORT_YEAR}{STOP}(?<={START}(?:in|since|of|until|from)[ ]'\d\d)"
    weekday = (
        rf"{START}(?-i:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?"
        rf"|(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY)(?![ ](?:Times|Telegraph|Mail)){STOP}"
    )
    feast = (
        rf"{START}(?-i:Christmas(?:[ ](?:Day|Eve))?|Boxing[ ]Day|Easter(?:[ ](?:Sunday|Monday))?"
        rf"|Thanksgiving|New[ ]Year's(?:[ ](?:Day|Eve))|All[ ]Saints'[ ]Day|Halloween){STOP}"
    )
    patterns = (
        *(behind_word, adjective, bracketed, spans, decade, quarter, short),
        *(weekday, feast),
    )
    return tuple(Shape(pattern=one, score=LIKELY) for one in patterns)


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of dates and times."""
    return (Identifier("DATE", *_named(), *_numeric(), *_years()),)
