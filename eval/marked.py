"""The page about a redaction: what was replaced, marked by kind, and what was found and left.

It holds no original value unless it is given some: what it shows are redacted texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from eval.groups import GROUPS, group_of
from eval.marks import Mark, cut
from eval.pages import environment
from rag.records import RedactedText
from rag.redact.kinds import KINDS
from rag.redact.policy import Policy
from rag.redact.report import RedactionReport

SHOWN_CHARACTERS = 100_000
SHOWN_ALTOGETHER = 1_000_000
_TEMPLATE = "marked.html"
_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """One document that was redacted, or why it could not be.

    `values` are the originals of its redactions, in order, where they may be shown.
    """

    number: int
    id: str
    name: RedactedText = field(repr=False)
    report: RedactionReport | None
    failure: str = ""
    values: tuple[str, ...] = field(default=(), repr=False)

    @property
    def replaced(self) -> int:
        """How many identifiers of its text were replaced."""
        return len(self.report.document.redactions) if self.report else 0

    @property
    def left(self) -> int:
        """How many findings of its text were left."""
        return len(self.report.left) if self.report else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """Documents redacted in one go, and by what."""

    made: str
    documents: tuple[Redacted, ...]
    recognizers: Mapping[str, str]
    name_model: str
    minimum_score: float
    names_minimum_score: float
    code_version: str
    not_found: tuple[str, ...] = ()

    @property
    def done(self) -> list[Redacted]:
        """The documents that could be redacted."""
        return [one for one in self.documents if one.report is not None]

    @property
    def policies(self) -> list[Policy]:
        """The policies that decided, each once."""
        return list({r.policy.digest: r.policy for r in reports(self.documents)}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """A kind in all documents: what was done with it, how often, and how sure."""

    kind: str
    group: str
    meaning: str
    actions: str
    replaced: int
    left: int
    lowest: float | None
    middle: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """How many findings score in a tenth, and its share of the fullest tenth in per cent."""

    low: float
    high: float
    replaced: int
    left: int
    replaced_share: float
    left_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A document as the page shows it; `cut_off` characters of its text are not shown."""

    source: Redacted
    title: RedactedText = field(repr=False)
    policy: str
    characters: int
    counts: tuple[tuple[str, int], ...]
    marks: tuple[Mark, ...] = field(repr=False)
    cut_off: int


def page(
    redaction: Redaction, *, each: int = SHOWN_CHARACTERS, most: int = SHOWN_ALTOGETHER
) -> str:
    """Return the page as HTML; every text in it is escaped by the template engine.

    Args:
        redaction: What was done.
        each: How many characters of a document are shown.
        most: How many of all of them.
    """
    return (
        environment()
        .get_template(_TEMPLATE)
        .render(
            redaction=redaction,
            views=_views(redaction.done, each, most),
            failed=[one for one in redaction.documents if one.report is None],
            kinds=kind_rows(redaction.documents),
            bins=bins(redaction.documents),
            reasons=reason_rows(redaction.documents),
            groups=GROUPS,
            replaced=sum(one.replaced for one in redaction.documents),
            left=sum(one.left for one in redaction.documents),
            characters=sum(len(r.document.text) for r in reports(redaction.documents)),
            shows_values=any(one.values for one in redaction.documents),
            each=each,
        )
    )


def facts(redaction: Redaction) -> dict[str, object]:
    """Return everything about it as JSON: counts, kinds, positions and scores, and no text."""
    return {
        "made": redaction.made,
        "policies": [
            {"name": one.name, "version": one.version, "hash": one.digest}
            for one in redaction.policies
        ],
        "recognizers": dict(redaction.recognizers),
        "name_model": redaction.name_model,
        "not_found": list(redaction.not_found),
        "minimum_score": redaction.minimum_score,
        "names_minimum_score": redaction.names_minimum_score,
        "code_version": redaction.code_version,
        "documents": [_document_facts(one) for one in redaction.documents],
    }


