from __future__ import annotations

import pytest

from eval.retrieval.cases import TENANT, SearchCase, Target
from eval.retrieval.cost import PASSAGE, QUESTION, cost
from eval.retrieval.run import Asked, CaseScore
from rag.access.rows import readable
from rag.records import Principal, Question, RedactedText, Redaction
from rag.testing.fakes import invented_document

ASKER = Principal(tenant=TENANT, id="m", groups=frozenset())


def asked(name, text, start, end):
    wanted = Target(document_id="d", start=start, end=end)
    return Asked(
        case=SearchCase(id=name, question="", targets=(wanted,), cluster=name),
        question=Question(text=RedactedText(text), principal=ASKER),
        targets=(wanted,),
        within=readable(ASKER),
    )


def scored(name, value):
    return CaseScore(id=name, cluster=name, ranks=(1,), scores={"mrr": value}, seconds=0.0)


def test_what_is_lost_is_laid_to_the_kinds_that_stand_there():
    text = invented_document("d", "Rota", ("[PERSON:k3f2mnop] cooks.", "Soup."), groups=())
    [name] = text.redactions
    assert isinstance(name, Redaction)
    puts = [
        asked("a", "When does [PERSON:k3f2mnop] cook in [DATE=2024]?", name.start, name.end),
        asked("b", "What is [ORGANIZATION]?", name.end, len(text.text)),
        asked("c", "Soup?", 0, name.start),
    ]
    plain = [scored("a", 1.0), scored("b", 1.0), scored("c", 0.5)]
    redacted = [scored("a", 0.25), scored("b", 0.75), scored("c", 1.0)]
    found = cost("mrr", plain, redacted, puts, {"d": text}, failed=1)
    assert found.change.mean == pytest.approx((-0.75 - 0.25 + 0.5) / 3)
    assert (found.losing, found.gaining, found.failed) == (2, 1, 1)
    rows = {(row.kind, row.where): (row.cases, row.losing, row.loss) for row in found.kinds}
    assert rows == {
        ("DATE", QUESTION): (1, 1, 0.75),
        ("PERSON", QUESTION): (1, 1, 0.75),
        ("PERSON", PASSAGE): (1, 1, 0.75),
        ("ORGANIZATION", QUESTION): (1, 1, 0.25),
    }
    assert [row.loss for row in found.kinds] == [0.75, 0.75, 0.75, 0.25]


def test_where_nothing_is_lost_no_kind_is_to_blame():
    text = invented_document("d", "Rota", ("Soup.",), groups=())
    puts = [asked("a", "[PERSON]?", 0, 4)]
    found = cost("mrr", [scored("a", 1.0)], [scored("a", 1.0)], puts, {"d": text}, failed=0)
    assert [(row.kind, row.loss) for row in found.kinds] == [("PERSON", 0.0)]
