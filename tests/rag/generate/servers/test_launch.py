"""What is decided before there is a process."""

from __future__ import annotations

import os
import sys

import pytest

from rag.errors import ConfigurationError
from rag.generate.servers import launch
from rag.generate.servers.adapters import Adapter
from rag.generate.servers.llama_cpp import llama_cpp
from rag.generate.servers.llama_server import llama_server
from rag.generate.wire.records import Request
from rag.settings import ModelSettings

# Plays llama-server: takes its options, its key in the variable, and answers one completion.
PROGRAM = f"""#!{sys.executable}
import json, os, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
options = sys.argv[1:]
value = lambda name: options[options.index(name) + 1]
key = "Bearer " + os.environ["LLAMA_API_KEY"]
assert key not in " ".join(options)
PROPS = {{"default_generation_settings": {{"n_ctx": int(value("--ctx-size")) // 2}}}}
MODELS = {{"data": [{{"id": value("--alias"), "owned_by": "llamacpp"}}]}}
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        known = {{"/props": PROPS, "/v1/models": MODELS, "/lora-adapters": []}}
        open_ = self.headers.get("Authorization") == key and self.path in known
        self.answer(200 if open_ else 404, json.dumps(known.get(self.path)), "application/json")
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        event = {{"choices": [{{"text": "yes", "finish_reason": "stop"}}]}}
        self.answer(200, json.dumps(event), "application/json")
    def answer(self, status, text, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())
    def log_message(self, *a): pass
ThreadingHTTPServer((value("--host"), int(value("--port"))), Handler).serve_forever()
"""


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "llama-server"
    path.write_text(PROGRAM, encoding="utf-8")
    path.chmod(0o700)
    return path


def test_a_program_of_the_operator_is_run_and_asked(files, started, program):
    settings = ModelSettings(program=str(program), context=1024, slots=2, threads=1)
    client, _ = started(llama_server(settings, files["bytes"]))
    assert client.complete(Request(prompt="p", max_tokens=4)).text == "yes"
    assert client.context_tokens() == 1024


def test_its_options_are_those_that_were_measured(files, program):
    settings = ModelSettings(program=str(program), context=1024, slots=3, threads=1, cache_mb=99)
    command = " ".join(llama_server(settings, files["bytes"]).command)
    for option in (
        "--no-repack",
        "--flash-attn on",
        "--cache-ram 99",
        "--parallel 3",
        "--ctx-size 3072",
        "--threads 1",
        "--host 127.0.0.1",
        "--port 0",
        "--no-slots",
    ):
        assert option in command


def test_adapters_are_loaded_asleep_and_no_cache_is_shared_beside_them(files, program):
    settings = ModelSettings(program=str(program), cache_mb=99, threads=1)
    adapter = Adapter(name="legal", path=files["adapter"])
    found = llama_server(settings, files["bytes"], [adapter])
    command = " ".join(found.command)
    assert f"--lora {files['adapter']} --lora-init-without-apply" in command
    assert "--cache-ram 0" in command
    assert found.adapters == ("legal",)
    assert llama_cpp(settings, files["bytes"], [adapter]).config["cache_mb"] == 0


@pytest.mark.parametrize("name", ["", "/nowhere/llama-server", __file__])
def test_what_is_no_program_is_refused(files, name):
    with pytest.raises(ConfigurationError, match="must be a llama-server program"):
        llama_server(ModelSettings(program=name), files["bytes"])


@pytest.mark.parametrize(
    ("content", "cores"),
    [
        ("150000 100000", 1),
        ("400000 100000\n", 4),
        ("10000 100000", 1),
        ("max 100000", sys.maxsize),
        ("", sys.maxsize),
        ("1 0", sys.maxsize),
    ],
)
def test_a_control_groups_share_is_kept(tmp_path, content, cores):
    path = tmp_path / "cpu.max"
    path.write_text(content, encoding="ascii")
    assert launch._granted_cores(path) == cores
    assert launch._granted_cores(tmp_path / "none") == sys.maxsize


def test_threads_are_never_more_than_the_cores_there_are():
    cores = launch.usable_cores()
    assert 1 <= cores <= (os.cpu_count() or 1)
    assert launch.chosen_threads(0) == cores
    assert launch.chosen_threads(1) == 1
    assert launch.chosen_threads(1000) == cores


def test_a_context_is_never_longer_than_the_model_was_made_for(files):
    found = llama_cpp(ModelSettings(context=100_000), files["bytes"])
    assert found.config["context"] == 2048


def test_every_launch_has_another_key():
    keys = {launch.new_key().get_secret_value() for _ in range(5)}
    assert len(keys) == 5
    assert all(len(key) >= 43 for key in keys)
