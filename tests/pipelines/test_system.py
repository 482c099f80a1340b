"""Models that misbehave, put to a case through their servers: it is scored as such."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from eval.cases import Case, Expect, Gold
from eval.run import execute
from eval.scorers import standard_scorers
from eval.solver import Setup
from pipelines.system import DataLibrary, DataSolver
from rag.generate.model import ModelGenerator
from rag.generate.prompts.fill import Filler
from rag.generate.prompts.template import load_template
from rag.generate.tiers import Single
from rag.generate.wire.address import FixedEndpoint
from rag.generate.wire.client import ModelClient, Patience
from rag.ground.shield import Canary
from rag.ground.support import SupportGrounder
from rag.records import Acl, Hit, RedactedDocument
from rag.redact.mint import stored
from rag.settings import GenerateSettings
from rag.testing import recorded_servers as recorded
from rag.testing.model_stub import Played, events, model_stub
from rag.testing.passages import BOILER, evidence

HIT = Hit(
    chunk_id="c",
    document_id="doc_1",
    document_version="v1",
    ordinal=0,
    start=0,
    end=39,
    page=None,
    score=1.0,
)
COMPLETIONS = ("POST", "/v1/completions")
RIGHT = " The boiler is serviced every 14 months [1]."
GERMAN = " Der Kessel wird nach den Regeln alle vierzehn Monate von einer Firma gewartet [1]."


@dataclass(frozen=True)
class Placed:
    """A passage in a ranking."""

    hit: Hit


class Finds:
    """Finds the one passage there is."""

    def looked(self, _question, *, within, limit):
        assert within
        assert limit
        return [Placed(HIT)], [evidence(1, BOILER)]


class Plain:
    """Redacts nothing."""

    def redact_text(self, text, *, tenant):
        assert tenant
        return stored(text)

    def redact_outgoing(self, text, *, tenant, policies):
        assert tenant
        assert policies is not None
        return stored(text), ()


def written(*texts, finish="stop"):
    """What a server streams."""
    pieces = [{"choices": [{"index": 0, "text": t, "finish_reason": None}]} for t in texts]
    end = {"choices": [{"index": 0, "text": "", "finish_reason": finish}]}
    usage = {"prompt_tokens": 40, "completion_tokens": len(texts), "total_tokens": 40 + len(texts)}
    return events(*pieces, end, {"choices": [], "usage": usage}, "[DONE]")


@pytest.fixture
def scores():
    """Return the score of one case that a server answers with what is played."""
    document = RedactedDocument(
        id="doc_1",
        tenant="measured",
        source="folder",
        version="1",
        name=stored("boiler.txt"),
        title=stored("Boiler"),
        text=stored(BOILER),
        media_type="text/plain",
        elements=(),
        redactions=(),
        acl=Acl(public=True),
    )
    quote = BOILER[:39]
    case = Case(
        id="c",
        corpus="house",
        question="How often is the boiler serviced?",
        asker="measurement",
        expect=Expect.ANSWER,
        answers=("every 14 months",),
        gold=(Gold(document="doc_1", quote=quote, start=0, end=39),),
    )
    setup = Setup(model="m", settings_hash="s", index_fingerprint="i", code_version="1")
    with ExitStack() as stack:

        def play(played):
            stub = stack.enter_context(model_stub({**recorded.llama_server(), COMPLETIONS: played}))
            patience = Patience(answer=1.0, silence=0.4, small=5)
            client = ModelClient(FixedEndpoint(stub.url, section="model"), patience=patience)
            stack.callback(client.close)
            template = load_template("reader")
            filler = Filler(template, sentences=2, instruction=0.5, secret="bcdfghjk" * 3)
            canary = Canary(word="bcdfghjk" * 3)
            settings = GenerateSettings(template="reader")
            generator = ModelGenerator(client, filler, settings, name="m", canary=canary)
            library = DataLibrary({"doc_1": document}, Plain())
            answerer = Single(generator, SupportGrounder())
            solver = DataSolver(Finds(), answerer, Plain(), library, setup)
            done = execute([case], solver, library, standard_scorers(), lambda *_: None)
            return done.results[0].outcome, done.results[0].scores

        yield play


BEGUN = {"choices": [{"index": 0, "text": " The boiler"}]}
FAULTS = ("silent", "other_language", "repetitive", "floods", "timed_out")


@pytest.mark.parametrize(
    ("played", "fault", "error"),
    [
        (written(RIGHT), "", ""),
        (written(""), "silent", ""),
        (written(" \n "), "silent", ""),
        (written(GERMAN), "other_language", ""),
        (written(" every fourteen months or every fourteen months" * 9), "repetitive", ""),
        (written(*(f" word{n}" for n in range(150)), finish="length"), "floods", ""),
        (written(" ".join(f"word{n}" for n in range(900))), "floods", ""),
        (events(BEGUN, ending="silence"), "timed_out", "timeout"),
        (Played(ending="silence", kind="text/event-stream"), "timed_out", "timeout"),
        (events(BEGUN, ending="drop"), "", "RetryError"),
        (Played(status=500), "", "RetryError"),
    ],
)
def test_what_a_model_does_wrong_is_scored_as_such(scores, played, fault, error):
    outcome, found = scores(played)
    assert outcome.error == error
    assert {name for name in FAULTS if found[name]} == ({fault} if fault else set())
    assert found["completed"] is (not error)
    assert found["right"] == (1.0 if not fault and not error else 0.0)
