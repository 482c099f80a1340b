"""Contexts to learn from: numbered evidence, and questions that it answers or does not answer.

The answer to a question is the sentence that states the fact, word for word, and the number of
its evidence; what no sentence states is answered by the refusal phrase. Facts of one context are
alike on purpose: the same attribute of several entities, several attributes of the same entity.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Protocol
from zlib import crc32

from pipelines.reader.attributes import Attribute, Carriers, Ways, attributes, carriers
from pipelines.reader.names import Names

REFUSAL = " Not in these documents."
MOST_EVIDENCE = 20

QUALITIES = (
    *("initial", "final", "annual", "monthly", "weekly", "reported", "agreed", "maximum", "target"),
    *("minimum", "gross", "net", "usual", "latest", "previous", "expected", "average", "basic"),
    *("special", "internal", "external", "total", "first", "second", "standard", "reduced"),
    *("planned", "actual", "opening", "closing", "local", "central", "estimated", "confirmed"),
)
NOUNS = {
    "money": "fee|price|charge|bonus|grant|refund|premium|discount|deposit|salary|cost|payment|tax",
    "percent": "rate|share|margin|quota|yield|discount rate|growth|return|humidity|attendance",
    "date": "deadline|review date|start date|due date|delivery date|renewal date|test date|audit",
    "duration": "period|term|delay|waiting time|warranty|validity|training time|retention period",
    "lab": "level|reading|result|concentration|threshold|value|marker|count",
    "weight": "load|weight|mass|cargo",
    "temperature": "temperature|setting|boiling point|limit",
    "count": "number|score|capacity|stock|quantity|output|order size|seat count|volume|index",
    "code": "reference|code|serial number|file number|key|label|batch|model|licence number",
    "person": "contact|manager|owner|witness|author|driver|tutor|inspector|deputy|buyer|keeper",
    "place": "location|origin|destination|venue|birthplace|depot|branch",
    "time": "opening time|closing time|departure|arrival|start time|alarm time",
    "word": "password|colour code|nickname|call sign|brand|project name|keyword",
}
_KINDS = ("thing", "company", "patient", "product", "contract", "site", "drug", "matter")


class Named(Protocol):
    """Draws entities and values."""

    def entity(self, kind: str) -> str:
        """Return a new entity of a kind."""
        ...

    def value(self, kind: str) -> str:
        """Return a new value of a kind."""
        ...

    def namesake(self, entity: str, kind: str) -> str:
        """Return somebody else who shares a part of the name."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words with which contexts are written."""

    attributes: tuple[Attribute, ...]
    carriers: Carriers
    kinds: Sequence[str]
    """Of entities that invented attributes may be about."""
    nouns: Mapping[str, str]
    """Of invented attributes, by the kind of value."""
    qualities: Sequence[str]
    names: Callable[[Random], Named]


