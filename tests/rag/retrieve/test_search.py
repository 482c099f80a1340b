from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rag.access.rows import readable
from rag.records import ElementKind, Hit, QueryVectors, SparseVector
from rag.retrieve.search import Retriever
from rag.settings import RetrieveSettings
from rag.store.filters import Equals
from rag.testing.found import asked, packed_tokens
from rag.testing.layouts import Block, laid_out
from rag.testing.passages import question

WITHIN = Equals(field="public", value=True)
DOCUMENT = laid_out(
    [
        Block(kind=ElementKind.TITLE, text="Rent", page=1),
        Block(kind=ElementKind.TEXT, text="It is due on the first.", page=1),
        Block(kind=ElementKind.TITLE, text="Notice", page=2),
        Block(kind=ElementKind.TEXT, text="It is three months.", page=2),
    ],
    title="Lease",
)
NOTICE = DOCUMENT.text.index("It is three")


def hit(start=NOTICE, end=None, *, document_id="doc_1", version="v1", score=0.5):
    return Hit(
        chunk_id="c",
        document_id=document_id,
        document_version=version,
        ordinal=0,
        start=start,
        end=len(DOCUMENT.text) if end is None else end,
        page=2,
        score=score,
    )


class OneQuestion:
    """Embeds every question alike, and remembers it."""

    def __init__(self):
        self.asked = []

    def embed_question(self, text, *, words=None):  # noqa: ARG002  the port's signature
        self.asked.append(text)
        return QueryVectors(
            dense=np.ones(2, dtype=np.float32), sparse=SparseVector(indices=(), values=())
        )


class Index:
    """Returns what it is given, one list a search, the last again and again."""

    def __init__(self, *found):
        self.found = list(found)
        self.searches = []

    def search(self, query, *, readable, limit):
        assert isinstance(query, QueryVectors)
        self.searches.append((readable, limit))
        return (self.found.pop(0) if len(self.found) > 1 else self.found[0])[:limit]


class Texts:
    """Knows one version of one document, and counts the reads."""

    def __init__(self):
        self.reads = 0

    def documents(self, wanted):
        self.reads += 1
        return {key: DOCUMENT for key in wanted if key == (DOCUMENT.id, DOCUMENT.version)}


def retriever(index, texts=None, **settings):
    return Retriever(OneQuestion(), index, texts or Texts(), RetrieveSettings(**settings))


def test_evidence_is_the_redacted_text_at_its_range_with_title_and_headings():
    [found] = retriever(Index([hit()])).evidence(question("notice?"), within=WITHIN)
    assert found.text == "It is three months."
    assert (found.title, found.context) == ("Lease", "Lease > Notice")
    assert DOCUMENT.text[found.start : found.end] == found.text
    assert (found.n, found.page, found.document_version) == (1, 2, "v1")


PLAIN = {
    "rerank": "none",
    "fold": False,
    "diversity": 0.0,
    "merge": False,
    "expand": False,
    "evidence_tokens": 0,
}


def test_evidence_is_numbered_from_one_in_the_order_of_the_index():
    index = Index([hit(score=0.9), hit(0, 4, score=0.5), hit(6, 29, score=0.1)])
    found = retriever(index, **PLAIN).evidence(question("rent?"), within=WITHIN)
    assert [(e.n, e.score) for e in found] == [(1, 0.9), (2, 0.5), (3, 0.1)]


def test_every_search_is_under_the_filter_it_was_given_and_limited():
    index = Index([hit()] * 9)
    found = retriever(index, **PLAIN, passages=3).evidence(question("rent?"), within=WITHIN)
    assert index.searches == [(WITHIN, 80)]
    assert len(found) == 3


def test_what_is_asked_for_exactly_comes_first():
    index = Index([hit(0, 4, score=0.9), hit(score=0.5)])
    settings = {**PLAIN, "exact": True}
    found = retriever(index, **settings).evidence(question('"three months"'), within=WITHIN)
    assert found[0].text == "It is three months."
    settings["exact"] = False
    found = retriever(index, **settings).evidence(question('"three months"'), within=WITHIN)
    assert found[0].text == "Rent"


def test_a_question_is_searched_with_its_other_forms_unless_that_is_off():
    embedder = OneQuestion()
    for rewrite in (True, False):
        settings = RetrieveSettings(rewrite=rewrite)
        made = Retriever(embedder, Index([]), Texts(), settings)
        made.evidence(question("What is the governing law?"), within=WITHIN)
    assert "construed in accordance" in embedder.asked[0]
    assert embedder.asked[1] == "What is the governing law?"


class Tokens(Texts):
    """Keeps the token vectors of the passages that begin at some place."""

    def tokens(self, wanted):
        return {key: packed_tokens(("hedge garden", "three months")[key[2]]) for key in wanted}


def test_what_documents_open_with_is_looked_for_where_they_open():
    index = Index([replace(hit(), ordinal=7, score=0.9), replace(hit(0, 4), score=0.1)])
    settings = RetrieveSettings(**{**PLAIN, "rerank": "tokens"})
    made = Retriever(OneQuestion(), index, Texts(), settings)
    assert made.ranked(question("Who are the parties?"), within=WITHIN)[0].text == "Rent"
    assert made.ranked(question("Who pays?"), within=WITHIN)[0].text == "It is three months."


