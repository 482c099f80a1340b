from __future__ import annotations

import pytest

from eval.redaction.scores import Counts, score


def counts(gold, hit, predicted, right):
    return Counts(gold=gold, hit=hit, predicted=predicted, right=right)


@pytest.mark.parametrize(
    ("gold", "found", "measure", "expected"),
    [
        # the same
        ("[Jane Doe|PERSON] came", "[Jane Doe|PERSON] came", "exact", counts(1, 1, 1, 1)),
        # punctuation at the ends does not count
        ("[Jane Doe|PERSON], came", "[Jane Doe,|PERSON] came", "exact", counts(1, 1, 1, 1)),
        # one character more is not exact, but shares 8 of 10 characters
        ("[Jane Doe|PERSON] x came", "[Jane Doe x|PERSON] came", "exact", counts(1, 0, 1, 0)),
        ("[Jane Doe|PERSON] x came", "[Jane Doe x|PERSON] came", "any 0.75", counts(1, 1, 1, 1)),
        # half of it shares 4 of 8
        ("[Jane Doe|PERSON] came", "[Jane|PERSON] Doe came", "any 0.75", counts(1, 0, 1, 0)),
        ("[Jane Doe|PERSON] came", "[Jane|PERSON] Doe came", "any 0.5", counts(1, 1, 1, 1)),
        # redactions of a label count together, each of them right
        (
            "[Jane of Doe|PERSON] came",
            "[Jane|PERSON] of [Doe|PERSON] came",
            "any 0.5",
            counts(1, 1, 2, 2),
        ),
        # neighbours become one: two redactions, one span
        (
            "[Jane Doe|PERSON] came",
            "[Jane|PERSON] [Doe|PERSON] came",
            "any 0.75",
            counts(1, 1, 1, 1),
        ),
        # a wrong kind is found as anything, and not as its kind
        ("[Jane Doe|PERSON] came", "[Jane Doe|LOCATION] came", "any 0.75", counts(1, 1, 1, 1)),
        ("[Jane Doe|PERSON] came", "[Jane Doe|LOCATION] came", "kind 0.75", counts(1, 0, 1, 0)),
        # a family is right
        ("in [1984|DATE] x", "in [1984|DATE_OF_BIRTH] x", "kind 0.75", counts(1, 1, 1, 1)),
        # kinds ignored, a title and a name are one span
        (
            "[Mr|PERSON_TITLE] [Doe|PERSON] came",
            "[Mr Doe|PERSON] came",
            "any 0.75",
            counts(1, 1, 1, 1),
        ),
        # nothing there, and nothing found
        ("he came", "[he|PERSON] came", "any 0.5", counts(0, 0, 1, 0)),
        ("[Doe|PERSON] came", "Doe came", "any 0.5", counts(1, 0, 0, 0)),
        # one wide redaction finds two labels and is one redaction
        (
            "[Anna Smith|PERSON] or [Bert Jones|PERSON]",
            "[Anna Smith or Bert Jones|PERSON]",
            "any 0.5",
            counts(2, 0, 1, 0),
        ),
        # letters and digits: 7 labelled, 4 of them redacted, with 2 more
        ("[Jane Doe|PERSON] is", "[Jane|PERSON] Doe [is|URL]", "characters", counts(7, 4, 6, 4)),
    ],
)
def test_spans_and_characters(labelled, redacted, gold, found, measure, expected):
    assert score(labelled(gold), redacted(found)).measures[measure] == expected


def test_a_label_that_needs_no_redaction_is_none_to_find(labelled, redacted):
    document = labelled("[Doe|PERSON,direct] sued [Norway|LOCATION,none]")
    measures = score(document, redacted("[Doe|PERSON] sued [Norway|LOCATION]")).measures
    assert measures["any 0.75"] == counts(1, 1, 2, 1)
    assert measures["characters"] == counts(3, 3, 9, 3)
    assert measures["labelled"] == counts(9, 9, 9, 9)
    assert measures["over"] == Counts(gold=6, hit=6)


@pytest.mark.parametrize(
    ("found", "direct", "leak"),
    [
        ("[Mr Jane Doe|PERSON] said that [Doe|PERSON] slept", 1, 0),
        ("Mr [Jane Doe|PERSON] said that [Doe|PERSON] slept", 1, 0),
        ("[Mr Jane Doe|PERSON] said that Doe slept", 0, 1),
        ("[Mr Jane|PERSON] Doe said that [Doe|PERSON] slept", 0, 1),
        ("[Mr|PERSON_TITLE] Jane [Doe|PERSON] said that [Doe|PERSON] slept", 0, 1),
    ],
)
def test_an_entity_is_safe_when_all_its_mentions_are(labelled, redacted, found, direct, leak):
    document = labelled("[Mr Jane Doe|PERSON,direct,e] said that [Doe|PERSON,direct,e] slept")
    measures = score(document, redacted(found)).measures
    assert measures["direct"] == Counts(gold=1, hit=direct)
    assert measures["leak"] == Counts(gold=1, hit=leak)


def test_a_title_that_is_all_there_is_of_a_name_must_go(labelled):
    assert score(labelled("[Judge|PERSON,direct] came"), []).measures["leak"].hit == 1


def test_a_title_of_what_is_no_person_must_go(labelled, redacted):
    document = labelled("[Lord Inc|ORGANIZATION,quasi] paid")
    measures = score(document, redacted("Lord [Inc|ORGANIZATION] paid")).measures
    assert measures["quasi"] == Counts(gold=1, hit=0)


def test_the_strictest_mark_holds_for_all_mentions(labelled, redacted):
    document = labelled("[Anna|PERSON,direct,e] and [Ann|PERSON,none,e]")
    measures = score(document, redacted("[Anna|PERSON] and Ann")).measures
    assert measures["direct"] == Counts(gold=1, hit=0)
    assert measures["quasi"] == Counts()


def test_where_nothing_is_marked_the_kind_says_what_is_direct(labelled, redacted):
    document = labelled("[Anna|PERSON] came in [1984|DATE] with [AB-12|LOCKER]")
    measures = score(document, redacted("[Anna|PERSON] came in 1984 with AB-12")).measures
    assert measures["direct"] == Counts(gold=2, hit=1)
    assert measures["quasi"] == Counts(gold=1, hit=0)
    assert measures["leak"] == Counts(gold=1, hit=1)


def test_a_document_without_a_direct_identifier_can_leak_none(labelled):
    assert score(labelled("in [1984|DATE]"), []).measures["leak"] == Counts(gold=0, hit=0)


def test_what_was_left_and_what_went_needlessly_is_told_without_values(labelled, redacted):
    document = labelled("[Anna Bell|PERSON,direct] came to [Oslo|LOCATION,none] on 3 May")
    result = score(document, redacted("[Anna|PERSON] Bell came to [Oslo|LOCATION] on [3 May|DATE]"))
    [miss] = result.misses
    assert (miss.kind, miss.start, miss.end, miss.letters, miss.left) == ("PERSON", 0, 9, 8, 4)
    assert [excess.kind for excess in result.excesses] == ["LOCATION", "DATE"]
    assert result.kinds["PERSON"] == counts(1, 0, 1, 1)
    assert result.kinds["DATE"] == counts(0, 0, 1, 0)
    assert "Anna" not in repr(result)
