"""The page about a redaction, and its figures."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from eval.marked import Redacted, Redaction, bins, facts, kind_rows, page, reason_rows
from rag.records import Acl, RedactedDocument
from rag.records import Redaction as Replaced
from rag.redact.mint import stored
from rag.redact.policy import Action, Policy, Reason, Rule
from rag.redact.report import Left, RedactionReport

POLICY = Policy(
    name="ours",
    version="3",
    default=Rule(action=Action.MASK),
    rules={"DURATION": Rule(action=Action.KEEP)},
)
VALUE = "Okafor & <sons>"


def document(number, text="[PERSON] came for 10 days & left <b>early</b>.", *, values=()):
    at = text.find("10 days")
    redactions = (
        Replaced(kind="PERSON", start=0, end=8, source_start=0, source_end=15, score=0.85),
    )
    left = (
        Left(kind="DURATION", start=at, end=at + 7, score=0.6, reason=Reason.KEPT),
        Left(kind="PHONE_NUMBER", start=at, end=at + 2, score=0.45, reason=Reason.WEAK),
    )
    made = RedactedDocument(
        id=f"doc_{number}",
        tenant="main",
        source="folder",
        version="v1",
        name=stored(f"wards/<i>{number}</i>.txt"),
        title=stored(""),
        text=stored(text),
        media_type="text/plain",
        elements=(),
        redactions=redactions,
        acl=Acl(),
    )
    report = RedactionReport(document=made, left=left, policy=POLICY)
    return Redacted(number=number, id=made.id, name=made.name, report=report, values=values)


FAILED = Redacted(
    number=2, id="doc_2", name=stored("b.bin"), report=None, failure="no parser for .bin"
)


def redaction(*documents):
    return Redaction(
        made="2026-03-01, 08:00",
        documents=documents,
        recognizers={POLICY.digest: "f" * 32},
        name_model="tagger-0123",
        minimum_score=0.4,
        names_minimum_score=0.2,
        code_version="0.1.0",
    )


class Reader(HTMLParser):
    """What a browser would show and load."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.links, self.words = [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in ("href", "src")]

    def handle_data(self, data):
        self.words.append(data)


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def test_the_page_needs_nothing_else_and_escapes_every_text():
    html = page(redaction(document(1), document(3)))
    reader = read(html)
    assert {"script", "img", "link", "iframe", "object", "b", "i"} & set(reader.tags) == set()
    assert sorted(reader.links) == ["#d1", "#d3"]
    assert "http" not in re.sub(r"<meta http-equiv[^>]+>", "", html)
    assert "default-src 'none'" in html
    shown = "".join(reader.words)
    assert "came for 10 days & left <b>early</b>." in shown
    assert "wards/<i>1</i>.txt" in shown


def test_it_says_under_what_it_was_made():
    shown = "".join(read(page(redaction(document(1)))).words)
    for fact in ("ours", "version 3", POLICY.digest, "f" * 32, "tagger-0123", "0.1.0", "doc_1"):
        assert fact in shown


def test_without_a_name_model_it_says_what_is_not_looked_for():
    bare = replace(redaction(document(1)), name_model="", not_found=("person names",))
    assert "so person names are left" in "".join(read(page(bare)).words)
    assert "Not looked for" not in page(redaction(document(1)))


def test_values_are_shown_only_where_they_are_given_and_then_said_to_be():
    closed = page(redaction(document(1)))
    assert "Okafor" not in closed
    assert "original values" not in closed.partition("What it was done with")[0]
    opened = page(redaction(document(1, values=(VALUE,)), document(3)))
    assert "".join(read(opened).words).count(VALUE) == 1
    assert "This page shows original values" in opened


def test_what_failed_is_said_with_its_reason():
    html = page(redaction(document(1), FAILED))
    assert "1 document could not be redacted" in html
    assert "2. b.bin: no parser for .bin" in "".join(read(html).words)


def test_of_long_documents_the_beginning_is_shown_and_the_rest_is_said():
    text = "[PERSON] " + "word " * 100 + "the end"
    html = page(
        redaction(document(1, text), document(2, text), document(3, text)), each=60, most=90
    )
    shown = "".join(read(html).words)
    assert "the end" not in shown
    assert f"{len(text) - 60:,} more characters are not shown" in shown
    assert f"{len(text) - 30:,} more characters are not shown" in shown
    assert "The page is full" in shown
    whole = page(redaction(document(1, text)))
    assert "the end" in whole
    assert "not shown" not in whole


def test_kinds_are_counted_with_action_and_scores():
    person, duration, phone = kind_rows([document(1), FAILED, document(3)])
    assert (person.kind, person.actions, person.replaced, person.left) == ("PERSON", "mask", 2, 0)
    assert (person.lowest, person.middle, person.group) == (0.85, 0.85, "names")
    assert (duration.kind, duration.actions, duration.left) == ("DURATION", "keep", 2)
    assert (phone.lowest, phone.middle) == (None, None)


def test_reasons_are_counted_by_kind():
    assert reason_rows([document(1), document(3)]) == [
        ("below the policy's minimum score", [("PHONE_NUMBER", 2)]),
        ("kept by policy", [("DURATION", 2)]),
    ]


def test_scores_are_spread_over_tenths_from_the_lowest_on():
    spread = bins([document(1)])
    assert [(one.low, one.replaced, one.left) for one in spread] == [
        (0.4, 0, 1),
        (0.5, 0, 0),
        (0.6, 0, 1),
        (0.7, 0, 0),
        (0.8, 1, 0),
        (0.9, 0, 0),
    ]
    assert [one.replaced_share for one in spread] == [0, 0, 0, 0, 100, 0]
    assert bins([FAILED]) == []


@pytest.mark.parametrize(("score", "low"), [(1.0, 0.9), (0.7, 0.7), (0.3, 0.3)])
def test_a_score_on_the_line_belongs_to_the_tenth_above_it(score, low):
    one = document(1)
    report = one.report
    moved = replace(report.document.redactions[0], score=score)
    made = replace(report.document, redactions=(moved,))
    spread = bins([replace(one, report=replace(report, document=made))])
    assert [each.low for each in spread if each.replaced] == [low]


def test_the_facts_hold_positions_and_no_text():
    made = facts(redaction(document(1, values=(VALUE,)), FAILED))
    first, failed = made["documents"]
    assert first["redactions"] == [
        {
            "kind": "PERSON",
            "action": "mask",
            "start": 0,
            "end": 8,
            "source_start": 0,
            "source_end": 15,
            "score": 0.85,
        }
    ]
    assert [one["reason"] for one in first["left"]] == [
        "kept by policy",
        "below the policy's minimum score",
    ]
    assert failed["failed"] == "no parser for .bin"
    assert made["policies"] == [{"name": "ours", "version": "3", "hash": POLICY.digest}]
    written = json.dumps(made)
    assert "Okafor" not in written
    assert "came for" not in written
