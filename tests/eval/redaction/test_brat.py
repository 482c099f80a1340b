from __future__ import annotations

import pytest

from eval.redaction.brat import read_pair
from eval.redaction.labels import Mark

TEXT = "Jane A.\nDoe met Doe in Oslo."


def spans(labels):
    return [
        (span.start, span.end, span.kind, span.entity, span.mark)
        for span in read_pair(TEXT, labels)
    ]


def test_a_discontinuous_label_is_several_pieces_of_one_entity():
    assert spans("T1\tPER 0 4;8 11\tJane Doe") == [
        (0, 4, "PERSON", "T1", Mark.UNSAID),
        (8, 11, "PERSON", "T1", Mark.UNSAID),
    ]


def test_a_label_may_run_over_a_line():
    assert spans("T1\tPER 0 11\tJane A. Doe")[0][:2] == (0, 11)


def test_labels_that_are_equivalent_are_one_entity():
    labels = "T1\tPER 0 11\tJane A. Doe\r\nT2\tPER 16 19\tDoe\r\n*\tEquiv T1 T2 T1\r\n"
    assert {row[3] for row in spans(labels)} == {"T1"}


def test_chains_of_equivalents_are_one_entity():
    labels = "T1\tPER 0 4\tJane\nT2\tPER 8 11\tDoe\nT3\tPER 16 19\tDoe\n"
    labels += "*\tEquiv T2 T3\n*\tEquiv T3 T1\n*\tEquiv T1 T2\n"
    assert len({row[3] for row in spans(labels)}) == 1


def test_an_attribute_marks_the_risk():
    labels = "T1\tLOC 23 27\tOslo\nA1\tidentifier T1 NO_MASK\nA2\tSure T1\n#1\tNote T1\tJane\n"
    assert spans(labels) == [(23, 27, "LOCATION", "T1", Mark.NONE)]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("\nT1 PER 0 4 Jane", "line 2: not an entity"),
        ("T1\tPER 0 99\tJane", "line 1: the range 0-99 is not in the text"),
        ("T1\tPER 4 4\t", "line 1: the range 4-4"),
        ("T1\tPER 0 4\tJohn", "line 1: the text there is not what the label says"),
    ],
)
def test_a_bad_line_is_named_and_not_quoted(labels, message):
    with pytest.raises(ValueError, match=message) as raised:
        read_pair(TEXT, labels)
    assert "J" not in str(raised.value)
