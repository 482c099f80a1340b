"""Persons to fill templates with: a given and a family name of one country."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random

LISTS = Path(__file__).with_name("lists")

# Locales of `faker` in Latin script; those named twice are met more often.
LOCALES = (
    *("en_US", "en_US", "en_US", "en_US", "en_US", "en_GB", "en_GB", "en_IE", "en_NZ", "en_IN"),
    *("en_NG", "en_KE", "en_PK", "tr_TR", "tr_TR", "pl_PL", "pl_PL", "cs_CZ", "sk_SK", "hu_HU"),
    *("ro_RO", "de_DE", "de_DE", "de_AT", "de_CH", "fr_FR", "fr_FR", "fr_CA", "fr_CH", "fr_BE"),
    *("es_ES", "es_ES", "es_MX", "es_CO", "es_CL", "it_IT", "it_IT", "pt_PT", "pt_BR", "nl_NL"),
    *("nl_BE", "sv_SE", "no_NO", "da_DK", "fi_FI", "is_IS", "et_EE", "lv_LV", "lt_LT", "hr_HR"),
    *("sl_SI", "az_AZ", "uz_UZ", "id_ID", "vi_VN", "zu_ZA", "yo_NG", "ig_NG", "ha_NG", "tw_GH"),
    *("sw", "ga_IE", "es_CA", "en_TH"),
)
# Cultures whose names `faker` does not write in Latin letters: lists of our own.
CULTURES = (
    *("russian", "russian", "ukrainian", "greek", "bulgarian", "balkan", "balkan", "caucasus"),
    *("arabic", "arabic", "persian", "hebrew", "chinese", "chinese", "japanese", "korean"),
    *("southasian", "kurdish", "african", "english", "english", "english", "latin"),
)
FAMILY_FIRST = frozenset({"chinese", "korean", "vi_VN", "hu_HU"})
PARTICLES = {
    "nl_NL": ("van", "van der", "de", "van den", "ter", "van 't"),
    "nl_BE": ("Van", "De", "Van den", "Vander"),
    "de_DE": ("von", "von der", "zu"),
    "de_AT": ("von",),
    "fr_FR": ("de", "de la", "du", "Le", "d'"),
    "it_IT": ("di", "De", "Della", "D'"),
    "es_ES": ("de", "de la", "del", "de los"),
    "pt_BR": ("da", "dos", "de"),
    "pt_PT": ("da", "dos", "de"),
    "arabic": ("al-", "Al-", "El ", "Bin ", "Abu "),
    "en_IE": ("O'", "Mc", "Mac"),
    "en_GB": ("Mc", "O'", "Mac", "St. "),
    "en_US": ("Mc", "O'", "Van ", "De ", "St. "),
}
DOUBLE = frozenset({"es_ES", "es_MX", "es_CO", "es_CL", "pt_BR", "pt_PT", "en_GB"})
SUFFIXES = ("Jr.", "Jr", "Sr.", "III", "II", "IV")
ENDINGS = (
    *("son", "sen", "ford", "ton", "well", "by", "man", "mann", "berg", "stein", "feld", "hauser"),
    *("ski", "cki", "wicz", "czyk", "ak", "ová", "ský", "enko", "chuk", "ov", "ev", "in", "ova"),
    *("ović", "ić", "escu", "eanu", "oğlu", "gil", "kaya", "türk", "dağ", "poulos", "idis", "akis"),
    *("yan", "shvili", "adze", "zadeh", "nen", "lainen", "sson", "dóttir", "etti", "ini", "ucci"),
    *("eiro", "ez", "eau", "ier", "ard", "stra", "ink", "wala", "appa", "nathan", "ewicz", "kis"),
)
FORMS = (
    *("", "first", "last", "initial_last", "last_first", "initials", "upper", "lower"),
    *("short", "last_upper", "last_initial", "surname_first", "family"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person, by every name that a text may use."""

    first: str
    middle: str
    last: str
    suffix: str
    family_first: bool

    def written(self, form: str, rng: Random) -> str:
        """Return the person's name in the form that was asked for."""
        first, last = self.first, self.last
        simple = {
            "first": first,
            "last": last,
            "last_first": f"{last}, {first}" + (f" {self.middle[0]}." if self.middle else ""),
            "initial_last": rng.choice((f"{self._initials('. ')}. {last}", f"{first[0]}. {last}")),
            "initials": rng.choice((f"{self._initials('.')}.{last[0]}.", f"{first[0]}{last[0]}")),
            "upper": f"{first} {last}".upper(),
            "lower": f"{first} {last}".lower(),
            "short": f"{first} {last[0]}.",
            "last_upper": f"{first} {last.upper()}",
            "last_initial": f"{last} {first[0]}" + rng.choice(("", ".", self.middle[:1])),
            "surname_first": f"{last} {first}",
            "family": f"{last}s" if last[-1] not in "sxz" else f"{last}es",
        }
        return simple[form] if form else self._full(rng)

    def _initials(self, between: str) -> str:
        return between.join(name[0] for name in (self.first, self.middle) if name)

    def _full(self, rng: Random) -> str:
        if self.family_first and rng.random() < 0.5:
            return f"{self.last} {self.first}"
        middle = self.middle
        if middle and rng.random() < 0.5:
            middle = middle[0] + rng.choice((".", ".", ""))
        parts = [self.first, middle, self.last, self.suffix]
        if self.suffix and rng.random() < 0.5:
            parts = [self.first, middle, f"{self.last},", self.suffix]
        return " ".join(part for part in parts if part)


