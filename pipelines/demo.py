"""The whole way on the sample corpora: ingest, six questions, answers with their evidence."""

from __future__ import annotations

import os
from pathlib import Path

from rich.text import Text

from eval.cases import load_cases
from pipelines.build import (
    Installation,
    build_answering,
    build_connector,
    build_ingest,
    open_installation,
)
from pipelines.clock import Clock
from pipelines.corpora import NAMES, cases_file, demo_principals, documents_folder
from pipelines.home import create_home
from pipelines.show import OUT, ProgressBar, ingest_summary, show_answer
from rag.errors import ConfigurationError

# Two a domain; the second of the clinic is refused, the second of the law firm has no answer.
CASES = ("clinic-001", "clinic-074", "lawfirm-014", "lawfirm-059", "bank-010", "bank-034")


def run_demo(home: Path) -> None:
    """Run the demo in an installation, making it if there is none."""
    clock = Clock()
    create_home(home, principals=demo_principals())
    inst = open_installation(home)
    _require_demo_principals(inst)
    _heading("1. Documents in, identifiers out")
    with clock.stage("ingest"):
        _ingest(inst)
    _heading("2. Six questions, each asked by somebody with permissions of his own")
    with clock.stage("answers"):
        _ask(inst)
    _heading("3. Next")
    seconds = ", ".join(f"{name} {value:.1f} s" for name, value in clock.rounded().items())
    OUT.print(f"Took: {seconds}")
    place = os.path.relpath(home)
    prefix = "" if place == ".ringfence" else f"RINGFENCE_HOME={place} "
    OUT.print(f"Ask your own:       {prefix}.venv/bin/ringfence ask QUESTION --as dr.achterberg")
    OUT.print(f"Measure it:         {prefix}.venv/bin/ringfence eval run")
    OUT.print(f"Make an API key:    {prefix}.venv/bin/ringfence key dr.achterberg")
    OUT.print(f"Start the service:  {prefix}.venv/bin/ringfence serve")


def _ingest(inst: Installation) -> None:
    """Ingest the three corpora, each a source with permissions of its own."""
    ingest = build_ingest(inst)
    try:
        for name in NAMES:
            with ProgressBar(f"Ingesting {name}") as bar:
                report = ingest.run(build_connector(inst, documents_folder(name)), bar)
            OUT.print(Text(name, style="bold"))
            ingest_summary(report)
    finally:
        ingest.close()
    from rag.redact.engine import NOT_YET

    OUT.print(Text(f"Not redacted yet: {', '.join(NOT_YET)}.", style="yellow"))


def _ask(inst: Installation) -> None:
    """Put the six questions to the index."""
    cases = {case.id: case for name in NAMES for case in load_cases(cases_file(name))}
    answering = build_answering(inst)
    try:
        with ProgressBar("Loading the encoder"):
            answering.warm()
        for case in (cases[number] for number in CASES):
            asker = inst.principals.named(case.asker)
            OUT.print()
            OUT.print(Text(f"{case.question}", style="bold"))
            OUT.print(Text(f"asked by {asker.id}: {asker.name}", style="dim"))
            show_answer(answering.ask(case.question, asker))
    finally:
        answering.close()


def _require_demo_principals(inst: Installation) -> None:
    """Say what to do when the installation is somebody's own."""
    known = {principal.id for principal in inst.principals}
    cases = [case for name in NAMES for case in load_cases(cases_file(name))]
    if not {case.asker for case in cases} <= known:
        raise ConfigurationError(
            f"{inst.home.path} is not a demo installation: "
            "set RINGFENCE_HOME to another folder for the demo"
        )


def _heading(text: str) -> None:
    OUT.print()
    OUT.print(Text(text, style="bold underline"))
