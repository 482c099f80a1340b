"""What is done with each kind of finding: a policy, which a document is redacted under.

A policy is a file (`rag/redact/policies/` has the shipped ones); it is read and checked by
`rag.redact.policy_file`. A kind that a policy does not list falls under its `default`, which
takes out: what nobody thought of is not left in place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rag.errors import RedactionError
from rag.records import Finding
from rag.redact.shadow import plain
from rag.redact.tokens import DATE_KINDS

FORGED = "FORGED_PSEUDONYM"


class Action(StrEnum):
    """What is done with a finding."""

    MASK = "mask"
    PSEUDONYM = "pseudonym"
    GENERALISE = "generalise"
    SHIFT = "shift"
    KEEP = "keep"
    DROP = "drop"


class Reason(StrEnum):
    """Why something that was found is left in place."""

    KEPT = "kept by policy"
    WEAK = "below the policy's minimum score"
    ALLOWED = "on the allow list"


GENERALISED_KINDS = DATE_KINDS | {"POSTAL_CODE", "AGE", "AGE_OVER_89"}


def possible(action: Action, kind: str) -> bool:
    """Say whether an action can be done with a kind."""
    if kind == FORGED:
        return action in (Action.MASK, Action.PSEUDONYM)
    if action is Action.GENERALISE:
        return kind in GENERALISED_KINDS
    return action is not Action.SHIFT or kind in DATE_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is done with one kind, and how sure the finding must be."""

    action: Action
    minimum_score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is done with every kind.

    `allow` holds whole values, folded, that are never taken out. `month_first` says how a date
    is read whose day and month may stand in either order; None means that nobody knows.
    """

    name: str
    version: str
    default: Rule
    rules: Mapping[str, Rule]
    allow: frozenset[str] = field(default=frozenset(), repr=False)
    month_first: bool | None = None

    def rule(self, kind: str) -> Rule:
        """Return the rule for a kind, listed or not."""
        return self.rules.get(kind, self.default)

    def action(self, kind: str) -> Action:
        """Return what is done with a kind."""
        return self.rule(kind).action

    def reason_to_leave(self, finding: Finding, text: str) -> Reason | None:
        """Say why a finding is left in place, or None if it is acted on."""
        rule = self.rule(finding.kind)
        if rule.action is Action.KEEP:
            return Reason.KEPT
        if finding.score < rule.minimum_score:
            return Reason.WEAK
        if self.allow and folded(text[finding.start : finding.end]) in self.allow:
            return Reason.ALLOWED
        return None

    def wanted(self, kinds: Iterable[str]) -> frozenset[str]:
        """Return those of `kinds` that it acts on."""
        return frozenset(kind for kind in kinds if self.action(kind) is not Action.KEEP)

    @property
    def makes_years(self) -> bool:
        """Whether some date becomes a year, which depends on how old a person may be by now."""
        return any(self.action(kind) is Action.GENERALISE for kind in DATE_KINDS)

    @property
    def digest(self) -> str:
        """A hash of everything it says: two policies with the same one do the same."""
        content = {
            "name": self.name,
            "version": self.version,
            "default": _written(self.default),
            "kinds": {kind: _written(rule) for kind, rule in self.rules.items()},
            "allow": sorted(self.allow),
            "month_first": self.month_first,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The policies of an installation, by the name or path that settings give each."""

    default: str
    by_reference: Mapping[str, Policy]

    def named(self, reference: str) -> Policy:
        """Return the policy of a document; an empty reference means the default one.

        Raises:
            RedactionError: if there is none: a document is not redacted under any other.
        """
        policy = self.by_reference.get(reference or self.default)
        if policy is None:
            raise RedactionError("the document's policy is not among those of the settings")
        return policy

    def for_questions(self) -> Policy:
        """Return the policy of a question, which may be about documents under any of them.

        A kind becomes a pseudonym if any policy makes one of it, so that asking by it finds the
        documents that have it; else it is masked if any policy does that, and it is kept only if
        all keep it. A question has no subject whose dates could be shifted, nor is it dropped.
        """
        policies = list(self.by_reference.values())
        default = self.named("")
        ordered = [default, *(one for one in policies if one is not default)]
        return _combined("questions", ordered, _union)

    def for_outgoing(self, digests: Collection[str]) -> Policy:
        """Return the policy of a text that stands on documents under the policies of these hashes.

        What one of them keeps was never taken out of its documents, so it may stand there. If a
        document's policy is not known any more, what any policy takes out may not.
        """
        by_digest = {one.digest: one for one in self.by_reference.values()}
        if not digests or not by_digest.keys() >= frozenset(digests):
            return self.for_questions()
        return _combined("outgoing", [by_digest[one] for one in sorted(digests)], _common)


def _combined(name: str, policies: list[Policy], combine: Callable[[list[Rule]], Rule]) -> Policy:
    """Return one policy for several, the first of which decides how dates are read."""
    kinds = {kind for policy in policies for kind in policy.rules}
    allowed = (one.allow for one in policies)
    together = frozenset.union if combine is _common else frozenset.intersection
    return Policy(
        name=name,
        version="+".join(sorted({one.digest for one in policies})),
        default=combine([one.default for one in policies]),
        rules={kind: combine([one.rule(kind) for one in policies]) for kind in sorted(kinds)},
        allow=together(*allowed),
        month_first=policies[0].month_first,
    )


def _common(rules: list[Rule]) -> Rule:
    """Return the rule of a text that may hold what any of its documents holds."""
    if any(rule.action is Action.KEEP for rule in rules):
        return Rule(action=Action.KEEP)
    least = max(rule.minimum_score for rule in rules)
    return Rule(action=_union(rules).action, minimum_score=least)


def _union(rules: list[Rule]) -> Rule:
    """Return the rule of a question for the rules of all policies, the default one's first."""
    acting = [rule for rule in rules if rule.action is not Action.KEEP]
    if not acting:
        return Rule(action=Action.KEEP)
    actions = [rule.action for rule in acting]
    action = actions[0]
    if Action.PSEUDONYM in actions:
        action = Action.PSEUDONYM
    elif Action.MASK in actions or action is not Action.GENERALISE:
        action = Action.MASK
    return Rule(action=action, minimum_score=min(rule.minimum_score for rule in acting))


def _written(rule: Rule) -> list[object]:
    return [rule.action.value, rule.minimum_score]


def folded(value: str) -> str:
    """Return a value as the allow list compares it: without case, its white space made one."""
    return " ".join(plain(value).casefold().split())
