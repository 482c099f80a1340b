from __future__ import annotations

from dataclasses import dataclass

import pytest

from eval.retrieval.cases import TENANT, QuestionSet, SearchCase, Target, Unit
from eval.retrieval.run import ask, difference, mean, measure
from rag.access.rows import readable
from rag.records import (
    Acl,
    Evidence,
    Hit,
    Principal,
    RedactedDocument,
    RedactedText,
    Redaction,
)
from rag.store.filters import Equals, predicate

ASKER = Principal(tenant=TENANT, id="m", groups=frozenset())


def document(document_id, text, *redactions):
    return RedactedDocument(
        id=document_id,
        tenant=TENANT,
        source="s",
        version="1",
        name=RedactedText(""),
        title=RedactedText(""),
        text=RedactedText(text),
        media_type="text/plain",
        elements=(),
        redactions=redactions,
        acl=Acl(public=True),
    )


def case(name, *targets, within="", cluster=""):
    return SearchCase(
        id=name,
        question=f"Where is {name}?",
        targets=targets,
        within=within,
        cluster=cluster or name,
    )


def questions(*cases, metrics=("hit@1", "mrr"), unit=Unit.PASSAGE):
    return QuestionSet(
        name="set", about="it", unit=unit, metrics=metrics, kept="characters", cases=cases
    )


def target(document_id, start, end):
    return Target(document_id=document_id, start=start, end=end)


@dataclass(frozen=True)
class Ranked:
    hit: Hit


class Scripted:
    """Finds for each question what a script says: documents with ranges, best first."""

    def __init__(self, script):
        self.script = script
        self.filters = []

    def ranked(self, question, *, within):
        self.filters.append(within)
        return [
            Ranked(
                hit=Hit(
                    chunk_id="c",
                    document_id=name,
                    document_version="1",
                    ordinal=0,
                    start=start,
                    end=end,
                    page=None,
                    score=1.0,
                )
            )
            for name, start, end in self.script[str(question.text)]
        ]

    def evidence(self, question, *, within):
        return [
            Evidence(
                n=n,
                document_id=one.hit.document_id,
                document_version="1",
                title=RedactedText(""),
                text=RedactedText("x" * (one.hit.end - one.hit.start)),
                context=RedactedText(""),
                start=one.hit.start,
                end=one.hit.end,
                page=None,
                score=1.0,
            )
            for n, one in enumerate(self.ranked(question, within=within)[:1], start=1)
        ]


def asked_of(given, texts):
    return ask(given, {one.id: one for one in texts}, RedactedText, ASKER)


def test_targets_move_with_what_redaction_made_longer():
    name = Redaction(kind="PERSON", start=0, end=17, source_start=0, source_end=3, score=1.0)
    text = document("d", "[PERSON:k3f2mnop] signs here.", name)
    given = questions(case("a", target("d", 4, 9), target("gone", 0, 3)))
    [one] = asked_of(given, [text])
    assert text.text[one.targets[0].start : one.targets[0].end] == "signs"
    assert one.targets[1] == target("gone", 0, 3)


def test_one_document_is_searched_under_the_askers_permissions():
    given = questions(case("a", target("d", 0, 3), within="d"), case("b", target("d", 0, 3)))
    within_one, everywhere = asked_of(given, [document("d", "text")])
    row = {"tenant": TENANT, "public": True, "clearance": 0, "for_purposes": False}
    assert everywhere.within == readable(ASKER)
    assert predicate(within_one.within)({**row, "document": "d"})
    assert not predicate(within_one.within)({**row, "document": "e"})
    assert not predicate(within_one.within)({**row, "document": "d", "public": False})
    assert Equals(field="document", value="d") in within_one.within.parts


def test_every_case_is_scored_by_what_is_ranked_and_shown():
    given = questions(case("a", target("d", 0, 10)), case("b", target("e", 0, 10)))
    finder = Scripted({"Where is a?": [("d", 5, 20)], "Where is b?": [("d", 0, 9), ("e", 0, 4)]})
    steps = []
    first, second = measure(finder, asked_of(given, []), given, step=lambda: steps.append(1))
    assert (first.scores, second.scores) == ({"hit@1": 1, "mrr": 1}, {"hit@1": 0, "mrr": 0.5})
    assert (first.ranks, second.ranks) == ((1,), (2,))
    assert (first.kept.characters, second.kept.characters) == ((5, 10), (0, 10))
    assert len(steps) == 2
    assert [one.kept for one in measure(finder, asked_of(given, []), given, packed=False)] == [
        None,
        None,
    ]


def test_means_and_differences_are_over_cases_and_drawn_by_cluster():
    given = questions(
        case("a", target("d", 0, 9), cluster="x"),
        case("b", target("d", 0, 9), cluster="x"),
        case("c", target("d", 0, 9), cluster="y"),
    )
    found, missed = [("d", 0, 9)], [("e", 0, 9)]
    names = ["Where is a?", "Where is b?", "Where is c?"]
    asked = asked_of(given, [])
    half = measure(Scripted(dict(zip(names, [found, found, missed], strict=True))), asked, given)
    none = measure(Scripted(dict.fromkeys(names, missed)), asked, given)
    overall = mean(half, lambda one: one.scores["hit@1"])
    assert overall.mean == pytest.approx(2 / 3)
    assert (overall.low, overall.high) == (0, 1)  # two clusters: all, or nothing
    assert difference(half, none, lambda one: one.scores["hit@1"]) == overall
    assert difference(half, half, lambda one: one.scores["hit@1"]).mean == 0
    assert mean([], lambda one: one.seconds) is None
