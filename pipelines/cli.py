"""`ringfence`: the commands of an operator.

Data goes to stdout, everything else to stderr. An operator's mistake gives one line and the
exit code of its remedy, never a traceback. Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import (
    cli_abstention,
    cli_bench,
    cli_erase,
    cli_eval,
    cli_grounding,
    cli_index,
    cli_judge,
    cli_measure,
    cli_models,
    cli_redact,
    cli_retrieval,
    cli_search,
    cli_vault,
)
from pipelines.cli_parts import installation as _installation
from pipelines.cli_parts import print_json as _print_json
from pipelines.mishaps import as_known, report_crash
from rag.errors import RingfenceError, remedy
from rag.offline import switch_off_telemetry

if TYPE_CHECKING:
    from connectors.sources.folder import FolderConnector

app = typer.Typer(
    name="ringfence",
    help="Answers from documents that may not leave the building: redacted before they are "
    "indexed, shown only to those who may read them, every sentence cited.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
cli_eval.evaluation.command("redaction")(cli_measure.eval_redaction)
cli_eval.evaluation.command("grounding")(cli_grounding.eval_grounding)
cli_eval.evaluation.command("judge")(cli_judge.eval_judge)
cli_eval.evaluation.command("abstention")(cli_abstention.eval_abstention)
cli_eval.evaluation.command("retrieval")(cli_retrieval.eval_retrieval)
app.add_typer(cli_eval.evaluation, name="eval", no_args_is_help=True)
app.add_typer(cli_bench.bench, name="bench", no_args_is_help=True)
cli_index.index.command("verify")(cli_erase.verify_index)
app.add_typer(cli_index.index, name="index", no_args_is_help=True)
app.add_typer(cli_models.models, name="models", no_args_is_help=True)
app.command("ask")(cli_search.ask)
app.command("search")(cli_search.search)
app.command("erase")(cli_erase.erase)
app.command("reidentify")(cli_vault.reidentify)
app.add_typer(cli_vault.vault, name="vault", no_args_is_help=True)
app.add_typer(cli_redact.redact, name="redact", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")]
SOME_FAILED = 4


@app.command()
def init(
    demo: Annotated[
        bool, typer.Option("--demo", help="Add the principals of the sample corpora.")
    ] = False,
) -> None:
    """Make an installation in RINGFENCE_HOME (default: .ringfence in this folder)."""
    from pipelines.corpora import demo_principals
    from pipelines.home import create_home
    from rag.settings import home_folder

    home = home_folder()
    new = create_home(home, principals=demo_principals() if demo else "")
    _say(f"{'Made' if new else 'There is already'} an installation in {home}")
    if new:
        _say("Next: ringfence ingest PATH, then ringfence ask QUESTION --as PRINCIPAL")


@app.command()
def ingest(
    path: Annotated[
        Path, typer.Argument(help="A folder or a file; for another `sources.kind`, what it reads.")
    ],
    as_json: Json = False,
) -> None:
    """Bring the index in line with a folder: new, changed and removed documents."""
    from connectors.sources.folder import FolderConnector
    from pipelines.build import build_connector, build_ingest
    from pipelines.show import ProgressBar, ingest_summary, report_body

    inst = _installation()
    connector = build_connector(inst, path)
    if isinstance(connector, FolderConnector):
        _say_who_decides(connector, path, inst.settings.sources.default_groups)
    run = build_ingest(inst)
    try:
        with ProgressBar("Ingesting") as bar:
            report = run.run(connector, bar)
    except KeyboardInterrupt:
        _say("Stopped. What is done is kept; the same command goes on from here")
        raise
    finally:
        run.close()
    if as_json:
        _print_json(report_body(report))
    else:
        ingest_summary(report)
    if report.failed:
        _say(f"{report.failed} not indexed: `ringfence status --failed` says why")
        raise typer.Exit(SOME_FAILED)


@app.command()
def forget(
    path: Annotated[Path, typer.Argument(help="A folder or file, there or gone.")],
    as_json: Json = False,
) -> None:
    """Take everything that was ingested from a place out of the index, also if it is gone."""
    from pipelines.build import build_ingest

    run = build_ingest(_installation())
    try:
        removed = run.forget(path.resolve().parts)
    finally:
        run.close()
    if as_json:
        _print_json({"removed": removed})
    else:
        typer.echo(f"{removed} removed")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Start the REST service, on loopback unless told otherwise."""
    from pipelines.serve import run_server

    run_server(_installation(), host=host, port=port)


