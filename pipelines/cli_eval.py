"""Commands that put questions with known answers to the system, and judge what comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_parts import installation, print_json

if TYPE_CHECKING:
    from pipelines.evaluate import Evaluation
    from pipelines.suites import Chosen

evaluation = typer.Typer(
    help="Measure answers and search on questions with known answers, and redaction on labelled "
    "documents."
)

Suites = Annotated[
    list[str] | None,
    typer.Argument(
        help="clinic, lawfirm, bank (all if none is named); or one suite.yaml, or a folder or file "
        "of BioASQ, PubMedQA, TAT-QA, CUAD, BIPIA, FinanceBench or the form of SQuAD."
    ),
]
Half = Annotated[str, typer.Option(help="Of public data: all, or one half, tune or test.")]
Times = Annotated[int, typer.Option(min=1, help="Ask each question so often: is it the same?")]
Cache = Annotated[
    Path | None, typer.Option(help="Keeps vectors of public data: as confidential as the data.")
]
Margin = Annotated[
    float | None,
    typer.Option(
        min=0.001,
        max=0.999,
        help="How much less often right is still good enough: a share. Default: `evaluate.margin`.",
    ),
]
Limit = Annotated[
    float | None,
    typer.Option(
        "--seconds-a-case",
        min=0.1,
        help="What takes longer has failed. Default: `evaluate.seconds_a_case`.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")]
Out = Annotated[Path | None, typer.Option(help="A new folder; default: among the runs.")]


@evaluation.command("run")
def eval_run(
    suites: Suites = None,
    resume: Annotated[
        Path | None, typer.Option(help="The folder of a run that was stopped, to go on with.")
    ] = None,
    shard: Annotated[
        str, typer.Option(help="A part of the questions, such as 2/4; `eval merge` joins them.")
    ] = "1/1",
    part: Half = "all",
    repeat: Times = 1,
    cache: Cache = None,
    seconds: Limit = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Ask every question of a suite and score search, answers, citations, leaks and conduct.

    Everything is on disk before the next question is asked: a run that was stopped goes on with
    `--resume` and the same questions.
    """
    from pipelines.evaluate import limited, run_evaluation
    from pipelines.show import ProgressBar
    from rag.errors import ConfigurationError

    if resume is not None and out is not None:
        raise ConfigurationError("--resume goes on in the run's own folder: leave out --out")
    with ProgressBar("Asking") as bar:
        result = run_evaluation(
            limited(installation(), seconds),
            _chosen(suites, shard=shard, part=part, repeat=repeat, cache=cache),
            bar,
            folder=resume or out,
            resume=resume is not None,
        )
    _tell(result, as_json=as_json)


