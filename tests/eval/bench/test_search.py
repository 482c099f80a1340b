from __future__ import annotations

import json

import pytest

from eval.bench.growth import growth
from eval.bench.samples import Spread
from eval.bench.search import (
    ENGINE,
    OURS,
    RERANKED,
    Ingested,
    SearchBench,
    Searched,
    Size,
    facts,
    shortfalls,
    table,
    table_of_sizes,
    write_page,
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
    assert shortfalls(SearchBench(sizes=(size(100_000), size(1_000_000)), peers={})) == []


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        (size(100_000, p50=16.0), "p50 16.0 ms is above 15"),
        (size(100_000, p95=31.0), "p95 31.0 ms is above 30"),
        (size(1_000_000, p95=301.0), "p95 301.0 ms is above 300"),
        (size(100_000, again=121.0), "ours, ranked again: p95 121.0 ms is above 120"),
        (size(1_000_000, memory=1_001.0), "1,001 MB of anonymous memory is above 1000"),
        (size(100_000, engine=0.5), "100% over the engine's own call"),
        (size(100_000, rate=9_000.0), "9,000 passages a second is below"),
    ],
)
def test_what_misses_a_bar_is_said(measured, words):
    (said,) = shortfalls(SearchBench(sizes=(measured,), peers={}))
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
    write_page(result, {"cores": 2}, file)
    page = file.read_text(encoding="utf-8")
    assert page.count("<polyline") == 2
    assert "p95 31.0 ms is above 30" in page
    assert "&lt;Peer&gt; 1.0" in page
    assert "http" not in page.replace("http-equiv", "")


def test_curves_lie_between_powers_of_ten_and_names_apart():
    drawn = growth(
        {"one": [(10_000, 2.0), (100_000, 20.0)], "two": [(10_000, 2.0), (100_000, 20.0)]}
    )
    first = drawn.lines[0].points
    assert [tick.label for tick in drawn.x_ticks] == ["10,000", "100,000"]
    assert (first[0].x, first[1].x) == (drawn.left, drawn.right)
    assert first[0].y > first[1].y
    assert abs(drawn.lines[0].name.y - drawn.lines[1].name.y) >= 16
