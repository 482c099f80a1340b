"""The queue of human checks in the state database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from rag.errors import RefusedError
from rag.redact.mint import stored
from rag.review.records import Found, How, Review
from rag.state.database import Database
from rag.state.tables import REVIEWS


class Reviews:
    """Checks by id. A verdict is written once and never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, reviews: Sequence[Review]) -> None:
        """Ask for checks, all of them or none."""
        if reviews:
            with self._database.writing() as connection:
                connection.execute(sa.insert(REVIEWS), [_row(one) for one in reviews])

    def review(self, review_id: str) -> Review | None:
        """Return a check, if there is one of that id."""
        query = sa.select(REVIEWS).where(REVIEWS.c.id == review_id)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else _review(row)

    def reviews(self, *, tenant: str) -> list[Review]:
        """Return the checks of a tenant, the oldest first, the riskiest of a day before others."""
        query = (
            sa.select(REVIEWS)
            .where(REVIEWS.c.tenant == tenant)
            .order_by(REVIEWS.c.drawn, REVIEWS.c.risk.desc(), REVIEWS.c.id)
        )
        with self._database.reading() as connection:
            return [_review(row) for row in connection.execute(query).mappings()]

    def decide(self, review: Review) -> None:
        """Write the verdict of a check that has none.

        Raises:
            RefusedError: There is one already, perhaps by somebody who was quicker.
        """
        statement = (
            sa.update(REVIEWS)
            .where(REVIEWS.c.id == review.id, REVIEWS.c.verdict == "")
            .values(
                verdict=review.verdict.value if review.verdict else "",
                kinds=list(review.kinds),
                note=str(review.note or ""),
                decided=review.decided,
                decided_by=review.decided_by,
            )
        )
        with self._database.writing() as connection:
            if connection.execute(statement).rowcount != 1:
                raise RefusedError(f"the review {review.id} has its verdict already")


def _row(review: Review) -> dict[str, Any]:
    return {
        "id": review.id,
        "tenant": review.tenant,
        "document_id": review.document_id,
        "version": review.version,
        "fingerprint": review.fingerprint,
        "source": review.source,
        "reviewer": review.reviewer,
        "how": review.how.value,
        "risk": review.risk,
        "signs": dict(review.signs),
        "seed": str(review.seed),
        "drawn": review.drawn,
        "verdict": review.verdict.value if review.verdict else "",
        "kinds": list(review.kinds),
        "note": str(review.note or ""),
        "decided": review.decided,
        "decided_by": review.decided_by,
    }


def _review(row: sa.RowMapping) -> Review:
    return Review(
        id=row["id"],
        tenant=row["tenant"],
        document_id=row["document_id"],
        version=row["version"],
        fingerprint=row["fingerprint"],
        source=row["source"],
        reviewer=row["reviewer"],
        how=How(row["how"]),
        risk=row["risk"],
        signs=row["signs"],
        seed=int(row["seed"]),
        drawn=row["drawn"],
        verdict=Found(row["verdict"]) if row["verdict"] else None,
        kinds=tuple(row["kinds"]),
        note=stored(row["note"]) if row["note"] else None,
        decided=row["decided"],
        decided_by=row["decided_by"],
    )


def release(connection: sa.Connection, document_id: str) -> None:
    """Let go of a document that is gone: nobody waits for its check, and no note on it stays."""
    of_it = REVIEWS.c.document_id == document_id
    connection.execute(sa.delete(REVIEWS).where(of_it, REVIEWS.c.verdict == ""))
    connection.execute(sa.update(REVIEWS).where(of_it).values(note=""))
