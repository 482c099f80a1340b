"""Units of measure: which spellings mean the same, and which convert exactly.

Only conversions by powers of ten within one metric family, and seconds, minutes and hours, are
made: whether 30 days are a month is for a court. What is not listed is no unit.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

_PREFIXES = {
    "k": Decimal(1000),
    "": Decimal(1),
    "d": Decimal("0.1"),
    "c": Decimal("0.01"),
    "m": Decimal("0.001"),
    "µ": Decimal("1e-6"),
    "n": Decimal("1e-9"),
    "p": Decimal("1e-12"),
}
_WORD_PREFIXES = {
    "kilo": "k", "": "", "deci": "d", "centi": "c", "milli": "m", "micro": "µ", "nano": "n",
    "pico": "p",
}  # fmt: skip
_METRIC = {"g": ("gram", "gramme"), "l": ("litre", "liter"), "m": ("metre", "meter"),
           "mol": ("mole",)}  # fmt: skip
_TIMES = {
    "s": ("second", Decimal(1)), "sec": ("second", Decimal(1)), "secs": ("second", Decimal(1)),
    "second": ("second", Decimal(1)),
    "min": ("second", Decimal(60)), "mins": ("second", Decimal(60)),
    "minute": ("second", Decimal(60)),
    "h": ("second", Decimal(3600)), "hr": ("second", Decimal(3600)),
    "hrs": ("second", Decimal(3600)), "hour": ("second", Decimal(3600)),
}  # fmt: skip
_ALIKE = {
    "%": "%", "percent": "%", "pct": "%", "‰": "‰", "°": "°", "°c": "°c", "°f": "°f",
    "day": "day", "week": "week", "wk": "week", "month": "month", "mo": "month", "year": "year",
    "yr": "year", "y": "year", "decade": "decade", "century": "century", "quarter": "quarter",
    "unit": "unit", "u": "unit", "iu": "iu", "mmhg": "mmhg", "bar": "bar", "mbar": "mbar",
    "kpa": "kpa", "pa": "pa", "kcal": "kcal", "cal": "cal", "kj": "kj", "j": "j", "hz": "hz",
    "khz": "khz", "mhz": "mhz", "ghz": "ghz", "db": "db", "w": "w", "kw": "kw", "mw": "mw",
    "kwh": "kwh", "mwh": "mwh", "v": "v", "kv": "kv", "mm3": "mm3", "lb": "lb", "pound": "lb",
    "oz": "oz", "ounce": "oz", "mile": "mile", "foot": "ft", "feet": "ft", "ft": "ft",
    "inch": "in", "inches": "in", "yard": "yd", "acre": "acre", "hectare": "ha", "ha": "ha",
    "gallon": "gallon", "barrel": "barrel", "ton": "ton", "tonne": "tonne", "bp": "bp",
    "bps": "bp", "kda": "kda", "da": "da", "bpm": "bpm", "rpm": "rpm", "fold": "fold",
    "times": "fold", "meq": "meq", "kb": "kb", "mb": "mb", "gb": "gb", "tb": "tb",
    "share": "share", "cm2": "cm2", "m2": "m2", "km2": "km2", "m3": "m3", "drop": "drop",
    "tablet": "tablet", "capsule": "capsule", "dose": "dose", "puff": "puff", "ampoule": "ampoule",
    "euro": "€", "eur": "€", "dollar": "$", "usd": "$", "cent": "cent", "gbp": "£",
    "sterling": "£", "yen": "¥", "jpy": "¥", "chf": "chf", "franc": "chf", "cad": "cad",
    "aud": "aud", "rmb": "rmb", "yuan": "rmb", "rupee": "₹", "inr": "₹",
}  # fmt: skip
CURRENCIES = frozenset({"$", "€", "£", "¥", "₹", "cent", "chf", "cad", "aud", "rmb"})
# Letters that are units only right behind their number: `5 m`, `3 l`; `a` or `U` elsewhere is none.
_ONLY_JOINED = frozenset({"y", "u", "w", "v", "j", "pa", "da", "mo"})


@lru_cache(maxsize=4096)
def unit_of(written: str, *, joined: bool = False) -> tuple[str, Decimal] | None:
    """Return a unit in its one spelling and what its number is to be multiplied by, or None.

    A rate keeps the spelling of its parts, each in its one form: `mcg/kg per day` is `µg/kg/day`.
    """
    if len(written) <= len("mM") and written.endswith("M") and written[:-1] in _PREFIXES:
        return "molar", _PREFIXES[written[:-1]]
    parts = [part.strip() for part in written.casefold().replace(" per ", "/").split("/")]
    if len(parts) == 1:
        return _single(parts[0], joined=joined)
    named = [_name(part, joined=joined or at > 0) for at, part in enumerate(parts)]
    known = [name for name in named if name]
    return ("/".join(known), Decimal(1)) if len(known) == len(parts) else None


def _single(word: str, *, joined: bool) -> tuple[str, Decimal] | None:
    if word in _ONLY_JOINED and not joined:
        return None
    metric = _metric(word)
    if metric:
        prefix, base = metric
        return base, _PREFIXES[prefix]
    for form in (word, word.removesuffix("s")):
        if form in _TIMES:
            return _TIMES[form]
        if form in _ALIKE:
            return _ALIKE[form], Decimal(1)
    return None


def _name(word: str, *, joined: bool) -> str:
    """Return a part of a rate in its one spelling, unconverted; empty if it is no unit."""
    metric = _metric(word)
    if metric:
        return "".join(metric)
    for form in (word, word.removesuffix("s")):
        if form in _TIMES:
            return _SHORT_TIMES[_TIMES[form][1]]
        if form in _ALIKE and (joined or form not in _ONLY_JOINED):
            return _ALIKE[form]
    return "kg" if word == "body weight" else ""


_SHORT_TIMES = {Decimal(1): "s", Decimal(60): "min", Decimal(3600): "h"}


def _metric(word: str) -> tuple[str, str] | None:
    """Return prefix and base of a metric unit, by sign or by name."""
    word = {"mcg": "µg", "ug": "µg", "μg": "µg", "ul": "µl", "umol": "µmol", "cc": "ml"}.get(
        word, word
    ).replace("μ", "µ")
    for base, names in _METRIC.items():
        if word.endswith(base) and word[: -len(base)] in _PREFIXES:
            return word[: -len(base)], base
        for name in (n + plural for n in names for plural in ("", "s")):
            if word.endswith(name) and word[: -len(name)] in _WORD_PREFIXES:
                return _WORD_PREFIXES[word[: -len(name)]], base
    return None
