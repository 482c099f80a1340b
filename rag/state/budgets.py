"""What askers had models read and write today, in the state database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa

from rag.records import Principal
from rag.state.database import Database
from rag.state.tables import MODEL_USE


class TokenBudget:
    """So many tokens a day for each asker; the days are those of UTC."""

    def __init__(
        self,
        database: Database,
        tokens_a_day: int,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._most = tokens_a_day
        self._now = now

    def left(self, principal: Principal) -> bool:
        """Say whether an asker has any left today."""
        query = sa.select(MODEL_USE.c.tokens).where(self._today(principal))
        with self._database.reading() as connection:
            used = connection.execute(query).scalar_one_or_none()
        return int(used or 0) < self._most

    def spend(self, principal: Principal, tokens: int) -> None:
        """Add what an answer cost, and forget the days before."""
        day = self._day()
        with self._database.writing() as connection:
            connection.execute(sa.delete(MODEL_USE).where(MODEL_USE.c.day < day))
            more = sa.update(MODEL_USE).where(self._today(principal))
            done = connection.execute(more.values(tokens=MODEL_USE.c.tokens + tokens))
            if not done.rowcount:
                row = {"tenant": principal.tenant, "principal": principal.id, "day": day}
                connection.execute(sa.insert(MODEL_USE).values(**row, tokens=tokens))

    def _today(self, principal: Principal) -> sa.ColumnElement[bool]:
        return sa.and_(
            MODEL_USE.c.tenant == principal.tenant,
            MODEL_USE.c.principal == principal.id,
            MODEL_USE.c.day == self._day(),
        )

    def _day(self) -> str:
        return self._now().strftime("%Y-%m-%d")
