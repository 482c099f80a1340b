from __future__ import annotations

from itertools import pairwise

import pytest

from eval.curves import At, Axis, curves, distribution
from eval.pages import environment

TOKENS = Axis(title="Evidence, tokens", text=lambda v: f"{v:,.0f}")
RIGHT = Axis(title="Right", text=lambda v: f"{v:.0%}", most=1.0)
SECONDS = Axis(title="Seconds", text=lambda v: f"{v:g}", logarithmic=True)


def test_more_is_further_right_and_better_is_higher():
    chart = curves({"small": [At(x=200, y=0.5), At(x=1_600, y=0.9)]}, TOKENS, RIGHT)
    first, second = chart.curves[0].marks
    assert first.x < second.x
    assert first.y > second.y
    assert (chart.x_title, chart.y_title) == ("Evidence, tokens", "Right")
    assert second.title == "small: 90% at 1,600"


def test_a_share_has_its_whole_axis_and_the_marks_their_places():
    chart = curves({"a": [At(x=0, y=0.0), At(x=10, y=1.0)]}, TOKENS, RIGHT)
    assert [tick.label for tick in chart.y_ticks] == ["0%", "20%", "40%", "60%", "80%", "100%"]
    low, high = chart.curves[0].marks
    assert (low.y, high.y) == (chart.bottom, chart.top)
    assert (low.x, high.x) == (chart.left, chart.right)


def test_by_logarithm_a_power_of_ten_is_as_wide_as_the_next():
    chart = curves({"a": [At(x=1, y=0.01), At(x=2, y=0.1), At(x=3, y=1.0)]}, TOKENS, SECONDS)
    steps = [a.y - b.y for a, b in pairwise(chart.curves[0].marks)]
    assert steps[0] == pytest.approx(steps[1], abs=0.2)
    assert "logarithmic" in chart.y_title
    assert [tick.label for tick in chart.y_ticks] == ["0.01", "0.1", "1"]


@pytest.mark.parametrize("value", [0.0, 1e-9, 0.5, 3.0, 1e6])
def test_everything_stays_within_the_axes(value):
    for axis in (TOKENS, SECONDS):
        chart = curves({"a": [At(x=value, y=value, low=0, high=value * 2)]}, axis, axis)
        [mark] = chart.curves[0].marks
        assert chart.left <= mark.x <= chart.right
        assert chart.top <= mark.upper <= mark.y <= mark.lower <= chart.bottom


def test_names_do_not_touch_though_curves_end_alike():
    chart = curves({f"model-{n}": [At(x=1, y=0.8)] for n in range(8)}, TOKENS, RIGHT)
    heights = sorted(curve.label_y for curve in chart.curves)
    assert all(b - a >= 15 for a, b in pairwise(heights))
    assert heights[-1] <= chart.bottom
    assert len({(c.dashes, c.number % 5) for c in chart.curves[:5]}) == 5


def test_nothing_is_no_chart():
    for empty in ({}, {"a": []}):
        with pytest.raises(ValueError, match="a value at least"):
            curves(empty, TOKENS, RIGHT)


def test_a_distribution_ends_at_all_of_them():
    assert distribution([3.0, 1.0, 2.0, 4.0]) == [
        At(x=1.0, y=0.25),
        At(x=2.0, y=0.5),
        At(x=3.0, y=0.75),
        At(x=4.0, y=1.0),
    ]


def test_the_template_draws_names_escaped_with_units():
    made = environment().get_template("curves.html").module
    chart = curves({"<b>": [At(x=1, y=0.5, low=0.4, high=0.6)]}, TOKENS, RIGHT)
    svg = str(made.drawn(chart, "Quality"))
    assert "&lt;b&gt;" in svg
    assert "<b>" not in svg
    assert "Evidence, tokens" in svg
    assert svg.count("<circle") == 1
    assert svg.count("whisker") == 1


def test_kinds_stand_side_by_side_in_the_order_of_their_names_and_are_not_joined():
    kinds = Axis(title="Verdict", text=str, names=("grounded", "partial", "abstained"))
    values = {"a": [At(x=-0.1, y=0.9), At(x=1.9, y=0.4)], "b": [At(x=0.1, y=0.8)]}
    chart = curves(values, kinds, RIGHT)
    assert [tick.label for tick in chart.x_ticks] == ["grounded", "partial", "abstained"]
    first, second = (curve.marks[0] for curve in chart.curves)
    assert chart.left < first.x < chart.x_ticks[0].at < second.x < chart.x_ticks[1].at
    assert chart.curves[0].marks[1].title == "a: 40% at abstained"
    assert chart.curves[0].label_y < chart.curves[1].label_y
    svg = str(environment().get_template("curves.html").module.drawn(chart, "Worth"))
    assert 'class="curve ' not in svg
    assert svg.count("<circle") == 3 + 2  # and one beside each name


def test_what_was_not_measured_is_a_line_without_marks():
    values = {"a": [At(x=1, y=0.5)], "as likely": [At(x=0, y=0), At(x=1, y=1)]}
    chart = curves(values, TOKENS, RIGHT, plain="as likely")
    assert [curve.plain for curve in chart.curves] == [False, True]
    svg = str(environment().get_template("curves.html").module.drawn(chart, "Likely"))
    assert svg.count("<circle") == 1
    assert "curve-plain" in svg
