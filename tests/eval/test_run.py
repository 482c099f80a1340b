import json
import time
from dataclasses import replace

import pytest

from eval.cases import case_hash, cases_hash
from eval.folder import read_run
from eval.run import execute, run
from eval.scorers import standard_scorers
from eval.summary import HEADINGS, summary_table
from eval.thresholds import Thresholds, shortfalls
from rag.errors import ConfigurationError, RetryError


class Breaking:
    """A scorer that breaks on one case."""

    name = "breaking"

    def __init__(self, on):
        self.on = on

    def score(self, attempt):
        if attempt.case.id == self.on:
            raise ZeroDivisionError("Ama Boateng, 536-22-9187")
        return 0.5


class Constant:
    """A scorer that says the same of every case."""

    def __init__(self, name, value):
        self.name = name
        self.value = value

    def score(self, _attempt):
        return self.value


def ignore(done, total):
    pass


@pytest.fixture
def cases(world):
    return [
        world.case(id="c-1", question="What may Ama Boateng get?"),
        world.case(id="c-2"),
        world.case("none", id="c-3"),
        world.case("forbidden", id="b-1", asker="clerk", corpus="bank"),
    ]


@pytest.fixture
def solver(world):
    leaking = world.outcome(world.answer(verdict="refused"), [("d-dose", 0, 9)])
    return world.solver(
        {
            "c-1": world.right(),
            "c-2": RuntimeError("Ama Boateng, 536-22-9187"),
            "c-3": world.abstained(),
            "b-1": leaking,
        }
    )


def test_a_run_is_kept_with_settings_metrics_and_scores(world, cases, solver, tmp_path):
    steps = []
    run(
        cases,
        solver,
        world.library,
        standard_scorers(),
        tmp_path / "runs" / "one",
        lambda done, total: steps.append((done, total)),
    )
    facts = json.loads((tmp_path / "runs" / "one" / "run.json").read_text())
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert facts["settings_hash"] == "settings-1"
    assert facts["index_fingerprint"] == "index-1"
    assert facts["model"] == "scripted"
    assert facts["code_version"] == "0.1.0"
    assert facts["python_version"].count(".") == 2
    assert set(facts["seeds"]) == {"generator", "bootstrap"}
    assert facts["started"].endswith("+00:00")
    assert facts["cases_hash"] == cases_hash({c.id: case_hash(c) for c in cases})
    assert facts["counts"] == {
        "overall": {"answer": 2, "forbidden": 1, "none": 1},
        "bank": {"forbidden": 1},
        "clinic": {"answer": 2, "none": 1},
    }
    overall = facts["summary"]["overall"]
    assert overall["hit_at_5"]["mean"] == 0.5
    assert overall["hit_at_5"]["cases"] == 2
    assert overall["citation_correct"]["mean"] == 1.0
    assert overall["citation_correct"]["cases"] == 1
    assert overall["abstention_accuracy"]["mean"] == pytest.approx(2 / 3)
    assert overall["permission_leaks"]["total"] == 1
    assert overall["completed"]["gate"] is True
    assert overall["completed"]["total"] == 3
    assert facts["summary"]["clinic"]["permission_leaks"]["total"] == 0
    assert "hit_at_5" not in facts["summary"]["bank"]
    assert facts["scores"]["c-1"]["right"] == 1.0
    assert facts["scores"]["b-1"]["leak_free"] is False
    assert facts["scores"]["c-3"]["hit_at_5"] is None


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_case_is_kept_with_passages_answer_verdict_and_times(world, cases, solver, tmp_path):
    run(cases, solver, world.library, standard_scorers(), tmp_path / "one", ignore)
    found = lines(tmp_path / "one" / "evidence.jsonl")
    assert [row["id"] for row in found] == ["c-1", "c-2", "c-3", "b-1"]
    [passage] = found[0]["retrieved"]
    assert (passage["document_id"], passage["start"], passage["end"]) == ("d-dose", 35, 57)
    first, failed, *_ = lines(tmp_path / "one" / "answers.jsonl")
    assert first["answer"]["answer"] == "Never more than 50 mg."
    assert first["answer"]["verdict"] == "grounded"
    [citation] = first["answer"]["citations"]
    assert (citation["document"], citation["start"], citation["end"]) == ("d-dose", 35, 57)
    assert first["timings"] == {"generate": 0.25}
    assert first["seconds"] >= 0
    assert (failed["error"], failed["answer"]) == ("RuntimeError", None)
    assert failed["crash"]["what"] == "solver"
    scored = lines(tmp_path / "one" / "cases.jsonl")
    assert scored[0]["gold"] == "Never more than 50 mg."
    assert scored[0]["scores"]["right"] == 1.0


