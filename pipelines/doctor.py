"""Checks of an installation that an operator can act on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ConfigurationError, RingfenceError

if TYPE_CHECKING:
    from pipelines.build import Installation


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding."""

    name: str
    passed: bool
    finding: str

    def body(self) -> dict[str, object]:
        """Return it as JSON."""
        return {"name": self.name, "passed": self.passed, "finding": self.finding}


def examine(home: Path) -> list[Check]:
    """Run every check; one that fails does not keep the others from running."""
    from pipelines.build import open_installation

    checks = [_check("packages", _packages), _check("torch", _torch)]
    try:
        inst = open_installation(home)
    except RingfenceError as error:
        return [*checks, Check(name="installation", passed=False, finding=str(error))]
    checks.append(Check(name="installation", passed=True, finding=str(home)))
    for name, examiner in _examiners(inst):
        checks.append(_check(name, examiner))
    return checks


def _examiners(inst: Installation) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "principals", lambda: _principals(inst)
    yield "state", lambda: _state(inst)
    yield "vault", lambda: _vault(inst)
    yield "index", lambda: _index(inst)
    yield "audit", lambda: _audit(inst)
    yield "redaction", lambda: _redaction(inst)
    yield "encoder", lambda: _encoder(inst)
    if inst.settings.generate.kind in ("model", "tiers"):
        yield "model", lambda: _model(inst)


def _check(name: str, examiner: Callable[[], str]) -> Check:
    try:
        return Check(name=name, passed=True, finding=examiner())
    except RingfenceError as error:
        return Check(name=name, passed=False, finding=str(error))


def _packages() -> str:
    from pipelines.names import OWN_NAMES, check_own_names, foreign_owners

    check_own_names()
    others = foreign_owners()
    if others:
        raise ConfigurationError(f"also claimed by other distributions: {others}")
    return f"{', '.join(OWN_NAMES)} are ours alone"


def _torch() -> str:
    """A CUDA build, or what one brings, means that an extra replaced the CPU build."""
    names = {(dist.name or "").casefold() for dist in distributions()}
    gpu = sorted(name for name in names if name.startswith("nvidia-"))
    if gpu:
        raise ConfigurationError(f"{len(gpu)} CUDA packages are installed: install from the lock")
    return "CPU build, no CUDA packages"


def _principals(inst: Installation) -> str:
    count = len(list(inst.principals))
    if not count:
        raise ConfigurationError(f"{inst.home.principals} names nobody: no one can ask")
    return f"{count} known"


def _state(inst: Installation) -> str:
    from pipelines.build import build_register

    register = build_register(inst)
    counts = register.counts(tenant=inst.settings.tenant)
    register.close()
    return ", ".join(f"{count} {stage}" for stage, count in sorted(counts.items())) or "empty"


def _vault(inst: Installation) -> str:
    """Open something of what is kept, with every key that sealed something."""
    from pipelines.build import build_register, build_vault

    if inst.settings.redact.keep_originals:
        inst.vault_ring.current()
    register = build_register(inst)
    try:
        facts = build_vault(inst, register).check(inst.settings.tenant)
    finally:
        register.close()
    if inst.vault_ring.following() is not None:
        raise ConfigurationError("a rotation was not finished: run `ringfence vault rotate` again")
    return ", ".join(f"{count} {what}" for what, count in facts.items())


def _index(inst: Installation) -> str:
    """Compare the index with the register: every live document whole, and nothing else."""
    from pipelines.verify import run_check

    found = run_check(inst)
    wrong = {document for documents in found.found.values() for document in documents}
    if wrong:
        inst.home.unfinished.touch()  # the next ingest looks for what is wrong
        raise ConfigurationError(
            f"{len(wrong)} documents differ between index and state: run your ingests again, "
            "`ringfence index verify` says more"
        )
    return f"{found.documents} documents, {found.passages} passages"


def _audit(inst: Installation) -> str:
    from pipelines.build import build_audit

    return f"{build_audit(inst).verify()} entries, intact"


def _redaction(inst: Installation) -> str:
    from pipelines.build import build_redactor

    probe = "Reach me at ringfence.doctor@example.org."
    redacted = build_redactor(inst).redact_text(probe, tenant=inst.settings.tenant)
    if "doctor@example" in redacted:
        raise ConfigurationError("the redactor left an e-mail address in place")
    return "works"


def _encoder(inst: Installation) -> str:
    from pipelines.build import build_encoder, build_redactor

    encoder = build_encoder(inst)
    probe = build_redactor(inst).redact_text("works", tenant=inst.settings.tenant)
    vectors = encoder.embed_question(probe)
    return f"{len(vectors.dense)} dimensions"


def _model(inst: Installation) -> str:
    """Start the models and wait for them, as the service does."""
    from pipelines.build import build_encoder, build_register
    from pipelines.build_answers import build_answerer
    from rag.models.native import choose

    register = build_register(inst)
    answerer = build_answerer(inst, build_encoder(inst), register, inst.settings.generate.kind)
    try:
        answerer.warm()
        ready = answerer.ready()
    finally:
        answerer.close()
        register.close()
    if not ready:
        raise ConfigurationError("the model's server does not answer")
    native = choose(inst.named.native)
    return f"{answerer.model} answers" + (f"; {native.reason}" if native.reason else "")
