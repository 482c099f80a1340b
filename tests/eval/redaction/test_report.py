from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from eval.redaction.labels import Corpus
from eval.redaction.report import JSON_FILE, PAGE_FILE, Run, facts, write_report
from eval.redaction.run import evaluate
from eval.split import held_out
from rag.errors import ConfigurationError

MARKED = "[Annabel Grey|PERSON,direct] of [Oslo|LOCATION,quasi] & <b>[Norway|LOCATION,none]</b>"
FOUND = "[Annabel|PERSON] Grey of [Oslo|LOCATION] & <b>[Norway|LOCATION]</b>"


@pytest.fixture
def run(labelled, redacted):
    def make(marked=MARKED, found=FOUND, *, one_in=0, complete=True):
        corpus = Corpus(
            name="ward <3>",
            format="jsonl",
            policy="court",
            one_in=one_in,
            sha256="ab" * 32,
            documents=(labelled(marked),),
            complete=complete,
        )
        result = evaluate(
            lambda _: redacted(found), corpus, policy="court", policy_hash="cd", redactor="ef"
        )
        return Run(
            started="2026-01-02T03:04:05+00:00",
            seconds=1.5,
            part="all",
            code_version="1",
            python_version="3.11",
            name_model="tagger-1",
            results=(result,),
        )

    return make


class Outline(HTMLParser):
    """Checks that tags close, and notes what a page would fetch."""

    VOID = frozenset({"meta", "br", "img", "link"})

    def __init__(self):
        super().__init__()
        self.open, self.fetched = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)
        self.fetched += [value for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_and_fetches_nothing(tmp_path, run):
    page = write_report(run(), tmp_path / "out")
    outline = Outline()
    outline.feed(page.read_text(encoding="utf-8"))
    assert page.name == PAGE_FILE
    assert (outline.open, outline.fetched) == ([], [])


def test_the_page_begins_with_the_verdict_and_says_how_it_was_reached(tmp_path, run):
    text = write_report(run(), tmp_path / "out").read_text(encoding="utf-8")
    assert text.index("falls short") < text.index("Measures") < text.index("Method")
    for said in ("ward &lt;3&gt;", "recall of direct identifiers is 0.0%", "tagger-1", "ab" * 32):
        assert said in text


@pytest.mark.parametrize("file", [PAGE_FILE, JSON_FILE])
def test_no_value_is_shown(tmp_path, run, file):
    write_report(run(), tmp_path / "out")
    text = (tmp_path / "out" / file).read_text(encoding="utf-8")
    assert not [word for word in ("Annabel", "Grey", "Oslo", "Norway") if word in text]


def test_values_are_shown_on_the_page_alone_and_only_if_asked_for(tmp_path, run):
    page = write_report(run(), tmp_path / "out", show_values=True).read_text(encoding="utf-8")
    assert "Annabel Grey" in page
    assert "Norway" in page
    assert "Annabel" not in (tmp_path / "out" / JSON_FILE).read_text(encoding="utf-8")


def test_values_of_held_out_documents_are_never_shown(tmp_path, run):
    marked = next(
        text for n in range(99) if held_out(f"Annabel {n}", 2) for text in [f"[Annabel|PERSON] {n}"]
    )
    run_of_held_out = run(marked, "", one_in=2)
    page = write_report(run_of_held_out, tmp_path / "out", show_values=True)
    assert "Annabel" not in page.read_text(encoding="utf-8")


def test_the_figures_can_be_read_back(tmp_path, run):
    write_report(run(), tmp_path / "out")
    read = json.loads((tmp_path / "out" / JSON_FILE).read_text(encoding="utf-8"))
    assert read == json.loads(json.dumps(facts(run())))
    [corpus] = read["corpora"]
    assert corpus["measures"]["direct"]["counts"] == {
        "gold": 1,
        "hit": 0,
        "predicted": 0,
        "right": 0,
    }
    assert corpus["measures"]["over"]["recall"]["mean"] == 1
    assert [miss["left"] for miss in corpus["misses"]] == [4]


def test_labels_of_direct_identifiers_alone_show_no_precision(tmp_path, run):
    page = write_report(run(complete=False), tmp_path / "out").read_text(encoding="utf-8")
    assert "<th>Precision</th>" not in page
    assert "Redacted though" not in page
    assert "a direct identifier is left in 1 of 1 documents" in page


def test_a_report_is_never_written_over(tmp_path, run):
    write_report(run(), tmp_path / "out")
    with pytest.raises(ConfigurationError, match="exists already"):
        write_report(run(), tmp_path / "out")
