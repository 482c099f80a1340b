from __future__ import annotations

import json
from dataclasses import replace

import pytest

from eval.bench.ingest import OURS, bars, facts, table, table_of_peers, table_of_stages
from eval.bench.ingest_page import section


def test_overhead_is_what_no_stage_accounts_for(ingested):
    one = ingested.of(OURS, 2)[0]
    assert one.wall == pytest.approx(2.0)
    assert one.overhead == pytest.approx(0.1)
    assert one.after_parsing == pytest.approx(1.7)
    assert one.alike == pytest.approx(0.6)
    assert replace(one, wall=0.0).overhead == 0.0


def test_rates_are_medians_over_the_rounds_with_their_ranges(ingested):
    summary = facts(ingested)["summary"]["2"]
    # two documents in 2.0 s and in 3.9 s
    assert summary["documents_a_second"]["high"] == pytest.approx(1.0)
    assert summary["documents_a_second"]["low"] == pytest.approx(2 / 3.9)
    assert summary["megabytes_a_second"]["median"] == pytest.approx((1.0 + 2 / 3.9) / 2)
    assert summary["characters_a_second"]["high"] == pytest.approx(1_000)
    assert summary["overhead"]["high"] == pytest.approx(0.05)
    assert summary["stages"]["redact"]["low"] == pytest.approx(0.5)
    assert summary["peak_mb"] == 101


def test_stages_and_overhead_are_all_of_the_time(ingested):
    for one in ingested.passes:
        assert sum(one.stages.values()) + one.overhead == pytest.approx(one.wall)
    head, small, large = table_of_stages(ingested)
    assert head == ("documents", "fetch", "parse", "redact", "chunk", "embed", "store", "overhead")
    assert small[3] == "50.6% (50.0% to 51.3%)"
    assert large[0] == "4"


def test_ratios_are_taken_round_by_round_and_for_the_same_characters(ingested):
    whole = ingested.ratio("LlamaIndex", 2, lambda one: one.after_parsing)
    assert (whole.low, whole.high) == (pytest.approx(1.7 / 0.4), pytest.approx(3.3 / 0.7))
    same = ingested.ratio("LlamaIndex", 4, lambda one: one.alike)
    assert (same.low, same.high) == (pytest.approx(2.0), pytest.approx(2.0))
    fewer = tuple(
        replace(one, characters=one.characters // 2) if one.system == OURS else one
        for one in ingested.passes
    )
    half = replace(ingested, passes=fewer).ratio("LlamaIndex", 4, lambda one: one.alike)
    assert half.median == pytest.approx(4.0)


def test_passes_are_found_in_the_order_of_their_rounds(ingested):
    turned = replace(ingested, passes=ingested.passes[::-1])
    assert [one.turn for one in turned.of("LlamaIndex", 4)] == [0, 1]
    assert turned.amounts == [2, 4]


def test_an_unchanged_ingest_is_held_against_the_first(ingested):
    [bar] = bars(ingested)
    # .05 of 3.9 and of 7.7 seconds, for four documents
    assert bar.held
    assert bar.measured == "1.0% (0.6% to 1.3%)"
    slow = tuple(replace(one, again=one.wall / 10) for one in ingested.passes)
    [bar] = bars(replace(ingested, passes=slow))
    assert not bar.held
    assert (
        bar.text == "4 unchanged documents once more, of the first time: 10.0%, to be at most 5.0%"
    )


def test_figures_are_for_people_and_for_files(ingested):
    head, row, _ = table(ingested)
    assert len(head) == len(row)
    assert row[:3] == ("2", "6", "0.76 (0.51 to 1.00)")
    assert json.loads(json.dumps(facts(ingested)))["passes"][0]["system"] == "ringfence"
    [_, small, _] = table_of_peers(ingested)
    assert small[:3] == ("2", "LlamaIndex", "6")


def test_the_page_says_what_peers_do_not_do(ingested):
    said = section(ingested, {})
    assert len(said.tables) == 3
    assert any("LlamaIndex redacts nothing" in line for line in said.limits)
    assert any("0.25 s for all 9" in line for line in said.method)
    alone = replace(
        ingested, peers={}, passes=tuple(one for one in ingested.passes if one.system == OURS)
    )
    without = section(alone, {})
    assert len(without.tables) == 2
    assert not any("LlamaIndex" in line for line in without.limits)


def test_the_parts_of_a_document_are_in_milliseconds(ingested):
    [_, parts] = section(ingested, {}).figures
    ours = parts.shares.rows[0]
    # medians over the rounds of four documents: 5.7 s of stages and .1 s of overhead
    assert ours.whole == "1,450"
    assert ours.parts[-1].label == "overhead: 25"
