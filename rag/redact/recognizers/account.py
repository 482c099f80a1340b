"""Account numbers: bank, brokerage, card-less. They have no common form, so a label is needed.

Also the codes that stand beside them: the US routing number (its check digit lets one in ten
numbers pass, so it needs a word before it) and the UK sort code.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import AbaRoutingRecognizer

from rag.redact.patterns import CODE, WEAK, Identifier, Shape, adopted, labelled

_ACCOUNT = (
    r"(?:bank|checking|current|savings?|deposit|brokerage|custody|trading|client|loan|mortgage"
    r"|escrow|credit|giro)?[\s._-]?(?:accounts?|acct|a/c)"
)
_BROKERAGE = r"(?:brokerage|custody|trading|securities|retirement|IRA|depot)[ ](?:accounts?|acct)"
_DIGITS = r"\d(?:[ -]?\d){5,17}"


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizers of accounts and their banks' codes."""
    return (
        Identifier(
            "ACCOUNT_NUMBER",
            Shape(pattern=labelled(_ACCOUNT, CODE, number_word=True)),
            Shape(pattern=labelled(_ACCOUNT, _DIGITS)),
            Shape(pattern=labelled(_BROKERAGE, CODE)),
        ),
        adopted(AbaRoutingRecognizer(), passed=WEAK),
        Identifier(
            "SORT_CODE", Shape(pattern=labelled(r"sort[\s-]?code", r"\d\d[ -]?\d\d[ -]?\d\d"))
        ),
    )
