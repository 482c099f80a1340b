from __future__ import annotations

import csv

import pytest

from eval.abstention.cases import put
from eval.grounding.cases import is_test
from eval.retrieval.cases import Part
from eval.retrieval.clauses import QUESTIONS
from eval.retrieval.contracts import COMMONEST, cells
from eval.retrieval.readers import read_corpora
from pipelines.searched import Shapes

KINDS = list(QUESTIONS)[: COMMONEST + 1]
LAW = "The laws of Ohio govern this agreement."


@pytest.fixture
def contracts(tmp_path):
    """Six contracts with a clause of the first kinds each, and of the last kind none but one."""
    folder = tmp_path / "contracts"
    (folder / "txt").mkdir(parents=True)
    with (folder / "master_clauses.csv").open("w", newline="") as file:
        rows = csv.DictWriter(file, ["Filename", *KINDS])
        rows.writeheader()
        for n in range(6):
            (folder / "txt" / f"c{n}.txt").write_text(f"Contract {n}.\n\n{LAW}\n")
            filled = KINDS[:-1] if n % 2 else KINDS[:1]
            clauses = {kind: repr([LAW]) for kind in filled}
            if n == 0:
                clauses[KINDS[-1]] = repr([LAW])
            rows.writerow({"Filename": f"c{n}.pdf", **clauses})
    return folder


def test_every_cell_is_known_also_the_empty_ones(contracts):
    found = cells(contracts)
    assert len(found) == 6 * len(KINDS)
    assert sum(one.filled for one in found) == 3 * COMMONEST + 3 + 1
    assert {one.kind for one in found if not one.common} == {KINDS[-1]}


def test_cells_are_asked_for_in_their_contract_by_name_and_in_words(contracts):
    [corpus] = read_corpora([contracts], Shapes())
    found = put(corpus, contracts, Part.ALL, most=1)
    empty = [one for one in found if one.group.endswith("by name: empty cells") and one.counted]
    assert len(empty) == 6 * COMMONEST
    assert {one.case.within for one in empty} == {one.id for one in corpus.documents}
    assert sum(not one.answered for one in empty) == 3 * (COMMONEST - 1)
    words = [one for one in found if one.group.endswith("in words: empty cells") and one.counted]
    assert {one.case.question for one in words} == {QUESTIONS[kind] for kind in KINDS[:-1]}
    assert all(one.case.targets for one in empty if one.answered)
    assert not any(one.case.targets for one in empty if not one.answered)


def test_what_answers_is_kept_back_once(contracts):
    [corpus] = read_corpora([contracts], Shapes())
    pairs = [one for one in put(corpus, contracts, Part.ALL, most=1) if "withheld" in one.group]
    assert sum(one.withheld for one in pairs) == len(pairs) // 2
    assert all(one.withheld is not one.answered and one.case.targets for one in pairs)
    assert not any(one.fitted for one in pairs)


def test_kinds_that_few_contracts_have_are_fitted_on_alone_and_never_of_the_other_half(contracts):
    [corpus] = read_corpora([contracts], Shapes())
    test = put(corpus, contracts, Part.TEST, most=1)
    tune = put(corpus, contracts, Part.TUNE, most=1)
    assert all(one.counted for one in test)
    assert all(is_test(one.case.cluster) for one in test)
    assert not any(is_test(one.case.cluster) for one in tune)
    assert {one.case.kind for one in tune if not one.counted} == {KINDS[-1]}
