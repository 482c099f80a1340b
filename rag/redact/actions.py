"""What stands in place of a finding: the actions of a policy, done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

import regex

from rag.ports import People
from rag.redact.days import read_day, read_year
from rag.redact.persons import PERSON
from rag.redact.policy import Action, Policy
from rag.redact.pseudonyms import Pseudonyms, normal_form
from rag.redact.shadow import plain
from rag.redact.tokens import masked, valued

# What identifies whose dates are shifted, the surest first.
_SUBJECT_KINDS = ("MEDICAL_RECORD_NUMBER", "PERSON")

OLDEST = 89
MOST_DAYS = 365

# The 3-digit areas with 20,000 people or fewer by the census of 2000, as the guidance to
# 45 CFR 164.514(b)(2)(i)(B) lists them: they become 000.
_SPARSE = "036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893"
SPARSE_AREAS = frozenset(_SPARSE.split())

_ZIP = regex.compile(r"(\d{3})\d{2}(?:-\d{4})?")
_NUMBER = regex.compile(r"\d+")
_WORD = regex.compile(r"[a-z]+")
# "in his 80s" is no age, and "36 months" are not 36 years.
_NO_YEARS = regex.compile(r"\d+'?s\b|ties\b|month|week|day|hour|hundred")
_BAND = 5
_LONGEST_LIFE = 125
_TO_NINETEEN = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_BY_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = {word: number for number, word in enumerate(_TO_NINETEEN.split(), 1)}
_TENS = {word: 10 * number for number, word in enumerate(_BY_TENS.split(), 2)}


class Replacer:
    """Decides what stands in place of the findings of one document, or of one question."""

    __slots__ = ("_alias", "_offset", "_people", "_policy", "_pseudonyms", "_tenant", "_this_year")

    def __init__(
        self,
        policy: Policy,
        pseudonyms: Pseudonyms,
        *,
        tenant: str,
        subject: str = "",
        this_year: int | None = None,
        alias: Callable[[str], str] = str,
        people: People | None = None,
    ) -> None:
        """Take what decides.

        `alias` gives the fullest name of a person whom a document names more shortly; `people`
        knows, for a question, the pseudonyms of those whom a shorter name may mean.
        """
        self._alias = alias
        self._people = people
        self._policy = policy
        self._pseudonyms = pseudonyms
        self._tenant = tenant
        # Always into the past: a shifted record does not speak of the future.
        number = pseudonyms.number(tenant=tenant, purpose="shift", value=subject, below=MOST_DAYS)
        self._offset = -1 - number
        self._this_year = this_year or current_year()

    def __repr__(self) -> str:
        return f"<Replacer by {self._policy.name}>"

    def token(self, kind: str, value: str) -> str:
        """Return what stands in place of `value`; masked where its action cannot be done."""
        action = self._policy.action(kind)
        if action is Action.PSEUDONYM:
            if kind == PERSON:
                return self._person(self._alias(value))
            return self._pseudonyms.token(tenant=self._tenant, kind=kind, value=value)
        if action is Action.GENERALISE:
            return self._generalised(kind, value)
        if action is Action.SHIFT:
            return self._shifted(kind, value)
        return masked(kind)

    def _person(self, name: str) -> str:
        """Return the pseudonym of a person, or those of all whom the name may mean."""
        own = self._pseudonyms.token(tenant=self._tenant, kind=PERSON, value=name)
        called = self._people.called(self._tenant, name) if self._people else []
        return " or ".join(dict.fromkeys([*called, own])) if called else own

    def _generalised(self, kind: str, value: str) -> str:
        if kind == "POSTAL_CODE":
            return _area(value)
        if kind in ("AGE", "AGE_OVER_89"):
            return _band(kind, value)
        year = read_year(value)
        if year is None or self._this_year - year > OLDEST:
            return masked(kind)
        return valued(kind, f"{year:04}")

    def _shifted(self, kind: str, value: str) -> str:
        day = read_day(value, month_first=self._policy.month_first)
        moved = day.shifted(self._offset) if day is not None else None
        return masked(kind) if moved is None else valued(kind, str(moved))


def subject_of(findings: Iterable[tuple[str, str]], document_id: str) -> str:
    """Return whose dates a document's are, of its findings' kinds and values.

    The first medical record number, else the person named most often (of equals the first), so
    that the dates of one person move alike in all his documents; else the document itself.
    """
    named = list(findings)
    for kind in _SUBJECT_KINDS:
        forms = [normal_form(kind, value) for found, value in named if found == kind]
        if forms:
            chosen = forms[0] if kind != "PERSON" else Counter(forms).most_common(1)[0][0]
            return f"{kind}/{chosen}"
    return f"document/{document_id}"


def current_year() -> int:
    """Return the year, which decides whose birth makes him older than may be told."""
    return date.today().year  # noqa: DTZ011 the operator's own calendar


def _area(value: str) -> str:
    """Return a US ZIP code as its area; any other postal code is masked."""
    match = _ZIP.fullmatch(plain(value).strip())
    if match is None:
        return masked("POSTAL_CODE")
    area = "000" if match[1] in SPARSE_AREAS else match[1]
    return valued("POSTAL_CODE", f"{area}**")


def _band(kind: str, value: str) -> str:
    """Return an age as the five years it lies in, or as 90+."""
    age = OLDEST + 1 if kind == "AGE_OVER_89" else _age(value)
    if age is None:
        return masked(kind)
    start = age - age % _BAND
    return valued("AGE", "90+" if age > OLDEST else f"{start}-{start + _BAND - 1}")


def _age(value: str) -> int | None:
    """Return the one number of years that a text names, in figures or in words."""
    text = plain(value).casefold()
    if _NO_YEARS.search(text):
        return None
    numbers = {int(number) for number in _NUMBER.findall(text)}
    words = [word for word in _WORD.findall(text) if word in _UNITS or word in _TENS]
    if len(numbers) == 1 and not words:
        age = numbers.pop()
    elif not numbers and words:
        tens = [_TENS[word] for word in words if word in _TENS]
        units = [_UNITS[word] for word in words if word in _UNITS]
        if len(tens) > 1 or len(units) > 1 or (tens and units and units[0] > 9):
            return None
        age = sum(tens) + sum(units)
    else:
        return None
    return age if age <= _LONGEST_LIFE else None
