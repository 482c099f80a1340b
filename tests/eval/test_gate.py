from xml.etree import ElementTree as ET

import pytest

from eval.gate import Requirement, findings, junit
from eval.run import execute
from eval.scorers import standard_scorers
from rag.errors import ConfigurationError

GOLD = ("d-dose", 35, 57)


class Breaking:
    name = "breaking"

    def score(self, attempt):
        if attempt.case.id == "wrong":
            raise KeyError(attempt.case.question)
        return 1.0


@pytest.fixture
def finished(world):
    """Four cases: right, wrong, failed, and one of the bank that leaks."""
    cases = [
        world.case(id="fine"),
        world.case(id="wrong", question="Who is Ama Boateng?"),
        world.case(id="failed"),
        world.case("forbidden", id="leaks", asker="clerk", corpus="bank"),
    ]
    solver = world.solver(
        {
            "fine": world.right(),
            "wrong": world.outcome(world.answer("60 mg", cites=[GOLD]), [GOLD]),
            "failed": RuntimeError("Ama Boateng"),
            "leaks": world.outcome(world.answer(verdict="refused"), [("d-dose", 0, 9)]),
        }
    )
    return execute(cases, solver, world.library, [*standard_scorers(), Breaking()], lambda *_: None)


@pytest.mark.parametrize(
    ("text", "met", "said"),
    [
        ("right>=0.5", True, "0.5 over 4 cases"),
        ("right >= 50%", True, "0.5 over 4 cases"),
        ("right>0.5", False, "0.5 over 4 cases"),
        ("clinic:right>=0.5", False, "0.333333 over 3 cases"),
        ("bank:right=1", True, "1 over 1 cases"),
        ("right.low>=0.5", False, None),
        ("right.high>=0.9", True, None),
        ("right.total>=2", True, "2 over 4 cases"),
        ("permission_leaks.total=0", False, "1 over 4 cases"),
        ("leak_free=1", False, "0.75 over 4 cases"),
        ("numeric_match>=0", False, "not measured"),
        ("nonsense>=0", False, "not measured"),
        ("breaking>=0", False, "1 over 3 cases, not scored in 1"),
    ],
)
def test_a_run_is_held_against_what_is_required(finished, text, met, said):
    [found] = findings(finished, [Requirement.read(text)])
    assert found.met is met
    assert said is None or found.said == said


@pytest.mark.parametrize(
    "text", ["right", "right>=", ">=0.5", "right>=x", "right.most>=1", "right>=0.5 or so", ""]
)
def test_what_is_no_requirement_is_refused(text):
    with pytest.raises(ConfigurationError, match="is no requirement"):
        Requirement.read(text)


def test_a_corpus_that_was_not_asked_is_refused(finished):
    with pytest.raises(ConfigurationError, match="no such corpus, only overall, bank, clinic"):
        findings(finished, [Requirement.read("lawfirm:right>=0")])


def test_junit_has_a_test_a_case_and_a_requirement(finished):
    found = findings(finished, [Requirement.read("right>=0.5"), Requirement.read("right>=0.6")])
    text = junit(finished, found)
    root = ET.fromstring(text)  # noqa: S314 - we wrote it
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["bank", "clinic", "requirements"]
    assert {name: dict(one.items()) for name, one in suites.items()}["clinic"] == {
        "name": "clinic",
        "tests": "3",
        "failures": "1",
        "errors": "1",
    }
    tests = {test.get("name"): test for test in root.iter("testcase")}
    assert len(tests["fine"]) == 0
    assert tests["wrong"].find("failure").get("message") == "right, breaking broke"
    assert tests["failed"].find("error").get("message") == "RuntimeError"
    assert tests["leaks"].find("failure").get("message") == "leak_free"
    assert len(tests["right>=0.5"]) == 0
    assert tests["right>=0.6"].find("failure").get("message") == "0.5 over 4 cases"
    assert float(tests["fine"].get("time")) >= 0
    assert "Boateng" not in text
    assert "50 mg" not in text


def test_an_id_that_no_xml_may_hold_is_shown_without_it(world):
    case = world.case(id="c\x00<1>")
    solver = world.solver({case.id: world.right()})
    done = execute([case], solver, world.library, standard_scorers(), lambda *_: None)
    [test] = ET.fromstring(junit(done, ())).iter("testcase")  # noqa: S314 - we wrote it
    assert test.get("name") == "c?<1>"
