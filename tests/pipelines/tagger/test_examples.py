"""Examples: only training parts, other names in the same places, blanks that are no names."""

from __future__ import annotations

import json
from random import Random

import pytest

from eval.split import held_out
from pipelines.tagger.examples import Example, blanked, labelled, swapped, written
from pipelines.tagger.template import LABELS, REGISTERS
from rag.redact.shadow import BLANK

TEXT = "Mr Jan Kowalski (J. Kowalski) lives in Bytom since 1984, near Supreme Court Street."
SPANS = (
    (0, 2, "PERSON_TITLE"),
    (3, 15, "PERSON"),
    (17, 28, "PERSON"),
    (39, 44, "LOCATION"),
    (51, 55, "DATE"),
)
ONE = Example(text=TEXT, spans=SPANS, entities=("a", "a", "a", "b", "c"))


@pytest.mark.parametrize("seed", range(20))
def test_swapping_keeps_the_text_around_and_the_marks_in_place(seed):
    other = swapped(ONE, Random(seed))
    assert [kind for *_, kind in other.spans] == [kind for *_, kind in SPANS]

    def around(example: Example) -> list[str]:
        edges = [0, *(edge for start, end, _ in example.spans for edge in (start, end))]
        edges.append(len(example.text))
        return [example.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]

    assert around(other) == around(ONE)
    assert all(other.text[start:end].strip() for start, end, _ in other.spans)


def test_swapping_changes_names():
    texts = {swapped(ONE, Random(seed)).text for seed in range(20)}
    assert len(texts) > 10
    assert any("Kowalski" not in text for text in texts)


@pytest.mark.parametrize("seed", range(20))
def test_blanks_stand_where_names_stood_and_are_none(seed):
    other = blanked(ONE, Random(seed))
    assert len(other.spans) + other.text.count(BLANK) == len(SPANS)
    assert not any(BLANK in other.text[start:end] for start, end, _ in other.spans)
    assert other.text.endswith(TEXT[55:])


def test_only_the_training_part_of_a_corpus_is_read(tmp_path):
    rows = [
        {
            "full_text": f"Number {number} is Anna.",
            "spans": [
                {
                    "entity_type": "PERSON",
                    "entity_value": "Anna",
                    "start_position": 11 + len(str(number)),
                    "end_position": 15 + len(str(number)),
                }
            ],
        }
        for number in range(40)
    ]
    (tmp_path / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    [examples] = labelled([tmp_path / "rows.json"]).values()
    assert 5 < len(examples) < 35
    assert not any(held_out(one.text, 2) for one in examples)
    assert all(one.text[start:end] == "Anna" for one in examples for start, end, _ in one.spans)


def test_titles_and_public_bodies_are_labels_of_their_own(tmp_path):
    text = "Mr Jan Kowalski went to the Supreme Court."
    entities = [
        (0, 15, "PERSON", "DIRECT"),
        (28, 41, "ORG", "NO_MASK"),
    ]
    while held_out(text, 3):
        text += " "
    row = {
        "text": text,
        "entities": [
            {
                "start_offset": start,
                "end_offset": end,
                "entity_type": kind,
                "identifier_type": weight,
                "entity_id": f"e{start}",
                "span_id": f"s{start}",
                "span_text": text[start:end],
            }
            for start, end, kind, weight in entities
        ],
    }
    (tmp_path / "rows.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    [[example]] = labelled([tmp_path / "rows.jsonl"]).values()
    assert [(example.text[a:b], kind) for a, b, kind in example.spans] == [
        ("Mr", "PERSON_TITLE"),
        ("Jan Kowalski", "PERSON"),
        ("Supreme Court", "PUBLIC_BODY"),
    ]


def test_written_texts_come_from_every_register_and_are_the_same_again():
    first = list(written(REGISTERS, 60, seed=4))
    assert first == list(written(REGISTERS, 60, seed=4))
    assert first != list(written(REGISTERS, 60, seed=5))
    assert {kind for one in first for *_, kind in one.spans} <= set(LABELS.values())
    assert any(not one.spans for one in first)
