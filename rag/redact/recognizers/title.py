"""Forms of address before a name. They say a person's sex or rank, and that a name follows."""

from __future__ import annotations

from collections.abc import Sequence

import regex
from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import LABELLED, START, Identifier, Shape

# Before a name these leave no doubt; "Lord" or "Sister" do, but are words of their own as well.
TITLE = (
    r"(?:Messrs|Mrs|Mr|Ms|Miss|Mx|Drs|Dr|Profs|Prof|Professor|Doctor|Mme|Mlle|Madame|Monsieur"
    r"|Herr|Frau|Se[ñn]ora?|Sra|Sr|Signora?|Sig|Dott|Dame|Sir|Lady|Lord|Rev|Reverend|Hon|Esq"
    r"|Judge|Justice|Sgt|Sergeant|Capt|Captain|Lt|Lieutenant|Col|Colonel|Gen|Maj|Major|Cpl"
    r"|Officer|Detective|Inspector|Constable|Cllr|Attorney|Nurse|Pastor|Rabbi|Imam|Ambassador"
    r"|MRS|MR|MS|MISS|DR|PROF|JUDGE|JUSTICE)"
)


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of forms of address."""
    pattern = rf"{START}{TITLE}(?:\.|(?![^\W_]))(?=[ \t]?\n?[ \t]{{0,4}}\p{{Lu}}[\p{{L}}.'])"
    return (
        Identifier("PERSON_TITLE", Shape(pattern=pattern, score=LABELLED, flags=regex.MULTILINE)),
    )
