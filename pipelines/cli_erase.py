"""`ringfence erase`: what must go goes, and a certificate says so."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli_parts import installation as _installation
from pipelines.cli_parts import print_json as _print_json
from rag.errors import ConfigurationError, NotFoundError

if TYPE_CHECKING:
    from pipelines.build import Installation
    from pipelines.erase import Erasure
    from pipelines.erasing import Plan, Selection
    from rag.state.register import Entry

Subject = Annotated[
    str,
    typer.Option("--subject", help="A pseudonym, a name or an identifier; `-` reads it from stdin"),
]
Documents = Annotated[list[str] | None, typer.Option("--document", help="Id of a document.")]
Source = Annotated[str, typer.Option("--source", help="Everything of a source, by its name.")]
Before = Annotated[str, typer.Option("--before", help="Everything of before a day: 2024-05-31.")]
Expired = Annotated[bool, typer.Option("--expired", help="What `sources.keep_days` says is over.")]
Whole = Annotated[
    bool, typer.Option("--with-documents", help="The documents that mention the subject too.")
]
As = Annotated[str, typer.Option("--as", help="Who does it; needed for a subject.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; needed for a subject.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="List what would go, and leave it.")]
Certificate = Annotated[Path | None, typer.Option("--certificate", help="File to write it to.")]
Verify = Annotated[Path | None, typer.Option("--verify", help="Check a certificate instead.")]
Listed = Annotated[bool, typer.Option("--list", help="List erasures and what is kept out.")]
Lift = Annotated[str, typer.Option("--lift", help="Let a document come back, by its id.")]
Scrub = Annotated[bool, typer.Option("--scrub", help="Only rewrite the index's files.")]
Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for who is busy.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")]


def erase(
    subject: Subject = "",
    document: Documents = None,
    source: Source = "",
    before: Before = "",
    expired: Expired = False,
    with_documents: Whole = False,
    principal: As = "",
    reason: Reason = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    certificate: Certificate = None,
    verify: Verify = None,
    listed: Listed = False,
    lift: Lift = "",
    scrub: Scrub = False,
    wait: Wait = 60.0,
    as_json: Json = False,
) -> None:
    """Erase documents or a person from everything that is kept here, with a signed certificate."""
    given = {
        "subject": (subject,) if subject else (),
        "document": tuple(document or ()),
        "source": (source,) if source else (),
        "before": (before,) if before else (),
        "expired": ("",) if expired else (),
    }
    chosen = [kind for kind, of in given.items() if of]
    others = [one for one in (verify, listed, lift, scrub) if one]
    if len(chosen) + len(others) != 1:
        raise ConfigurationError(
            "name one of --subject, --document, --source, --before, --expired, --list, --lift,"
            " --scrub and --verify"
        )
    if verify is not None:
        _verify(verify, as_json=as_json)
        return
    with _opened() as (inst, erasure):
        if others:
            _look_after(inst, erasure, listed=listed, lift=lift, as_json=as_json)
            return
        who = _allowed(inst, chosen[0], principal, reason)
        selection, perhaps = _selection(inst, erasure, chosen[0], given, whole=with_documents)
        plan = erasure.plan(selection)
        if dry_run:
            _show_plan(plan, perhaps, as_json=as_json)
            return
        _confirm(plan, yes=yes)
        asked = erasure.ask(plan, by=who, reason=_redacted(inst, reason, selection))
        from pipelines.erase_worker import do_or_wait

        done = do_or_wait(erasure, asked, seconds=wait, say=_say)
    _hand_over(done, certificate, perhaps, as_json=as_json)


def verify_index(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
    source_path: Annotated[
        Path | None, typer.Option("--source-path", help="Compare with what lies there too.")
    ] = None,
    foreign: Annotated[
        bool,
        typer.Option("--orphans", help="Remove what is not ours from a served index, too."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Compare source, state and index, and say what does not agree."""
    from pipelines.verify import run_verification

    report = run_verification(
        _installation(), repair=repair, source_path=source_path, foreign=foreign
    )
    if as_json:
        _print_json(report.body())
    else:
        for line in report.lines():
            typer.echo(line)
    if report.found:
        raise typer.Exit(2)


@contextmanager
def _opened() -> Iterator[tuple[Installation, Erasure]]:
    from pipelines.build import build_erasure

    inst = _installation()
    erasure = build_erasure(inst)
    try:
        yield inst, erasure
    finally:
        erasure.close()


def _allowed(inst: Installation, kind: str, principal: str, reason: str) -> str:
    """Return who does it; to look a person up, and to destroy the way back, takes a role."""
    from pipelines.build import build_audit
    from rag.access.reasons import check_reason
    from rag.access.roles import Role, require_role
    from rag.errors import RefusedError

    if kind != "subject":
        return inst.principals.named(principal).id if principal else ""
    if not principal:
        raise ConfigurationError("--subject needs --as: somebody with a role for it")
    asker = inst.principals.named(principal)
    try:
        check_reason(reason)
        require_role(asker, Role.PRIVACY_OFFICER, Role.VAULT_ADMIN)
        if asker.tenant != inst.settings.tenant:
            raise RefusedError("this is another tenant's installation")
    except RefusedError:
        build_audit(inst).append("erase-refused", {"principal": asker.id})
        raise
    build_audit(inst).append("erase-looked", {"principal": asker.id})
    return asker.id


