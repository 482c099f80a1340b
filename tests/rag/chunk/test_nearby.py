from __future__ import annotations

from dataclasses import replace

from rag.chunk.nearby import with_nearby
from rag.redact.mint import stored
from rag.testing.vectors import passage


def chunks(*lengths):
    return [
        replace(passage("d", n), text=stored(" ".join([f"w{n}"] * length)))
        for n, length in enumerate(lengths)
    ]


def words_near(found, at):
    return set(" ".join(found[at].nearby).split())


def test_a_short_passage_borrows_from_the_nearest_first():
    found = with_nearby(chunks(10, 10, 10, 10, 10))
    assert " ".join(found[2].nearby).split()[:20] == ["w1"] * 10 + ["w3"] * 10
    assert words_near(found, 2) == {"w0", "w1", "w3", "w4"}
    assert words_near(found, 0) == {"w1", "w2", "w3"}


def test_a_long_passage_borrows_nothing_and_the_rest_stays_as_it_was():
    given = chunks(10, 410, 10)
    found = with_nearby(given)
    assert found[1].nearby == ()
    assert [replace(chunk, nearby=()) for chunk in found] == given


def test_what_would_be_too_much_is_passed_over_for_what_fits():
    found = with_nearby(chunks(20, 30, 390, 20))
    assert words_near(found, 1) == {"w0", "w3"}


def test_a_passage_alone_has_nothing_near():
    assert with_nearby(chunks(5))[0].nearby == ()
    assert with_nearby([]) == []
