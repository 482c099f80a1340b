"""Lays a sentence against a stretch of evidence and says what agrees and what does not.

What both hold must stand in the same order, but for parts that may open or end a sentence. Every
number, date, name and negation of the sentence must be in the evidence, beside what it stands
beside there: `5 in 2019` is not in `5 in 2018 and 6 in 2019`. No word may stand where the evidence
has another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.ground.lexicon import CUT_WHOLE, opposed
from rag.ground.tokens import Kind, Token, same

Pairs = list[tuple[int, int]]
# For each token of a sentence, where in the evidence it may stand.
Places = Sequence[frozenset[int]]

# A clash that a model of entailment may overrule; all others are facts.
WORDING = "wording"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """How a sentence stands to a stretch of evidence.

    `share` is the part of its words that stand there in order; `clash` is what speaks against it,
    empty if nothing does.
    """

    share: float
    clash: str = ""


NOTHING = Alignment(share=0.0, clash="nothing stated")


def align(said: Sequence[Token], written: Sequence[Token]) -> Alignment:
    """Return how a sentence stands to evidence, in the best of the orders that it may have."""
    return align_within(said, written, places(said, written), 0, len(written))


def places(said: Sequence[Token], written: Sequence[Token]) -> Places:
    """Return for each token of a sentence where in the evidence it stands."""
    facts = [(at, other) for at, other in enumerate(written) if _is_amount(other)]
    forms: dict[str, list[int]] = {}
    for at, other in enumerate(written):
        forms.setdefault(other.form, []).append(at)
    return [
        frozenset(at for at, other in facts if same(token, other))
        if _is_amount(token)
        else frozenset(at for at in forms.get(token.form, ()) if same(token, written[at]))
        for token in said
    ]


def align_within(
    said: Sequence[Token], written: Sequence[Token], at: Places, start: int, end: int
) -> Alignment:
    """Return how a sentence stands to a part of evidence."""
    if all(token.light for token in said):
        return NOTHING
    part = written[start:end]
    inside = [[place - start for place in sorted(row) if start <= place < end] for row in at]
    shared = _shared(said, inside)
    best = NOTHING
    # A part that moves must stand there whole, so all of the sentence must.
    whole = shared == sum(not token.light for token in said)
    for turn in _turns(said) if whole else (0,):
        order = [*said[turn:], *said[:turn]]
        found = _in_order(order, part, [*inside[turn:], *inside[:turn]], shared)
        if turn and found.share < 1:
            continue
        if not found.clash:
            return found
        if best is NOTHING or found.share > best.share:
            best = found
    return best


def windows(written: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield a stretch of evidence, and the parts of it that stand for themselves."""
    yield 0, len(written)
    cuts = [0, *(n for n, token in enumerate(written) if token.breaks), len(written)]
    for size in range(len(cuts) - 2, 0, -1):
        for first in range(len(cuts) - size):
            yield cuts[first], cuts[first + size]


def _turns(said: Sequence[Token]) -> Iterator[int]:
    """Yield from where on a sentence may be said first: its parts with a preposition move."""
    yield 0
    for at, token in enumerate(said):
        if at and (token.opens or said[0].opens):
            yield at


def _in_order(
    said: Sequence[Token], written: Sequence[Token], at: Sequence[Sequence[int]], shared: int
) -> Alignment:
    pairs = _longest(said, len(written), at)
    weighed = sum(not token.light for token in said)
    matched = {i for i, _ in pairs}
    held = sum(not said[i].light for i in matched)
    missing = [token for i, token in enumerate(said) if i not in matched and not token.light]
    if held == shared - 1 and _moved_verb(said, matched):
        held, missing = shared, [token for token in missing if token is not said[-1]]
    clash = (
        next((token.kind.value for token in missing if token.hard), "")
        or ("order" if held < shared else "")
        or _turn_clash(said, written, pairs)
        or _opposite(missing, written, pairs)
        or _role_clash(said, written, pairs)
        or _loose(said, written, pairs)
        or _replaced(said, written, pairs)
    )
    return Alignment(share=held / weighed if weighed else 0.0, clash=clash)


def _moved_verb(said: Sequence[Token], matched: set[int]) -> bool:
    """Whether the last word alone is out of order: `15 mg are given` of `give 15 mg`."""
    last = len(said) - 1
    return last not in matched and said[last].kind is Kind.WORD


def _turn_clash(said: Sequence[Token], written: Sequence[Token], pairs: Pairs) -> str:
    """A negation that is left out is as bad as one that is put in."""
    ours = Counter(token.form for token in said if token.kind is Kind.TURN)
    theirs = Counter(token.form for token in written if token.kind is Kind.TURN)
    if ours != theirs:
        return "turn"
    held = {j for _, j in pairs}
    whole = any(token.form in CUT_WHOLE for token in said)
    if whole and not any(token.form in CUT_WHOLE for token in written):
        return "all"
    return "" if all(j in held for j, t in enumerate(written) if t.kind is Kind.TURN) else "turn"


