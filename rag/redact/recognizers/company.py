"""Numbers of organisations: EIN, VAT, LEI, company register.

They point to the small firm of one person, too. A European VAT number is found without its label
where its check digit is right, and behind a word elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import regex
from presidio_analyzer import EntityRecognizer

from rag.redact.checks import digits, luhn, mod_97, weighted
from rag.redact.patterns import (
    CODE,
    LABELLED,
    LIKELY,
    START,
    STOP,
    WEAK,
    Identifier,
    Shape,
    checked,
    labelled,
)

# VAT numbers of the European Union and its neighbours, by the country they begin with.
_VAT_BY_COUNTRY = (
    r"ATU\d{8}|BE[01]\d{9}|BG\d{9,10}|CY\d{8}[A-Z]|CZ\d{8,10}|DE\d{9}|DK\d{8}|EE\d{9}|EL\d{9}"
    r"|ES[A-Z]\d{7}[A-Z\d]|FI\d{8}|FR[A-Z\d]{2}[ ]?\d{9}|HR\d{11}|HU\d{8}|IE\d{7}[A-Z]{1,2}"
    r"|IT\d{11}"
    r"|LT(?:\d{9}|\d{12})|LU\d{8}|LV\d{11}|MT\d{8}|NL\d{9}B\d{2}|PL\d{10}|PT\d{9}|RO\d{6,10}"
    r"|SE\d{10}01|SI\d{8}|SK\d{10}|GB\d{9}(?:\d{3})?|CHE-?\d{3}\.?\d{3}\.?\d{3}[ ]?(?:MWST|TVA|IVA)"
)


def _vat(value: str) -> float:
    """Rate a VAT number by the check digit of its country, where that is strong and well known."""
    country, number = value[:2].upper(), digits(value)
    check = _VAT_CHECKS.get(country)
    if check is None:
        return LABELLED if country in _TELLING_VAT else WEAK
    return LIKELY if check(number) else WEAK


def _german(number: str) -> bool:
    """Check a German VAT number by ISO 7064 mod 11, 10."""
    product = 10
    for digit in number[:-1]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(number[-1])


_POLISH = (6, 5, 7, 2, 3, 4, 5, 6, 7, -1)
_VAT_CHECKS: dict[str, Callable[[str], bool]] = {
    "BE": lambda number: 97 - int(number[:-2]) % 97 == int(number[-2:]),
    "DE": _german,
    "IT": luhn,
    "PL": lambda number: weighted(number, _POLISH, 11),
    "LU": lambda number: int(number[:-2]) % 89 == int(number[-2:]),
}
# Letters inside or behind the number leave no doubt.
_TELLING_VAT = frozenset(("AT", "NL", "CH", "CY"))


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizers of organisations' numbers."""
    tax = r"tax(?:payer)?[ ](?:id|identification|ref(?:erence)?)"
    ein = rf"(?:federal[ ])?(?:EIN|FEIN|TIN|employer[ ]identification|{tax})"
    vat = r"VAT(?:[ ](?:reg(?:istration)?|id))?|USt-?Id(?:Nr)?|partita[ ]iva|p\.?[ ]?iva|TVA"
    vat_value = r"(?:[A-Z]{2}[ ]?)?[A-Z]?\d(?:[ .-]?\d){7,11}[A-Z]?\d{0,2}"
    return (
        Identifier("TAX_NUMBER", Shape(pattern=labelled(ein, r"\d{2}-\d{7}|" + CODE))),
        Identifier(
            "VAT_NUMBER",
            Shape(pattern=labelled(vat, vat_value)),
            Shape(
                pattern=rf"{START}(?:{_VAT_BY_COUNTRY}){STOP}",
                rating=_vat,
                flags=regex.MULTILINE,
            ),
            context=("vat", "ust", "tva", "iva", "btw", "mwst", "tax", "nip", "ust-idnr"),
        ),
        Identifier(
            "LEI",
            Shape(
                pattern=rf"\d\d{STOP}(?<={START}(?P<value>[A-Z\d]{{18}}\d\d))",
                rating=checked(mod_97),
            ),
        ),
    )
