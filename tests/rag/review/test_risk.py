from __future__ import annotations

import re

import pytest

from rag.records import Acl, RedactedDocument, Redaction
from rag.redact.mint import stored
from rag.review import risk
from rag.review.records import Facts, History
from rag.review.risk import MEANINGS, WEIGHTS, facts_of, peers_of, risk_of, signs_of

KNOWN = History(fingerprints=frozenset({"f1"}))


def facts(number=0, *, characters=1_000, kinds=None, doubtful=0, residue=0, fingerprint="f1"):
    return Facts(
        document_id=f"doc_{number}",
        version="v1",
        fingerprint=fingerprint,
        source="folder",
        characters=characters,
        kinds=kinds or {},
        doubtful=doubtful,
        residue=residue,
    )


def document(text, *scores):
    redactions = tuple(
        Redaction(kind="PERSON", start=0, end=0, source_start=0, source_end=0, score=score)
        for score in scores
    )
    return RedactedDocument(
        id="doc_1",
        tenant="main",
        source="folder",
        version="v1",
        name=stored("a.txt"),
        title=stored("A"),
        text=stored(text),
        media_type="text/plain",
        elements=(),
        redactions=redactions,
        acl=Acl(),
    )


def counted(text, *scores):
    return facts_of(document(text, *scores), fingerprint="f1", source="folder")


@pytest.mark.parametrize(
    ("text", "residue"),
    [
        ("The ward is warm and has 12 beds.", 0),
        ("Call 555 014 2377 today.", 1),
        ("Number 00482913 and 4111-1111-1111-1111.", 2),
        ("Room 12345 has five digits.", 0),
        ("[PERSON:k3f2mnop] Miller signed.", 1),
        ("Jane [PERSON:k3f2mnop] signed.", 1),
        ("[PERSON:k3f2mnop] signed, says [ORGANIZATION:k3f2mnop] Ltd.", 0),
        ("Mrs Okafor fell.", 1),
        ("[PERSON_TITLE] Okafor fell.", 1),
        ("Write to jane@example.org.", 1),
        ("Born [DATE_OF_BIRTH=1941], paid 1,200 on [DATE=2025-03-09].", 0),
        ("[US_SSN:a2b3c4d5]", 0),
    ],
)
def test_what_still_looks_like_an_identifier_is_counted(text, residue):
    assert counted(text).residue == residue


def test_low_scores_are_counted():
    found = counted("text", 0.4, 0.59, 0.6, 1.0)
    assert (found.redactions, found.doubtful) == (4, 2)
    assert found.kinds == {"PERSON": 4}


def test_few_redactions_for_its_length_are_a_sign():
    peers = peers_of([facts(n, kinds={"PERSON": 10}) for n in range(3)])
    assert signs_of(facts(kinds={"PERSON": 10}), peers, KNOWN)["sparse"] == 0
    assert signs_of(facts(kinds={"PERSON": 4}), peers, KNOWN)["sparse"] == pytest.approx(0.6)
    assert signs_of(facts(kinds={"PERSON": 90}), peers, KNOWN)["sparse"] == 0
    assert signs_of(facts(), peers, KNOWN)["sparse"] == 1
    bare = peers_of([facts(n) for n in range(3)])
    assert signs_of(facts(), bare, KNOWN)["sparse"] == 1
    assert signs_of(facts(kinds={"PERSON": 1}), bare, KNOWN)["sparse"] == 0


def test_a_kind_that_hardly_any_document_holds_is_a_sign():
    usual = [facts(n, kinds={"PERSON": 1}) for n in range(98)]
    odd = facts(98, kinds={"PERSON": 1, "VIN": 1})
    peers = peers_of([*usual, odd, facts(99)])
    assert signs_of(odd, peers, KNOWN)["unusual"] == pytest.approx(0.8)
    assert signs_of(usual[0], peers, KNOWN)["unusual"] == 0
    assert signs_of(facts(99), peers, KNOWN)["unusual"] == 0


def test_what_was_never_checked_or_not_as_it_is_now_is_a_sign():
    peers = peers_of([facts()])
    now = facts(fingerprint="f2")
    new, changed, same = (
        signs_of(now, peers, history)
        for history in (
            History(),
            KNOWN,
            History(fingerprints=frozenset({"f1", "f2"})),
        )
    )
    assert (new["unreviewed"], new["changed"]) == (1, 0)
    assert (changed["unreviewed"], changed["changed"]) == (0, 1)
    assert (same["unreviewed"], same["changed"]) == (0, 0)


def test_signs_add_up_by_their_weights():
    peers = peers_of([facts()])
    signs = signs_of(facts(residue=1), peers, History())
    assert signs["residue"] == 0.5
    expected = WEIGHTS["sparse"] + WEIGHTS["residue"] / 2 + WEIGHTS["unreviewed"]
    assert risk_of(signs) == pytest.approx(expected)


def test_the_formula_is_the_documented_one():
    """The docstring, which officers are pointed to, and the code say the same."""
    documented = {
        sign: float(weight)
        for sign, weight in re.findall(r"^    (\w+)\s+(\.\d\d) ", risk.__doc__, re.MULTILINE)
    }
    assert documented == WEIGHTS
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    assert MEANINGS.keys() == WEIGHTS.keys()
