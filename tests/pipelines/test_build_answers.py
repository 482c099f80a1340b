from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace

import pytest

from pipelines.build import open_installation
from pipelines.build_answers import build_answerer, build_generator, build_grounder
from pipelines.home import Home, create_home
from pipelines.models import build_gate
from rag.errors import ConfigurationError
from rag.generate.tiers import Single, Tiers
from rag.models.register import licence_exception
from rag.records import Draft, DraftSentence, Verdict
from rag.settings import SETTINGS_FILE
from rag.testing import recorded_servers as recorded
from rag.testing.model_stub import model_stub
from rag.testing.passages import BOILER, HEDGE, evidence, question
from rag.testing.tiny_models import write_byte_model

ASKED = question("How often is the boiler serviced?")
GIVEN = [evidence(1, BOILER), evidence(2, HEDGE)]


class NoEncoder:
    """Nothing is near anything."""

    def embed_texts(self, texts):
        import numpy as np

        return np.eye(len(texts), 64, dtype=np.float32)


class NoRegister:
    database = None


@pytest.fixture
def installed(tmp_path):
    """Make an installation with these settings; it is opened again with every call."""
    home = tmp_path / "home"
    create_home(home)

    def opened(settings=""):
        (home / SETTINGS_FILE).write_text(settings)
        return open_installation(home)

    return opened


def test_without_a_model_it_is_said_what_to_do(installed):
    with pytest.raises(ConfigurationError, match=r"ringfence models add.*`model\.runtime`"):
        build_generator(installed(), NoEncoder(), "model")
    with pytest.raises(ConfigurationError, match=r"`larger_model\.runtime`"):
        build_generator(installed(), NoEncoder(), "larger")
    local = installed('[model]\nruntime = "llama.cpp"')
    with pytest.raises(ConfigurationError, match=r"`model\.name` must name"):
        build_generator(local, NoEncoder(), "model")


def test_one_generator_or_tiers_as_settings_say(installed):
    inst = installed()
    assert isinstance(build_answerer(inst, NoEncoder(), NoRegister(), "extractive"), Single)
    with pytest.raises(ConfigurationError, match=r"`model\.runtime`"):
        build_answerer(inst, NoEncoder(), NoRegister(), "tiers")
    with pytest.raises(ConfigurationError, match="no `nothing`"):
        build_answerer(inst, NoEncoder(), NoRegister(), "nothing")


def test_a_server_by_its_address_answers_and_is_named(installed):
    with model_stub(recorded.llama_server()) as stub:
        inst = installed(
            f'[model]\nruntime = "url"\nurl = "{stub.url}"\nname = "reader"\n'
            '[generate]\ntemplate = "law"'
        )
        answerer = build_answerer(inst, NoEncoder(), NoRegister(), "tiers")
        assert isinstance(answerer, Tiers)
        with closing(answerer):
            tried = answerer.answer(ASKED, GIVEN)
        assert tried.model.startswith(f"reader@{stub.url.removeprefix('http://')} law-1-")
        assert tried.checked.verdict is Verdict.ABSTAINED  # it says that it rained
        [body] = stub.bodies("/v1/chat/completions")
        assert "questions of lawyers" in body["messages"][0]["content"]


@pytest.mark.slow
def test_a_registered_model_is_run_here(installed, tmp_path):
    path = write_byte_model(tmp_path / "tiny.gguf", context=512)
    path.chmod(0o600)
    decided = licence_exception("Ada Lovelace", "made for tests, holds nothing", "2026-05-31")
    build_gate(installed()).add("tiny", path, source="a test", exception=decided)
    inst = installed(
        '[model]\nruntime = "llama.cpp"\nname = "tiny"\ncontext = 512\nthreads = 1\nslots = 1\n'
        '[generate]\ntemplate = "reader"\nmax_tokens = 32'
    )
    with closing(build_answerer(inst, NoEncoder(), NoRegister(), "model")) as answerer:
        tried = answerer.answer(ASKED, GIVEN)
    assert tried.model.startswith("tiny@")
    assert tried.uses[0].completion_tokens <= 32
    assert tried.checked.verdict in (Verdict.ABSTAINED, Verdict.PARTIAL, Verdict.GROUNDED)


def test_a_model_whose_file_changed_is_refused(installed, tmp_path):
    path = write_byte_model(tmp_path / "tiny.gguf", context=512)
    path.chmod(0o600)
    decided = licence_exception("Ada Lovelace", "made for tests, holds nothing", "2026-05-31")
    build_gate(installed()).add("tiny", path, source="a test", exception=decided)
    write_byte_model(path, seed=3, context=512)
    inst = installed('[model]\nruntime = "llama.cpp"\nname = "tiny"')
    with pytest.raises(ConfigurationError, match="not the file that was registered"):
        build_generator(inst, NoEncoder(), "model")


def test_unsupported_sentences_are_marked_where_settings_say_so(installed):
    draft = Draft(
        sentences=(
            DraftSentence(text="The boiler is serviced every 14 months.", cites=(1,)),
            DraftSentence(text="The boiler is blue.", cites=(1,)),
        ),
        model="m",
    )
    kept = build_grounder(installed(), NoEncoder()).check(draft, GIVEN)
    assert [one.supported for one in kept.sentences] == [True]
    marking = installed('[ground]\nunsupported = "mark"')
    marked = build_grounder(marking, NoEncoder()).check(draft, GIVEN)
    assert [one.supported for one in marked.sentences] == [True, False]
    assert marked.verdict is Verdict.PARTIAL


def test_a_model_is_not_asked_about_what_the_asker_may_not_see(installed):
    with model_stub(recorded.llama_server()) as stub:
        inst = installed(f'[model]\nruntime = "url"\nurl = "{stub.url}"\nname = "reader"')
        with closing(build_answerer(inst, NoEncoder(), NoRegister(), "model")) as answerer:
            answerer.would_answer(ASKED, GIVEN)
            assert stub.asked == []
            answerer.answer(ASKED, GIVEN)
            assert stub.asked


def test_an_evaluation_has_the_models_and_files_of_the_operator(installed, tmp_path):
    path = write_byte_model(tmp_path / "tiny.gguf", context=512)
    path.chmod(0o600)
    decided = licence_exception("Ada Lovelace", "made for tests, holds nothing", "2026-05-31")
    build_gate(installed()).add("tiny", path, source="a test", exception=decided)
    inst = installed(
        '[model]\nruntime = "llama.cpp"\nname = "tiny"\n[generate]\ntemplate = "own.yaml"'
    )
    own = {"name": "own", "version": 3, "evidence": "{n} {text}", "user": "{evidence}{question}"}
    (inst.home.path / "own.yaml").write_text(json.dumps(own))
    elsewhere = Home(tmp_path / "evaluation")
    create_home(elsewhere.path)
    evaluated = replace(inst, home=elsewhere, files=inst.home)
    assert " own-3-" in build_generator(evaluated, NoEncoder(), "model").model
    with pytest.raises(ConfigurationError, match=r"own\.yaml"):
        build_generator(replace(evaluated, files=None), NoEncoder(), "model")
