"""Children that die, hang or never get ready, played by small programs."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import ConfigurationError, RetryError
from rag.generate.servers import child
from rag.generate.servers.child import port_of
from rag.generate.servers.launch import Launch, Limits, child_environment
from rag.generate.servers.reasons import ended_by
from rag.generate.servers.supervised import Persistence, State, Supervised
from rag.generate.wire.deadline import Deadline
from rag.generate.wire.facts import LLAMA_SERVER
from rag.settings import environment

ROOT = Path(__file__).parents[4]
QUICK = Persistence(
    first_pause=0.05, longest_pause=0.1, tries=2, look_every=0.1, look_seconds=0.2, looks=2
)
# Reads its key, says its port, and answers as long as there is no file named `hang`.
SERVES = """
import json, os, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
config = json.loads(sys.stdin.readline())
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        while os.path.exists(config["folder"] + "/hang"):
            threading.Event().wait(0.05)
        ours = self.headers.get("Authorization") == "Bearer " + config["key"]
        self.send_response(200 if ours else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
    def log_message(self, *a): pass
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
"""


@pytest.fixture
def supervise(tmp_path):
    servers = []

    def start(script, *, seconds=10.0, persistence=QUICK, memory_mb=0, **changes):
        launch = Launch(
            name="stand-in",
            command=(sys.executable, "-c", script),
            facts=LLAMA_SERVER,
            limits=Limits(memory_mb=memory_mb, start_seconds=seconds, grace_seconds=0.3),
            environment=child_environment(1),
            config={"folder": str(tmp_path)},
        )
        server = Supervised(replace(launch, **changes), persistence=persistence)
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.close()


def until(condition, seconds=10.0):
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not come to pass"
        time.sleep(0.01)


def gone(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def test_nothing_is_started_before_it_is_asked_for(supervise):
    server = supervise(SERVES)
    assert server.status().state is State.STOPPED
    assert not server.running()
    server.close()
    assert server.status().starts == 0


def test_it_is_started_once_however_many_ask(supervise):
    server = supervise(SERVES)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(server.address(Deadline(10))))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({(a.port, a.key.get_secret_value()) for a in found}) == 1
    assert server.status().starts == 1


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("import sys; sys.exit(3)", "it ended with code 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "it was ended by SIGSEGV"),
        (
            "import os; os.write(2, b'Mrs Canary\\nGGML_ASSERT(Canary) failed\\n'); os.abort()",
            "an assertion in its code failed (it was ended by SIGABRT)",
        ),
        ("import nothing_of_this_name", "its library is not installed (it ended with code 1)"),
        (
            "import os; os.write(2, b'x' * 60000 + b'\\nfailed to load model Canary'); exit(1)",
            "it could not load the model (it ended with code 1)",
        ),
        ("print('no port'); raise SystemExit(1)", "it ended with code 1"),
    ],
)
def test_one_that_never_gets_ready_is_given_up_with_a_reason(supervise, script, reason):
    server = supervise(script)
    with pytest.raises(ConfigurationError) as raised:
        server.address(Deadline(10))
    assert str(raised.value) == f"stand-in cannot be started: {reason}"
    assert server.status().state is State.FAILED
    assert server.status().starts == 2


def test_one_that_is_not_ready_in_time_is_ended(supervise):
    server = supervise("import time; time.sleep(60)", seconds=0.3)
    with pytest.raises(ConfigurationError, match="was not ready in time"):
        server.address(Deadline(10))


def test_a_program_that_is_not_there_is_said(supervise):
    server = supervise("", command=("/nowhere/llama-server", "--port", "0"))
    with pytest.raises(ConfigurationError, match="its program cannot be run"):
        server.address(Deadline(10))


def test_who_has_no_time_to_wait_may_try_later(supervise):
    server = supervise("import time; time.sleep(60)")
    with pytest.raises(RetryError, match="still starting"):
        server.address(Deadline(0.2))


def test_one_that_was_ready_is_started_again_for_ever(supervise):
    server = supervise(SERVES)
    seen = []
    for _ in range(4):
        address = server.address(Deadline(10))
        seen.append((address.port, address.key.get_secret_value()))
        os.kill(server.status().pid, signal.SIGKILL)
        server.lost(address)
    server.address(Deadline(10))
    assert len({key for _, key in seen}) == 4  # a new key each time
    assert server.status().starts == 5
    assert server.status().reason == "it was ended by SIGKILL"


def test_one_that_took_too_long_is_ended_and_another_answers(supervise):
    server = supervise(SERVES)
    server.restart()  # of what never ran nothing is ended
    assert server.status().starts == 0
    first = server.address(Deadline(10))
    server.restart()
    other = server.address(Deadline(10))
    assert first.key.get_secret_value() != other.key.get_secret_value()
    assert server.status().starts == 2
    assert server.status().reason.startswith("an answer took too long (")


def test_while_it_rests_nobody_is_kept_waiting_in_vain(supervise):
    server = supervise(SERVES, persistence=replace(QUICK, first_pause=20.0, longest_pause=20.0))
    server.address(Deadline(10))
    os.kill(server.status().pid, signal.SIGKILL)
    until(lambda: server.status().state is State.RESTING)
    started = time.monotonic()
    with pytest.raises(RetryError, match="started again later: it was ended by SIGKILL"):
        server.address(Deadline(5))
    assert time.monotonic() - started < 2


def test_one_that_hangs_is_ended_and_started_again(supervise, tmp_path):
    server = supervise(SERVES)
    first = server.address(Deadline(10))
    (tmp_path / "hang").touch()
    until(lambda: "did not answer any more" in server.status().reason)
    (tmp_path / "hang").unlink()
    assert server.address(Deadline(10)) != first


def test_the_most_memory_it_has_had_is_known_while_it_lives(supervise):
    server = supervise("held = bytearray(60 << 20); del held\n" + SERVES)
    assert server.peak_mb() is None
    server.address(Deadline(10))
    assert server.peak_mb() > 60
    server.close()
    assert server.peak_mb() is None


def test_closing_ends_it_for_good(supervise):
    server = supervise(SERVES)
    server.address(Deadline(10))
    pid = server.status().pid
    server.close()
    assert gone(pid)
    assert server.status().state is State.CLOSED
    with pytest.raises(RetryError, match="has been closed"):
        server.address(Deadline(1))


def test_closing_does_not_wait_for_one_that_is_still_starting(supervise):
    server = supervise("import time; time.sleep(60)", seconds=60)
    server.start()
    until(lambda: server.status().pid)
    pid, started = server.status().pid, time.monotonic()
    server.close()
    assert time.monotonic() - started < 5
    assert gone(pid)


def test_closing_leaves_the_pipes_to_a_thread_that_is_late_at_them(supervise, monkeypatch):
    look, looked = select.select, threading.Event()

    def late(*pipes):
        found = look(*pipes)
        if found[0]:
            looked.set()
            time.sleep(0.5)  # the process has long ended, and who closes it would close its pipes
        return found

    monkeypatch.setattr(child.select, "select", late)
    server = supervise("import time; time.sleep(60)", seconds=60)
    server.start()
    until(lambda: server.status().pid)
    server.close()  # an exception in its thread would fail this test
    assert looked.is_set()


@pytest.mark.parametrize("after", [0.0, 0.01, 0.05, 0.1, 0.2, 0.4])
@pytest.mark.parametrize("script", [SERVES, "import time; time.sleep(60)"])
def test_closing_at_any_moment_of_a_start_ends_thread_and_process(supervise, script, after):
    server = supervise(script, seconds=60)
    server.start()
    until(lambda: server.status().pid)
    pid = server.status().pid
    time.sleep(after)
    server.close()  # an exception in its thread would fail this test
    assert gone(pid)
    assert server.status().state is State.CLOSED


def test_one_that_does_not_heed_the_signal_is_killed(supervise):
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVES
    server = supervise(deaf)
    server.address(Deadline(10))
    pid = server.status().pid
    server.close()
    assert gone(pid)


def test_a_thread_that_asked_may_end_without_the_server(supervise):
    server = supervise(SERVES)
    thread = threading.Thread(target=lambda: server.address(Deadline(10)))
    thread.start()
    thread.join()
    pid = server.status().pid
    time.sleep(0.3)
    assert not gone(pid)


def test_it_ends_with_its_parent_even_by_kill_9(tmp_path):
    program = (
        "import sys, threading\n"
        "from rag.generate.servers.launch import Launch, Limits, child_environment\n"
        "from rag.generate.servers.supervised import Supervised\n"
        "from rag.generate.wire.deadline import Deadline\n"
        "from rag.generate.wire.facts import LLAMA_SERVER\n"
        f"deaf = 'import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\\n' + {SERVES!r}\n"
        "launch = Launch(name='x', command=(sys.executable, '-c', deaf), facts=LLAMA_SERVER,\n"
        "                limits=Limits(), environment=child_environment(1),\n"
        f"                config={{'folder': {str(tmp_path)!r}}})\n"
        "server = Supervised(launch)\n"
        "server.address(Deadline(20))\n"
        "print(server.status().pid, flush=True)\n"
        "threading.Event().wait()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT, env=environment()
    )
    try:
        pid = int(parent.stdout.readline())
        assert not gone(pid)
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()
    until(lambda: gone(pid))


def test_a_child_inherits_no_secret_and_leaves_no_core(supervise, monkeypatch):
    monkeypatch.setenv("RINGFENCE_VAULT_KEY", "c2VjcmV0")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "c2VjcmV0")
    monkeypatch.setenv("https_proxy", "http://192.0.2.1")
    server = supervise(SERVES, memory_mb=512)
    server.address(Deadline(10))
    process = Path("/proc") / str(server.status().pid)
    variables = process.joinpath("environ").read_text(encoding="utf-8")
    assert "c2VjcmV0" not in variables
    assert "proxy" not in variables.lower()
    limits = process.joinpath("limits").read_text(encoding="ascii")
    rows = {line[:26].strip(): line[26:].split()[:2] for line in limits.splitlines()[1:]}
    assert rows["Max core file size"] == ["0", "0"]
    assert rows["Max data size"] == [str(512 << 20)] * 2
    assert rows["Max address space"][0] == "unlimited"  # it would count the mapped weights


def test_memory_beyond_the_limit_is_refused_by_the_system(supervise):
    server = supervise("x = bytearray(600 << 20)", memory_mb=128)
    with pytest.raises(ConfigurationError, match="ran out of the memory it may use"):
        server.address(Deadline(10))


def test_the_port_of_a_program_is_looked_up_and_not_guessed(supervise):
    # Such a program tells nothing: it gets its key in a variable.
    script = SERVES.replace(
        "config = json.loads(sys.stdin.readline())",
        "config = {'key': os.environ['LLAMA_API_KEY'], 'folder': '/nowhere'}",
    ).replace("print(server.server_address[1], flush=True)", "print('listening', flush=True)")
    server = supervise(script, reads_stdin=False, key_variable="LLAMA_API_KEY")
    address = server.address(Deadline(10))
    assert address.port == port_of(server.status().pid)


def test_a_process_that_does_not_listen_has_no_port():
    assert port_of(os.getpid()) == 0
    assert port_of(1 << 30) == 0


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (0, "it ended with code 0"),
        (127, "its program cannot be run"),
        (-9, "it was ended by SIGKILL"),
        (-99, "it was ended by 99"),
    ],
)
def test_ends_are_named(code, said):
    assert ended_by(code) == said
