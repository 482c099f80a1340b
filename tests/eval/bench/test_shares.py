from __future__ import annotations

import pytest

from eval.bench.shares import shares


def test_parts_follow_one_another_and_are_as_long_as_their_values():
    drawn = shares({"ours": {"parse": 1.0, "embed": 3.0}, "theirs": {"embed": 2.0}}, "ms")
    ours, theirs = drawn.rows
    parse, embed = ours.parts
    assert parse.x == drawn.left
    assert embed.x == pytest.approx(parse.x + parse.width, abs=0.1)
    assert embed.width == pytest.approx(3 * parse.width, abs=0.3)
    assert theirs.parts[0].width == pytest.approx(2 * parse.width, abs=0.3)
    assert (ours.whole, theirs.whole) == ("4", "2")
    assert ours.end == pytest.approx(embed.x + embed.width, abs=0.2)
    assert ours.end < drawn.right


def test_a_part_has_the_same_colour_in_every_bar():
    drawn = shares({"ours": {"parse": 1.0, "embed": 3.0}, "theirs": {"embed": 2.0}}, "ms")
    assert [part.colour for part in drawn.rows[0].parts] == [0, 1]
    assert [part.colour for part in drawn.rows[1].parts] == [1]
    assert [(key.colour, key.name) for key in drawn.keys] == [(0, "parse"), (1, "embed")]


def test_ticks_are_round_and_the_key_has_room():
    drawn = shares({"ours": {f"stage {n}": 10.0 for n in range(6)}}, "ms")
    assert [label for _, label in drawn.ticks] == ["0", "20", "40", "60"]
    assert max(key.y for key in drawn.keys) < drawn.height
    assert drawn.bottom < min(key.y for key in drawn.keys)


def test_long_names_are_cut_and_nothing_is_a_chart_too():
    assert shares({"a" * 40: {"parse": 1.0}}, "ms").rows[0].name == "a" * 27 + "…"
    assert shares({"ours": {}}, "ms").rows[0].parts == ()
