"""Who learns what a pseudonym stands for, and what is kept of the attempt."""

from __future__ import annotations

import pytest

from pipelines.reidentify import Reidentifier
from rag.access.reasons import MOST_TOKENS
from rag.errors import RefusedError
from rag.keys import KeyRing, Keys
from rag.records import (
    Acl,
    Answer,
    AnswerSentence,
    Document,
    Parsed,
    Principal,
    Stage,
    Verdict,
)
from rag.redact.engine import PresidioRedactor
from rag.redact.names import NoNames
from rag.redact.pseudonyms import Pseudonyms
from rag.redact.vault import EncryptedVault
from rag.settings import RedactSettings
from rag.state.database import sqlite_url
from rag.state.register import Entry, Register
from rag.state.vault import VaultRows

SSN, PHONE, MAIL = "536-22-9187", "202-555-0143", "canary.bird@example.org"
WARD = Acl(groups=frozenset({"ward"}))
BOARD = Acl(groups=frozenset({"board"}))
NURSE = Principal(
    tenant="main", id="nurse", groups=frozenset({"ward"}), roles=frozenset({"reidentify"})
)
PLAIN = Principal(tenant="main", id="plain", groups=frozenset({"ward", "board"}))
OFFICER = Principal(
    tenant="main", id="officer", groups=frozenset(), roles=frozenset({"privacy-officer"})
)
STRANGER = Principal(
    tenant="other",
    id="stranger",
    groups=frozenset({"ward", "board"}),
    roles=frozenset({"privacy-officer", "reidentify"}),
)


class Log:
    """Remembers what was recorded; can fail."""

    def __init__(self):
        self.entries = []
        self.broken = False

    def append(self, event, facts):
        if self.broken:
            raise RefusedError("the log is full")
        self.entries.append((event, dict(facts)))
        return "1"

    def verify(self):
        return len(self.entries)


class World:
    """Two documents, one for the ward and one for the board, redacted and live."""

    def __init__(self, path):
        self.register = Register(sqlite_url(str(path)))
        self.vault = EncryptedVault(
            VaultRows(self.register.database),
            KeyRing(lambda: Keys(b"v" * 32), lambda: None),
            Pseudonyms(b"k" * 32),
        )
        self.redactor = PresidioRedactor(
            RedactSettings(), Pseudonyms(b"k" * 32), NoNames(), vault=self.vault
        )
        self.log = Log()
        self.way_back = Reidentifier(
            vault=self.vault, redactor=self.redactor, audit=self.log, register=self.register
        )
        self.ward = self.live("doc_1", f"SSN {SSN}. Call {PHONE}.", WARD)
        self.board = self.live("doc_2", f"Write to {MAIL}. Call {PHONE}.", BOARD)

    def live(self, document_id, text, acl):
        parsed = Parsed(text=text, title="", elements=(), media_type="text/plain")
        document = Document(
            id=document_id,
            tenant="main",
            source="folder",
            version="v1",
            name="a.txt",
            acl=acl,
            parsed=parsed,
        )
        made = self.redactor.redact(document)
        entry = Entry(
            id=document_id,
            tenant="main",
            source="folder",
            name=made.name,
            item_version="1",
            fingerprint="f",
            version="",
            stage=Stage.STARTED,
            acl=acl,
            chunks=0,
            failure="",
            reason="",
        )
        self.register.write(entry, made, places=[])
        self.register.finish(document_id, version="v1", chunks=1)
        return made

    def token(self, value):
        return str(self.redactor.redact_text(f"Of {value}.", tenant="main"))[3:-1]


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "state.db")
    yield made
    made.way_back.close()


def test_who_has_the_role_and_may_read_the_document_is_told(world):
    tokens = [world.token(SSN), world.token(PHONE)]
    told = world.way_back.reidentify(tokens, NURSE, "The ward has to call.")
    assert told == dict(zip(tokens, (SSN, PHONE), strict=True))
    assert world.log.entries == [
        (
            "reidentify",
            {
                "principal": "nurse",
                "tenant": "main",
                "tokens": tokens,
                "granted": True,
                "told": sorted(tokens),
                "documents": ["doc_1"],
                "reason": "The ward has to call.",
            },
        )
    ]


def test_a_privacy_officer_is_told_of_every_document_of_his_tenant(world):
    token = world.token(MAIL)
    assert world.way_back.reidentify([token], OFFICER, "Request 7") == {token: MAIL}


@pytest.mark.parametrize(
    ("who", "value"),
    [
        (NURSE, MAIL),  # stands only in what the board may read
        (PLAIN, SSN),  # may read it, but has no role
        (STRANGER, SSN),  # belongs to another tenant
        (NURSE, "219-09-9999"),  # stands nowhere
        (OFFICER, "219-09-9999"),
        (PLAIN, "219-09-9999"),
    ],
)
def test_everybody_else_gets_the_same_refusal_on_the_record(world, who, value):
    token = world.token(value)
    with pytest.raises(RefusedError, match="^you may not re-identify this, or there is nothing"):
        world.way_back.reidentify([token], who, "Curious")
    [(event, facts)] = world.log.entries
    assert event == "reidentify"
    assert (facts["granted"], facts["told"], facts["documents"]) == (False, [], [])
    assert (facts["principal"], facts["tokens"]) == (who.id, [token])


