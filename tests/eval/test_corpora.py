"""The sample corpora are whole: rendered from their layouts, their cases borne out by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.cases import Expect, load_cases
from eval.corpora import generate
from pipelines.corpora import NAMES, cases_file, documents_folder
from pipelines.gold_spans import main as gold_spans

FORMATS = {".pdf", ".docx", ".html", ".eml", ".txt", ".csv"}


def documents(name: str) -> list[Path]:
    files = (path for path in documents_folder(name).rglob("*") if path.is_file())
    return sorted(path for path in files if path.name != "permissions.toml")


def test_binary_documents_are_what_their_layouts_render():
    assert generate.main(["--check"]) == 0


def test_every_gold_span_is_where_its_quote_stands():
    assert gold_spans(["--check"]) == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_corpus_has_the_formats_such_a_place_has(name):
    suffixes = {path.suffix for path in documents(name)}
    assert suffixes >= FORMATS
    assert len(documents(name)) >= 15
    if name == "clinic":
        assert suffixes >= {".hl7", ".json"}


@pytest.mark.parametrize("name", NAMES)
def test_a_corpus_asks_enough_of_every_kind(name):
    cases = load_cases(cases_file(name))
    kinds = [case.expect for case in cases]
    assert len(cases) >= 40
    assert min(kinds.count(kind) for kind in Expect) >= 6
    asked = {gold.document for case in cases for gold in case.gold}
    assert asked == {str(path.relative_to(documents_folder(name))) for path in documents(name)}
