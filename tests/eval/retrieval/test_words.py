from __future__ import annotations

import math

import pytest

from eval.retrieval.words import WordSearch
from rag.chunk.sections import SectionChunker
from rag.embed import bm25
from rag.records import Principal, Question, RedactedText
from rag.settings import ChunkSettings
from rag.store.filters import AllOf, Equals, OneOf
from rag.testing.fakes import TENANT, invented_document

EVERYTHING = Equals(field="tenant", value=TENANT)


@pytest.fixture
def search():
    documents = [
        invented_document("a", "Boats", ("Boat soup is warm.", "The boat is blue."), groups=("g",)),
        invented_document("b", "Menu", ("Soup is served at noon.",), groups=("g",)),
        invented_document("c", "Rota", ("Nobody is on duty.",), groups=("g",)),
    ]
    chunker = SectionChunker(ChunkSettings())
    chunks = [chunk for one in documents for chunk in chunker.chunk(one)]
    return WordSearch(chunks, {one.id: one for one in documents}, passages=2)


def asked(text):
    asker = Principal(tenant=TENANT, id="m", groups=frozenset())
    return Question(text=RedactedText(text), principal=asker)


def test_what_shares_rarer_words_comes_first_and_what_shares_none_not(search):
    found = [one.hit.document_id for one in search.ranked(asked("soup at noon"), within=EVERYTHING)]
    assert found[0] == "b"
    assert "c" not in found


def test_the_score_is_bm25s_with_rarity_among_the_rows(search):
    one_document = AllOf(parts=(EVERYTHING, Equals(field="document", value="b")))
    [found] = search.ranked(asked("noon"), within=one_document)
    weights = bm25.document_vector("Menu\nMenu\nSoup is served at noon.")  # its heading above it
    [term] = bm25.query_vector("noon").indices
    weight = dict(zip(weights.indices, weights.values, strict=True))[term]
    assert found.hit.score == pytest.approx(math.log1p(0.5 / 1.5) * weight)


def test_nothing_is_found_outside_the_rows(search):
    nothing = OneOf(field="document", values=())
    assert search.ranked(asked("soup"), within=nothing) == []
    assert search.evidence(asked("soup"), within=nothing) == []


def test_evidence_is_whole_passages(search):
    found = search.evidence(asked("boat soup noon"), within=EVERYTHING)
    assert [one.n for one in found] == [1, 2]
    assert all("soup" in one.text.lower() or "boat" in one.text.lower() for one in found)
    assert all(len(one.text) == one.end - one.start for one in found)
