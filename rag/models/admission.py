"""The gate that every model passes before native code sees its file.

A model is taken as GGUF or safetensors, with a sound header, with the hash it was registered
with, and under terms that the settings allow or that somebody answers for. Whatever is missing
refuses it, and both ways it is on the record.
"""

from __future__ import annotations

import stat
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from rag.errors import ConfigurationError, RefusedError
from rag.models import gguf
from rag.models.folder import read_folder, refuse_other_forms
from rag.models.hashes import Advance, RememberedHashes, nobody, together
from rag.models.licences import Claims, claims_of, licence_of
from rag.models.records import (
    AdmittedModel,
    Format,
    Licence,
    LicenceClass,
    LicenceException,
)
from rag.models.register import NAME, Entry, ModelRegister
from rag.ports import AuditLog


class Refusal(StrEnum):
    """Why a model was refused, as the audit log has it."""

    FILE = "file"  # not there, not whole, not of a form that is taken, or open to everybody
    HASH = "hash"
    LICENCE = "licence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A model whose file is sound; whether it may be used is not said yet."""

    path: Path
    format: Format
    files: tuple[Path, ...]
    size: int
    architecture: str
    quantisation: str
    parameters: int
    context: int
    vocabulary: str
    chat_template: str = field(repr=False)
    adapter: bool
    licence: Licence


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What became of checking one registered model: `finding` is empty where all is well."""

    name: str
    sha256: str
    finding: str


def examine(path: Path) -> Candidate:
    """Check the form and the headers of a model, or raise `ConfigurationError`."""
    path = path.expanduser().absolute()
    if not path.exists():
        raise ConfigurationError(f"there is no model at {path}")
    _refuse_open(path)
    return _in_folder(path) if path.is_dir() else _in_file(path)


def _in_folder(path: Path) -> Candidate:
    folder = read_folder(path)
    for file in folder.files:
        _refuse_open(file)
    return Candidate(
        path=path,
        format=Format.SAFETENSORS,
        files=folder.files,
        size=folder.size,
        architecture=folder.architecture,
        quantisation=", ".join(folder.kinds),
        parameters=folder.parameters,
        context=folder.context,
        vocabulary="",
        chat_template="",
        adapter=folder.adapter,
        licence=licence_of(Claims(architecture=folder.architecture, names=(folder.name,))),
    )


def _in_file(path: Path) -> Candidate:
    refuse_other_forms(path)
    header = gguf.read_header(path)
    return Candidate(
        path=path,
        format=Format.GGUF,
        files=(path,),
        size=header.size,
        architecture=header.architecture,
        quantisation=header.quantisation,
        parameters=header.parameters,
        context=header.context,
        vocabulary=header.vocabulary,
        chat_template=header.chat_template,
        adapter=header.adapter,
        licence=licence_of(claims_of(header)),
    )


class AdmissionGate:
    """Admits models into an installation's register, and out of it to those who run them."""

    def __init__(
        self,
        register: ModelRegister,
        hashes: RememberedHashes,
        allowed: Collection[str],
        audit: AuditLog,
    ) -> None:
        """Take what is needed; nothing is read yet.

        Args:
            register: The models there are.
            hashes: What hashes were computed before.
            allowed: Licence classes that need no exception, as the settings name them.
            audit: Where every admission and refusal is recorded.
        """
        self._register = register
        self._hashes = hashes
        self._allowed = frozenset(LicenceClass(one) for one in allowed)
        self._audit = audit

    def add(
        self,
        name: str,
        path: Path,
        *,
        source: str,
        sha256: str = "",
        exception: LicenceException | None = None,
        replace: bool = False,
        advance: Advance = nobody,
    ) -> AdmittedModel:
        """Admit a model and register it, or refuse it.

        Args:
            name: What settings call it.
            path: A GGUF file, or the folder of a safetensors model.
            source: Where it came from, for who asks later.
            sha256: The hash that its publisher states, if one is known.
            exception: Somebody's decision to use it, where its licence class is not allowed.
            replace: Whether another model of that name may be replaced.
            advance: Told how many bytes were hashed.
        """
        if not NAME.fullmatch(name):
            raise ConfigurationError("a model's name has a-z, 0-9, `.`, `_` and `-`, 64 at most")
        candidate = self._examined(name, path)
        digest = self._digest(candidate, fresh=True, advance=advance)
        if sha256 and sha256.lower() != digest:
            self._refused(name, Refusal.HASH, digest, candidate.licence)
            raise ConfigurationError(
                f"{candidate.path} has the hash {digest}, not the given one: fetch it again"
            )
        self._refuse_another(name, digest, replace=replace)
        self._check_licence(name, digest, candidate.licence, exception)
        model = _admitted(name, candidate, digest, source, _today(), exception)
        self._register.put(_entry(model))
        self._accepted(model)
        return model

    def model(self, name: str, advance: Advance = nobody) -> AdmittedModel:
        """Return a registered model whose file has not changed, or refuse it.

        The hash is computed again only if size, times or place of a file have changed.
        """
        return self._opened(self._register.entry(name), fresh=False, advance=advance)

    def verify(self, name: str, advance: Advance = nobody) -> Verification:
        """Check a registered model as if it were new, hashing every byte."""
        entry = self._register.entry(name)
        try:
            model = self._opened(entry, fresh=True, advance=advance)
        except (ConfigurationError, RefusedError) as error:
            return Verification(name=name, sha256=entry.sha256, finding=str(error))
        return Verification(name=name, sha256=model.sha256, finding="")

    def _opened(self, entry: Entry, *, fresh: bool, advance: Advance) -> AdmittedModel:
        candidate = self._examined(entry.name, Path(entry.path))
        digest = self._digest(candidate, fresh=fresh, advance=advance)
        if digest != entry.sha256:
            self._refused(entry.name, Refusal.HASH, digest, candidate.licence)
            raise ConfigurationError(
                f"{candidate.path} is not the file that was registered as `{entry.name}`: put that "
                f"one back, or `ringfence models add {entry.name} PATH --replace`"
            )
        self._check_licence(entry.name, digest, candidate.licence, entry.exception)
        model = _admitted(entry.name, candidate, digest, entry.source, entry.added, entry.exception)
        self._accepted(model)
        return model

    def _examined(self, name: str, path: Path) -> Candidate:
        try:
            return examine(path)
        except ConfigurationError:
            self._audit.append("model-refused", {"model": name, "reason": Refusal.FILE.value})
            raise

    def _digest(self, candidate: Candidate, *, fresh: bool, advance: Advance) -> str:
        compute = self._hashes.fresh if fresh else self._hashes.of
        if candidate.format is Format.GGUF:
            return compute(candidate.path, advance)
        base = candidate.path
        return together(
            (file.relative_to(base).as_posix(), compute(file, advance)) for file in candidate.files
        )

    def _refuse_another(self, name: str, digest: str, *, replace: bool) -> None:
        known = {entry.name: entry for entry in self._register.entries()}
        if name in known and known[name].sha256 != digest and not replace:
            raise ConfigurationError(
                f"`{name}` is registered with another file: choose another name, or --replace"
            )

    def _check_licence(
        self, name: str, digest: str, licence: Licence, exception: LicenceException | None
    ) -> None:
        if licence.kind in self._allowed or exception is not None:
            return
        self._refused(name, Refusal.LICENCE, digest, licence)
        allowed = ", ".join(sorted(self._allowed)) or "none"
        terms = f"{licence.name}, {licence.kind}" if licence.name else "unknown"
        doubts = "".join(f" ({doubt})" for doubt in licence.doubts)
        raise RefusedError(
            f"the terms of `{name}` are {terms}{doubts}; `models.allowed_licences` allows "
            f"{allowed}. {licence.watch} Who may decide to use it all the same says so with "
            "`ringfence models add ... --exception REASON --by NAME`"
        )

    def _accepted(self, model: AdmittedModel) -> None:
        self._audit.append(
            "model-admitted",
            {
                "model": model.name,
                "sha256": model.sha256,
                "licence_class": model.licence.kind.value,
                "exception": model.exception is not None,
            },
        )

    def _refused(self, name: str, reason: Refusal, digest: str, licence: Licence) -> None:
        self._audit.append(
            "model-refused",
            {
                "model": name,
                "reason": reason.value,
                "sha256": digest,
                "licence_class": licence.kind.value,
            },
        )


