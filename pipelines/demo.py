"""The whole way on the sample corpora: ingest, seven questions, answers with their evidence."""

from __future__ import annotations

import os
from pathlib import Path

from rich.text import Text

from eval.cases import Case, load_cases
from pipelines.build import (
    Installation,
    build_answering,
    build_connector,
    build_ingest,
    build_question_redactor,
    build_register,
    open_installation,
)
from pipelines.clock import Clock
from pipelines.corpora import NAMES, cases_file, demo_principals, documents_folder
from pipelines.home import create_home
from pipelines.show import OUT, ProgressBar, ingest_summary, show_answer
from rag.errors import ConfigurationError
from rag.records import RedactedDocument

# Two a domain; the second of the clinic is refused, the second of the law firm has no answer.
CASES = ("clinic-001", "clinic-074", "lawfirm-014", "lawfirm-059", "bank-010", "bank-034")

# A question by a family name; its patient stands in no indexed text.
BY_NAME, NAME = "clinic-018", "Adeyinka"


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
    _heading("3. A question by name, to an index that holds no name")
    with clock.stage("by name"):
        _ask_by_name(inst)
    _heading("4. Next")
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


def _ask(inst: Installation) -> None:
    """Put the six questions to the index."""
    cases = _cases()
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


def _ask_by_name(inst: Installation) -> None:
    """Show what a question by name becomes, how often the name stands in the index, the answer."""
    case = _cases()[BY_NAME]
    redactor = build_question_redactor(inst)
    register = build_register(inst)
    live = [one.id for one in register.entries(tenant=inst.settings.tenant) if one.version]
    texts = [register.document(document_id) for document_id in live]
    register.close()
    found = sum(NAME.casefold() in str(part).casefold() for one in texts for part in _parts(one))
    OUT.print()
    OUT.print(Text(case.question, style="bold"))
    OUT.print(f"read as: {redactor.redact_text(case.question, tenant=inst.settings.tenant)}")
    OUT.print(f"indexed texts that hold “{NAME}”: {found} of {len(texts)}")
    answering = build_answering(inst, redactor)
    try:
        show_answer(answering.ask(case.question, inst.principals.named(case.asker)))
    finally:
        answering.close()


def _parts(document: RedactedDocument) -> list[str]:
    return [document.text, document.title, document.name, *document.metadata.values()]


def _cases() -> dict[str, Case]:
    return {case.id: case for name in NAMES for case in load_cases(cases_file(name))}


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
