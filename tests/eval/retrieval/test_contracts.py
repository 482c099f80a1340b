from __future__ import annotations

import pytest

from eval.retrieval.clauses import QUESTIONS
from eval.retrieval.contracts import located
from eval.retrieval.readers import read_corpora
from rag.errors import ConfigurationError


def pieces(text, clause):
    """The words of each part where it stands first."""
    return [text[spans[0].start : spans[0].end] for spans in located(text, clause)]


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("The  term ends,\nat noon", ["The term ends, at noon"]),
        ("the “Buyer” pays", ['The "Buyer" pays']),
        ("The term<omitted>pays twice", ["The term", "pays twice"]),
        ("The term<omitted>is not here", ["The term"]),
        ("term", ["term"]),
        ("twice", ["twice"]),
        ("ter", []),
        ("9/9/97", ["9/9/97"]),
        ("...", []),
    ],
)
def test_a_clause_is_found_whatever_stands_between_its_letters(clause, expected):
    text = 'Determined on 19/9/97 and 9/9/97.\nThe term ends, at noon. The "Buyer" pays twice.'
    assert pieces(text, clause) == expected


def test_every_place_of_a_clause_is_returned_in_order():
    [spans] = located("Orme pays Tarn. Ormeley pays. ORME ends.", "Orme")
    assert [(span.start, span.end) for span in spans] == [(0, 4), (30, 34)]


def test_a_letter_that_folds_into_two_moves_nothing():
    assert pieces("Straße 5, Ende", "STRASSE 5") == ["Straße 5"]


def test_a_filled_cell_is_a_case_and_an_empty_one_is_none(contracts, shaping):
    [corpus] = read_corpora([contracts], shaping)
    [contract] = corpus.documents
    by_name, in_words = corpus.sets
    shown = {
        case.question: [contract.parsed.text[t.start : t.end] for t in case.targets]
        for case in by_name.cases
    }
    assert shown == {
        "Document Name": ["Supply Agreement"],
        "Governing Law": ["The laws of Ohio govern this agreement", "conflicts"],
        "Expiration Date": ["It ends on 1 May 2030", "ends on 1 May 2030, unless renewed"],
    }
    [title] = by_name.cases[0].targets
    assert [contract.parsed.text[start:end] for start, end in title.also] == ["Supply Agreement"]
    assert {case.within for case in by_name.cases} == {contract.id}
    assert {case.cluster for case in by_name.cases} == {"ORME_1-EX-10 Supply.txt"}
    assert [case.question for case in in_words.cases] == [QUESTIONS[kind] for kind in shown]
    assert [case.targets for case in in_words.cases] == [case.targets for case in by_name.cases]


def test_what_could_not_be_located_is_counted(contracts, shaping):
    [corpus] = read_corpora([contracts], shaping)
    assert corpus.notes == ("1 of 4 filled cells could not be located and are left out",)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("Name,Insurance\na,b\n", "line 1: there is no column `Filename`"),
        ("Filename,Secret\na,b\n", "line 1: no column is a known kind of clause"),
        ("Filename,Insurance\na.PDF,Secret\n", "line 2, column `Insurance`: not a list of texts"),
        ("Filename,Insurance\na.PDF,\"['ok', 5]\"\n", "line 2, column `Insurance`"),
        ("Filename,Insurance\nSecret.PDF,['x']\n", "lacks 1 of the contracts"),
    ],
)
def test_a_bad_table_is_refused_with_its_place_and_no_content(contracts, shaping, table, message):
    (contracts / "master_clauses.csv").write_text(table)
    with pytest.raises(ConfigurationError) as refused:
        read_corpora([contracts], shaping)
    assert message in str(refused.value)
    assert "Secret" not in str(refused.value)
