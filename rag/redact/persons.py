r"""Everywhere else that a person of a document stands in it.

Who was found once as "Mr Jan Kowalski" is also the "Kowalski", "J. Kowalski", "J.K.", "KOWALSKI",
"Kowalskiego" and "Kowal-\nski" of the same document, and gets the same pseudonym there where only
one person of the document can be meant.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import regex

from rag.records import Finding
from rag.redact.shadow import plain
from rag.redact.tagger.words import Words, split

PERSON, EMAIL = "PERSON", "EMAIL_ADDRESS"

# A name of one word is looked for elsewhere only if the model was sure; a fuller one from here on.
SURE = 0.8
LIKELY = 0.5

_WORD = regex.compile(r"[^\W\d_]+")
_BROKEN = regex.compile(r"(?<=\p{Ll})[-\u2010\u2011][ \t]*\r?\n\s*(?=\p{Ll})")
_ELIDED = regex.compile(r"(?<![^\W_])([^\W\d_]{1,2})['\u2018\u2019]([^\W\d_]{3,})$")
_APART = regex.compile(r"[._-]")
_FIRST_AND_LAST = 2
_SHORTEST_OF_ADDRESS = 4
_SHORTEST = 3
# More bearers of one name than a document tells apart; none of them is then linked to another.
MOST_BEARERS = 24
_SHORTEST_INFLECTED = 5
_TITLES = """
mr mrs ms miss mx dr prof professor sir dame lord lady judge justice rev fr sister brother hon
herr frau mme mlle monsieur madame senor senora sr sra don dona jr ii iii iv md phd esq rn dds dvm
mbe obe qc kc captain col gen lt sgt president minister messrs
"""
_PARTICLES = """
van der den de del della di da dos das du la le les von zu zur al el bin ben ibn y e and of ter
ten af av st mac o
"""
_WORDS_TOO = """
will may june april august mark grant rose hope bill chase frank price drew hall hill wood woods
stone field fields bush park parks lane street rivers brook brooks banks bank ford king bishop
pope abbot knight page cook baker butler carter mason miller porter ward warden law court judge
justice case cases long short young old small little big black white green brown gray grey gold
silver summer winter spring fall day days week love joy grace faith charity pat sue jack art ray
gene dale glen guy rich rob nick jean jay dawn eve ivy lily daisy violet chance church churchill
march temple english french german irish welsh scott holland england ireland london paris york
lincoln washington jordan israel china india cash mills north south east west best good self man
mann gay power powers strong sharp swift wise noble sage dean major minor general savage rush
speed moon star sky pearl ruby amber crystal post marsh pond forest rice bean berry olive ginger
basil pepper salt fish fox wolf lamb bird swan crane drake hawk finch martin robin cross point
house home room gates gate key keys the am an as at be by do he if in is it me my no of on or so
to up us we ma al le de la pa ca ok id
this that these those and for with from were was are been
has have had not any all
"""
_OFFICES = """
info office contact support admin sales service services help helpdesk desk billing accounts
account enquiries inquiries mail post team hr press media privacy legal compliance noreply reply
no customer care booking bookings reception clinic ward pharmacy lab records data protection
officer security front back general group invoice invoices payments payment finance audit risk
claims claim orders order news alerts alert marketing events event jobs careers webmaster
postmaster hostmaster user users staff manager director board secretary treasury trade trading
client clients public relations do not
"""
TITLES = frozenset(_TITLES.split())
OFFICES = frozenset(_OFFICES.split())
PARTICLES = frozenset(_PARTICLES.split())
_GENERATIONS = {one: one for one in ("jr", "sr", "ii", "iii", "iv")} | {
    "junior": "jr",
    "senior": "sr",
}
# Names that are words as well: alone they count only behind a title or an initial.
WORDS_TOO = frozenset(_WORDS_TOO.split())
_INFLECTIONS = regex.compile(
    r"(?:s|es|n|en|a|u|em|om|owi|owa|ova|ego|emu|im|ą|ę|ej|ie|y|i|in|ın|un|ün|nin|nın|'?in)"
)
_SIGNS = frozenset("._-")
_HYPHENS = frozenset("-\u2010\u2011")
_JOINERS = frozenset("-.'’\u2010\u2011\n")


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Return a word without case and marks."""
    decomposed = unicodedata.normalize("NFKD", word)
    plain = "".join(one for one in decomposed if unicodedata.category(one) != "Mn")
    return plain.casefold().replace("ı", "i").replace("ł", "l").replace("ø", "o")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    """A person of the document, as the fullest name says."""

    name: str = field(repr=False)
    given: tuple[str, ...] = field(repr=False)
    family: tuple[str, ...] = field(repr=False)
    score: float
    generation: str = ""
    told: bool = True
    """Whether the name itself stands somewhere; else it was read out of an address."""


