from __future__ import annotations

import json

import pytest

from eval.redaction.labels import Mark
from eval.redaction.readers import read_corpora
from eval.redaction.split import Part
from eval.split import held_out
from rag.errors import ConfigurationError

TEXT = "Mr Doe lives in Oslo."
PRESIDIO = {
    "full_text": TEXT,
    "spans": [
        {"entity_type": "TITLE", "start_position": 0, "end_position": 2, "entity_value": "Mr"},
        {"entity_type": "GPE", "start_position": 16, "end_position": 20, "entity_value": "Oslo"},
    ],
}
COURT = {
    "text": TEXT,
    "entities": [
        {
            "span_text": "Mr Doe",
            "entity_type": "PERSON",
            "start_offset": 0,
            "end_offset": 6,
            "entity_id": "e1",
            "identifier_type": "DIRECT",
        },
        {
            "span_text": "Oslo",
            "entity_type": "LOC",
            "start_offset": 16,
            "end_offset": 20,
            "entity_id": "e2",
            "identifier_type": "NO_MASK",
        },
    ],
}
PLAIN = {
    "text": TEXT,
    "spans": [
        {"start": 3, "end": 6, "kind": "person", "mark": "direct", "entity": "x"},
        {"start": 16, "end": 20, "kind": "LOCATION"},
    ],
}


def write(path, *rows, lines=True):
    text = "\n".join(map(json.dumps, rows)) if lines else json.dumps(rows)
    path.write_text(text, encoding="utf-8")
    return path


def rows_of(document):
    return [(span.start, span.end, span.kind, span.mark) for span in document.spans]


@pytest.mark.parametrize("lines", [True, False])
@pytest.mark.parametrize(
    ("row", "kind", "policy", "expected"),
    [
        (
            PRESIDIO,
            "presidio",
            "all",
            [(0, 2, "PERSON_TITLE", Mark.UNSAID), (16, 20, "LOCATION", Mark.UNSAID)],
        ),
        (
            COURT,
            "court",
            "court",
            [(0, 6, "PERSON", Mark.DIRECT), (16, 20, "LOCATION", Mark.NONE)],
        ),
        (
            PLAIN,
            "jsonl",
            "all",
            [(3, 6, "PERSON", Mark.DIRECT), (16, 20, "LOCATION", Mark.UNSAID)],
        ),
    ],
)
def test_a_format_is_recognised_by_its_content(tmp_path, lines, row, kind, policy, expected):
    [corpus] = read_corpora([write(tmp_path / "data.json", row, row, lines=lines)])
    assert (corpus.format, corpus.policy, corpus.name) == (kind, policy, "data")
    assert [document.id for document in corpus.documents] == ["data#1", "data#2"]
    assert rows_of(corpus.documents[0]) == expected
    assert corpus.documents[0].text == TEXT


def test_a_folder_of_brat_pairs_is_one_corpus(tmp_path):
    folder = tmp_path / "ward"
    folder.mkdir()
    (folder / "b.txt").write_text(TEXT)
    (folder / "b.ann").write_text("T1\tPERSON 0 6\tMr Doe\nA1\tRisk T1 QUASI\n")
    (folder / "a.txt").write_text("No one.")
    (folder / "a.ann").write_text("")
    [corpus] = read_corpora([folder])
    assert (corpus.name, corpus.format) == ("ward", "brat")
    first, second = corpus.documents
    assert first.spans == ()
    assert second.id == "ward#2"
    assert rows_of(second) == [(0, 6, "PERSON", Mark.QUASI)]


def test_a_folder_may_hold_several_formats(tmp_path):
    write(tmp_path / "one.json", PRESIDIO, lines=False)
    write(tmp_path / "two.jsonl", COURT)
    (tmp_path / "LICENSE").write_text("words")
    assert [corpus.format for corpus in read_corpora([tmp_path])] == ["presidio", "court"]


def test_the_parts_of_a_split_corpus_are_told_apart(tmp_path):
    rows = [{"full_text": f"Text {number}", "spans": []} for number in range(40)]
    path = write(tmp_path / "data.json", *rows, lines=False)
    [held] = read_corpora([path], part=Part.HELD_OUT)
    [trained] = read_corpora([path], part=Part.TRAINING)
    assert all(held_out(document.text, 2) for document in held.documents)
    assert len(held.documents) + len(trained.documents) == 40
    assert held.skipped == len(trained.documents) > 0
    assert held.sha256 == trained.sha256


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "line 1: not valid JSON"),
        ('[{"full_text": 1}\n{', "line 2: not valid JSON"),
        ('{"text": "a", "spans": []}\n{"text": "secret"', "line 2: not valid JSON"),
        ('{"text": "a", "spans": []}\n[3]', "line 2: not an object"),
        ('{"words": "secret"}', "line 1: no known format"),
        (
            '[{"full_text": "secret", "spans": [{}]}]',
            "document 1: `start_position` is missing; a",
        ),
        ('{"text": "secret", "spans": [{"start": 1, "end": 99, "kind": "A"}]}', "1-99 is not in"),
        ('{"text": "secret", "spans": [{"start": "x", "end": 2, "kind": "A"}]}', "no whole number"),
        ('{"text": "secret", "spans": [{"start": 0, "end": 2, "kind": 7}]}', "wrong type"),
        ('{"text": "secret", "spans": 7}', "wrong type"),
        (
            '{"text": "secret", "spans": [{"start": 0, "end": 2, "kind": "A", "mark": "secret"}]}',
            "the mark at 0-2",
        ),
        ("", "holds no labelled document"),
        ("[]", "holds no labelled document"),
    ],
)
def test_an_error_says_where_and_quotes_nothing(tmp_path, content, message):
    path = tmp_path / "data.jsonl"
    path.write_text(content)
    with pytest.raises(ConfigurationError) as raised:
        read_corpora([path])
    assert message in str(raised.value)
    assert str(path) in str(raised.value)
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_label_that_says_something_else_than_the_text_is_refused(tmp_path):
    row = json.loads(json.dumps(PRESIDIO))
    row["spans"][1]["entity_value"] = "Rome"
    with pytest.raises(ConfigurationError, match="16-20 is not what its label says"):
        read_corpora([write(tmp_path / "data.json", row)])


def test_text_that_is_not_utf8_is_refused_with_its_line(tmp_path):
    path = tmp_path / "data.jsonl"
    path.write_bytes(b'{"text": "a", "spans": []}\n\xff')
    with pytest.raises(ConfigurationError, match="line 2: not UTF-8"):
        read_corpora([path])


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_place_without_labels_is_refused(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationError, match=name):
        read_corpora([tmp_path / name])


def test_an_annotation_without_its_text_is_refused(tmp_path):
    (tmp_path / "a.ann").write_text("")
    with pytest.raises(ConfigurationError, match="a.txt cannot be read"):
        read_corpora([tmp_path])


def test_two_corpora_of_one_name_are_refused(tmp_path):
    path = write(tmp_path / "data.json", PLAIN)
    with pytest.raises(ConfigurationError, match="called data"):
        read_corpora([path, path])


def test_text_does_not_show(tmp_path):
    [corpus] = read_corpora([write(tmp_path / "data.json", COURT)])
    assert "Doe" not in repr(corpus)
