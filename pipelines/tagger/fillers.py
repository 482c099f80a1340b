"""`Filler`: fills templates, and says which stretches of the text are names."""

from __future__ import annotations

import random
import string
import unicodedata
from collections.abc import Callable
from random import Random

from pipelines.tagger.dates import FORMS as DATE_FORMS
from pipelines.tagger.dates import write_date
from pipelines.tagger.patterns import (
    acronym,
    address,
    brand,
    company,
    drawn,
    organisation,
    postcode,
    street,
    town,
)
from pipelines.tagger.people import FORMS as PERSON_FORMS
from pipelines.tagger.people import Person, draw_person
from pipelines.tagger.template import Choice, Piece, Slot, parse
from rag.redact.shadow import BLANK

# The lists behind the forms of a slot; a form without one is made by code below.
LISTED: dict[tuple[str, str], str] = {
    **{("ORGANIZATION", form): f"org_{form}" for form in (
        *("hospital", "school", "lawfirm", "bank", "localcourt", "prison", "party"),
        *("association", "media", "unit"),
    )},
    ("PUBLIC_BODY", ""): "public_bodies",
    ("LOCATION", "country"): "countries",
    ("LOCATION", "region"): "regions",
    ("LOCATION", "river"): "rivers",
    ("LOCATION", "landmark"): "landmarks",
    ("DEMOGRAPHIC", ""): "nationalities",
    ("DEMOGRAPHIC", "religion"): "religions",
    ("DEMOGRAPHIC", "occupation"): "occupations",
    ("DEMOGRAPHIC", "ethnic"): "ethnic_groups",
    **{("x", form): f"x_{form}" for form in (
        *("drug", "disease", "test", "anatomy", "statute", "term", "section", "product"),
        *("metric", "software", "month_word", "abbreviation", "role", "device", "index", "thing"),
    )},
}  # fmt: skip

