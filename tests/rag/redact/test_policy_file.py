"""Policies from files: the shipped ones, and everything that is refused."""

from __future__ import annotations

import pytest

from rag.errors import ConfigurationError
from rag.redact.kinds import KINDS
from rag.redact.policy import Action
from rag.redact.policy_file import (
    MOST_BYTES,
    SHIPPED,
    check_kinds,
    load_policies,
    load_policy,
    parse_policy,
)

_HEAD = "name: ours\nversion: 1\ndefault: mask\n"


def _parsed(text: str, **options):
    return parse_policy(text.encode(), "policy `ours`", **options)


def test_a_policy_says_what_its_file_says():
    policy = _parsed(
        _HEAD + "kinds:\n"
        "  PERSON: pseudonym\n"
        "  DATE: {action: shift, minimum_score: 0.5}\n"
        "  US_SSN: drop\n"
        "allow: [Acme Clinic, '1984']\n"
        "date_order: day-first\n"
    )
    assert (policy.name, policy.version, policy.month_first) == ("ours", "1", False)
    assert policy.rule("DATE").action is Action.SHIFT
    assert policy.rule("DATE").minimum_score == 0.5
    assert policy.action("PERSON") is Action.PSEUDONYM
    assert policy.action("US_SSN") is Action.DROP
    assert policy.action("URL") is Action.MASK
    assert policy.allow == {"acme clinic", "1984"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must be a table"),
        ("- a", "must be a table"),
        ("name: ours\nversion: 1\n", "`default` is missing"),
        ("version: 1\ndefault: mask\n", "`name` is missing"),
        ("name: 5\nversion: 1\ndefault: mask\n", "`name` must be a short text"),
        (f"name: {'x' * 61}\nversion: 1\ndefault: mask\n", "`name` must be a short text"),
        ("name: ours\nversion: true\ndefault: mask\n", "`version` must be"),
        ("name: ours\nversion: 1\ndefault: keep\n", "`default` must be mask or pseudonym"),
        ("name: ours\nversion: 1\ndefault: drop\n", "`default` must be mask or pseudonym"),
        (_HEAD + "colour: red\n", "unknown key `colour`"),
        (_HEAD + "kind:\n  URL: mask\n", "unknown key `kind`; is `kinds` meant?"),
        (_HEAD + "name: again\n", "a key stands twice (line 4)"),
        (_HEAD + "kinds:\n  URL: keep\n  URL: mask\n", "a key stands twice (line 6)"),
        (_HEAD + "kinds:\n  PRESON: mask\n", "unknown kind `PRESON`; is `PERSON` meant?"),
        (_HEAD + "kinds:\n  person: mask\n", "a kind is written in capitals"),
        (_HEAD + "kinds: [URL]\n", "`kinds` must be a table"),
        (_HEAD + "kinds:\n  URL: redact\n", "`URL`: unknown action"),
        (_HEAD + "kinds:\n  URL: [mask]\n", "`URL` must be a table"),
        (_HEAD + "kinds:\n  URL: {minimum_score: 0.5}\n", "`action` is missing"),
        (_HEAD + "kinds:\n  URL: {action: mask, score: 1}\n", "unknown key `score`"),
        (_HEAD + "kinds:\n  URL: {action: mask, minimum_score: 2}\n", "from 0 to 1"),
        (_HEAD + "kinds:\n  URL: {action: mask, minimum_score: .nan}\n", "from 0 to 1"),
        (_HEAD + "kinds:\n  URL: {action: mask, minimum_score: true}\n", "from 0 to 1"),
        (_HEAD + "kinds:\n  PHONE_NUMBER: shift\n", "`shift` cannot be done with `PHONE_NUMBER`"),
        (_HEAD + "kinds:\n  PERSON: generalise\n", "`generalise` cannot be done with `PERSON`"),
        (
            _HEAD + "kinds:\n  FORGED_PSEUDONYM: keep\n",
            "`keep` cannot be done with `FORGED_PSEUDONYM`",
        ),
        (_HEAD + "allow: Acme\n", "`allow` must be a list"),
        (_HEAD + "allow: [yes]\n", "in quotes if in doubt"),
        (_HEAD + "allow: ['']\n", "`allow` must be a list"),
        (_HEAD + "date_order: iso\n", "month-first or day-first"),
        (_HEAD + "kinds: &a {URL: mask}\nallow: *a\n", "aliases are refused"),
        (_HEAD + "1: x\n", "a key is no text (line 4)"),
        (_HEAD + "kinds: {URL: mask\n", "no valid YAML (line 5)"),
        (_HEAD + "x: !!python/object/apply:os.getcwd []\n", "no valid YAML"),
        ("a: " + "[" * 20_000, "nested too deeply"),
        ("x" * (MOST_BYTES + 1), "more than"),
    ],
)
def test_what_it_does_not_understand_is_refused_in_one_line(text, problem):
    with pytest.raises(ConfigurationError) as caught:
        _parsed(text)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("policy `ours`")


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(ConfigurationError, match="no valid YAML"):
        parse_policy(b"name: \xff\xfe\xfd", "policy `ours`")


