import unicodedata
from random import Random

import pytest

from pipelines.tagger.fillers import LISTED, Filler, is_known, write
from pipelines.tagger.patterns import atoms_of, known_atoms, read_list, render
from pipelines.tagger.people import CULTURES, LISTS, LOCALES, names_of
from pipelines.tagger.template import LABELS, REGISTERS, parse, read_templates, slots

ALL = [template for register in REGISTERS for template in read_templates(register)]
ROUNDS = 3


@pytest.fixture(scope="module")
def filled():
    filler = Filler(11)
    return [(template, *filler.fill(template)) for _ in range(ROUNDS) for template in ALL]


def test_equal_seeds_write_equal_texts(filled):
    filler = Filler(11)
    assert [filler.fill(template) for template in ALL] == [(t, s) for _, t, s in filled[: len(ALL)]]
    other = Filler(12)
    assert [other.fill(t)[0] for t in ALL] != [text for _, text, _ in filled[: len(ALL)]]


def test_spans_lie_in_the_text_in_order_and_apart(filled):
    for _, text, spans in filled:
        places = [place for start, end, _ in spans for place in (start, end)]
        assert places == sorted(places)
        assert all(0 <= start < end <= len(text) for start, end, _ in spans)


def test_spans_begin_and_end_with_what_they_name(filled):
    ragged = {
        text[start:end]
        for _, text, spans in filled
        for start, end, _ in spans
        if text[start:end] != text[start:end].strip() or text[start:end].lower().startswith("the ")
    }
    assert ragged == set()


def test_every_span_has_a_label_that_its_template_asked_for(filled):
    for template, _, spans in filled:
        asked = {slot.label for slot in slots(parse(template))}
        assert {label for _, _, label in spans} <= asked
        assert {label for _, _, label in spans} <= set(LABELS.values())


def test_a_template_without_choices_gives_a_span_for_each_of_its_names(filled):
    plain = [(t, spans) for t, _, spans in filled if "[[" not in t]
    assert plain
    for template, spans in plain:
        assert [label for _, _, label in spans] == [
            slot.label for slot in slots(parse(template)) if slot.label
        ]


def test_no_brace_is_left(filled):
    assert [text for _, text, _ in filled if "{{" in text or "}}" in text or "[[" in text] == []


def said(template, seed):
    text, spans = Filler(seed).fill(template)
    return [text[start:end] for start, end, _ in spans]


@pytest.mark.parametrize("seed", range(20))
def test_an_index_means_the_same_person_throughout(seed):
    last, first, again, upper = said(
        "{{PERSON#1:last}}|{{PERSON#1:first}}|{{PERSON#1:last}}|{{PERSON#1:upper}}", seed
    )
    assert last == again
    assert upper.lower() == f"{first} {last}".upper().lower()


@pytest.mark.parametrize("seed", range(20))
def test_an_index_means_the_same_organisation_throughout(seed):
    whole, short, again = said(
        "{{ORGANIZATION#1}}|{{ORGANIZATION#1:short}}|{{ORGANIZATION#1}}", seed
    )
    assert whole == again
    assert short[0].lower() in whole.lower()


def test_without_an_index_everybody_is_somebody_else():
    names = [name for seed in range(200) for name in said("{{PERSON}}|{{PERSON}}", seed)]
    assert len(set(names)) > 0.98 * len(names)


def test_text_is_wrapped_folded_and_shouted_now_and_then():
    template = "The applicant, {{TITLE=Mr}} {{PERSON}}, lives in {{LOCATION}} with his family. " * 4
    filler = Filler(3)
    texts = [filler.fill(template)[0] for _ in range(300)]
    assert 0 < sum(text.isupper() for text in texts) < 30
    assert 0 < sum(text.islower() for text in texts) < 40
    assert 0 < sum("\n" in text for text in texts) < 80


def test_nothing_fills_a_form_that_nobody_knows():
    (slot,) = slots(parse("{{x:unicorn}}"))
    assert not is_known(slot)
    with pytest.raises(ValueError, match="unicorn"):
        Filler(1).fill("{{x:unicorn}}")


@pytest.mark.parametrize(("kind", "form"), sorted(LISTED))
def test_every_list_asks_for_known_atoms_only(kind, form):
    items = read_list(LISTED[kind, form])
    assert len(items) >= 20
    assert {atom for item in items for atom in atoms_of(item)} <= known_atoms()
    filled_in = [render(Random(2), item) for item in items]
    assert [item for item in filled_in if "{" in item or "}" in item] == []


def test_every_list_on_the_disk_is_in_use():
    used = {*LISTED.values(), "companies", "towns", "streets", "titles", "saints", "trades"}
    used |= {"brand_nouns", "company_suffixes", *(f"people_{culture}" for culture in CULTURES)}
    assert {path.stem for path in LISTS.glob("*.txt")} == used


@pytest.mark.parametrize("culture", sorted({*LOCALES, *CULTURES}))
def test_every_culture_has_given_and_family_names_in_latin_script(culture):
    given, family = names_of(culture)
    assert len(given) >= 15
    assert len(family) >= 10
    letters = {letter for name in (*given, *family) for letter in name if letter.isalpha()}
    foreign = {c for c in letters if not unicodedata.name(c).startswith(("LATIN", "MODIFIER"))}
    assert foreign == set()


def test_dates_and_addresses_differ():
    rng = Random(5)
    assert len({write(rng, "DATE", "") for _ in range(300)}) > 280
    assert len({write(rng, "ADDRESS", "") for _ in range(300)}) > 250
    assert all("\n" in write(rng, "ADDRESS", "multi") for _ in range(20))
