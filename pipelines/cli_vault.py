"""Commands around the vault: who is meant by a pseudonym, and what becomes of the originals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_parts import installation as _installation
from pipelines.cli_parts import print_json as _print_json
from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from pipelines.build import Installation
    from rag.records import Answer, Principal

vault = typer.Typer(help="Look after the encrypted originals of what was redacted.")

As = Annotated[str, typer.Option("--as", help="Who does it: see `ringfence principals`.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept in the audit log.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")]


def reidentify(
    principal: As,
    reason: Reason,
    tokens: Annotated[
        list[str] | None, typer.Argument(help="Pseudonyms such as [PERSON:k3f2mnop].")
    ] = None,
    document: Annotated[
        str, typer.Option("--document", help="Print the text of a document instead, by its id.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Say who or what is meant by pseudonyms, to who may know it; every attempt is recorded."""
    from pipelines.build import build_reidentifier

    if bool(tokens) == bool(document):
        raise ConfigurationError("name either pseudonyms or a --document")
    inst = _installation()
    asker = inst.principals.named(principal)
    reidentifier = build_reidentifier(inst)
    try:
        if document:
            restored = reidentifier.restore(document, asker, reason)
            body: dict[str, object] = {
                "name": restored.name,
                "title": restored.title,
                "text": restored.text,
                "metadata": dict(restored.metadata),
                "left": restored.left,
            }
            lines = [restored.text]
        else:
            told = reidentifier.reidentify(_bracketed(tokens or []), asker, reason)
            body = {"reidentified": told}
            lines = [f"{token} {value}" for token, value in told.items()]
    finally:
        reidentifier.close()
    if as_json:
        _print_json(body)
    else:
        for line in lines:
            typer.echo(line)


@vault.command("status")
def vault_status(as_json: Json = False) -> None:
    """Count what the vault holds."""
    from pipelines.build import build_register, build_vault
    from pipelines.show import show_status

    inst = _installation()
    register = build_register(inst)
    try:
        facts: dict[str, object] = dict(build_vault(inst, register).check(inst.settings.tenant))
    finally:
        register.close()
    facts["rotating"] = inst.vault_ring.following() is not None
    if as_json:
        _print_json(facts)
    else:
        show_status(facts)


@vault.command("rotate")
def vault_rotate(principal: As, as_json: Json = False) -> None:
    """Seal the vault with a new key; a rotation that was killed goes on where it was."""
    from pipelines.show import ProgressBar
    from pipelines.vault import rotate
    from rag.settings import NEXT_VAULT_KEY, VAULT_KEY

    inst = _installation()
    with ProgressBar("Sealing anew") as bar:
        done = rotate(inst, inst.principals.named(principal), bar)
    if as_json:
        _print_json({"rewrapped": done.rewrapped})
    else:
        typer.echo(f"{done.rewrapped} sealed anew")
    if done.given:
        typer.echo(f"Now set {VAULT_KEY} to the new key and unset {NEXT_VAULT_KEY}", err=True)


@vault.command("destroy")
def vault_destroy(
    tokens: Annotated[list[str], typer.Argument(help="Pseudonyms such as [PERSON:k3f2mnop].")],
    principal: As,
    reason: Reason,
    as_json: Json = False,
) -> None:
    """Make pseudonyms meaningless for good: nobody can learn any more what they stood for."""
    from pipelines.vault import destroy

    inst = _installation()
    clean = destroy(inst, _bracketed(tokens), inst.principals.named(principal), reason)
    if as_json:
        _print_json({"destroyed": len(tokens), "database_log_clean": clean})
    else:
        typer.echo(f"{len(tokens)} destroyed")
    if not clean:
        typer.echo("The database's log may hold them until it is vacuumed or not in use", err=True)


def named_answer(inst: Installation, answer: Answer, asker: Principal, reason: str) -> Answer:
    """Return an answer that names who is meant, if the asker may know it."""
    from pipelines.build import build_reidentifier

    reidentifier = build_reidentifier(inst)
    try:
        return reidentifier.resolve_answer(answer, asker, reason)
    finally:
        reidentifier.close()


def _bracketed(tokens: Sequence[str]) -> list[str]:
    """Return pseudonyms with the brackets that a hand left out."""
    return [one if one.startswith("[") else f"[{one}]" for one in tokens]