@dataclass(slots=True)
class _Bearers:
    """Those who bear one name; of very many only how sure and how written is remembered."""

    persons: list[_Person] = field(default_factory=list, repr=False)
    score: float = 0.0
    capital: bool = False

    def add(self, person: _Person) -> None:
        """Add one, or count nobody more once there are too many to tell apart."""
        if len(self.persons) <= MOST_BEARERS:
            self.persons.append(person)
        self.score = max(self.score, person.score)
        self.capital = self.capital or not person.told or person.name[:1].isupper()


_NOBODY = _Bearers()


def _read(written: str, score: float) -> _Person | None:
    """Take a name apart into given names and family name; None for what is no name."""
    name = _BROKEN.sub("", plain(written))
    behind_comma = "," in name
    first, _, second = name.partition(",")
    words = [fold(one) for one in _WORD.findall(first)]
    more = [fold(one) for one in _WORD.findall(second)]
    if behind_comma and more and not set(more) <= TITLES:
        words, more = more + words, []
    generation = _GENERATIONS.get((words + more)[-1], "") if len(words) > 1 else ""
    told = [one for one in words if one not in TITLES and one not in _GENERATIONS]
    while told and told[-1] in PARTICLES:
        told.pop()
    if not told:
        return None
    last = len(told) - 1
    hyphenated = regex.search(r"(?<=[^\W\d_])[-\u2010\u2011](?=[^\W\d_]+$)", first.strip())
    if hyphenated and len(told) > 1:  # a double-barrelled family name
        last -= 1
    given = tuple(one for one in told[:last] if one not in PARTICLES)
    family = tuple(told[last:])
    return _Person(name=written, given=given, family=family, score=score, generation=generation)


def _addressee(address: str) -> _Person | None:
    """Return who `j.doe@...` or `jane.doe@...` is; None for an office, or where it is not told."""
    parts = [fold(one) for one in _APART.split(address.partition("@")[0])]
    known = all(one.isalpha() and one not in OFFICES and one not in WORDS_TOO for one in parts)
    if len(parts) != _FIRST_AND_LAST or not known or len(parts[1]) < _SHORTEST_OF_ADDRESS:
        return None
    given = parts[:1] if len(parts[0]) > 1 else []
    return _Person(name="", given=tuple(given), family=(parts[1],), score=SURE, told=False)


class Persons:
    """The persons found in a document so far, and where else they stand."""

    __slots__ = ("_by_family", "_by_given", "_by_initials", "_seen")

    def __init__(self) -> None:
        self._by_family: dict[str, _Bearers] = {}
        self._by_given: dict[str, _Bearers] = {}
        self._by_initials: dict[str, _Bearers] = {}
        self._seen: set[str] = set()

    def __repr__(self) -> str:
        return f"<Persons: {len(self._seen)}>"

    def learn(self, text: str, findings: Iterable[Finding]) -> None:
        """Remember the persons among the findings, and those whose mail addresses tell a name."""
        for finding in findings:
            name = text[finding.start : finding.end]
            if finding.kind not in (PERSON, EMAIL) or finding.score < LIKELY or name in self._seen:
                continue
            self._seen.add(name)
            is_address = finding.kind == EMAIL
            person = _addressee(name) if is_address else _read(name, finding.score)
            if person is not None and (person.given or finding.score >= SURE):
                self._keep(person)

    def _keep(self, person: _Person) -> None:
        for part in person.family:
            # "Li" and "Ng" are names, "So" and "Do" are too: those need a title.
            if len(part) >= _SHORTEST or (len(part) == _SHORTEST - 1 and person.given):
                _add(self._by_family, part, person)
        elided = _ELIDED.search(person.name)
        if elided:  # "O'Neill" is ONEILL as well
            _add(self._by_family, fold(elided[1] + elided[2]), person)
        for part in person.given:
            if len(part) >= _SHORTEST:
                _add(self._by_given, part, person)
        if person.given:
            letters = "".join(part[0] for part in (*person.given, *person.family))
            _add(self._by_initials, letters, person)

    def alias(self, name: str) -> str:
        """Return the fullest name of the one person of the document that `name` can mean."""
        person = _read(name, 1.0)
        if person is None:
            return name
        bearers = [
            table.get(part, _NOBODY).persons
            for part in person.family
            for table in (self._by_family, self._by_given)
        ]
        if max(map(len, bearers)) > MOST_BEARERS:
            return name
        candidates = [one for ones in bearers for one in ones if one.told and _may_be(person, one)]
        return _only(candidates) or name

    def find(self, text: str, *, is_name: bool = False) -> list[Finding]:
        """Return where a remembered person stands in `text` under a part of his name.

        A file's name (`is_name`) may be written without capitals.
        """
        if not self._seen:
            return []
        words = split(text)
        found = [
            finding
            for index, form in enumerate(words.forms)
            if form[0].isalpha() and (finding := self._at(words, index, is_name=is_name))
        ]
        return found + self._initials(words)

    def _at(self, words: Words, index: int, *, is_name: bool) -> Finding | None:
        """Return the finding that begins with the word at `index`, if there is one."""
        form, last = words.forms[index], _rest_of_word(words, index)
        bearers = self._known(form + words.forms[last]) if last > index else None
        if bearers is None:
            last = index
            bearers = self._known(form)
        if bearers is None:
            return None
        part = fold(form)
        shortest = len(part) < _SHORTEST and not form[1].islower()  # "NG" is a tube, "Ng" a man
        if (part in WORDS_TOO or shortest) and not _introduced(words, index):
            return None
        small = form[0].islower() and bearers.capital and not is_name
        if small and not _beside(words, index, bearers):
            return None
        first = _with_initials(words, index)
        return Finding(
            kind=PERSON, start=words.starts[first], end=words.ends[last], score=bearers.score
        )

    def _known(self, form: str) -> _Bearers | None:
        part = fold(form)
        bearers = self._by_family.get(part) or self._by_given.get(part)
        if bearers:
            return bearers
        for length in range(len(part) - 1, max(_SHORTEST_INFLECTED, len(part) - 4) - 1, -1):
            if part[:length] in self._by_family and _INFLECTIONS.fullmatch(part, length):
                return self._by_family[part[:length]]
        return None

    def _initials(self, words: Words) -> list[Finding]:
        """Return where two or more initials in a row ("J.K.", "J. K.") are a person's."""
        found: list[Finding] = []
        index = 0
        while index < len(words.forms):
            last, letters = _run_of_initials(words, index)
            bearers = self._by_initials.get(letters) if len(letters) > 1 else None
            if bearers:
                found.append(
                    Finding(
                        kind=PERSON,
                        start=words.starts[index],
                        end=words.ends[last],
                        score=bearers.score,
                    )
                )
            index = max(last, index) + 1
        return found


