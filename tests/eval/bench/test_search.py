from __future__ import annotations

import json

import pytest

from eval.bench.bars import missed
from eval.bench.page import write_page
from eval.bench.samples import Spread
from eval.bench.search import (
    ENGINE,
    OURS,
    RERANKED,
    Ingested,
    SearchBench,
    Searched,
    Size,
    bars,
    facts,
    section,
    table,
    table_of_sizes,
)
from eval.bench.timing import Timing


def timing(name, p50, p95, against):
    spread = Spread(median=against, low=against, high=against, count=3)
    return Timing(name=name, p50=p50, p95=p95, cpu=p50, against=spread, count=9)


def size(points, *, p50=5.0, p95=9.0, engine=0.9, rate=20_000.0, memory=100.0, again=50.0):
    timings = (
        timing(OURS, p50, p95, 1.0),
        timing(ENGINE, p50 * engine, p95 * engine, engine),
        timing(RERANKED, again, again, 4.0),
    )
    return Size(
        points=points,
        ingested=Ingested(added=points, rate=rate, optimize_seconds=0.0),
        quantised=False,
        anonymous_mb=memory,
        disk_mb=3.0,
        open_seconds=0.1,
        askers=(Searched(share=0.5, timings=timings),),
    )


def test_what_keeps_its_bars_has_no_shortfall():
    held = bars(SearchBench(sizes=(size(100_000), size(1_000_000)), peers={}))
    assert missed(held) == []
    assert len(held) == 8


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        (size(100_000, p50=16.0), "ours, p50: 16.0 ms, to be at most 15.0 ms"),
        (size(100_000, p95=31.0), "ours, p95: 31.0 ms, to be at most 30.0 ms"),
        (size(1_000_000, p95=301.0), "ours, p95: 301.0 ms, to be at most 300.0 ms"),
        (size(100_000, again=121.0), "ours, ranked again, p95: 121.0 ms, to be at most 120.0 ms"),
        (size(1_000_000, memory=1_001.0), "anonymous memory: 1,001 MB, to be at most 1,000 MB"),
        (size(100_000, engine=0.5), "over the engine's own call: 100%, to be at most 30%"),
        (size(100_000, rate=9_000.0), "passages written a second: 9,000, to be at least 10,000"),
    ],
)
def test_what_misses_a_bar_is_said(measured, words):
    (said,) = missed(bars(SearchBench(sizes=(measured,), peers={})))
    assert words in said
    assert f"{measured.points:,} passages" in said


def test_figures_as_rows_and_as_a_file():
    result = SearchBench(sizes=(size(10_000),), peers={})
    assert table(result)[1] == ("10,000", "50%", "ours", "5.0", "9.0", "1.00 (1.00 to 1.00)")
    assert table_of_sizes(result)[1] == ("10,000", "20,000", "100", "3", "0.1", "0.0")
    assert json.loads(json.dumps(facts(result)))["sizes"][0]["askers"][0]["share"] == 0.5


def test_the_page_draws_the_growth_and_needs_nothing_else(tmp_path):
    file = tmp_path / "page.html"
    result = SearchBench(sizes=(size(10_000), size(100_000, p95=31.0)), peers={"<Peer>": "1.0"})
    write_page([section(result, {"machine": {"cores": 2}})], file)
    page = file.read_text(encoding="utf-8")
    assert page.count("<polyline") == 2
    assert "ours, p95: <strong>31.0 ms</strong>, to be at most 30.0 ms" in page
    assert "&lt;Peer&gt; 1.0" in page
    assert "http" not in page.replace("http-equiv", "")
