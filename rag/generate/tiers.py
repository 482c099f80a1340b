"""Who answers: rules first, then the model, a larger one where its answer is weak, else nobody.

Each step and why it was taken goes into the answer and the audit log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rag.errors import RingfenceError
from rag.generate import served
from rag.generate.aloud import answer_aloud
from rag.generate.rules import Rule
from rag.generate.wire.tokens import estimated_tokens
from rag.ports import Generator, Grounder, Hear
from rag.records import Checked, Draft, Evidence, ModelUse, Principal, Question, TierStep, Verdict
from rag.settings import TierRule

EXTRACTIVE, MODEL, LARGER, NOBODY = "extractive", "model", "larger", "nobody"
_NOT_ENOUGH = "what was found does not seem to answer"
_RANK = {Verdict.GROUNDED: 2, Verdict.PARTIAL: 1}


class Budget(Protocol):
    """How many tokens of models an asker may still have read and written today."""

    def left(self, principal: Principal) -> bool:
        """Say whether there is any left."""

    def spend(self, principal: Principal, tokens: int) -> None:
        """Take note of what an answer cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An answer as it was checked, who wrote it, and by which steps and drafts it came about."""

    checked: Checked
    model: str
    steps: tuple[TierStep, ...] = ()
    drafts: tuple[Draft, ...] = field(default=(), repr=False)

    @property
    def uses(self) -> tuple[ModelUse, ...]:
        """What the models cost that were asked."""
        return tuple(draft.use for draft in self.drafts if draft.use is not None)


class Answerer(Protocol):
    """Answers from evidence and checks what it says."""

    @property
    def model(self) -> str:
        """Who answers, as it stands in reports."""

    def answer(
        self, question: Question, evidence: Sequence[Evidence], hear: Hear | None = None
    ) -> Tried:
        """Return the checked answer; without evidence there is nothing to ask a model.

        Who hears is told its sentences while they are written, where a model writes them.
        """

    def would_answer(self, question: Question, evidence: Sequence[Evidence]) -> bool:
        """Say, without a model's cost, whether the evidence seems to answer."""

    def warm(self) -> None:
        """Start what takes long to start, and wait for it."""

    def ready(self) -> bool | None:
        """Say whether the models' servers can answer now; None if there are none."""

    def peak_mb(self) -> float | None:
        """Return the most memory of all servers that were started for it; None of none."""

    def restart(self) -> None:
        """End servers of ours that may hang; the next question starts others."""

    def close(self) -> None:
        """Let go of servers that were started for it."""


class Single:
    """One generator and nobody else."""

    def __init__(self, generator: Generator, grounder: Grounder, *, floor: float = 0.0) -> None:
        """Take note of the parts; evidence less likely to answer than `floor` is none."""
        self._generator = generator
        self._grounder = grounder
        self._floor = floor

    @property
    def model(self) -> str:
        """The generator's name."""
        return self._generator.model

    def answer(
        self, question: Question, evidence: Sequence[Evidence], hear: Hear | None = None
    ) -> Tried:
        """Return its answer, checked."""
        if not _enough(evidence, self._floor):
            return _nothing(self.model, evidence)
        asked = (MODEL, self._generator, self._grounder)
        draft, checked = answer_aloud(*asked, question, evidence, hear)
        return Tried(checked=checked, model=draft.model, drafts=(draft,))

    def would_answer(self, question: Question, evidence: Sequence[Evidence]) -> bool:
        """Say whether it answers."""
        return _holds(self.answer(question, evidence).checked)

    def warm(self) -> None:
        """Start the generator's server, if it has one."""
        served.warm([self._generator])

    def ready(self) -> bool | None:
        """Say whether that server can answer now."""
        return served.ready([self._generator])

    def peak_mb(self) -> float | None:
        """Return the most memory that server has had."""
        return served.peak_mb([self._generator])

    def restart(self) -> None:
        """End that server; the next question starts another."""
        served.restart([self._generator])

    def close(self) -> None:
        """Let go of it."""
        served.close([self._generator])


