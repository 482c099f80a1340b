"""The commands on models, as an operator meets them."""

from __future__ import annotations

import hashlib
import json

import pytest

from rag.models.gguf_writer import Plan, head

PLAN = Plan("token_embd.weight", "F32", (32,))


@pytest.fixture
def model(tmp_path):
    def write(name, architecture="qwen3", file="model.gguf", **values):
        path = tmp_path / file
        known = {"general.architecture": architecture, "general.name": name, **values}
        path.write_bytes(head(known, [PLAN]) + bytes(PLAN.size))
        return path

    return write


@pytest.fixture
def installed(ringfence):
    assert ringfence("init").code == 0
    return ringfence


def events(home):
    lines = (home / "audit.jsonl").read_text().splitlines()
    return [(entry["event"], entry["facts"]) for entry in map(json.loads, lines)]


def test_a_model_is_added_listed_shown_and_verified(installed, model, home):
    path = model("Qwen3 8B")
    added = installed("models", "add", "small", path, "--source", "delivery 7", "--json")
    assert added.code == 0
    assert added.json["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    listed = installed("models", "list", "--json").json["models"]
    assert [(one["name"], one["licence_class"]) for one in listed] == [("small", "osi")]
    assert "Apache-2.0" in installed("models", "list").out
    shown = installed("models", "show", "small").out
    assert "delivery 7" in shown
    assert "Keep licence and notices" in shown
    assert installed("models", "verify").out.startswith("ok  small")
    assert [event for event, _ in events(home)] == ["model-admitted"] * 2


def test_nothing_registered_is_said_with_what_to_do(installed):
    assert "ringfence models add NAME PATH" in installed("models", "list").out
    assert installed("models", "list", "--json").json == {"models": []}
    assert installed("models", "show", "none").code == 2


def test_terms_that_are_not_allowed_say_how_they_may_be(installed, model, home):
    path = model("Llama 3.1 8B Instruct", "llama")
    refused = installed("models", "add", "llama", path)
    assert refused.code == 5
    assert "700 million" in refused.err
    assert "--exception REASON --by NAME" in refused.err
    lacking = installed("models", "add", "llama", path, "--exception", "Reviewed by legal")
    assert lacking.code == 2
    reason = ("--exception", "Reviewed by legal, case 12", "--by", "Dana Moss")
    assert installed("models", "add", "llama", path, *reason).code == 0
    assert "Reviewed by legal, case 12 (Dana Moss, " in installed("models", "show", "llama").out
    assert "by exception" in installed("models", "list").out
    assert "Dana" not in str(events(home))


def test_settings_may_allow_more(installed, model, home):
    with (home / "ringfence.toml").open("a") as settings:
        settings.write('\n[models]\nallowed_licences = ["osi", "open-weights"]\n')
    assert installed("models", "add", "llama", model("Llama 3.1 8B", "llama")).code == 0


def test_a_changed_file_fails_verification(installed, model):
    path = model("Qwen3 8B")
    installed("models", "add", "small", path)
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    found = installed("models", "verify", "--json")
    assert found.code == 2
    assert found.json["models"][0]["sound"] is False
    assert "bad small" in installed("models", "verify", "small").out


@pytest.mark.parametrize("name", ["model.bin", "model.gguf"])
def test_what_is_refused_is_on_the_record(installed, tmp_path, home, name):
    path = tmp_path / name
    path.write_bytes(b"\x80\x04. CANARY")
    refused = installed("models", "add", "small", path)
    assert refused.code == 2
    assert "Traceback" not in refused.err
    assert events(home) == [("model-refused", {"model": "small", "reason": "file"})]
    assert "CANARY" not in refused.err


def test_help_names_every_command(ringfence):
    said = ringfence("models", "--help").out
    for command in ("list", "add", "verify", "show", "simulate", "build-native"):
        assert command in said
