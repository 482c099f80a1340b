from __future__ import annotations

from eval.intervals import Interval
from eval.redaction.labels import Corpus
from eval.redaction.page import SHOWN, headline, page, percent
from eval.redaction.report import Run
from eval.redaction.run import evaluate


def result(documents, find):
    corpus = Corpus(
        name="c", format="x", policy="all", one_in=0, sha256="", documents=tuple(documents)
    )
    return evaluate(find, corpus, policy="all")


def html(*results):
    return page(
        Run(
            started="2026-01-02T03:04:05+00:00",
            seconds=1,
            part="all",
            code_version="1",
            python_version="3.11",
            name_model="",
            results=results,
        )
    )


def test_a_share_is_told_with_its_interval():
    assert percent(Interval(mean=0.5, low=0.25, high=0.75)) == "50.0% [25.0%, 75.0%]"
    assert percent(None) == "not measured"


def test_the_headline_fits_the_labels(labelled, redacted):
    plain = result([labelled("[Anna|PERSON] x")], lambda _: redacted("[Anna|PERSON] x"))
    marked = result([labelled("[Anna|PERSON,direct] x")], lambda _: redacted("Anna x"))
    assert headline(plain).startswith("recall 100.0%")
    assert headline(plain).endswith("something direct left in 0 of 1 documents that have it")
    assert headline(marked).startswith("direct identifiers 0.0%")
    assert headline(result([], lambda _: [])) == "nothing was scored"


def test_no_kind_crowds_others_out_of_the_examples(labelled):
    names = " ".join(f"[Anna{n}|PERSON]," for n in range(3 * SHOWN))
    shown = html(result([labelled(names + "in [Oslo|LOCATION]")], lambda _: []))
    left = shown[shown.index("Left in place") :]
    assert left.count("<td>PERSON</td>") == SHOWN - 1
    assert left.count("<td>LOCATION</td>") == 1
    assert f"{SHOWN} of {3 * SHOWN + 1}" in left


def test_the_verdict_counts_corpora(labelled, redacted):
    good = result([labelled("[Anna|PERSON] x")], lambda _: redacted("[Anna|PERSON] x"))
    bad = result([labelled("[Anna|PERSON] x")], lambda _: [])
    assert "c passes." in html(good)
    assert "1 of 2 corpora passes." in html(good, bad)
    assert "None of 2 corpora pass." in html(bad, bad)


def test_a_corpus_of_which_nothing_was_scored_has_a_page():
    assert "nothing was scored" in html(result([], lambda _: []))
