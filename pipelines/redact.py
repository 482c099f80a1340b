"""What a privacy officer signs: files redacted as they would be before indexing, and a report.

Nothing is stored, indexed or kept in the vault. Originals are shown to those who have a role for
it, of documents that they may read, and only once that is on record.
"""

from __future__ import annotations

import errno
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from eval.marked import Redacted, Redaction
from pipelines.build import (
    Installation,
    build_audit,
    build_connector,
    build_names,
    build_places,
    build_policy_table,
    build_redactor,
    build_source_table,
)
from pipelines.stages import Parsing
from rag.access.roles import Role, has_role, require_role
from rag.access.rows import may_read
from rag.errors import ConfigurationError, RedactionError, RefusedError, RetryError, SkipDocument
from rag.keys import write_private
from rag.ports import Connector
from rag.records import Document, ListingGap, Principal, RedactedText, SourceItem
from rag.redact.engine import NOT_YET, PresidioRedactor
from rag.redact.report import RedactionReport

VALUES_SHOWN = "redact-values"
VALUES_REFUSED = "redact-values-refused"
_ROLES = (Role.REDACTION_REVIEW, Role.PRIVACY_OFFICER)
_ENDINGS = (".yaml", ".yml")


class Bar(Protocol):
    """Shows how far it is."""

    def total(self, count: int) -> None:
        """Say how many documents there are."""

    def step(self) -> None:
        """Say that one more is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What redacts the documents of one place."""

    inst: Installation
    connector: Connector
    formats: Parsing
    redactor: PresidioRedactor
    policy: str
    viewer: Principal | None = field(default=None)

    def one(self, number: int, item: SourceItem | ListingGap) -> Redacted:
        """Redact one document, or say why that failed."""
        place = build_places(self.inst).document_id(item.place)
        relative = item.place[len(self.connector.root) :] or item.place[-1:]
        name = "/".join(relative)
        if isinstance(item, ListingGap):
            return self._failed(number, place, name, item.reason)
        try:
            document = self._document(place, name, item)
            report = self.redactor.explain(document)
        except (SkipDocument, RetryError) as error:
            return self._failed(number, place, name, str(error))
        except Exception as error:  # as an ingest would list it: by its type, never its text
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                raise
            return self._failed(number, place, name, f"unexpected {type(error).__name__}")
        return Redacted(
            number=number,
            id=place,
            name=report.document.name,
            report=report,
            values=self._values(document, report),
        )

    def _document(self, place: str, name: str, item: SourceItem) -> Document:
        data = self.connector.fetch(item)
        return Document(
            id=place,
            tenant=self.inst.settings.tenant,
            source=build_source_table(self.inst).of(item.place),
            version=item.version,
            name=name,
            acl=item.acl,
            parsed=self.formats.parse(data, item.name),
            policy=self.policy or build_policy_table(self.inst).of(item.place),
        )

    def _values(self, document: Document, report: RedactionReport) -> tuple[str, ...]:
        """Return the originals of the redactions of the text, if the viewer may see them."""
        viewer = self.viewer
        if viewer is None or not _may_see(viewer, document):
            return ()
        text = document.parsed.text
        return tuple(text[r.source_start : r.source_end] for r in report.document.redactions)

    def _failed(self, number: int, place: str, name: str, reason: str) -> Redacted:
        return Redacted(
            number=number,
            id=place,
            name=self._shown(name, "a document"),
            report=None,
            failure=str(self._shown(reason, "it could not be redacted")),
        )

    def _shown(self, text: str, otherwise: str) -> RedactedText:
        """Return a name or a reason, redacted; else what says nothing."""
        tenant = self.inst.settings.tenant
        try:
            return self.redactor.redact_text(text, tenant=tenant)
        except RedactionError:
            return self.redactor.redact_text(otherwise, tenant=tenant)


