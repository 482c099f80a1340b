"""What every chunker must do, as tests that the tests of an adapter inherit.

A new adapter needs five lines::

    class TestMyChunker(ChunkerContract):
        @pytest.fixture
        def chunker(self):
            return MyChunker(ChunkSettings(tokens=40))
"""
# ruff: noqa: D102  the name of a test says what it holds

from __future__ import annotations

from itertools import pairwise

import pytest

from rag.ports import Chunker
from rag.records import Acl, ElementKind, RedactedDocument, RedactedText
from rag.testing.layouts import Block, handbook, laid_out


def uncovered(chunker: Chunker, document: RedactedDocument) -> str:
    """Return the characters of a document's elements that no passage holds, without space.

    Running headers and footers of pages may be left out.
    """
    held: set[int] = set()
    for chunk in chunker.chunk(document):
        held.update(range(chunk.start, chunk.end))
    return "".join(
        document.text[at]
        for element in document.elements
        if not (element.kind is ElementKind.HEADER and element.page is not None)
        for at in range(element.start, element.end)
        if at not in held and not document.text[at].isspace()
    )


class ChunkerContract:
    """Exact ranges, in order, with nothing lost and permissions kept."""

    @pytest.fixture
    def chunker(self) -> Chunker:
        """Return a chunker whose passages are so short that a page holds several."""
        raise NotImplementedError

    def test_every_passage_is_its_range_of_the_document(self, chunker: Chunker) -> None:
        document = handbook()
        chunks = chunker.chunk(document)
        assert chunks
        for chunk in chunks:
            assert chunk.text == document.text[chunk.start : chunk.end]
            assert chunk.text.strip()

    def test_passages_are_redacted_text(self, chunker: Chunker) -> None:
        for chunk in chunker.chunk(handbook()):
            assert isinstance(chunk.text, RedactedText)
            assert isinstance(chunk.context, RedactedText)

    def test_passages_come_in_reading_order_and_are_counted(self, chunker: Chunker) -> None:
        chunks = chunker.chunk(handbook())
        assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
        assert all(a.start < b.start and a.end < b.end for a, b in pairwise(chunks))

    def test_nothing_but_white_space_and_running_headers_is_lost(self, chunker: Chunker) -> None:
        assert uncovered(chunker, handbook()) == ""

    def test_a_document_without_elements_has_no_passages(self, chunker: Chunker) -> None:
        assert list(chunker.chunk(laid_out([]))) == []

    def test_a_document_of_white_space_has_no_passages(self, chunker: Chunker) -> None:
        blank = laid_out([Block(kind=ElementKind.TEXT, text=" \n\n \t")])
        assert list(chunker.chunk(blank)) == []

    def test_a_passage_carries_where_it_is_from_and_who_may_read_it(self, chunker: Chunker) -> None:
        acl = Acl(groups=frozenset({"nurses"}), clearance=2)
        document = handbook(acl=acl)
        for chunk in chunker.chunk(document):
            assert (chunk.document_id, chunk.document_version) == (document.id, document.version)
            assert (chunk.tenant, chunk.acl) == (document.tenant, acl)

    def test_a_passage_names_the_page_it_begins_on(self, chunker: Chunker) -> None:
        document = handbook()
        for chunk in chunker.chunk(document):
            pages = [e.page for e in document.elements if e.start <= chunk.start < e.end]
            assert pages == [chunk.page]

    def test_no_passage_touches_two_pages(self, chunker: Chunker) -> None:
        document = handbook()
        for chunk in chunker.chunk(document):
            touched = [e for e in document.elements if e.start < chunk.end and chunk.start < e.end]
            assert {e.page for e in touched} == {chunk.page}

    def test_a_table_shares_no_passage_with_the_text_beside_it(self, chunker: Chunker) -> None:
        document = handbook()
        table = next(e for e in document.elements if e.kind is ElementKind.TABLE)
        for chunk in chunker.chunk(document):
            touches = chunk.start < table.end and table.start < chunk.end
            assert not touches or (table.start <= chunk.start and chunk.end <= table.end)

    def test_the_context_holds_the_title_and_the_headings_above(self, chunker: Chunker) -> None:
        document = handbook()
        last = chunker.chunk(document)[-1]
        for heading in ("Handbook of the wards", "Medicines"):
            assert heading in last.context
        assert "Cleaning" not in last.context

    def test_ids_differ_between_passages_and_versions_and_stay_the_same(
        self, chunker: Chunker
    ) -> None:
        first = [chunk.id for chunk in chunker.chunk(handbook())]
        again = [chunk.id for chunk in chunker.chunk(handbook())]
        other = [chunk.id for chunk in chunker.chunk(handbook(version="v2"))]
        assert first == again
        assert len(set(first + other)) == len(first) + len(other)

    def test_the_fingerprint_stays_the_same(self, chunker: Chunker) -> None:
        before = chunker.fingerprint
        chunker.chunk(handbook())
        assert before
        assert chunker.fingerprint == before
