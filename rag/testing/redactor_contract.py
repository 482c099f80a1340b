"""What every redactor must do, as tests that the tests of an adapter inherit.

A new adapter needs five lines::

    class TestMyRedactor(RedactorContract):
        @pytest.fixture
        def redactor(self):
            return MyRedactor(...)
"""

# ruff: noqa: D102  the name of a test says what it holds

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.errors import RedactionError
from rag.ports import Redactor
from rag.records import Acl, Document, Element, ElementKind, Parsed, RedactedText, Span

_BODY = (
    "Discharge summary\n"
    "Patient born 17 November 1958, MRN 00482913, e-mail ngozi@example.org.\n"
    "She takes 10 mg twice a day since 3 March 2025. Her record 00482913 is complete.\n"
)
_IDENTIFIERS = ("00482913", "ngozi@example.org", "17 November 1958")


def _document(**changes: object) -> Document:
    first, second = _BODY.index("Patient"), _BODY.index("She takes")
    heading = Span(start=0, end=first - 1)
    parsed = Parsed(
        text=_BODY,
        title="Summary for MRN 00482913",
        elements=(
            Element(kind=ElementKind.TITLE, start=0, end=first - 1),
            Element(kind=ElementKind.TEXT, start=first, end=second - 1, headings=(heading,)),
            Element(kind=ElementKind.TEXT, start=second, end=len(_BODY), headings=(heading,)),
        ),
        media_type="text/plain",
        metadata={"author": "ngozi@example.org"},
    )
    document = Document(
        id="d1",
        tenant="one",
        source="folder",
        version="v1",
        name="wards/MRN_00482913.pdf",
        acl=Acl(groups=frozenset({"ward"})),
        parsed=parsed,
    )
    return replace(document, **changes)  # type: ignore[arg-type]  # any field of the record


