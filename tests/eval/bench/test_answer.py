from __future__ import annotations

import json
from dataclasses import replace

import pytest

from eval.bench.answer import (
    REST,
    WHOLE,
    bars,
    facts,
    middles,
    table_of_first,
    table_of_server,
    table_of_way,
)
from eval.bench.answer_page import section


def test_percentiles_are_over_the_questions_of_a_generator(answered):
    assert answered.generators == ["extractive", "model"]
    assert answered.milliseconds("extractive", "search", 0.5) == pytest.approx(30)
    assert answered.milliseconds("extractive", "search", 0.95) == pytest.approx(40)
    assert answered.milliseconds("model", "answer", 0.5) == pytest.approx(1000)
    assert answered.milliseconds("model", WHOLE, 0.95) == pytest.approx(1046)


def test_a_stage_that_was_not_needed_took_no_time(answered):
    assert answered.milliseconds("model", "discover", 0.95) == 0
    assert answered.milliseconds("model", REST, 0.5) == pytest.approx(3)
    assert "discover" not in middles(answered, ["model"])["model"]


def test_bars_are_those_of_the_server(answered):
    whole, streamed, first = bars(answered)
    assert whole.held
    assert not streamed.held
    assert first.held
    assert streamed.text.endswith("streamed: 96.0%, to be at least 97.0%")
    slow = replace(answered.server.first, ratio=answered.server.streamed.share)
    late = replace(answered, server=replace(answered.server, first=slow))
    assert [bar.held for bar in bars(late)] == [True, False, False]
    assert [bar.always for bar in bars(answered)] == [False, False, True]


def test_figures_are_for_people_and_for_files(answered):
    assert table_of_server(answered)[1] == (
        "tokens a second, whole answers",
        "1,000",
        "980",
        "98.0% (95.0% to 99.0%)",
    )
    assert table_of_server(answered)[3][1:] == ("5.00", "6.00", "120.0%")
    assert table_of_first(answered)[1][1] == "240.0"
    way = table_of_way(answered)
    assert way[0][1:] == ("extractive, p50", "extractive, p95", "model, p50", "model, p95")
    assert way[2] == ("search", "30.0", "40.0", "30.0", "40.0")
    read = json.loads(json.dumps(facts(answered)))
    assert read["summary"]["model"]["answer"]["p50_ms"] == pytest.approx(1000)
    assert len(read["asked"]) == 8


def test_the_page_says_how_many_questions_were_asked(answered):
    said = section(answered, {})
    assert any("4 questions a generator" in line for line in said.method)
    assert any("3 rounds" in line for line in said.method)
    [figure] = said.figures
    assert [row.name for row in figure.shares.rows] == ["extractive", "model"]
