"""What redaction costs search: the same questions asked of the same documents, redacted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.intervals import Interval
from eval.retrieval.run import Asked, CaseScore, difference, ratio
from rag.records import RedactedDocument
from rag.redact.tokens import TOKEN

QUESTION, PASSAGE = "the question", "what answers it"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCost:
    """What a kind goes with where its tokens stand: `change` is the mean over those cases.

    `loss` is the share of all that was lost, in cases where it stands; a case may have several
    kinds, so these do not add up.
    """

    kind: str
    where: str
    cases: int
    losing: int
    change: Interval | None
    loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionCost:
    """The change of a set's first metric when documents and questions are redacted."""

    metric: str
    plain: Interval | None
    redacted: Interval | None
    change: Interval | None
    losing: int
    gaining: int
    failed: int
    kinds: tuple[KindCost, ...]


def cost(
    metric: str,
    plain: Sequence[CaseScore],
    redacted: Sequence[CaseScore],
    asked: Sequence[Asked],
    texts: Mapping[str, RedactedDocument],
    *,
    failed: int,
) -> RedactionCost:
    """Compare two measurements of the same cases; `asked` and `texts` are the redacted ones."""

    def value(one: CaseScore) -> float:
        return one.scores[metric]

    changes = [value(a) - value(b) for a, b in zip(redacted, plain, strict=True)]
    return RedactionCost(
        metric=metric,
        plain=ratio((one.cluster, value(one), 1.0) for one in plain),
        redacted=ratio((one.cluster, value(one), 1.0) for one in redacted),
        change=difference(redacted, plain, value),
        losing=sum(change < 0 for change in changes),
        gaining=sum(change > 0 for change in changes),
        failed=failed,
        kinds=tuple(_kinds(changes, asked, texts)),
    )


def _kinds(
    changes: Sequence[float], asked: Sequence[Asked], texts: Mapping[str, RedactedDocument]
) -> list[KindCost]:
    """Return what each kind goes with, the most costly first."""
    found: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for one, change in zip(asked, changes, strict=True):
        for kind in sorted(kinds_in_question(one)):
            found.setdefault((kind, QUESTION), []).append((one.case.cluster, change))
        for kind in sorted(kinds_in_targets(one, texts)):
            found.setdefault((kind, PASSAGE), []).append((one.case.cluster, change))
    lost = -sum(change for change in changes if change < 0)
    rows = [
        KindCost(
            kind=kind,
            where=where,
            cases=len(cases),
            losing=sum(change < 0 for _, change in cases),
            change=ratio((cluster, change, 1.0) for cluster, change in cases),
            loss=_lost(change for _, change in cases) / lost if lost else 0.0,
        )
        for (kind, where), cases in found.items()
    ]
    return sorted(rows, key=lambda row: (-row.loss, row.kind, row.where))


def kinds_in_question(asked: Asked) -> set[str]:
    """Return the kinds of the tokens in a question."""
    return {
        match["kind"] or str(match["value"]).partition("=")[0]
        for match in TOKEN.finditer(asked.question.text)
    }


def kinds_in_targets(asked: Asked, texts: Mapping[str, RedactedDocument]) -> set[str]:
    """Return the kinds of what was replaced in the targets of a case."""
    return {
        redaction.kind
        for target in asked.targets
        if target.document_id in texts
        for redaction in texts[target.document_id].redactions
        if redaction.start < target.end and target.start < redaction.end
    }


def _lost(changes: Iterable[float]) -> float:
    return -sum(change for change in changes if change < 0)
