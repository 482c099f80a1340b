"""What answers, as runs tell it: hashes of files, and what servers of others say of themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.build import open_installation
from pipelines.contenders import contenders
from pipelines.home import create_home
from pipelines.identity import model_hashes, refuse_silent, served_elsewhere
from rag.errors import RingfenceError
from rag.testing import recorded_servers as recorded
from rag.testing.model_stub import model_stub


@pytest.fixture
def by_url(tmp_path):
    """The installation under which a server at an address answers."""
    create_home(tmp_path / "home")
    inst = open_installation(tmp_path / "home")

    def at(url, extra=""):
        file = tmp_path / "served.toml"
        file.write_text(f'[model]\nruntime = "url"\nurl = "{url}"\n{extra}')
        [one] = contenders(inst, [file])
        return replace(inst, settings=one.settings)

    return at


def test_a_model_elsewhere_is_what_its_server_says_it_serves(by_url):
    with model_stub(recorded.llama_server("/srv/models/qwen3-8b.gguf")) as stub:
        inst = by_url(stub.url)
        told = model_hashes(inst, "model")
        refuse_silent(inst, "model")
    host = stub.url.removeprefix("http://")
    assert told["model"] == f"qwen3-8b.gguf, as llama-server at {host} says"
    assert served_elsewhere(inst, "model")
    assert not served_elsewhere(inst, "extractive")


def test_a_server_that_does_not_answer_is_refused_before_any_question(by_url):
    with model_stub(recorded.llama_server()) as stub:
        url = stub.url
    inst = by_url(url)
    assert model_hashes(inst, "model")["model"] == "not known: its server does not answer"
    with pytest.raises(RingfenceError):
        refuse_silent(inst, "model")
    refuse_silent(inst, "extractive")


def test_a_model_that_the_server_does_not_have_is_refused(by_url):
    with model_stub(recorded.llama_server("reader")) as stub:
        inst = by_url(stub.url, 'name = "other"\n')
        with pytest.raises(RingfenceError, match="other"):
            refuse_silent(inst, "model")
