"""Numbers of organisations: EIN, VAT, LEI. They point to the small firm of one person, too."""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.checks import mod_97
from rag.redact.patterns import CODE, START, STOP, Identifier, Shape, checked, labelled


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizers of organisations' numbers."""
    tax = r"tax(?:payer)?[ ](?:id|identification|ref(?:erence)?)"
    ein = rf"(?:federal[ ])?(?:EIN|FEIN|TIN|employer[ ]identification|{tax})"
    vat = r"VAT(?:[ ](?:reg(?:istration)?|id))?|USt-?Id(?:Nr)?|partita[ ]iva|p\.?[ ]?iva|TVA"
    vat_value = r"(?:[A-Z]{2}[ ]?)?[A-Z]?\d(?:[ .-]?\d){7,11}[A-Z]?\d{0,2}"
    return (
        Identifier("TAX_NUMBER", Shape(pattern=labelled(ein, r"\d{2}-\d{7}|" + CODE))),
        Identifier("VAT_NUMBER", Shape(pattern=labelled(vat, vat_value))),
        Identifier(
            "LEI",
            Shape(pattern=rf"{START}[A-Z\d]{{18}}\d\d{STOP}", rating=checked(mod_97)),
        ),
    )