def test_all_are_told_or_none(world):
    with pytest.raises(RefusedError):
        world.way_back.reidentify([world.token(SSN), world.token(MAIL)], NURSE, "Both")
    assert world.log.entries[0][1]["told"] == []


@pytest.mark.parametrize("tokens", [[], ["Jane Doe 536-22-9187"], ["[PERSON]"], ["[DATE=1984]"]])
def test_what_is_no_pseudonym_is_refused_and_not_recorded_as_it_is(world, tokens):
    with pytest.raises(RefusedError):
        world.way_back.reidentify(tokens, OFFICER, "Why not")
    assert world.log.entries[0][1]["tokens"] == ["malformed"] * len(tokens)


def test_a_permission_that_is_taken_away_is_gone_at_once(world):
    token = world.token(SSN)
    world.register.grant("doc_1", BOARD, stage=Stage.LIVE)
    with pytest.raises(RefusedError):
        world.way_back.reidentify([token], NURSE, "Again")


def test_too_many_at_once_and_no_reason_are_refused(world):
    tokens = [f"[PERSON:aaaaaa{one}{other}]" for one in "abcdefghijk" for other in "abcdefghij"]
    assert len(tokens) > MOST_TOKENS
    with pytest.raises(RefusedError, match="at most"):
        world.way_back.reidentify(tokens, OFFICER, "All")
    with pytest.raises(RefusedError, match="reason"):
        world.way_back.reidentify([world.token(SSN)], NURSE, " ")


def test_the_reason_is_kept_without_the_values_it_is_about(world):
    token = world.token(SSN)
    world.way_back.reidentify([token], NURSE, f"SSN {SSN} asked by {MAIL} on {PHONE}")
    reason = world.log.entries[0][1]["reason"]
    assert not any(value in reason for value in (SSN, MAIL, PHONE))
    assert token in reason
    assert reason.startswith("SSN ")


def test_what_cannot_be_recorded_is_not_told(world):
    world.log.broken = True
    with pytest.raises(RefusedError, match="the log is full"):
        world.way_back.reidentify([world.token(SSN)], NURSE, "The ward has to call.")


def test_a_text_names_who_may_be_known_and_keeps_the_rest(world):
    text = f"{world.token(SSN)} or {world.token(MAIL)}, {world.token(SSN)}; [PERSON] [DATE=1984]"
    resolved = world.way_back.resolve(text, NURSE, "Call")
    assert resolved == f"{SSN} or {world.token(MAIL)}, {SSN}; [PERSON] [DATE=1984]"
    assert world.log.entries[0][1]["told"] == [world.token(SSN)]
    with pytest.raises(RefusedError):
        world.way_back.resolve(text, PLAIN, "Call")


def test_an_answer_names_who_is_meant_and_its_numbers_stay(world):
    text = f"It is {world.token(SSN)}."
    answer = Answer(
        answer=text,
        verdict=Verdict.GROUNDED,
        sentences=(AnswerSentence(text=text, citations=(1,)),),
        citations=(),
        model="m",
        timings={},
        audit_id="1",
    )
    named = world.way_back.resolve_answer(answer, NURSE, "Call")
    assert named.answer == named.sentences[0].text == f"It is {SSN}."
    assert named.sentences[0].citations == (1,)
    assert SSN not in repr(named)


def test_a_whole_document_comes_back_to_who_may_read_it(world):
    restored = world.way_back.restore("doc_1", NURSE, "File for the court")
    assert restored.text == f"SSN {SSN}. Call {PHONE}."
    assert restored.left == 0
    assert world.log.entries[0][1]["document"] == "doc_1"
    assert world.way_back.restore("doc_2", OFFICER, "Audit").text.startswith(f"Write to {MAIL}")


@pytest.mark.parametrize(
    ("document_id", "who"),
    [("doc_2", NURSE), ("doc_1", PLAIN), ("doc_1", STRANGER), ("doc_9", OFFICER)],
)
def test_a_document_comes_back_to_nobody_else(world, document_id, who):
    with pytest.raises(RefusedError, match="there is nothing to re-identify"):
        world.way_back.restore(document_id, who, "Curious")
    assert world.log.entries[0][0] == "restore"
    assert world.log.entries[0][1]["granted"] is False


def test_a_destroyed_pseudonym_is_as_one_that_never_was(world):
    token = world.token(SSN)
    world.vault.destroy("main", token)
    for who in (NURSE, OFFICER):
        with pytest.raises(RefusedError, match="there is nothing to re-identify"):
            world.way_back.reidentify([token], who, "Call")
    assert world.way_back.resolve(token, OFFICER, "Call") == token
    assert world.way_back.restore("doc_1", NURSE, "Call").left == 1
