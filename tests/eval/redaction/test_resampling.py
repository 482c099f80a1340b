from __future__ import annotations

import pytest

from eval.intervals import bootstrap_mean
from eval.redaction.resampling import measures
from eval.redaction.scores import Counts


def rows(*numbers):
    return [
        {"m": Counts(gold=gold, hit=hit, predicted=predicted, right=right)}
        for gold, hit, predicted, right in numbers
    ]


def test_counts_of_documents_add_up():
    measure = measures(rows((4, 2, 3, 3), (6, 6, 7, 5)))["m"]
    assert measure.counts == Counts(gold=10, hit=8, predicted=10, right=8)
    assert measure.recall.mean == measure.precision.mean == 0.8
    assert measure.f2.mean == pytest.approx(0.8)


def test_f2_weighs_recall_twice():
    measure = measures(rows((10, 5, 4, 4)))["m"]
    assert measure.f2.mean == pytest.approx(5 * 0.5 * 1.0 / (4 * 1.0 + 0.5))


def test_a_redactor_that_finds_nothing_has_no_precision_and_f2_zero():
    measure = measures(rows((3, 0, 0, 0), (2, 0, 0, 0)))["m"]
    assert measure.precision is None
    assert measure.recall.mean == measure.f2.mean == 0


def test_what_no_document_has_is_not_measured():
    measure = measures(rows((0, 0, 2, 0)))["m"]
    assert (measure.recall, measure.f2) == (None, None)
    assert measure.precision.mean == 0


def test_a_measure_of_labels_alone_has_only_recall():
    measure = measures([{"direct": Counts(gold=2, hit=1)}])["direct"]
    assert (measure.recall.mean, measure.precision, measure.f2) == (0.5, None, None)


def test_a_document_that_lacks_a_measure_counts_nothing_there():
    found = measures([{"a": Counts(gold=1, hit=1)}, {"b": Counts(gold=4, hit=1)}])
    assert found["a"].recall.mean == 1
    assert found["b"].recall.mean == 0.25


def test_intervals_are_over_documents_and_as_wide_as_those_of_a_mean():
    """With one label a document, recall is a mean of zeros and ones."""
    hits = [int(number % 4 != 0) for number in range(200)]
    measure = measures(rows(*((1, hit, 1, hit) for hit in hits)))["m"]
    mean = bootstrap_mean([float(hit) for hit in hits])
    assert measure.recall.mean == mean.mean
    assert measure.recall.low == pytest.approx(mean.low, abs=0.012)
    assert measure.recall.high == pytest.approx(mean.high, abs=0.012)


def test_documents_that_differ_widen_the_interval():
    alike = measures(rows(*[(10, 5, 10, 5)] * 40))["m"].recall
    unlike = measures(rows(*[(10, 0, 10, 0), (10, 10, 10, 10)] * 20))["m"].recall
    assert alike.high == alike.low == 0.5
    assert unlike.high - unlike.low > 0.2


def test_the_same_counts_give_the_same_intervals():
    numbers = [(5, 3, 4, 2), (2, 2, 2, 2), (7, 1, 3, 1)]
    assert measures(rows(*numbers)) == measures(rows(*numbers))


def test_no_documents_have_no_measures():
    assert measures([]) == {}
