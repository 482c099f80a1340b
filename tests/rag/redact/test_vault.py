"""What was replaced comes back exactly, to the holder of the key alone, until it is destroyed."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import ConfigurationError, NotFoundError
from rag.keys import KeyRing, Keys
from rag.records import Acl, Document, Finding, Original, Parsed, RedactedDocument, Stage
from rag.redact.actions import Replacer
from rag.redact.engine import PresidioRedactor
from rag.redact.mint import mint, stored
from rag.redact.names import NoNames
from rag.redact.originals import originals
from rag.redact.policy import Action, Policy, Rule
from rag.redact.pseudonyms import Pseudonyms
from rag.redact.vault import MOST_SPELLINGS, EncryptedVault
from rag.settings import RedactSettings
from rag.state.database import sqlite_url
from rag.state.register import Entry, Register
from rag.state.vault import VaultRows

OLD, NEW = Keys(b"o" * 32), Keys(b"n" * 32)
PSEUDONYMS = Pseudonyms(b"k" * 32)
POLICY = Policy(
    name="test",
    version="1",
    default=Rule(action=Action.MASK),
    rules={
        "PERSON": Rule(action=Action.PSEUDONYM),
        "US_SSN": Rule(action=Action.PSEUDONYM),
        "DATE": Rule(action=Action.GENERALISE),
    },
)
CANARY = "Zebulon Quackenbush"


class Bench:
    """A vault in a database of its own, and documents to keep in it."""

    def __init__(self, path: Path, current: Keys = OLD, following: Keys | None = None) -> None:
        self.path = path
        self.register = Register(sqlite_url(str(path)))
        self.rows = VaultRows(self.register.database)
        self.vault = EncryptedVault(
            self.rows, KeyRing(lambda: current, lambda: following), Pseudonyms(b"k" * 32)
        )

    def keep(
        self, text: str, found: list[tuple[str, str]], **facts: str
    ) -> tuple[RedactedDocument, list[Original]]:
        """Redact these values of a text by their kinds, and have the vault remember."""
        document, replaced = redacted(text, found, **facts)
        self.vault.remember(document, replaced)
        return document, replaced

    def make_live(self, document: RedactedDocument, acl: Acl) -> None:
        entry = Entry(
            id=document.id,
            tenant=document.tenant,
            source="folder",
            name=stored("a.txt"),
            item_version="1",
            fingerprint="f",
            version="",
            stage=Stage.STARTED,
            acl=acl,
            chunks=0,
            failure="",
            reason="",
        )
        self.register.write(entry, document, places=[])
        self.register.finish(document.id, version=document.version, chunks=1)

    def alter(self, statement: str, *values: object) -> int:
        """Change the database as somebody who has its file might."""
        with sqlite3.connect(self.path) as connection:
            return connection.execute(statement, values).rowcount

    def bytes(self) -> bytes:
        return b"".join(file.read_bytes() for file in self.path.parent.iterdir())


def redacted(
    text: str,
    found: list[tuple[str, str]],
    *,
    document_id: str = "doc_1",
    version: str = "v1",
    tenant: str = "main",
    title: str = "",
) -> tuple[RedactedDocument, list[Original]]:
    sources = [text, title, "a.txt", "nothing"]
    replacer = Replacer(POLICY, PSEUDONYMS, tenant=tenant, this_year=2026)
    minted = [mint(source, _findings(source, found), replacer) for source in sources]
    (body, redactions), (head, _), (name, _), (key, _) = minted
    document = RedactedDocument(
        id=document_id,
        tenant=tenant,
        source="folder",
        version=version,
        name=name,
        title=head,
        text=body,
        media_type="text/plain",
        elements=(),
        redactions=redactions,
        acl=Acl(public=True),
        metadata={"author": key},
    )
    return document, originals(document, sources, [done for _, done in minted])


def _findings(text: str, found: list[tuple[str, str]]) -> list[Finding]:
    findings, position = [], 0
    for kind, value in found:
        at = text.find(value, position)
        if at >= 0:
            position = at + len(value)
            findings.append(Finding(kind=kind, start=at, end=position, score=1.0))
    return findings


@pytest.fixture
def bench(tmp_path):
    (tmp_path / "state").mkdir()
    made = Bench(tmp_path / "state" / "state.db")
    yield made
    made.register.close()


TEXT = "Jane Doe, born 4 May 1950, SSN 536-22-9187. JANE DOE called from 12 Kelp St."
FOUND = [
    ("PERSON", "Jane Doe"),
    ("DATE", "4 May 1950"),
    ("US_SSN", "536-22-9187"),
    ("PERSON", "JANE DOE"),
    ("STREET_ADDRESS", "12 Kelp St"),
]


def test_a_document_comes_back_as_it_was_in_every_part(bench):
    document, _ = bench.keep(TEXT, FOUND, title="About Jane Doe")
    assert "Jane" not in document.text + document.title
    restored = bench.vault.restore(document)
    assert (restored.text, restored.title, restored.name) == (TEXT, "About Jane Doe", "a.txt")
    assert (dict(restored.metadata), restored.left) == ({"author": "nothing"}, 0)
    assert "Jane" not in repr(restored)


_CHARACTERS = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FF)
    | st.sampled_from("[]:=\u200b\n\ud800\U0001f600"),
    max_size=12,
)


@given(
    st.lists(
        st.tuples(_CHARACTERS, st.sampled_from(["PERSON", "DATE", "US_SSN", "OTHER"]), _CHARACTERS),
        max_size=8,
    ),
    _CHARACTERS,
)
def test_restoring_what_was_redacted_gives_what_was(tmp_path_factory, pieces, rest):
    text, findings = "", []
    for before, kind, value in pieces:
        start = len(text) + len(before)
        text += before + value
        if value:
            findings.append(Finding(kind=kind, start=start, end=len(text), score=1.0))
    text += rest
    replacer = Replacer(POLICY, PSEUDONYMS, tenant="main", this_year=2026)
    body, redactions = mint(text, findings, replacer)
    document, _ = redacted("", [])
    made = RedactedDocument(
        **{
            **{name: getattr(document, name) for name in RedactedDocument.__slots__},
            "text": body,
            "redactions": redactions,
        }
    )
    bench = Bench(tmp_path_factory.getbasetemp() / "property.db")
    try:
        sources = [text, "", "a.txt", "nothing"]
        bench.vault.remember(made, originals(made, sources, [redactions, (), (), ()]))
        assert bench.vault.restore(made).text == text
    finally:
        bench.register.close()


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """A whole redactor with a vault; loaded once."""
    made = Bench(tmp_path_factory.mktemp("engine") / "state.db")
    made.redactor = PresidioRedactor(RedactSettings(), PSEUDONYMS, NoNames(), vault=made.vault)
    yield made
    made.register.close()


_IDENTIFIERS = st.sampled_from(
    [
        "SSN 536-22-9187",
        "SSN: 536 22 9187",
        "MRN 00482913",
        "born 4 May 1950",
        "Aged 93",
        "call (202) 555-0143",
        "202.555.0143",
        "x@example.org",
        "IBAN GB82 WEST 1234 5698 7654 32",
        "\uff15\uff13\uff16-22-9187",
        "[US_SSN:aaaaaaaa]",
        "[PERSON]",
    ]
)


@settings(max_examples=25)
@given(st.lists(_IDENTIFIERS | _CHARACTERS, max_size=8), _IDENTIFIERS | _CHARACTERS)
def test_the_redactor_keeps_all_that_it_takes_out_of_every_part(engine, pieces, title):
    text = " ".join(pieces)
    parsed = Parsed(
        text=text, title=title, elements=(), media_type="text/plain", metadata={"to": text[:40]}
    )
    document = Document(
        id="doc_1",
        tenant="main",
        source="folder",
        version="v1",
        name=f"{title}.txt",
        acl=Acl(),
        parsed=parsed,
    )
    restored = engine.vault.restore(engine.redactor.redact(document))
    assert (restored.text, restored.title, restored.name) == (text, title, f"{title}.txt")
    assert dict(restored.metadata) == {"to": text[:40]}
    assert restored.left == 0


def test_the_database_holds_no_value_in_any_form(bench):
    bench.keep(f"{CANARY} was born 4 May 1950.", [("PERSON", CANARY), ("DATE", "4 May 1950")])
    for held in (CANARY, "Quackenbush", "4 May 1950"):
        assert held.encode() not in bench.bytes()
        assert held.encode("utf-16-le") not in bench.bytes()
        assert held.encode().hex().encode() not in bench.bytes()


def test_a_pseudonym_is_known_by_all_its_spellings_up_to_a_number(bench):
    document, replaced = bench.keep(TEXT, FOUND)
    token = replaced[0].token
    assert bench.vault.values("main", [token]) == {token: ("Jane Doe", "JANE DOE")}
    for number in range(MOST_SPELLINGS):
        written = "Jane" + " " * (number + 2) + "Doe"
        bench.keep(written, [("PERSON", written)], document_id=f"doc_x{number}")
    spellings = bench.vault.values("main", [token])[token]
    assert spellings[:2] == ("Jane Doe", "JANE DOE")
    assert len(spellings) == MOST_SPELLINGS
    last, _ = redacted(written, [("PERSON", written)], document_id=f"doc_x{number}")
    assert bench.vault.restore(last).text == written
    assert bench.vault.restore(document).text == TEXT


def test_tenants_know_nothing_of_each_other(bench):
    document, replaced = bench.keep(TEXT, FOUND)
    token = replaced[0].token
    assert bench.vault.values("other", [token]) == {}
    assert bench.vault.holders("other", token) == []
    with pytest.raises(NotFoundError):
        bench.vault.destroy("other", token)
    elsewhere, _ = redacted(TEXT, FOUND, tenant="other")
    with pytest.raises(NotFoundError):
        bench.vault.restore(elsewhere)
    assert bench.vault.restore(document).text == TEXT


def test_only_the_live_version_of_a_document_lets_somebody_know(bench):
    nurses = Acl(groups=frozenset({"nurses"}))
    document, replaced = bench.keep(TEXT, FOUND)
    token = replaced[0].token
    assert bench.vault.holders("main", token) == []
    bench.make_live(document, nurses)
    assert bench.vault.holders("main", token) == [("doc_1", document.acl)]


class TestDestroying:
    """Crypto-shredding: what a pseudonym stood for is gone, everywhere, for good."""

    def test_nobody_learns_it_any_more_and_the_rest_stays(self, bench):
        document, replaced = bench.keep(TEXT, FOUND)
        token = replaced[0].token
        assert bench.vault.destroy("main", token) is True
        assert bench.vault.values("main", [token]) == {}
        restored = bench.vault.restore(document)
        assert restored.text == TEXT.replace("Jane Doe", token).replace("JANE DOE", token)
        assert restored.left == 2

    def test_it_is_never_filled_again(self, bench):
        _, replaced = bench.keep(TEXT, FOUND)
        token = replaced[0].token
        bench.vault.destroy("main", token)
        again, _ = bench.keep(TEXT, FOUND, document_id="doc_2")
        assert bench.vault.values("main", [token]) == {}
        assert bench.vault.restore(again).left == 2
        assert bench.vault.counts("main") == {"pseudonyms": 1, "destroyed": 1, "documents": 2}

    def test_its_keys_and_boxes_are_gone_from_the_files(self, bench):
        _, replaced = bench.keep(f"{CANARY} called.", [("PERSON", CANARY)])
        token = replaced[0].token
        row = bench.rows.entries("main", [token])[token]
        [mention] = bench.rows.mentions("doc_1", "v1")
        boxes = (row.wrapped, row.sealed, mention.sealed)
        assert all(box in bench.bytes() for box in boxes)
        assert bench.vault.destroy("main", token) is True
        assert not any(box in bench.bytes() for box in boxes)

    def test_a_box_that_somebody_copied_before_opens_no_more(self, bench):
        document, replaced = bench.keep(TEXT, FOUND)
        token = replaced[0].token
        mention = next(m for m in bench.rows.mentions("doc_1", "v1") if m.token == token)
        bench.vault.destroy("main", token)
        bench.alter(
            "INSERT INTO vault_mentions (document_id, version, token, tenant, sealed)"
            " VALUES (?, ?, ?, ?, ?)",
            *("doc_1", "v1", token, "main", mention.sealed),
        )
        assert bench.vault.restore(document).left == 2

    def test_it_survives_the_documents_that_named_it(self, bench):
        document, replaced = bench.keep(TEXT, FOUND)
        bench.make_live(document, document.acl)
        bench.vault.destroy("main", replaced[0].token)
        bench.register.forget("doc_1")
        assert bench.vault.counts("main") == {"pseudonyms": 0, "destroyed": 1, "documents": 0}

    def test_what_is_not_there_cannot_be_destroyed(self, bench):
        _, replaced = bench.keep(TEXT, FOUND)
        bench.vault.destroy("main", replaced[0].token)
        for token in (replaced[0].token, "[PERSON:aaaaaaaa]"):
            with pytest.raises(NotFoundError):
                bench.vault.destroy("main", token)


class TestForgetting:
    """What the vault keeps of a document goes when the document does."""

    def test_a_document_that_is_forgotten_takes_its_pseudonyms_along(self, bench):
        document, replaced = bench.keep(TEXT, FOUND)
        bench.make_live(document, document.acl)
        bench.register.forget("doc_1")
        assert bench.vault.counts("main") == {"pseudonyms": 0, "destroyed": 0, "documents": 0}
        assert bench.vault.values("main", [replaced[0].token]) == {}

    def test_a_pseudonym_stays_as_long_as_another_document_names_it(self, bench):
        document, replaced = bench.keep(TEXT, FOUND)
        bench.make_live(document, document.acl)
        other, _ = bench.keep("Jane Doe came.", FOUND, document_id="doc_2")
        bench.make_live(other, other.acl)
        bench.register.forget("doc_1")
        assert bench.vault.counts("main") == {"pseudonyms": 1, "destroyed": 0, "documents": 1}
        assert bench.vault.restore(other).text == "Jane Doe came."
        bench.register.forget("doc_2")
        assert bench.vault.values("main", [replaced[0].token]) == {}

    def test_a_new_version_that_is_live_replaces_what_was_kept_of_the_old(self, bench):
        old, _ = bench.keep(TEXT, FOUND)
        bench.make_live(old, old.acl)
        new, _ = bench.keep("Joe Bloggs came.", [("PERSON", "Joe Bloggs")], version="v2")
        assert bench.vault.restore(old).text == TEXT
        bench.make_live(new, new.acl)
        assert bench.vault.restore(new).text == "Joe Bloggs came."
        assert bench.vault.counts("main") == {"pseudonyms": 1, "destroyed": 0, "documents": 1}
        with pytest.raises(NotFoundError):
            bench.vault.restore(old)

    def test_a_version_that_is_redacted_again_is_kept_once(self, bench):
        bench.keep(TEXT, FOUND)
        document, _ = bench.keep(TEXT, FOUND)
        assert bench.vault.restore(document).text == TEXT
        assert len(bench.rows.mentions("doc_1", "v1")) == 2

    def test_a_document_that_fails_leaves_nothing(self, bench):
        document, _ = bench.keep(TEXT, FOUND)
        bench.make_live(document, document.acl)
        failed = bench.register.entry("doc_1")
        bench.register.fail(failed, places=[])
        assert bench.vault.counts("main")["documents"] == 0

    def test_what_a_killed_run_left_is_swept_and_the_rest_stays(self, bench):
        document, _ = bench.keep(TEXT, FOUND)
        bench.make_live(document, document.acl)
        bench.keep("Joe Bloggs came.", [("PERSON", "Joe Bloggs")], document_id="doc_killed")
        assert bench.register.sweep() == 1
        assert bench.vault.counts("main") == {"pseudonyms": 2, "destroyed": 0, "documents": 1}
        assert bench.register.sweep() == 0


class TestTampering:
    """Whoever has the database and not the key can break rows, but neither read nor swap them."""

    @pytest.fixture
    def kept(self, bench):
        document, _ = bench.keep(TEXT, FOUND)
        bench.keep("Joe Bloggs came.", [("PERSON", "Joe Bloggs")], document_id="doc_2")
        bench.register.close()
        return document

    def open_all(self, bench, document):
        bench.vault.restore(document)
        bench.vault.check("main")
        bench.vault.values("main", [row.token for row in bench.rows.mentions("doc_1", "v1")])

    def test_what_nobody_changed_opens(self, bench, kept):
        self.open_all(bench, kept)

    @pytest.mark.parametrize(
        "statement",
        [
            # Boxes of one row in another's place.
            "UPDATE vault_entries SET sealed = (SELECT sealed FROM vault_entries AS o WHERE"
            " o.token != vault_entries.token ORDER BY o.token LIMIT 1)",
            "UPDATE vault_entries SET (wrapped, sealed) = (SELECT wrapped, sealed FROM"
            " vault_entries AS o WHERE o.token != vault_entries.token ORDER BY o.token LIMIT 1)",
            "UPDATE vault_mentions SET sealed = (SELECT sealed FROM vault_mentions AS o WHERE"
            " o.token != vault_mentions.token ORDER BY o.token LIMIT 1)",
            "UPDATE vault_documents SET (wrapped, sealed) = (SELECT wrapped, sealed FROM"
            " vault_documents AS o WHERE o.document_id != vault_documents.document_id)",
            # Changed, cut and emptied ones.
            "UPDATE vault_documents SET sealed = zeroblob(length(sealed))",
            "UPDATE vault_mentions SET sealed = substr(sealed, 1, length(sealed) - 1)",
            "UPDATE vault_entries SET wrapped = x''",
            "UPDATE vault_entries SET key_id = 'another'",
        ],
    )
    def test_a_changed_row_does_not_open(self, bench, kept, statement):
        assert bench.alter(statement) >= 1
        with pytest.raises(ConfigurationError) as refused:
            self.open_all(bench, kept)
        shown = str(refused.value) + repr(refused.value.__cause__)
        assert not any(value in shown for _, value in FOUND)

    @pytest.mark.usefixtures("kept")
    def test_a_row_under_another_name_does_not_open(self, bench):
        bench.alter("UPDATE vault_entries SET tenant = 'other'")
        tokens = [row.token for row in bench.rows.mentions("doc_1", "v1")]
        with pytest.raises(ConfigurationError):
            bench.vault.values("other", tokens)

    def test_a_row_that_was_taken_out_shows_in_what_is_left(self, bench, kept):
        bench.alter("DELETE FROM vault_mentions")
        assert bench.vault.restore(kept).left == 3

    def test_another_key_opens_nothing_and_says_what_to_do(self, bench, kept):
        other = Bench(bench.path, current=NEW)
        try:
            for attempt in (other.vault.check, lambda _: other.vault.restore(kept)):
                with pytest.raises(ConfigurationError, match="put its key back"):
                    attempt("main")
        finally:
            other.register.close()

    @pytest.mark.usefixtures("kept")
    def test_what_is_kept_of_another_text_is_not_put_into_this_one(self, bench):
        changed, _ = redacted("Somebody else entirely, and much longer than before.", [])
        with pytest.raises(ConfigurationError, match="does not fit"):
            bench.vault.restore(changed)


class TestSealingAnew:
    """Rotation of the vault's key, row by row."""

    def test_every_row_moves_to_the_next_key_and_the_old_one_is_not_needed(self, bench):
        document, replaced = bench.keep(TEXT, FOUND)
        token = replaced[0].token
        before = bench.rows.entries("main", [token])[token]
        assert bench.vault.rewrap(NEW) == 3
        assert bench.vault.rewrap(NEW) == 0
        after = bench.rows.entries("main", [token])[token]
        assert (after.sealed, after.key_id) == (before.sealed, NEW.id)
        other = Bench(bench.path, current=NEW)
        try:
            assert other.vault.restore(document).text == TEXT
        finally:
            other.register.close()

    def test_what_is_written_meanwhile_moves_at_the_next_call(self, bench):
        bench.keep(TEXT, FOUND)
        bench.vault.rewrap(NEW)
        midway = Bench(bench.path, current=OLD, following=NEW)
        try:
            midway.keep(
                "Jane Doe, Joe Bloggs",
                [("PERSON", "Jane Doe"), ("PERSON", "Joe Bloggs")],
                document_id="doc_2",
            )
            assert midway.vault.rewrap(NEW) == 2
        finally:
            midway.register.close()
        assert bench.rows.key_ids() == {NEW.id}

    def test_a_destroyed_one_stays_empty(self, bench):
        _, replaced = bench.keep(TEXT, FOUND)
        token = replaced[0].token
        bench.vault.destroy("main", token)
        assert bench.vault.rewrap(NEW) == 2
        row = bench.rows.entries("main", [token])[token]
        assert (row.wrapped, row.sealed, row.key_id) == (b"", b"", "")


