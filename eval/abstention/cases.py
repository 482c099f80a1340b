"""Questions that nothing answers, beside questions of the same kind that something does.

Of contracts the cells of the table as they are: an empty one is an expert's word that the contract
has no such clause. Of other sets every question twice: as it is, and with all that answers it kept
back from the search. A clause that is kept back leaves others that nearly answer, and experts
marked what is typical rather than everything: such pairs are reported, and not fitted on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.grounding.cases import number
from eval.retrieval.cases import Corpus, Part, SearchCase, of_part
from eval.retrieval.clauses import QUESTIONS
from eval.retrieval.contracts import Cell, cells, is_contracts
from eval.split import held_out

_HALVES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A question as it is put; what `case` has for targets is kept back where `withheld`.

    `group` is the set that it is counted in. What is not `counted` is fitted on alone, what is not
    `fitted` is counted alone.
    """

    group: str
    case: SearchCase = field(repr=False)
    answered: bool
    withheld: bool = False
    counted: bool = True
    fitted: bool = True


def put(corpus: Corpus, path: Path, part: Part, most: int) -> list[Put]:
    """Return the questions of a half of a corpus, at most so many of a set besides contracts'."""
    if is_contracts(path):
        return list(_contracts(corpus, cells(path), part))
    found = []
    for questions in corpus.sets:
        half = sorted(of_part(questions, part).cases, key=lambda case: number(case.id))[:most]
        found += _twice(f"{corpus.name}: withheld", half)
    return found


def _contracts(corpus: Corpus, table: Sequence[Cell], part: Part) -> Iterator[Put]:
    """Yield cells of the commonest kinds, by name and in words; those of others to fit on."""
    located = {(case.within, case.kind): case for case in corpus.sets[0].cases}
    for cell in table:
        test = held_out(cell.cluster, _HALVES)
        case = located.get((cell.contract, cell.kind))
        lost = cell.common and cell.filled and case is None
        if lost or (part is not Part.ALL and test is not (part is Part.TEST)):
            continue
        if not cell.common and test:
            continue
        for style, question in (("by name", cell.kind), ("in words", QUESTIONS[cell.kind])):
            asked = _asked(cell, question, case)
            group = f"{corpus.name} {style}"
            yield Put(
                group=f"{group}: empty cells",
                case=asked,
                answered=cell.filled,
                counted=cell.common,
            )
            if case is not None:
                yield from _twice(f"{group}: withheld", [asked], fitted=False)


def _asked(cell: Cell, question: str, case: SearchCase | None) -> SearchCase:
    return SearchCase(
        id=f"{cell.contract[:8]} {cell.kind}",
        question=question,
        targets=case.targets if case is not None else (),
        within=cell.contract,
        cluster=cell.cluster,
        kind=cell.kind,
    )


def _twice(group: str, cases: Sequence[SearchCase], *, fitted: bool = True) -> list[Put]:
    """Return questions as they are, and with what answers them withheld."""
    return [
        Put(group=group, case=case, answered=not withheld, withheld=withheld, fitted=fitted)
        for case in cases
        for withheld in (False, True)
    ]
