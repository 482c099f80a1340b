"""A comparison while it goes on: kept, stopped, resumed, with more and less evidence."""

from __future__ import annotations

import json
import os
import re
import signal
from dataclasses import replace

import pytest

from eval.bought import ClosedBooks
from eval.compare import Terms
from eval.contest import Curve, compare
from eval.energy import EnergyMeter
from eval.folder import read_run
from eval.prices import Prices, Sheet
from eval.scorers import standard_scorers
from eval.thresholds import Thresholds
from rag.errors import ConfigurationError

GOLD = ("d-dose", 35, 57)


class Stopped(BaseException):
    """The process is killed."""


@pytest.fixture
def cases(world):
    return [*(world.case(id=f"a-{n}") for n in range(6)), world.case("none", id="none-1")]


@pytest.fixture
def solver(world, cases):
    def make(model, wrong=()):
        script = {
            case.id: world.outcome(
                world.answer("60 mg" if case.id in wrong else "50 mg", cites=[GOLD]), [GOLD]
            )
            for case in cases
        }
        return world.solver(script, model)

    return make


@pytest.fixture
def ask(world, cases, tmp_path):
    def run(solvers, **options):
        progress = options.pop("progress", lambda *_: None)
        folder = tmp_path / "one"
        scorers = standard_scorers()
        return compare(cases, solvers, world.library, scorers, folder, progress, **options)

    return run


@pytest.fixture
def blind_kind(solver):
    """What a solver is that is asked without evidence."""

    class Blind(type(solver("x"))):
        @property
        def setup(self):
            return replace(super().setup, closed_book=True)

    return Blind


class Finder:
    """Finds what a solver finds, and counts how often it is asked."""

    def __init__(self, solver):
        self._solver = solver
        self.asked = []

    def find(self, case):
        self.asked.append(case.id)
        return self._solver.find(case)


def figures(folder):
    """The figures of a comparison, without what depends on when it was made."""
    facts = json.loads((folder / "compare.json").read_text())
    for run in facts["runs"].values():
        run.pop("started")
    return json.loads(
        re.sub(r'("[^"]*(?:second|p50|p95)[^"]*": )[-0-9.e]+', r"\g<1>0", json.dumps(facts))
    )


def same(folder):
    """The figures of a comparison that must be the same each time: all but seconds."""
    facts = figures(folder)
    facts.pop("taken")
    for policy in (policy for plan in facts["tiers"] for policy in plan["policies"]):
        policy.pop("seconds")
    for run in [*facts["runs"].values(), *facts["closed"].values()]:
        run.pop("files", None)
        run.pop("started", None)
        for summary in run["summary"].values():
            summary.pop("seconds", None)
    return facts


@pytest.mark.parametrize(
    ("at", "large", "small", "blind"),
    [
        (10, 1, 7 + 4, 7),  # in the middle of the first one's answers with less evidence
        (15, 0, 3 + 4, 7),  # of the second one's
        (18, 0, 1 + 3, 7),  # of those with less evidence
        (26, 0, 0, 3),  # of those without any
    ],
)
def test_one_that_was_killed_goes_on_to_the_same_figures(
    solver, blind_kind, tmp_path, world, cases, at, large, small, blind
):
    def options(solvers):
        less = Curve(tokens=400, finders={200: Finder(solvers["large"])}, cases=4)
        return {"curve": less, "closed": ClosedBooks(solvers={"small": solvers["blind"]})}

    def solvers():
        wrong = ["a-1", "a-4"]
        blind = blind_kind(solver("s", wrong=[*wrong, "a-2"]).script, "s")
        return {"large": solver("l"), "small": solver("s", wrong=wrong), "blind": blind}

    def run(made, folder, **more):
        seeing = {name: one for name, one in made.items() if name != "blind"}
        scorers, progress = standard_scorers(), more.pop("progress", lambda *_: None)
        rest = {**options(made), **more}
        return compare(cases, seeing, world.library, scorers, folder, progress, **rest)

    def kill(done, _):
        if done == at:
            os.kill(os.getpid(), signal.SIGKILL)

    folder, whole = tmp_path / "one", tmp_path / "whole"
    child = os.fork()
    if not child:
        run(solvers(), folder, progress=kill)
        os._exit(1)  # it was to be killed before
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert not (folder / "compare.json").exists()
    again = solvers()
    run(again, folder, resume=True)
    assert [len(one.asked) for one in again.values()] == [large, small, blind]
    run(solvers(), whole)
    assert same(folder) == same(whole)
    assert [one["name"] for one in same(whole)["bought"]] == ["small"]


def test_who_is_asked_without_evidence_sees_none_and_is_settled_before(
    solver, ask, blind_kind, tmp_path
):
    seen = []

    class Looking(blind_kind):
        def solve(self, case, found):
            seen.append((str(found.question), found.evidence, found.retrieved))
            return super().solve(case, found)

        def release(self):
            seen.append("let go")

    blind = Looking(solver("s").script, "s")
    ask({"s": solver("s")}, closed=ClosedBooks(solvers={"s": blind}, left_out={"x": "no model"}))
    assert seen == [("a question", (), ())] * 7 + ["let go"]
    settled = json.loads((tmp_path / "one" / "terms.json").read_text())
    assert settled["generators"]["closed/s"]["closed_book"] is True
    kept = read_run(tmp_path / "one" / "closed" / "s")
    assert kept.setup.closed_book
    assert "right" not in kept.summary["overall"].metrics