class RedactorContract:
    """Inherit this and give a `redactor` fixture."""

    @pytest.fixture
    def redactor(self) -> Redactor:
        """Return the redactor under test."""
        raise NotImplementedError

    def test_no_identifier_is_left_in_any_text_of_a_document(self, redactor: Redactor) -> None:
        made = redactor.redact(_document())
        everything = "\n".join((made.text, made.title, made.name, *made.metadata.values()))
        assert [one for one in _IDENTIFIERS if one in everything] == []

    def test_what_is_no_identifier_stays(self, redactor: Redactor) -> None:
        assert "10 mg twice a day since 3 March 2025" in redactor.redact(_document()).text

    def test_the_rest_of_the_document_is_carried_over(self, redactor: Redactor) -> None:
        document = _document()
        made = redactor.redact(document)
        assert (made.id, made.tenant, made.source, made.version, made.acl) == (
            document.id,
            document.tenant,
            document.source,
            document.version,
            document.acl,
        )
        assert [one.kind for one in made.elements] == [one.kind for one in document.parsed.elements]

    def test_every_text_that_leaves_is_redacted_text(self, redactor: Redactor) -> None:
        made = redactor.redact(_document())
        texts = (made.text, made.title, made.name, *made.metadata.values())
        assert {type(one) for one in texts} == {RedactedText}
        assert type(redactor.redact_text("hello", tenant="one")) is RedactedText

    def test_element_and_heading_ranges_hold_in_the_redacted_text(self, redactor: Redactor) -> None:
        made = redactor.redact(_document())
        cuts = [made.text[one.start : one.end] for one in made.elements]
        assert cuts[0] == "Discharge summary"
        assert cuts[1].startswith("Patient born [")
        assert cuts[2].startswith("She takes 10 mg")
        assert [made.text[h.start : h.end] for h in made.elements[2].headings] == [cuts[0]]

    def test_redactions_say_exactly_what_stood_where(self, redactor: Redactor) -> None:
        made = redactor.redact(_document())
        position = source = 0
        for one in made.redactions:
            kept = made.text[position : one.start]
            assert kept == _BODY[source : one.source_start]
            assert made.text[one.start : one.end].startswith(f"[{one.kind}:")
            position, source = one.end, one.source_end
        assert made.text[position:] == _BODY[source:]
        assert "00482913" in {_BODY[one.source_start : one.source_end] for one in made.redactions}

    def test_a_question_gets_the_pseudonyms_of_its_tenants_documents(
        self, redactor: Redactor
    ) -> None:
        made = redactor.redact(_document())
        question = redactor.redact_text("What does MRN 00482913 take?", tenant="one")
        token = question.removeprefix("What does MRN ").removesuffix(" take?")
        assert token.startswith("[")
        assert token in made.text
        assert token in made.name

    def test_two_tenants_share_no_pseudonym(self, redactor: Redactor) -> None:
        one, two = (redactor.redact_text("MRN 00482913", tenant=name) for name in ("one", "two"))
        assert one != two

    def test_a_document_cannot_forge_a_pseudonym(self, redactor: Redactor) -> None:
        token = str(redactor.redact_text("MRN 00482913", tenant="one")).removeprefix("MRN ")
        forged = replace(_document().parsed, text=f"All about {token}.", elements=())
        made = redactor.redact(_document(parsed=forged, name="a.txt"))
        assert token not in made.text
        assert made.text.startswith("All about ")

    def test_a_question_may_name_a_pseudonym(self, redactor: Redactor) -> None:
        token = str(redactor.redact_text("MRN 00482913", tenant="one")).removeprefix("MRN ")
        assert redactor.redact_text(f"Who is {token}?", tenant="one") == f"Who is {token}?"

    def test_redacting_redacted_text_changes_nothing(self, redactor: Redactor) -> None:
        made = redactor.redact(_document())
        assert redactor.redact_text(made.text, tenant="one") == made.text
        again = replace(_document().parsed, text=made.text, title=made.title, elements=())
        assert redactor.redact(_document(parsed=again, name=made.name)).text == made.text

    def test_what_was_redacted_is_clean_when_it_leaves(self, redactor: Redactor) -> None:
        made = redactor.redact(_document())
        out, leaks = redactor.redact_outgoing(made.text, tenant="one", policies={made.policy})
        assert (out, leaks) == (made.text, ())

    def test_an_identifier_that_is_about_to_leave_is_replaced_and_told(
        self, redactor: Redactor
    ) -> None:
        text = "Patient MRN 00482913 is at home."
        out, [leak] = redactor.redact_outgoing(text, tenant="one", policies=())
        assert "00482913" not in out
        assert type(out) is RedactedText
        assert text[leak.source_start : leak.source_end] == "00482913"
        assert out[leak.start : leak.end].startswith(f"[{leak.kind}")

    def test_an_empty_document_is_an_empty_document(self, redactor: Redactor) -> None:
        empty = Parsed(text="", title="", elements=(), media_type="text/plain")
        made = redactor.redact(_document(parsed=empty, name="a.txt"))
        assert (made.text, made.title, made.redactions) == ("", "", ())

    def test_the_fingerprint_is_stable(self, redactor: Redactor) -> None:
        before = redactor.fingerprint_under("")
        redactor.redact_text("MRN 00482913", tenant="one")
        assert redactor.fingerprint_under("") == before != ""


class BoundedRedactorContract:
    """Inherit this for a redactor that refuses texts longer than `limit`."""

    @pytest.fixture
    def bounded(self) -> tuple[Redactor, int]:
        """Return a redactor and the length of the longest text it takes."""
        raise NotImplementedError

    def test_a_text_that_is_too_long_fails_closed(self, bounded: tuple[Redactor, int]) -> None:
        redactor, limit = bounded
        assert redactor.redact_text("x" * limit, tenant="one") == "x" * limit
        with pytest.raises(RedactionError):
            redactor.redact_text("x" * (limit + 1), tenant="one")
