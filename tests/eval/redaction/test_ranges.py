from __future__ import annotations

import pytest

from eval.redaction.ranges import Range, joined, overlap, trimmed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  (Jane Doe), ", (3, 11)),
        ("Jane", (0, 4)),
        ("€ 500.", (2, 5)),
        (" -- ", None),
        ("", None),
    ],
)
def test_white_space_and_punctuation_are_cut_off(text, expected):
    cut = trimmed(text, Range(0, len(text), "A"))
    assert (cut and (cut.start, cut.end)) == expected


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("Jane Doe", [(0, 4, "A"), (5, 8, "A")], [(0, 8, "A")]),
        ("Jane, Doe", [(5, 9, "A"), (0, 5, "A")], [(0, 9, "A")]),
        ("Jane of Doe", [(0, 4, "A"), (8, 11, "A")], [(0, 4, "A"), (8, 11, "A")]),
        ("Jane Doe", [(0, 4, "A"), (5, 8, "B")], [(0, 4, "A"), (5, 8, "B")]),
        (
            "Jane 7 Doe",
            [(0, 4, "A"), (5, 6, "B"), (7, 10, "A")],
            [(0, 4, "A"), (5, 6, "B"), (7, 10, "A")],
        ),
        ("Jane Doe", [(0, 8, "A"), (0, 4, "A")], [(0, 8, "A")]),
        ("... Jane", [(0, 3, "A"), (4, 8, "A")], [(4, 8, "A")]),
    ],
)
def test_neighbours_of_one_family_become_one(text, spans, expected):
    done = joined(text, [Range(*span) for span in spans])
    assert [(one.start, one.end, one.family) for one in done] == expected


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([(10, 20)], 1.0),
        ([(10, 15)], 0.5),
        ([(10, 30)], 0.5),
        ([(10, 14), (15, 20)], 0.9),
        ([(10, 16), (12, 20)], 1.0),
        ([(0, 10)], 0.0),
        ([(5, 25)], 0.5),
    ],
)
def test_overlap_is_what_is_shared_of_both(others, expected):
    label = Range(10, 20, "A")
    assert overlap(label, [Range(start, end, "A") for start, end in others]) == expected