def redact_place(
    inst: Installation, path: Path, *, policy: str, viewer: Principal | None, bar: Bar
) -> Redaction:
    """Redact the documents of a file or folder under one policy, or under those of settings.

    Args:
        inst: The installation whose settings and keys are used.
        path: What is redacted.
        policy: A policy's name or file; empty means what settings say of each place.
        viewer: Who shall see original values: see `viewer_of`.
        bar: Shows how far it is.
    """
    from connectors.formats.registry import default_formats

    reference = _absolute(policy)
    redactor = build_redactor(inst, [reference] if reference else [])
    work = Work(
        inst=inst,
        connector=build_connector(inst, path),
        formats=default_formats(),
        redactor=redactor,
        policy=reference,
        viewer=viewer,
    )
    items = list(work.connector.items())
    if not items:
        raise ConfigurationError(f"there is no document in {path}")
    bar.total(len(items))
    documents = []
    for number, item in enumerate(items, start=1):
        documents.append(work.one(number, item))
        bar.step()
    names = build_names(inst)
    references = {reference} if reference else {"", *inst.settings.redact.sources.values()}
    return Redaction(
        made=f"{datetime.now(UTC):%Y-%m-%d, %H:%M}",
        documents=tuple(documents),
        recognizers={
            redactor.policy(one).digest: redactor.fingerprint_under(one) for one in references
        },
        name_model=names.fingerprint if names.kinds else "",
        minimum_score=inst.settings.redact.minimum_score,
        names_minimum_score=inst.settings.redact.names_minimum_score,
        code_version=version("ringfence"),
        not_found=() if names.kinds else NOT_YET,
    )


def viewer_of(inst: Installation, principal_id: str) -> Principal:
    """Return who may see original values, or refuse and put that on record."""
    if not principal_id:
        raise ConfigurationError("original values are shown to somebody: say to whom with --as")
    viewer = inst.principals.named(principal_id)
    try:
        require_role(viewer, *_ROLES)
    except RefusedError:
        build_audit(inst).append(VALUES_REFUSED, {"principal": viewer.id})
        raise
    return viewer


def record_values(inst: Installation, redaction: Redaction, viewer: Principal) -> None:
    """Put on record whose originals somebody is about to be shown."""
    build_audit(inst).append(
        VALUES_SHOWN,
        {
            "principal": viewer.id,
            "documents": [one.id for one in redaction.documents if one.values],
            "values": sum(len(one.values) for one in redaction.documents),
            "policies": [one.digest for one in redaction.policies],
        },
    )


def write_texts(redaction: Redaction, out: Path) -> None:
    """Write the redacted text to a file, or of several documents to files of a new folder.

    The files have the numbers that the documents have in the report: names may tell of persons.
    """
    done = redaction.done
    if len(redaction.documents) == 1:
        for one in done:
            write_whole(out, _text(one))
        return
    try:
        out.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise ConfigurationError(f"{out} cannot be made: {error.strerror}") from error
    for one in done:
        write_whole(out / f"{one.number:04}.txt", _text(one))


def check_file(path: Path) -> None:
    """Refuse what a file cannot be written to, before any work is done for it.

    A device or a link is not written to: the new file would take its place.
    """
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise ConfigurationError(f"{path} cannot be written: it is there, and is no plain file")
    if not path.parent.is_dir():
        raise ConfigurationError(f"{path} cannot be written: there is no folder {path.parent}")


def write_whole(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    check_file(path)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        write_private(aside, text.encode("utf-8", "backslashreplace"))
        aside.replace(path)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def counts(documents: Sequence[Redacted]) -> dict[str, int]:
    """Return how many identifiers of each kind were replaced in all texts."""
    totals: dict[str, int] = {}
    for one in documents:
        for kind, count in (one.report.document.redaction_counts() if one.report else {}).items():
            totals[kind] = totals.get(kind, 0) + count
    return dict(sorted(totals.items()))


def _text(one: Redacted) -> str:
    return str(one.report.document.text) if one.report else ""


def _may_see(viewer: Principal, document: Document) -> bool:
    """Whether somebody may see the originals of a document: he may read it, or answers for all."""
    everything = has_role(viewer, Role.PRIVACY_OFFICER) and viewer.tenant == document.tenant
    return everything or may_read(viewer, tenant=document.tenant, acl=document.acl)


def _absolute(policy: str) -> str:
    """Return a policy's file as seen from here: settings' paths start from the installation."""
    return str(Path(policy).resolve()) if policy.endswith(_ENDINGS) else policy
