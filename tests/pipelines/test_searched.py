from __future__ import annotations

import pytest

from eval.cases import load_cases
from pipelines.corpora import cases_file
from pipelines.searched import Held, Shapes, own_searches
from rag.errors import SkipDocument
from rag.records import ElementKind
from rag.testing.fakes import invented_document


def test_tables_and_paragraphs_become_what_ingest_makes_of_them():
    table = [["Item", "2019"], ["Hulls", "1,200"], ["", ""]]
    parsed = Shapes().assemble([table, "Masts are\n bought."])
    assert parsed.text == "Item: Hulls | 2019: 1,200\n\nMasts are\nbought."
    assert [one.kind for one in parsed.elements] == [ElementKind.TABLE, ElementKind.TEXT]
    with pytest.raises(SkipDocument):
        Shapes().assemble(["  "])


def test_what_is_held_is_what_is_asked_for_and_no_other_version():
    texts = Held()
    document = invented_document("d", "Rota", ("Soup.",), groups=())
    texts.by_id["d"] = document
    assert texts.documents([("d", "1"), ("d", "2"), ("e", "1")]) == {("d", "1"): document}
    assert texts.tokens([("d", "1", 0)]) == {}


def test_the_sample_questions_want_the_passages_that_answer_them():
    corpus = own_searches(("lawfirm",))
    texts = {one.id: one.parsed.text for one in corpus.documents}
    gold = {case.id: case.gold[0].quote for case in load_cases(cases_file("lawfirm")) if case.gold}
    [questions] = corpus.sets
    assert len(questions.cases) > 40
    for case in questions.cases:
        [wanted] = case.targets
        found = texts[wanted.document_id][wanted.start : wanted.end]
        assert found.split() == gold[case.id].split()
    assert all(one.acl.public for one in corpus.documents)