def test_what_is_kept_holds_no_unredacted_text(world, cases, solver, tmp_path):
    scorers = [*standard_scorers(), Breaking("c-1")]
    run(cases, solver, world.library, scorers, tmp_path / "one", ignore)
    kept = "".join(path.read_text() for path in (tmp_path / "one").iterdir())
    assert "Boateng" not in kept
    assert "536-22-9187" not in kept


def test_a_crashing_solver_and_scorer_are_records(world, cases, solver):
    scorers = [Breaking("c-1"), Constant("steady", 1.0)]
    done = execute(cases, solver, world.library, scorers, ignore)
    first, second, *_ = done.results
    assert [(c.what, c.kind) for c in first.crashes] == [("breaking", "ZeroDivisionError")]
    assert first.crashes[0].place.rsplit(":")[-1].isdigit()
    assert first.scores == {"breaking": None, "steady": 1.0}
    assert [(c.what, c.kind) for c in second.crashes] == [("solver", "RuntimeError")]
    assert second.outcome.error == "RuntimeError"
    metric = done.summary["overall"].metrics["breaking"]
    assert (metric.cases, metric.crashed, metric.mean) == (3, 1, 0.5)


def test_an_error_that_the_solver_tells_is_scored_as_no_answer(world, cases, solver):
    solver.script["c-1"] = world.outcome(None, error="RetryError")
    done = execute(cases, solver, world.library, standard_scorers(), ignore)
    assert done.results[0].crashes == ()
    assert done.results[0].scores["completed"] is False
    assert done.results[0].scores["right"] == 0.0


class Hanging:
    """Another solver, of which some cases never come to an end."""

    def __init__(self, solver, *, searches=(), answers=()):
        self.setup = replace(solver.setup, seconds_a_case=0.2)
        self.restarted = 0
        self._solver = solver
        self._searches = searches
        self._answers = answers

    def find(self, case):
        if case.id in self._searches:
            time.sleep(30)
        return self._solver.find(case)

    def solve(self, case, found):
        if case.id in self._answers:
            time.sleep(30)
        return self._solver.solve(case, found)

    def restart(self):
        self.restarted += 1


def test_what_hangs_is_a_timeout_and_the_run_goes_on(world, cases, solver, tmp_path):
    hanging = Hanging(solver, searches=["c-2"], answers=["c-1"])
    done = run(cases, hanging, world.library, standard_scorers(), tmp_path / "one", ignore)
    answer, search, *others = done.results
    assert [one.outcome.error for one in done.results] == ["timeout", "timeout", "", ""]
    [crash] = answer.crashes
    assert (crash.what, crash.kind) == ("solver", "timeout")
    assert crash.place.startswith(f"{__name__}:")
    assert 0.2 <= answer.seconds < 10
    for one in (answer, search):
        scores = one.scores
        assert (scores["right"], scores["completed"], scores["timed_out"]) == (0.0, False, 1.0)
    assert all(one.scores["timed_out"] == 0.0 for one in others)
    assert hanging.restarted == 1  # for the answer: no server searches
    assert "no answer came in 2 of 4 cases, 2 of them for taking too long" in shortfalls(
        done, Thresholds()
    )
    assert read_run(tmp_path / "one") == done
    plan = json.loads((tmp_path / "one" / "plan.json").read_text())
    assert plan["setup"]["seconds_a_case"] == 0.2


