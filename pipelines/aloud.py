"""What is told of an answer while it is written: on the record first, and looked at for leaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.ground.leaks import LeakScan
from rag.ports import Hear
from rag.records import Begun, Evidence, Principal, Said


class Aloud:
    """Hands on what may be told; with the first doubt no sentence follows until the answer.

    A sentence that reaches the asker cannot be taken back, so each is looked at together with
    all before it, as in the whole answer: an identifier may be cut in two. One that evidence
    does not support, which settings may have marked, is told with the whole answer only.
    """

    def __init__(
        self,
        hear: Hear,
        leaks: LeakScan,
        evidence: Sequence[Evidence],
        principal: Principal,
        record: Callable[[], str],
    ) -> None:
        """Take note of the parts.

        Args:
            hear: The asker's end.
            leaks: Looks for what must not leave.
            evidence: What the answer is written from.
            principal: Who asks.
            record: Puts on record, before the first sentence, that an answer is told.
        """
        self._hear = hear
        self._leaks = leaks
        self._evidence = evidence
        self._principal = principal
        self._record = record
        self._said: list[Said] = []
        self._doubtful = False
        self.audit_id = ""

    def hear(self, told: Begun | Said) -> None:
        """Take what a generator says."""
        if isinstance(told, Begun):
            self._said.clear()
            self._hear(told)
            return
        self._said.append(told)
        self._doubtful = self._doubtful or not self._spotless()
        if self._doubtful:
            return
        self.audit_id = self.audit_id or self._record()
        self._hear(told)

    def _spotless(self) -> bool:
        return self._leaks.spotless(self._said, self._evidence, self._principal)
