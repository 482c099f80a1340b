"""Contradictions between sources: the same said of the same thing, with another number or turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rag.ground.judge import Found, Read, Unit
from rag.ground.lexicon import opposed
from rag.ground.tokens import Kind, Token, same
from rag.records import Evidence

# The share of both sentences' words and names that must be the same.
_ALIKE = 0.8
_FEWEST = 3


def conflicting(
    evidence: Evidence, start: int, end: int, passages: Sequence[Read]
) -> Iterator[Found]:
    """Yield the sentences of other documents that contradict the one from `start` to `end`."""
    own = next((one for one in passages if one.evidence.n == evidence.n), None)
    if own is None:
        return
    cited = [
        unit
        for unit in own.units
        if unit.start + evidence.start >= start and unit.end + evidence.start <= end
    ]
    for passage in passages:
        if passage.evidence.document_id == evidence.document_id:
            continue
        for unit in passage.units:
            kind = next((k for k in (contradiction(one, unit) for one in cited) if k), "")
            if kind:
                yield Found(read=passage, start=unit.start, end=unit.end, share=1.0, clash=kind)


def contradiction(first: Unit, second: Unit) -> str:
    """Return in what two sentences contradict each other: number, date or negation; or nothing.

    They must speak of the same: the same names, and nearly the same words in the same order.
    """
    ours, theirs = _content(first.tokens), _content(second.tokens)
    names = [
        Counter(t.form for t in tokens if t.kind is Kind.NAME and not _opens(t, tokens))
        for tokens in (ours, theirs)
    ]
    if min(len(ours), len(theirs)) < _FEWEST or names[0] != names[1]:
        return ""
    shared = (Counter(t.form for t in ours) & Counter(t.form for t in theirs)).total()
    if shared < _ALIKE * max(len(ours), len(theirs)):
        return ""
    return _facts(first.tokens, second.tokens) or _turned(first.tokens, second.tokens)


def _content(tokens: Sequence[Token]) -> list[Token]:
    return [t for t in tokens if t.kind in (Kind.WORD, Kind.NAME) and not t.light]


def _opens(token: Token, tokens: Sequence[Token]) -> bool:
    return token is tokens[0] and not any(c.isdigit() or c == "[" for c in token.form)


def _facts(first: Sequence[Token], second: Sequence[Token]) -> str:
    """Return number or date if one of the first has a rival, and no equal, in the second.

    Years, too, may tell two statements apart: of two years none says that the other is wrong.
    """
    kinds = (Kind.NUMBER, Kind.DATE)
    ours = [t for t in first if t.kind in kinds]
    theirs = [t for t in second if t.kind in kinds]
    if [t.kind for t in ours] != [t.kind for t in theirs]:
        return ""
    differing = [
        (a, b) for a, b in zip(ours, theirs, strict=True) if not same(a, b) and not same(b, a)
    ]
    years = [a for a, _ in differing if a.quantity is not None and a.quantity.year]
    if len(differing) != 1 or (years and len(ours) > 1):
        return ""
    told = differing[0][0]
    return "date" if told.kind is Kind.DATE or years else "number"


def _turned(first: Sequence[Token], second: Sequence[Token]) -> str:
    """Return negation if all but that is the same."""
    kinds = (Kind.NUMBER, Kind.DATE)
    ours = [t for t in first if t.kind in kinds]
    theirs = [t for t in second if t.kind in kinds]
    if len(ours) != len(theirs) or not all(same(a, b) for a, b in zip(ours, theirs, strict=True)):
        return ""
    turns = [Counter(t.form for t in ts if t.kind is Kind.TURN) for ts in (first, second)]
    odd = ((turns[0] - turns[1]) + (turns[1] - turns[0])).total()
    if odd == 1:
        return "negation"
    forms = [{t.form for t in ts if t.kind is Kind.WORD} for ts in (first, second)]
    rest = [(a, b) for a in forms[0] - forms[1] for b in forms[1] - forms[0]]
    return "negation" if odd == 0 and any(opposed(a, b) for a, b in rest) else ""
