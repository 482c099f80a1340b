from __future__ import annotations

from dataclasses import replace

import pytest

from rag.errors import RetryError
from rag.generate.tiers import Single, Tiers
from rag.ground.support import SupportGrounder
from rag.records import Begun, Draft, DraftSentence, ModelUse, Said, Verdict
from rag.settings import TierRule
from rag.testing.passages import BOILER, HEDGE, evidence, question

ASKED = question("How often is the boiler serviced?", groups=["board"])
GIVEN = [evidence(1, BOILER), evidence(2, HEDGE)]
RIGHT = ("The boiler is serviced every 14 months.", 1)
OTHER = ("The hedge is cut twice a year.", 2)
WRONG = ("The boiler is serviced every 3 months.", 1)


class Says:
    """Writes these sentences, and counts how often it is asked."""

    def __init__(self, name, *sentences, why="", use=None):
        self.model = name
        self.asked = 0
        self.closed = self.warmed = False
        self._draft = Draft(
            sentences=tuple(DraftSentence(text=text, cites=(n,)) for text, n in sentences),
            model=name,
            why=why,
            use=use,
        )

    def generate(self, _question, _evidence):
        self.asked += 1
        return self._draft

    def warm(self):
        self.warmed = True

    def ready(self):
        return self.warmed

    def peak_mb(self):
        return 40.0 if self.warmed else None

    def close(self):
        self.closed = True


class Tells(Says):
    """The same, heard while it writes; `error` ends it."""

    error = None

    def tell(self, question, evidence, hear):
        draft = self.generate(question, evidence)
        for sentence in draft.sentences:
            hear(sentence)
        if self.error is not None:
            raise self.error
        return draft


class Purse:
    """A budget that can be looked into."""

    def __init__(self, tokens):
        self.tokens = tokens

    def left(self, _principal):
        return self.tokens > 0

    def spend(self, _principal, tokens):
        self.tokens -= tokens


def tiers(model, larger=None, extractive=None, **options):
    generators = {"extractive": extractive or Says("e", RIGHT), "model": model}
    if larger is not None:
        generators["larger"] = larger
    return Tiers(generators, SupportGrounder(), **options)


def path(tried):
    return [(step.tier, step.verdict.value) for step in tried.steps]


def rule(answer, **when):
    return TierRule(answer=answer, why="the board decided so", **when)


def unlikely(likely):
    return [replace(one, likely=likely) for one in GIVEN]


def test_nobody_is_asked_where_what_was_found_is_not_likely_to_answer():
    says = Says("m", RIGHT)
    for answerer in (
        Single(says, SupportGrounder(), floor=0.5),
        tiers(says, extractive=says, floor=0.5),
    ):
        tried = answerer.answer(ASKED, unlikely(0.49))
        assert tried.checked.verdict is Verdict.ABSTAINED
        assert [step.tier for step in tried.steps] == ["nobody"]
        assert not answerer.would_answer(ASKED, unlikely(0.49))
        assert answerer.answer(ASKED, []).checked.verdict is Verdict.ABSTAINED
        assert says.asked == 0
        assert answerer.answer(ASKED, unlikely(0.5)).checked.verdict is Verdict.GROUNDED
        says.asked = 0


def test_a_rule_comes_before_the_judgement_of_what_was_found():
    found = tiers(Says("m", RIGHT), rules=[rule("nobody")], floor=0.5)
    [step] = found.answer(ASKED, unlikely(0.1)).steps
    assert step.why == "the board decided so"


def test_one_generator_answers_or_does_not():
    single = Single(Says("m", RIGHT), SupportGrounder())
    assert single.answer(ASKED, GIVEN).checked.verdict is Verdict.GROUNDED
    assert single.would_answer(ASKED, GIVEN)
    assert single.answer(ASKED, []).checked.verdict is Verdict.ABSTAINED
    assert not Single(Says("m", WRONG), SupportGrounder()).would_answer(ASKED, GIVEN)


def test_nobody_is_asked_without_evidence():
    model = Says("m", RIGHT)
    made = tiers(model)
    assert made.answer(ASKED, []).checked.verdict is Verdict.ABSTAINED
    assert not made.would_answer(ASKED, [])
    assert model.asked == 0


def test_an_answer_that_stands_is_the_last_word():
    larger = Says("l", RIGHT)
    tried = tiers(Says("m", RIGHT), larger).answer(ASKED, GIVEN)
    assert path(tried) == [("model", "grounded")]
    assert (tried.model, larger.asked) == ("m", 0)


@pytest.mark.parametrize(
    ("said", "verdict"), [([WRONG], "abstained"), ([RIGHT, WRONG], "partial"), ([], "abstained")]
)
def test_a_weak_answer_goes_to_the_larger_model(said, verdict):
    tried = tiers(Says("m", *said), Says("l", RIGHT)).answer(ASKED, GIVEN)
    assert path(tried) == [("model", verdict), ("larger", "grounded")]
    assert tried.steps[1].why == f"the answer before was {verdict}"
    assert tried.model == "l"


