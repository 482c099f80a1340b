"""Overlapping findings become one, always the same one, and cover all that was found."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rag.records import Finding
from rag.redact.merge import merge


def _finding(kind: str, start: int, end: int, score: float = 0.5) -> Finding:
    return Finding(kind=kind, start=start, end=end, score=score)


def _merged(*findings: Finding, text: str = "x" * 100) -> list[tuple[str, int, int]]:
    return [(one.kind, one.start, one.end) for one in merge(text, findings)]


def test_the_longest_gives_the_kind():
    assert _merged(_finding("URL", 5, 12, 1.0), _finding("EMAIL_ADDRESS", 0, 12)) == [
        ("EMAIL_ADDRESS", 0, 12)
    ]


def test_of_equal_length_the_higher_score_gives_the_kind():
    assert _merged(_finding("A", 0, 9, 0.4), _finding("B", 0, 9, 0.8)) == [("B", 0, 9)]


def test_of_equal_score_the_more_telling_kind_is_taken():
    assert _merged(_finding("PHONE_NUMBER", 0, 9), _finding("US_SSN", 0, 9)) == [("US_SSN", 0, 9)]
    assert _merged(_finding("ZZ", 0, 9), _finding("AA", 0, 9)) == [("AA", 0, 9)]


def test_a_date_or_an_age_that_was_told_apart_gives_the_kind():
    birth = _finding("DATE_OF_BIRTH", 5, 12, 0.6)
    assert _merged(_finding("DATE", 0, 12, 1.0), birth) == [("DATE_OF_BIRTH", 0, 12)]
    assert _merged(_finding("AGE", 0, 12), _finding("AGE_OVER_89", 3, 9)) == [
        ("AGE_OVER_89", 0, 12)
    ]
    longer = _finding("PHONE_NUMBER", 0, 14)
    assert _merged(_finding("DATE", 0, 12), birth, longer) == [("PHONE_NUMBER", 0, 14)]


def test_partial_overlap_leaves_no_piece_uncovered():
    assert _merged(_finding("A", 0, 10), _finding("B", 8, 15)) == [("A", 0, 15)]


def test_neighbours_stay_apart():
    assert _merged(_finding("A", 0, 5), _finding("B", 5, 9)) == [("A", 0, 5), ("B", 5, 9)]


def test_pieces_of_one_address_are_joined():
    text = "46 Quay Road,\nWX3 5RT and 46 Quay Road"
    pieces = [_finding("STREET_ADDRESS", 0, 12), _finding("POSTAL_CODE", 14, 21)]
    assert _merged(*pieces, text=text) == [("STREET_ADDRESS", 0, 21)]


def test_two_postal_codes_alone_are_not_an_address():
    text = "WX3 5RT, WX3 5RT"
    pieces = [_finding("POSTAL_CODE", 0, 7), _finding("POSTAL_CODE", 9, 16)]
    assert len(_merged(*pieces, text=text)) == 2


_ANY = st.builds(
    lambda kind, start, length, score: _finding(kind, start, start + length, score),
    st.sampled_from(["A", "US_SSN", "STREET_ADDRESS", "POSTAL_CODE", "DATE", "DATE_OF_BIRTH"]),
    st.integers(0, 60),
    st.integers(1, 20),
    st.sampled_from([0.4, 0.6, 1.0]),
)


@given(st.lists(_ANY, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_covers_everything_once_in_any_order(findings, random):
    text = "a, b " * 20
    merged = merge(text, findings)
    shuffled = list(findings)
    random.shuffle(shuffled)
    assert merge(text, shuffled) == merged
    covered = [place for one in merged for place in range(one.start, one.end)]
    assert len(covered) == len(set(covered))
    assert {p for one in findings for p in range(one.start, one.end)} <= set(covered)
    assert merged == sorted(merged, key=lambda one: one.start)
