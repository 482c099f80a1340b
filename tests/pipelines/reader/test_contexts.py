"""What the readers learn from: answers stand in the evidence, what is held out stays unseen."""

from __future__ import annotations

import re

import pytest

from pipelines.reader.attributes import attributes, carriers
from pipelines.reader.contexts import REFUSAL, Contexts, tail
from pipelines.reader.names import Names, is_held_out
from rag.redact.tokens import PSEUDONYM

CITED = re.compile(r" (.+?) \[(\d+)\](?=$| )")


def written(*, held_out, seed=5, count=120):
    source = Contexts(seed, held_out=held_out)
    return [source.write(1 + number % 8, 4) for number in range(count)]


def pattern(template):
    """What any filling of a template looks like."""
    slots = re.compile(r"\\\{[enNv]\\\}")
    body = slots.sub(".+", re.escape(template))
    return re.compile(body[:1] + body[1:], re.IGNORECASE)


def test_equal_seeds_write_equal_contexts():
    assert written(held_out=False, seed=3) == written(held_out=False, seed=3)
    assert written(held_out=False, seed=3) != written(held_out=False, seed=4)


@pytest.mark.parametrize("held_out", [False, True])
def test_every_answer_is_a_sentence_of_the_evidence_that_it_cites(held_out):
    seen = set()
    for context in written(held_out=held_out):
        for asked in context.asked:
            seen.add(asked.kind)
            cites = CITED.findall(asked.answer)
            assert len(cites) == {"one": 1, "two": 2, "absent": 0}[asked.kind]
            for sentence, number in cites:
                assert sentence in context.evidence[int(number) - 1]
            if asked.kind == "absent":
                assert asked.answer == REFUSAL
    assert seen == {"one", "two", "absent"}


@pytest.mark.parametrize("held_out", [False, True])
def test_what_is_refused_is_stated_nowhere(held_out):
    """No sentence of the evidence answers another question of the same words."""
    for context in written(held_out=held_out, seed=11):
        told = {one.question for one in context.asked if one.kind != "absent"}
        refused = {one.question for one in context.asked if one.kind == "absent"}
        assert told & refused == set()


def test_the_number_of_facts_is_the_number_of_sentences_with_one():
    source = Contexts(2, held_out=False)
    for number in range(60):
        context = source.write(1 + number % 8, 1, joined=0.0)
        assert len(context.evidence) == context.facts


def test_held_out_templates_are_of_every_kind_and_are_not_learnt_from():
    for ways in [one for a in attributes() for one in (a.facts, a.asks)]:
        assert ways.held_out
        assert ways.learnt
        assert not set(ways.held_out) & set(ways.learnt)
    general = carriers()
    for ways in (general.facts, general.asks, general.fillers):
        assert len(ways.held_out) >= 3
        assert not set(ways.held_out) & set(ways.learnt)


def test_training_never_writes_a_held_out_template():
    kept = [pattern(one) for one in carriers().asks.held_out]
    asked = [one.question for c in written(held_out=False, seed=8) for one in c.asked]
    assert not [text for text in asked if any(one.fullmatch(text) for one in kept)]
    asked = [one.question for c in written(held_out=True, seed=8) for one in c.asked]
    assert sum(any(one.fullmatch(text) for one in kept) for text in asked) > len(asked) / 4


@pytest.mark.parametrize("held_out", [False, True])
def test_names_are_of_one_side_in_all_their_parts(held_out):
    from random import Random

    names = Names(Random(1), held_out=held_out)
    people = [names.entity("lawyer") for _ in range(300)]
    words = [word for one in people if "[" not in one for word in one.split(" ")]
    assert len(words) > 300
    assert {is_held_out(word) for word in words} == {held_out}


def test_pseudonyms_are_those_of_the_redactor():
    texts = [c.head for c in written(held_out=False)]
    assert sum(len(PSEUDONYM.findall(text)) for text in texts) > 20
    for text in texts:
        rest = PSEUDONYM.sub("", text)
        assert not re.search(r"\[[A-Z]", rest)


def test_a_prompt_is_of_the_form_that_readers_know():
    context = Contexts(4, held_out=True).write(3, 1, joined=0.0)
    prompt = context.head + tail(context.asked[0].question)
    assert re.fullmatch(r"\[1\] .+\n\[2\] .+\n\[3\] .+\nQuestion: .+\nAnswer:", prompt)


def test_sentences_of_no_template_still_name_whom_they_are_about():
    source = Contexts(7, held_out=False, wild=1.0)
    seen = 0
    for context in (source.write(3, 3) for _ in range(60)):
        for asked in context.asked:
            if asked.kind == "one":
                (entity,) = asked.entities
                assert entity.lower() in asked.answer.lower()
                assert entity.lower() in asked.question.lower()
                seen += 1
    assert seen > 60
    assert source.write(3, 3) != Contexts(7, held_out=False).write(3, 3)


def test_what_a_question_is_about_is_told_with_it():
    for context in written(held_out=True):
        for asked in context.asked:
            assert len(asked.entities) == (2 if asked.kind == "two" else 1)
            assert all(name.lower() in asked.question.lower() for name in asked.entities)
