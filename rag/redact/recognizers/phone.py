"""Telephone and fax numbers, checked by `phonenumbers` for several countries.

Presidio runs the matcher of that library over the whole text once a country. Here one pattern
picks what has the form of a number, and the library is asked only about that. A number without
country code counts where its form is national (a leading zero and groups, the eleven digits of a
British one in a run, 3-3-4 in North America) or a word before it says telephone; dates, amounts
and codes stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import phonenumbers
import regex
from presidio_analyzer import EntityRecognizer, LocalRecognizer

from rag.redact.checks import digits
from rag.redact.patterns import (
    LABELLED,
    LIKELY,
    REJECTED,
    WEAK,
    Identifier,
    Shape,
    labelled,
    matches,
    result,
)

# Countries whose national numbers begin with a zero.
_REGIONS = ("GB", "DE", "FR", "IT", "NL", "CH", "AT", "BE", "IE", "SE", "AU", "IN", "ZA")

_CANDIDATE = regex.compile(
    r"(?<![^\W_]|[$€£%/#-]|\d[.,:])(?:\+|\(\+?)?\d(?:[ \t]?[().\-/]{0,2}[ \t]?\d){5,15}"
    r"(?:[ \t]?(?:x|ext\.?|extension)[ \t]?\d{1,6})?(?![^\W_%]|[.,/:-]\d)",
    regex.IGNORECASE,
)
_EXTENSION = regex.compile(r"[ \t]?(?:x|ext).*", regex.IGNORECASE | regex.DOTALL)
_DATE_OR_YEARS = regex.compile(
    r"(?:(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|(?:0?[1-9]|[12]\d|3[01])([-./ ])"
    r"(?:0?[1-9]|[12]\d|3[01])\1(?:(?:19|20)\d\d|\d\d(?!\D?\d)))(?:[ -]\d.*)?"
    r"|(?:19|20)\d\d[ ]?-[ ]?(?:19|20)\d\d|\d{5}-\d{4}|(?:19|20)\d{6}"
    r"|(?:19|20)\d\d[-./ ](?:0[1-9]|1[0-2])"  # `rota 2025 06`: a year and a month
)
_AMOUNT = regex.compile(r"[1-9]\d{0,2}(?:[ .]\d{3})+")
_NORTH_AMERICAN = regex.compile(r"(?:\+?1[-. ])?(?:\(\d{3}\)[ ]?|\d{3}[-. /])\d{3}[-. ]\d{4}")
_TRUNK = regex.compile(r"\(?0[1-9]")
_BRITISH_MOBILE = regex.compile(r"07[1-57-9]\d{8}")
_BRITISH_LINE = regex.compile(r"0[1-3]\d{9}")
_GROUPED = regex.compile(r"\d\D+\d")
_LONGEST = 15


def _rate(number: str) -> float:
    """Return how sure it is that `number` is one."""
    plain = _EXTENSION.sub("", number)
    count = len(digits(plain))
    if count > _LONGEST or _DATE_OR_YEARS.fullmatch(plain) or plain.count("(") != plain.count(")"):
        return REJECTED
    if plain.lstrip("(").startswith("+"):
        return LABELLED if _possible(plain.replace("(0)", ""), None) else WEAK
    if plain.startswith("00") and _GROUPED.search(plain):
        return LIKELY if _possible("+" + plain[2:].replace("(0)", ""), None) else WEAK
    if _NORTH_AMERICAN.fullmatch(plain):
        return LIKELY
    if _TRUNK.match(plain) and _GROUPED.search(plain):
        return LIKELY if any(_valid(plain, region) for region in _REGIONS) else WEAK
    if _british(plain):
        return LIKELY
    return REJECTED if _AMOUNT.fullmatch(plain) else WEAK


def _british(number: str) -> bool:
    """Say whether digits in a run are a British number; the library knows no made-up mobiles."""
    mobile = _BRITISH_MOBILE.fullmatch(number) is not None
    return mobile or (_BRITISH_LINE.fullmatch(number) is not None and _valid(number, "GB"))


def _parsed(number: str, region: str | None) -> Any:  # noqa: ANN401 the library is untyped here
    try:
        return phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None


def _possible(number: str, region: str | None) -> bool:
    parsed = _parsed(number, region)
    return parsed is not None and phonenumbers.is_possible_number(parsed)


def _valid(number: str, region: str) -> bool:
    parsed = _parsed(number, region)
    return parsed is not None and phonenumbers.is_valid_number(parsed)


class PhoneNumbers(LocalRecognizer):  # type: ignore[misc]  # presidio's types: not followed
    """Finds telephone and fax numbers."""

    def __init__(self) -> None:
        super().__init__(
            supported_entities=["PHONE_NUMBER"],
            name="PHONE_NUMBER identifier",
            supported_language="en",
            context=[
                "phone", "telephone", "tel", "cell", "cellphone", "mobile", "mob", "call", "called",
                "fax", "facsimile", "telefax", "pager", "dial", "hotline", "desk", "office",
                "direct", "home", "text", "whatsapp", "ring", "contact", "telefon", "handy",
                "messages", "message", "answering", "reach", "registered", "sms",
            ],
        )  # fmt: skip

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self,
        text: str,
        entities: Sequence[str],  # noqa: ARG002 presidio's signature
        nlp_artifacts: object = None,  # noqa: ARG002 presidio's signature
    ) -> list[Any]:
        """Return the numbers of `text`."""
        results = []
        for match in matches(_CANDIDATE, text):
            number, start = match[0], match.start()
            if number.startswith("(") and ")" not in number:
                number, start = number[1:], start + 1  # the whole number stands in brackets
            score = _rate(number)
            if score > REJECTED:
                results.append(result(self, start, match.end(), score))
        return results


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizers of telephone numbers: by form, and behind a label."""
    label = (
        r"(?:tele)?phones?|tel|telefon|mobile|mob|cell(?:phone)?|(?:tele)?fax|facsimile|pager"
        r"|whatsapp|(?:home|work|office|direct|contact|emergency)[ ](?:phone|line)"
    )
    value = r"\(?\+?\(?\d(?:[ ]?[().\-/]{0,2}[ ]?\d){5,14}"
    use = r"office|home|work|mobile|cell|fax|direct|tel|phone|pager|desk|main"
    told = rf"(?<![^\W_]|\d[.,:]){value}(?=[ ]?[-/(][ ]?(?:{use})(?![^\W_]))"
    return (
        PhoneNumbers(),
        Identifier(
            "PHONE_NUMBER",
            Shape(pattern=labelled(label, value)),
            Shape(pattern=told, hint=rf"[-/(][ ]?(?:{use})(?![^\W_])"),
        ),
    )
