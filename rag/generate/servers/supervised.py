"""Keeps a local model server running: starts it, watches it, starts it again, says why it ended.

All of it happens in one thread, which lives as long as the server may: Linux ends a child with
the thread that made it, and so nothing of a server outlives us, even by kill -9.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from enum import StrEnum

from rag.errors import ConfigurationError, RetryError
from rag.generate.servers.child import Child, ChildError, peak_mb
from rag.generate.servers.launch import Launch
from rag.generate.wire.address import Address
from rag.generate.wire.deadline import Deadline
from rag.generate.wire.exchange import Exchange

_GOING = 0.5


class State(StrEnum):
    """What a supervised server does."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    RESTING = "resting"  # it ended, and is started again after a while
    FAILED = "failed"  # it never got ready, and is not tried again
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Persistence:
    """How a server that ends is started again, in seconds.

    The pause doubles with each end in a row; a server that was up for `steady` seconds begins
    anew. One that never got ready in `tries` starts is not tried again: it cannot work. One that
    does not answer `looks` times within `look_seconds` is ended.
    """

    first_pause: float = 0.2
    longest_pause: float = 30.0
    steady: float = 60.0
    tries: int = 3
    look_every: float = 10.0
    look_seconds: float = 5.0
    looks: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is known of a server, for those who watch over the installation."""

    name: str
    state: State
    starts: int
    reason: str
    pid: int


class Supervised:
    """A server of ours as an endpoint; it is started when it is first asked for."""

    def __init__(self, launch: Launch, *, persistence: Persistence | None = None) -> None:
        self._launch = launch
        self._persistence = persistence or Persistence()
        self._changed = threading.Condition()
        self._state = State.STOPPED
        self._child: Child | None = None
        self._thread: threading.Thread | None = None
        self._starts = 0
        self._in_a_row = 0
        self._was_ready = False
        self._reason = ""
        self._next_start = 0.0
        self._exchange = Exchange()

    def start(self) -> None:
        """Begin to start the server, without waiting for it."""
        with self._changed:
            self._begin()

    def address(self, deadline: Deadline) -> Address:
        """Return where the server listens; wait for it to be ready while there is time."""
        with self._changed:
            self._begin()
            while True:
                address = self._address_now(deadline)
                if address is not None:
                    return address
                try:
                    self._changed.wait(min(deadline.remaining(), 1.0))
                except TimeoutError:
                    raise RetryError(f"{self._launch.name} is still starting") from None

    def running(self) -> bool:
        """Whether it is ready."""
        with self._changed:
            return self._state is State.READY and self._child is not None and not self._dead()

    def lost(self, address: Address) -> None:
        """Wait a moment for the server to be seen to have ended, if it has.

        Its connections break before it is gone; who asks again at once would meet its remains.
        """
        with self._changed:
            child = self._child if self._state is State.READY else None
        if child is not None and child.address == address:
            child.wait(_GOING)

    def peak_mb(self) -> float | None:
        """Return the most memory the server has had since it was started last."""
        with self._changed:
            child = self._child
        return None if child is None else peak_mb(child.pid)

    def status(self) -> Status:
        """Say what it does, how often it was started, and why it ended last."""
        with self._changed:
            return Status(
                name=self._launch.name,
                state=self._state,
                starts=self._starts,
                reason=self._reason,
                pid=self._child.pid if self._child is not None else 0,
            )

    def restart(self) -> None:
        """End the server; it is started again."""
        with self._changed:
            child = self._child
        if child is not None and not child.ended():
            child.stop("an answer took too long")

    def close(self) -> None:
        """End the server for good."""
        with self._changed:
            self._state = State.CLOSED
            self._changed.notify_all()
            thread, child = self._thread, self._child
        if child is not None:
            child.stop()
        if thread is not None:
            thread.join()
        self._exchange.close()

    def _begin(self) -> None:
        if self._thread is None and self._state is State.STOPPED:
            self._state = State.STARTING
            name = "ringfence-model-server"
            self._thread = threading.Thread(target=self._keep, daemon=True, name=name)
            self._thread.start()

    def _address_now(self, deadline: Deadline) -> Address | None:
        """Return the address if there is one; raise if waiting for it is of no use."""
        match self._state:
            case State.READY if self._child is not None and not self._dead():
                return self._child.address
            case State.FAILED:
                raise ConfigurationError(f"{self._launch.name} cannot be started: {self._reason}")
            case State.CLOSED:
                raise RetryError(f"{self._launch.name} has been closed")
            case State.RESTING if self._next_start - time.monotonic() > deadline.seconds:
                raise RetryError(f"{self._launch.name} is started again later: {self._reason}")
        return None

    def _dead(self) -> bool:
        return self._child is None or self._child.ended()

    def _keep(self) -> None:
        """Run the server until it is closed or has proved to be of no use."""
        while self._enter(State.STARTING):
            started = time.monotonic()
            self._run_once()
            steady = time.monotonic() - started > self._persistence.steady
            self._in_a_row = 1 if steady else self._in_a_row + 1
            if not self._was_ready and self._in_a_row >= self._persistence.tries:
                self._enter(State.FAILED)
                return
            self._rest()

    def _run_once(self) -> None:
        """Start the server, and return when it has ended, with the reason noted."""
        try:
            child = Child(self._launch)
        except OSError as error:
            self._note(None, f"its program cannot be run ({error.strerror})")
            return
        self._note(child, "")
        self._starts += 1
        try:
            if self._enter(State.STARTING):
                child.wait_until_ready(self._exchange)
            if self._enter(State.READY):
                self._was_ready = True
                self._watch(child)
        except ChildError as error:
            child.end()
            self._note(None, str(error))
        else:
            child.end()
            self._note(None, child.reason())

    def _watch(self, child: Child) -> None:
        """Return when the child has ended, hangs, or shall be ended."""
        silent, looked = 0, time.monotonic()
        while not child.wait(0.2):
            with self._changed:
                if self._state is State.CLOSED:
                    return
            if time.monotonic() - looked < self._persistence.look_every:
                continue
            looked = time.monotonic()
            answers = child.answers(self._exchange, self._persistence.look_seconds)
            silent = 0 if answers else silent + 1
            if silent >= self._persistence.looks:
                child.end("it did not answer any more")

    def _rest(self) -> None:
        pause = min(
            self._persistence.first_pause * 2 ** min(self._in_a_row - 1, 16),
            self._persistence.longest_pause,
        )
        with self._changed:
            self._next_start = time.monotonic() + pause
        if self._enter(State.RESTING):
            with self._changed:
                self._changed.wait_for(lambda: self._state is State.CLOSED, timeout=pause)

    def _enter(self, state: State) -> bool:
        """Change the state, unless it is closed."""
        with self._changed:
            if self._state is State.CLOSED:
                return False
            self._state = state
            self._changed.notify_all()
            return True

    def _note(self, child: Child | None, reason: str) -> None:
        with self._changed:
            self._child = child
            self._reason = reason or self._reason