def test_an_answer_that_cites_another_place_than_fits_best_goes_on_too():
    tried = tiers(Says("m", OTHER), Says("l", RIGHT)).answer(ASKED, GIVEN)
    assert path(tried) == [("model", "grounded"), ("larger", "grounded")]
    assert "fits best" in tried.steps[1].why
    assert tried.checked.sentences[0].text == RIGHT[0]


def test_without_a_larger_model_the_answer_stays_and_nothing_is_compared():
    extractive = Says("e", RIGHT)
    tried = tiers(Says("m", OTHER), extractive=extractive).answer(ASKED, GIVEN)
    assert tried.model == "m"
    assert extractive.asked == 0


def test_the_better_of_two_answers_is_kept():
    tried = tiers(Says("m", RIGHT, WRONG), Says("l", WRONG)).answer(ASKED, GIVEN)
    assert tried.model == "m"
    assert tried.checked.verdict is Verdict.PARTIAL
    assert path(tried) == [("model", "partial"), ("larger", "abstained")]


def test_why_a_model_said_nothing_is_told():
    silent = Says("m", why="the model found no answer in the evidence")
    tried = tiers(silent).answer(ASKED, GIVEN)
    assert tried.steps[0].why == "the model found no answer in the evidence"


@pytest.mark.parametrize(
    ("when", "matches"),
    [
        ({}, True),
        ({"words": ("boilers",)}, True),
        ({"words": ("hedge", "boiler serviced")}, True),
        ({"words": ("boiler pressure",)}, False),
        ({"groups": ("board",)}, True),
        ({"groups": ("nurses",)}, False),
        ({"sources": ("",)}, True),
        ({"sources": ("bank",)}, False),
        ({"words": ("boiler",), "groups": ("nurses",)}, False),
    ],
)
def test_a_rule_holds_where_all_that_it_states_does(when, matches):
    made = tiers(Says("m", RIGHT), rules=[rule("nobody", **when)])
    tried = made.answer(ASKED, GIVEN)
    assert (tried.model == "nobody") is matches


def test_rules_say_who_answers_and_why():
    model, larger = Says("m", RIGHT), Says("l", RIGHT)
    for answer, asked in (("extractive", "e"), ("larger", "l"), ("nobody", "nobody")):
        tried = tiers(model, larger, rules=[rule(answer), rule("model")]).answer(ASKED, GIVEN)
        assert tried.model == asked
        assert tried.steps[0].why == "the board decided so"
    assert tried.checked.verdict is Verdict.ABSTAINED
    assert model.asked == 0


def test_who_has_nothing_left_gets_sentences_without_a_model():
    use = ModelUse(
        prompt_tokens=90, cached_tokens=0, completion_tokens=10, seconds_to_first=0, seconds=0
    )
    purse, model = Purse(150), Says("m", RIGHT, use=use)
    made = tiers(model, budget=purse)
    assert [made.answer(ASKED, GIVEN).model for _ in range(3)] == ["m", "m", "e"]
    assert purse.tokens == -50
    assert model.asked == 2
    assert "spent" in made.answer(ASKED, GIVEN).steps[0].why


def test_what_was_not_read_to_its_end_costs_no_less():
    purse = Purse(10_000)
    tiers(Says("m", RIGHT), budget=purse).answer(ASKED, GIVEN)
    assert 20 < 10_000 - purse.tokens < 200


def test_each_tier_that_is_heard_says_that_it_begins():
    heard = []
    made = tiers(Tells("m", RIGHT, WRONG), Tells("l", RIGHT))
    tried = made.answer(ASKED, GIVEN, heard.append)
    told = [one.tier if isinstance(one, Begun) else one.sentence.text for one in heard]
    assert told == ["model", RIGHT[0], "larger", RIGHT[0]]
    assert tried == made.answer(ASKED, GIVEN)


def test_an_asker_who_leaves_pays_and_one_whose_model_fails_does_not():
    def leave(one):
        if isinstance(one, Said):
            raise EOFError

    purse, model = Purse(10_000), Tells("m", RIGHT)
    made = tiers(model, budget=purse)
    with pytest.raises(EOFError):
        made.answer(ASKED, GIVEN, leave)
    left = purse.tokens
    assert left < 10_000
    model.error = RetryError("the model's server ended")
    with pytest.raises(RetryError):
        made.answer(ASKED, GIVEN, lambda _: None)
    assert purse.tokens == left


@pytest.mark.parametrize("made", [tiers, lambda model: Single(model, SupportGrounder())])
def test_servers_are_started_watched_and_let_go(made):
    model = Says("m", RIGHT)
    answerer = made(model)
    assert answerer.ready() is False
    assert answerer.peak_mb() is None
    answerer.warm()
    assert model.warmed
    assert answerer.peak_mb() == (80.0 if made is tiers else 40.0)  # two servers, or one
    answerer.close()
    assert model.closed


def test_what_has_no_server_needs_none():
    single = Single(object(), SupportGrounder())
    single.warm()
    single.close()
    assert single.ready() is None
    assert single.peak_mb() is None
