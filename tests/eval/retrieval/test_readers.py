from __future__ import annotations

import json

import pytest

from eval.retrieval.cases import Part, of_part
from eval.retrieval.readers import read_corpora
from eval.split import held_out
from rag.errors import ConfigurationError


def read(path, shaping):
    [corpus] = read_corpora([path], shaping)
    return corpus


def texts_of(corpus):
    return {one.id: one.parsed.text for one in corpus.documents}


def test_snippets_become_documents_and_the_same_text_one(snippets, shaping):
    corpus = read(snippets, shaping)
    texts = texts_of(corpus)
    assert sorted(texts.values()) == [
        "A Tarn pump runs day and night.",
        "In June yew and common beech are cut.",
        "The boiler is fed by the Tarn pump.",
    ]
    [questions] = corpus.sets
    found = {one.id: [texts[t.document_id] for t in one.targets] for one in questions.cases}
    assert [len(found[name]) for name in ("q1", "q2", "q3")] == [2, 1, 1]
    assert found["q3"] == ["A Tarn pump runs day and night."]
    assert all(t.end == len(texts[t.document_id]) for one in questions.cases for t in one.targets)


def test_exact_answers_are_those_that_the_snippets_hold(snippets, shaping):
    [questions] = read(snippets, shaping).sets
    answers = {one.id: one.answers for one in questions.cases}
    assert answers == {
        "q1": (("Tarn pump",),),
        "q2": (("yew",), ("beech", "common beech")),
        "q3": (),
    }


def test_a_report_is_its_table_and_its_paragraphs_in_order(reports, shaping):
    corpus = read(reports, shaping)
    [text] = texts_of(corpus).values()
    assert text.split("\n\n") == [
        "2019 | 2018\nHulls | $ 1,200 | 900\nMasts | 40.5 | 7",
        "Sales of the boatyard.",
        "Masts are bought from Orme.",
    ]
    [questions] = corpus.sets
    assert {one.cluster for one in questions.cases} == {"t1"}
    assert {one.id: one.answers for one in questions.cases} == {
        "r1": (("1,200",), ("900",)),
        "r2": (("Orme",),),
        "r3": (("Hulls",), ("Masts",)),
    }


def test_the_halves_are_fixed_by_hash_and_make_the_whole(snippets, shaping):
    [questions] = read(snippets, shaping).sets
    tune, test = (of_part(questions, part) for part in (Part.TUNE, Part.TEST))
    assert {one.id for one in test.cases} == {n for n in ("q1", "q2", "q3") if held_out(n, 2)}
    assert {*tune.cases, *test.cases} == {*questions.cases}
    assert (tune.left_out, test.left_out) == (len(test.cases), len(tune.cases))
    assert of_part(questions, Part.ALL) == questions


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"questions": [{"id": "a", "body": "Boiler?"', "line 1: not valid JSON"),
        ('{"answers": []}', "no known form"),
        ("[]", "no known form"),
        ('{"questions": ["Boiler?"]}', "entry 1: not an object"),
        ('{"questions": [{"id": "a", "body": "Boiler?"}]}', "entry 1: `snippets` is missing"),
        ('{"questions": [{"id": "a", "body": 7, "snippets": [{"text": "Boiler"}]}]}', "wrong type"),
        ('{"questions": [{"id": "a", "body": "B", "snippets": [{"text": " "}]}]}', "is empty"),
        ('[{"table": {"uid": "Boiler"}, "paragraphs": []}]', "entry 1: `table` is missing"),
        ('[{"table": {"uid": "B", "table": "Boiler"}, "paragraphs": []}]', "wrong type"),
    ],
)
def test_bad_data_is_refused_with_its_place_and_no_content(tmp_path, shaping, content, message):
    path = tmp_path / "data.json"
    path.write_text(content)
    with pytest.raises(ConfigurationError) as refused:
        read_corpora([path], shaping)
    assert message in str(refused.value)
    assert str(path) in str(refused.value)
    assert "Boiler" not in str(refused.value)


def test_an_id_that_stands_twice_is_refused(tmp_path, snippets, shaping):
    rows = json.loads((snippets / "a.json").read_text())
    (snippets / "c.json").write_text(json.dumps(rows))
    with pytest.raises(ConfigurationError, match=r"c\.json, entry 1: its id stands twice"):
        read_corpora([snippets], shaping)


def test_what_is_not_there_is_said(tmp_path, shaping):
    with pytest.raises(ConfigurationError, match="does not exist"):
        read_corpora([tmp_path / "none"], shaping)
    with pytest.raises(ConfigurationError, match=r"holds no \.json file"):
        read_corpora([tmp_path], shaping)


def test_two_corpora_of_one_name_are_refused(snippets, shaping):
    with pytest.raises(ConfigurationError, match="two corpora are called snippets"):
        read_corpora([snippets, snippets], shaping)