@evaluation.command("score")
def eval_score(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run.")],
    suites: Suites = None,
    part: Half = "all",
    repeat: Times = 1,
    cache: Cache = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Score a finished run again, without asking any model, and keep it as a run of its own."""
    from pipelines.evaluate import score_evaluation
    from pipelines.show import ProgressBar

    asked = _chosen(suites, part=part, repeat=repeat, cache=cache)
    with ProgressBar("Scoring") as bar:
        result = score_evaluation(installation(), run, asked, bar, out)
    _tell(result, as_json=as_json)


@evaluation.command("merge")
def eval_merge(
    runs: Annotated[list[Path], typer.Argument(help="Finished runs over different questions.")],
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Put runs over parts of the questions together as one."""
    from eval.again import merge
    from pipelines.evaluate import Evaluation, new_folder

    folder = out or new_folder(installation().home.runs, "-merged")
    _tell(Evaluation(run=merge(runs, folder), folder=folder), as_json=as_json)


@evaluation.command("gate")
def eval_gate(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run.")],
    require: Annotated[
        list[str] | None,
        typer.Option(help="Such as right>=0.8, bank:right.low>=75%; may be repeated."),
    ] = None,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML there.")] = None,
) -> None:
    """Exit with 1 unless a run reaches what is required; without requirements, the standing bar.

    A measure that was not taken, or not in every case it should have been, is not reached.
    """
    from eval.folder import read_run, write_text
    from eval.gate import Requirement, findings
    from eval.gate import junit as junit_xml
    from eval.thresholds import Thresholds, shortfalls

    kept = read_run(run)
    found = findings(kept, [Requirement.read(text) for text in require or []])
    if junit is not None:
        write_text(junit_xml(kept, found), junit)
    for one in found:
        typer.echo(f"{'met' if one.met else 'not met'}: {one.requirement.text}: {one.said}")
    missing = () if require else shortfalls(kept, Thresholds())
    for shortfall in missing:
        typer.echo(f"not met: {shortfall}")
    if missing or not all(one.met for one in found):
        raise typer.Exit(1)


@evaluation.command("report")
def eval_report(
    runs: Annotated[
        list[Path], typer.Argument(help="Finished runs over the same questions and evidence.")
    ],
    margin: Margin = None,
    out: Out = None,
) -> None:
    """Write a page, JSON and Markdown about runs that were kept; the first is the reference."""
    from eval.compare import Terms
    from eval.thresholds import Thresholds
    from eval.writing import report_runs
    from pipelines.evaluate import new_folder

    inst = installation()
    folder = out or new_folder(inst.home.runs, "-report")
    named = {path.resolve().name: path for path in runs}
    share = inst.settings.evaluate.margin if margin is None else margin
    terms = Terms(thresholds=Thresholds(margin=share))
    typer.echo(str(report_runs(named, folder, terms)))


@evaluation.command("trend")
def eval_trend(
    runs: Annotated[
        list[Path] | None, typer.Argument(help="Runs, or folders of runs; default: all kept here.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The page's file; JSON is written beside it.")] = Path(
        "trend.html"
    ),
) -> None:
    """Write a page about runs over time, with JSON beside it."""
    import json

    from eval.folder import write_text
    from eval.trend import kept_runs, trend_facts, trend_page

    kept = kept_runs(runs or [installation().home.runs])
    write_text(trend_page(kept), out)
    facts = json.dumps(trend_facts(kept), indent=1, ensure_ascii=False)
    write_text(facts + "\n", out.with_suffix(".json"))
    typer.echo(str(out))


@evaluation.command("compare")
def eval_compare(
    suites: Suites = None,
    models: Annotated[
        str,
        typer.Option(
            help="Files with commas, the reference first: each holds the sections [generate], "
            "[model], [larger_model], [tiers], [ground] of one that answers. Default: the "
            "generators of `evaluate.generators`."
        ),
    ] = "",
    margin: Margin = None,
    prices: Annotated[
        Path | None, typer.Option(help="A price sheet (TOML; see the README): costs, too.")
    ] = None,
    budgets: Annotated[
        str, typer.Option(help="Other tokens of evidence, such as 200,800,1600, for curves.")
    ] = "",
    closed_book: Annotated[
        bool, typer.Option(help="Ask models without any evidence, too: what does it buy?")
    ] = False,
    resume: Annotated[
        Path | None, typer.Option(help="The folder of a comparison that was stopped.")
    ] = None,
    part: Half = "all",
    repeat: Times = 1,
    cache: Cache = None,
    seconds: Limit = None,
    out: Out = None,
) -> None:
    """Ask the same questions of several models: is a smaller one no worse, and what does it cost?

    Margin and prices are written down before the first question. Everybody answers from the same
    evidence, one after the other; a page, JSON and Markdown say what came of it.
    """
    from eval.verdicts import verdict
    from pipelines.comparison import Wanted, read_budgets, run_comparison
    from pipelines.evaluate import limited
    from pipelines.show import ProgressBar
    from rag.errors import ConfigurationError

    if resume is not None and out is not None:
        raise ConfigurationError("--resume goes on in the comparison's own folder: leave out --out")
    wanted = Wanted(
        models=tuple(Path(name) for name in models.split(",") if name),
        margin=margin,
        prices=prices,
        budgets=read_budgets(budgets),
        closed_book=closed_book,
    )
    with ProgressBar("Asking") as bar:
        done = run_comparison(
            limited(installation(), seconds),
            _chosen(suites, part=part, repeat=repeat, cache=cache),
            wanted,
            bar,
            folder=resume or out,
            resume=resume is not None,
        )
    typer.echo(verdict(done.comparison), err=True)
    typer.echo(str(done.page))


@evaluation.command("intervals")
def eval_intervals(
    runs: Annotated[int, typer.Option(min=100, help="Made-up runs of each scenario.")] = 2_000,
    as_json: Json = False,
) -> None:
    """Check the statistics on made-up runs of which the truth is known; takes minutes.

    95 % intervals must hold it in 93 to 97 of 100, and at the margin no more than 5 of 100 claims
    of non-inferiority may be false.
    """
    from dataclasses import asdict

    from eval.simulated import scenarios, simulate
    from pipelines.show import ProgressBar, show_table

    every = [*scenarios()]
    found = []
    with ProgressBar("Simulating") as bar:
        bar.total(len(every))
        for scenario in every:
            found.append(simulate(scenario, runs))
            bar.step()
    if as_json:
        print_json([{**asdict(one), "fine": one.fine} for one in found])
    else:
        said = {True: "false claims", False: "held"}
        lines = [[one.name, said[one.claims], f"{one.share:.2%}"] for one in found]
        show_table([["made-up runs", "counted", "share"], *lines])
    if not all(one.fine for one in found):
        raise typer.Exit(1)


@evaluation.command("new")
def eval_new(
    source: Annotated[
        Path,
        typer.Option("--from", help="A CSV file: question, answer, document, quote; see below."),
    ],
    documents: Annotated[Path, typer.Option(help="The folder of the documents.")],
    out: Annotated[Path, typer.Option(help="The suite's new file.")] = Path("suite.yaml"),
    asker: Annotated[str, typer.Option("--as", help="Who asks, where no row says.")] = "operator",
) -> None:
    """Make a suite of your own questions.

    A row without an answer is a question that nothing answers. Further columns are id, as,
    expect (answer, none, forbidden), form (text, number, choice), kind, group (the same question
    in other words) and accept: rows that do not say `yes` there are left out.
    """
    from pipelines.questions import new_suite

    count = new_suite(source, documents, out, asker=asker)
    typer.echo(f"{count} questions: ringfence eval run {out}")


@evaluation.command("draft")
def eval_draft(
    documents: Annotated[Path, typer.Argument(help="The folder of your documents.")],
    out: Annotated[Path, typer.Option(help="The new table.")] = Path("draft.csv"),
    count: Annotated[int, typer.Option(min=1, help="How many questions at most.")] = 50,
    asker: Annotated[str, typer.Option("--as", help="Who is to ask them.")] = "operator",
) -> None:
    """Propose questions from your documents: reword them, write `yes` under accept, `eval new`.

    Proposed are sentences that state a value or a date and hold nothing that redaction takes out.
    """
    from pipelines.questions import draft_questions
    from pipelines.show import ProgressBar

    with ProgressBar("Reading") as bar:
        made = draft_questions(installation(), documents, out, count=count, asker=asker, bar=bar)
    typer.echo(f"{made} proposals in {out}; next: ringfence eval new --from {out}")


def _chosen(
    suites: list[str] | None,
    *,
    part: str,
    cache: Path | None,
    shard: str = "1/1",
    repeat: int = 1,
) -> Chosen:
    """Return what is asked for on the command line."""
    from eval.retrieval.cases import Part
    from pipelines.suites import Chosen, Shard
    from rag.errors import ConfigurationError

    if part not in [*Part]:
        raise ConfigurationError(f"--part is one of {', '.join(Part)}")
    return Chosen(
        suites=tuple(suites or ()),
        part=Part(part),
        shard=Shard.read(shard),
        repeat=repeat,
        cache=cache,
    )


def _tell(result: Evaluation, *, as_json: bool) -> None:
    """Print the figures of a run, and what it falls short of."""
    from eval.folder import run_facts
    from eval.thresholds import Thresholds, shortfalls
    from pipelines.show import show_run

    if as_json:
        print_json({**run_facts(result.run), "folder": str(result.folder)})
    else:
        show_run(result)
    for shortfall in shortfalls(result.run, Thresholds()):
        typer.echo(f"below the bar: {shortfall}", err=True)
