from __future__ import annotations

import pytest

from rag.generate.cues import counted, numbered, shown


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("At what time does the shop close?", "It shuts at 17:30.", "It shuts early."),
        ("How long may the notice be?", "Six weeks' notice is given.", "Notice is given."),
        ("What share of patients came?", "In all 83% came.", "In all most came."),
        ("How many accounts were hit?", "It touched 2,316 accounts.", "It touched accounts."),
        ("Which dose is given first?", "Give 25 mg.", "Give the lower one."),
        ("How much was the fee?", "It came to £420.", "It was small."),
        ("When does the lease end?", "On 31 March 2030.", "It ends without notice."),
        ("Why did the alarm stay silent?", "It had been unplugged.", "The alarm is loud."),
        ("Who signs the form?", "The duty pharmacist does.", "It is signed in ink."),
        ("Where is the key kept?", "In the cabinet.", "It is kept well."),
    ],
)
def test_what_is_asked_for_is_seen(question, answer, other):
    right, wrong = shown(question, [answer, other])
    assert right > wrong


def test_a_pseudonym_says_who():
    named, unnamed = shown("Who called?", ["[PERSON:k3f9abcd] called.", "Somebody called."])
    assert (named, unnamed) == (1.0, 0.0)


def test_what_the_question_names_itself_is_no_answer():
    question = "How much of the 500 was paid on 12 May?"
    repeated, told = shown(question, ["Of the 500 some was paid.", "Of the 500, 320 was paid."])
    assert repeated < told


def test_a_question_of_no_kind_prefers_nothing():
    assert list(shown("Is the boiler new?", ["It is 3 years old.", "It is."])) == [0.0, 0.0]


def test_what_is_counted_stands_after_a_number():
    assert counted("How many savings accounts were hit?") == "savings accounts were"
    assert counted("Who was hit?") == ""
    assert [after.split()[0] for after in numbered("2,316 accounts and two banks")] == [
        "accounts",
        "banks",
    ]
