"""A folder of files, or one file, on a disk of this machine."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from connectors.sources.permissions import PERMISSIONS_FILE, PermissionsTree
from rag.errors import ConfigurationError, RetryError, SkipDocument
from rag.records import Fact, ListingGap, SourceItem
from rag.settings import SourceSettings

Scan = Callable[[Path], Sequence[os.DirEntry[str]]]

_EDITOR_LEFTOVERS = ("~$", ".~lock.")
_EDITOR_ENDINGS = ("~", ".swp", ".tmp", ".part", ".crdownload")
_COMPILED = "__pycache__"
_COMPILED_ENDING = ".pyc"
_BLOCK = 1 << 20
# It lies there, but not for us: the operator mends the file or its permissions.
_NOT_OURS = frozenset(
    {errno.EACCES, errno.EISDIR, errno.ELOOP, errno.ENXIO, errno.ENAMETOOLONG, errno.EPERM}
)
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR})


def scan_folder(folder: Path) -> Sequence[os.DirEntry[str]]:
    """List a folder in the order of its names."""
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


class FolderConnector:
    """Lists and reads the regular files below a folder; symbolic links are never followed."""

    def __init__(self, path: Path, settings: SourceSettings, *, scan: Scan = scan_folder) -> None:
        """Look at the path and its permissions.

        Args:
            path: The folder, or a single file.
            settings: How large a document may be, and who reads where no permissions stand.
            scan: How a folder is listed; tests give one that fails.

        Raises:
            ConfigurationError: There is no such path, or its permissions.toml is wrong.
        """
        try:
            self._path = path.resolve(strict=True)
            facts = self._path.stat()
        except FileNotFoundError as error:
            raise ConfigurationError(f"{path} does not exist") from error
        except (OSError, RuntimeError) as error:  # a circle of links is a RuntimeError
            raise ConfigurationError(f"{path} cannot be opened: {_reason(error)}") from error
        mode = facts.st_mode
        if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
            raise ConfigurationError(f"{path} is neither a folder nor a file")
        self._single = stat.S_ISREG(mode)
        self._settings = settings
        self._scan = scan
        self._permissions = PermissionsTree(
            default_groups=settings.default_groups,
            owner=facts.st_uid,  # whose documents these are could write rules among them
        )
        self._permissions.of(self._path)  # a wrong rule is said before anything is listed

    @property
    def root(self) -> tuple[str, ...]:
        """The place of the folder, or of the single file."""
        return self._path.parts

    @property
    def permissions_found(self) -> bool:
        """Whether a permissions.toml at or above says who may read the files."""
        return self.deciding_file is not None

    @property
    def deciding_file(self) -> Path | None:
        """The permissions.toml that holds at the root; it may lie above it."""
        return self._permissions.of(self._path).file

    def items(self) -> Iterator[SourceItem | ListingGap]:
        """List the files in the order of their names, folder by folder."""
        pending = [] if self._single else [self._path]
        if self._single:
            yield from self._item(self._path)
        while pending:
            folders: list[Path] = []
            yield from self._files(pending.pop(), folders)
            pending.extend(reversed(folders))

    def fetch(self, item: SourceItem) -> bytes:
        """Return the file's bytes, unless it is too large, gone, or not for us to read."""
        limit = self._settings.max_bytes
        if item.size > limit:
            raise _too_large(item.size, limit)
        try:
            data, size = _read(Path(*item.place), limit)
        except OSError as error:
            raise _by_remedy(error) from error
        if size > limit:
            raise _too_large(size, limit)
        return data

    def _files(self, folder: Path, folders: list[Path]) -> Iterator[SourceItem | ListingGap]:
        """Yield the files of one folder and collect the folders in it."""
        try:
            entries = self._scan(folder)
        except OSError as error:
            yield ListingGap(place=folder.parts, reason=f"cannot be listed: {_reason(error)}")
            return
        for entry in entries:
            if _left_out(entry.name):
                continue
            path = folder / entry.name
            try:
                entry.name.encode()
                is_folder = entry.is_dir(follow_symlinks=False)
            except UnicodeEncodeError:
                place = tuple(part.encode("utf-8", "replace").decode() for part in path.parts)
                yield ListingGap(place=place, reason="its name is not valid UTF-8")
            except OSError as error:
                yield ListingGap(place=path.parts, reason=f"cannot be examined: {_reason(error)}")
            else:
                if is_folder:
                    folders.append(path)
                else:
                    yield from self._item(path)

    def _item(self, path: Path) -> Iterator[SourceItem | ListingGap]:
        """Yield the file, if it is a regular one: no link, pipe or device."""
        try:
            facts = path.lstat()
        except FileNotFoundError:
            return  # removed since the folder was listed
        except OSError as error:
            yield ListingGap(place=path.parts, reason=f"cannot be examined: {_reason(error)}")
            return
        if stat.S_ISREG(facts.st_mode):
            rule = self._permissions.rule(path)
            yield SourceItem(
                place=path.parts,
                # The last one too: a file may be replaced by one with its time and size.
                version=f"{facts.st_mtime_ns}-{facts.st_size}-{facts.st_ctime_ns}",
                size=facts.st_size,
                acl=rule.acl,
                metadata=_metadata(facts.st_mtime, rule.tags),
            )


def _metadata(modified: float, tags: Iterable[str]) -> dict[str, str]:
    """Return what is known of a file besides its name and its content."""
    metadata = {Fact.TAGS.value: "\n".join(sorted(tags))} if tags else {}
    try:
        day = datetime.fromtimestamp(modified, UTC).date().isoformat()
    except (OverflowError, OSError, ValueError):  # a time that no calendar has
        return metadata
    return {**metadata, Fact.MODIFIED.value: day}


def _left_out(name: str) -> bool:
    return (
        name in (PERMISSIONS_FILE, _COMPILED)
        or name.startswith((".", *_EDITOR_LEFTOVERS))
        or name.endswith((*_EDITOR_ENDINGS, _COMPILED_ENDING))
    )


def _read(path: Path, limit: int) -> tuple[bytes, int]:
    """Return a file's bytes and size; of one that grew beyond the limit only the size counts."""
    # Without O_NONBLOCK, opening a pipe that took the file's place would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise OSError(errno.ENXIO, "no regular file any more")
        if facts.st_size > limit:
            return b"", facts.st_size
        data = file.read(limit + 1)
    return data, len(data)


def _too_large(size: int, limit: int) -> SkipDocument:
    return SkipDocument(f"larger than sources.max_bytes: {size} of {limit} bytes")


def _by_remedy(error: OSError) -> SkipDocument | RetryError:
    if error.errno in _GONE:
        return SkipDocument("it is gone since the folder was listed")
    if error.errno in _NOT_OURS:
        return SkipDocument(f"it cannot be read: {_reason(error)}")
    return RetryError(f"reading failed: {_reason(error)}")


def _reason(error: OSError | RuntimeError) -> str:
    """Say what is wrong without the path, which a message of the system would repeat."""
    strerror = error.strerror if isinstance(error, OSError) else None
    return (strerror or type(error).__name__).lower()
