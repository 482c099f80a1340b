from __future__ import annotations

from rag.retrieve.fold import diverse, folded
from rag.testing.found import WIDTH, ranked_in


def texts(found):
    return [str(passage.text) for passage in found]


def test_what_repeats_a_better_one_is_left_out(document):
    made = [
        document("The boiler is serviced every fourteen months by the landlord.", document_id="a"),
        document(
            "the boiler is serviced every fourteen  months, by the landlord!", document_id="b"
        ),
        document("The hedge is cut twice a year, never in March.", document_id="c"),
    ]
    found = folded([ranked_in(one, one.text, score=3.0 - n) for n, one in enumerate(made)])
    assert [one.hit.document_id for one in found] == ["a", "c"]


def test_a_small_change_of_a_long_text_is_the_same_and_of_a_short_one_is_not(document):
    long = " ".join(f"word{n}" for n in range(60))
    made = [
        document(long, document_id="a"),
        document(long.replace("word30", "other"), document_id="b"),
        document("Rent is 900 EUR.", document_id="c"),
        document("Rent is 950 EUR.", document_id="d"),
    ]
    found = folded([ranked_in(one, one.text, score=4.0 - n) for n, one in enumerate(made)])
    assert [one.hit.document_id for one in found] == ["a", "c", "d"]


def test_with_weight_what_is_like_a_better_one_waits(document):
    said = ("boiler valve steam pressure", "boiler valve steam limit", "hedge garden march leaves")
    made = [document(text, document_id=str(n)) for n, text in enumerate(said)]
    scores = (3.0, 2.0, 1.9)
    ranked = [ranked_in(one, one.text, score=s) for one, s in zip(made, scores, strict=True)]
    assert texts(diverse(ranked, weight=0.0, width=WIDTH)) == texts(ranked)
    found = diverse(ranked, weight=0.5, width=WIDTH)
    assert [one.hit.document_id for one in found] == ["0", "2", "1"]


def test_nothing_is_lost_by_diversity(document):
    made = [document(f"text number{n} about thing{n % 3}", document_id=str(n)) for n in range(9)]
    ranked = [ranked_in(one, one.text, score=9.0 - n) for n, one in enumerate(made)]
    found = diverse(ranked, weight=0.7, width=WIDTH)
    assert sorted(texts(found)) == sorted(texts(ranked))
    assert found[0] == ranked[0]