def _add(table: dict[str, _Bearers], key: str, person: _Person) -> None:
    table.setdefault(key, _Bearers()).add(person)


def _only(persons: Sequence[_Person]) -> str:
    """Return the fullest name if all of them can be one person, else nothing."""
    if not persons:
        return ""
    fullest = max(persons, key=lambda one: (len(one.given), len(one.name), one.name))
    return fullest.name if all(_may_be(one, fullest) for one in persons) else ""


def _may_be(one: _Person, fuller: _Person) -> bool:
    """Say whether a name can mean the person of a fuller one.

    An initial stands only for the name in its place: "Ada Roe" is not "Jane A. Roe".
    """
    if not one.given:
        return set(one.family) <= {*fuller.family, *fuller.given}
    if one.generation != fuller.generation or not set(one.family) & set(fuller.family):
        return False
    return all(
        (len(part) > 1 and part in fuller.given) or _stands_for(part, at, fuller.given)
        for at, part in enumerate(one.given)
    )


def _stands_for(part: str, at: int, given: tuple[str, ...]) -> bool:
    """Say whether one is the initial of the other, in the same place of two names."""
    if at >= len(given) or 1 not in (len(part), len(given[at])):
        return False
    return part[0] == given[at][0]


def _introduced(words: Words, index: int) -> bool:
    """Say whether a title or an initial stands before the word."""
    before = [form for form in words.forms[max(0, index - 3) : index] if form != "."]
    if not before:
        return False
    last = before[-1]
    return fold(last) in TITLES or (
        len(last) == 1 and last.isupper() and words.forms[index - 1] == "."
    )


def _beside(words: Words, index: int, bearers: _Bearers) -> bool:
    """Say whether another part of the same name is joined to the word, as in "jane.doe"."""
    for sign, other in ((index - 1, index - 2), (index + 1, index + 2)):
        if not 0 <= min(sign, other) <= max(sign, other) < len(words.forms):
            continue
        part = fold(words.forms[other])
        close = not words.spaced[sign] and not words.spaced[max(sign, index, other)]
        if close and words.forms[sign] in _SIGNS and part != fold(words.forms[index]):
            names = [{*one.given, *one.family} for one in bearers.persons]
            if any(part in ones for ones in names):
                return True
    return False


def _with_initials(words: Words, index: int) -> int:
    """Return the first word of the initials that stand before the word at `index`."""
    first = index
    while (
        first >= 2
        and words.forms[first - 1] == "."
        and len(words.forms[first - 2]) == 1
        and words.forms[first - 2].isupper()
        and not words.spaced[first - 1]
    ):
        first -= 2
    return first


def _rest_of_word(words: Words, index: int) -> int:
    """Return the index of the rest of a word that is hyphenated over a line end, else `index`."""
    following = words.forms[index + 1 : index + 4]
    if len(following) == 3 and following[0] in _HYPHENS and following[1] == "\n":
        return index + 3 if following[2][0].islower() else index
    return index


def _run_of_initials(words: Words, index: int) -> tuple[int, str]:
    """Return the last word of the run of initials at `index`, and its letters."""
    letters, last = "", index - 1
    if index and words.forms[index - 1][-1].isalnum() and not words.spaced[index]:
        return index, ""
    while (
        last + 2 < len(words.forms)
        and len(words.forms[last + 1]) == 1
        and words.forms[last + 1].isupper()
        and words.forms[last + 2] == "."
    ):
        letters += fold(words.forms[last + 1])
        last += 2
    return last, letters
