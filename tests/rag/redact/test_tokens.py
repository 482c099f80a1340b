"""The grammar of tokens: what is one, and what may not hide in one."""

from __future__ import annotations

import pytest

from rag.redact.tokens import PSEUDONYM, TOKEN, masked, valued


@pytest.mark.parametrize(
    "token",
    [
        "[PERSON]",
        "[AGE_OVER_89]",
        "[PERSON:k3f2mnop]",
        "[DATE=1984]",
        "[DATE_OF_BIRTH=1984-03]",
        "[DISCHARGE_DATE=1984-03-09]",
        "[POSTAL_CODE=021**]",
        "[POSTAL_CODE=000**]",
        "[AGE=90+]",
        "[AGE=65-69]",
    ],
)
def test_a_token_is_one(token):
    assert TOKEN.fullmatch(token)


@pytest.mark.parametrize(
    "text",
    [
        "[person]",
        "[PERSON:k3f2]",
        "[PERSON:k3f2mno1]",
        "[PERSON=Jane]",
        "[US_SSN=1984]",
        "[DATE=536-22-9187]",
        "[DATE=1984-13]",
        "[DATE=1984-12-32]",
        "[DATE=3984]",
        "[POSTAL_CODE=02139]",
        "[AGE=92]",
        "[ PERSON]",
        "[9PERSON]",
    ],
)
def test_what_is_no_token(text):
    assert not TOKEN.fullmatch(text)
    assert not TOKEN.search(text)


def test_a_pseudonym_is_a_token_with_a_code():
    match = TOKEN.fullmatch("[PERSON:k3f2mnop]")
    assert (match["kind"], match["code"], match["value"]) == ("PERSON", "k3f2mnop", None)
    assert PSEUDONYM.fullmatch("[PERSON:k3f2mnop]")
    assert not PSEUDONYM.fullmatch("[PERSON]")


def test_a_value_that_the_grammar_does_not_know_is_masked():
    assert valued("DATE", "1984-03-09") == "[DATE=1984-03-09]"
    assert valued("DATE", "0984-03-09") == masked("DATE") == "[DATE]"
    assert valued("US_SSN", "536-22-9187") == "[US_SSN]"