def own_wording(*, held_out: bool) -> Wording:
    """Return the words of training, or those kept from it."""
    return Wording(
        attributes=attributes(),
        carriers=carriers(),
        kinds=_KINDS,
        nouns=NOUNS,
        qualities=QUALITIES,
        names=lambda rng: Names(rng, held_out=held_out),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One sentence of the evidence, and what it states of whom."""

    entity: str
    attribute: Attribute
    name: str
    sentence: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with the answer that the evidence gives; it may be the refusal."""

    question: str = field(repr=False)
    answer: str = field(repr=False)
    kind: str
    """`one`, `two` for an answer of two sentences, or `absent`."""
    entities: tuple[str, ...] = field(default=(), repr=False)
    """Whom the question is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Numbered evidence and questions about it."""

    evidence: tuple[str, ...] = field(repr=False)
    asked: tuple[Asked, ...]
    facts: int

    @property
    def head(self) -> str:
        """The part of the prompt that all questions share."""
        return "\n".join(f"[{n}] {text}" for n, text in enumerate(self.evidence, 1))


def tail(question: str) -> str:
    """Return the part of the prompt that follows the evidence."""
    return f"\nQuestion: {question}\nAnswer:"


class Contexts:
    """Writes contexts; equal seeds write equal ones.

    Args:
        seed: Decides about everything that is drawn.
        held_out: Write with the templates and the names that training never sees.
        wild: Share of what is said and asked in words of no template, in any order.
        wording: Other words than those of training and those kept from it.
    """

    def __init__(
        self, seed: int, *, held_out: bool, wild: float = 0.0, wording: Wording | None = None
    ) -> None:
        self._wild = wild
        self._words = words = wording or own_wording(held_out=held_out)
        self._rng = Random(seed)  # noqa: S311  training text, no secret
        self._held_out = held_out
        self._names = words.names(self._rng)
        self._by_kind: dict[str, list[Attribute]] = {}
        for attribute in words.attributes:
            self._by_kind.setdefault(attribute.about, []).append(attribute)

    def write(
        self, facts: int, questions: int, *, joined: float = 0.25, uniform: float = 0.15
    ) -> Context:
        """Return a context with that many facts and questions.

        Args:
            facts: Sentences that state something.
            questions: How many questions to ask; about a quarter have no answer.
            joined: Share of contexts whose evidence holds several sentences.
            uniform: Share of contexts that state equal attributes in equal words, as tables do.
        """
        pairs, spare = self._plan(facts)
        said: dict[str, str] | None = {} if self._rng.random() < uniform else None
        stated = [self._state(*pair, said) for pair in pairs]
        evidence, where = self._arrange(stated, joined)
        asked = self._ask(stated, where, spare, questions)
        return Context(evidence=tuple(evidence), asked=tuple(asked), facts=len(stated))

    # Who and what

    def _plan(self, facts: int) -> tuple[list[_Pair], list[_Pair]]:
        """Return what is stated, and what could have been but is not."""
        rng = self._rng
        alike = rng.random()
        if alike < 0.2:  # nothing in common
            pairs = [pair for _ in range(facts) for pair in self._grid(1, 1)]
            return _distinct(pairs), self._grid(1, 1) + self._crossed(pairs)
        if alike < 0.45:  # one attribute, several entities
            size = (facts + 1, 1)
        elif alike < 0.6:  # one entity, several attributes
            size = (1, facts + 1)
        else:
            entities = rng.randrange(2, 4)
            size = (entities, -(-facts // entities) + 1)
        grid = self._grid(*size)
        rng.shuffle(grid)
        return grid[:facts], grid[facts:] or self._grid(1, 1)

    def _grid(self, entities: int, count: int) -> list[_Pair]:
        rng = self._rng
        if rng.random() < 0.4:
            kind = rng.choice(self._words.kinds)
            known: list[Attribute] = []
        else:
            kind = rng.choice(tuple(self._by_kind))
            known = self._by_kind[kind]
        chosen = rng.sample(known, min(count, len(known)))
        chosen += [self._made(kind) for _ in range(count - len(chosen))]
        named: dict[str, Attribute] = {}
        for one in chosen:
            name = rng.choice(one.names)
            if all(name not in other and other not in name for other in named):
                named[name] = one
        people = self._entities(kind, entities)
        return [(entity, one, name) for entity in people for name, one in named.items()]

    def _entities(self, kind: str, count: int) -> list[str]:
        found: list[str] = []
        while len(found) < count:
            if found and self._rng.random() < 0.15:
                new = self._names.namesake(found[-1], kind)
            else:
                new = self._names.entity(kind)
            if all(new not in one and one not in new for one in found):
                found.append(new)
        return found

    def _made(self, kind: str) -> Attribute:
        """Return an attribute that only general templates state: a quality and a noun."""
        rng = self._rng
        value = rng.choice(tuple(self._words.nouns))
        while True:
            name = rng.choice(self._words.nouns[value].split("|"))
            if rng.random() < 0.75:
                name = f"{rng.choice(self._words.qualities)} {name}"
            held_out = crc32(name.encode()) % 8 == 0
            if held_out == self._held_out:
                return Attribute(about=kind, value=value, names=(name,))

    def _crossed(self, pairs: Sequence[_Pair]) -> list[_Pair]:
        """Return the attribute of one fact with the entity of another of the same kind."""
        return [
            (one[0], other[1], other[2])
            for one in pairs
            for other in pairs
            if one[0] != other[0] and one[1].about == other[1].about and one[2] != other[2]
        ]

    # What is said

    def _state(
        self, entity: str, attribute: Attribute, name: str, used: dict[str, str] | None
    ) -> Fact:
        value = self._names.value(attribute.value)
        template = self._template(attribute.facts, self._words.carriers.facts, "env", ".")
        if used is not None:
            template = used.setdefault(name, template)
        said = template.format(e=entity, n=name, N=_capital(name), v=value)
        return Fact(entity=entity, attribute=attribute, name=name, sentence=_capital(said))

    def _template(self, own: Ways, general: Ways, slots: str, end: str) -> str:
        if self._wild and self._rng.random() < self._wild:
            return self._made_up(slots, end)
        mine = own.of(held_out=self._held_out)
        if mine and self._rng.random() < 0.7:
            return self._rng.choice(mine)
        return self._rng.choice(general.of(held_out=self._held_out))

    def _made_up(self, slots: str, end: str) -> str:
        """Return a template of words without order: what matters is what is equal."""
        rng = self._rng
        parts = []
        for slot in rng.sample(slots, len(slots)):
            parts += rng.choices(_words(), k=rng.choice((0, 1, 1, 2, 3)))
            parts.append(f"{{{slot}}}" + (rng.choice((":", ",", " |")) * (rng.random() < 0.1)))
        parts += rng.choices(_words(), k=rng.choice((0, 0, 0, 1, 2)))
        return " ".join(parts).rstrip(":,|") + end

    def _arrange(self, facts: Sequence[Fact], joined: float) -> tuple[list[str], list[int]]:
        """Spread the facts over pieces of evidence; say in which each stands."""
        rng = self._rng
        if rng.random() >= joined:
            return [fact.sentence for fact in facts], list(range(1, len(facts) + 1))
        fillers = self._words.carriers.fillers.of(held_out=self._held_out)
        pieces: list[list[str]] = []
        where = []
        for fact in facts:
            if not pieces or rng.random() < 0.6:
                pieces.append([])
            if rng.random() < 0.2:
                pieces[-1].append(rng.choice(fillers))
            pieces[-1].append(fact.sentence)
            where.append(len(pieces))
            if rng.random() < 0.15:
                pieces[-1].append(rng.choice(fillers))
        if rng.random() < 0.2:
            pieces.append([rng.choice(fillers)])
        return [" ".join(piece) for piece in pieces], where

    # What is asked

    def _ask(
        self, facts: Sequence[Fact], where: Sequence[int], spare: Sequence[_Pair], count: int
    ) -> list[Asked]:
        rng = self._rng
        order = list(zip(facts, where, strict=True))
        rng.shuffle(order)
        asked: list[Asked] = []
        while len(asked) < count:
            draw = rng.random()
            if draw < 0.25:
                asked.append(self._absent(facts, spare))
            elif draw < 0.3 and (two := self._two(facts, where)):
                asked.append(two)
            else:
                fact, number = order[len(asked) % len(order)]
                question = self._question(fact.entity, fact.attribute, fact.name)
                answer = f" {fact.sentence} [{number}]"
                about = (fact.entity,)
                asked.append(Asked(question=question, answer=answer, kind="one", entities=about))
        return asked

    def _question(self, entity: str, attribute: Attribute, name: str) -> str:
        name = self._rng.choice(attribute.names) if self._rng.random() < 0.3 else name
        template = self._template(attribute.asks, self._words.carriers.asks, "en", "?")
        return _capital(template.format(e=entity, n=name, N=_capital(name)))

    def _absent(self, facts: Sequence[Fact], spare: Sequence[_Pair]) -> Asked:
        """Ask for something that no sentence states: of an entity that is there, or another."""
        rng = self._rng
        told = {(fact.entity, fact.attribute) for fact in facts}
        entity, attribute, name = rng.choice(spare)
        if rng.random() < 0.35:
            fact = rng.choice(facts)
            attribute, name = fact.attribute, fact.name
            entity = self._stranger(fact, [one.entity for one in facts])
        elif (entity, attribute) in told:  # two attributes of one name
            entity = self._stranger(facts[0], [one.entity for one in facts])
        question = self._question(entity, attribute, name)
        return Asked(question=question, answer=REFUSAL, kind="absent", entities=(entity,))

    def _stranger(self, fact: Fact, known: Sequence[str]) -> str:
        kind = fact.attribute.about
        while True:
            new = self._names.namesake(fact.entity, kind)
            if all(new not in one and one not in new for one in known):
                return new

    def _two(self, facts: Sequence[Fact], where: Sequence[int]) -> Asked | None:
        """Ask for the same attribute of two entities; the answer has two sentences."""
        for first in range(len(facts)):
            for second in range(first + 1, len(facts)):
                one, other = facts[first], facts[second]
                if one.attribute == other.attribute and one.entity != other.entity:
                    both = f"{one.entity} and {other.entity}"
                    question = self._question(both, one.attribute, one.name)
                    answer = f" {one.sentence} [{where[first]}] {other.sentence} [{where[second]}]"
                    about = (one.entity, other.entity)
                    return Asked(question=question, answer=answer, kind="two", entities=about)
        return None


_Pair = tuple[str, Attribute, str]


@cache
def _words() -> tuple[str, ...]:
    """Return the words with which anything is stated or asked in training."""
    general = carriers()
    texts = (*general.facts.learnt, *general.asks.learnt, *general.fillers.learnt)
    known = {word for text in texts for word in text.split() if word.isalpha()}
    return tuple(sorted(word for word in known if word.lower() not in QUALITIES))


def _distinct(pairs: Sequence[_Pair]) -> list[_Pair]:
    return list(
        {
            (entity, attribute.names): (entity, attribute, name)
            for entity, attribute, name in pairs
        }.values()
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
