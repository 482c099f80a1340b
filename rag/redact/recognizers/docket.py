"""Numbers of proceedings: they lead to the parties by one search.

US federal dockets have a form of their own; applications to the European Court of Human Rights
(12345/67) and cases of the Court of Justice (C-131/12) need a word before them, since blood
pressures look alike; every other court's need "case no." or the like.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex
from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import LABELLED, LIKELY, START, STOP, WEAK, Identifier, Shape, labelled

_COURT = (
    r"(?:(?:civil|criminal|appeal|adversary|bankruptcy|court|small)[ ])?"
    r"(?:case|docket|cause|index|claim|petition|proceedings?|file|action|application|appeal|suit)"
    r"(?:[ ](?:file|action))?"
)
# A year, a court's letters, a serial number, in any order with separators: HC-2024-000417.
_SERIAL = (
    r"(?=[^\s]{0,24}\d{3})(?:[A-Z]{1,5}[-/ ]?)?\d{1,7}(?:[-/:][A-Z\d]{1,8}){1,4}"
    r"|[A-Z]{1,4}\d{5,10}|\d{6,10}"
)


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of docket, case and application numbers."""
    federal = r"\d{1,2}:\d{2}-?[a-z]{2,4}-?\d{3,6}(?:-[A-Z\d]{1,4}){0,3}"
    state = r"(?:[A-Z]{1,3}-)?\d{2,4}-(?:[A-Z]{1,4}-)?\d{3,7}(?:-[A-Z\d]{1,4})?"
    german = (
        r"(?:\d{1,3}|[IVX]{1,4})[ ](?:BvR|BvL|BvF|ZR|ZB|StR|ARs|AZR|AZN|BvE|C|O|U|W|Ss|Ks|Ds|Ls"
        r"|KLs)"
        r"[ ]\d{1,5}/\d\d"
    )
    return (
        Identifier(
            "DOCKET_NUMBER",
            Shape(pattern=rf"{START}{federal}{STOP}", score=LABELLED),
            Shape(pattern=labelled(_COURT, _SERIAL, number_word=True)),
            Shape(pattern=labelled(r"applications?|nos?", r"\d{2,6}/\d{2}")),
            Shape(pattern=r"(?<![^\W_]|[/.-])\d{3,6}/\d{2}(?![^\W_]|[/-])", score=WEAK),
            Shape(pattern=rf"{START}[CTF]-\d{{1,4}}/\d{{2}}(?:[ ][A-Z]{{1,3}})?{STOP}", score=WEAK),
            Shape(
                pattern=rf"{START}ECLI:[A-Z]{{2}}:[A-Z\d]{{1,7}}:\d{{4}}:[A-Z\d.]{{1,25}}(?<!\.)"
            ),
            Shape(pattern=rf"{START}(?<!\bL\.[ ])nos?\.?[ ](?P<value>{state}){STOP}", score=LIKELY),
            Shape(pattern=rf"{START}{german}{STOP}", flags=regex.MULTILINE),
            Shape(
                pattern=rf"{START}(?:Az\.|Aktenzeichen):?[ ]"
                rf"(?P<value>[A-Z\d ]{{1,10}}\d/\d\d){STOP}"
            ),
            Shape(
                pattern=rf"{START}pourvoi[ ]n[°º][ ]?(?P<value>[A-Z]?[ ]?\d\d-\d\d\.\d{{3}}){STOP}"
            ),
            context=(
                "application",
                "applications",
                "nos",
                "joined cases",
                "case",
                "cases",
                "docket",
            ),
        ),
    )
