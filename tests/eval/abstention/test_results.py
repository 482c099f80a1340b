from __future__ import annotations

import math

from eval.abstention.results import Judged, area, results


def judged(likely, *, answered, group="g", kind="k"):
    return Judged(
        id="1",
        group=group,
        kind=kind,
        cluster=f"{likely}",
        answered=answered,
        likely=likely,
    )


GIVEN = [
    judged(0.1, answered=False),
    judged(0.2, answered=True),
    judged(0.3, answered=False, kind="other"),
    judged(0.9, answered=False),
    judged(0.8, answered=True),
]


def test_precision_and_recall_at_the_floor():
    [found] = results(GIVEN, 0.5)
    assert (found.cases, found.unanswered) == (5, 3)
    assert math.isclose(found.at_floor.precision.value.mean, 2 / 3)
    assert math.isclose(found.at_floor.recall.value.mean, 2 / 3)
    assert found.by_kind == {"k": (2, 1, 2, 1), "other": (0, 0, 1, 1)}
    assert len(found.shortfalls) == 2


def test_the_curve_goes_from_few_abstentions_to_many():
    [found] = results(GIVEN, 0.5)
    recalls = [one.recall.value.mean for one in found.curve]
    assert recalls == sorted(recalls)
    assert recalls[0] < recalls[-1]


def test_each_set_has_its_own_figures():
    names = [one.name for one in results([*GIVEN, judged(0.1, answered=True, group="h")], 0.5)]
    assert names == ["g", "h"]


def test_the_area_counts_pairs_and_ties_half():
    assert area([judged(0.5, answered=True), judged(0.5, answered=False)]) == 0.5
    assert math.isclose(area(GIVEN), 3 / 6)
    assert math.isnan(area(GIVEN[:1]))


def test_without_abstentions_there_is_no_precision():
    [found] = results(GIVEN, 0.0)
    assert found.at_floor.precision.value is None
    assert "precision" in found.shortfalls[0]
