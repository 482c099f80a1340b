"""The redactor under policies: every action, every shipped policy, several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rag.errors import ConfigurationError, RedactionError, SkipDocument
from rag.records import (
    Acl,
    Document,
    Element,
    ElementKind,
    Finding,
    Original,
    Parsed,
    RedactedDocument,
)
from rag.redact import engine
from rag.redact.engine import PresidioRedactor
from rag.redact.names import NoNames
from rag.redact.policy import Action, Policies, Reason
from rag.redact.policy_file import SHIPPED, load_policy, parse_policy
from rag.redact.pseudonyms import Pseudonyms
from rag.redact.ranges import to_redacted, to_source
from rag.redact.tokens import PSEUDONYM, TOKEN
from rag.settings import RedactSettings

_KEY = Pseudonyms(b"a key for the tests only")
_OWN = {
    "shifting": """
        name: shifting
        version: 1
        default: pseudonym
        kinds: {DATE: shift, DATE_OF_BIRTH: shift, POSTAL_CODE: generalise, AGE: generalise}
        date_order: day-first
        """,
    "choosy": """
        name: choosy
        version: 1
        default: mask
        kinds:
          US_SSN: drop
          URL: keep
          PHONE_NUMBER: {action: mask, minimum_score: 1}
        allow: [desk@example.org]
        """,
}
_NAMES = (*SHIPPED, *_OWN)


def _policies(*names: str) -> Policies:
    loaded = {
        name: parse_policy(_OWN[name].encode(), name) if name in _OWN else load_policy(name)
        for name in names
    }
    return Policies(default=names[0], by_reference=loaded)


class Memory:
    """A vault that keeps what it is told, to be looked at."""

    def __init__(self) -> None:
        self.calls: list[tuple[RedactedDocument, Sequence[Original]]] = []

    def remember(self, document: RedactedDocument, originals: Sequence[Original]) -> None:
        self.calls.append((document, originals))


class Surnames:
    """A name model that knows one surname."""

    fingerprint = "surnames"
    kinds = frozenset({"PERSON"})

    def find(self, text: str) -> list[Finding]:
        start = text.find("Sowande")
        return [Finding(kind="PERSON", start=start, end=start + 7, score=0.9)] if start >= 0 else []


@pytest.fixture(scope="module")
def several(presidio) -> PresidioRedactor:
    """A redactor with every policy at once, its recognizers borrowed."""
    return _with(presidio, _policies(*_NAMES))


def _with(presidio, policies: Policies, vault: Memory | None = None) -> PresidioRedactor:
    made = PresidioRedactor(RedactSettings(), _KEY, NoNames(), policies=policies, vault=vault)
    made._analysis, made._kinds = presidio.warm(), presidio.kinds
    return made


def _document(text: str, policy: str, **changes: str) -> Document:
    elements = (Element(kind=ElementKind.TEXT, start=0, end=len(text)),) if text else ()
    parsed = Parsed(
        text=text,
        title=changes.get("title", ""),
        elements=elements,
        media_type="text/plain",
        metadata={"subject": changes.get("subject", "")},
    )
    return Document(
        id=changes.get("id", "d"),
        tenant=changes.get("tenant", "one"),
        source="s",
        version="1",
        name=changes.get("name", "a.txt"),
        acl=Acl(),
        parsed=parsed,
        policy=policy,
    )


_NOTE = (
    "MRN 00482913, born 30 October 1936, SSN 536-22-9187. Seen 4 May 2011, a 92-year-old. "
    "Write to jane@example.org, 12 Kelp Street, Salem, MA 01970."
)


@pytest.mark.parametrize(
    ("policy", "shown"),
    [
        ("hipaa-safe-harbor", ("[MEDICAL_RECORD_NUMBER]", "born [DATE_OF_BIRTH]", "a [AGE=90+]")),
        ("hipaa-limited", ("[MEDICAL_RECORD_NUMBER:", "born 30 October 1936", "a 92-year-old")),
        ("gdpr", ("[MEDICAL_RECORD_NUMBER:", "born [DATE_OF_BIRTH:", "Seen 4 May 2011")),
        ("glba", ("[MEDICAL_RECORD_NUMBER:", "born [DATE_OF_BIRTH]", "SSN [US_SSN].")),
        ("court", ("[MEDICAL_RECORD_NUMBER]", "born [DATE_OF_BIRTH]", "[EMAIL_ADDRESS]")),
        ("shifting", ("[MEDICAL_RECORD_NUMBER:", "born [DATE_OF_BIRTH=193")),
    ],
)
def test_each_policy_does_what_it_says(several, policy, shown):
    made = several.redact(_document(_NOTE, policy))
    assert [one for one in shown if one not in made.text] == []
    for value in ("00482913", "536-22-9187", "jane@", "Kelp"):
        assert value not in made.text


def test_a_policy_that_drops_says_the_kind_and_nothing_else(several):
    with pytest.raises(SkipDocument) as caught:
        several.redact(_document("MRN 00482913, SSN 536-22-9187", "choosy"))
    assert "US_SSN" in str(caught.value)
    assert "536" not in str(caught.value)
    assert not isinstance(caught.value, RedactionError)


def test_a_drop_holds_for_every_text_of_a_document(several):
    with pytest.raises(SkipDocument, match="US_SSN"):
        several.redact(_document("nothing", "choosy", name="SSN 536-22-9187.txt"))


def test_what_is_kept_hides_nothing(several):
    text = "https://example.org/?mail=ngozi@example.org&mrn=00482913 for MRN 00482913"
    made = several.redact(_document(text, "choosy"))
    assert made.text.startswith("https://example.org/")
    assert "ngozi" not in made.text
    assert "00482913" not in made.text


def test_the_allow_list_and_the_minimum_score_leave_what_they_say(several):
    text = "DESK@example.org, ngozi@example.org, call 020 7946 0118"
    made = several.redact(_document(text, "choosy"))
    assert made.text == "DESK@example.org, [EMAIL_ADDRESS], call 020 7946 0118"


def test_a_document_of_an_unknown_policy_fails_closed(several):
    with pytest.raises(RedactionError):
        several.redact(_document("MRN 00482913", "no such policy"))


def test_dates_of_one_person_are_shifted_alike_in_all_his_documents(several):
    texts = ("MRN 00482913 seen 1 March 2011 and 2011-03-31", "MRN: 0048 2913. Seen 11/04/2011.")
    made = [several.redact(_document(text, "shifting", id=text)) for text in texts]
    found = [TOKEN.finditer(one.text) for one in made]
    first, second, third = (
        one["value"] for tokens in found for one in tokens if one["value"] is not None
    )
    assert third > second > first
    other = several.redact(_document("MRN 99999999 seen 1 March 2011", "shifting"))
    assert first not in other.text


def test_a_question_has_the_pseudonyms_of_every_policy_that_makes_them(several):
    question = several.redact_text("Who has MRN 00482913, born 30 October 1986?", tenant="one")
    for policy in ("gdpr", "shifting"):
        [token] = PSEUDONYM.findall(several.redact(_document("MRN 00482913", policy)).text)
        assert f"[{token[0]}:{token[1]}]" in question
    assert "October" not in question


def test_a_question_may_hold_any_token(several):
    text = "Is [PERSON] the [PERSON:abcdefgh] of [DATE=1984-03-09], [AGE=90+], [POSTAL_CODE=021**]?"
    assert several.redact_text(text, tenant="one") == text


def test_brackets_hide_nothing_that_is_no_token(several):
    assert "AB123456C" not in several.redact_text("NINO [AB123456C]", tenant="one")
    assert "00482913" not in several.redact_text("[MRN 00482913]", tenant="one")


def test_a_raw_document_is_not_trusted_with_tokens(several):
    made = several.redact(_document("born [DATE_OF_BIRTH=1984-03-09] [PERSON:abcdefgh]", "court"))
    assert "1984" not in made.text
    assert "abcdefgh" not in made.text


def test_the_vault_gets_what_every_token_of_a_document_stands_for(presidio):
    vault = Memory()
    redactor = _with(presidio, _policies("hipaa-safe-harbor"), vault)
    text = "MRN 00482913, SSN 536-22-9187, born 30 October 1986, later 0048-2913"
    given_texts = {"text": text, "title": "About 00482913", "name": "00482913.txt"}
    made = redactor.redact(_document(text, "", title=given_texts["title"], name="00482913.txt"))
    [(document, originals)] = vault.calls
    assert document is made
    shown = {"text": made.text, "title": made.title, "name": made.name}
    for part, expected in given_texts.items():
        restored = str(shown[part])
        for one in reversed([original for original in originals if original.part == part]):
            assert restored[one.start : one.end] == one.token
            restored = restored[: one.start] + one.value + restored[one.end :]
        assert restored == expected
    assert not any(one.value in repr(originals) for one in originals)


def test_the_vault_gets_nothing_of_questions_and_explanations(presidio):
    vault = Memory()
    redactor = _with(presidio, _policies("gdpr"), vault)
    redactor.redact_text("MRN 00482913", tenant="one")
    redactor.explain(_document("MRN 00482913", ""))
    assert vault.calls == []


def test_a_vault_that_fails_stops_the_document(presidio):
    class Full(Memory):
        def remember(self, document: RedactedDocument, originals: Sequence[Original]) -> None:
            super().remember(document, originals)
            raise RedactionError("the vault takes nothing")

    redactor = _with(presidio, _policies("gdpr"), Full())
    with pytest.raises(RedactionError, match="the vault"):
        redactor.redact(_document("MRN 00482913", ""))


def test_an_explanation_says_what_was_left_and_why(several):
    text = "MRN 00482913, DESK@example.org, call 020 7946 0118, see https://example.org/a"
    report = several.explain(_document(text, "choosy"))
    assert report.document == several.redact(_document(text, "choosy"))
    assert report.policy.name == "choosy"
    shown = {
        (one.kind, report.document.text[one.start : one.end], one.reason) for one in report.left
    }
    assert {
        ("EMAIL_ADDRESS", "DESK@example.org", Reason.ALLOWED),
        ("PHONE_NUMBER", "020 7946 0118", Reason.WEAK),
        ("URL", "https://example.org/a", Reason.KEPT),
    } <= shown
    assert report.left_counts()[Reason.WEAK] == {"PHONE_NUMBER": 1}
    assert "00482913" not in repr(report)


def test_a_fingerprint_changes_with_its_own_policy_alone(several):
    prints = {name: several.fingerprint_under(name) for name in _NAMES}
    assert len(set(prints.values())) == len(_NAMES)
    assert several.fingerprint == several.fingerprint_under("") == prints["gdpr"]
    fewer = PresidioRedactor(
        RedactSettings(policy="court", sources={"/a": "glba"}),
        _KEY,
        NoNames(),
        policies=_policies("court", "glba"),
    )
    assert fewer.fingerprint_under("court") == fewer.fingerprint == prints["court"]


def test_a_new_year_is_a_new_fingerprint_only_where_it_decides(several, monkeypatch):
    before = {name: several.fingerprint_under(name) for name in _NAMES}
    monkeypatch.setattr(engine, "current_year", lambda: 2087)
    after = {name: several.fingerprint_under(name) for name in _NAMES}
    assert {name for name in _NAMES if before[name] != after[name]} == {"hipaa-safe-harbor"}


def test_settings_name_the_policies_where_none_are_given():
    made = PresidioRedactor(RedactSettings(policy="court"), _KEY, NoNames())
    given_ones = PresidioRedactor(RedactSettings(), _KEY, NoNames(), policies=_policies("court"))
    assert made.fingerprint == given_ones.fingerprint
    with pytest.raises(ConfigurationError, match="there is no policy"):
        PresidioRedactor(RedactSettings(policy="none"), _KEY, NoNames())


def test_a_kind_that_nothing_finds_is_refused_when_the_recognizers_are_loaded():
    text = b"name: n\nversion: 1\ndefault: mask\nkinds: {LOCKER: keep}\n"
    policy = parse_policy(text, "n", known_kinds=None)
    policies = Policies(default="n", by_reference={"n": policy})
    redactor = PresidioRedactor(RedactSettings(), _KEY, NoNames(), policies=policies)
    with pytest.raises(ConfigurationError, match="unknown kind `LOCKER`"):
        redactor.redact_text("locker", tenant="one")


def test_a_kept_kind_of_a_name_model_is_left(presidio):
    text = b"name: n\nversion: 1\ndefault: mask\nkinds: {PERSON: keep}\n"
    policies = Policies(default="n", by_reference={"n": parse_policy(text, "n")})
    redactor = PresidioRedactor(RedactSettings(), _KEY, Surnames(), policies=policies)
    redactor._analysis, redactor._kinds = presidio.warm(), presidio.kinds
    made = redactor.redact(_document("Sowande, MRN 00482913", ""))
    assert made.text == "Sowande, MRN [MEDICAL_RECORD_NUMBER]"


_SEEDS = (
    "MRN 00482913",
    "born 30 October 1986",
    "DOB 05/04/1931",
    "seen on 4 May 2011",
    "2011-05-04",
    "in March 1999",
    "call 020 7946 0118",
    "jane@example.org",
    "52 Kelp Street, Salem, MA 01970",
    "IBAN GB82WEST12345698765432",
    "account 12345678",
    "Case No. 24-1234",
    "aged 92",
    "a 67-year-old",
    "EUR 5,000",
    "https://example.org/a",
    "[PERSON:abcdefgh]",
    "[DATE=1984-03-09]",
    "[US_NPI]",
    "Mr J. Smith",
    "MRN00482913",
)
_PIECES = st.one_of(
    st.sampled_from(_SEEDS),
    st.text(alphabet="MRNabc0123456789 -/.:,_[]@=#\n\u200b", max_size=12),
    st.sampled_from((", ", " ", "\n", ".", "-", "_", "12", "no.", "of")),
)
_TEXTS = st.lists(_PIECES, max_size=10).map("".join)
_ALL = pytest.mark.parametrize("policy", [name for name in _NAMES if name != "choosy"])
_SMALL = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_ALL
@given(text=_TEXTS)
@_SMALL
def test_redacting_twice_is_redacting_once(several, policy, text):
    document = _document(text, policy, title=text[:20], name=f"{text[:12]}.txt", subject=text)
    once = several.redact(document)
    again = replace(document.parsed, text=once.text, title=once.title, metadata=dict(once.metadata))
    twice = several.redact(replace(document, parsed=again, name=once.name))
    assert (str(twice.text), str(twice.title), str(twice.name)) == (
        str(once.text),
        str(once.title),
        str(once.name),
    )
    assert twice.redactions == ()


@_ALL
@given(text=_TEXTS)
@example(text="IBAN GB82WEST12345698765432\u200bIBAN GB82WEST12345698765432")
@_SMALL
def test_ranges_are_exact_and_no_value_acted_on_remains(several, policy, text):
    document = _document(text, policy, title=text, subject=text)
    made = several.redact(document)
    position = source = 0
    for one in made.redactions:
        assert made.text[position : one.start] == text[source : one.source_start]
        assert TOKEN.fullmatch(made.text[one.start : one.end])
        back = to_source(made.redactions, one.start, one.end)
        assert (back.start, back.end) == (one.source_start, one.source_end)
        there = to_redacted(made.redactions, one.source_start, one.source_end)
        assert (there.start, there.end) == (one.start, one.end)
        position, source = one.end, one.source_end
    assert made.text[position:] == text[source:]
    everything = "\n".join((made.text, made.title, made.name, *made.metadata.values()))
    rest = TOKEN.sub(" ", everything).lower()
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


@_ALL
@given(text=_TEXTS)
@_SMALL
def test_looking_for_what_is_kept_too_changes_nothing(several, policy, text):
    document = _document(text, policy, title=text)
    assert several.explain(document).document == several.redact(document)


@_ALL
@given(text=_TEXTS)
@_SMALL
def test_tenants_share_no_pseudonym(several, policy, text):
    document = _document(text, policy)
    one, two = (several.redact(replace(document, tenant=name)) for name in ("one", "two"))
    tokens = [{match[0] for match in PSEUDONYM.finditer(made.text)} for made in (one, two)]
    assert not tokens[0] & tokens[1]
    assert len(one.redactions) == len(two.redactions)


def test_the_properties_run_every_action():
    actions = {
        rule.action for name in _NAMES for rule in _policies(name).named(name).rules.values()
    }
    assert actions == set(Action)
