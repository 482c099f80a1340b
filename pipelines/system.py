"""The whole system as an evaluation asks it: cases in, answers with all that led to them out."""

from __future__ import annotations

import time
from collections.abc import Sequence

from eval.cases import Case
from eval.solver import Frozen, Library, Outcome, Passage, Setup, Written
from pipelines.answer import Answering, Looked
from rag.errors import RingfenceError
from rag.ports import Redactor
from rag.records import Draft, Evidence, Principal, Question
from rag.retrieve.ranked import Ranked

# Passages that hit rates count, before sentences are chosen from them.
RANKED = 5


class SystemSolver:
    """Answers cases the way a person's question is answered."""

    def __init__(
        self,
        answering: Answering,
        redactor: Redactor,
        library: Library,
        setup: Setup,
    ) -> None:
        self._answering = answering
        self._redactor = redactor
        self._library = library
        self._setup = setup

    @property
    def setup(self) -> Setup:
        """What answers."""
        return self._setup

    def find(self, case: Case) -> Frozen:
        """Search as the case's asker, also among what he may only be told of."""
        begun = time.perf_counter()
        looked = self._answering.look(case.question, self._library.principal(case.asker))
        ranking = self._answering.ranking(looked.question, limit=RANKED)
        return Frozen(
            question=looked.question.text,
            retrieved=passages(ranking, looked.evidence, self._library),
            evidence=tuple(looked.evidence),
            hidden=tuple(looked.hidden),
            seconds=time.perf_counter() - begun,
        )

    def solve(self, case: Case, found: Frozen) -> Outcome:
        """Answer the case's question from what was found."""
        principal = self._library.principal(case.asker)
        question = Question(text=found.question, principal=principal)
        looked = Looked(question=question, evidence=found.evidence, hidden=found.hidden)
        try:
            reply = self._answering.reply_from(looked)
        except RingfenceError as error:
            return Outcome(found=found, answer=None, error=type(error).__name__)
        return Outcome(
            found=found,
            answer=reply.answer,
            timings=reply.answer.timings,
            written=written(reply.drafts, found, principal, self._redactor),
        )


def passages(
    ranking: Sequence[Ranked], evidence: Sequence[Evidence], library: Library
) -> tuple[Passage, ...]:
    """Return the best passages, then the sentences that the generator got of them."""
    places = [(one.hit.document_id, one.hit.start, one.hit.end) for one in ranking]
    places += [(one.document_id, one.start, one.end) for one in evidence]
    names = {document: library.document(document).name for document, _, _ in places}
    return tuple(
        Passage(rank=rank, name=names[document], document_id=document, start=start, end=end)
        for rank, (document, start, end) in enumerate(places, start=1)
    )


def written(
    drafts: Sequence[Draft], found: Frozen, principal: Principal, redactor: Redactor
) -> tuple[Written, ...]:
    """Return what models were told and wrote, without the identifiers that they may have made up.

    An answer is checked for these before it leaves; what is kept of a draft is too.
    """
    policies = {one.policy for one in found.evidence}
    kept = []
    for draft in drafts:
        text = draft.text or " ".join(sentence.text for sentence in draft.sentences)
        clean, taken = redactor.redact_outgoing(text, tenant=principal.tenant, policies=policies)
        kept.append(
            Written(
                model=draft.model,
                prompt=draft.prompt,
                text=str(clean),
                identifiers=len(taken),
                use=draft.use,
            )
        )
    return tuple(kept)
