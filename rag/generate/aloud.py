"""An answer that is checked and told while it is written."""

from __future__ import annotations

from collections.abc import Sequence

from rag.ports import Generator, Grounder, Hear, Telling
from rag.records import Begun, Checked, Draft, DraftSentence, Evidence, Question


def answer_aloud(
    tier: str,
    generator: Generator,
    grounder: Grounder,
    question: Question,
    evidence: Sequence[Evidence],
    hear: Hear | None,
) -> tuple[Draft, Checked]:
    """Let a generator answer and check it; who hears is told each sentence that is supported.

    The answer is the same whether somebody hears or not.
    """
    if hear is None or not isinstance(generator, Telling):
        draft = generator.generate(question, evidence)
        return draft, grounder.check(draft, evidence)
    hear(Begun(tier=tier, model=generator.model))
    checking = grounder.checking(evidence)
    taken: list[DraftSentence] = []

    def take(sentence: DraftSentence) -> None:
        taken.append(sentence)
        said = checking.take(sentence)
        if said is not None:
            hear(said)

    draft = generator.tell(question, evidence, take)
    if draft.sentences == tuple(taken):
        return draft, checking.result()
    return draft, grounder.check(draft, evidence)  # it took back some of what it told
