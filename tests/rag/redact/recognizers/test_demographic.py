"""The table of groups: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a Turkish national", ["Turkish"]),
        ("I am bruneian but", ["bruneian"]),
        ("We are proud saudis", ["saudis"]),
        ("a Roman Catholic priest", ["Roman Catholic"]),
        ("the Jehovah's Witnesses", ["Jehovah's Witnesses"]),
        ("he worked as a lorry driver until", ["lorry driver"]),
        ("an accountant by profession", ["accountant"]),
        ("The applicant, a lorry driver, was", ["lorry driver"]),
        ("who is a university professor", ["university professor"]),
        ("the applicant was an accountant by profession", ["accountant"]),
        ("represented by a lawyer practising in Izmir", []),
        ("the nurse called the surgeon", []),
        ("Marital status: divorced", ["divorced"]),
        ("Religion: Druze", ["Druze"]),
        ("was married, with", ["married"]),
        ("Occupation: ballet dancer\n", ["ballet dancer"]),
        ("African-American woman", ["African-American"]),
        ("Turkish-born", ["Turkish"]),
        ("the English language", []),
        ("1,500 Austrian schillings", []),
        ("polish the floor", []),
        ("governed by English law", []),
        ("works as expected.", []),
        ("a single dose", []),
    ],
)
def test_finds_groups_and_no_near_miss(values, text, expected):
    assert values("DEMOGRAPHIC", text) == expected
