"""National numbers of persons in Germany, France, Spain and Italy.

Those with strong structure (codice fiscale, NIR, the German pension number) are found wherever
they stand; those that are just digits need their label, and a check digit then removes the doubt.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import (
    DeHealthInsuranceRecognizer,
    DeSocialSecurityRecognizer,
    DeTaxIdRecognizer,
    EsNieRecognizer,
    EsNifRecognizer,
    ItFiscalCodeRecognizer,
)

from rag.redact.checks import digits
from rag.redact.patterns import (
    LIKELY,
    START,
    STOP,
    WEAK,
    Identifier,
    Shape,
    adopted,
    checked,
    labelled,
)


def _nir(value: str) -> bool:
    """Check a French NIR: 97 less the remainder of its 13 places; Corsica counts as 19 and 18."""
    body, key = value.replace(" ", "")[:-2], digits(value)[-2:]
    corsican = body.upper().replace("2A", "19").replace("2B", "18")
    return corsican.isdecimal() and 97 - int(corsican) % 97 == int(key)


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizers of national numbers."""
    month, department = r"(?:0[1-9]|1[0-2]|[2-9]\d)", r"(?:\d\d|2[AB])"
    nir = "[ ]?".join((r"[12]", r"\d\d", month, department, r"\d{3}", r"\d{3}", r"\d\d"))
    german_id = r"[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ\d]{8}\d?"
    return (
        Identifier("FR_NIR", Shape(pattern=rf"{START}{nir}{STOP}", rating=checked(_nir))),
        adopted(DeTaxIdRecognizer(), passed=WEAK),
        adopted(DeSocialSecurityRecognizer(), passed=LIKELY),
        adopted(DeHealthInsuranceRecognizer(), passed=WEAK),
        Identifier(
            "DE_ID_CARD",
            Shape(pattern=labelled(r"personalausweis(?:nummer)?|ausweisnummer", german_id)),
        ),
        adopted(EsNifRecognizer(), passed=LIKELY),
        adopted(EsNieRecognizer(), passed=LIKELY),
        adopted(ItFiscalCodeRecognizer()),
    )
