"""Does, in the process that holds the index, the erasures that others ask for."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from pipelines.erase import Erasure
from rag.errors import RetryError, RingfenceError
from rag.state.erasures import Progress

LOG = logging.getLogger(__name__)
_EVERY = 1.0


class ErasureWorker:
    """Looks every second whether something is to be erased, from `start` to `stop`."""

    def __init__(self, erasure: Erasure, *, every: float = _EVERY) -> None:
        self._erasure = erasure
        self._every = every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="erasures", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End, once what is being erased is done."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            try:
                for erasure_id in self._erasure.erasures.waiting():
                    do(self._erasure, erasure_id)
            except RingfenceError as error:  # the database is busy, or was taken away
                LOG.warning("erasures: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001  the service goes on; what failed is on the list
                LOG.warning("erasures: unexpected %s", type(error).__name__)


def do(erasure: Erasure, erasure_id: str) -> None:
    """Do one while searches go on; one that cannot be done now waits, one that fails is noted."""
    try:
        erasure.work(erasure_id, scrub=False)
    except RetryError:
        return
    except RingfenceError as error:
        erasure.erasures.fail(erasure_id, str(error))
    except Exception as error:
        erasure.erasures.fail(erasure_id, f"unexpected {type(error).__name__}")
        raise


def do_or_wait(
    erasure: Erasure,
    erasure_id: str,
    *,
    seconds: float,
    say: Callable[[str], None],
    every: float = _EVERY / 2,
) -> dict[str, Any]:
    """Do one here, or wait until whoever holds the index has done it."""
    until = time.monotonic() + seconds
    said = False
    while True:
        try:
            return erasure.work(erasure_id)
        except RetryError as error:
            if time.monotonic() > until:
                raise RetryError(
                    f"{error}; the erasure {erasure_id} is on the list and is done as soon as it"
                    " can be: run the same command again for its certificate"
                ) from None
            if not said:
                say(f"{error}. Waiting for it to be done there")
                said = True
        row = erasure.erasures.row(erasure_id)
        if row.state is Progress.FAILED:
            raise RetryError(f"{row.failure}: the erasure {erasure_id} can be tried again")
        time.sleep(every)  # another process does it, and only the database tells of that
