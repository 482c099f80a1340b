from itertools import pairwise

import pytest

from eval.chart import LINE, Measured, chart, seconds_text, spread


def measured(name, quality, seconds):
    low, high = max(0.0, quality - 0.05), min(1.0, quality + 0.05)
    return Measured(
        name=name, quality=(quality, low, high), amount=(seconds, seconds * 0.8, seconds * 1.3)
    )


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([50], [50]),
        ([10, 90], [10, 90]),
        ([50, 50], [50, 60]),
        ([60, 50, 55], [70, 50, 60]),
        ([95, 98], [90, 100]),
        ([-5, 0], [0, 10]),
        ([100, 100, 100], [80, 90, 100]),
    ],
)
def test_labels_are_spread_in_their_order(wanted, expected):
    assert spread(wanted, 10, 0, 100) == expected


@pytest.mark.parametrize("count", [1, 2, 5, 24])
def test_labels_never_touch_and_stay_inside(count):
    drawn = chart(
        [measured(f"generator-{n}", 0.8, 1 + n / 1000) for n in range(count)], seconds_text
    )
    heights = sorted(point.label_y for point in drawn.points)
    assert all(after - before >= LINE for before, after in pairwise(heights))
    assert drawn.top <= heights[0]
    assert heights[-1] + 12 <= drawn.height


def test_better_is_higher_and_slower_is_further_right():
    good, bad = chart([measured("good", 0.9, 4.0), measured("bad", 0.5, 1.0)], seconds_text).points
    assert good.y < bad.y
    assert good.x > bad.x


@pytest.mark.parametrize("quality", [0.0, 0.02, 0.5, 0.97, 1.0])
@pytest.mark.parametrize("seconds", [0.0, 1e-4, 0.03, 1.0, 480.0])
def test_everything_is_within_the_axes(quality, seconds):
    drawn = chart([measured("a", quality, seconds)], seconds_text)
    [point] = drawn.points
    assert drawn.left <= point.left <= point.x <= point.right <= drawn.right
    assert drawn.top <= point.upper <= point.y <= point.lower <= drawn.bottom
    for tick in drawn.y_ticks:
        assert drawn.top <= tick.at <= drawn.bottom
    assert len({tick.label for tick in drawn.x_ticks}) == len(drawn.x_ticks) >= 2
    assert len({tick.label for tick in drawn.y_ticks}) == len(drawn.y_ticks) >= 2
    assert drawn.x_ticks[-1].at <= drawn.right


def test_times_far_apart_get_a_logarithmic_axis():
    assert chart([measured("a", 0.8, 0.05), measured("b", 0.8, 30.0)], seconds_text).logarithmic
    assert not chart([measured("a", 0.8, 5.0), measured("b", 0.8, 30.0)], seconds_text).logarithmic


def test_a_point_stands_where_its_value_is():
    """At a lower end of 0 %, a quality of a half is in the middle of the height."""
    [point] = chart(
        [Measured(name="a", quality=(0.5, 0.0, 1.0), amount=(1.0, 1.0, 1.0))], seconds_text
    ).points
    assert point.y == pytest.approx((point.upper + point.lower) / 2)


def test_a_long_name_is_cut_in_the_label_only():
    [point] = chart([measured("n" * 60, 0.8, 1.0)], seconds_text).points
    assert len(point.label) == 32
    assert len(point.name) == 60


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0123, "12.3 ms"), (0.5, "0.5 s"), (2.345, "2.35 s"), (1234.5, "1234 s"), (0, "0 ms")],
)
def test_times_are_shown_with_their_unit(seconds, text):
    assert seconds_text(seconds) == text
