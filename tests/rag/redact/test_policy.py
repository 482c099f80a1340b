"""What a policy does with a finding, and what is done with a question under several."""

from __future__ import annotations

import pytest

from rag.errors import RedactionError
from rag.records import Finding
from rag.redact.policy import FORGED, Action, Policies, Policy, Reason, Rule, possible
from rag.redact.policy_file import SHIPPED, load_policies


def _policy(default: str = "mask", **kinds: str | Rule) -> Policy:
    rules = {
        kind: rule if isinstance(rule, Rule) else Rule(action=Action(rule))
        for kind, rule in kinds.items()
    }
    return Policy(name="p", version="1", default=Rule(action=Action(default)), rules=rules)


def _finding(kind: str, start: int, end: int, score: float = 0.5) -> Finding:
    return Finding(kind=kind, start=start, end=end, score=score)


@pytest.mark.parametrize(
    ("action", "kind", "answer"),
    [
        (Action.MASK, "LOCKER", True),
        (Action.DROP, "US_SSN", True),
        (Action.KEEP, "DATE", True),
        (Action.SHIFT, "DATE", True),
        (Action.SHIFT, "DISCHARGE_DATE", True),
        (Action.SHIFT, "PHONE_NUMBER", False),
        (Action.GENERALISE, "POSTAL_CODE", True),
        (Action.GENERALISE, "AGE_OVER_89", True),
        (Action.GENERALISE, "PERSON", False),
        (Action.PSEUDONYM, FORGED, True),
        (Action.KEEP, FORGED, False),
        (Action.DROP, FORGED, False),
    ],
)
def test_what_can_be_done_with_what(action, kind, answer):
    assert possible(action, kind) is answer


def test_why_a_finding_is_left():
    policy = Policy(
        name="p",
        version="1",
        default=Rule(action=Action.MASK),
        rules={
            "DATE": Rule(action=Action.KEEP),
            "PERSON": Rule(action=Action.PSEUDONYM, minimum_score=0.6),
        },
        allow=frozenset({"dr. foster"}),
    )
    text = "Dr.\u00a0 FOSTER on 4 May"
    assert policy.reason_to_leave(_finding("DATE", 15, 20), text) is Reason.KEPT
    assert policy.reason_to_leave(_finding("PERSON", 0, 11, 0.5), text) is Reason.WEAK
    assert policy.reason_to_leave(_finding("PERSON", 0, 11, 0.9), text) is Reason.ALLOWED
    assert policy.reason_to_leave(_finding("PERSON", 5, 11, 0.9), text) is None
    assert policy.reason_to_leave(_finding("LOCKER", 5, 11, 0.1), text) is None


def test_what_is_wanted_of_the_recognizers():
    policy = _policy(DATE="keep", PERSON="mask")
    assert policy.wanted(["DATE", "PERSON", "LOCKER"]) == {"PERSON", "LOCKER"}


def test_the_digest_changes_with_everything_it_says_and_nothing_else():
    same = {"PERSON": "mask", "DATE": "keep"}
    assert _policy(**same).digest == _policy(DATE="keep", PERSON="mask").digest
    others = [
        _policy(**same),
        _policy("pseudonym", **same),
        _policy(PERSON="mask"),
        _policy(PERSON="pseudonym", DATE="keep"),
        _policy(PERSON=Rule(action=Action.MASK, minimum_score=0.5), DATE="keep"),
        Policy(name="p", version="2", default=_policy().default, rules=_policy(**same).rules),
        Policy(name="q", version="1", default=_policy().default, rules=_policy(**same).rules),
        Policy(
            name="p",
            version="1",
            default=_policy().default,
            rules=_policy(**same).rules,
            allow=frozenset({"x"}),
        ),
        Policy(
            name="p",
            version="1",
            default=_policy().default,
            rules=_policy(**same).rules,
            month_first=True,
        ),
    ]
    assert len({one.digest for one in others}) == len(others)


def test_a_document_whose_policy_is_unknown_fails_closed():
    policies = Policies(default="a", by_reference={"a": _policy()})
    assert policies.named("") is policies.named("a")
    with pytest.raises(RedactionError):
        policies.named("b")


def _question(first: Policy, *others: Policy) -> Policy:
    policies = {str(number): one for number, one in enumerate((first, *others))}
    return Policies(default="0", by_reference=policies).for_questions()


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (("keep",), "keep"),
        (("keep", "keep"), "keep"),
        (("keep", "pseudonym"), "pseudonym"),
        (("mask", "pseudonym"), "pseudonym"),
        (("keep", "mask"), "mask"),
        (("generalise", "mask"), "mask"),
        (("generalise", "keep"), "generalise"),
        (("keep", "generalise"), "generalise"),
        (("shift",), "mask"),
        (("keep", "shift"), "mask"),
        (("drop", "keep"), "mask"),
        (("drop", "pseudonym"), "pseudonym"),
    ],
)
def test_a_question_is_redacted_for_all_policies(actions, expected):
    made = _question(*(_policy(DATE=action) for action in actions))
    assert made.action("DATE").value == expected


def test_a_kind_that_one_policy_lists_falls_under_the_default_of_another():
    made = _question(_policy("pseudonym"), _policy(LOCKER="keep"))
    assert made.action("LOCKER") is Action.PSEUDONYM
    assert _question(_policy(), _policy("pseudonym")).default.action is Action.PSEUDONYM


def test_a_question_is_held_to_the_lowest_score_and_the_terms_that_all_allow():
    strict = Rule(action=Action.MASK, minimum_score=0.9)
    kept = Rule(action=Action.KEEP, minimum_score=0.1)
    made = _question(_policy(DATE=strict), _policy(DATE=kept))
    assert made.rule("DATE").minimum_score == 0.9
    allowing = Policy(
        name="p", version="1", default=strict, rules={}, allow=frozenset({"one", "two"})
    )
    other = Policy(name="q", version="1", default=strict, rules={}, allow=frozenset({"two"}))
    assert _question(allowing, other).allow == {"two"}
    assert _question(allowing, _policy()).allow == frozenset()


def test_a_question_under_the_shipped_policies_keeps_only_what_all_keep():
    policies = load_policies(SHIPPED, default="gdpr")
    made = policies.for_questions()
    for kind, rule in made.rules.items():
        if rule.action is Action.KEEP:
            assert {one.action(kind) for one in policies.by_reference.values()} == {Action.KEEP}
    assert made.action("PERSON") is Action.PSEUDONYM
