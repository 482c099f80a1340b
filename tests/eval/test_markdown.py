from dataclasses import replace

from eval.compare import Terms, compare_runs
from eval.markdown import markdown
from eval.run import execute, run
from eval.scorers import standard_scorers
from eval.writing import report_runs

GOLD = ("d-dose", 35, 57)


def ignore(done, total):
    pass


def outcomes(world, wrong):
    right, other = world.right(), world.outcome(world.answer("60 mg", cites=[GOLD]), [GOLD])
    return {f"c-{n}": other if n < wrong else right for n in range(4)}


def test_shortfalls_come_first_then_figures_and_what_was_run(world):
    cases = [world.case(id=f"c-{n}") for n in range(4)]
    runs = {
        name: execute(
            cases, world.solver(outcomes(world, n), name), world.library, standard_scorers(), ignore
        )
        for name, n in (("large", 0), ("small", 2))
    }
    small = runs["small"]
    named = replace(small.setup, suites={"wards": "3"}, models={"small|er": "abc"})
    runs["small"] = replace(small, plan=replace(small.plan, setup=named))
    text = markdown(compare_runs(runs, Terms()))
    lines = text.splitlines()
    assert lines[2].startswith("**None is shown to be good enough: small may be, within 5 points")
    assert lines[4].startswith("- **large** (reference, passes): right in 100.0% [")
    assert lines[5].startswith("- **small** (undecided): right in 50.0% [")
    assert lines[6].startswith("  - -50.0 points [")
    assert "## What answers take" in lines
    assert "## clinic" in lines
    [right] = {line for line in lines if line.startswith("| right |")}
    assert right.startswith("| right | 100.0% [47.3%, 100.0%], n 4 | 50.0% [")
    [gate] = {line for line in lines if line.startswith("| completed |")}
    assert gate == "| completed | 4 of 4 pass | 4 of 4 pass |"
    assert "| suites | none | wards 3 |" in lines
    assert "| models | none | small/er abc |" in lines
    tables = "\n".join(lines).split("\n\n")
    for table in (one.splitlines() for one in tables if one.startswith("|")):
        assert len({line.count("|") for line in table}) == 1


def test_kept_runs_become_a_report(world, tmp_path):
    cases = [world.case(id=f"c-{n}") for n in range(4)]
    for name, wrong in (("large", 0), ("small", 2)):
        solver = world.solver(outcomes(world, wrong), name)
        run(cases, solver, world.library, standard_scorers(), tmp_path / name, ignore)
    folders = {name: tmp_path / name for name in ("large", "small")}
    page = report_runs(folders, tmp_path / "report", Terms())
    kept = sorted(path.name for path in page.parent.iterdir())
    assert kept == ["compare.html", "compare.json", "compare.md"]
    assert "against large" in page.read_text()