class Tiers:
    """Several generators, asked as rules and verdicts say."""

    def __init__(
        self,
        generators: dict[str, Generator],
        grounder: Grounder,
        *,
        rules: Sequence[TierRule] = (),
        budget: Budget | None = None,
        floor: float = 0.0,
    ) -> None:
        """Take note of the parts.

        Args:
            generators: `extractive`, `model` and perhaps `larger`.
            grounder: Checks what each of them writes.
            rules: The first that matches says who answers.
            budget: What askers may spend on models; by default as much as they like.
            floor: Evidence that is less likely to answer is none.
        """
        self._generators = generators
        self._grounder = grounder
        self._rules = [Rule(rule) for rule in rules]
        self._budget = budget
        self._floor = floor

    @property
    def model(self) -> str:
        """All of them in the order in which they are asked."""
        order = [name for name in (MODEL, LARGER) if name in self._generators]
        return " > ".join(self._generators[name].model for name in order or [EXTRACTIVE])

    def answer(
        self, question: Question, evidence: Sequence[Evidence], hear: Hear | None = None
    ) -> Tried:
        """Ask one after the other until an answer stands."""
        if not evidence:
            return _nothing(self.model, evidence)
        rule = next((rule for rule in self._rules if rule.matches(question, evidence)), None)
        if rule is not None and rule.answer == NOBODY:
            step = TierStep(tier=NOBODY, model="", verdict=Verdict.ABSTAINED, why=rule.why)
            return Tried(checked=_abstained(), model=NOBODY, steps=(step,))
        if not _enough(evidence, self._floor):
            return _nothing(self.model, evidence)
        going = _Going(self, question, evidence, hear)
        going.take(self._order(rule), why=rule.why if rule is not None else "")
        return going.result()

    def would_answer(self, question: Question, evidence: Sequence[Evidence]) -> bool:
        """Say whether sentences of the evidence answer as they stand."""
        if not _enough(evidence, self._floor):
            return False
        draft = self._generators[EXTRACTIVE].generate(question, evidence)
        return _holds(self._grounder.check(draft, evidence))

    def warm(self) -> None:
        """Start the servers of all generators."""
        served.warm(self._generators.values())

    def ready(self) -> bool | None:
        """Say whether all of them can answer now."""
        return served.ready(self._generators.values())

    def peak_mb(self) -> float | None:
        """Return the most memory that all servers have had."""
        return served.peak_mb(self._generators.values())

    def restart(self) -> None:
        """End all servers; the next question starts others."""
        served.restart(self._generators.values())

    def close(self) -> None:
        """Let go of them."""
        served.close(self._generators.values())

    def has(self, tier: str) -> bool:
        """Whether there is such a tier."""
        return tier in self._generators

    def ask(
        self,
        tier: str,
        question: Question,
        evidence: Sequence[Evidence],
        hear: Hear | None = None,
    ) -> tuple[Draft, Checked]:
        """Let one of them answer, and take note of what it cost.

        An answer that the asker left has its cost; one that failed has none.
        """
        draft: Draft | None = None
        failed = False
        asked = (tier, self._generators[tier], self._grounder)
        try:
            draft, checked = answer_aloud(*asked, question, evidence, hear)
        except RingfenceError:
            failed = True
            raise
        finally:
            if self._budget is not None and tier != EXTRACTIVE and not failed:
                self._budget.spend(question.principal, _cost(draft, question, evidence))
        return draft, checked

    def may_spend(self, principal: Principal) -> bool:
        """Whether an asker may still have a model asked."""
        return self._budget is None or self._budget.left(principal)

    def _order(self, rule: Rule | None) -> list[str]:
        first = MODEL if rule is None else rule.answer
        order = [first] if first == EXTRACTIVE else [MODEL, LARGER][first == LARGER :]
        return [name for name in order if name in self._generators] or [EXTRACTIVE]


class _Going:
    """One question on its way through the tiers."""

    def __init__(
        self,
        tiers: Tiers,
        question: Question,
        evidence: Sequence[Evidence],
        hear: Hear | None,
    ) -> None:
        self._tiers = tiers
        self._hear = hear
        self._question = question
        self._evidence = evidence
        self._steps: list[TierStep] = []
        self._tried: list[tuple[Draft, Checked]] = []

    def take(self, order: Sequence[str], *, why: str) -> None:
        """Ask in order while what is said is weak and somebody is left."""
        for place, tier in enumerate(order):
            if tier != EXTRACTIVE and not self._tiers.may_spend(self._question.principal):
                self._ask(EXTRACTIVE, "the asker's tokens of today are spent")
                return
            checked = self._ask(tier, why)
            last = place + 1 == len(order)
            why = "" if last or tier == EXTRACTIVE else self._weakness(checked)
            if not why:
                return

    def result(self) -> Tried:
        """Return the best that was said, of equals the last."""
        ranked = [_RANK.get(checked.verdict, 0) for _, checked in self._tried]
        best = max(range(len(ranked)), key=lambda place: (ranked[place], place))
        draft, checked = self._tried[best]
        return Tried(
            checked=checked,
            model=draft.model,
            steps=tuple(self._steps),
            drafts=tuple(draft for draft, _ in self._tried),
        )

    def _ask(self, tier: str, why: str) -> Checked:
        draft, checked = self._tiers.ask(tier, self._question, self._evidence, self._hear)
        said = "; ".join(part for part in (why, draft.why) if part)
        step = TierStep(tier=tier, model=draft.model, verdict=checked.verdict, why=said)
        self._steps.append(step)
        self._tried.append((draft, checked))
        return checked

    def _weakness(self, checked: Checked) -> str:
        """Say why an answer should not be the last word; nothing if it may be."""
        if checked.verdict is not Verdict.GROUNDED:
            return f"the answer before was {checked.verdict.value}"
        if not self._tiers.has(EXTRACTIVE):
            return ""
        _, quoted = self._tiers.ask(EXTRACTIVE, self._question, self._evidence)
        if quoted.citations and not _overlap(checked, quoted):
            return "the sentence that fits best is another than the answer before cites"
        return ""


def _overlap(one: Checked, other: Checked) -> bool:
    """Whether two answers cite a common character."""
    return any(
        a.document == b.document and a.start < b.end and b.start < a.end
        for a in one.citations
        for b in other.citations
    )


def _cost(draft: Draft | None, question: Question, evidence: Sequence[Evidence]) -> int:
    """Return the tokens of an answer; of one that was not read to its end, no fewer."""
    if draft is not None and draft.use is not None:
        return draft.use.prompt_tokens + draft.use.completion_tokens
    written = draft.sentences if draft is not None else ()
    texts = [str(question.text), *(e.text for e in evidence), *(s.text for s in written)]
    return sum(map(estimated_tokens, texts))


def _enough(evidence: Sequence[Evidence], floor: float) -> bool:
    """Say whether there is evidence, and it is likely enough to answer."""
    return bool(evidence) and evidence[0].likely >= floor


def _holds(checked: Checked) -> bool:
    return checked.verdict in _RANK


def _abstained() -> Checked:
    return Checked(verdict=Verdict.ABSTAINED, sentences=(), citations=())


def _nothing(model: str, evidence: Sequence[Evidence]) -> Tried:
    """Return an abstention: nobody is asked, and if there was something, it says why."""
    step = TierStep(tier=NOBODY, model="", verdict=Verdict.ABSTAINED, why=_NOT_ENOUGH)
    return Tried(checked=_abstained(), model=model, steps=(step,) if evidence else ())