def _selection(
    inst: Installation,
    erasure: Erasure,
    kind: str,
    given: dict[str, tuple[str, ...]],
    *,
    whole: bool,
) -> tuple[Selection, tuple[str, ...]]:
    """Return what is meant, and the pseudonyms that may be meant as well."""
    from typing import cast

    from pipelines.build import build_subjects
    from pipelines.erasing import Kind, Selection

    if kind != "subject":
        if whole:
            raise ConfigurationError("--with-documents belongs to --subject")
        of = () if kind == "expired" else given[kind]
        return Selection(kind=cast("Kind", kind), of=of), ()
    text = sys.stdin.readline() if given[kind] == ("-",) else given[kind][0]
    found = build_subjects(inst, erasure.erasures, erasure.register).meant(text)
    if not found.tokens:
        also = f"; a shorter name of {len(found.perhaps)} pseudonyms" if found.perhaps else ""
        raise NotFoundError(f"nobody here is known by exactly that{also}: --subject takes those")
    return Selection(kind="subject", of=found.tokens, with_documents=whole), found.perhaps


def _redacted(inst: Installation, reason: str, selection: Selection) -> str:
    """Return a reason as it may be kept: the record must not say whom it was about."""
    if not reason.strip():
        return ""
    from pipelines.build import build_redactor, build_register, build_vault
    from rag.access.reasons import check_reason, without_values

    check_reason(reason)
    if selection.kind == "subject":
        register = build_register(inst)
        try:
            spelled = build_vault(inst, register).values(inst.settings.tenant, selection.of)
        except ConfigurationError:  # the key is lost: they can go without
            spelled = {}
        finally:
            register.close()
        reason = without_values(reason, spelled)
    return str(build_redactor(inst).redact_text(reason, tenant=inst.settings.tenant))


def _confirm(plan: Plan, *, yes: bool) -> None:
    if yes or plan.is_empty:
        return
    what = f"{len(plan.documents)} documents and {len(plan.tokens)} pseudonyms"
    if not sys.stdin.isatty():
        raise ConfigurationError(f"this erases {what} for good: add --yes, or --dry-run to look")
    typer.confirm(f"Erase {what} for good?", abort=True, err=True)


def _show_plan(plan: Plan, perhaps: tuple[str, ...], *, as_json: bool) -> None:
    going, staying = _described(plan.documents), _described(plan.mentioning)
    if as_json:
        _print_json(
            {
                "documents": going,
                "pseudonyms": list(plan.tokens),
                "mentioning": staying,
                "perhaps": list(perhaps),
            }
        )
        return
    for title, rows in (("would go", going), ("would go on mentioning it", staying)):
        for row in rows:
            typer.echo(f"{title}: {row['document']} {row['day']} {row['name']}")
    typer.echo(f"{len(plan.documents)} documents, {len(plan.tokens)} pseudonyms")
    _say_perhaps(perhaps)


def _described(entries: Sequence[Entry]) -> list[dict[str, str]]:
    return [
        {"document": one.id, "name": str(one.name), "source": one.source, "day": one.day}
        for one in entries
    ]


def _hand_over(
    done: dict[str, Any], path: Path | None, perhaps: tuple[str, ...], *, as_json: bool
) -> None:
    if path is not None:
        try:
            path.write_text(json.dumps(done, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        except OSError as error:
            raise ConfigurationError(
                f"{path} cannot be written: {error.strerror}; it is erased: run the same command"
                " again for the certificate"
            ) from None
    if as_json:
        _print_json(done)
    else:
        documents, tokens = len(done["documents"]), len(done["pseudonyms"])
        typer.echo(f"{documents} documents and {tokens} pseudonyms erased: {done['id']}")
        for line in done["remains"]:
            _say(line)
    _say_perhaps(perhaps)


def _say_perhaps(perhaps: tuple[str, ...]) -> None:
    if perhaps:
        _say(f"A shorter name may mean these too, which were left: {' '.join(perhaps)}")


def _look_after(
    inst: Installation, erasure: Erasure, *, listed: bool, lift: str, as_json: bool
) -> None:
    """List, lift or scrub."""
    tenant = inst.settings.tenant
    if lift:
        if not erasure.lift(lift):
            raise NotFoundError("no document of that id is kept out")
        _print_json({"lifted": lift}) if as_json else typer.echo("1 may come back")
    elif listed:
        done = [
            {"erasure": one.id, "asked": one.asked, "state": one.state.value, **one.request}
            for one in erasure.erasures.rows(tenant)
        ]
        out = [
            {"document": one.document_id, "why": one.why.value, "since": one.at, "day": one.day}
            for one in erasure.erasures.withheld(tenant)
        ]
        if as_json:
            _print_json({"erasures": done, "kept_out": out})
            return
        for row in done:
            typer.echo(f"{row['erasure']} {row['asked']} {row['state']}")
        for row in out:
            typer.echo(f"kept out: {row['document']} {row['why']} {row['since']}")
    else:
        rewritten = erasure.scrub()
        _print_json({"rewritten": rewritten}) if as_json else typer.echo(
            "index rewritten" if rewritten else "the server rewrites its files by its own rules"
        )


def _verify(path: Path, *, as_json: bool) -> None:
    from pipelines.certificate import check, digest, read
    from pipelines.home import Home, installation_keys
    from rag.settings import home_folder

    found = read(path)
    home = Home(home_folder())
    ours = check(found, installation_keys(home) if home.settings.exists() else None)
    if as_json:
        _print_json({"valid": True, "own": ours, "sha256": digest(found)})
    else:
        whose = "by this installation" if ours else "by the key it names, not this installation's"
        typer.echo(f"valid, signed {whose}; {digest(found)}")


def _say(message: str) -> None:
    typer.echo(message, err=True)