def test_it_is_not_resumed_without_those_who_were_to_be_asked_without_evidence(
    solver, ask, blind_kind
):
    def stop(done, _):
        if done == 3:
            raise Stopped

    blind = blind_kind(solver("s").script, "s")
    with pytest.raises(Stopped):
        ask({"s": solver("s")}, closed=ClosedBooks(solvers={"s": blind}), progress=stop)
    with pytest.raises(ConfigurationError, match="other terms"):
        ask({"s": solver("s")}, resume=True)


def test_of_a_server_that_somebody_else_runs_no_energy_is_told(solver, ask, tmp_path):
    zone = tmp_path / "power" / "intel-rapl:0"
    zone.mkdir(parents=True)
    (zone / "max_energy_range_uj").write_text("1000000000")
    (zone / "energy_uj").write_text("0")

    class Elsewhere(type(solver("x"))):
        @property
        def setup(self):
            return replace(super().setup, elsewhere=True)

    one = Elsewhere(solver("a").script, "a")
    found = ask({"a": one}, meter=EnergyMeter(tmp_path / "power"))
    assert found.taken["a"].joules is None


def test_it_is_not_resumed_on_other_terms_nor_once_it_is_finished(solver, ask):
    def stop(done, _):
        if done == 3:
            raise Stopped

    with pytest.raises(Stopped):
        ask({"a": solver("a")}, progress=stop)
    easier = Terms(thresholds=Thresholds(margin=0.2))
    with pytest.raises(ConfigurationError, match=r"other terms: see terms\.json"):
        ask({"a": solver("a")}, resume=True, terms=easier)
    with pytest.raises(ConfigurationError, match="other terms"):
        ask({"a": solver("b")}, resume=True)
    ask({"a": solver("a")}, resume=True)
    with pytest.raises(ConfigurationError, match="no comparison that could be resumed"):
        ask({"a": solver("a")}, resume=True)


def test_what_is_settled_stands_there_before_the_first_question(solver, ask, tmp_path):
    def look(done, _):
        if done == 1:
            raise Stopped

    prices = Prices(currency="EUR", all=Sheet(hour=2))
    terms = Terms(thresholds=Thresholds(margin=0.03), prices=prices)
    with pytest.raises(Stopped):
        ask({"a": solver("a")}, progress=look, terms=terms)
    settled = json.loads((tmp_path / "one" / "terms.json").read_text())
    assert settled["thresholds"]["margin"] == 0.03
    assert settled["prices"]["all"]["hour"] == 2
    assert settled["generators"]["a"]["model"] == "a"


def test_more_and_less_evidence_is_found_once_for_all_and_for_answerable_cases_alone(solver, ask):
    less = Finder(solver("f"))
    steps = []
    found = ask(
        {"large": solver("l"), "small": solver("s", wrong=["a-0"])},
        curve=Curve(tokens=400, finders={200: less}, cases=4),
        progress=lambda done, total: steps.append((done, total)),
    )
    assert len(less.asked) == 4
    assert "none-1" not in less.asked
    assert [b.tokens for b in found.budgets["small"]] == [200, 400]
    assert {b.cases for some in found.budgets.values() for b in some} == {4}
    assert found.budgets["large"][0].right.mean == 1.0
    assert steps[-1] == (22, 22)


def test_what_holds_a_server_is_let_go_before_the_next_is_asked(solver, ask):
    order = []

    class Holding(type(solver("x"))):
        def solve(self, case, found):
            order.append(self.model)
            return super().solve(case, found)

        def release(self):
            order.append(f"{self.model} let go")
            return 123.0

    one, other = solver("one"), solver("other")
    found = ask({"one": Holding(one.script, "one"), "other": Holding(other.script, "other")})
    assert list(dict.fromkeys(order)) == ["one", "one let go", "other", "other let go"]
    assert found.taken["one"].peak_mb == 123.0


def test_energy_is_what_the_machine_drew_while_one_answered(solver, ask, tmp_path):
    zone = tmp_path / "power" / "intel-rapl:0"
    zone.mkdir(parents=True)
    (zone / "max_energy_range_uj").write_text("1000000000")
    (zone / "energy_uj").write_text("0")

    def draw(done, _):
        (zone / "energy_uj").write_text(str(done * 1_000_000))

    found = ask({"a": solver("a")}, meter=EnergyMeter(tmp_path / "power"), progress=draw)
    assert found.taken["a"].joules == pytest.approx(1.0)


def test_a_folder_that_is_there_is_never_written_over(solver, ask, tmp_path):
    (tmp_path / "one").mkdir()
    with pytest.raises(ConfigurationError, match="exists already"):
        ask({"a": solver("a")})
