"""Labelled documents put to the redactor as this installation would use it."""

from __future__ import annotations

import platform
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from eval.redaction.labels import Labelled
from eval.redaction.readers import EVERYTHING, read_corpora
from eval.redaction.report import Run
from eval.redaction.run import Find, evaluate
from eval.redaction.split import Part
from pipelines.build import Installation, build_names
from pipelines.own_corpora import own_corpora
from rag.errors import ConfigurationError
from rag.ports import NameModel
from rag.records import Acl, Document, Finding, Parsed
from rag.redact.engine import PresidioRedactor
from rag.redact.kinds import KINDS
from rag.redact.policy import Action, Policies, Policy, Rule
from rag.redact.policy_file import load_policy
from rag.redact.pseudonyms import Pseudonyms


class Bar(Protocol):
    """Shows how far a measurement is."""

    def total(self, count: int) -> None:
        """Say how many documents there are."""

    def step(self) -> None:
        """Say that one more is done."""


def measure_redaction(
    inst: Installation, data: Sequence[Path], *, policy: str, part: Part, bar: Bar
) -> Run:
    """Redact labelled documents, the own corpora if none are given, and score what was replaced.

    An empty policy means the one that fits each format: `court` for judgments, else a policy
    that takes out every kind.
    """
    begun = time.perf_counter()
    started = datetime.now(UTC).isoformat()
    own = None if data else own_corpora()
    corpora = own.corpora if own else tuple(read_corpora(data, part=part))
    if not any(corpus.documents for corpus in corpora):
        raise ConfigurationError(f"there is no document in the {part.value} part")
    bar.total(sum(len(corpus.documents) for corpus in corpora))
    names = build_names(inst)
    results = []
    for corpus in corpora:
        chosen = measured_policy(policy or corpus.policy, plugins=inst.settings.plugins)
        redactor = build_measured_redactor(inst, names, chosen)
        results.append(
            evaluate(
                own.found_by(redactor) if own else found_by(redactor),
                corpus,
                policy=chosen.name,
                policy_hash=chosen.digest,
                redactor=redactor.fingerprint,
                step=bar.step,
            )
        )
    return Run(
        started=started,
        seconds=round(time.perf_counter() - begun, 2),
        part=part.value,
        code_version=version("ringfence"),
        python_version=platform.python_version(),
        name_model=names.fingerprint if names.kinds else "",
        results=tuple(results),
    )


def new_folder(inst: Installation) -> Path:
    """Return where the report of a measurement goes if nobody says."""
    return inst.home.runs / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-redaction"


def build_measured_redactor(
    inst: Installation, names: NameModel, policy: Policy
) -> PresidioRedactor:
    """The redactor with this installation's settings and key, under one policy.

    What is in another language is measured like the rest: a refusal would hide what is missed.
    """
    return PresidioRedactor(
        inst.settings.redact.model_copy(update={"other_languages": "redact"}),
        Pseudonyms(inst.keys.derive("pseudonyms")),
        names,
        inst.settings.plugins,
        policies=Policies(default=policy.name, by_reference={policy.name: policy}),
    )


def measured_policy(reference: str, *, plugins: Sequence[str] = ()) -> Policy:
    """Return a policy by name or path; `all` masks every kind there is.

    With plugins, which kinds there are is known once the recognizers are loaded.
    """
    if reference == EVERYTHING:
        return Policy(name=EVERYTHING, version="1", default=Rule(action=Action.MASK), rules={})
    return load_policy(reference, None if plugins else KINDS)


def found_by(redactor: PresidioRedactor) -> Find:
    """Return what finds, in a labelled document, the ranges that the redactor replaces."""

    def find(document: Labelled) -> Sequence[Finding]:
        redacted = redactor.redact(_document(document))
        return [
            Finding(kind=one.kind, start=one.source_start, end=one.source_end, score=one.score)
            for one in redacted.redactions
        ]

    return find


def _document(document: Labelled) -> Document:
    """Return a labelled text as a document whose title and name say nothing."""
    parsed = Parsed(text=document.text, title="", elements=(), media_type="text/plain")
    return Document(
        id=document.id,
        tenant="measured",
        source="labelled",
        version="1",
        name="document.txt",
        acl=Acl(),
        parsed=parsed,
    )
