"""Numbers of US health professionals: NPI and DEA registration.

One in ten ten-digit numbers passes the NPI's check digit, so it needs a word before it. The DEA
number's two letters and check digit together are enough.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import MedicalLicenseRecognizer, UsNpiRecognizer

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

_CONTEXT = ["npi", "provider", "doctor", "dr", "physician", "prescriber", "ordered by", "signed by"]


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizers of NPI and DEA numbers."""
    dea = MedicalLicenseRecognizer()
    return (
        adopted(UsNpiRecognizer(context=_CONTEXT), passed=WEAK),
        Identifier(
            "US_NPI",
            Shape(pattern=labelled(r"NPI|national[ ]provider(?:[ ]identifier)?", r"\d{10}")),
        ),
        Identifier(
            "US_DEA_NUMBER",
            Shape(
                pattern=rf"\d{{7}}{STOP}(?<={START}(?P<value>[A-HJ-MPR-UX][A-Z9]\d{{7}}))",
                rating=checked(dea.validate_result, passed=LIKELY),
            ),
            Shape(pattern=labelled(r"DEA(?:[ ]registration)?", r"[A-Z][A-Z9]\d{7}")),
        ),
        Identifier(
            "MEDICAL_LICENSE",
            Shape(
                pattern=labelled(
                    r"(?:medical|nursing|pharmacy)[ ]licen[cs]e|GMC|NMC", r"[A-Z]{0,3}\d{5,9}[A-Z]?"
                )
            ),
        ),
    )
