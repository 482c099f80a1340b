"""A person found once is found everywhere in the document."""

from __future__ import annotations

import pytest

from rag.records import Finding
from rag.redact.persons import Persons


def knowing(*names: str, score: float = 0.95) -> Persons:
    persons = Persons()
    for name in names:
        persons.learn(name, [Finding(kind="PERSON", start=0, end=len(name), score=score)])
    return persons


def found(persons: Persons, text: str) -> list[str]:
    return [text[one.start : one.end] for one in persons.find(text)]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Jan Kowalski", "Then Kowalski left.", ["Kowalski"]),
        ("Jan Kowalski", "It was J. Kowalski who left.", ["J. Kowalski"]),
        ("Jan Kowalski", "It was J.Kowalski who left.", ["J.Kowalski"]),
        ("Jan Kowalski", "KOWALSKI AND OTHERS v. POLAND", ["KOWALSKI"]),
        ("Jan Kowalski", "Kowalski's house", ["Kowalski"]),
        ("Jan Kowalski", "Kowalski’s house", ["Kowalski"]),
        ("Jan Kowalski", "pismo do Kowalskiego", ["Kowalskiego"]),
        ("Jan Kowalski", "the Kowalskis moved", ["Kowalskis"]),
        ("Jan Kowalski", "Mr Kowal-\nski moved", ["Kowal-\nski"]),
        ("Jan Kowalski", "signed J.K. on Monday", ["J.K."]),
        ("Jan Kowalski", "signed J. K. on Monday", ["J. K."]),
        ("Jan Kowalski", "the U.K. and the E.U.", []),
        ("Jan Kowalski", "Jan brought it", ["Jan"]),
        ("Jan Kowalski", "the kowalski method", []),
        ("Jan Kowalski", "Kowalskowice is a village", []),
        ("Kowal-\nski, Jan", "Then Kowalski left.", ["Kowalski"]),
        ("Jan Kowal\u00adski", "Then Kowalski left.", ["Kowalski"]),
        ("Jan Kowalski", "by jan.kowalski or kowalski_jan", ["jan", "kowalski", "kowalski", "jan"]),
        ("Jan Kowalski", "the kowalski.method", []),
        ("Siobhan O'Neill", "ONEILL and O’NEILL", ["ONEILL", "NEILL"]),
        ("Wei Li", "Then Li left.", ["Li"]),
        ("Wei Ng", "the NG tube, Mr NG", ["NG"]),
        ("Wei So", "So be it", []),
        ("Yılmaz, Ayşe", "Bayan Yilmaz", ["Yilmaz"]),
        ("Ayşe Yılmaz", "Yılmaz'ın evi", ["Yılmaz"]),
        ("Anne Wittling-Vogel", "Mrs Wittling-Vogel", ["Wittling", "Vogel"]),
        ("Theresa May", "In May it rains.", []),
        ("Theresa May", "It was Mrs May who spoke.", ["May"]),
        ("Theresa May", "It was T. May who spoke.", ["T. May"]),
        ("jane doe", "and doe said", ["doe"]),
        ("Dr. Jane Doe, MD", "Doe signed", ["Doe"]),
        ("Ludwig van der Berg", "van der Berg and der Hund", ["Berg"]),
    ],
)
def test_a_person_is_found_by_parts_of_the_name(name, text, expected):
    assert found(knowing(name), text) == expected


def test_a_name_of_one_word_must_be_sure():
    assert found(knowing("Iwase", score=0.6), "Iwase spoke") == []
    assert found(knowing("Iwase", score=0.9), "Iwase spoke") == ["Iwase"]


def test_other_kinds_are_not_persons():
    persons = Persons()
    persons.learn("Kowalski Ltd", [Finding(kind="ORGANIZATION", start=0, end=12, score=1.0)])
    assert found(persons, "Kowalski") == []


