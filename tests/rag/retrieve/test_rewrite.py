from __future__ import annotations

import pytest

from rag.errors import ConfigurationError
from rag.records import RedactedText
from rag.redact.mint import stored
from rag.retrieve.rewrite import SHIPPED, Rewriter, read_glossary


@pytest.fixture(scope="module")
def rewriter():
    return Rewriter()


def test_a_question_is_added_to_and_never_changed(rewriter):
    question = stored("What is the governing law of INV-2024-001?")
    found = rewriter.rewritten(question)
    assert isinstance(found.meaning, RedactedText)
    assert found.meaning.startswith(question + ": ")
    assert "construed in accordance with the laws" in found.meaning
    assert found.words.startswith(found.meaning)


def test_other_spellings_are_searched_as_words_alone(rewriter):
    question = stored("What was paid for INV-2024-001 on 3 March 2024?")
    found = rewriter.rewritten(question)
    assert found.meaning is question
    assert "INV2024001" in found.words
    assert "2024-03-03" in found.words


def test_a_question_without_other_forms_stays_as_it_is(rewriter):
    question = stored("Which colour has the door?")
    found = rewriter.rewritten(question)
    assert (found.meaning, found.words, found.opening) == (question, question, False)


def test_what_the_question_says_already_is_not_added(rewriter):
    found = rewriter.rewritten(stored("What blood pressure was measured?"))
    assert found.meaning.casefold().count("blood pressure") == 1


@pytest.mark.parametrize(
    ("question", "added"),
    [("Was BP taken?", True), ("Was bp taken?", False), ("Was BPX taken?", False)],
)
def test_an_abbreviation_counts_in_capitals_and_whole(rewriter, question, added):
    assert ("blood pressure" in rewriter.rewritten(stored(question)).meaning) is added


@pytest.mark.parametrize(("question", "opening"), [("Who are the parties?", True), ("BP?", False)])
def test_what_stands_where_documents_begin_is_said(rewriter, question, opening):
    assert rewriter.rewritten(stored(question)).opening is opening


def test_an_own_glossary_comes_on_top(tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text("- {asked: [gizmo], written: [rotary coupling]}\n", encoding="utf-8")
    question = stored("Where is the gizmo, and the governing law?")
    found = Rewriter(own).rewritten(question).meaning
    assert "rotary coupling" in found
    assert "construed" in found


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_entry_can_be_asked_for(name):
    from importlib.resources import files

    text = (files("rag.retrieve") / "glossaries" / f"{name}.yaml").read_text("utf-8")
    entries = read_glossary(text, name)
    assert len(entries) >= 15
    assert all(entry.written for entry in entries)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {asked: [a]", "not valid YAML"),
        ("asked: [a]", "a list of entries"),
        ("- {asked: [a]}", "entry 1: it needs"),
        ("- {asked: [a], written: [b], more: c}", "entry 1: it needs"),
        ("- {asked: [a], written: [b]}\n- {asked: [], written: [b]}", "entry 2: `asked`"),
        ("- {asked: [a], written: [7]}", "entry 1: `written`"),
        ("- {asked: [a], written: [b], opening: 1}", "entry 1: `opening`"),
    ],
)
def test_a_wrong_glossary_is_refused_by_its_entry(text, said):
    with pytest.raises(ConfigurationError, match=said):
        read_glossary(text, "own.yaml")


def test_a_glossary_that_is_not_there_is_named_by_its_setting(tmp_path):
    with pytest.raises(ConfigurationError, match="retrieve.glossary"):
        Rewriter(tmp_path / "absent.yaml").rewritten(stored("Anything?"))