@app.command()
def status(
    failed: Annotated[
        bool, typer.Option("--failed", help="List the documents that are not indexed, and why.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say how many documents are indexed, on their way, or failed."""
    from pipelines.build import build_register
    from pipelines.show import show_failures, show_status
    from pipelines.status import failures, overview

    inst = _installation()
    register = build_register(inst)
    rows = failures(register, inst.settings.tenant) if failed else []
    facts = overview(register, inst)
    register.close()
    if as_json:
        _print_json({"failed": rows} if failed else facts)
    elif failed:
        show_failures(rows)
    else:
        show_status(facts)


@app.command()
def show(
    document: Annotated[str, typer.Argument(help="A document's id, or its redacted name.")],
    as_json: Json = False,
) -> None:
    """Print a document as it is indexed: after redaction."""
    from pipelines.build import build_audit, build_register
    from pipelines.show import show_document
    from pipelines.status import find_document
    from rag.api.schema import document_body

    inst = _installation()
    register = build_register(inst)
    found = find_document(register, inst.settings.tenant, document)
    register.close()
    build_audit(inst).append("show", {"document": found.id})
    if as_json:
        _print_json(document_body(found).model_dump(mode="json"))
    else:
        show_document(found)


@app.command()
def principals(as_json: Json = False) -> None:
    """List who may ask, and the groups they are in."""
    from pipelines.show import show_principals

    rows = [
        {
            "id": p.id,
            "name": p.name,
            "tenant": p.tenant,
            "groups": sorted(p.groups),
            "clearance": p.clearance,
            "purpose": p.purpose,
            "roles": sorted(p.roles),
        }
        for p in _installation().principals
    ]
    if as_json:
        _print_json({"principals": rows})
    else:
        show_principals(rows)


@app.command()
def key(
    principal: Annotated[str, typer.Argument(help="Whose key: see `ringfence principals`.")],
    revoke: Annotated[
        bool, typer.Option("--revoke", help="Take all keys of a principal away instead.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make an API key for a principal. It is shown once; only its hash is kept."""
    from pipelines.build import build_audit
    from rag.access.api_keys import ApiKeys

    inst = _installation()
    keys = ApiKeys(inst.home.api_keys)
    if revoke:
        count = keys.revoke(principal)
        build_audit(inst).append("revoke", {"principal": principal, "keys": count})
        _print_json({"revoked": count}) if as_json else typer.echo(f"{count} revoked")
        return
    owner = inst.principals.named(principal)
    value = keys.create(owner)
    build_audit(inst).append("key", {"principal": owner.id})
    if as_json:
        _print_json({"principal": owner.id, "key": value})
    else:
        typer.echo(value)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check the installation: packages, settings, keys, state, index, audit log, offline."""
    from pipelines.doctor import examine
    from pipelines.show import show_checks
    from rag.settings import home_folder

    checks = examine(home_folder())
    if as_json:
        _print_json({"checks": [check.body() for check in checks]})
    else:
        show_checks(checks)
    if not all(check.passed for check in checks):
        raise typer.Exit(2)


@app.command()
def audit(as_json: Json = False) -> None:
    """Verify the audit log: every entry is there, in order and unchanged."""
    from pipelines.build import build_audit

    entries = build_audit(_installation()).verify()
    if as_json:
        _print_json({"entries": entries, "intact": True})
    else:
        typer.echo(f"{entries} entries, intact")


@app.command()
def demo() -> None:
    """Ingest the sample corpora into this installation and ask six questions."""
    from pipelines.demo import run_demo
    from rag.settings import home_folder

    run_demo(home_folder())


def main() -> None:
    """Run a command; every error leaves by its remedy's exit code."""
    switch_off_telemetry()
    command = typer.main.get_command(app)
    sys.excepthook = report_crash  # Typer would put its own in the way, which shows values
    try:
        command()
    except RingfenceError as error:
        _say(f"ringfence: {error}")
        sys.exit(remedy(error).exit_code)
    except OSError as error:
        known = as_known(error)
        if known is None:
            raise
        _say(f"ringfence: {known}")
        sys.exit(remedy(known).exit_code)


def _say_who_decides(
    connector: FolderConnector, path: Path, default_groups: tuple[str, ...]
) -> None:
    """Say where permissions come from when it is not the given folder."""
    deciding = connector.deciding_file
    if deciding is None:
        groups = ", ".join(default_groups) or "nobody"
        _say(f"No permissions.toml at or above {path}: what states none is for {groups} alone")
    elif deciding.parent not in (path.resolve(), path.resolve().parent):
        _say(f"Permissions come from {deciding}")


def _say(message: str) -> None:
    typer.echo(message, err=True)


if __name__ == "__main__":
    main()
