import csv
import io
from dataclasses import replace

import pytest
import yaml

from eval.questions import Proposal, cases_of_table, proposals, suite_text, table_text
from rag.errors import ConfigurationError
from rag.records import RedactedText, Redaction

HEAD = "question,answer,document,quote,as,expect,accept,group\n"


def write(tmp_path, *lines, head=HEAD):
    path = tmp_path / "questions.csv"
    path.write_text(head + "".join(f"{line}\n" for line in lines), encoding="utf-8-sig")
    return path


def test_rows_become_cases(tmp_path):
    path = write(
        tmp_path,
        '"How much, at most?",50 mg,dose.txt,"Never more than 50 mg.",nurse,,yes,dose',
        "Who pays?,,,,,,yes,",
        "May I see it?,50 mg,dose.txt,Never more than 50 mg.,clerk,forbidden,X,",
        "Not this one,1,a.txt,b,,,no,",
    )
    first, none, forbidden = cases_of_table(path, asker="operator")
    assert first == {
        "id": "q-001",
        "question": "How much, at most?",
        "as": "nurse",
        "expect": "answer",
        "answer": "50 mg",
        "document": "dose.txt",
        "quote": "Never more than 50 mg.",
        "group": "dose",
    }
    assert none == {"id": "q-002", "question": "Who pays?", "as": "operator", "expect": "none"}
    assert (forbidden["expect"], forbidden["as"]) == ("forbidden", "clerk")
    facts = yaml.safe_load(suite_text("mine", "papers", [first, none]))
    assert facts["cases"] == [first, none]
    assert (facts["suite"], facts["version"], facts["documents"]) == ("mine", "1", "papers")


@pytest.mark.parametrize(
    ("lines", "head", "said"),
    [
        (["a,b"], "question,answer\n", "line 1: there is no column `document`"),
        ([], HEAD.replace("group", "colour"), "line 1: `colour` is no column"),
        (["Who?,50 mg,,,,,yes,"], HEAD, "line 2: `document` is empty, and it expects answer"),
        (["Who?,,,,,forbidden,yes,"], HEAD, "line 2: `answer` is empty, and it expects forbidden"),
        ([",1,a,b,,,yes,"], HEAD, "line 2: `question` is empty"),
        (["Who?,,,,,,no,"], HEAD, "no row is accepted"),
        (["Who?,,,,,,yes,,,"], HEAD, "line 2: there are too many fields"),
    ],
)
def test_a_table_that_is_wrong_is_refused(tmp_path, lines, head, said):
    with pytest.raises(ConfigurationError, match=said):
        cases_of_table(write(tmp_path, *lines, head=head), asker="operator")


def test_a_missing_table_and_one_that_is_no_text_are_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        cases_of_table(tmp_path / "absent.csv", asker="operator")
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        cases_of_table(tmp_path / "bad.csv", asker="operator")


TEXT = (
    "The boiler is serviced every 14 months by a firm from outside. "
    "Its pressure must stay below 2.4 bar at all times of the day. "
    "Ms [ID:k3f2mnop] paid 300 euros for the repair of the gate in May. "
    "The hedge is cut twice a year by the gardener of the house. "
    "The contract with the firm ends on 31 May 2027 without any further notice. "
    "Short: 5 kg."
)


def document(world):
    start = TEXT.index("[ID")
    gone = Redaction(
        kind="ID", start=start, end=start + 13, source_start=start, source_end=start + 11, score=1
    )
    made = world.library.documents["d-dose"]
    return replace(made, text=RedactedText(TEXT), redactions=(gone,))


def test_sentences_with_a_value_and_nothing_redacted_are_proposed(world):
    found = [*proposals(document(world), "house/boiler.txt")]
    assert [(one.answer, one.kind) for one in found] == [
        ("14 months", "value"),
        ("31 May 2027", "date"),
    ]
    first = found[0]
    assert first.question.endswith("The boiler is serviced every ____ by a firm from outside.")
    assert first.quote == "The boiler is serviced every 14 months by a firm from outside."
    assert first.document == "house/boiler.txt"
    assert "boiler" not in repr(first)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_what_a_spreadsheet_would_run_is_not_proposed(world, sign):
    text = f'{sign}HYPERLINK("x") is serviced every 14 months by a firm from outside.'
    made = replace(world.library.documents["d-dose"], text=RedactedText(text), redactions=())
    assert [*proposals(made, "boiler.txt")] == []


def test_proposals_are_accepted_by_a_person_alone(tmp_path):
    one = Proposal(
        question="What, then?",
        answer="14",
        document="a, b.txt",
        quote='He said "14".',
        kind="value",
    )
    text = table_text([one], asker="nurse")
    [row] = csv.DictReader(io.StringIO(text))
    assert (row["accept"], row["document"], row["quote"]) == ("no", "a, b.txt", 'He said "14".')
    path = tmp_path / "draft.csv"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match="no row is accepted"):
        cases_of_table(path, asker="operator")
    path.write_text(text.replace("\nno,", "\nyes,"))
    [case] = cases_of_table(path, asker="operator")
    assert (case["as"], case["answer"], case["quote"]) == ("nurse", "14", 'He said "14".')
