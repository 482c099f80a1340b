"""One run of a model server: its process, its port, its key and the reason of its end."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from rag.errors import ConfigurationError, RetryError
from rag.generate.servers.launch import Launch, new_key
from rag.generate.servers.reasons import Diagnosis, ended_by
from rag.generate.wire.address import Address
from rag.generate.wire.deadline import Deadline
from rag.generate.wire.exchange import Exchange
from rag.generate.wire.stream import Limits, whole

LOOPBACK = "127.0.0.1"
_PROBE_SECONDS = 5.0
# Seconds between looks: servers tell that they listen and are ready by answering alone.
_BETWEEN = 0.01
_LISTENING = "0A"
_SMALL = Limits(line=1 << 22, total=1 << 22)


class ChildError(Exception):
    """A run came to nothing; the message is a reason that may be shown."""


class Child:
    """A server that was started; made by `start`, which does not wait for it to be ready.

    Whoever starts it must live as long as it: on Linux a child ends with the thread that made it.
    """

    def __init__(self, launch: Launch) -> None:
        self._launch = launch
        self._key = new_key()
        self._process = self._started()
        self._words = Diagnosis(self._stderr())
        self._words.start()
        self._port = 0
        self._cause = ""

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    @property
    def address(self) -> Address:
        """Where it listens."""
        return Address(host=LOOPBACK, port=self._port, key=self._key)

    def wait_until_ready(self, exchange: Exchange) -> None:
        """Wait until it answers with its key, or raise `ChildError` with the reason."""
        deadline = Deadline(self._launch.limits.start_seconds)
        try:
            self._configure()
            self._port = self._port_told(deadline)
            while not self.answers(exchange):
                self._check_alive()
                deadline.remaining()
                time.sleep(_BETWEEN)
        except TimeoutError:
            self._cause = self._cause or "it was not ready in time"
            raise ChildError(self._cause) from None
        except OSError:
            self.end()
            raise ChildError(self.reason()) from None

    def answers(self, exchange: Exchange, seconds: float = _PROBE_SECONDS) -> bool:
        """Whether it answers a small question that only its own key opens."""
        deadline = Deadline(seconds)
        path = self._launch.facts.models
        try:
            with exchange.ask(self.address, "GET", path, None, deadline) as response:
                whole(response, _SMALL)
                return response.status == 200
        except (RetryError, ConfigurationError):
            return False

    def ended(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None

    def wait(self, seconds: float) -> bool:
        """Wait for it to end; say whether it did."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def reason(self) -> str:
        """Say why it ended."""
        code = self._process.wait()
        reason = self._cause or self._words.reason()
        return f"{reason} ({ended_by(code)})" if reason else ended_by(code)

    def stop(self, cause: str = "") -> None:
        """End the process, gently first; any thread may.

        Its pipes stay open: whoever waits at them is told of the end by them.
        """
        self._cause = self._cause or cause
        if not self.ended():
            self._process.terminate()
        if not self.wait(self._launch.limits.grace_seconds):
            self._process.kill()
            self._process.wait()

    def end(self, cause: str = "") -> None:
        """End it and close its pipes; only the thread that started it may."""
        self.stop(cause)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                _close(stream)
        self._words.join(timeout=1.0)

    def _started(self) -> subprocess.Popen[bytes]:
        launch = self._launch
        environment = dict(launch.environment)
        if launch.key_variable:
            environment[launch.key_variable] = self._key.get_secret_value()
        memory = str(launch.limits.memory_mb)
        confined = (sys.executable, "-P", "-m", "rag.generate.servers.confined")
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        return subprocess.Popen(  # noqa: S603  our own module, or the program that settings name
            [*confined, str(os.getpid()), memory, *launch.command],
            env=environment,
            stdin=pipe if launch.reads_stdin else nothing,
            stdout=pipe,
            stderr=pipe if launch.reads_stdin else subprocess.STDOUT,
            start_new_session=True,
        )

    def _stderr(self) -> IO[bytes]:
        words = self._process.stderr if self._launch.reads_stdin else self._process.stdout
        if words is None:
            raise ChildError("its words cannot be read")
        return words

    def _configure(self) -> None:
        """Hand over what it needs, with its key; the pipe stays open for as long as we live."""
        if not self._launch.reads_stdin or self._process.stdin is None:
            return
        told = {**self._launch.config, "key": self._key.get_secret_value()}
        self._process.stdin.write(json.dumps(told).encode() + b"\n")
        self._process.stdin.flush()

    def _port_told(self, deadline: Deadline) -> int:
        """Wait for the port: the child says it, or the system knows it."""
        while True:
            self._check_alive()
            port = self._port_said(deadline) if self._launch.reads_stdin else port_of(self.pid)
            if port:
                return port
            deadline.remaining()
            time.sleep(_BETWEEN)

    def _port_said(self, deadline: Deadline) -> int:
        out = self._process.stdout
        if out is None or not select.select([out], [], [], min(deadline.remaining(), 0.5))[0]:
            return 0
        line = out.readline(64).strip()
        return int(line) if line.isdigit() and int(line) < 1 << 16 else 0

    def _check_alive(self) -> None:
        if self.ended():
            raise ChildError(self.reason())


def port_of(pid: int) -> int:
    """Return the port of loopback on which a process listens, as Linux knows it, or 0.

    A port that was merely free a moment ago could by now belong to somebody else, to whom the
    key and the prompts would go.
    """
    process = Path("/proc") / str(pid)
    try:
        sockets = {str(entry.readlink()) for entry in (process / "fd").iterdir()}
        rows = (process / "net" / "tcp").read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return 0
    for fields in map(str.split, rows):
        address, _, port = fields[1].partition(":")
        ours = f"socket:[{fields[9]}]" in sockets
        if ours and fields[3] == _LISTENING and address == "0100007F":
            return int(port, 16)
    return 0


def peak_mb(pid: int) -> float | None:
    """Return the most memory a process has had, as Linux knows it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    peaks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(peaks[0]) / 1024 if peaks else None


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:
        return
