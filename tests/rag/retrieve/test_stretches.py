from __future__ import annotations

from rag.retrieve.stretches import stretches, widened
from rag.testing.found import ranked_in


def test_neighbours_become_one_in_the_place_of_the_better(document):
    made = document("First part.", "Second part.", "Far away.", "Third thing.")
    ranked = [
        ranked_in(made, "Second part.", score=3.0),
        ranked_in(made, "Third thing.", score=2.0),
        ranked_in(made, "First part.", score=1.0),
    ]
    found = stretches(ranked, merge=True)
    assert [str(one.text) for one in found] == ["First part.\n\nSecond part.", "Third thing."]
    assert found[0].score == 3.0
    assert len(found[0].passages) == 2
    assert len(stretches(ranked, merge=False)) == 3


def test_what_closes_a_gap_makes_one_of_three(document):
    made = document("One.", "Two.", "Three.")
    ranked = [ranked_in(made, t) for t in ("One.", "Three.", "Two.")]
    [found] = stretches(ranked, merge=True)
    assert found.text == made.text


def test_neighbours_in_two_documents_stay_apart(document):
    one, other = document("Same."), document("Same.", document_id="doc_2")
    assert len(stretches([ranked_in(one, "Same."), ranked_in(other, "Same.")], merge=True)) == 2


def test_a_short_one_is_widened_within_its_section_alone(document):
    made = document(
        "Rent:", "It is due monthly.", "Late rent bears interest.", "Notice:", "Three months."
    )
    [found] = stretches([ranked_in(made, "It is due monthly.")], merge=True)
    assert widened(found).text == "It is due monthly.\n\nLate rent bears interest."
    [last] = stretches([ranked_in(made, "Three months.")], merge=True)
    assert widened(last).text == "Three months."


def test_a_long_one_stays_and_none_grows_beyond_bounds(document):
    long, short = " ".join(["word"] * 50), "A short one."
    made = document(long, short, " ".join(["more"] * 119))
    [found] = stretches([ranked_in(made, long)], merge=True)
    assert widened(found) == found
    [small] = stretches([ranked_in(made, short)], merge=True)
    assert widened(small).text == f"{long}\n\n{short}"


def test_what_it_holds_stays_exactly_where_it_stands(document):
    made = document("Before.", "Middle.", "After.")
    [found] = stretches([ranked_in(made, "Middle.")], merge=True)
    wide = widened(found)
    assert made.text[wide.start : wide.end] == wide.text == made.text