def reports(documents: Iterable[Redacted]) -> list[RedactionReport]:
    """Return the reports of the documents that could be redacted."""
    return [one.report for one in documents if one.report is not None]


def kind_rows(documents: Sequence[Redacted]) -> list[KindRow]:
    """Return a row for each kind that was found, those replaced most often first."""
    replaced: dict[str, list[float]] = {}
    left: Counter[str] = Counter()
    actions: dict[str, set[str]] = {}
    for report in reports(documents):
        for one in report.document.redactions:
            replaced.setdefault(one.kind, []).append(one.score)
            actions.setdefault(one.kind, set()).add(report.policy.action(one.kind).value)
        for other in report.left:
            left[other.kind] += 1
            actions.setdefault(other.kind, set()).add(report.policy.action(other.kind).value)
    rows = [
        KindRow(
            kind=kind,
            group=group_of(kind),
            meaning=KINDS.get(kind, ""),
            actions=", ".join(sorted(actions[kind])),
            replaced=len(scores := replaced.get(kind, [])),
            left=left[kind],
            lowest=min(scores, default=None),
            middle=median(scores) if scores else None,
        )
        for kind in actions
    ]
    return sorted(rows, key=lambda row: (-row.replaced, -row.left, row.kind))


def bins(documents: Sequence[Redacted]) -> list[Bin]:
    """Return how the scores of what was found are spread, a tenth a bin, from the lowest found."""
    replaced = Counter(
        _tenth(one.score) for report in reports(documents) for one in report.document.redactions
    )
    left = Counter(_tenth(one.score) for report in reports(documents) for one in report.left)
    found = replaced.keys() | left.keys()
    fullest = max((replaced[tenth] + left[tenth] for tenth in found), default=1)
    return [
        Bin(
            low=tenth / _BINS,
            high=(tenth + 1) / _BINS,
            replaced=replaced[tenth],
            left=left[tenth],
            replaced_share=100 * replaced[tenth] / fullest,
            left_share=100 * left[tenth] / fullest,
        )
        for tenth in range(min(found, default=_BINS), _BINS)
    ]


def reason_rows(documents: Sequence[Redacted]) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return the reasons for which findings were left, with the kinds and how often."""
    counts: dict[str, Counter[str]] = {}
    for report in reports(documents):
        for one in report.left:
            counts.setdefault(one.reason.value, Counter())[one.kind] += 1
    return [(reason, kinds.most_common()) for reason, kinds in sorted(counts.items())]


def _tenth(score: float) -> int:
    return min(_BINS - 1, max(0, int(score * _BINS + 1e-9)))


def _views(documents: Sequence[Redacted], each: int, most: int) -> list[View]:
    views, room = [], most
    for one in documents:
        if one.report is None:
            continue
        document = one.report.document
        shown = min(each, room, len(document.text))
        views.append(
            View(
                source=one,
                title=document.title,
                policy=one.report.policy.name,
                characters=len(document.text),
                counts=tuple(document.redaction_counts().items()),
                marks=tuple(cut(one.report, one.values, shown)),
                cut_off=len(document.text) - shown,
            )
        )
        room -= shown
    return views


def _document_facts(one: Redacted) -> dict[str, object]:
    if one.report is None:
        return {
            "number": one.number,
            "document": one.id,
            "name": str(one.name),
            "failed": one.failure,
        }
    document = one.report.document
    return {
        "number": one.number,
        "document": one.id,
        "name": str(one.name),
        "policy": one.report.policy.name,
        "characters": len(document.text),
        "counts": document.redaction_counts(),
        "redactions": [
            {
                "kind": r.kind,
                "action": one.report.policy.action(r.kind).value,
                "start": r.start,
                "end": r.end,
                "source_start": r.source_start,
                "source_end": r.source_end,
                "score": round(r.score, 3),
            }
            for r in document.redactions
        ],
        "left": [
            {
                "kind": left.kind,
                "reason": left.reason.value,
                "start": left.start,
                "end": left.end,
                "score": round(left.score, 3),
            }
            for left in one.report.left
        ],
    }
