from dataclasses import replace

import pytest

from eval.gold import gold_passages, locate, refuse_unfit
from rag.errors import ConfigurationError
from rag.records import Acl, RedactedText


def changed(case, **changes):
    return replace(case, gold=(replace(case.gold[0], **changes),))


def test_the_gold_passage_is_carried_past_the_redaction_before_it(world):
    [gold] = gold_passages(world.case(), world.library)
    assert (gold.document_id, gold.start, gold.end) == ("d-dose", 35, 57)
    assert gold.text == "Never more than 50 mg."


def test_a_redaction_within_the_gold_passage_belongs_to_it(world):
    case = changed(world.case(), quote="Ms Ama Boateng gets 25 mg daily.", start=0, end=32)
    [gold] = gold_passages(case, world.library)
    assert (gold.start, gold.end) == (0, 34)
    assert gold.text == "Ms [ID:k3f2mnop] gets 25 mg daily."


def test_a_case_without_an_answer_has_no_gold_passage(world):
    assert gold_passages(world.case("none"), world.library) == ()


@pytest.mark.parametrize(
    ("quote", "start", "end"),
    [("brown fox", 4, 14), ("the", 0, 3), ("jumps (over)", 15, 27), ("brown\nfox jumps", 4, 20)],
)
def test_a_quote_is_found_whatever_the_white_space(quote, start, end):
    span = locate("the brown\n fox jumps (over) it", quote)
    assert (span.start, span.end) == (start, end)


@pytest.mark.parametrize(("quote", "times"), [("absent", 0), ("fox", 2), (" ", 0)])
def test_a_quote_that_does_not_stand_there_once_is_refused(quote, times):
    with pytest.raises(ConfigurationError, match=f"stands {times} times"):
        locate("fox and fox", quote)


def test_fitting_cases_pass(world):
    within = changed(world.case(), quote="Ms Ama  Boateng gets 25 mg daily.", start=0, end=32)
    refuse_unfit(
        [
            world.case(),
            within,
            world.case("none"),
            world.case("forbidden", asker="clerk"),
        ],
        world.library,
    )


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda w: w.case(asker="nobody"), "`nobody` is no known principal"),
        (lambda w: changed(w.case(), document="gone.txt"), "its document is not in the index"),
        (lambda w: changed(w.case(), start=32), None),
        (lambda w: changed(w.case(), start=30), "its quote does not stand"),
        (lambda w: changed(w.case(), end=54), "its quote does not stand"),
        (lambda w: changed(w.case(), quote="Never more than 60 mg."), "its quote does not stand"),
        (lambda w: changed(w.case(), start=900, end=990), "its quote does not stand"),
        (lambda w: w.case(asker="clerk"), "`clerk` may not read it"),
        (lambda w: w.case("forbidden"), "`nurse` may read it"),
    ],
)
def test_a_case_that_the_index_does_not_bear_out_is_listed(world, make, said):
    case = make(world)
    if said is None:  # one more white space at the edge is the same passage
        refuse_unfit([case], world.library)
        return
    with pytest.raises(ConfigurationError, match=f"1 cases do not fit the index: c-1: {said}"):
        refuse_unfit([world.case(id="fine"), case], world.library)


def test_a_long_list_of_unfit_cases_is_cut(world):
    cases = [world.case(id=f"c-{n}", asker="nobody") for n in range(25)]
    with pytest.raises(ConfigurationError, match=r"^25 cases .*; and 5 more$"):
        refuse_unfit(cases, world.library)


def test_a_passage_of_nothing_but_a_replacement_is_one(world):
    case = changed(world.case(), quote="Ama Boateng", start=3, end=14)
    assert gold_passages(case, world.library)[0].text == "[ID:k3f2mnop]"
    refuse_unfit([case], world.library)


def test_a_document_that_shrank_is_noticed(world):
    care = Acl(groups=frozenset({"care"}))
    short = world.document("d-dose", "wards/dose.txt", RedactedText("Never more"), care)
    world.library.documents["d-dose"] = short
    with pytest.raises(ConfigurationError, match="does not stand"):
        refuse_unfit([world.case()], world.library)
