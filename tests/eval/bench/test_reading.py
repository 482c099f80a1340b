from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from eval.bench import answer, ingest, redact, search
from eval.bench.reading import FIGURES_FILE, FORMAT, newest, sections_of
from eval.bench.redact import RedactBench
from eval.bench.samples import Spread
from eval.bench.search import Ingested, SearchBench, Searched, Size
from eval.bench.timing import Timing
from rag.errors import ConfigurationError

ONE = Spread(median=1.0, low=0.5, high=2.0, count=3)
REDACTED = RedactBench(
    documents=2,
    characters=100,
    ours=ONE,
    stock=ONE,
    ratio=ONE,
    stages={"patterns": ONE},
    pace_efficiency=ONE,
    cpu_efficiency=ONE,
    our_peak_mb=5.0,
    stock_peak_mb=4.0,
)
SEARCHED = SearchBench(
    sizes=(
        Size(
            points=100_000,
            ingested=Ingested(added=100_000, rate=9_000.0, optimize_seconds=1.0),
            quantised=False,
            anonymous_mb=10.0,
            disk_mb=3.0,
            open_seconds=0.1,
            askers=(
                Searched(
                    share=0.5,
                    timings=tuple(
                        Timing(name=name, p50=1.0, p95=2.0, cpu=1.0, against=ONE, count=4)
                        for name in (search.OURS, search.ENGINE, search.RERANKED)
                    ),
                ),
            ),
        ),
    ),
    peers={"LlamaIndex": "1.0"},
)


def kept(folder, name, facts, *, started="2026-01-01T00:00:00+00:00", form=FORMAT):
    """Write a run's figures as a benchmark does."""
    run = folder / name
    run.mkdir(parents=True)
    about = {"format": form, "started": started, "rounds": 3, "machine": {"cores": 2}}
    text = json.dumps({**about, **facts})
    (run / FIGURES_FILE).write_text(text, encoding="utf-8")
    return run


@pytest.fixture
def runs(tmp_path, ingested, answered):
    """A run of each benchmark."""
    return [
        kept(tmp_path, "r", redact.facts(REDACTED)),
        kept(tmp_path, "a", answer.facts(answered)),
        kept(tmp_path, "s", search.facts(SEARCHED)),
        kept(tmp_path, "i", ingest.facts(ingested)),
    ]


def test_what_was_written_is_read_again(runs, ingested, answered):
    found = sections_of(runs)
    assert [section.kind for section in found] == ["ingest", "search", "answer", "redact"]
    by_kind = {section.kind: section for section in found}
    assert by_kind["ingest"].tables[0].rows == ingest.table(ingested)
    assert by_kind["answer"].tables[2].rows == answer.table_of_way(answered)
    assert by_kind["search"].tables[0].rows == search.table(SEARCHED)
    assert by_kind["redact"].tables[0].rows == redact.table(REDACTED)
    assert [bar.held for bar in by_kind["redact"].bars] == [False, True]
    assert by_kind["ingest"].about["rounds"] == 3
    assert "passes" not in by_kind["ingest"].about


def test_bars_are_worked_out_anew_not_believed(tmp_path):
    facts = redact.facts(REDACTED)
    facts["bars"] = [{**asdict(redact.bars(REDACTED)[0]), "held": True}]
    [section] = sections_of([kept(tmp_path, "r", facts)])
    assert [bar.held for bar in section.bars] == [False, True]


def test_the_newest_of_each_kind_is_found(tmp_path, runs):
    later = kept(tmp_path, "0", redact.facts(REDACTED), started="2026-02-01T00:00:00+00:00")
    kept(tmp_path, "z", redact.facts(REDACTED), started="2025-02-01T00:00:00+00:00")
    kept(tmp_path, "zz", redact.facts(REDACTED), started="2027-01-01T00:00:00+00:00", form=1)
    (tmp_path / "an-evaluation").mkdir()
    found = newest(tmp_path)
    assert later / FIGURES_FILE in found
    assert {file.parent for file in found} == {later, *runs[1:]}


def test_a_run_may_be_named_by_its_file(runs):
    [section] = sections_of([runs[0] / FIGURES_FILE])
    assert section.kind == "redact"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "cannot be read"),
        ("[]", "does not hold"),
        ('{"bench": "juggling", "format": 2}', "does not hold"),
        ('{"bench": "redact", "format": 1}', "another version"),
        ('{"bench": "redact", "format": 2, "documents": "many"}', "not whole"),
        ('{"bench": "search", "format": 2, "sizes": [{"points": 5}], "peers": {}}', "not whole"),
        (
            '{"bench": "ingest", "format": 2, "passes": [], "peers": {}, "listed": 1,'
            ' "listing_seconds": 1}',
            "not whole",
        ),
    ],
)
def test_what_is_no_run_is_refused(tmp_path, text, words):
    file = tmp_path / FIGURES_FILE
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=words):
        sections_of([tmp_path])


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        sections_of([tmp_path / "nothing"])
