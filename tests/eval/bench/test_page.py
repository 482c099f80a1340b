from __future__ import annotations

import re

import pytest

from eval.bench.answer_page import section as answer_section
from eval.bench.bars import at_most
from eval.bench.ingest_page import section as ingest_section
from eval.bench.page import Section, Table, busy, unlike, verdict, write_page
from eval.bench.samples import spread


def made(kind, *values, machine=None, **about):
    """Return a section with a bar at 10 for each value."""
    return Section(
        kind=kind,
        title=f"About {kind}",
        bars=[at_most(f"figure {n}", value, 10, "{:.0f}") for n, value in enumerate(values)],
        tables=[Table(title="Figures", rows=[("what", "value"), ("<b>", "1")])],
        figures=[],
        method=["as it is done"],
        limits=["what is not said"],
        about={"machine": machine or {}, **about},
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "No bar is set for what was measured."),
        ([1], "The one bar is held."),
        ([1, 2], "All 2 bars are held."),
        ([1, 20, 30], "1 of 3 bars are held, 2 missed."),
        ([20], "0 of 1 bars are held, 1 missed."),
    ],
)
def test_the_verdict_counts_bars(values, said):
    assert verdict([made("one", *values[:1]), made("two", *values[1:])]) == said


def test_runs_of_other_machines_or_code_are_told_apart():
    here = {"processor": "p", "cores": 2, "memory_gb": 8.0, "code": "a", "busy_before": 0.1}
    there = {**here, "code": "b", "memory_gb": 16.0, "busy_before": 3.0}
    assert unlike([made("one", machine=here), made("two", machine=here)]) == []
    assert unlike([made("one", machine=here), made("two", machine=there)]) == ["memory", "code"]


@pytest.mark.parametrize(("load", "told"), [(2.0, []), (2.1, ["one"]), (None, [])])
def test_a_machine_that_was_busy_is_told(tmp_path, load, told):
    sections = [made("one", 1, machine={"cores": 2, "busy_before": load})]
    assert busy(sections) == told
    assert ("More programs than" in written(tmp_path, sections)) is bool(told)


def test_what_is_missed_stands_first(tmp_path):
    page = written(tmp_path, [made("one", 1, 20), made("two", 3)])
    assert page.index("2 of 3 bars are held, 1 missed.") < page.index("figure 1")
    assert page.index("figure 1") < page.index("figure 0") < page.index("About two")
    assert page.index("to be at most 10") < page.index("as it is done")


def test_a_bar_that_some_rounds_miss_is_marked(tmp_path):
    page = written(tmp_path, [made("one", spread([1, 2, 3])), made("two", 20)])
    assert "not in every round" not in page
    assert "not in every round" in written(tmp_path, [made("one", spread([1, 2, 30]))])


def test_values_are_escaped_and_nothing_is_fetched(tmp_path, ingested, answered):
    sections = [made("one", 1), ingest_section(ingested, {}), answer_section(answered, {})]
    page = written(tmp_path, sections)
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert not re.search(r"https?://|<script|<link|@import|url\(", page)
    assert page.count("<svg") == 3
    assert page.count('role="img"') == 3


def test_every_run_says_where_it_was_made(tmp_path):
    machine = {"processor": "Some Processor", "memory_gb": 8.0, "versions": {"torch": "2.0"}}
    page = written(tmp_path, [made("one", 1, machine=machine, started="2026-01-01", rounds=3)])
    for text in ("Some Processor", "memory, GB", "torch", "2026-01-01", "rounds"):
        assert text in page
    assert "do not share" not in page


def written(folder, sections):
    file = folder / "page.html"
    write_page(sections, file)
    return file.read_text(encoding="utf-8")
