"""Runs that are killed, resumed, scored again and put together."""

import json
import os
import signal
from dataclasses import replace

import pytest

from eval.again import merge, score_again
from eval.folder import read_run
from eval.run import execute, run
from eval.scorers import standard_scorers
from rag.errors import ConfigurationError, RetryError


def ignore(done, total):
    pass


def figures(run_of):
    """All that a run found out, without how long anything took."""
    return {
        "evidence": run_of.evidence_hash,
        "cases": run_of.cases_hash,
        "scores": {one.id: one.scores for one in run_of.results},
        "crashes": [crash for one in run_of.results for crash in one.crashes],
        "counts": {name: one.counts for name, one in run_of.summary.items()},
        "metrics": {
            (name, metric): value
            for name, one in run_of.summary.items()
            for metric, value in one.metrics.items()
            if metric != "seconds"
        },
    }


@pytest.fixture
def cases(world):
    return [
        *(world.case(id=f"c-{n}") for n in range(6)),
        world.case("none", id="n-1"),
        world.case("forbidden", id="f-1", asker="clerk", corpus="bank"),
    ]


@pytest.fixture
def script(world):
    return {
        **{f"c-{n}": world.right(text="Never more than 50 mg." * (n + 1)) for n in range(5)},
        "c-5": RuntimeError(),
        "n-1": world.abstained(),
        "f-1": world.outcome(world.answer(verdict="refused"), [("d-dose", 0, 9)]),
    }


class Killed:
    """Answers as another solver does, and is killed with its process at one case."""

    def __init__(self, solver, at):
        self._solver = solver
        self._at = at
        self.setup = solver.setup

    def find(self, case):
        return self._solver.find(case)

    def solve(self, case, found):
        if case.id == self._at:
            os.kill(os.getpid(), signal.SIGKILL)
        return self._solver.solve(case, found)


def killed(world, cases, script, folder, at="c-3"):
    """Run in a process of its own that is killed in the middle."""
    child = os.fork()
    if not child:
        solver = Killed(world.solver(script), at)
        run(cases, solver, world.library, standard_scorers(), folder, ignore)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_a_run_that_was_killed_and_resumed_has_the_figures_of_one_that_was_not(
    world, cases, script, tmp_path
):
    folder = tmp_path / "one"
    killed(world, cases, script, folder)
    assert not (folder / "run.json").exists()
    assert len((folder / "answers.jsonl").read_text().splitlines()) == 3
    with (folder / "answers.jsonl").open("a") as file:
        file.write('{"id": "c-3", "answer": {"ans')  # as if killed while it was written
    solver = world.solver(script)
    resumed = run(cases, solver, world.library, standard_scorers(), folder, ignore, resume=True)
    assert solver.asked == ["c-3", "c-4", "c-5", "n-1", "f-1"]
    whole = run(
        cases, world.solver(script), world.library, standard_scorers(), tmp_path / "two", ignore
    )
    assert figures(resumed) == figures(whole)
    assert figures(read_run(folder)) == figures(whole)


def test_what_was_found_before_the_kill_is_not_searched_for_again(world, cases, script, tmp_path):
    killed(world, cases, script, tmp_path / "one")
    other = {**script, "c-4": world.outcome(world.answer("50 mg"), [("d-dose", 0, 9)])}
    done = run(
        cases,
        world.solver(other),
        world.library,
        standard_scorers(),
        tmp_path / "one",
        ignore,
        resume=True,
    )
    [passage] = next(r for r in done.results if r.id == "c-4").outcome.retrieved
    assert (passage.start, passage.end) == (35, 57)


def test_a_run_is_resumed_with_what_it_was_begun_with_alone(world, cases, script, tmp_path):
    folder = tmp_path / "one"
    killed(world, cases, script, folder)

    def resume(asked, **changes):
        solver = world.solver(script, **changes)
        run(asked, solver, world.library, standard_scorers(), folder, ignore, resume=True)

    with pytest.raises(ConfigurationError, match="begun with another index_fingerprint"):
        resume(cases, index="index-2")
    with pytest.raises(ConfigurationError, match="begun with another model"):
        resume(cases, model="other")
    with pytest.raises(ConfigurationError, match="begun with other cases"):
        resume(cases[:-1])
    resume(cases)
    with pytest.raises(ConfigurationError, match="is finished"):
        resume(cases)
    with pytest.raises(ConfigurationError, match="no run that could be resumed"):
        run(
            cases,
            world.solver(script),
            world.library,
            [],
            tmp_path / "absent",
            ignore,
            resume=True,
        )


