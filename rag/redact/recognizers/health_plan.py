"""What a health plan gives out: member ids, claims, authorisations, prescriptions, referrals.

Payers choose their own forms, so each needs its label. The Medicare identifier has one of its own
and is found wherever it stands.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import UsMbiRecognizer

from rag.redact.patterns import CODE, Identifier, Shape, adopted, labelled

_PLAN = r"(?:health[ ]?(?:plan|insurance)|insurance|plan|medicaid)"


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizers of health plans' numbers."""
    who = r"(?:member(?:ship)?|subscriber|beneficiary|enrollee|insured)(?:'s)?"
    member = rf"(?:{_PLAN}[ ])?{who}|{_PLAN}"
    authorisation = r"(?:prior[ ])?(?:pre-?)?auth(?:ori[sz]ation)?|referral"
    return (
        Identifier(
            "HEALTH_PLAN_MEMBER_ID", Shape(pattern=labelled(member, CODE, number_word=True))
        ),
        Identifier(
            "CLAIM_NUMBER",
            Shape(pattern=labelled(r"(?:insurance[ ]|medical[ ])?claim", CODE, number_word=True)),
            Shape(pattern=labelled(r"claim", r"(?:CLM|CL)?-?\d{6,15}")),
        ),
        Identifier(
            "AUTHORIZATION_NUMBER", Shape(pattern=labelled(authorisation, CODE, number_word=True))
        ),
        Identifier(
            "PRESCRIPTION_NUMBER",
            Shape(
                pattern=labelled(
                    r"rx|prescription", r"(?:RX-?)?\d{6,12}(?![ ]?(?:mg|ml|mcg|units?))"
                )
            ),
        ),
        adopted(UsMbiRecognizer()),
    )
