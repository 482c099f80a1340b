"""Models asked without evidence: who can be, what is taken out of what they say, and where not."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from eval.cases import Case, Expect
from eval.solver import Frozen, Setup
from pipelines.build import build_redactor, open_installation
from pipelines.closed_book import ClosedBookSolver, closed_books
from pipelines.contenders import contenders
from pipelines.home import create_home
from rag.records import Draft, DraftSentence, Principal, RedactedText, Verdict
from rag.testing import recorded_servers as recorded
from rag.testing.model_stub import model_stub

SETUP = Setup(model="model", settings_hash="s", index_fingerprint="i", code_version="1")
CASE = Case(id="c", corpus="x", question="Whose is it?", asker="nurse", expect=Expect.ANSWER)


class Library:
    def principal(self, asker):
        return Principal(tenant="main", id=asker, groups=frozenset())


class Says:
    """A model that says these sentences."""

    def __init__(self, *texts):
        self._texts = texts

    def ask(self, question):
        said = tuple(DraftSentence(text=text, cites=()) for text in self._texts)
        return Draft(sentences=said, model="m", prompt=question, text=" ".join(self._texts))

    def release(self):
        return 12.0


@pytest.fixture
def inst(tmp_path, monkeypatch):
    monkeypatch.setenv("RINGFENCE_REDACT__NAMES", "none")
    create_home(tmp_path / "home")
    return open_installation(tmp_path / "home")


@pytest.fixture
def solved(inst):
    def solve(*texts):
        solver = ClosedBookSolver(Says(*texts), build_redactor(inst), Library(), SETUP)
        return solver.solve(CASE, Frozen(question=RedactedText("Whose is it?")))

    return solve


def test_an_identifier_that_a_model_makes_up_does_not_stay_in_what_is_kept(solved):
    outcome = solved("The number is 536-22-", "9187, call 415-555-0132.")
    assert outcome.answer is not None
    kept = json.dumps([outcome.answer.answer, outcome.written[0].text])
    assert "536-22-9187" not in kept
    assert "555-0132" not in kept
    assert outcome.written[0].identifiers >= 1


def test_what_is_said_is_supported_by_nothing_and_cites_nothing(solved):
    answer = solved("It is 50 mg.").answer
    assert (answer.answer, answer.verdict) == ("It is 50 mg.", Verdict.PARTIAL)
    assert answer.citations == ()
    assert [one.supported for one in answer.sentences] == [False]
    assert solved().answer.verdict is Verdict.ABSTAINED


def test_models_are_asked_and_others_are_named_with_the_reason(inst, tmp_path):
    with model_stub(recorded.llama_server()) as stub:
        model = f'[model]\nruntime = "url"\nurl = "{stub.url}"\n'
        texts = {
            "one": model,
            "quoted": '[generate]\nkind = "extractive"\n',
            "several": f'[generate]\nkind = "tiers"\n{model}',
        }
        for name, text in texts.items():
            (tmp_path / f"{name}.toml").write_text(text)
        who = contenders(inst, [tmp_path / f"{name}.toml" for name in texts])
        solvers = dict.fromkeys(texts, ClosedBookSolver(Says(), None, Library(), SETUP))
        found = closed_books(inst, who, solvers, build_redactor(inst), Library())
        assert found.left_out == {
            "quoted": "it has no language model",
            "several": "it asks several models: compare each by itself",
        }
        [(name, solver)] = found.solvers.items()
        assert name == "one"
        assert solver.setup.closed_book
        assert solver.setup.prompt.startswith("closed-book-1-")
        assert solver.find(CASE) == Frozen(question=RedactedText("Whose is it?"))
        outcome = solver.solve(CASE, solver.find(CASE))
        assert outcome.answer.answer == "It rained."
        [body] = stub.bodies("/v1/chat/completions")
        assert "No documents are given to you." in body["messages"][0]["content"]
        assert solver.release() is None  # not our process
    failed = solver.solve(CASE, replace(solver.find(CASE)))
    assert (failed.answer, bool(failed.error)) == (None, True)


def test_nothing_that_is_served_has_loaded_it():
    """Neither the service and its REST API nor the commands that ask."""
    program = (
        "import importlib, pkgutil, sys, rag.api, rag.integrations\n"
        "for package in (rag.api, rag.integrations):\n"
        "    for one in pkgutil.iter_modules(package.__path__):\n"
        "        importlib.import_module(f'{package.__name__}.{one.name}')\n"
        "import pipelines.serve, pipelines.answer, pipelines.build, pipelines.cli_search\n"
        "loaded = {'eval.closed_book', 'pipelines.closed_book'} & set(sys.modules)\n"
        "sys.exit(', '.join(loaded) or None)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
