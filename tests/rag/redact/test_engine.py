"""The redactor: contract, bad input, disguises, and properties over generated texts."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import ConfigurationError, RedactionError, SkipDocument
from rag.records import Acl, Document, Finding, Parsed
from rag.redact.engine import NOT_YET, PresidioRedactor
from rag.redact.names import NoNames
from rag.redact.pseudonyms import Pseudonyms
from rag.redact.tokens import PSEUDONYM
from rag.settings import RedactSettings
from rag.testing.redactor_contract import BoundedRedactorContract, RedactorContract

_KEY = Pseudonyms(b"a key for the tests only")


def _document(text: str, *, title: str = "", name: str = "a.txt", **metadata: str) -> Document:
    parsed = Parsed(text=text, title=title, elements=(), media_type="text/plain", metadata=metadata)
    return Document(
        id="d", tenant="one", source="s", version="1", name=name, acl=Acl(), parsed=parsed
    )


class TestPresidioRedactor(RedactorContract, BoundedRedactorContract):
    @pytest.fixture
    def redactor(self, presidio):
        return presidio

    @pytest.fixture
    def bounded(self):
        return PresidioRedactor(RedactSettings(max_characters=50), _KEY, NoNames()), 50


class Surnames:
    """A name model that knows one surname."""

    fingerprint = "surnames"
    kinds = frozenset({"PERSON"})

    def find(self, text: str, near: Sequence[int] | None = None) -> list[Finding]:  # noqa: ARG002
        start = text.find("Sowande")
        return [Finding(kind="PERSON", start=start, end=start + 7, score=0.9)] if start >= 0 else []


class Broken(Surnames):
    def find(self, text: str, near: Sequence[int] | None = None) -> list[Finding]:  # noqa: ARG002
        raise ValueError(f"cannot read {text}")


@pytest.mark.parametrize(
    "text",
    [
        "MRN 0048\u200b2913",
        "MRN \uff10\uff10\uff14\uff18\uff12\uff19\uff11\uff13",
        "MRN\u00a000482913",
        "M\u00adRN 004\u20608\u200d2913",
        "MRN 0\u03310482913",
        "MRN \u0660\u0660\u0664\u0668\u0662\u0669\u0661\u0663",
        "\u202bMRN 00482913\u202c",
    ],
)
def test_a_disguised_number_is_the_same_number(redactor, text):
    [token] = PSEUDONYM.finditer(redactor.redact_text(text, tenant="one"))
    plain = redactor.redact_text("MRN 00482913", tenant="one")
    assert token[0] == plain.removeprefix("MRN ")


@pytest.mark.parametrize(
    "name",
    [
        "MRN_00482913.pdf",
        "MRN00482913.pdf",
        "scans/SSN536229187.docx",
        "SSN536-22-9187_final.pdf",
        "wards/3/mrn-00482913_scan.pdf",
        "SSN_536-22-9187.docx",
        "letters/jane_doe@example.org.eml",
        "DOB_1956-12-03_report.txt",
        "scan_536-22-9187_final.pdf",
        "536-22-9187-scan.pdf",
    ],
)
def test_file_names_are_read_with_their_own_word_boundaries(redactor, name):
    made = redactor.redact(_document("", name=name))
    assert len(PSEUDONYM.findall(made.name)) == 1
    for value in ("00482913", "536-22", "536229187", "jane", "1956"):
        assert value not in made.name


def test_a_number_broken_over_a_line_has_the_pseudonym_of_the_whole_one(redactor):
    texts = ("536-22-9187", "536-22-\n9187", "SSN536-\n  22-9187")
    redacted = [redactor.redact_text(text, tenant="one") for text in texts]
    assert len({one.removeprefix("SSN") for one in redacted}) == 1
    assert PSEUDONYM.fullmatch(redacted[0])


def test_file_names_in_running_text_are_read_so_as_well(redactor):
    text = "Attached: MRN_00482913.pdf and scan_536-22-9187_final.pdf."
    redacted = redactor.redact_text(text, tenant="one")
    assert len(PSEUDONYM.findall(redacted)) == 2


def test_a_value_found_in_one_text_is_replaced_in_all(redactor):
    made = redactor.redact(
        _document(
            "MRN 00482913",
            title="About 00482913",
            name="00482913.pdf",
            subject="Re: 00482913",
        )
    )
    texts = (made.text, made.title, made.name, made.metadata["subject"])
    tokens = [PSEUDONYM.search(text) for text in texts]
    assert all(tokens)
    assert len({one[0] for one in tokens if one}) == 1
    assert "00482913" not in "".join(texts)


@pytest.mark.parametrize(
    "forged",
    ["[PERSON:abcdefgh]", "[PERSON\u200b:abcd\u00adefgh]", "\uff3bPERSON:abcdefgh\uff3d"],
)
def test_a_forged_pseudonym_is_replaced_and_counted(redactor, forged):
    made = redactor.redact(_document(f"See {forged} now"))
    assert "abcdefgh" not in made.text.replace("\u00ad", "").replace("\u200b", "")
    assert made.redaction_counts() == {"FORGED_PSEUDONYM": 1}
    [one] = made.redactions
    assert f"See {forged} now"[one.source_start : one.source_end] == forged


def test_a_pseudonym_is_not_taken_for_an_identifier(redactor):
    text = "claim number [CLAIM_NUMBER:a2345672] and MRN [MEDICAL_RECORD_NUMBER:22222222]"
    assert redactor.redact_text(text, tenant="one") == text


def test_names_of_a_model_are_merged_with_the_rest():
    made = PresidioRedactor(RedactSettings(), _KEY, Surnames())
    redacted = made.redact_text("Mr Sowande, MRN 00482913", tenant="one")
    assert [one[0] for one in PSEUDONYM.findall(redacted)] == ["PERSON", "MEDICAL_RECORD_NUMBER"]
    assert "PERSON" in made.kinds


def test_a_name_model_that_fails_fails_closed_and_tells_nothing(caplog):
    caplog.set_level(logging.DEBUG)
    made = PresidioRedactor(RedactSettings(), _KEY, Broken())
    with pytest.raises(RedactionError) as caught:
        made.redact_text("MRN 00482913", tenant="one")
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    assert "00482913" not in str(error) + caplog.text


def test_an_unsupported_language_is_refused_before_anything_is_loaded():
    with pytest.raises(ConfigurationError, match=r"redact\.language"):
        PresidioRedactor(RedactSettings(language="xx"), _KEY, NoNames())


def test_the_minimum_score_leaves_weak_findings():
    strict = PresidioRedactor(RedactSettings(minimum_score=0.95), _KEY, NoNames())
    text = "MRN 00482913 and jane@example.org"
    assert "00482913" in strict.redact_text(text, tenant="one")
    assert "jane" not in strict.redact_text(text, tenant="one")


def test_the_fingerprint_changes_with_what_changes_the_output():
    first = PresidioRedactor(RedactSettings(), _KEY, NoNames())
    others = [
        PresidioRedactor(RedactSettings(minimum_score=0.5), _KEY, NoNames()),
        PresidioRedactor(RedactSettings(), Pseudonyms(b"another key for tests"), NoNames()),
        PresidioRedactor(RedactSettings(), _KEY, Surnames()),
    ]
    assert len({first.fingerprint, *(one.fingerprint for one in others)}) == 4
    assert PresidioRedactor(RedactSettings(), _KEY, NoNames()).fingerprint == first.fingerprint


def test_making_a_redactor_and_its_fingerprint_load_nothing_heavy():
    code = (
        "import sys\n"
        "from rag.redact.engine import PresidioRedactor\n"
        "from rag.redact.names import NoNames\n"
        "from rag.redact.pseudonyms import Pseudonyms\n"
        "from rag.settings import RedactSettings\n"
        "PresidioRedactor(RedactSettings(), Pseudonyms(b'k' * 32), NoNames()).fingerprint\n"
        "heavy = {'presidio_analyzer', 'spacy', 'torch', 'phonenumbers'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or None)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_what_is_not_found_is_said(redactor):
    assert NOT_YET
    assert not redactor.kinds & {"ORGANIZATION", "LOCATION"}


_SEEDS = (
    "MRN 00482913",
    "born 30 October 1986",
    "SSN 536-22-9187",
    "call 020 7946 0118",
    "jane@example.org",
    "52 Kelp Street, WX4 1HB",
    "IBAN GB82WEST12345698765432",
    "account 12345678",
    "Case No. 24-1234",
    "1:24-cv-01234",
    "aged 92",
    "https://example.org/a",
    "NHS 943 476 5919",
    "[PERSON:abcdefgh]",
    "policy number HO-4471-882",
    "Suite 12",
    "routing number 021000021",
    "MRN00482913",
    "536-22-\n9187",
    "DOB 03051954",
    "07700900123",
    "41111111 11111111",
    "IBANGB82WEST12345698765432",
)
_PIECES = st.one_of(
    st.sampled_from(_SEEDS),
    st.text(alphabet="MRNabc0123456789 -/.:,_[]@#\n\u200b\uff11", max_size=14),
    st.sampled_from((", ", " ", "\n", ".", "-", "_", "12", "no.", "of")),
)
_TEXTS = st.lists(_PIECES, max_size=12).map("".join)
_SMALL = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(_TEXTS)
@_SMALL
def test_redacting_twice_is_redacting_once(redactor, text):
    once = redactor.redact_text(text, tenant="one")
    assert str(redactor.redact_text(str(once), tenant="one")) == str(once)


@given(_TEXTS)
@_SMALL
def test_ranges_are_exact_and_no_found_value_remains(redactor, text):
    made = redactor.redact(_document(text))
    position = source = 0
    for one in made.redactions:
        assert made.text[position : one.start] == text[source : one.source_start]
        assert PSEUDONYM.fullmatch(made.text[one.start : one.end])
        position, source = one.end, one.source_end
    assert made.text[position:] == text[source:]
    rest = PSEUDONYM.sub(" ", made.text).lower()
    for one in made.redactions:
        value = text[one.source_start : one.source_end].lower()
        if sum(map(str.isalnum, value)) >= 5:
            assert not _stands_in(value, rest)


def _stands_in(value: str, text: str) -> bool:
    """Say whether a value stands in a text as a whole, and not in a number or an amount."""
    start = text.find(value)
    while start >= 0:
        before, after = text[max(0, start - 2) : start], text[start + len(value) :][:2]
        glued = before[-1:].isalnum() or after[:1].isalnum()
        amount = before[-1:] in tuple(".,") or after[:1] in tuple(".,")
        if not glued and not (amount and value[-1:].isdigit()):
            return True
        start = text.find(value, start + 1)
    return False


@given(_TEXTS)
@_SMALL
def test_tenants_share_no_pseudonym(redactor, text):
    document = _document(text)
    one = redactor.redact(document)
    two = redactor.redact(replace(document, tenant="two"))
    tokens = [{match[0] for match in PSEUDONYM.finditer(made.text)} for made in (one, two)]
    assert not tokens[0] & tokens[1]
    assert len(one.redactions) == len(two.redactions)


def test_a_document_in_a_language_that_is_not_read_is_refused_and_said():
    german = (
        "Der Patient wurde am Montag von der Ärztin untersucht und soll sich in einer Woche wieder"
        " vorstellen, weil die Werte noch nicht gut sind und auch das Fieber nicht gesunken ist. "
    )
    document = _document(german * 3)
    with pytest.raises(SkipDocument, match="German"):
        PresidioRedactor(RedactSettings(), _KEY, NoNames()).redact(document)
    with pytest.raises(SkipDocument, match="German"):
        PresidioRedactor(RedactSettings(), _KEY, NoNames()).explain(document)
    anyway = RedactSettings(other_languages="redact")
    assert PresidioRedactor(anyway, _KEY, NoNames()).redact(document).text
