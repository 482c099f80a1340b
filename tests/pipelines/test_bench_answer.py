from __future__ import annotations

import json
from pathlib import Path

import pytest

import rag.generate
from pipelines import bench_answer, bench_answer_worker
from pipelines.bench_answer_cases import (
    READER,
    Measured,
    _settings,
    chosen_cases,
    measured_model,
)
from pipelines.bench_answer_worker import _prompts
from pipelines.build import open_installation
from pipelines.home import create_home
from rag.errors import ConfigurationError, NotFoundError

WEIGHTS = Path(rag.generate.__file__).parent / "weights"


@pytest.fixture
def inst(home):
    create_home(home)
    return open_installation(home)


@pytest.fixture
def here(monkeypatch):
    """Do steps in this process, which has loaded everything: what a process adds is not tested."""
    steps = {"server": bench_answer_worker.server, "way": bench_answer_worker.way}
    monkeypatch.setattr(bench_answer, "step", lambda _, what, **given: steps[what](**given))


@pytest.mark.slow
@pytest.mark.usefixtures("without_names", "here")
def test_a_server_and_the_whole_way_are_measured(ringfence, tmp_path):
    ringfence("init")
    out = tmp_path / "out"
    options = ("--corpus", "clinic", "--questions", "2", "--rounds", "1", "--out", out)
    done = ringfence("bench", "answer", *options)
    assert done.code == 0
    assert "tokens a second, streamed" in done.out
    figures = json.loads((out / "bench.json").read_text(encoding="utf-8"))
    assert figures["model"] == READER
    server = figures["server"]
    assert server["name"] == "llama.cpp"
    assert server["written_tokens"] > 20
    assert server["first"]["cold"] > server["first"]["shared"] > 0
    assert min(server[name]["ours"] for name in ("whole", "streamed")) > 0
    asked = figures["asked"]
    assert [one["generator"] for one in asked].count("model") == 2
    assert len(asked) == 4
    assert all(sum(one["stages"].values()) <= one["wall"] + 0.001 for one in asked)
    assert all(one["stages"]["search"] > 0.002 for one in asked)  # neither from a memory
    assert "The whole way of a question" in (out / "bench.html").read_text(encoding="utf-8")
    assert sorted(place.name for place in tmp_path.iterdir()) == ["home", "out"]


def test_the_shipped_reader_is_measured_if_none_is_named(inst, tmp_path):
    measured = measured_model(inst, "", tmp_path)
    assert measured == Measured(name=READER, register=str(tmp_path / "models.toml"))
    settings = _settings(inst.settings, measured)
    assert (settings.model.runtime, settings.model.name) == ("llama.cpp", READER)
    assert (settings.generate.template, settings.model.context) == ("reader", 1024)
    assert not inst.home.models.exists()


def test_a_file_has_a_register_of_its_own_and_no_adapters(inst, tmp_path):
    file = tmp_path / "Some Reader (2).gguf"
    file.write_bytes((WEIGHTS / f"{READER}.gguf").read_bytes())
    file.chmod(0o600)
    measured = measured_model(inst, str(file), tmp_path)
    assert measured.name == "some-reader-2"
    changed = inst.settings.model_copy(
        update={
            "model": inst.settings.model.model_copy(
                update={"runtime": "ctransformers", "lora": ("ours",), "slots": 5}
            ),
            "generate": inst.settings.generate.model_copy(
                update={"lora": "ours", "template": "law"}
            ),
        }
    )
    settings = _settings(changed, measured)
    assert (settings.model.runtime, settings.model.slots) == ("ctransformers", 5)
    assert (settings.model.lora, settings.generate.lora) == ((), "")
    assert settings.generate.template == "law"


@pytest.mark.parametrize("model", ["nowhere/model.gguf", "model.gguf"])
def test_a_file_that_is_not_there_is_refused(inst, tmp_path, model):
    with pytest.raises(ConfigurationError, match="there is no model at"):
        measured_model(inst, model, tmp_path)


def test_a_name_must_be_registered(inst, tmp_path):
    with pytest.raises((ConfigurationError, NotFoundError), match="small"):
        measured_model(inst, "small", tmp_path)


def test_a_file_whose_terms_are_not_allowed_is_refused(inst, tmp_path):
    (inst.home.path / "ringfence.toml").write_text("[models]\nallowed_licences = []\n")
    from rag.errors import RefusedError

    with pytest.raises(RefusedError):
        measured_model(open_installation(inst.home.path), "", tmp_path)


def test_questions_are_the_same_each_time_and_those_of_the_corpora(inst):
    cases = chosen_cases(["clinic", "bank"], 6)
    assert cases == chosen_cases(["bank", "clinic"], 6)
    assert [case.id for case in chosen_cases(["clinic", "bank"], 3)] == [c.id for c in cases[:3]]
    assert {case.corpus for case in chosen_cases(["clinic", "bank"], 40)} == {"clinic", "bank"}


def test_prompts_begin_alike_and_break_off(inst):
    prompts = _prompts(chosen_cases(["clinic"], 3))
    assert 600 < len(prompts.beginning) < 1_600
    assert len(set(prompts.values)) == 3
    assert all(one.startswith(f"{prompts.beginning}\nQuestion: ") for one in prompts.values)
    answers = [prompt.partition("\nAnswer: ")[2] for prompt in prompts.values]
    assert all(f"] {begun} " in prompts.beginning for begun in answers)  # words of a line there
    assert not any(prompt.endswith((".", "?", ":")) for prompt in prompts.values)
