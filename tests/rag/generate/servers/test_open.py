"""From settings to a client."""

from __future__ import annotations

import pytest

from rag.errors import ConfigurationError
from rag.generate.servers.open import LAUNCHES, open_model
from rag.generate.wire.records import Request
from rag.settings import ModelSettings
from rag.testing.model_stub import model_stub
from rag.testing.recorded_servers import llama_server


def test_a_server_that_runs_already_is_asked_at_its_address():
    with model_stub(llama_server()) as stub:
        client = open_model(ModelSettings(runtime="url", url=stub.url, context=1024))
        assert stub.asked == []
        assert client.complete(Request(prompt="p", max_tokens=5)).text == " It rained. [1]"
        assert client.context_tokens() == 1024
        client.close()


def test_a_model_of_the_register_is_served_here(files):
    client = open_model(ModelSettings(runtime="llama.cpp", threads=1, slots=1), files["bytes"])
    try:
        assert not client.ready()  # it is started by the first question
        assert len(client.complete(Request(prompt="p", max_tokens=5)).text) >= 5
        assert client.ready()
    finally:
        client.close()
    assert not client.ready()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (ModelSettings(), "`model.runtime` is `none`"),
        (ModelSettings(runtime="llama.cpp"), "`model.name` must name a model"),
        (ModelSettings(runtime="ctransformers"), "`model.name` must name a model"),
    ],
)
def test_what_is_missing_is_named(settings, message):
    with pytest.raises(ConfigurationError, match=message):
        open_model(settings)


def test_every_runtime_that_settings_know_can_be_opened():
    choices = set(ModelSettings.model_fields["runtime"].annotation.__args__)
    assert choices == {"none", "url", *LAUNCHES}
