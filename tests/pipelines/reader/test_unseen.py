"""The third set of words: complete, other than what readers learn from, and never learnt from."""

from __future__ import annotations

import ast
from pathlib import Path

import pipelines.reader
from pipelines.reader.attributes import attributes, carriers
from pipelines.reader.contexts import REFUSAL, own_wording
from pipelines.reader.measure import cases
from pipelines.reader.names import Names
from pipelines.reader.unseen import NOUNS, QUALITIES, unseen

MEASURING = {"card", "unseen"}


def templates(wording):
    general = wording.carriers
    ways = [general.facts, general.asks, general.fillers]
    ways += [one for each in wording.attributes for one in (each.facts, each.asks)]
    return {text for each in ways for text in (*each.learnt, *each.held_out)}


def test_no_template_is_one_of_training_and_there_are_no_fewer_than_were_held_out():
    ours, theirs = unseen(), own_wording(held_out=True)
    assert not templates(ours) & templates(theirs)
    assert len(ours.attributes) >= len(theirs.attributes)
    for way in ("facts", "asks", "fillers"):
        new, old = (getattr(one.carriers, way) for one in (ours, theirs))
        assert not new.learnt
        assert len(new.held_out) >= len(old.held_out)
    for one in ours.attributes:
        assert one.facts.held_out
        assert one.asks.held_out
        assert all("{e}" in text and "{v}" in text for text in one.facts.held_out)
        assert all("{e}" in text for text in one.asks.held_out)


def test_no_attribute_is_called_as_one_of_training():
    theirs = own_wording(held_out=False)
    known = {name for one in theirs.attributes for name in one.names}
    known |= {noun for line in theirs.nouns.values() for noun in line.split("|")}
    ours = {name for one in unseen().attributes for name in one.names}
    ours |= {noun for line in NOUNS.values() for noun in line.split("|")}
    assert not ours & known
    assert not set(QUALITIES) & set(theirs.qualities)


def test_what_trains_does_not_know_the_third_set():
    """It is imported by what measures alone, and its files are none of those that are learnt."""
    for path in Path(pipelines.reader.__file__).parent.glob("*.py"):
        named = {
            node.module
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)
        }
        assert ("pipelines.reader.unseen" in named) <= (path.stem in MEASURING), path.name
    assert not set(unseen().attributes) & set(attributes())
    assert unseen().carriers != carriers()


def test_cases_are_answered_by_a_sentence_of_their_evidence_or_by_none():
    some = cases(25, facts=(1, 5), wording=unseen())
    assert {"one", "absent"} <= {one.kind for one in some}
    assert some != cases(25, facts=(1, 5))
    for one in some:
        if one.kind == "one":
            assert one.answer.rpartition(" [")[0].strip() in one.prompt
        elif one.kind == "absent":
            assert one.answer == REFUSAL
    assert some == cases(25, facts=(1, 5), wording=unseen())


def test_no_name_of_a_person_is_one_of_training():
    from random import Random

    learnt = Names(Random(2), held_out=False)
    known = {word for _ in range(4000) for word in learnt.entity("lawyer").split()}
    ours = unseen().names(Random(2))
    people = [ours.entity("estate").removeprefix("the estate of ") for _ in range(400)]
    assert not {word for one in people for word in one.split()} & known
