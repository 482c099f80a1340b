"""Suites of an operator's own questions: made of his table, proposed from his documents."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from connectors.formats.registry import default_formats
from eval.questions import Proposal, cases_of_table, proposals, suite_text, table_text
from eval.suites import load_suite
from pipelines.build import Installation, build_redactor
from pipelines.eval_retrieval import Bar
from pipelines.suites import texts_of
from rag.errors import ConfigurationError, SkipDocument
from rag.ports import Redactor
from rag.records import Acl, Document


def new_suite(table: Path, documents: Path, out: Path, *, asker: str) -> int:
    """Write a suite of the questions of a table; return how many there are.

    Raises:
        ConfigurationError: The table is wrong, or passages do not stand in the documents: these
            are listed, and nothing is written.
    """
    refuse_existing(out)
    cases = cases_of_table(table, asker=asker)
    place = os.path.relpath(documents.resolve(), out.resolve().parent)
    written = out.with_name(f".{out.name}")
    _write(suite_text(out.stem, place, cases), written)
    try:
        found = load_suite(written, texts_of).cases
        written.rename(out)
    finally:
        written.unlink(missing_ok=True)
    return len(found)


def draft_questions(
    inst: Installation, documents: Path, out: Path, *, count: int, asker: str, bar: Bar
) -> int:
    """Write proposals from a folder's documents as a table; return how many there are.

    Documents are redacted first, and only sentences that hold nothing to redact are proposed.
    """
    refuse_existing(out)
    redactor = build_redactor(inst)
    files = sorted(
        path for path in documents.rglob("*") if path.is_file() and path.name != "permissions.toml"
    )
    if not files:
        raise ConfigurationError(f"{documents} holds no document")
    bar.total(len(files))
    found: list[Proposal] = []
    for path in files:
        found += _proposed(path, documents, redactor)
        bar.step()
    chosen = sorted(found, key=_place)[:count]
    _write(table_text(sorted(chosen, key=lambda one: one.document), asker=asker), out)
    return len(chosen)


def refuse_existing(path: Path) -> None:
    """Raise `ConfigurationError` where a file would be written over."""
    if path.exists():
        raise ConfigurationError(f"{path} exists already: it is not written over")


def _proposed(path: Path, root: Path, redactor: Redactor) -> Iterator[Proposal]:
    name = str(path.relative_to(root))
    try:
        parsed = default_formats().parse(path.read_bytes(), path.name)
        document = redactor.redact(
            Document(
                id=name,
                tenant="main",
                source="folder",
                version="1",
                name=path.name,
                acl=Acl(),
                parsed=parsed,
            )
        )
    except SkipDocument:
        return
    yield from proposals(document, name)


def _place(one: Proposal) -> str:
    """Return what orders proposals by chance, always the same: a few of every document."""
    return hashlib.sha256(f"{one.document}\0{one.quote}".encode()).hexdigest()


def _write(text: str, path: Path) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
