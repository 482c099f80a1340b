import json
from types import MappingProxyType

import pytest

from eval.compare import compare, compare_runs
from eval.paired import Standing
from eval.run import execute
from eval.scorers import standard_scorers
from eval.thresholds import Thresholds
from rag.errors import ConfigurationError

GOLD = ("d-dose", 35, 57)


def ignore(done, total):
    pass


@pytest.fixture
def cases(world):
    return [
        world.case(id="same"),
        world.case(id="other-words"),
        world.case(id="other-verdict"),
        world.case(id="other-right"),
    ]


@pytest.fixture
def solvers(world):
    def outcome(text, verdict="grounded", cites=(GOLD,)):
        return world.outcome(world.answer(text, verdict, cites), [GOLD])

    small = {
        "same": outcome("50 mg"),
        "other-words": outcome("50 mg"),
        "other-verdict": outcome("50 mg"),
        "other-right": outcome("60 mg"),
    }
    large = {
        "same": outcome("50 mg"),
        "other-words": outcome("Never more than 50 mg."),
        "other-verdict": outcome("50 mg", "partial"),
        "other-right": outcome("50 mg"),
    }
    return {"large": world.solver(large, "m-large"), "small": world.solver(small, "m-small")}


def test_runs_facts_and_one_page_are_kept(world, cases, solvers, tmp_path):
    steps = []
    compare(
        cases,
        MappingProxyType(solvers),
        world.library,
        standard_scorers(),
        tmp_path / "one",
        lambda done, total: steps.append((done, total)),
    )
    kept = sorted(str(p.relative_to(tmp_path / "one")) for p in (tmp_path / "one").rglob("*.*"))
    assert kept == [
        "compare.html",
        "compare.json",
        "compare.md",
        *(
            f"runs/{name}/{file}"
            for name in ("large", "small")
            for file in ("answers.jsonl", "cases.jsonl", "evidence.jsonl", "plan.json", "run.json")
        ),
    ]
    assert steps == [(n, 8) for n in range(1, 9)]
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
    facts = json.loads((tmp_path / "one" / "compare.json").read_text())
    assert facts["runs"]["small"]["model"] == "m-small"
    assert facts["thresholds"] == {"hit_rate": 0.9, "leaks": 0}
    assert facts["shortfalls"] == {"large": [], "small": []}


def test_the_first_is_the_reference_and_differences_are_paired(world, cases, solvers, tmp_path):
    found = compare(cases, solvers, world.library, standard_scorers(), tmp_path / "one", ignore)
    assert found.reference == "large"
    assert set(found.differences) == {"small"}
    difference = found.differences["small"]
    assert difference.cases == 4
    assert difference.interval.mean == -0.25  # right in 3 of 4, against 4 of 4
    assert difference.interval.low < -0.25 < 0 < difference.interval.high
    assert difference.standing.standing is Standing.UNDECIDED
    assert difference.standing.margin == 0.05
    wide = compare_runs(found.runs, Thresholds(), margin=0.8).differences["small"]
    assert wide.standing.standing is Standing.NON_INFERIOR


def test_cases_that_differ_most_come_first(world, cases, solvers, tmp_path):
    found = compare(cases, solvers, world.library, standard_scorers(), tmp_path / "one", ignore)
    assert found.differing == ("other-right", "other-verdict", "other-words")


def test_one_generator_is_well(world, cases, solvers, tmp_path):
    only = {"small": solvers["small"]}
    found = compare(cases, only, world.library, standard_scorers(), tmp_path / "one", ignore)
    assert (found.reference, found.differences, found.differing) == ("small", {}, ())


def test_every_solver_is_given_what_the_first_one_found(world, cases, solvers, tmp_path):
    solvers["small"].script["same"] = world.outcome(world.answer("50 mg"), [("d-dose", 0, 57)])
    found = compare(cases, solvers, world.library, standard_scorers(), tmp_path / "one", ignore)
    seen = [run.results[0].outcome.retrieved for run in found.runs.values()]
    assert seen[0] == seen[1]
    assert found.runs["large"].evidence_hash == found.runs["small"].evidence_hash


def test_kept_runs_on_other_evidence_or_cases_are_refused(world, cases, solvers):
    def made(name, asked):
        return execute(asked, solvers[name], world.library, [], ignore)

    solvers["small"].script["same"] = world.outcome(world.answer("50 mg"), [("d-dose", 0, 57)])
    runs = {"large": made("large", cases), "small": made("small", cases)}
    with pytest.raises(ConfigurationError, match=r"`small` saw other evidence .* 1 cases \(same\)"):
        compare_runs(runs, Thresholds())
    with pytest.raises(ConfigurationError, match="not over the same cases"):
        compare_runs({**runs, "small": made("small", cases[1:])}, Thresholds())


def test_a_case_that_failed_is_no_other_evidence(world, cases, solvers, tmp_path):
    solvers["small"].script["same"] = RuntimeError()
    found = compare(cases, solvers, world.library, standard_scorers(), tmp_path / "one", ignore)
    assert found.differing[0] == "same"
    assert found.shortfalls["small"]


def test_another_index_is_refused_before_anything_is_asked(world, cases, solvers, tmp_path):
    solvers["small"].index = "index-2"
    with pytest.raises(ConfigurationError, match="different indexes"):
        compare(cases, solvers, world.library, standard_scorers(), tmp_path / "one", ignore)
    assert solvers["large"].asked == []


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "a b", "ü", "x" * 65])
def test_a_name_that_cannot_be_a_folder_is_refused(world, cases, solvers, tmp_path, name):
    with pytest.raises(ConfigurationError, match="a name has"):
        compare(
            cases,
            {name: solvers["small"]},
            world.library,
            standard_scorers(),
            tmp_path / "one",
            ignore,
        )


def test_no_generator_and_names_alike_are_refused(world, cases, solvers, tmp_path):
    alike = {"A": solvers["small"], "a": solvers["large"]}
    for given, said in [({}, "no generator"), (alike, "case only")]:
        with pytest.raises(ConfigurationError, match=said):
            compare(cases, given, world.library, standard_scorers(), tmp_path / "one", ignore)
