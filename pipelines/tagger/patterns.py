"""Names of organisations, places and bodies: lists, patterns over them, and faker's own."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from functools import cache
from random import Random

from pipelines.tagger.dates import MONTHS
from pipelines.tagger.people import LISTS, draw_person

# Locales of faker that write addresses and companies in Latin script.
PLACED = (
    *("en_US", "en_GB", "en_CA", "en_AU", "en_IE", "en_IN", "en_NZ", "de_DE", "de_AT", "de_CH"),
    *("fr_FR", "fr_CH", "es_ES", "es_MX", "it_IT", "pt_PT", "pt_BR", "nl_NL", "nl_BE", "sv_SE"),
    *("no_NO", "da_DK", "fi_FI", "pl_PL", "cs_CZ", "sk_SK", "hu_HU", "hr_HR", "ro_RO", "sl_SI"),
    *("id_ID",),
)
TRADING = (
    *("en_US", "en_US", "en_US", "de_DE", "fr_FR", "es_ES", "es_MX", "it_IT", "nl_NL", "pt_BR"),
    *("pl_PL", "cs_CZ", "sk_SK", "hu_HU", "hr_HR", "ro_RO", "sv_SE", "no_NO", "da_DK", "fi_FI"),
    *("tr_TR", "vi_VN", "id_ID", "en_PH"),
)
ENGLISH = ("en_US", "en_US", "en_GB", "en_CA", "en_AU", "en_IE", "en_IN", "en_NZ")

_ATOM = re.compile(r"\{\{([A-Z]+)\}\}")
_POOL = 150
_KNOWN = 0.2
_SYLLABLES = (
    *("a", "al", "ar", "ax", "be", "bio", "ca", "cel", "ci", "co", "cor", "cy", "da", "del", "di"),
    *("el", "en", "er", "ev", "fi", "flu", "gen", "glo", "hal", "ho", "in", "io", "ja", "ka", "ki"),
    *("la", "lex", "li", "lo", "lu", "ma", "me", "mi", "mo", "na", "ne", "no", "nu", "o", "om"),
    *("or", "ox", "pa", "pho", "pra", "qua", "ra", "re", "ri", "ro", "sa", "se", "si", "so", "sto"),
    *("su", "syn", "ta", "te", "ti", "tra", "tri", "u", "va", "ve", "vi", "vo", "xi", "ya", "za"),
)
_BRAND_ENDS = (
    "",
    "",
    "x",
    "ix",
    "on",
    "ia",
    "is",
    "os",
    "ys",
    "tek",
    "ware",
    "soft",
    "net",
    "pay",
    "med",
)
_COMPASS = (
    "North",
    "South",
    "East",
    "West",
    "Northern",
    "Southern",
    "Eastern",
    "Western",
    "Central",
)
_ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "1st", "2nd", "3rd", "4th", "Ninth")


@cache
def read_list(name: str) -> tuple[str, ...]:
    """Return the items of one list."""
    lines = (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))


def render(rng: Random, pattern: str) -> str:
    """Fill the atoms of a pattern such as `{{LAST}} & {{LAST}} LLP`."""
    return _ATOM.sub(lambda match: _ATOMS[match.group(1)](rng), pattern)


def drawn(rng: Random, name: str) -> str:
    """Return an item of a list, its atoms filled."""
    return render(rng, rng.choice(read_list(name)))


def organisation(rng: Random, name: str) -> str:
    """Return an item of a list of organisations: well-known ones are soon learnt by heart."""
    known, patterns = _split_list(name)
    return render(rng, rng.choice(known if known and rng.random() < _KNOWN else patterns))


@cache
def _split_list(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the items of a list that are whole names, and those that are patterns."""
    items = read_list(name)
    known = tuple(item for item in items if not atoms_of(item))
    return known, tuple(item for item in items if atoms_of(item))


def atoms_of(pattern: str) -> set[str]:
    """Return the atoms that a pattern asks for."""
    return set(_ATOM.findall(pattern))


def known_atoms() -> frozenset[str]:
    """Return every atom that a pattern may use."""
    return frozenset(_ATOMS)


def acronym(rng: Random) -> str:
    """Return capital letters such as companies call themselves by."""
    letters = "".join(
        rng.choice("ABCDEFGHIKLMNOPRSTUVW") for _ in range(rng.choice((2, 3, 3, 3, 4)))
    )
    if len(letters) == 3 and rng.random() < 0.12:
        return f"{letters[0]}&{letters[2]}"
    return letters


