"""Street addresses: a number and a street word, with flat, town and region where they follow.

A capitalised name between number and street word keeps "10 business days" out; courts and years
("the 2019 Supreme Court") are excluded by name. Also the order of other countries (Hauptstraße 12,
12 rue de Rivoli, Calle Mayor 5) and post-office boxes. Towns on their own are left to a name model.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex
from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import LABELLED, START, STOP, Identifier, Shape

_STREET = (
    "Street|St|Avenue|Ave|Av|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Way|Place|Pl|Terrace|Ter"
    "|Close|Crescent|Cres|Square|Sq|Hill|Row|Quay|Steps|Gardens|Gdns|Rise|Mews|Grove|Walk|Parkway"
    "|Pkwy|Highway|Hwy|Circle|Cir|Trail|Trl|Alley|Wharf|Court|Ct|Turnpike|Tpke|Loop|Plaza|Dam"
    "|Embankment|Esplanade|Parade|Vale|View|Green|Common|Heights|Ridge|Bridge|Buildings|Cottages"
)
_NOT_A_NAME = (
    "Supreme|District|High|Circuit|Superior|Federal|Crown|County|Constitutional|Regional|Appellate"
    "|Appeals?|Business|Calendar|Trading|Days?|Months?|Years?|Percent|Per|Article|Section|Clause"
    "|Appointed|Shares?|Million|Billion|January|February|April|June|July|August|September|October"
    "|November|December"
)
_NAME = rf"(?!(?:{_NOT_A_NAME})\b)(?:[A-Z][\w'.-]*|\d{{1,3}}(?:st|nd|rd|th)|of|the|de|la)"
_NUMBER = r"(?<![\d$€£.,/-])\d{1,5}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?,?"
_BREAK = r"(?:,?[ \t]{1,2}|,?[ \t]?\n[ \t]{0,8})"
_UNIT = (
    rf"(?:{_BREAK}(?:(?:Suite|Ste|Apt|Apartment|Unit|Flat|Floor|Fl|Room|Rm|Bldg|Building)\.?"
    r"[ \t]?#?[ \t]?[\dA-Z][\w-]{0,6}|#[ \t]?\w{1,6}|\d{1,3}(?:st|nd|rd|th)[ \t]Floor))?"
)
STATE = (
    "A[AEPKLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI"
    "|S[CD]|T[NX]|UT|V[AIT]|W[AIVY]"
)
_TOWN = r"[A-Z][\w'.-]+(?:[ \t][A-Z][\w'.-]+){0,3}"
_TAIL = rf"(?:{_BREAK}{_TOWN},?[ \t]{{1,2}}(?:{STATE})(?:[ \t\n]{{1,4}}\d{{5}}(?:-\d{{4}})?)?)?"
_SIDE = r"(?:[ \t](?:[NS][EW]?|[EW]|North|South|East|West|of[ \t]the[ \t]Americas)\b\.?)?"
_PLAIN = regex.MULTILINE


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of street addresses."""
    # Between number and street word stands a name, or nothing in "1325 Avenue of the Americas".
    street = rf"{START}{_NUMBER}[ \t](?:{_NAME}[ \t]){{0,4}}(?:{_STREET})\b\.?{_SIDE}{_UNIT}{_TAIL}"
    german = (
        rf"{START}[A-ZÄÖÜ][\w-]*(?:straße|strasse|str\.|weg|platz|gasse|allee|damm|ufer)"
        rf"[ \t]\d{{1,4}}[ \t]?[a-z]?{STOP}(?:{_BREAK}\d{{5}}[ \t]{_TOWN})?"
    )
    french = (
        rf"{START}\d{{1,4}}(?:[ \t](?:bis|ter))?,?[ \t](?:rue|avenue|boulevard|place|quai|chemin"
        rf"|impasse|all[ée]e)[ \t](?:(?:de|du|des|la|le|les)[ \t]|[dl]'){{0,3}}{_TOWN}"
        rf"(?:{_BREAK}\d{{5}}[ \t]{_TOWN})?"
    )
    southern = (
        rf"{START}(?:Calle|Avenida|Plaza|Paseo|Via|Viale|Piazza|Corso|Rua)[ \t]"
        rf"(?:(?:de|del|della|la|los|das|dos)[ \t]){{0,2}}{_TOWN},?[ \t](?:n\.?º?[ \t]?)?\d{{1,4}}"
        rf"{STOP}(?:{_BREAK}\d{{5}}[ \t]{_TOWN})?"
    )
    box = rf"{START}(?:P\.?[ \t]?O\.?[ \t]?Box|Postfach|PSC)[ \t]\d[\d ]{{0,7}}{STOP}{_TAIL}"
    return (
        Identifier(
            "STREET_ADDRESS",
            *(
                Shape(pattern=pattern, score=LABELLED, flags=_PLAIN)
                for pattern in (street, german, french, southern, box)
            ),
        ),
    )