def _refuse_open(path: Path) -> None:
    """What everybody on a machine may change is not the file that was hashed."""
    mode = path.stat().st_mode
    sticky = path.is_dir() and mode & stat.S_ISVTX
    if mode & stat.S_IWOTH and not sticky:
        raise ConfigurationError(
            f"{path} may be changed by anybody on this machine: run `chmod o-w {path}`"
        )


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _admitted(
    name: str,
    candidate: Candidate,
    digest: str,
    source: str,
    added: str,
    exception: LicenceException | None,
) -> AdmittedModel:
    return AdmittedModel(
        name=name,
        path=candidate.path,
        sha256=digest,
        size=candidate.size,
        format=candidate.format,
        architecture=candidate.architecture,
        quantisation=candidate.quantisation,
        parameters=candidate.parameters,
        context=candidate.context,
        vocabulary=candidate.vocabulary,
        chat_template=candidate.chat_template,
        adapter=candidate.adapter,
        licence=candidate.licence,
        exception=exception,
        source=source,
        added=added,
    )


def _entry(model: AdmittedModel) -> Entry:
    return Entry(
        name=model.name,
        path=str(model.path),
        sha256=model.sha256,
        size=model.size,
        format=model.format.value,
        architecture=model.architecture,
        quantisation=model.quantisation,
        parameters=model.parameters,
        context=model.context,
        vocabulary=model.vocabulary,
        chat_template=bool(model.chat_template),
        adapter=model.adapter,
        family=model.licence.family,
        licence=model.licence.name,
        licence_class=model.licence.kind.value,
        watch=model.licence.watch,
        licence_checked=model.licence.checked,
        doubts=model.licence.doubts,
        source=gguf.printable(model.source),
        added=model.added,
        exception=model.exception,
    )