class Worded(OneQuestion):
    """Embeds the words of a question as tokens."""

    def embed_question(self, text, *, words=None):  # noqa: ARG002  the port's signature
        return asked(text)


def test_candidates_are_ranked_again_by_the_tokens_that_are_kept():
    index = Index([hit(0, 4, score=0.9), replace(hit(score=0.5), ordinal=1)])
    settings = RetrieveSettings(**{**PLAIN, "rerank": "tokens", "exact": False})
    made = Retriever(Worded(), index, Tokens(), settings)
    found = made.ranked(question("three months"), within=WITHIN)
    assert [one.text for one in found] == ["It is three months.", "Rent"]
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_a_model_that_reads_decides_where_it_is_asked_for():
    class Longest:
        def scores(self, _text, passages):
            return [float(len(passage)) for passage in passages]

    index = Index([hit(0, 4, score=0.9), hit(score=0.5)])
    settings = RetrieveSettings(**{**PLAIN, "rerank": "model", "rerank_model": "m"})
    made = Retriever(OneQuestion(), index, Texts(), settings, reranker=Longest())
    assert made.evidence(question("rent?"), within=WITHIN)[0].text == "It is three months."


def test_sentences_are_chosen_under_the_budget():
    settings = RetrieveSettings(evidence_tokens=6, merge=False, expand=False)
    made = Retriever(OneQuestion(), Index([hit(6, 29), hit()]), Texts(), settings)
    found = made.evidence(question("three months"), within=WITHIN)
    assert [one.text for one in found] == ["It is three months."]


def test_the_best_passages_and_the_evidence_of_one_search_are_those_of_two():
    hits = [hit(6, 29, score=0.9), hit(0, 4, score=0.8), hit(score=0.7)] * 6
    index, again = Index(hits), Index(hits)
    settings = RetrieveSettings(evidence_tokens=6)
    one, two = (Retriever(Worded(), i, Tokens(), settings) for i in (index, again))
    asking = question("three months")
    ranking, packed = one.looked(asking, within=WITHIN, limit=2)
    apart = two.ranked(asking, within=WITHIN)[:2]
    assert [(r.hit, r.score) for r in ranking] == [(r.hit, r.score) for r in apart]
    assert packed == two.evidence(asking, within=WITHIN)
    assert index.searches.count((WITHIN, 80)) == 1


def test_a_document_is_read_once_however_many_of_its_passages_are_found():
    texts = Texts()
    retriever(Index([hit()] * 4), texts).evidence(question("rent?"), within=WITHIN)
    assert texts.reads == 1


def test_a_document_that_was_replaced_meanwhile_is_searched_anew():
    index = Index([hit(version="v0")], [hit()])
    [found] = retriever(index).evidence(question("rent?"), within=WITHIN)
    assert found.document_version == "v1"
    assert index.searches == [(WITHIN, 80)] * 2


@pytest.mark.parametrize("lost", [hit(document_id="doc_2"), hit(version="v0")])
def test_a_text_that_stays_away_is_no_evidence(lost):
    index = Index([lost])
    assert retriever(index).evidence(question("rent?"), within=WITHIN) == []
    assert 1 < len(index.searches) < 10


def test_nothing_found_is_no_evidence():
    texts = Texts()
    assert retriever(Index([]), texts).evidence(question("rent?"), within=WITHIN) == []
    assert texts.reads == 0


def test_making_a_retriever_loads_nothing():
    Retriever(None, None, None, RetrieveSettings())


class Sure:
    """Says the same of everything, and remembers what it was shown."""

    def __init__(self):
        self.shown = []

    def likelihood(self, shown):
        self.shown.append(shown)
        return 0.25


class InTokens(OneQuestion):
    """Embeds questions with token vectors."""

    def embed_question(self, text, *, words=None):  # noqa: ARG002  the port's signature
        self.asked.append(text)
        return asked("three months")


class Kept(Texts):
    """Keeps token vectors of what it knows."""

    def tokens(self, wanted):
        return {key: packed_tokens("It is three months.") for key in wanted}


def test_evidence_says_how_likely_it_answers_by_what_the_asker_may_read_besides():
    index, sure = Index([hit()]), Sure()
    found = Retriever(InTokens(), index, Kept(), RetrieveSettings(), judge=sure)
    [one] = found.evidence(question("three months?"), within=WITHIN)
    assert one.likely == 0.25
    assert len(sure.shown) == 1
    (within, _), (everything, _) = index.searches
    assert within == WITHIN
    assert everything == readable(question("x").principal)


def test_without_token_vectors_evidence_is_taken_as_it_is():
    sure = Sure()
    found = Retriever(OneQuestion(), Index([hit()]), Texts(), RetrieveSettings(), judge=sure)
    [one] = found.evidence(question("notice?"), within=WITHIN)
    assert one.likely == 1.0
    assert not sure.shown
