"""Models asked without evidence, for `ringfence eval compare --closed-book` and nothing else."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from eval.bought import ClosedBooks
from eval.cases import Case
from eval.closed_book import ClosedBook, prompt_fingerprint
from eval.solver import Frozen, Library, Outcome, Setup, Solver
from pipelines.answer import NOT_FOUND
from pipelines.build import Installation
from pipelines.build_answers import SECTIONS, TIERS, build_client
from pipelines.contenders import Contender, laid_over
from pipelines.system import written
from rag.errors import RingfenceError
from rag.ports import Redactor
from rag.records import Answer, AnswerSentence, Draft, Principal, Verdict

NO_MODEL = "it has no language model"
SEVERAL = "it asks several models: compare each by itself"


class ClosedBookSolver:
    """Answers cases from what a model knows. Nothing is searched, cited or checked for support.

    What it writes is looked through for identifiers like any answer, under the strictest policy.
    """

    def __init__(
        self, model: ClosedBook, redactor: Redactor, library: Library, setup: Setup
    ) -> None:
        self._model = model
        self._redactor = redactor
        self._library = library
        self._setup = setup

    @property
    def setup(self) -> Setup:
        """What answers."""
        return self._setup

    def find(self, case: Case) -> Frozen:
        """Redact the question; nothing is found for it."""
        tenant = self._library.principal(case.asker).tenant
        return Frozen(question=self._redactor.redact_text(case.question, tenant=tenant))

    def solve(self, case: Case, found: Frozen) -> Outcome:
        """Ask the model the question and nothing else."""
        principal = self._library.principal(case.asker)
        begun = time.perf_counter()
        try:
            draft = self._model.ask(str(found.question))
        except RingfenceError as error:
            return Outcome(found=found, answer=None, error=type(error).__name__)
        answer = self._answer(draft, principal)
        timings = {"answer": time.perf_counter() - begun}
        return Outcome(
            found=found,
            answer=replace(answer, timings=timings),
            timings=timings,
            written=written([draft], found, principal, self._redactor),
        )

    def release(self) -> float | None:
        """Let go of the model's server, and return the most memory that it has had."""
        return self._model.release()

    def _answer(self, draft: Draft, principal: Principal) -> Answer:
        """Return what was said as an answer of which nothing is supported."""
        said = " ".join(sentence.text for sentence in draft.sentences)
        clean, _ = self._redactor.redact_outgoing(said, tenant=principal.tenant, policies=())
        sentence = AnswerSentence(text=str(clean), citations=(), supported=False)
        return Answer(
            answer=str(clean) if said else NOT_FOUND,
            verdict=Verdict.PARTIAL if said else Verdict.ABSTAINED,
            sentences=(sentence,) if said else (),
            citations=(),
            model=draft.model,
            timings={},
            audit_id="",
        )


def closed_books(
    inst: Installation,
    who: Sequence[Contender],
    solvers: Mapping[str, Solver],
    redactor: Redactor,
    library: Library,
) -> ClosedBooks:
    """Return who of those that answer can be asked without evidence, and why others cannot."""
    blind, left_out = {}, {}
    for one in who:
        settings = laid_over(inst.settings, one)
        kind = settings.generate.kind
        if kind in SECTIONS:
            own = replace(inst, settings=settings)
            model, setup = _closed(own, kind, solvers[one.name].setup)
            blind[one.name] = ClosedBookSolver(model, redactor, library, setup)
        else:
            left_out[one.name] = SEVERAL if kind == TIERS else NO_MODEL
    return ClosedBooks(solvers=blind, left_out=left_out)


def _closed(inst: Installation, kind: str, setup: Setup) -> tuple[ClosedBook, Setup]:
    """Return what asks a model, and what is evaluated then."""
    from rag.generate.prompts.template import load_template

    section = SECTIONS[kind]
    client, name = build_client(inst, getattr(inst.settings, section), section)
    settings = inst.settings.generate
    continued = bool(load_template(settings.template, base=inst.named.path).completion)
    model = ClosedBook(client, settings, name=name, continued=continued)
    prompt = prompt_fingerprint(continued=continued)
    return model, replace(setup, prompt=prompt, closed_book=True)