def test_a_line_that_is_no_yaml_is_not_repeated():
    with pytest.raises(ConfigurationError) as caught:
        _parsed(_HEAD + "allow: [Jane Doe\n  - : {")
    assert "Jane" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_kinds_of_plugins_are_checked_once_they_are_known():
    text = _HEAD + "kinds:\n  LOCKER: keep\n"
    with pytest.raises(ConfigurationError, match="LOCKER"):
        _parsed(text)
    policy = _parsed(text, known_kinds=None)
    check_kinds(policy, {*KINDS, "LOCKER"})
    with pytest.raises(ConfigurationError, match="unknown kind `LOCKER`"):
        check_kinds(policy, KINDS)


def test_a_path_starts_from_the_folder_of_the_installation(tmp_path):
    (tmp_path / "ours.yaml").write_text(_HEAD)
    policies = load_policies(["ours.yaml", "court"], default="gdpr", base=tmp_path)
    assert set(policies.by_reference) == {"gdpr", "ours.yaml", "court"}
    assert policies.named("ours.yaml").name == "ours"
    assert policies.named("").name == "gdpr"
    assert load_policy(str(tmp_path / "ours.yaml")).digest == policies.named("ours.yaml").digest


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("hipaa", "there is no policy `hipaa`; there is: gdpr"),
        ("gone.yaml", "cannot be read: No such file"),
        (".yaml", "cannot be read"),
        ("", "there is no policy"),
        ("../../etc/passwd", "there is no policy"),
    ],
)
def test_a_policy_that_is_not_there(tmp_path, reference, problem):
    with pytest.raises(ConfigurationError, match=problem):
        load_policy(reference, base=tmp_path)


def test_a_policy_that_everybody_may_write_is_refused(tmp_path):
    path = tmp_path / "ours.yaml"
    path.write_text(_HEAD)
    path.chmod(0o666)
    with pytest.raises(ConfigurationError, match="written by everybody"):
        load_policy("ours.yaml", base=tmp_path)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_policy_decides_on_every_kind(name):
    policy = load_policy(name)
    assert policy.name == name
    assert policy.rules.keys() == KINDS.keys()


def test_every_kind_that_is_found_is_known(redactor):
    assert redactor.kinds - KINDS.keys() == set()


def test_every_kind_that_is_known_is_found_or_left_to_a_name_model(redactor):
    named = {"PERSON", "PERSON_TITLE", "ORGANIZATION", "PUBLIC_BODY", "LOCATION", "DEMOGRAPHIC"}
    assert KINDS.keys() - redactor.kinds - named == {"FORGED_PSEUDONYM"}


_DIRECT = KINDS.keys() - {
    *("PERSON_TITLE", "PUBLIC_BODY", "LOCATION", "DEMOGRAPHIC", "AGE", "AGE_OVER_89", "AMOUNT"),
    *("DATE", "ADMISSION_DATE", "DISCHARGE_DATE", "DEATH_DATE", "DATE_OF_BIRTH", "DURATION"),
    *("POSTAL_CODE", "BIC", "ABA_ROUTING_NUMBER", "SORT_CODE"),
}


@pytest.mark.parametrize("name", SHIPPED)
def test_no_shipped_policy_leaves_what_identifies_a_person_directly(name):
    policy = load_policy(name)
    assert {policy.action(kind) for kind in _DIRECT} <= {Action.MASK, Action.PSEUDONYM}


def test_safe_harbor_gives_no_code_that_is_derived_from_the_person():
    policy = load_policy("hipaa-safe-harbor")
    assert Action.PSEUDONYM not in {rule.action for rule in policy.rules.values()}
    assert policy.default.action is Action.MASK


def test_a_limited_data_set_keeps_what_it_may():
    policy = load_policy("hipaa-limited")
    kept = {kind for kind, rule in policy.rules.items() if rule.action is Action.KEEP}
    assert {"DATE", "DATE_OF_BIRTH", "LOCATION", "POSTAL_CODE", "AGE", "AGE_OVER_89"} <= kept
