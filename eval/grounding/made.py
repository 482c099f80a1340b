"""All statements of a corpus: each true sentence as it stands, in other words, and made false."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.grounding.cases import Source, Statement, chosen, number
from eval.grounding.falsify import CORE, falsified, others_of
from eval.grounding.reword import rewordings

VERBATIM = "verbatim"
CELL = "cell said"
# Of the rewordings of a sentence so many are kept, and so many of its falsehoods.
_REWORDED = 3


def statements(found: Sequence[Source]) -> list[Statement]:
    """Return true and false statements made of true sentences."""
    texts = [one.evidence[0].text for one in found]
    return [made for one in found for made in _made(one, texts)]


def _made(one: Source, texts: Sequence[str]) -> Iterator[Statement]:
    yield _statement(one, CELL if one.stated == "cell" else VERBATIM, one.text, true=True)
    reworded = sorted(rewordings(one.text, one.id), key=lambda made: number(f"{one.id} {made[0]}"))
    for name, text in reworded[:_REWORDED]:
        yield _statement(one, name, text, true=True)
    evidence = "\n".join(passage.text for passage in one.evidence)
    others = others_of(texts, one.id)
    # Half of the false ones are made of a sentence in other words.
    bases = [one.text, *(text for _, text in reworded[:1])]
    for made in falsified(one.text, evidence, others, one.id):
        base = chosen(bases, f"{one.id} {made.kind}")
        text = made.text
        if base != one.text:
            again = {f.kind: f.text for f in falsified(base, evidence, others, one.id)}
            text = again.get(made.kind, text)
        yield _statement(one, made.kind, text, true=False, core=made.kind in CORE)


def _statement(one: Source, kind: str, text: str, *, true: bool, core: bool = True) -> Statement:
    return Statement(
        id=f"{one.id}-{kind}",
        cluster=one.cluster,
        true=true,
        kind=kind,
        text=text,
        evidence=one.evidence,
        core=core,
    )
