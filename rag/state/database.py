"""The state database: opened on first use, its errors told by remedy, never with a value."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import sqlalchemy as sa

from rag.errors import ConfigurationError, RetryError
from rag.state.tables import METADATA

_BUSY_SECONDS = 10


class Database:
    """SQLite or PostgreSQL by its address. What is written is durable when `writing` ends."""

    def __init__(self, url: str) -> None:
        self._url = url

    @cached_property
    def _engine(self) -> sa.Engine:
        try:
            engine = sa.create_engine(self._url)
        except (sa.exc.ArgumentError, ImportError) as error:
            raise ConfigurationError(
                f"`state.url` names no database that can be used here: {type(error).__name__}"
            ) from None
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _prepare_sqlite)
        with _by_remedy(), engine.begin() as connection:
            METADATA.create_all(connection)
        return engine

    def close(self) -> None:
        """Close every connection."""
        if "_engine" in self.__dict__:
            self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Read, in one transaction."""
        with _by_remedy(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Write all of it, or nothing if it raises."""
        with _by_remedy(), self._engine.begin() as connection:
            yield connection

    def scrub(self) -> bool:
        """Take what was erased out of the write-ahead log too; say whether nobody held it.

        PostgreSQL keeps what was erased until it is vacuumed.
        """
        with _by_remedy(), self._engine.connect() as connection:
            if self._engine.dialect.name != "sqlite":
                return False
            done = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        return int(done[0]) == 0


def sqlite_url(path: str) -> str:
    """Return the address of the SQLite database at `path`."""
    return sa.URL.create("sqlite", database=path).render_as_string(hide_password=False)


@contextmanager
def _by_remedy() -> Iterator[None]:
    """Turn the database's errors into ours, without the values of any statement."""
    try:
        yield
    except sa.exc.OperationalError as error:
        cause = str(error.orig)
        if "full" in cause:
            raise RetryError("the disk of the state database is full: free some space") from None
        if "locked" in cause:
            raise RetryError("the state database is busy: try again in a moment") from None
        raise ConfigurationError(f"the state database cannot be used: {cause}") from None
    except sa.exc.IntegrityError:
        raise RetryError("the state database was changed by another at once: try again") from None
    except sa.exc.DatabaseError as error:
        raise ConfigurationError(
            f"the state database is damaged or of another kind: {type(error.orig).__name__}"
        ) from None


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Durable write-ahead log, and erased text is overwritten."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
