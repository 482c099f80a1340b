from __future__ import annotations

from itertools import pairwise

from eval.bench.growth import growth, nice


def test_curves_lie_between_powers_of_ten_and_names_apart():
    curve = [(10_000, 2.0), (100_000, 20.0)]
    drawn = growth({"one": curve, "two": curve}, x_name="passages", y_name="ms")
    first = drawn.lines[0].points
    assert [tick.label for tick in drawn.x_ticks] == ["10,000", "100,000"]
    assert (first[0].x, first[1].x) == (drawn.left, drawn.right)
    assert first[0].y > first[1].y
    assert abs(drawn.lines[0].name.y - drawn.lines[1].name.y) >= 16


def test_plain_axes_begin_at_nothing_and_keep_proportions():
    curves = {"ours": [(10, 1.0), (20, 2.0), (40, 4.0)]}
    drawn = growth(curves, x_name="documents", y_name="seconds", plain=True)
    assert [tick.label for tick in drawn.x_ticks] == ["0", "10", "20", "30", "40"]
    assert [tick.label for tick in drawn.y_ticks] == ["0", "1", "2", "3", "4"]
    [line] = drawn.lines
    across = [point.x - drawn.left for point in line.points]
    up = [drawn.bottom - point.y for point in line.points]
    assert across[2] == 2 * across[1] == 4 * across[0] == drawn.right - drawn.left
    assert up[2] == 2 * up[1] == 4 * up[0] == drawn.bottom - drawn.top


def test_ranges_stand_around_their_points_and_within_the_chart():
    drawn = growth(
        {"ours": [(10, 2.0)], "theirs": [(10, 1.0)]},
        x_name="documents",
        y_name="seconds",
        plain=True,
        ranges={"ours": [(1.5, 7.0)]},
    )
    ours = next(line for line in drawn.lines if line.name.label == "ours")
    theirs = next(line for line in drawn.lines if line.name.label == "theirs")
    [(x, low, high)] = ours.ranges
    assert x == ours.points[0].x
    assert drawn.top <= high < ours.points[0].y < low <= drawn.bottom
    assert theirs.ranges == ()


def test_names_stay_within_the_chart():
    curves = {f"number {n}": [(10, 1.0), (20, 0.001)] for n in range(4)}
    drawn = growth(curves, x_name="documents", y_name="seconds", plain=True)
    heights = sorted(line.name.y for line in drawn.lines)
    assert heights[-1] <= drawn.bottom
    assert all(b - a >= 16 for a, b in pairwise(heights))


def test_steps_are_round():
    assert [nice(step) for step in (1.0, 1.1, 0.03, 6.0, 450)] == [1.0, 2.0, 0.05, 10.0, 500.0]
