from __future__ import annotations

import pytest

from rag.retrieve.spellings import exact_parts, other_spellings, share_within

FORMS = {
    "What does INV-2024-001 cost?": {"INV2024001", "INV 2024 001"},
    "Who signed AB1234?": {"AB-1234", "AB 1234"},
    "What was paid on 3 March 2024?": {"2024-03-03", "March 3, 2024", "03.03.2024"},
    "Was $1.2 million paid?": {"1,200,000", "1200000"},
    "Who got 12,500.50 in May?": {"12500.50"},
    "How long is the notice period?": set(),
    "What of 2019 and 2018?": set(),
}


@pytest.mark.parametrize(("question", "forms"), FORMS.items())
def test_codes_amounts_and_dates_have_other_spellings(question, forms):
    found = set(other_spellings(question))
    assert forms <= found
    assert bool(found) == bool(forms)


def test_a_date_that_can_be_read_in_two_ways_has_no_other_spelling():
    assert other_spellings("What happened on 03/04/2024?") == []


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("Who said \u201cnot before May\u201d?", "He said: Not before  May, please.", 1.0),
        ('Where is "net rent"?', "The net rental value", 0.0),
        ("What does INV-2024-001 cost?", "Invoice inv2024001 of 5 EUR", 1.0),
        ("What does INV-2024-001 cost?", "Invoice INV-2024-0012", 0.0),
        ("Is [PERSON:k3f2mnop] here?", "Seen: [PERSON:k3f2mnop].", 1.0),
        ("Is [PERSON:k3f2mnop] here?", "Seen: [PERSON:aaaaaaaa].", 0.0),
        ("AB1234 on 3 March 2024", "AB 1234 was sent", 0.5),
        ("What is due?", "anything", 0.0),
    ],
)
def test_the_share_that_stands_in_a_text(question, text, share):
    assert share_within(exact_parts(question), text, text) == share


def test_nothing_is_found_twice():
    [part] = exact_parts('"AB-1234 of 3 March 2024"')
    assert part.spellings == ("ab-1234 of 3 march 2024",)


def test_what_is_asked_shows_in_no_repr():
    assert "k3f2" not in repr(exact_parts("[PERSON:k3f2mnop]"))


def test_who_is_meant_may_stand_elsewhere_in_the_document():
    parts = exact_parts("Which dose of AB-1234 was [PERSON:k3f2mnop] given?")
    document = "[PERSON:k3f2mnop] was seen. AB-1234 was given."
    assert share_within(parts, "AB-1234 was given.", document) == 1.0
    assert share_within(parts, "[PERSON:k3f2mnop] was seen.", document) == 0.5
