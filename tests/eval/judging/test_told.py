"""Judgings of kept runs: files, figures, tables."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from eval.cases import Form
from eval.compare import Terms
from eval.folder import read_run, run_facts
from eval.judging.folder import Verdicts, judging_file, judgings, run_hash
from eval.judging.judge import Grade, Preference, Preferred
from eval.judging.tables import judge_tables
from eval.judging.told import (
    ALL,
    CHOICES,
    VALUES,
    WORDS,
    Judged,
    comparable,
    expected_text,
    gradable,
    graded,
    preferred,
)
from eval.run import run
from eval.scorers import standard_scorers
from eval.writing import report_runs
from rag.errors import ConfigurationError, RetryError

GOLD = ("d-dose", 35, 57)
ONE = Preferred(preference=Preference.ONE, steady=True)
BY_ORDER = Preferred(preference=Preference.EQUAL, steady=False)


@pytest.fixture
def folders(world, tmp_path):
    """Two runs of forty questions about a value, right in half of the cases each, and others."""
    cases = [
        *(
            replace(world.case(id=f"c-{n}"), form=Form.NUMBER, answers=("50 mg",))
            for n in range(40)
        ),
        world.case("none", id="n-1"),
        world.case("forbidden", id="f-1", asker="clerk", corpus="bank"),
        world.case(id="silent"),
    ]
    for name, right in (("large", range(20)), ("small", range(10, 30))):
        script = {
            f"c-{n}": world.outcome(
                world.answer("50 mg" if n in right else "60 mg", cites=[GOLD]), [GOLD]
            )
            for n in range(40)
        }
        script |= {"n-1": world.abstained(), "f-1": world.abstained(), "silent": world.abstained()}
        solver = world.solver(script, name)
        scorers = standard_scorers()
        run(cases, solver, world.library, scorers, tmp_path / name, lambda *_: None)
    return {name: tmp_path / name for name in ("large", "small")}


def judged_by(folder, other=None, name="judge"):
    return Judged(
        judge=name,
        model="ab12",
        prompt="judge-1",
        held=True,
        seed=0,
        run=run_hash(folder),
        other=run_hash(other) if other else "",
    )


def finished(folder, judged, verdicts):
    kept = Verdicts(folder, judged)
    for case_id, verdict in verdicts.items():
        kept.give(case_id, verdict)
    return kept.finish()


def truthful(run_of):
    return {
        one.id: Grade.RIGHT if one.scores["numeric_match"] else Grade.WRONG
        for one in gradable(run_of)
    }


def test_graded_is_what_was_answered_and_has_an_answer(folders):
    large = read_run(folders["large"])
    assert [one.id for one in gradable(large)] == [f"c-{n}" for n in range(40)]
    assert expected_text(large.results[0]) == "50 mg"


def test_a_judge_that_agrees_may_be_used_and_one_that_does_not_may_not(folders):
    large, judged = read_run(folders["large"]), judged_by(folders["large"])
    told = graded(large, judged, truthful(large))
    assert (told.cases, told.counts, told.silent) == (40, {"right": 20, "wrong": 20}, 0)
    assert told.doubt == ""
    assert set(told.agreements) == {VALUES, ALL}
    assert told.agreements[ALL].kappa.mean == 1.0
    lenient = graded(large, judged, dict.fromkeys(truthful(large), Grade.RIGHT))
    assert lenient.agreements[ALL].share.mean == 0.5
    assert lenient.doubt.startswith("kappa 0.00")
    mute = graded(large, judged, dict.fromkeys(truthful(large)))
    assert (mute.silent, mute.counts, mute.agreements) == (40, {}, {})
    assert mute.doubt == "it said nothing that can be held against a label"


def test_partly_right_is_not_right_and_labels_of_people_come_first(folders):
    large, judged = read_run(folders["large"]), judged_by(folders["large"])
    partly = dict.fromkeys(truthful(large), Grade.PARTLY)
    told = graded(large, judged, partly)
    assert told.counts == {"partly": 40}
    assert told.agreements[ALL].share.mean == 0.5
    plain = replace(large, results=tuple(_without(one, "numeric_match") for one in large.results))
    assert set(graded(plain, judged, partly).agreements) == {WORDS, ALL}
    half = replace(plain, results=(*large.results[:10], *plain.results[10:]))
    assert graded(half, judged, partly).agreements[ALL].pairs == 10
    chosen = replace(
        large,
        results=tuple(
            replace(one, scores={**one.scores, "choice_match": 1.0}) for one in large.results
        ),
    )
    assert graded(chosen, judged, partly).agreements[CHOICES].share.mean == 0.0


def _without(result, name):
    return replace(result, scores={**result.scores, name: None})


def test_preferences_are_held_against_cases_in_which_one_is_right(folders):
    large, small = (read_run(folder) for folder in folders.values())
    judged = judged_by(folders["large"], folders["small"])
    said = {}
    for one, other in comparable(large, small):
        first, second = one.scores["numeric_match"], other.scores["numeric_match"]
        word = (
            Preference.EQUAL if first == second else Preference.ONE if first else Preference.OTHER
        )
        said[one.id] = Preferred(preference=word, steady=True)
    told = preferred(large, small, judged, said, against="small")
    assert told.counts == {"one": 10, "other": 10, "equal": 20}
    assert (told.agreements[ALL].pairs, told.agreements[ALL].share.mean) == (20, 1.0)
    assert told.ahead.mean == 0.0
    assert told.doubt == "20 labelled answers, 30 are needed"
    said |= {"c-0": None, "c-1": BY_ORDER, "c-2": ONE}
    told = preferred(large, small, judged, said, against="small")
    assert (told.silent, told.unsteady, told.agreements[ALL].silent) == (1, 1, 1)


def test_verdicts_are_kept_resumed_and_shown_in_the_report(folders, tmp_path):
    folder = folders["large"]
    large, judged = read_run(folder), judged_by(folder)
    first = Verdicts(folder, judged)
    first.give("c-0", Grade.RIGHT)
    with pytest.raises(RetryError, match="another process"):
        Verdicts(folder, judged)
    first.close()
    with judging_file(folder, judged).open("ab") as file:
        file.write(b'{"id": "c-1", "gra')  # killed while it wrote
    assert [*judgings(folder)] == []
    again = Verdicts(folder, judged)
    assert again.given == {"c-0": Grade.RIGHT}
    for case_id, grade in truthful(large).items():
        if case_id != "c-0":
            again.give(case_id, grade if case_id != "c-1" else None)
    path = again.finish()
    assert path.stat().st_mode & 0o077 == 0
    finished(folder, judged_by(folder, folders["small"]), {f"c-{n}": ONE for n in range(40)})
    assert read_run(folder) == large
    report = report_runs(folders, tmp_path / "report", Terms()).parent
    page = (report / "compare.html").read_text()
    text = (report / "compare.md").read_text()
    for told in (page, text):
        assert "What a local judge says of the answers" in told
        assert "Which answers a local judge prefers" in told
        assert "How far the judge may be believed" in told
        assert "no: 20 labelled answers, 30 are needed" in told
    assert "decides nothing" in page
    facts = json.loads((report / "compare.json").read_text())["judged"]["large"]
    assert [one["cases"] for one in facts] == [40, 40]
    assert [(one["against"], one["silent"]) for one in facts] == [("small", 0), ("", 1)]
    assert "NaN" not in json.dumps(facts)
    alone = report_runs({"large": folder}, tmp_path / "alone", Terms())
    assert "Which answers a local judge prefers" not in alone.read_text()
    assert run_facts(large) == run_facts(read_run(folder))


def test_a_judging_that_was_changed_or_is_of_another_is_refused(folders):
    folder = folders["large"]
    judged = judged_by(folder)
    path = finished(folder, judged, {"c-0": Grade.WRONG})
    with pytest.raises(ConfigurationError, match="nothing is left to be judged"):
        Verdicts(folder, judged)
    with pytest.raises(ConfigurationError, match="another judge"):
        Verdicts(folder, replace(judged, model="cd34"))
    path.write_text(path.read_text().replace("wrong", "right"))
    with pytest.raises(ConfigurationError, match="changed, or its run did"):
        [*judgings(folder)]
    path.unlink()
    finished(folder, replace(judged, run="of another"), {"c-0": Grade.WRONG})
    with pytest.raises(ConfigurationError, match="changed, or its run did"):
        [*judgings(folder)]


def test_without_a_judging_nothing_is_said_of_one(folders, tmp_path):
    page = report_runs(folders, tmp_path / "report", Terms()).read_text()
    assert judge_tables({}) == []
    assert "No model judges another." in page
