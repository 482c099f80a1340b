"""The folder of the embedded index: who owns it, how it is opened, what its faults mean.

::

    <path>/lock         held by the owning process, names it
    <path>/shard/       the engine's files; made aside and renamed, so never half-made
    <path>/publishing   the version being made live, while it is: done again after a crash
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ConfigurationError, RetryError, RingfenceError
from rag.store.edge_config import INDEXED, Layout, edge_config, fast, payload_indexes, read_layout
from rag.store.edge_scrub import optimized, rewrite, thorough
from rag.store.payload import DENSE
from rag.store.process_lock import ProcessLock

if TYPE_CHECKING:
    from qdrant_edge import EdgeShard

# The engine writes through memory maps: on a full disk the kernel kills the process.
_HEADROOM = 64 * 2**20
_NO_SPACE = f"os error {errno.ENOSPC}"


class EdgeFolder:
    """Opens and closes the engine on a folder, and remembers what must be done after a crash."""

    def __init__(self, path: Path, dimensions: int) -> None:
        self.path = path
        self._dimensions = dimensions
        self._lock = ProcessLock(path / "lock")
        self._shard = path / "shard"
        self._publishing = path / "publishing"
        self._may_be_noted = True

    def open(self) -> EdgeShard:
        """Take the folder for this process and open the engine, making the index if need be."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire(
                f"the index in {self.path}", otherwise="stop it, or ask it over REST"
            )
        except OSError as error:
            raise ConfigurationError(
                f"the index in {self.path} cannot be opened: {error.strerror}"
            ) from error
        try:
            self.check_space()
            self._may_be_noted = True  # another process may have had the folder
            if not self._shard.exists():
                self._create()
            return self._load()
        except BaseException:
            self._lock.release()
            raise

    def close(self, shard: EdgeShard) -> None:
        """Write everything out and let the next process have the folder."""
        try:
            with self.faults():
                shard.flush()
                shard.close()
        finally:
            self._lock.release()

    def scrub(self, shard: EdgeShard) -> EdgeShard:
        """Write the index anew without what was removed; return it open."""
        with self.faults():
            shard.flush()
            shard.close()
            rewrite(self._shard, edge_config(self._dimensions, thorough()))
        return self._load()

    def optimize(self, shard: EdgeShard, quantise_above: int) -> EdgeShard:
        """Write the index anew as it is searched fastest; return it open."""
        with self.faults():
            quantise = shard.info().points_count > quantise_above
            shard.flush()
            shard.close()
            optimized(self._shard, edge_config(self._dimensions, fast(), quantise=quantise))
        return self._load()

    def layout(self) -> Layout | None:
        """Say how the files are laid out, also of an index that another process has."""
        try:
            return read_layout(self._shard) if self._shard.exists() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None  # the process that has it changes it just now

    def holder(self) -> str:
        """Return the process that has the folder, as it names itself; empty: none."""
        return self._lock.holder()

    def let_go(self) -> None:
        """Let another process, or a later use, have the folder."""
        self._lock.release()

    def check_space(self) -> None:
        """Raise `RetryError` while the disk is too full to write safely."""
        free = shutil.disk_usage(self.path).free
        if free < _HEADROOM:
            raise RetryError(
                f"only {free // 2**20} MiB are free on the disk of {self.path}: "
                f"the index needs {_HEADROOM // 2**20} to be written, free some and run again"
            )

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Turn what the engine raises into an error with a remedy.

        The engine raises the bare `Exception`, or where it panics a `BaseException` that cannot
        be imported, and says what happened only in words that may hold a payload, so the words
        stay out of ours.
        """
        try:
            yield
        except (RingfenceError, TypeError):
            raise
        except BaseException as error:
            if not _is_the_engines(error):
                raise
            if _NO_SPACE in str(error):
                raise RetryError(
                    f"the disk of {self.path} is full: free some space and run again"
                ) from error
            raise RetryError(
                f"the index in {self.path} could not do this: run again, and `ringfence doctor` "
                "if it happens twice"
            ) from error

    def sync_log(self) -> None:
        """Bring the engine's write-ahead log to the disk.

        That is enough: from it the engine restores whatever of its other files was not written,
        in whatever state a loss of power left them. Its own `flush` syncs over a hundred files.
        """
        for file in (self._shard / "wal").glob("[oc]*-*"):
            descriptor = os.open(file, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def note_publishing(self, document_id: str, version: str) -> None:
        """Write down durably which version is about to be made live."""
        new = self._publishing.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            json.dump({"document": document_id, "version": version}, file)
            file.flush()
            os.fsync(file.fileno())
        self._may_be_noted = True
        new.replace(self._publishing)

    def noted_publishing(self) -> tuple[str, str] | None:
        """Return the document and version that were being made live, if it was not finished."""
        if not self._may_be_noted:
            return None
        try:
            noted = json.loads(self._publishing.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self._may_be_noted = False
            return None
        return str(noted["document"]), str(noted["version"])

    def forget_publishing(self) -> None:
        """Take note that it is finished."""
        self._publishing.unlink(missing_ok=True)

    def _create(self) -> None:
        """Make an empty index with its payload indexes aside, then put it in its place."""
        import qdrant_edge as edge

        new = self.path / "shard.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        with self.faults():
            shard = edge.EdgeShard.create(str(new), edge_config(self._dimensions))
            for operation in payload_indexes():
                shard.update(operation)
            shard.flush()
            shard.close()
        new.rename(self._shard)

    def _load(self) -> EdgeShard:
        import qdrant_edge as edge

        remedy = f"move {self.path} away and ingest again"
        found = self._dimensions_found()
        if found != self._dimensions:
            raise ConfigurationError(
                f"the index in {self.path} has vectors of {found} dimensions, "
                f"the encoder makes {self._dimensions}: set `embed.model` back, or {remedy}"
            )
        try:
            shard = edge.EdgeShard.load(str(self._shard), edge_config(self._dimensions))
        except BaseException as error:
            if not _is_the_engines(error):
                raise
            if _NO_SPACE in str(error):
                raise RetryError(f"the disk of {self.path} is full: free some space") from error
            raise ConfigurationError(
                f"the index in {self.path} is damaged or of another version: {remedy}"
            ) from error
        if frozenset(shard.info().payload_schema) != INDEXED:
            shard.close()
            raise ConfigurationError(f"the index in {self.path} is of another version: {remedy}")
        return shard

    def _dimensions_found(self) -> object:
        try:
            config = json.loads((self._shard / "edge_config.json").read_text(encoding="utf-8"))
            return config["vectors"][DENSE]["size"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(
                f"the index in {self.path} cannot be read: move it away and ingest again"
            ) from error


def _is_the_engines(error: BaseException) -> bool:
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"
