"""Entities and values of the training text; some names are held out for evaluation.

Every word list is parted by the hash of its items, so a name that evaluation uses was never seen
in training, neither whole nor in parts. Numbers, dates and codes are drawn anew each time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random
from zlib import crc32

from pipelines.tagger.patterns import brand, read_list
from pipelines.tagger.people import CULTURES, LOCALES, names_of

HELD_OUT_OF = 8
"""One name in so many is held out."""

CODE_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_SUBSTANCES = (
    *("penicillin", "latex", "peanuts", "shellfish", "iodine", "aspirin", "ibuprofen", "egg white"),
    *("codeine", "nickel", "wasp venom", "soya", "sulfonamides", "chlorhexidine", "morphine"),
    *("amoxicillin", "cashew nuts", "adhesive plaster", "contrast medium", "cow's milk", "kiwi"),
)
_GRADES = ("AAA", "AA+", "AA", "AA-", "A+", "A", "A-", "BBB+", "BBB", "BBB-", "BB+", "BB", "B-")
_CONTRACTS = ("lease", "licence", "loan agreement", "supply contract", "joint venture", "NDA")
_MATTERS = ("claim", "case", "appeal", "arbitration", "petition", "dispute")
_ACCOUNTS = ("Saver", "Fixed", "Deposit", "Current", "Card", "Bond", "Fund", "Plan", "Account")
_SUFFIXES = ("Ltd", "LLP", "Inc.", "GmbH", "plc", "S.A.", "AG", "Group", "Partners", "BV", "Oy")
_PLACES = ("Ward", "Unit", "Clinic", "Theatre", "Bay", "Floor")
_TITLES = ("Dr", "Mr", "Mrs", "Ms", "Prof.")


def is_held_out(name: str) -> bool:
    """Say whether a name, or a part of one, is kept for evaluation."""
    return crc32(name.lower().encode()) % HELD_OUT_OF == 0


@cache
def _side(name: str, *, held_out: bool) -> tuple[str, ...]:
    """Return the items of a list on one side."""
    if name in ("given", "family"):
        found: set[str] = set()
        for culture in {*LOCALES, *CULTURES}:
            found.update(names_of(culture)[name == "family"])
        items = tuple(sorted(one for one in found if " " not in one and len(one) < 13))
    elif name == "substances":
        items = _SUBSTANCES
    else:
        items = tuple(one for one in read_list(name) if "{" not in one and len(one) < 30)
    return tuple(one for one in items if is_held_out(one) == held_out)


class Names:
    """Draws entities and values of one side; equal seeds draw equal ones."""

    def __init__(self, rng: Random, *, held_out: bool) -> None:
        self._rng = rng
        self._held_out = held_out
        self._entities: dict[str, Callable[[], str]] = {
            "patient": self._patient,
            "lawyer": self._lawyer,
            "account": self._account,
            "company": self._company,
            "drug": lambda: self._lower("x_drug"),
            "site": lambda: f"{rng.choice(_PLACES)} {self._word()}",
            "matter": self._matter,
            "contract": lambda: f"the {self._word()} {rng.choice(_CONTRACTS)}",
            "product": lambda: f"{self._word()} {rng.choice(_ACCOUNTS)}",
            "thing": self._thing,
        }
        self._values: dict[str, Callable[[], str]] = {
            "dose": lambda: f"{self._amount()} {rng.choice(('mg', 'g', 'mL', 'units', 'mg/kg'))}",
            "drug": lambda: self._lower("x_drug"),
            "substance": lambda: self._pick("substances"),
            "disease": lambda: self._pick("x_disease"),
            "date": self._date,
            "pressure": lambda: f"{rng.randrange(90, 200)}/{rng.randrange(45, 110)} mmHg",
            "lab": lambda: f"{self._amount()} {rng.choice(('mmol/L', 'umol/L', 'mg/dL'))}",
            "ward": lambda: f"{rng.choice(_PLACES)} {self._word()}",
            "person": self._value_person,
            "weight": lambda: f"{rng.randrange(30, 140)}{self._tenth()} kg",
            "duration": lambda: self._several(("days", "weeks", "months", "years", "hours")),
            "days": lambda: self._several(("days",)),
            "pages": lambda: self._several(("pages",)),
            "temperature": lambda: f"{rng.randrange(-30, 40)} °C",
            "interval": lambda: f"every {self._several(('hours', 'days', 'minutes'))}",
            "count": lambda: f"{rng.randrange(2, 3000):,}",
            "time": lambda: f"{rng.randrange(6, 24)}:{rng.randrange(0, 60, 5):02}",
            "money": self._money,
            "place": lambda: self._pick(rng.choice(("towns", "countries"))),
            "percent": lambda: f"{rng.randrange(0, 20)}.{rng.randrange(0, 100):02}%",
            "grade": lambda: rng.choice(_GRADES),
            "code": self._code,
            "word": lambda: self._word().lower(),
        }

    def entity(self, kind: str) -> str:
        """Return a new entity of a kind."""
        return self._entities[kind]()

    def value(self, kind: str) -> str:
        """Return a new value of a kind."""
        return self._values[kind]()

    def namesake(self, entity: str, kind: str) -> str:
        """Return somebody else who shares a part of the name, if people of the kind have such."""
        first, _, last = entity.rpartition(" ")
        if kind not in ("patient", "lawyer", "account") or not first or "[" in entity:
            return self.entity(kind)
        if self._rng.random() < 0.5:
            return f"{self._pick('given')} {last}"
        return f"{first.rpartition(' ')[2]} {self._pick('family')}"

    def _pick(self, name: str) -> str:
        return self._rng.choice(_side(name, held_out=self._held_out))

    def _lower(self, name: str) -> str:
        return self._pick(name).lower()

    def _invented(self) -> str:
        while is_held_out(word := brand(self._rng)) != self._held_out:
            pass
        return word

    def _word(self) -> str:
        draw = self._rng.random()
        if draw < 0.4:
            return self._invented()
        return self._pick("towns" if draw < 0.6 else "family")

    def _pseudonym(self, kind: str) -> str:
        return f"[{kind}:{''.join(self._rng.choices(CODE_LETTERS, k=8))}]"

    def _person(self) -> str:
        return f"{self._pick('given')} {self._pick('family')}"

    def _patient(self) -> str:
        draw = self._rng.random()
        if draw < 0.3:
            return self._pseudonym("PERSON")
        if draw < 0.4:
            return f"{self._rng.choice(_TITLES)} {self._pick('family')}"
        if draw < 0.47:
            return f"the patient in bed {self._rng.randrange(1, 60)}"
        return self._person()

    def _lawyer(self) -> str:
        draw = self._rng.random()
        if draw < 0.25:
            return self._pseudonym("PERSON")
        return self._person() if draw < 0.8 else f"{self._pick('family')} {self._pick('family')}"

    def _value_person(self) -> str:
        draw = self._rng.random()
        if draw < 0.25:
            return self._pseudonym("PERSON")
        return self._person() if draw < 0.8 else f"Dr {self._pick('family')}"

    def _account(self) -> str:
        return self._patient() if self._rng.random() < 0.6 else self._company()

    def _company(self) -> str:
        draw = self._rng.random()
        if draw < 0.2:
            return self._pseudonym("ORGANIZATION")
        if draw < 0.4:
            return self._invented()
        last = _SUFFIXES if draw < 0.7 else _side("trades", held_out=self._held_out)
        return f"{self._word()} {self._rng.choice(last)}"

    def _matter(self) -> str:
        if self._rng.random() < 0.4:
            return f"case {self._rng.randrange(1990, 2027)}-{self._rng.randrange(1, 999):03}"
        return f"the {self._word()} {self._rng.choice(_MATTERS)}"

    def _thing(self) -> str:
        draw = self._rng.random()
        if draw < 0.3:
            return self._code()
        return self._word() if draw < 0.6 else f"{self._word()} {self._rng.randrange(1, 100)}"

    def _tenth(self) -> str:
        return f".{self._rng.randrange(10)}" if self._rng.random() < 0.4 else ""

    def _amount(self) -> str:
        rng = self._rng
        if rng.random() < 0.4:
            return f"{rng.randrange(0, 50)}.{rng.randrange(1, 10)}"
        return str(rng.choice((1, 5, 10, 25, 50)) * rng.randrange(1, 60))

    def _several(self, units: tuple[str, ...]) -> str:
        return f"{self._rng.randrange(2, 99)} {self._rng.choice(units)}"

    def _money(self) -> str:
        rng = self._rng
        number = rng.randrange(1, 1000) * rng.choice((1, 10, 100, 1000))
        sign = rng.choice(("£", "€", "$", "EUR ", "USD ", "GBP "))
        if rng.random() < 0.2:
            return f"{sign}{rng.randrange(1, 900)}.{rng.randrange(1, 10)} million"
        return f"{sign}{number:,}" + (f".{rng.randrange(100):02}" if rng.random() < 0.2 else "")

    def _date(self) -> str:
        rng = self._rng
        day, month, year = rng.randrange(1, 29), rng.randrange(12), rng.randrange(1990, 2027)
        draw = rng.random()
        if draw < 0.6:
            return f"{day} {_MONTHS[month]} {year}"
        if draw < 0.8:
            return f"{_MONTHS[month]} {day}, {year}"
        return f"{year}-{month + 1:02}-{day:02}"

    def _code(self) -> str:
        rng = self._rng
        while is_held_out(code := _written_code(rng)) != self._held_out:
            pass
        return code


def _written_code(rng: Random) -> str:
    letters = "".join(rng.choices("ABCDEFGHKLMNPRSTUVWXYZ", k=rng.randrange(1, 4)))
    return f"{letters}{rng.choice(('', '-', ' '))}{rng.randrange(10, 10 ** rng.randrange(2, 7))}"