def test_nothing_shows_a_value(bench):
    document, replaced = bench.keep(TEXT, FOUND)
    shown = repr([bench.vault, replaced, bench.rows.document(document.id, "v1")])
    assert not any(value in shown for _, value in FOUND)


def test_every_statement_can_be_put_to_postgresql(bench):
    """No such database is at hand; each statement is at least written in its language."""
    import sqlalchemy as sa
    from sqlalchemy.dialects import postgresql

    statements = []

    def note(connection, statement, *_):
        statements.append(statement)

    sa.event.listen(sa.Engine, "before_execute", note)
    try:
        document, replaced = bench.keep(TEXT, FOUND)
        bench.make_live(document, document.acl)
        bench.keep("jane doe", [("PERSON", "jane doe")], document_id="doc_2")
        bench.vault.restore(document)
        bench.vault.holders("main", replaced[0].token)
        bench.vault.rewrap(NEW)
        bench.register.sweep()
        bench.register.forget("doc_1")
        bench.vault.counts("main")
    finally:
        sa.event.remove(sa.Engine, "before_execute", note)
    compiled = [
        str(one.compile(dialect=postgresql.dialect()))
        for one in statements
        if isinstance(one, sa.ClauseElement) and not isinstance(one, sa.DDL)
    ]
    assert any("FOR UPDATE" in one for one in compiled)
    assert len(compiled) > 20


