"""Payment cards: 13 to 19 digits with a Luhn digit; other digits count behind a card word.

A sign between a letter and the digits belongs to neither; elsewhere it may begin a fraction or a
negative number.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.checks import digits, luhn
from rag.redact.patterns import LABELLED, LIKELY, REJECTED, WEAK, Identifier, Shape, labelled

# The first digits of the networks: Mastercard, travel cards, Visa, Discover and Maestro.
_NETWORKS = tuple("23456")
_LABEL = r"(?:credit|debit|payment|bank)?[ _-]?cards?|PAN|visa|mastercard|amex"
_SHORTEST = 12  # of some debit cards: too short for the check digit alone to decide


def _rating(value: str) -> float:
    number = digits(value)
    if len(set(number)) == 1:
        return REJECTED
    if len(number) > _SHORTEST and luhn(number) and number.startswith(_NETWORKS):
        return LIKELY
    return WEAK


def _labelled_rating(value: str) -> float:
    return LABELLED if _rating(value) > REJECTED else REJECTED


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of payment cards."""
    # Two halves may be two dates: those that begin with 20 are left out.
    halves = r"(?:[3-6]\d{7}|2[2-7]\d{6})[ -]\d{8}"
    grouped = r"\d{4}(?:[ -]\d{4}){2,3}(?:[ -]\d{1,3})?|3\d{3}[ -]\d{6}[ -]\d{4,5}"
    number = rf"\d{{12,19}}|{grouped}|{halves}"
    return (
        Identifier(
            "CREDIT_CARD",
            Shape(
                pattern=rf"(?<![^\W_]|(?<![^\W\d_])[.,-]|[$€£])(?=\d)(?:{number})(?![^\W_]|[.,-]\d)",
                rating=_rating,
            ),
            Shape(pattern=labelled(_LABEL, number), rating=_labelled_rating),
            context=("card", "credit", "debit", "visa", "mastercard", "amex", "pan", "cc"),
        ),
    )