@pytest.mark.parametrize(
    ("names", "short", "full"),
    [
        (["Jan Kowalski"], "Kowalski", "Jan Kowalski"),
        (["Jan Kowalski"], "J. Kowalski", "Jan Kowalski"),
        (["Jan Kowalski"], "Jan", "Jan Kowalski"),
        (["Jan Kowalski", "Anna Kowalski"], "Kowalski", "Kowalski"),
        (["Jan Kowalski", "Anna Kowalski"], "A. Kowalski", "Anna Kowalski"),
        (["Jan Kowalski", "Jan Adam Kowalski"], "Kowalski", "Jan Adam Kowalski"),
        (["Jan Kowalski"], "Nowak", "Nowak"),
        (["Okafor, Margaret A."], "Adaeze Okafor", "Adaeze Okafor"),
        (["Okafor, Margaret A."], "A. Okafor", "A. Okafor"),
        (["Okafor, Margaret A."], "M. Okafor", "Okafor, Margaret A."),
        (["Okafor, Margaret A."], "Margaret Okafor", "Okafor, Margaret A."),
        (["M. A. Okafor", "Margaret Ada Okafor"], "M. A. Okafor", "Margaret Ada Okafor"),
        (["John Smith Sr."], "John Smith Jr.", "John Smith Jr."),
        (["John Smith, Jr."], "John Smith", "John Smith"),
        (["John Smith, Jr."], "Smith", "John Smith, Jr."),
        (["John Smith III"], "J. Smith", "J. Smith"),
        (["Harriet Pym-Lowe", "Colin Lowe"], "Ms Pym-Lowe", "Harriet Pym-Lowe"),
    ],
)
def test_a_short_name_stands_for_the_only_person_it_can_mean(names, short, full):
    assert knowing(*names).alias(short) == full


def test_it_does_not_print_names():
    assert "Kowalski" not in repr(knowing("Jan Kowalski"))


@pytest.mark.parametrize(
    ("address", "text", "expected"),
    [
        ("m.lisle@firm.example", "Reminder to Lisle, 90 days before", ["Lisle"]),
        ("marie.lisle@firm.example", "Reminder to Marie or Lisle", ["Marie", "Lisle"]),
        ("m.lisle@firm.example", "the lisle thread", []),
        ("front.desk@firm.example", "Front of the Desk", []),
        ("lisle@firm.example", "Lisle", []),
        ("a.will@firm.example", "Will it rain?", []),
        ("m.lisle.23@firm.example", "Lisle", []),
    ],
)
def test_a_mail_address_tells_a_name(address, text, expected):
    persons = Persons()
    whole = [Finding(kind="EMAIL_ADDRESS", start=0, end=len(address), score=1.0)]
    persons.learn(address, whole)
    assert found(persons, text) == expected
    assert persons.alias("Lisle") == "Lisle", "a pseudonym is made of what was told"


def test_a_file_may_be_named_without_capitals():
    persons = knowing("Siobhan Brannagh")
    name = "credit-memo-brannagh.docx"
    [one] = persons.find(name, is_name=True)
    assert name[one.start : one.end] == "brannagh"
    assert persons.find(name) == []


def test_a_part_that_was_learned_alone_does_not_hide_the_whole_of_a_broken_word():
    assert found(knowing("Jan Kowalski", "Kowal"), "Then Kowal-\nski left.") == ["Kowal-\nski"]


def test_many_persons_of_one_name_take_steps_in_proportion(steps):
    def learned(count: int) -> None:
        letters = "abcdefghij"
        names = [
            f"J{''.join(letters[int(digit)] for digit in f'{number:05}')} Smith"
            for number in range(count)
        ]
        text = "\n".join(names)
        starts = range(0, len(text), len(names[0]) + 1)
        findings = [
            Finding(kind="PERSON", start=start, end=start + len(names[0]), score=0.9)
            for start in starts
        ]
        persons = Persons()
        persons.learn(text, findings)
        assert len(persons.find(text)) == 2 * count
        assert [persons.alias(name) for name in names] == names

    assert steps(lambda: learned(1_000)) < 11 * steps(lambda: learned(100))
