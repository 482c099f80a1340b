"""Payment cards: 13 to 19 digits with a Luhn digit; other digits count behind a card word."""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.checks import digits, luhn
from rag.redact.patterns import LIKELY, REJECTED, WEAK, Identifier, Shape

# The first digits of the networks: Mastercard, travel cards, Visa, Discover and Maestro.
_NETWORKS = tuple("23456")
_SHORTEST = 12  # of some debit cards: too short for the check digit alone to decide


def _rating(value: str) -> float:
    number = digits(value)
    if len(set(number)) == 1:
        return REJECTED
    if len(number) > _SHORTEST and luhn(number) and number.startswith(_NETWORKS):
        return LIKELY
    return WEAK


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of payment cards."""
    # Two halves may be two dates: the networks whose numbers begin with 20 are left out there.
    halves = r"(?:[3-6]\d{7}|2[2-7]\d{6})[ -]\d{8}"
    grouped = r"\d{4}(?:[ -]\d{4}){2,3}(?:[ -]\d{1,3})?|3\d{3}[ -]\d{6}[ -]\d{4,5}"
    return (
        Identifier(
            "CREDIT_CARD",
            Shape(
                pattern=rf"(?<![^\W_]|[.,$€£-])(?:\d{{12,19}}|{grouped}|{halves})(?![^\W_]|[.,-]\d)",
                rating=_rating,
            ),
            context=("card", "credit", "debit", "visa", "mastercard", "amex", "pan", "cc"),
        ),
    )