def _opposite(missing: Sequence[Token], written: Sequence[Token], pairs: Pairs) -> str:
    held = {j for _, j in pairs}
    rest = {token.form for j, token in enumerate(written) if j not in held}
    found = any(opposed(token.form, other) for token in missing for other in rest)
    return "opposite" if found else ""


def _role_clash(said: Sequence[Token], written: Sequence[Token], pairs: Pairs) -> str:
    for i, j in pairs:
        ours, theirs = said[i].role, written[j].role
        if ours == theirs:
            continue
        agent = "by" in (ours, theirs) and said[i].quantity is None
        if agent or (ours and theirs and said[i].hard):
            return "role"
    return ""


def _loose(said: Sequence[Token], written: Sequence[Token], pairs: Pairs) -> str:
    """Say if a number, date or name has left what it stands beside in the evidence.

    Nothing may be skipped over that could be taken for it, but for the others of a plain list:
    `6 in 2019` may be said of `5 in 2018 and 6 in 2019`, `5 in 2019` may not.
    """
    names = {said[i].form for i, _ in pairs if said[i].kind is Kind.NAME}
    named = False
    for at, (first, second) in enumerate(pairwise(pairs)):
        named = named or said[first[0]].kind is Kind.NAME
        skipped = _skipped(written, first[1], second[1])
        if named and any(t.kind is Kind.NAME and t.form not in names for t in skipped):
            return "beside"
        left = {said[i].measure for i, _ in pairs[at::-1] if _is_amount(said[i])}
        right = {said[i].measure for i, _ in pairs[at + 1 :] if _is_amount(said[i])}
        rivals = [t.measure for t in skipped if _is_amount(t)]
        lost, won = (any(measure in side for measure in rivals) for side in (left, right))
        beside = _is_amount(said[first[0]]) and _is_amount(said[second[0]])
        words = any(t.kind is Kind.WORD and not t.light for t in skipped)
        if (lost and won) or ((lost or won) and (beside or words)):
            return "beside"
    return "beside" if _respectively(written, pairs) else ""


def _skipped(written: Sequence[Token], first: int, second: int) -> list[Token]:
    """Return what stands between two places; brackets only if one of these stands in some."""
    inside = written[first].bracketed or written[second].bracketed
    return [token for token in written[first + 1 : second] if inside or not token.bracketed]


def _respectively(written: Sequence[Token], pairs: Pairs) -> bool:
    """Whether lists that go together are not said whole."""
    if not any(token.form == "respectively" for token in written):
        return False
    held = {j for _, j in pairs}
    facts = {j for j, token in enumerate(written) if _is_amount(token)}
    return bool(facts & held) and not facts <= held


def _is_amount(token: Token) -> bool:
    return token.kind in (Kind.NUMBER, Kind.DATE)


def _replaced(said: Sequence[Token], written: Sequence[Token], pairs: Pairs) -> str:
    """Say if a word of the sentence stands where the evidence has another."""
    edges = [(-1, -1), *pairs, (len(said), len(written))]
    for (i, j), (k, m) in pairwise(edges):
        ours = [token for token in said[i + 1 : k] if not token.light]
        inside = any(token.bracketed for token in ours)
        theirs = [t for t in written[j + 1 : m] if not t.light and (inside or not t.bracketed)]
        if ours and theirs:
            return WORDING
    return ""


def _shared(said: Sequence[Token], at: Sequence[Sequence[int]]) -> int:
    """Count what of a sentence the evidence holds in any order."""
    taken: set[int] = set()
    count = 0
    for token, row in zip(said, at, strict=True):
        free = next((place for place in row if place not in taken), None)
        if free is not None:
            taken.add(free)
            count += not token.light
    return count


def _longest(said: Sequence[Token], width: int, at: Sequence[Sequence[int]]) -> Pairs:
    """Return the longest run of tokens that both have in the same order."""
    rows: list[list[int]] = [[0] * (width + 1)]
    for token, row in zip(said, at, strict=True):
        above = rows[-1]
        if not row:
            rows.append(above)
            continue
        weight = 1 if token.light else 2
        here, best, next_place = [0], 0, iter(row)
        place = next(next_place, -1)
        for column in range(width):
            best = max(best, above[column + 1])
            if column == place:
                best = max(best, above[column] + weight)
                place = next(next_place, -1)
            here.append(best)
        rows.append(here)
    return _walk(rows, at)


def _walk(rows: Sequence[Sequence[int]], at: Sequence[Sequence[int]]) -> Pairs:
    pairs: Pairs = []
    i, j = len(at), len(rows[0]) - 1
    while i and j:
        if rows[i][j] == rows[i - 1][j]:
            i -= 1
        elif rows[i][j] == rows[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return _closest(pairs[::-1], at)


def _closest(pairs: Pairs, at: Sequence[Sequence[int]]) -> Pairs:
    """Return pairs with each as near to the next one as it can stand."""
    found: Pairs = []
    before = None
    for i, j in reversed(pairs):
        place = j if before is None else max(one for one in at[i] if one < before)
        found.append((i, place))
        before = place
    return found[::-1]