def test_two_processes_are_not_at_work_in_one_run(world, cases, script, tmp_path):
    killed(world, cases, script, tmp_path / "one")
    refused = []

    def meanwhile(done, total):
        with pytest.raises(RetryError, match="another process"):
            run(
                cases,
                world.solver(script),
                world.library,
                [],
                tmp_path / "one",
                ignore,
                resume=True,
            )
        refused.append(done)

    run(cases, world.solver(script), world.library, [], tmp_path / "one", meanwhile, resume=True)
    assert len(refused) == len(cases)


@pytest.fixture
def finished(world, cases, script, tmp_path):
    run(cases, world.solver(script), world.library, standard_scorers(), tmp_path / "one", ignore)
    return tmp_path / "one"


def test_a_run_is_read_as_it_was_written(world, cases, script, finished):
    made = execute(cases, world.solver(script), world.library, standard_scorers(), ignore)
    kept = read_run(finished)
    assert figures(kept) == figures(made)
    assert kept.setup == made.setup
    assert [one.outcome.answer for one in kept.results] == [
        one.outcome.answer for one in made.results
    ]


def test_a_run_whose_files_changed_is_refused(finished):
    path = finished / "answers.jsonl"
    path.write_text(path.read_text().replace("50 mg", "60 mg"))
    with pytest.raises(ConfigurationError, match=r"answers\.jsonl changed since the run"):
        read_run(finished)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "run.json").unlink(), "run that was stopped"),
        (lambda folder: (folder / "run.json").write_text("{"), "does not read as a run"),
        (lambda folder: (folder / "run.json").write_text('{"format": 1}'), "of format 1"),
        (lambda folder: (folder / "run.json").write_text("{}"), "does not read as a run"),
    ],
)
def test_what_is_no_finished_run_is_refused(finished, spoil, said):
    spoil(finished)
    with pytest.raises(ConfigurationError, match=said):
        read_run(finished)


def test_scoring_again_asks_nobody_and_gives_the_same(world, cases, finished, tmp_path):
    before = (finished / "run.json").read_bytes()
    again = score_again(finished, cases, world.library, standard_scorers(), tmp_path / "two")
    assert figures(again) == figures(read_run(finished)) == figures(read_run(tmp_path / "two"))
    assert (finished / "run.json").read_bytes() == before


def test_scoring_again_holds_answers_to_what_is_right_now(world, cases, finished, tmp_path):
    asked = [replace(case, answers=("60 mg",)) if case.answers else case for case in cases]
    again = score_again(finished, asked, world.library, standard_scorers(), tmp_path / "two")
    assert read_run(finished).summary["overall"].metrics["numbers_contained"].mean == 5 / 6
    assert again.summary["overall"].metrics["numbers_contained"].mean == 0


def test_other_questions_cannot_be_scored_by_old_answers(world, cases, finished, tmp_path):
    other = [*cases[:-1], replace(cases[-1], question="Something else?")]
    with pytest.raises(ConfigurationError, match=r"1 cases were not asked.*f-1"):
        score_again(finished, other, world.library, standard_scorers(), tmp_path / "two")
    assert not (tmp_path / "two").exists()


def test_parts_put_together_have_the_figures_of_the_whole(world, cases, script, finished, tmp_path):
    for name, part in (("a", cases[5:]), ("b", cases[:5])):
        run(part, world.solver(script), world.library, standard_scorers(), tmp_path / name, ignore)
    merged = merge([tmp_path / "a", tmp_path / "b"], tmp_path / "merged")
    assert figures(merged) == {**figures(read_run(finished)), "crashes": figures(merged)["crashes"]}
    assert json.loads((tmp_path / "merged" / "run.json").read_text())["scores"].keys() == {
        case.id for case in cases
    }


def test_runs_that_do_not_belong_together_are_not_merged(world, cases, script, finished, tmp_path):
    other = world.solver(script, model="other")
    run(cases[:1], other, world.library, standard_scorers(), tmp_path / "b", ignore)
    run(cases[:1], world.solver(script), world.library, [], tmp_path / "c", ignore)
    with pytest.raises(ConfigurationError, match="another setup"):
        merge([finished, tmp_path / "b"], tmp_path / "merged")
    with pytest.raises(ConfigurationError, match=r"1 cases are in two runs: c-0"):
        merge([finished, tmp_path / "c"], tmp_path / "merged")
    with pytest.raises(ConfigurationError, match="no run to merge"):
        merge([], tmp_path / "merged")
    assert not (tmp_path / "merged").exists()
