from __future__ import annotations

import json
import re

import pytest

from eval.intervals import Interval
from eval.retrieval.ablation import Configuration, as_configured
from eval.retrieval.cases import QuestionSet, SearchCase, Target, Unit
from eval.retrieval.cost import QUESTION, KindCost, RedactionCost
from eval.retrieval.packing import Kept
from eval.retrieval.report import JSON_FILE, PAGE_FILE, TEXT_FILE, facts, named, write_report
from eval.retrieval.results import (
    CorpusFacts,
    Run,
    SetResult,
    difference_of,
    kinds_of,
    metrics_of,
    packing_of,
    shortfalls,
)
from eval.retrieval.run import CaseScore
from rag.settings import RetrieveSettings

SETTINGS = RetrieveSettings()
NAMES = ("a", "b", "c", "d")


def questions(goal=0.5):
    wanted = Target(document_id="d", start=0, end=10)
    return QuestionSet(
        name="clauses",
        about="the clause",
        unit=Unit.PASSAGE,
        metrics=("hit@5", "mrr"),
        kept="characters",
        cases=tuple(
            SearchCase(
                id=name,
                question="Where is the <secret>?",
                targets=(wanted,),
                cluster=name,
                kind="Law" if name < "d" else "Term",
            )
            for name in NAMES
        ),
        goal=goal,
    )


def scores(hits, characters):
    return tuple(
        CaseScore(
            id=name,
            cluster=name,
            ranks=(1,) if hit else (None,),
            scores={"hit@5": float(hit), "mrr": float(hit)},
            seconds=0.002 * n,
            kept=Kept(
                any=(float(hit), 1.0),
                targets=(float(hit), 1.0),
                characters=(characters[n], 10.0),
                answers=(0.0, 0.0),
                tokens=100 * (n + 1),
                passages=2,
            ),
            packing_seconds=0.01,
        )
        for n, (name, hit) in enumerate(zip(NAMES, hits, strict=True))
    )


def result(*, goal=0.5, hits=(1, 1, 1, 0), kept=(10, 10, 5, 0), cost=None):
    given = questions(goal)
    own = scores(hits, kept)
    whole = scores(hits, (10, 10, 10, 0))
    worse = scores((1, 0, 0, 0), (10, 0, 0, 0))
    off = Configuration(name="without <merging>", settings=SETTINGS, off="merge")
    return SetResult(
        questions=given,
        index=CorpusFacts(
            corpus="contracts",
            sha256="ab" * 32,
            documents=3,
            failed=0,
            passages=4,
            characters=50,
            token_bytes=4_000,
            most_token_bytes=2_000,
            notes=("one is left out",),
        ),
        scores=own,
        metrics=metrics_of(given, own),
        kinds=kinds_of(given, own),
        milliseconds=3.0,
        slowest=6.0,
        evidence_milliseconds=10.0,
        packing=packing_of(own, whole),
        ablation=(
            difference_of(off, given, worse, own),
            difference_of(as_configured(SETTINGS), given, own, own),
        ),
        cost=cost,
    )


def cost(change):
    interval = Interval(mean=change, low=change - 0.01, high=change + 0.01)
    kind = KindCost(kind="PERSON", where=QUESTION, cases=2, losing=1, change=interval, loss=1.0)
    return RedactionCost(
        metric="hit@5",
        plain=interval,
        redacted=interval,
        change=interval,
        losing=1,
        gaining=0,
        failed=2,
        kinds=(kind,),
    )


def run(*results):
    return Run(
        started="2025-06-01T10:00:00",
        seconds=1.0,
        part="test",
        code_version="1",
        python_version="3",
        settings_hash="hash",
        retrieve=SETTINGS.model_dump(),
        embedder="embedder-1",
        chunker="chunker-1",
        policy="gdpr",
        redactor="redactor-1",
        question_milliseconds=9.0,
        results=results,
    )


def test_packing_is_the_share_of_what_whole_passages_keep():
    packing = result().packing
    assert packing.packed["characters"].mean == pytest.approx(25 / 40)
    assert packing.share["characters"].mean == pytest.approx(25 / 30)
    assert packing.share["answers"] is None  # nothing that could be kept
    assert (packing.packed_tokens, packing.packed_passages) == (250, 2)


def test_a_difference_is_paired_and_has_its_price():
    [worse, same] = result().ablation
    assert worse.change.mean == pytest.approx(-0.5)
    assert worse.kept_change.mean == pytest.approx((10 - 25) / 40)
    assert (same.change.mean, same.change.low, same.change.high) == (0, 0, 0)
    assert (worse.milliseconds, worse.slowest) == (pytest.approx(3.0), pytest.approx(6.0))
    assert worse.packing_milliseconds == pytest.approx(10.0)


def test_kinds_are_told_apart_the_commonest_first():
    assert [(kind, one.cases, one.value.mean) for kind, one in result().kinds.items()] == [
        ("Law", 3, 1.0),
        ("Term", 1, 0.0),
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"kept": (10, 10, 10, 0)}, []),
        ({"kept": (10, 10, 10, 0), "goal": None}, []),
        ({"kept": (10, 10, 10, 0), "goal": 0.8}, ["hit@5 0.750, below 0.800"]),
        ({}, ["packing keeps 83.3% of the evidence, below 95%"]),
        ({"kept": (10, 10, 10, 0), "cost": cost(-0.019)}, []),
        (
            {"kept": (10, 10, 10, 0), "cost": cost(-0.02)},
            ["redaction costs 0.020, not less than 0.02: see kinds"],
        ),
    ],
)
def test_what_misses_a_goal_is_said(given, expected):
    assert shortfalls(result(**given)) == expected


def test_the_run_can_be_recomputed_from_its_file(tmp_path):
    write_report(run(result(cost=cost(-0.1))), tmp_path / "out")
    kept = json.loads((tmp_path / "out" / JSON_FILE).read_text())
    assert kept == json.loads(json.dumps(facts(run(result(cost=cost(-0.1))))))
    [found] = kept["sets"]
    of_cases = [one["scores"]["hit@5"] for one in found["scores"]]
    assert sum(of_cases) / len(of_cases) == found["metrics"]["hit@5"]["mean"]
    [worse, _] = found["configurations"]
    changes = [worse["scores"][one["id"]] - one["scores"]["hit@5"] for one in found["scores"]]
    assert sum(changes) / len(changes) == worse["change"]["mean"]
    assert found["redaction"]["kinds"][0]["kind"] == "PERSON"


def test_the_page_and_the_summary_say_it_all_and_show_no_text(tmp_path):
    write_report(run(result(cost=cost(-0.1))), tmp_path / "out")
    html, text = ((tmp_path / "out" / name).read_text() for name in (PAGE_FILE, TEXT_FILE))
    for written in (html, text):
        assert "secret" not in written
        assert "contracts: clauses" in written
        assert "falls short" in written.casefold()
        assert "83.3%" in written or "0.833" in written
        assert "PERSON" in written
    assert "without &lt;merging&gt;" in html
    assert "the test half of the questions" in html
    assert not re.search(r'(?:src|href)="', html)


def test_the_bar_of_a_loss_ends_in_the_middle(tmp_path):
    write_report(run(result()), tmp_path / "out")
    html = (tmp_path / "out" / PAGE_FILE).read_text()
    [left, width] = re.search(
        r'fill worse" style="left: ([\d.]+)%; width: ([\d.]+)%', html
    ).groups()
    assert float(left) + float(width) == pytest.approx(50)
    assert 0 <= float(left) < 50


def test_a_set_is_called_by_its_corpus_too_where_that_says_more():
    assert named([result()]) == ["contracts: clauses"]
