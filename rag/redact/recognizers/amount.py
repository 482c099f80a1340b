"""Amounts of money, and other quantities that tell one case from the next.

A percentage counts where it measures a person or a share of something (a disability, a stake, a
claim); a length, an area or a speed counts by its unit. Doses and laboratory values do not.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.numerals import NUMBER_WORDS
from rag.redact.patterns import LIKELY, STOP, Identifier, Shape

_CODES = (
    "EUR|USD|GBP|CHF|TRY|TRL|PLN|ATS|DEM|FRF|ITL|ESP|NLG|BEF|IEP|SEK|NOK|DKK|FIM|HUF|CZK|SKK|RON"
    "|ROL|BGN|HRK|RSD|RUB|RUR|UAH|JPY|CNY|RMB|HKD|SGD|AUD|CAD|NZD|INR|KRW|BRL|MXN|ZAR|ILS|AED|SAR"
    "|CYP|MTL|LTL|LVL|EEK|SIT|GRD|PTE|LUF|ISK|GEL|AMD|AZN|MDL"
)
_SYMBOLS = "$€£¥₤₺₽₹₩₴"
_WORD = (
    r"(?:euros?|dollars?|cents?|pounds?(?:[ ]sterling)?|pence|sterling|liras?|z[lł]ot(?:ys?|ies)|"
    r"schillings?|marks?|deutsch(?:e)?[ ]?marks?|francs?|lire|pesetas?|guilders?|kron(?:or|er|a|e)"
    r"|crowns?|forints?|koruna|lei|leva|dinars?|drachmas?|ro?ubles?|hryvnias?|yen|yuan|rupees?"
    r"|reais"
    r"|pesos?|rand|shekels?|dirhams?|riyals?|bucks)"
)
_ADJECTIVE = r"(?:(?-i:\p{Lu}[\p{L}.]+)[ ]){0,2}"
_DIGITS = r"(?:\d{1,3}(?:[,.' ]\d{3}){1,7}+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)(?!\d)"
_SCALE = r"(?:[ ]?(?:thousand|million|billion|trillion|mn|bn|mio\.?|k|m)(?![^\W_]))?"
_BEGIN = r"(?<![^\W_]|\d[.,/-])"
# What stands behind an amount in brackets: its currency, or the same in another one.
_ABOUT = r"(?:approx(?:\.|imately)?|about|around|ca\.?|=)"
_GLOSS = (
    rf"(?:(?:[ ](?:left|each|only))?[ ]?(?:\((?:(?-i:{_CODES})|{_ADJECTIVE}{_WORD})\)"
    rf"|\[{_ABOUT}?[ ]?(?-i:{_CODES})[^\]\n]{{1,40}}\]|\[{_ABOUT}[^\]\n]{{1,60}}\]"
    rf"|\({_ABOUT}[ ](?=[^)\n]{{0,12}}\d)[^()\n]{{1,40}}(?:\([A-Z]{{3}}\))?[^"
    rf"()\n]{{0,20}}\)?)){{0,2}}"
)

_TELLING = (
    r"disab\w*|invalid\w*|incapaci\w*|capability|capacity|ability|degree|impairment|sh(?:are"
    r"|areholding)s?"
    r"|stake|ownership|owner|interest|held|holds?|owns?|inflation|increase[ds]?|reduced|reduction"
    r"|loss"
    r"|marks?|custody|fault|liab\w*|contribut\w*|rate|less[ ]than|at[ ]least|income|money|proceeds"
)
_MEASURE = (
    r"(?:square[ ]|sq\.?[ ]|cubic[ ])?(?:met(?:re|er)s?|kilomet(?:re|er)s?|hectares?|acres?"
    r"|litres?|miles?)"
    r"|km/?h|mph|m²|km|ha|sq[ ]?(?:m|ft)|(?:square[ ])?feet"
)
_COUNTED = (
    r"plots?(?:[ ]of[ ]land)?|(?:half-)?(?:brothers?|sisters?)|children|sons|daughters|siblings"
    r"|other[ ](?:accused|suspects|defendants|persons)"
)
_COUNTED_IF_MANY = "hearings|decisions|occasions|judgments|meetings|visits"


def _money() -> tuple[str, ...]:
    """Return the patterns of money: its unit before or behind, in digits or in words."""
    number = rf"(?:{_DIGITS}{_SCALE})"
    behind = rf"{number}(?:[ ]{_WORD}{STOP})?{_GLOSS}"
    unit_last = (
        rf"{_BEGIN}(?=\d){number}[ ]?(?:(?-i:{_CODES}){STOP}|[€£₺₽]|{_ADJECTIVE}{_WORD}{STOP})"
        rf"{_GLOSS}"
    )
    spelled = (
        rf"(?:{NUMBER_WORDS}|an?|several)(?:[ -](?:hundred|thousand|million|billion|and"
        rf"|{NUMBER_WORDS})){{0,7}}"
    )
    return (
        rf"{_BEGIN}(?-i:{_CODES})[ ]?{behind}",
        rf"[{_SYMBOLS}][ ]?{behind}",
        rf"{_BEGIN}(?-i:US|CA|C|AU|A|NZ|HK|S)\$[ ]?{behind}",
        unit_last,
        rf"[ ]{_WORD}{STOP}(?<={_BEGIN}(?P<value>{spelled}[ ]{_ADJECTIVE}{_WORD}))",
    )


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of amounts."""
    size = r"\d{1,3}(?:[.,]\d{1,2})?"
    percent = rf"{size}(?:[ ]?%)?(?:[ ]?(?:-|to|and)[ ]?{size})?[ ]?(?:%|per[ ]?cent)"
    telling = (
        rf"{_BEGIN}(?=\d)(?:{percent})(?:(?=[^.;\n]{{0,40}}\b(?:{_TELLING}))"
        rf"|(?<=\b(?:{_TELLING})[^.;%\n\d]{{0,40}}[ ]{percent}))"
    )
    measured = (
        rf"{_BEGIN}(?=\d)(?:{_DIGITS}[ -]?(?:{_MEASURE})"
        rf"|\d{{1,4}}[ ]?x[ ]?\d{{1,4}}[ ]?[cm]m){STOP}"
    )
    many = r"(?:ten|\p{L}+teen|\p{L}+ty(?:-\p{L}+)?)"
    counted = (
        rf"[ ](?:{_COUNTED}){STOP}(?<={_BEGIN}(?P<value>{NUMBER_WORDS}[ ](?:{_COUNTED})))"
        rf"|[ ](?:{_COUNTED_IF_MANY}){STOP}(?<={_BEGIN}(?P<value>{many}[ ](?:{_COUNTED_IF_MANY})))"
    )
    patterns = (*_money(), telling, measured, counted)
    return (
        Identifier(
            "AMOUNT",
            *(Shape(pattern=one, score=LIKELY) for one in patterns),
        ),
    )
