from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.chunk.sections import SectionChunker, count_tokens
from rag.records import ElementKind
from rag.settings import ChunkSettings
from rag.testing.chunker_contract import ChunkerContract, uncovered
from rag.testing.layouts import Block, handbook, laid_out

TITLE, TEXT, TABLE = ElementKind.TITLE, ElementKind.TEXT, ElementKind.TABLE


class TestSectionChunker(ChunkerContract):
    @pytest.fixture
    def chunker(self):
        return SectionChunker(ChunkSettings(tokens=40))


class TestSectionChunkerWithOverlap(ChunkerContract):
    @pytest.fixture
    def chunker(self):
        return SectionChunker(ChunkSettings(tokens=40, overlap=12))


# Words, punctuation, what repeats, what no separator cuts, and scripts without spaces.
_WORDS = st.sampled_from(
    [
        "the",
        "boiler",
        "Dr.",
        "e.g.,",
        "5.9",
        "....",
        "ab",
        "\n",
        "\n\n",
        "  ",
        "\t",
        "[PERSON:k3f9]",
        "x" * 90,
        "患者は。",
        "🧹",
        "u\u0301",
        "\u2028",
        "\r\n",
        "end.",
        "«non»",
        "|",
    ]
)
_TEXTS = st.one_of(
    st.lists(_WORDS, min_size=1, max_size=60).map(" ".join),
    st.lists(_WORDS, min_size=1, max_size=30).map("".join),
    st.tuples(_WORDS, st.integers(min_value=1, max_value=80)).map(lambda p: f"{p[0]} " * p[1]),
    st.text(max_size=120),
)
_KINDS = st.sampled_from(list(ElementKind))
_BLOCKS = st.lists(
    st.builds(
        Block,
        kind=_KINDS,
        text=_TEXTS,
        level=st.integers(min_value=1, max_value=3),
        page=st.sampled_from([None, 1, 2]),
    ),
    max_size=8,
)


@settings(max_examples=150)
@given(
    blocks=_BLOCKS,
    tokens=st.integers(min_value=16, max_value=64),
    overlap=st.integers(min_value=0, max_value=15),
)
def test_any_document_is_cut_exactly_in_order_and_without_loss(blocks, tokens, overlap):
    document = laid_out(blocks)
    chunker = SectionChunker(ChunkSettings(tokens=tokens, overlap=overlap))
    chunks = chunker.chunk(document)
    assert [chunk.text for chunk in chunks] == [document.text[c.start : c.end] for c in chunks]
    assert all(a.start < b.start and a.end < b.end for a, b in pairwise(chunks))
    assert uncovered(chunker, document) == ""
    assert all(len(count_tokens(chunk.text)) <= tokens for chunk in chunks)


@settings(max_examples=60)
@given(blocks=_BLOCKS)
def test_without_overlap_no_character_stands_in_two_passages(blocks):
    chunks = SectionChunker(ChunkSettings(tokens=16)).chunk(laid_out(blocks))
    assert all(a.end <= b.start for a, b in pairwise(chunks))


def test_a_text_that_repeats_itself_is_cut_to_its_end():
    document = laid_out([Block(kind=TEXT, text="ab " * 100)])
    chunks = SectionChunker(ChunkSettings(tokens=16, overlap=8)).chunk(document)
    assert chunks[-1].end == len(document.text.rstrip())


def test_overlap_repeats_whole_words_of_the_passage_before():
    words = " ".join(f"word{n}" for n in range(60))
    document = laid_out([Block(kind=TEXT, text=words)])
    chunks = SectionChunker(ChunkSettings(tokens=20, overlap=5)).chunk(document)
    assert len(chunks) > 2
    for before, after in pairwise(chunks):
        repeated = document.text[after.start : before.end].split()
        assert repeated == before.text.split()[-5:]


