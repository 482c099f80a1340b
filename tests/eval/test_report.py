import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from eval.compare import compare_runs
from eval.report import page
from eval.run import execute
from eval.scorers import standard_scorers

GOLD = ("d-dose", 35, 57)
VOID = {"meta", "line", "polyline"}


class Elements(HTMLParser):
    """Collects tags, attributes and text, and checks that elements are closed in order."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.open, self.texts = [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(" ".join(data.split()))

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


def ignore(done, total):
    pass


def html(world, cases, **scripts):
    runs, found = {}, None
    for name, script in scripts.items():
        solver = world.solver(script, f"model-{name}")
        runs[name] = execute(cases, solver, world.library, standard_scorers(), ignore, found=found)
        found = {result.id: result.outcome.found for result in runs[name].results}
    return page(compare_runs(runs))


def answered(world, text, question="a question"):
    return world.outcome(world.answer(text, cites=[GOLD]), [GOLD], question=question)


def test_the_page_needs_nothing_from_elsewhere(world):
    case = world.case()
    source = html(world, [case], a={"c-1": answered(world, "50 mg")})
    elements = Elements(source)
    assert not re.search(r"https?:|//[a-z]|url\(|@import", source)
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(elements.tags)
    assert not {"src", "href", "onload", "style"} & {name for name, _ in elements.attributes}
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in elements.attributes
    assert elements.open == []


@pytest.mark.parametrize(
    "markup",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "</style>"],
)
def test_markup_in_answers_and_questions_is_shown_not_obeyed(world, markup):
    case = world.case()
    source = html(
        world,
        [case],
        a={"c-1": answered(world, f"60 mg {markup}", question=f"how {markup}?")},
        b={"c-1": answered(world, "50 mg")},
    )
    elements = Elements(source)
    assert not {"script", "img"} & set(elements.tags)
    assert elements.text.count(markup) == 2
    assert elements.open == []


def test_markup_in_the_name_of_a_corpus_and_an_error_is_escaped(world):
    broken = type("<b>Bad</b>", (Exception,), {})
    source = html(world, [world.case(corpus="<i>x</i>")], a={"c-1": broken()})
    elements = Elements(source)
    assert not {"b", "i"} & set(elements.tags)
    assert "failed: <b>Bad</b>" in elements.text


def test_the_verdict_comes_first_and_names_shortfalls_and_differences(world):
    cases = [world.case(id=f"c-{n}") for n in range(40)]
    good = {case.id: answered(world, "50 mg") for case in cases}
    bad = {case.id: answered(world, "60 mg") for case in cases}
    bad["c-3"] = RuntimeError()
    text = Elements(html(world, cases, large=good, small=bad)).text
    assert text.index("Verdict") < text.index("Quality against time") < text.index("All measures")
    assert "large reference, passes right in 100.0%" in text
    assert "small falls short right in 0.0%" in text
    assert "no answer came in 1 of 40 cases" in text
    assert " against large: worse by more than 5 points" in text


def test_a_difference_that_cases_cannot_tell_is_said_to_be_one(world):
    cases = [world.case(id=f"c-{n}") for n in range(4)]
    one = {case.id: answered(world, "50 mg") for case in cases}
    other = {**one, "c-0": answered(world, "60 mg")}
    assert "undecided at 5 points; about" in Elements(html(world, cases, a=one, b=other)).text


def test_only_the_first_30_differing_cases_are_shown(world):
    cases = [world.case(id=f"c-{n}") for n in range(33)]
    one = {case.id: answered(world, "50 mg") for case in cases}
    other = {case.id: answered(world, "60 mg") for case in cases}
    elements = Elements(html(world, cases, a=one, b=other))
    assert elements.tags.count("article") == 30
    assert "The first 30 of 33" in elements.text


def test_a_single_generator_shows_the_cases_it_got_wrong(world):
    cases = [world.case(id="fine"), world.case(id="wrong"), world.case("none", id="invented")]
    script = {
        "fine": answered(world, "50 mg"),
        "wrong": answered(world, "60 mg"),
        "invented": answered(world, "70 mg"),
    }
    elements = Elements(html(world, cases, a=script))
    assert "Is a good enough?" in elements.text
    assert "Cases that were not right All 2." in elements.text
    assert elements.tags.count("article") == 2
    assert "Never more than 50 mg." in elements.text
    assert "No document answers this" in elements.text


def test_a_single_generator_without_a_fault_says_so(world):
    text = Elements(html(world, [world.case()], a={"c-1": answered(world, "50 mg")})).text
    assert "Cases that were not right There are none." in text


def test_a_passage_that_the_asker_may_not_see_is_not_quoted(world):
    case = world.case("forbidden", asker="clerk")
    text = Elements(html(world, [case], a={"c-1": answered(world, "Something else.")})).text
    assert "The asker may not see the answer" in text
    assert "Never more than 50 mg." not in text


def test_a_flood_of_an_answer_is_cut(world):
    flood = "no " * 5_000
    text = Elements(html(world, [world.case()], a={"c-1": answered(world, flood)})).text
    assert "(13800 more characters)" in text


def test_every_case_failing_still_gives_a_page(world):
    text = Elements(html(world, [world.case()], a={"c-1": RuntimeError("Ama Boateng")})).text
    assert "failed: RuntimeError" in text
    assert "the question was never asked" in text
    assert "Boateng" not in text


def test_nothing_scored_gives_a_page_without_a_chart(world):
    run = execute(
        [world.case()],
        world.solver({"c-1": world.right()}),
        world.library,
        [],
        ignore,
    )
    elements = Elements(page(compare_runs({"a": run})))
    assert "Quality against" not in elements.text
    assert "not scored" in elements.text


def test_hashes_and_units_are_on_the_page(world):
    text = Elements(html(world, [world.case()], a={"c-1": answered(world, "50 mg")})).text
    for expected in ["settings-1", "index-1", "model-a", "generator 7", "in seconds", "in % of"]:
        assert expected in text


def many(world, count=40):
    return [world.case(id=f"c-{n}") for n in range(count)]


def test_who_is_shown_to_be_no_worse_is_good_enough_and_said_first(world):
    cases = many(world, 200)
    good = {case.id: answered(world, "50 mg") for case in cases}
    text = Elements(html(world, cases, large=good, small=dict(good))).text
    assert "Verdict small is good enough: it is right no more than 5 points less often" in text
    assert "small non-inferior right in 100.0%" in text


def test_a_few_alike_cases_do_not_show_that_anybody_is_good_enough(world):
    cases = many(world, 8)
    good = {case.id: answered(world, "50 mg") for case in cases}
    text = Elements(html(world, cases, large=good, small=dict(good))).text
    assert "Verdict None is shown to be good enough: small may be" in text
    assert "more cases would decide it" in text


def test_of_a_server_that_somebody_else_runs_memory_is_not_measured_and_it_is_said_why(world):
    solver = world.solver({"c-1": answered(world, "50 mg")}, "m")
    run = execute([world.case()], solver, world.library, standard_scorers(), ignore)
    told = {"model": "qwen3-8b, as llama-server at 127.0.0.1:8080 says", "encoder": "ab" * 32}
    setup = replace(run.setup, elsewhere=True, models=told)
    text = Elements(
        page(compare_runs({"m": replace(run, plan=replace(run.plan, setup=setup))}))
    ).text
    assert "most memory, MB not measured: not our process" in text
    assert "m: answered by a server that was not started here." in text
    assert "model qwen3-8b, as llama-server at 127.0.0.1:8080 says; encoder abababababab " in text


def test_what_was_not_measured_is_said_so_and_no_price_is_made_up(world):
    text = Elements(html(world, [world.case()], a={"c-1": answered(world, "50 mg")})).text
    assert "No price sheet was given, so nothing is said of cost." in text
    assert "energy an answer, joules not measured" in text
    assert "Quality against cost" not in text