def brand(rng: Random) -> str:
    """Return a one-word brand that nobody registered."""
    word = "".join(rng.choice(_SYLLABLES) for _ in range(rng.choice((2, 2, 3))))
    word = word.capitalize() + rng.choice(_BRAND_ENDS)
    if rng.random() < 0.1:
        word += rng.choice(
            ("Bio", "Tech", "Pay", "Works", "Cloud", "Health", "Soft", "Labs", "One")
        )
    return word.upper() if rng.random() < 0.06 and len(word) < 7 else word


def town(rng: Random) -> str:
    """Return a town, of our list or of faker's."""
    if rng.random() < 0.55:
        return rng.choice(read_list("towns"))
    locale = rng.choice(PLACED if rng.random() < 0.6 else ENGLISH)
    return rng.choice(_made(locale, "address", "city"))


def company(rng: Random) -> str:
    """Return a company, of our patterns or of faker's."""
    if rng.random() < 0.72:
        return organisation(rng, "companies")
    return rng.choice(_made(rng.choice(TRADING), "company", "company"))


def street(rng: Random) -> str:
    """Return a street with a number."""
    draw = rng.random()
    if draw < 0.25:
        return drawn(rng, "streets")
    locale = rng.choice(ENGLISH if draw < 0.7 else PLACED)
    return rng.choice(_made(locale, "address", "street_address")).replace("\n", ", ")


def address(rng: Random, between: str) -> str:
    """Return a whole address, its lines joined by what stands between them."""
    draw = rng.random()
    if draw < 0.7:
        locale = rng.choice(ENGLISH if draw < 0.4 else PLACED)
        return rng.choice(_made(locale, "address", "address")).replace("\n", between)
    parts = [street(rng), town(rng), postcode(rng)]
    if rng.random() < 0.3:
        parts.append(rng.choice(read_list("countries")))
    return between.join(parts)


def postcode(rng: Random) -> str:
    """Return a postal code."""
    return rng.choice(
        _made(rng.choice(PLACED if rng.random() < 0.5 else ENGLISH), "address", "postcode")
    )


@cache
def _made(locale: str, provider: str, method: str) -> tuple[str, ...]:
    """Return what faker makes in a locale: the same in every run, made once."""
    from faker import Factory

    paths = ["faker.providers.person", f"faker.providers.{provider}"]
    if provider == "company":
        paths.append("faker.providers.address")
    maker = Factory.create(locale, providers=paths)
    maker.seed_instance(f"{locale}.{provider}.{method}")
    make = getattr(maker, method)
    return tuple(dict.fromkeys(make().strip() for _ in range(_POOL)))


def _letters(rng: Random, count: int) -> str:
    return "".join(rng.choice(string.ascii_uppercase) for _ in range(count))


_ATOMS: dict[str, Callable[[Random], str]] = {
    "LAST": lambda rng: draw_person(rng).last,
    "FIRST": lambda rng: draw_person(rng).first,
    "FULL": lambda rng: draw_person(rng).written("", rng),
    "CITY": town,
    "COUNTRY": lambda rng: rng.choice(read_list("countries")),
    "REGION": lambda rng: rng.choice(read_list("regions")),
    "DEMONYM": lambda rng: rng.choice(read_list("nationalities")),
    "SAINT": lambda rng: rng.choice(read_list("saints")),
    "WORD": brand,
    "NOUN": lambda rng: rng.choice(read_list("brand_nouns")),
    "TRADE": lambda rng: rng.choice(read_list("trades")),
    "SUFFIX": lambda rng: rng.choice(read_list("company_suffixes")),
    "LETTERS": acronym,
    "COMPASS": lambda rng: rng.choice(_COMPASS),
    "ORDINAL": lambda rng: rng.choice(_ORDINALS),
    "MONTH": lambda rng: rng.choice(MONTHS),
    "DIGIT": lambda rng: str(rng.randrange(1, 10)),
    "N": lambda rng: str(rng.randrange(1, 200)),
    "NUM": lambda rng: str(rng.randrange(200, 10_000)),
    "YEAR": lambda rng: str(rng.randrange(1890, 2026)),
    "LETTER": lambda rng: _letters(rng, 1),
}