def test_an_answer_that_its_own_server_was_too_late_with_counts_as_one(world, cases, solver):
    solver.script["c-1"] = world.outcome(None, error="timeout")
    hanging = Hanging(solver)
    done = execute(cases, hanging, world.library, standard_scorers(), ignore)
    assert done.results[0].scores["timed_out"] == 1.0
    assert hanging.restarted == 1


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_score_that_is_not_a_number_is_a_crash(world, cases, solver, value):
    done = execute(cases, solver, world.library, [Constant("odd", value)], ignore)
    assert {c.kind for r in done.results for c in r.crashes if c.what == "odd"} == {
        "ArithmeticError"
    }
    assert "odd" not in done.summary["overall"].metrics


def test_a_bool_gates_a_number_measures_and_none_is_left_out(world, cases, solver):
    scorers = [Constant("gate", value=True), Constant("measure", 1), Constant("silent", None)]
    metrics = execute(cases, solver, world.library, scorers, ignore).summary["overall"].metrics
    assert metrics["gate"].gate is True
    assert metrics["measure"].gate is False
    assert "silent" not in metrics


def test_an_existing_folder_is_refused_before_anything_is_asked(world, cases, solver, tmp_path):
    folder = tmp_path / "one"
    folder.mkdir()
    with pytest.raises(ConfigurationError, match="exists already"):
        run(cases, solver, world.library, standard_scorers(), folder, ignore)
    assert solver.asked == []
    assert list(folder.iterdir()) == []


def test_a_place_that_cannot_be_written_is_refused(world, cases, solver, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="cannot be written"):
        run(cases, solver, world.library, standard_scorers(), tmp_path / "file" / "one", ignore)


def test_half_a_character_in_an_answer_does_not_lose_the_run(world, cases, solver, tmp_path):
    solver.script["c-1"] = world.right(text="50 mg \ud83d")
    run(cases, solver, world.library, standard_scorers(), tmp_path / "one", ignore)
    assert lines(tmp_path / "one" / "answers.jsonl")[0]["answer"]["answer"] == "50 mg \ud83d"
    assert read_run(tmp_path / "one").results[0].outcome.answer.answer == "50 mg \ud83d"


def test_no_cases_unfit_cases_and_doubled_cases_are_refused(world, solver):
    for cases, said in [
        ([], "there are no cases"),
        ([world.case(asker="nobody")], "do not fit"),
        ([world.case(), world.case(corpus="bank")], "is in"),
    ]:
        with pytest.raises(ConfigurationError, match=said):
            execute(cases, solver, world.library, standard_scorers(), ignore)
    assert solver.asked == []


def test_the_evidence_hash_is_that_of_the_passages_alone(world, cases, solver):
    def evidence():
        return execute(cases, solver, world.library, [], ignore).evidence_hash

    first = evidence()
    solver.script["c-1"] = world.outcome(world.answer("other"), [("d-dose", 35, 57)])
    assert evidence() == first
    solver.script["c-1"] = world.outcome(world.answer("other"), [("d-dose", 34, 57)])
    assert evidence() != first


def test_the_table_has_a_row_a_corpus_and_one_over_all(world, cases, solver):
    done = execute(cases, solver, world.library, standard_scorers(), ignore)
    rows = [dict(zip(HEADINGS, row.cells(), strict=True)) for row in summary_table(done)]
    assert [row["corpus"] for row in rows] == ["bank", "clinic", "overall"]
    assert [row["cases"] for row in rows] == ["1", "3", "4"]
    assert rows[0]["hit rate at 5"] == "not measured"
    assert rows[1]["hit rate at 5"] == "50.0% [2.5%, 97.5%]"
    assert rows[1]["citation correctness"] == "100.0% [5.0%, 100.0%]"
    assert [row["permission leaks"] for row in rows] == ["1", "0", "1"]


def test_leaks_that_could_not_be_counted_are_not_shown_as_none(world, cases, solver):
    class Broken(Breaking):
        name = "permission_leaks"

    done = execute(cases, solver, world.library, [Broken("c-1")], ignore)
    assert summary_table(done)[-1].cells()[-1] == "1.5 (1 cases not scored)"


def test_a_remedied_error_of_ours_is_a_record_too(world, cases, solver):
    solver.script["c-1"] = RetryError("busy")
    done = execute(cases, solver, world.library, standard_scorers(), ignore)
    assert done.results[0].crashes[0].kind == "RetryError"