def draw_person(rng: Random) -> Person:
    """Return a new person of some country."""
    culture = rng.choice(LOCALES if rng.random() < 0.68 else CULTURES)
    given, family = names_of(culture)
    last = rng.choice(family)
    if rng.random() < 0.12:
        last = _invented(rng, last)
    if rng.random() < 0.15:
        last = _with_particle(rng, culture, last)
    if culture in DOUBLE and rng.random() < 0.4:
        last = f"{last}{'-' if culture == 'en_GB' else ' '}{rng.choice(family)}"
    elif rng.random() < 0.03:
        last = f"{last}-{rng.choice(family)}"
    first = rng.choice(given)
    if rng.random() < 0.03:
        first = f"{first}-{rng.choice(given)}"
    return Person(
        first=first,
        middle=rng.choice(given) if rng.random() < 0.22 else "",
        last=last,
        suffix=rng.choice(SUFFIXES) if rng.random() < 0.03 else "",
        family_first=culture in FAMILY_FIRST,
    )


@cache
def names_of(culture: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the given and the family names of a locale or of a culture of our lists."""
    if culture in CULTURES:
        text = (LISTS / f"people_{culture}.txt").read_text(encoding="utf-8")
        given, _, family = text.partition("\n---\n")
        return tuple(sorted(set(given.split("\n")) - {""})), tuple(
            sorted(set(family.split("\n")) - {""})
        )
    provider = import_module(f"faker.providers.person.{culture}").Provider
    first = _listed(provider, ("first_name",))
    last = _listed(provider, ("last_name", "_last_names"))
    return first, last


def _listed(provider: type, marks: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names in a provider's lists, whatever each locale calls them."""
    names: set[str] = set()
    for key in dir(provider):
        value = getattr(provider, key)
        if any(mark in key for mark in marks) and not callable(value):
            names.update(_flat(value))
    return tuple(sorted({name.strip() for name in names if _is_name(name.strip())}))


def _flat(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Iterable):
        for item in value:
            yield from _flat(item)


def _is_name(name: str) -> bool:
    """Latin letters, no pattern, more than one of them."""
    letters = [letter for letter in name if letter.isalpha()]
    return (
        len(letters) > 1
        and name[0].isalpha()
        and "{" not in name
        and name[0].isupper()
        and all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    )


def _invented(rng: Random, last: str) -> str:
    """A family name that nobody listed: the beginning of one, the ending of another."""
    stem = last[: rng.randint(3, 5)].rstrip("aeiouyáéíóúě -'")
    return stem + rng.choice(ENDINGS) if len(stem) > 1 else last


def _with_particle(rng: Random, culture: str, last: str) -> str:
    particles = PARTICLES.get(culture)
    if particles is None:
        return last
    particle = rng.choice(particles)
    close = particle[-1] in "-' " or particle in ("Mc", "Mac")
    return f"{particle}{last}" if close else f"{particle} {last}"
