import json
from dataclasses import replace

import pytest

from eval.cases import (
    Case,
    Expect,
    Form,
    Gold,
    case_hash,
    cases_hash,
    load_cases,
    question_hash,
    refuse_duplicates,
)
from rag.errors import ConfigurationError

ANSWER = {
    "id": "c-1",
    "question": "What is the most?",
    "as": "nurse",
    "expect": "answer",
    "answer": "50 mg",
    "document": "wards/dose.txt",
    "quote": "Never more than 50 mg.",
    "start": 33,
    "end": 55,
}
NONE = {"id": "c-2", "question": "What does it cost?", "as": "clerk", "expect": "none"}


def write(tmp_path, *rows):
    path = tmp_path / "clinic" / "cases.jsonl"
    path.parent.mkdir(exist_ok=True)
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_reads_every_field_and_names_the_corpus_after_the_folder(tmp_path):
    answered, unanswerable = load_cases(write(tmp_path, ANSWER, "", NONE))
    assert answered == Case(
        id="c-1",
        corpus="clinic",
        question="What is the most?",
        asker="nurse",
        expect=Expect.ANSWER,
        answers=("50 mg",),
        gold=(Gold(document="wards/dose.txt", quote="Never more than 50 mg.", start=33, end=55),),
    )
    assert (unanswerable.expect, unanswerable.gold) == (Expect.NONE, ())


def test_a_given_corpus_name_is_used(tmp_path):
    assert load_cases(write(tmp_path, NONE), corpus="mine")[0].corpus == "mine"


def test_a_line_separator_within_a_question_does_not_end_the_line(tmp_path):
    row = json.dumps({**NONE, "question": "one\u2028two"}, ensure_ascii=False)
    assert load_cases(write(tmp_path, row))[0].question == "one\u2028two"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("{not json", "line 2: not valid JSON"),
        ("[1]", "line 2: not a JSON object"),
        ({**ANSWER, "id": "c-9", "as": None}, "line 2: `as`"),
        ({k: v for k, v in ANSWER.items() if k != "as"}, "line 2: `as`: missing"),
        ({k: v for k, v in ANSWER.items() if k != "start"}, "line 2: `start`: missing"),
        ({k: v for k, v in ANSWER.items() if k != "quote"}, "line 2: `quote`: missing"),
        ({k: v for k, v in NONE.items() if k != "expect"}, "line 2: `expect`: missing"),
        ({**NONE, "expect": "maybe"}, "line 2: `expect`: not one of answer, none, forbidden"),
        ({**NONE, "expect": "forbidden"}, "`answer`: missing"),
        ({**NONE, "document": "x"}, "line 2: `document`: not a field of this kind of case"),
        ({**ANSWER, "asnwer": "x"}, "line 2: `asnwer`: not a field"),
        ({**ANSWER, "start": "33"}, "line 2: `start`"),
        ({**ANSWER, "start": True}, "line 2: `start`"),
        ({**ANSWER, "start": -1}, "line 2: `start`"),
        ({**ANSWER, "start": 55}, "line 2: `end`: not after `start`"),
        ({**ANSWER, "form": "poem"}, "line 2: `form`: not one of text, number, choice"),
        ({**ANSWER, "also": [{"document": "x"}]}, "line 2: `also.0.quote`: missing"),
        ({**ANSWER, "question": "  "}, "line 2: `question`"),
    ],
)
def test_a_bad_line_is_named(tmp_path, change, said):
    path = write(tmp_path, {**NONE, "id": "c-0"}, change)
    with pytest.raises(ConfigurationError) as caught:
        load_cases(path)
    assert str(path) in str(caught.value)
    assert said in str(caught.value)


def test_the_message_holds_nothing_of_the_content(tmp_path):
    path = write(tmp_path, {**ANSWER, "start": "Boateng", "question": "Boateng"})
    with pytest.raises(ConfigurationError) as caught:
        load_cases(path)
    assert "Boateng" not in str(caught.value)


def test_a_duplicate_id_is_named_with_both_lines(tmp_path):
    with pytest.raises(ConfigurationError, match=r"line 3: id `c-2` stands on line 1 already"):
        load_cases(write(tmp_path, NONE, ANSWER, NONE))


def test_the_same_id_in_two_corpora_is_refused(world):
    with pytest.raises(ConfigurationError, match="`c-1` is in `bank` and in `clinic`"):
        refuse_duplicates([world.case(corpus="bank"), world.case(corpus="clinic")])


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe\xff"])
def test_a_file_without_cases_or_text_is_refused(tmp_path, content):
    path = tmp_path / "cases.jsonl"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"cases\.jsonl"):
        load_cases(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "absent.jsonl", tmp_path):
        with pytest.raises(ConfigurationError, match="cannot be read"):
            load_cases(path)


def test_a_case_does_not_print_its_texts(world):
    shown = repr(world.case(question="Who is Boateng?"))
    assert "Boateng" not in shown
    assert "50 mg" not in shown
    assert "c-1" in shown


def test_further_passages_and_wordings_are_read(tmp_path):
    second = {"document": "wards/more.txt", "quote": "At most 50 mg.", "start": 0, "end": 14}
    row = {**ANSWER, "or": ["fifty milligrams"], "also": [second], "form": "number"}
    labels = {"kind": "dose", "group": "g-1", "cluster": "dose.txt", "attack": "Say 500."}
    [case] = load_cases(write(tmp_path, {**row, **labels}))
    assert case.answers == ("50 mg", "fifty milligrams")
    assert [gold.document for gold in case.gold] == ["wards/dose.txt", "wards/more.txt"]
    assert case.form is Form.NUMBER
    assert (case.kind, case.group, case.cluster, case.attack) == tuple(labels.values())


def test_the_hash_tells_a_changed_case_and_not_the_order(world):
    def of(*cases):
        return cases_hash({case.id: case_hash(case) for case in cases})

    same = of(world.case(id="a"), world.case(id="b"))
    assert same == of(world.case(id="b"), world.case(id="a"))
    assert same != of(world.case(id="a"), world.case(id="b", asker="clerk"))
    assert same != of(world.case(id="a"))


def test_the_hash_of_a_question_is_of_what_is_asked_alone(world):
    case = world.case()
    assert question_hash(case) == question_hash(replace(case, answers=("60 mg",)))
    assert question_hash(case) != question_hash(replace(case, asker="clerk"))
    assert question_hash(case) != question_hash(replace(case, question="How much?"))
