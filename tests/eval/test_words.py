import pytest

from eval.words import numbers, token_f1, tokens, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The dose is 25 mg/kg.", ["dose", "is", "25", "mg", "kg"]),
        ("EUR 1,200.50 or 1200.5", ["eur", "1200.5", "or", "1200.5"]),
        ("9.00 and 9", ["9", "and", "9"]),
        ("100", ["100"]),
        ("1,000,000", ["1000000"]),
        ("12,34", ["12,34"]),
        ("1.2.3", ["1.2.3"]),
        ("0.50", ["0.5"]),
        ("25mg", ["25", "mg"]),
        ("the client's fee", ["client's", "fee"]),
        ("[ID:k3f2mnop] took 3", ["id:k3f2mnop", "took", "3"]),
        ("dose:reduction and [PERSON:k3f2mnop]", ["dose", "reduction", "and", "person:k3f2mnop"]),
        ("[US_SSN] in [DATE=1984], aged [AGE=90+]", ["in", "1984", "aged", "90"]),
        ("[email] or [1]", ["email", "or", "1"]),
        ("Ärztin O’Neill", ["ärztin", "o’neill"]),
        ("", []),
    ],
)
def test_tokens_have_one_spelling(text, expected):
    assert tokens(text) == expected


def test_numbers_and_words_part_the_tokens():
    text = "At most 2 g, then 1,500 mg on day 3"
    assert numbers(text) == {"2", "1500", "3"}
    assert words(text) == {"at", "most", "g", "then", "mg", "on", "day"}


@pytest.mark.parametrize(
    ("expected", "answer", "score"),
    [
        ("25 mg daily", "25 mg daily", 1.0),
        ("25 mg daily", "She gets 25 mg daily.", 0.75),  # 3 common of 3 and 5: 6/8
        ("the 25 mg", "25 MG", 1.0),
        ("mg", "mg mg", 2 / 3),  # 1 common of 1 and 2
        ("EUR 1,200", "1200.00 eur", 1.0),
        ("25 mg", "50 ml", 0.0),
        ("25 mg", "50 mg", 0.5),  # 1 common of 2 and 2
        ("25 mg", "", 0.0),
        ("the", "the", 0.0),
    ],
)
def test_token_f1(expected, answer, score):
    assert token_f1(expected, answer) == pytest.approx(score)
