"""IBAN and BIC.

An IBAN has a length by country and check digits, so that its end is exact even where text follows
at once. One whose digits do not check is a mistyped one behind "IBAN" or "account", else nothing.
Presidio's recognizer is not used: where it cannot compute, it writes the value to the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import regex
from presidio_analyzer import EntityRecognizer, LocalRecognizer

from rag.redact.checks import mod_97
from rag.redact.patterns import (
    CERTAIN,
    LABELLED,
    WEAK,
    Identifier,
    Shape,
    labelled,
    matches,
    result,
)

_COUNTRIES = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18"
    " DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23"
    " IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20"
    " MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18"
    " SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
)
_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _COUNTRIES.split()}
# The two digits are looked for, and the letters before them: that is twenty times as fast.
IBAN_START = regex.compile(
    r"\d\d(?=[ -]?[A-Za-z\d])(?<=(?:(?<![^\W_])|(?P<glued>(?<=(?<![^\W_])(?i:IBAN))))"
    r"(?P<begin>[A-Za-z]{2})[ ]?\d\d)"
)
_SEPARATORS = frozenset(" -")


class IbanNumbers(LocalRecognizer):  # type: ignore[misc]  # presidio's types are not followed
    """Finds IBANs by country, length and check digits."""

    def __init__(self) -> None:
        super().__init__(
            supported_entities=["IBAN_CODE"],
            name="IBAN_CODE identifier",
            supported_language="en",
            context=["iban", "account", "acct", "bank"],
        )

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self,
        text: str,
        entities: Sequence[str],  # noqa: ARG002 presidio's signature
        nlp_artifacts: object = None,  # noqa: ARG002 presidio's signature
    ) -> list[Any]:
        """Return the IBANs of `text`."""
        return [result(self, *found) for found in _ibans(text)]


def _ibans(text: str) -> Iterator[tuple[int, int, float]]:
    for match in matches(IBAN_START, text):
        start = match.start("begin")
        length = _LENGTHS.get(match["begin"].upper(), 0)
        otherwise = WEAK if match["glued"] is None else LABELLED
        end = _end_of(text, start, length) if length else None
        if end is None or (end < len(text) and text[end].isalnum()):
            continue
        code = "".join(letter for letter in text[start:end] if letter.isalnum())
        valid = code.isascii() and mod_97(code[4:] + code[:4])
        yield start, end, CERTAIN if valid else otherwise


def _end_of(text: str, start: int, length: int) -> int | None:
    """Return where `length` letters and digits end, with at most one separator between two."""
    count, separated = 0, False
    for position in range(start, min(len(text), start + 2 * length)):
        if text[position].isalnum():
            count, separated = count + 1, False
        elif text[position] not in _SEPARATORS or separated:
            return None
        else:
            separated = True
        if count == length:
            return position + 1
    return None


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizers of IBAN and BIC."""
    code = r"(?-i:[A-Z]{6}[A-Z\d]{2}(?:[A-Z\d]{3})?)"
    bic = labelled(r"BIC|SWIFT(?:[ /-]?BIC)?(?:[ ]code)?", code)
    return (IbanNumbers(), Identifier("BIC", Shape(pattern=bic)))
