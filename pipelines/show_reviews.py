"""What a person sees of human checks in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipelines.review import Overview, Sample
from pipelines.show import ERR, OUT, show_table
from rag.records import RedactedDocument
from rag.review.estimate import Estimate, hours
from rag.review.records import Review
from rag.review.risk import MEANINGS, WEIGHTS

_WEIGHTY = 0.05


def review_body(review: Review, names: Mapping[str, str]) -> dict[str, object]:
    """Return a check as JSON; a document that is gone has no name."""
    taken = hours(review)
    return {
        "id": review.id,
        "document": review.document_id,
        "name": names.get(review.document_id),
        "source": review.source,
        "reviewer": review.reviewer,
        "how": review.how.value,
        "risk": review.risk,
        "signs": dict(review.signs),
        "seed": review.seed,
        "drawn": review.drawn,
        "verdict": review.verdict.value if review.verdict else None,
        "kinds": list(review.kinds),
        "note": review.note,
        "decided": review.decided or None,
        "decided_by": review.decided_by or None,
        "hours": None if taken is None else round(taken, 2),
    }


def show_sample(sample: Sample, names: Mapping[str, str]) -> None:
    """Print what was drawn, and how to go on."""
    if sample.reviews:
        rows = [("review", "document", "for", "drawn by", "risk", "why")]
        rows += [
            (
                one.id,
                names.get(one.document_id, ""),
                one.reviewer,
                one.how.value,
                f"{one.risk:.2f}",
                why(one) or "chance alone",
            )
            for one in sample.reviews
        ]
        _print_rows(rows)
    ERR.print(f"{len(sample.reviews)} drawn with seed {sample.seed}")
    if sample.unreadable:
        ERR.print(f"{sample.unreadable} documents that no reviewer may read were not drawn from")
    if sample.reviews:
        ERR.print("Next: ringfence redact review ID --as PRINCIPAL")


def show_review(review: Review, document: RedactedDocument) -> None:
    """Print a document that is to be judged, and what speaks for looking at it."""
    ERR.print(f"{review.id}  {document.id}  {document.name}")
    ERR.print(f"title: {document.title}")
    ERR.print(f"drawn by {review.how.value}, risk {review.risk:.2f}: {why(review) or 'no sign'}")
    OUT.print(str(document.text))
    ERR.print(f"Then: ringfence redact review {review.id} --as PRINCIPAL --verdict ok|missed|over")


def show_reviews(reviews: Sequence[Review], known: Overview) -> None:
    """Print some checks and what all of them tell."""
    if not known.reviews:
        OUT.print("no reviews: `ringfence redact sample` draws documents")
        return
    rows = [("review", "document", "for", "drawn by", "risk", "verdict", "hours", "kinds")]
    rows += [
        (
            one.id,
            known.names.get(one.document_id, "(gone)"),
            one.reviewer,
            one.how.value,
            f"{one.risk:.2f}",
            _state(one, known),
            "" if (taken := hours(one)) is None else f"{taken:.1f}",
            ", ".join(one.kinds),
        )
        for one in reviews
    ]
    _print_rows(rows)
    OUT.print("")
    show_table(
        [
            ("source", "with a miss, of all", "95 % interval", "at random", "by risk", "over"),
            *map(_estimate_row, known.estimates),
        ]
    )
    ERR.print("The share and its interval stand on the documents drawn at random alone")


def _state(review: Review, known: Overview) -> str:
    if review.verdict is not None:
        return review.verdict.value
    return "outdated" if review.id in known.outdated else "waiting"


def why(review: Review) -> str:
    """Return the signs that weigh in a document's risk, the heaviest first."""
    weights = {sign: WEIGHTS[sign] * value for sign, value in review.signs.items()}
    heavy = sorted((s for s in weights if weights[s] >= _WEIGHTY), key=lambda s: -weights[s])
    return ", ".join(MEANINGS[sign] for sign in heavy)


def _estimate_row(one: Estimate) -> tuple[str, ...]:
    known = one.share is not None and one.low is not None and one.high is not None
    return (
        one.source,
        f"{one.share:.0%}" if known else "not known",
        f"{one.low:.0%} to {one.high:.0%}" if known else "",
        f"{one.random_missed} of {one.random_decided} ({one.random_drawn} drawn)",
        f"{one.risk_missed} of {one.risk_decided} ({one.risk_drawn} drawn)",
        str(one.over),
    )


def _print_rows(rows: Sequence[Sequence[str]]) -> None:
    """Print a line a row; columns as wide as they have to be, however narrow the terminal."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        OUT.print("  ".join(cells).rstrip())
