"""The name model: where it finds names, and which files it refuses."""

from __future__ import annotations

import json

import pytest

from rag.errors import ConfigurationError
from rag.redact.tagger.model import (
    CARD,
    PIECES,
    WEIGHTS,
    TaggerNames,
    _is_written_as_name,
)


def found(model: TaggerNames, text: str, near=None) -> list[str]:
    return [text[one.start : one.end] for one in model.find(text, near)]


def test_it_finds_what_it_knows_where_it_stands(folder):
    model = TaggerNames(folder)
    assert found(model, "Yesterday Maria came, and MARÍA left.") == ["Maria", "MARÍA"]
    assert found(model, "Nobody came.") == []
    assert found(model, "") == []
    assert {one.kind for one in model.find("Maria")} == {"PERSON"} == model.kinds


def test_a_long_text_is_read_in_pieces_that_agree_with_the_whole(folder):
    text = "word " * 5_000 + "Maria " + "word " * 3_000 + "Maria"
    assert [one.start for one in TaggerNames(folder).find(text)] == [25_000, 40_006]


def test_near_some_places_it_reads_no_further(folder):
    text = "Maria " + "word " * 200 + "Maria " + "word " * 200 + "Maria"
    middle = text.index("Maria", 10)
    assert [one.start for one in TaggerNames(folder).find(text, [middle - 12])] == [middle]
    assert found(TaggerNames(folder), text, []) == []


@pytest.mark.parametrize(
    ("forms", "kind", "name"),
    [
        (["South"], "LOCATION", False),
        (["South", "Carolina"], "LOCATION", True),
        (["L"], "ORGANIZATION", False),
        (["micromol"], "STREET_ADDRESS", False),
        (["5049"], "STREET_ADDRESS", True),
        (["J"], "PERSON", True),
        (["maria"], "PERSON", False),
    ],
)
def test_what_is_not_written_as_a_name_is_none(forms, kind, name):
    assert _is_written_as_name(forms, kind) is name


def test_nothing_is_loaded_before_it_reads(folder):
    (folder / WEIGHTS).unlink()
    model = TaggerNames(folder)
    assert model.kinds == {"PERSON"}
    assert model.fingerprint
    with pytest.raises(ConfigurationError, match="cannot be read"):
        model.find("Maria")


def test_other_weights_than_the_card_says_are_refused(folder):
    data = bytearray((folder / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (folder / WEIGHTS).write_bytes(bytes(data))
    with pytest.raises(ConfigurationError, match="not its card's"):
        TaggerNames(folder).find("Maria")


def test_weights_that_do_not_fit_the_card_are_refused(folder):
    card = json.loads((folder / CARD).read_text())
    card["network"]["width"] = 5
    (folder / CARD).write_text(json.dumps(card))
    with pytest.raises(ConfigurationError, match="does not fit"):
        TaggerNames(folder).find("Maria")


def test_a_vocabulary_that_does_not_fit_is_refused(folder):
    (folder / PIECES).write_text("maria\nanna\n")
    with pytest.raises(ConfigurationError, match="does not fit"):
        TaggerNames(folder).find("Maria")


@pytest.mark.parametrize("card", ["", "[]", '{"labels": []}'])
def test_a_card_that_is_none_is_refused(folder, card):
    (folder / CARD).write_text(card)
    with pytest.raises(ConfigurationError):
        _ = TaggerNames(folder).kinds


def test_the_fingerprint_tells_models_apart(folder):
    one = TaggerNames(folder).fingerprint
    card = json.loads((folder / CARD).read_text())
    card["sha256"] = "0" * 64
    (folder / CARD).write_text(json.dumps(card))
    assert TaggerNames(folder).fingerprint != one