def test_sentences_are_kept_whole_where_they_fit():
    sentences = [f"Room {n} is locked at 6.30 p.m. by Mr. Ito." for n in range(20)]
    document = laid_out([Block(kind=TEXT, text=" ".join(sentences))])
    for chunk in SectionChunker(ChunkSettings(tokens=40)).chunk(document):
        assert chunk.text.startswith("Room")
        assert chunk.text.endswith("Ito.")


def test_no_passage_crosses_a_heading():
    document = laid_out(
        [
            Block(kind=TITLE, text="Rent"),
            Block(kind=TEXT, text="It is due on the first."),
            Block(kind=TITLE, text="Notice"),
            Block(kind=TEXT, text="It is three months."),
        ]
    )
    chunks = SectionChunker(ChunkSettings()).chunk(document)
    assert [chunk.text for chunk in chunks] == [
        "Rent\n\nIt is due on the first.",
        "Notice\n\nIt is three months.",
    ]


def test_a_heading_stays_with_the_table_below_it_and_the_text_after_does_not():
    document = laid_out(
        [
            Block(kind=TITLE, text="Fees"),
            Block(kind=TABLE, text="Card | 5.00"),
            Block(kind=TEXT, text="Fees are reviewed in May."),
        ]
    )
    chunks = SectionChunker(ChunkSettings()).chunk(document)
    assert [chunk.text for chunk in chunks] == ["Fees\n\nCard | 5.00", "Fees are reviewed in May."]


def test_running_headers_are_left_out_and_headers_of_mail_are_not():
    document = laid_out(
        [
            Block(kind=ElementKind.HEADER, text="Subject: keys", page=None),
            Block(kind=TEXT, text="The keys are in the safe.", page=None),
            Block(kind=ElementKind.HEADER, text="Page 2 of 9", page=2),
        ]
    )
    text = " ".join(c.text for c in SectionChunker(ChunkSettings()).chunk(document))
    assert "Subject: keys" in text
    assert "Page 2 of 9" not in text


def test_a_passage_ends_with_its_page_and_what_has_no_page_continues():
    document = laid_out(
        [
            Block(kind=TITLE, text="Rent", page=1),
            Block(kind=TEXT, text="It is due on the first.", page=1),
            Block(kind=TEXT, text="Pay by transfer."),
            Block(kind=TEXT, text="It rises in May.", page=2),
            Block(kind=TEXT, text="It never falls.", page=2),
        ]
    )
    chunks = SectionChunker(ChunkSettings()).chunk(document)
    assert [(chunk.page, chunk.text) for chunk in chunks] == [
        (1, "Rent\n\nIt is due on the first.\n\nPay by transfer."),
        (2, "It rises in May.\n\nIt never falls."),
    ]
    assert chunks[1].context == "Rent"


@settings(max_examples=60)
@given(blocks=_BLOCKS)
def test_no_passage_of_any_document_touches_two_pages(blocks):
    document = laid_out(blocks)
    for chunk in SectionChunker(ChunkSettings(tokens=16)).chunk(document):
        within = [e for e in document.elements if e.start < chunk.end and chunk.start < e.end]
        assert len({e.page for e in within} - {None}) <= 1


@pytest.mark.parametrize("module", ["code_of", "version"])
def test_the_fingerprint_changes_with_the_code_and_the_splitter(monkeypatch, module):
    chunker = SectionChunker(ChunkSettings())
    before = chunker.fingerprint
    monkeypatch.setattr(f"rag.chunk.sections.{module}", lambda name: f"another {name}")
    assert chunker.fingerprint != before


@pytest.mark.parametrize("changed", [ChunkSettings(tokens=99), ChunkSettings(overlap=3)])
def test_the_fingerprint_changes_with_the_settings(changed):
    before = SectionChunker(ChunkSettings()).fingerprint
    assert SectionChunker(changed).fingerprint != before


def test_making_a_chunker_is_cheap_and_its_passages_show_no_text():
    chunker = SectionChunker(ChunkSettings())
    assert "_splitter" not in vars(chunker)
    assert "Handbook" not in repr(chunker.chunk(handbook()))
