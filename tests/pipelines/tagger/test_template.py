import re

import pytest

from pipelines.tagger.fillers import is_known
from pipelines.tagger.template import (
    LABELS,
    REGISTERS,
    Choice,
    Slot,
    parse,
    read_templates,
    slots,
)

FEWEST = {
    "records": 75,
    "clinical": 220,
    "legal": 220,
    "finance": 220,
    "everyday": 200,
    "negatives": 250,
}
TITLE_AND_NAME = re.compile(r"\b(Mr|Mrs|Ms|Miss|Dr|Prof|Judge|Lord)\.? \{\{PERSON")


def labelled(template):
    return [slot for slot in slots(parse(template)) if slot.label]


def test_a_template_is_text_slots_and_choices():
    assert parse("a {{PERSON#1:last}} [[b|{{x:drug}}]]") == (
        "a ",
        Slot(kind="PERSON", form="last", index="1"),
        " ",
        Choice(ways=(("b",), (Slot(kind="x", form="drug", index=""),))),
    )


def test_words_can_be_labelled_as_they_stand():
    (slot,) = slots(parse("{{TITLE=Mr.}} "))
    assert (slot.said, slot.label) == ("Mr.", "PERSON_TITLE")


def test_only_names_have_labels():
    assert {slot.label for slot in slots(parse("{{x:drug}} {{AGE}}"))} == {None, "AGE"}


@pytest.mark.parametrize(
    "template", ["{{ANIMAL}}", "{{PERSON", "PERSON}}", "{{PERSON:first last}}", "{{x|drug}}"]
)
def test_what_is_no_slot_is_refused(template):
    with pytest.raises(ValueError, match="slot"):
        parse(template)


@pytest.mark.parametrize("register", REGISTERS)
def test_every_slot_of_every_template_can_be_filled(register):
    found = [slot for template in read_templates(register) for slot in slots(parse(template))]
    assert found
    assert [slot for slot in found if not is_known(slot)] == []


@pytest.mark.parametrize("register", REGISTERS)
def test_there_are_many_different_templates(register):
    templates = read_templates(register)
    assert len(templates) >= FEWEST[register]
    assert len(set(templates)) == len(templates)


@pytest.mark.parametrize("register", REGISTERS)
def test_a_third_of_each_register_names_nobody(register):
    templates = read_templates(register)
    free = [template for template in templates if not labelled(template)]
    assert len(free) >= len(templates) / 3


def test_negatives_name_nobody():
    assert [t for t in read_templates("negatives") if labelled(t)] == []


def test_every_label_is_met_in_every_register_that_has_names():
    for register in REGISTERS[:-1]:
        met = {slot.label for t in read_templates(register) for slot in labelled(t)}
        assert met == set(LABELS.values()), register


@pytest.mark.parametrize("register", REGISTERS)
def test_no_title_before_a_name_goes_without_its_label(register):
    assert [t for t in read_templates(register) if TITLE_AND_NAME.search(t)] == []
