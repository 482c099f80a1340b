from __future__ import annotations

import pytest

from eval.redaction.identifiers import Identifier, load_identifiers, occurrences
from eval.redaction.labels import Mark
from rag.errors import ConfigurationError

JANE = Identifier(kind="PERSON", values=("Jane Doe", "Doe"), mark=Mark.DIRECT)
FIRM = Identifier(kind="ORGANIZATION", values=("Doe Ltd",), mark=Mark.NONE)


def places(text, *identifiers, **options):
    found = occurrences(text, identifiers, **options)
    return [(text[span.start : span.end], span.mark, span.entity) for span in found]


def test_every_spelling_is_found_as_a_whole_word():
    text = "Jane Doe, Doe's, Doering, McDoe, Jane\nDoe"
    assert [value for value, *_ in places(text, JANE)] == ["Jane Doe", "Doe", "Jane\nDoe"]
    assert {entity for *_, entity in places(text, JANE)} == {"0"}


def test_the_longest_wins_so_that_a_firm_is_no_person():
    assert places("Doe Ltd sued Doe", JANE, FIRM) == [
        ("Doe Ltd", Mark.NONE, "1"),
        ("Doe", Mark.DIRECT, "0"),
    ]


def test_file_names_have_any_case():
    assert places("note-doe.txt", JANE) == []
    assert places("note-doe.txt", JANE, any_case=True) == [("doe", Mark.DIRECT, "0")]


def test_a_list_is_read_and_a_bad_line_is_named(tmp_path):
    path = tmp_path / "identifiers.jsonl"
    path.write_text('{"kind": "PERSON", "values": ["Jane Doe", "Doe"]}\n')
    assert load_identifiers(path) == [JANE]
    for bad in ("{", '{"kind": "PERSON"}', '{"kind": "A", "values": ["B"], "mark": "x"}', "3"):
        path.write_text('{"kind": "PERSON", "values": ["Jane"]}\n' + bad)
        with pytest.raises(ConfigurationError, match="line 2: not an identifier"):
            load_identifiers(path)