def person(bench: Bench, name: str, **facts: str) -> str:
    _, [one] = bench.keep(f"{name} came.", [("PERSON", name)], **facts)
    return one.token


@pytest.mark.parametrize(
    "asked", ["Adeyinka-Bright", "Mrs Bright", "N. Adeyinka-Bright", "BRIGHT", "n bright"]
)
def test_a_shorter_name_leads_to_the_persons_it_may_mean(bench, asked):
    ngozi = person(bench, "Ngozi Adeyinka-Bright")
    person(bench, "Jan Kowalski", document_id="doc_2")
    assert bench.vault.called("main", asked) == [ngozi]


def test_a_family_name_leads_to_all_of_the_family(bench):
    tokens = {
        person(bench, "Anna Kowalska", document_id="doc_1"),
        person(bench, "Ewa Kowalska", document_id="doc_2"),
    }
    assert set(bench.vault.called("main", "Kowalska")) == tokens
    assert len(bench.vault.called("main", "E. Kowalska")) == 1
    assert bench.vault.called("main", "Ewa Kowalska") == []
    assert bench.vault.called("other", "Kowalska") == []


def test_nobody_is_called_who_was_destroyed_or_whose_documents_are_gone(bench):
    token = person(bench, "Ngozi Bright")
    bench.vault.destroy("main", token)
    assert bench.vault.called("main", "Bright") == []
    bench.keep("Ngozi Bright again.", [("PERSON", "Ngozi Bright")], document_id="doc_2")
    assert bench.vault.called("main", "Bright") == []
    document, _ = bench.keep("Jan Nowak.", [("PERSON", "Jan Nowak")], document_id="doc_3")
    bench.make_live(document, Acl(public=True))
    assert bench.vault.called("main", "Nowak")
    bench.register.forget("doc_3")
    assert bench.vault.called("main", "Nowak") == []


def test_a_question_by_a_family_name_gets_the_pseudonym_of_the_whole_one(bench):
    ngozi = person(bench, "Ngozi Bright")
    replacer = Replacer(POLICY, PSEUDONYMS, tenant="main", this_year=2026, people=bench.vault)
    own = PSEUDONYMS.token(tenant="main", kind="PERSON", value="Bright")
    assert replacer.token("PERSON", "Bright") == f"{ngozi} or {own}"
    assert replacer.token("PERSON", "Ngozi Bright") == ngozi