_USUAL_TITLES = ("Mr", "Mr.", "Mr", "Mr.", "Mrs", "Mrs.", "Ms", "Ms.", "Miss", "Dr", "Dr.", "Dr.")
_NUMBER_WORDS = (*("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),)
_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_CURRENCIES = ("$", "€", "£", "USD ", "EUR ", "GBP ", "US$", "CHF ", "PLN ", "TRY ", "A$", "¥")
_MONEY = ("euros", "EUR", "dollars", "pounds", "Turkish liras", "roubles", "zlotys", "kroner")
_MEASURES = (
    *("micromol/L", "mmol/L", "mg", "mg/kg", "g", "mL", "mL/h", "mL/kg", "mg/dL", "g/dL", "ng/L"),
    *("mmHg", "mL/min/1.73 m2", "units", "IU/L", "x 10^9/L", "mcg", "microg/kg/min", "L/min", "cm"),
    *(
        "mm",
        "kg",
        "mEq/L",
        "ug/mL",
        "kPa",
        "bpm",
        "mg/mmol",
        "mosm/kg",
        "micrograms",
        "tablets",
        "%",
    ),
)
_PERIODS = ("day", "week", "month", "year", "hour", "minute")


class Filler:
    """Fills templates with people, places and things; equal seeds write equal texts."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)  # noqa: S311  training text, no secret
        self._people: dict[str, Person] = {}
        self._said: dict[Slot, str] = {}

    def fill(self, template: str) -> tuple[str, list[tuple[int, int, str]]]:
        """Return the text, and start, end and label of every name in it."""
        self._people.clear()
        self._said.clear()
        return _joined(self._rng, self._filled(parse(template)))

    def _filled(self, pieces: tuple[Piece, ...]) -> list[tuple[str, str | None]]:
        out: list[tuple[str, str | None]] = []
        for piece in pieces:
            if isinstance(piece, str):
                out.append((piece, None))
            elif isinstance(piece, Choice):
                out += self._filled(self._rng.choice(piece.ways))
            else:
                out.append((self._text(piece), piece.label))
        return out

    def _text(self, slot: Slot) -> str:
        if slot.said:
            return slot.said
        if slot.kind == "PERSON":
            return self._person(slot.index).written(slot.form, self._rng)
        if not slot.index:
            return write(self._rng, slot.kind, slot.form)
        if slot.kind == "ORGANIZATION" and slot.form == "short":
            return self._shortened(slot.index)
        if slot not in self._said:
            self._said[slot] = write(self._rng, slot.kind, slot.form)
        return self._said[slot]

    def _person(self, index: str) -> Person:
        if not index:
            return draw_person(self._rng)
        if index not in self._people:
            self._people[index] = draw_person(self._rng)
        return self._people[index]

    def _shortened(self, index: str) -> str:
        """The organisation of that index, as its own document calls it later on."""
        names = [
            name
            for slot, name in self._said.items()
            if slot.kind == "ORGANIZATION" and slot.index == index and slot.form != "short"
        ]
        if not names:
            return write(self._rng, "ORGANIZATION", "short")
        words = names[0].replace(",", "").split()
        capitals = "".join(word[0] for word in words if word[0].isupper())
        if len(capitals) > 2 and self._rng.random() < 0.5:
            return capitals
        return words[0] if len(words[0]) > 3 else " ".join(words[:2])


def write(rng: Random, kind: str, form: str) -> str:
    """Return what a slot of this kind and form may say, or raise if nobody knows it."""
    listed = LISTED.get((kind, form))
    if listed is not None:
        return organisation(rng, listed) if kind == "ORGANIZATION" else drawn(rng, listed)
    made = _MADE.get((kind, form))
    if made is not None:
        return made(rng)
    if kind == "DATE" and form in DATE_FORMS:
        return write_date(rng, form)
    raise ValueError(f"nothing fills {kind}:{form}")


def is_known(slot: Slot) -> bool:
    """Say whether a slot can be filled."""
    if slot.said:
        return True
    if slot.kind == "PERSON":
        return slot.form in PERSON_FORMS
    key = (slot.kind, slot.form)
    return key in LISTED or key in _MADE or (slot.kind == "DATE" and slot.form in DATE_FORMS)


def _joined(
    rng: Random, pieces: list[tuple[str, str | None]]
) -> tuple[str, list[tuple[int, int, str]]]:
    """Join the pieces, sometimes as careless hands and machines would have written them."""
    change = _manner(rng)
    text, spans = "", []
    for piece, label in pieces:
        start = len(text)
        text += change(piece)
        if label is not None and len(text) > start:
            # An article is no part of a name.
            article = len("the ") if piece.lower().startswith("the ") else 0
            spans.append((start + article, len(text), label))
    if rng.random() < 0.12:
        text = text.replace("'", "’")
    if rng.random() < 0.12:
        text = _wrapped(rng, text)
    return text, spans


def _manner(rng: Random) -> Callable[[str], str]:
    draw = rng.random()
    if draw < 0.07:
        return _plain_letters
    if draw < 0.12:
        return str.lower
    return str.upper if draw < 0.145 else str


def _plain_letters(text: str) -> str:
    """The text without its diacritics, as many systems store names."""
    for letter, plain in (("ł", "l"), ("Ł", "L"), ("ø", "o"), ("Ø", "O"), ("đ", "d"), ("ı", "i")):
        text = text.replace(letter, plain)
    apart = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _wrapped(rng: Random, text: str) -> str:
    """The text in lines of one width, broken within names too; no place moves."""
    width, column, letters = rng.randrange(45, 110), 0, list(text)
    for place, letter in enumerate(letters):
        column = 0 if letter == "\n" else column + 1
        if letter == " " and column > width - 6:
            letters[place], column = "\n", 0
    return "".join(letters)


def _title(rng: Random) -> str:
    return rng.choice(_USUAL_TITLES) if rng.random() < 0.6 else drawn(rng, "titles")


def _age(rng: Random) -> str:
    age = rng.choice((rng.randrange(1, 100), rng.randrange(18, 90)))
    if age >= 20 and rng.random() < 0.07:
        unit = f"-{_UNITS[age % 10 - 1]}" if age % 10 else ""
        return f"{_NUMBER_WORDS[age // 10 - 2]}{unit}"
    return str(age)


def _age_phrase(rng: Random) -> str:
    return _age(rng) + rng.choice(
        (
            "-year-old",
            " year old",
            " years old",
            " y/o",
            "yo",
            " yo",
            " years of age",
            "-yr-old",
            " years",
        )
    )


def _number(rng: Random) -> str:
    return rng.choice(
        (
            str(rng.randrange(2, 100)),
            str(rng.randrange(100, 5_000)),
            f"{rng.randrange(1_000, 10_000_000):,}",
            f"{rng.random() * 100:.1f}",
            f"{rng.random() * 10:.2f}",
            f"({rng.randrange(1, 100_000):,})",
        )
    )


def _amount(rng: Random) -> str:
    value = rng.choice((rng.randrange(10, 1_000), rng.randrange(1_000, 10_000_000)))
    few, part = rng.randrange(1, 900), rng.randrange(100)
    sign = rng.choice(_CURRENCIES)
    return rng.choice(
        (
            f"{sign}{value:,}",
            f"{sign}{value:,}.{part:02}",
            f"{value:,} {rng.choice(_MONEY)}",
            f"{sign}{few} {rng.choice(('million', 'billion'))}",
            f"{sign}{few}.{part % 10}{rng.choice('mMkKbn')}",
        )
    )


def _code(rng: Random) -> str:
    pattern = rng.choice(
        (
            "A-###",
            "AA###",
            "#####",
            "AAA-#####",
            "##-####-A",
            "A#####B",
            "###-##",
            "AA-####/##",
            "#A#-#AA",
        )
    )
    return "".join(
        rng.choice(string.digits)
        if sign == "#"
        else rng.choice(string.ascii_uppercase)
        if sign == "A"
        else sign
        for sign in pattern
    )


def _duration(rng: Random) -> str:
    count = rng.choice((1, 2, 3, 4, 5, 6, 7, 10, 12, 14, 18, 24, 30, 48, 60, 90))
    word = (
        ("one", "two", "three", "four", "five", "six", "seven")[count - 1]
        if count < 8
        else str(count)
    )
    many = rng.choice((word, str(count)))
    period = rng.choice(_PERIODS)
    return f"{many} {period}{'' if count == 1 else 's'}"


def _measure(rng: Random) -> str:
    value = rng.choice((str(rng.randrange(1, 500)), f"{rng.random() * 20:.1f}", "2.5", "0.9"))
    return f"{value}{rng.choice((' ', ' ', '', '-'))}{rng.choice(_MEASURES)}"


def _email(rng: Random) -> str:
    """An address, or the blank that stands there once patterns have been at it."""
    if rng.random() < 0.7:
        return BLANK
    person = draw_person(rng)
    local = person.written("initial_last", rng).replace(". ", ".").replace(" ", "").lower()
    return f"{local}@{brand(rng).lower()}.example"


def _phone(rng: Random) -> str:
    if rng.random() < 0.7:
        return BLANK
    return rng.choice(("020 7946 {:04}", "+49 30 90{:04} 11", "(555) 010-{:04}")).format(
        rng.randrange(10_000)
    )


def _ticker(rng: Random) -> str:
    letters = "".join(rng.choice(string.ascii_uppercase) for _ in range(rng.choice((2, 3, 4))))
    return rng.choice((letters, f"{rng.choice(('NYSE', 'NASDAQ', 'LSE', 'XETRA'))}: {letters}"))


_MADE: dict[tuple[str, str], Callable[[Random], str]] = {
    ("ORGANIZATION", ""): company,
    ("ORGANIZATION", "short"): lambda rng: acronym(rng) if rng.random() < 0.5 else brand(rng),
    ("LOCATION", ""): town,
    ("TITLE", ""): _title,
    ("AGE", ""): _age,
    ("AGE", "phrase"): _age_phrase,
    ("ADDRESS", ""): lambda rng: address(rng, ", "),
    ("ADDRESS", "street"): street,
    ("ADDRESS", "multi"): lambda rng: address(rng, "\n"),
    ("ADDRESS", "zip"): postcode,
    ("x", "number"): _number,
    ("x", "amount"): _amount,
    ("x", "code"): _code,
    ("x", "duration"): _duration,
    ("x", "measure"): _measure,
    ("x", "email"): _email,
    ("x", "phone"): _phone,
    ("x", "blank"): lambda _: BLANK,
    ("x", "ticker"): _ticker,
}
