"""Street addresses: a number and a street word, with flat, town and region where they follow.

A capitalised name between number and street word keeps "10 business days" out; courts and years
("the 2019 Supreme Court") are excluded by name. Also the order of other countries (Hauptstraße 12,
12 rue de Rivoli, Calle Mayor 5) and post-office boxes. Towns on their own are left to a name model.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex
from presidio_analyzer import EntityRecognizer

from rag.redact.dates import MONTH
from rag.redact.patterns import LABELLED, LIKELY, START, STOP, Identifier, Shape

_STREET = (
    "Street|St|Avenue|Ave|Av|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Way|Place|Pl|Terrace|Ter"
    "|Close|Crescent|Cres|Square|Sq|Hill|Row|Quay|Steps|Gardens|Gdns|Rise|Mews|Grove|Walk|Parkway"
    "|Pkwy|Highway|Hwy|Circle|Cir|Trail|Trl|Alley|Wharf|Turnpike|Tpke|Loop|Plaza|Dam"
    "|Embankment|Esplanade|Parade|Vale|View|Green|Common|Heights|Ridge|Bridge|Buildings|Cottages"
)
_NOT_A_NAME = (
    "Appeals?|Business|Calendar|Trading|Days?|Months?|Years?|Percent|Per|Article|Section|Clause"
    "|Appointed|Shares?|Million|Billion|January|February|April|June|July|August|September|October"
    "|November|December"
)
_NAME = rf"(?!(?:{_NOT_A_NAME})\b)(?:[A-Z][\w'.-]*|\d{{1,3}}(?:st|nd|rd|th))"
_PARTICLE = "of|the|de|la"
_OF_LAW = (
    "Supreme|District|High|Circuit|Superior|Federal|Crown|County|Constitutional|Regional|Appellate"
    "|Appeals?|Administrative|Labour|Family|Civil|Criminal|Tax|Bankruptcy|Commercial|Military"
    "|Municipal|City|Provincial|National|International|European|Central|Economic|State|Arbitration"
)
# A number behind one of these counts a part of a text or of a site, not a house.
_NOT_A_HOUSE = (
    r"(?i:(?<!(?:§|\b(?:sections?|rules?|articles?|art\.|clauses?|para\.|paragraphs?|items?|chapter"
    r"|part|page|schedule|exhibit|units?|plot|lot|bay|block|phase|level|pier|gate|berth"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"))[ \t]{1,2}))"
)
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
_ONE_WORD = (
    "straße|strasse|str\\.|weg|platz|gasse|allee|damm|ufer|straat|laan|plein|gracht|kade|gade|vej"
    "|veien|vägen|gatan|katu|braut|gata"
)
_SIDE = r"(?:[ \t](?:[NS][EW]?|[EW]|North|South|East|West)\b\.?)?"
_PLAIN = regex.MULTILINE

# Addresses of any country, told by what stands around the street: a number before it, and behind
# it a flat, or a town with a postal code. A line may begin with a sign of quotation.
_WORD = (
    r"(?:\p{Lu}[\p{L}\p{M}.'/-]*|\d{1,3}(?:st|nd|rd|th)|de|du|des|della|delle|dei|del|la|le|les"
    r"|el|al"
    r"|van|der|den|of|the|y|út|utca|tér|rkp\.|põik|do|da|z)"
)
_NO_DATE = rf"(?!(?i:\d{{1,2}}(?:st|nd|rd|th)?[ ]{MONTH}\.?,?[ ]\d{{4}}(?!\d)))"
_LINE = rf"{_NO_DATE}\d{{1,6}}(?:[ ]\d{{1,5}})?(?:[ ]{_WORD}){{1,6}}(?:[ ]\d{{1,5}}[A-Za-z]?\.?)?"
_NEXT = r"(?:,?[ ]|,?[ ]?\n\n?[^\p{L}\d\n,]{0,8})"
_FLAT = rf"(?:{_NEXT}(?:Apt|Suite|Ste|Unit|Flat|Apartment)\.?[ ]#?\d{{1,5}}[A-Z]?)"
_PLACE = r"\p{Lu}[\p{L}\p{M}.'()-]*(?:[ ](?:\p{Lu}[\p{L}\p{M}.'()-]*|de|la|el|of|u|am|sur)){0,3}"
_REGION = r"(?:(?:[ ]?\n?[ ]?,[ ](?:\p{Lu}{2,3}|\d{1,2}|nan)|[ ](?:\p{Lu}{2,3}|nan))(?![\p{L}\d]))"
_CODE = (
    r"(?:\d{2,3}[ -]\d{2,3}(?!\d)|\d{3,6}(?:-\d{3,4})?|\p{Lu}\d\p{Lu}[ ]\d\p{Lu}\d"
    r"|\d{4}[ ]\p{Lu}{2})(?![\p{L}\d])"
)
_COUNTRY = (
    r"(?:Argentina|Australia|Austria|Belgium|Brazil|Bulgaria|Canada|Chile|China|Colombia|Croatia"
    r"|Cyprus|Czech[ ]Republic|Czechia|Denmark|Egypt|Estonia|Finland|France|Germany|Greece"
    r"|Greenland"
    r"|Hungary|Iceland|India|Indonesia|Ireland|Israel|Italy|Japan|Kenya|Latvia|Lithuania|Luxembourg"
    r"|Malaysia|Malta|Mexico|Morocco|Netherlands|New[ ]Zealand|Nigeria|Norway|Pakistan|Peru"
    r"|Philippines|Poland|Portugal|Romania|Russia|Saudi[ ]Arabia|Serbia|Singapore|Slovakia|Slovenia"
    r"|South[ ]Africa|South[ ]Korea|Spain|Sweden|Switzerland|Taiwan|Thailand|Tunisia|Turkey|Türkiye"
    r"|Ukraine|United[ ]Arab[ ]Emirates|United[ ]Kingdom|UK|United[ ]States|USA|Uruguay|Venezuela"
    r"|Vietnam)(?![\p{L}])"
)
# A form prints region and code on lines of their own.
_FORM = rf"[ ]?\n[ ]{{0,8}}(?:\p{{Lu}}{{2,3}}|nan)[ ]?\n[ ]{{0,8}}{_CODE}"
_ENDING = (
    rf"(?:{_NEXT}{_PLACE}{_FORM}|(?:{_NEXT}{_PLACE})?(?:{_NEXT}{_COUNTRY}(?:[ ]{_CODE})?"
    rf"|{_REGION}(?:[ ]{_CODE})?"
    rf"(?:{_NEXT}{_COUNTRY}(?:[ ]{_CODE})?|{_NEXT}{_PLACE}[ ]{_CODE}|{_NEXT}{_CODE})?|[ ]{_CODE}"
    rf"|{_NEXT}{_PLACE}[ ]{_CODE}))"
)
_MILITARY = (
    r"(?:(?:Unit|PSC|CMR)[ ]\d{3,4},?[ ]Box[ ]\d{1,5}|(?:USS|USNS|USCGC)[ ]\p{Lu}[\p{L}\p{M}'-]*)"
    r"[\s,]{1,6}[AFD]PO,?[ ]A[AEP][ ]\d{5}(?:-\d{4})?"
)
# What says that an address follows.
_TOLD = (
    r"address[ ]?(?::|is|of)|lives?[ ](?:at|on)|lived[ ](?:at|on)|living[ ]at|resid(?:es|ing"
    r"|ed)[ ](?:at|on)"
    r"|located[ ]at|offices?[ ](?:is|are)[ ]at|restaurant[ ]is[ ]at|home[ ]at|domiciled[ ]at"
    r"|off[ ]at"
    r"|deliver(?:ed)?[ ]to|mail(?:ed)?[ ]to|moved[ ]to"
)
_STREET_NUMBER = (
    rf"\p{{Lu}}[\p{{L}}.'-]*(?:[ ]{_WORD}){{0,4}}[ ]\d{{1,4}}[A-Za-z]?(?![\p{{L}}\d,.]\d"
    rf"|[\p{{L}}\d%])"
)
_SIDE_STREET = rf"(?:\d{{1,5}}[ ])?{_WORD}(?:[ ]{_WORD}){{0,4}}(?:[ ]\d{{1,4}})?"


def _anywhere() -> tuple[Shape, ...]:
    """Return the shapes of addresses that need no word for "street"."""
    begin = r"(?<![\p{L}\d]|[\d$€£][.,/-])(?=\d)"
    with_flat = rf"{begin}{_LINE}{_FLAT}{{1,2}}{_ENDING}?"
    with_code = rf"{begin}{_NOT_A_HOUSE}{_LINE}(?:,[ ]|,?[ ]?\n[ ]{{0,8}}){_PLACE}{_ENDING}"
    told = rf"{START}(?i:{_TOLD})[ \t\n]{{1,8}}(?P<value>{_LINE}|{_STREET_NUMBER})"
    corner = rf"\bcorner[ ]of[ ](?P<value>{_SIDE_STREET}[ ]and[ ]{_SIDE_STREET})"
    return (
        Shape(pattern=told, score=LIKELY, flags=_PLAIN),
        Shape(pattern=corner, score=LIKELY, flags=_PLAIN),
        Shape(pattern=rf"{START}{_MILITARY}", flags=regex.MULTILINE | regex.IGNORECASE),
        Shape(pattern=with_flat, hint=_FLAT, flags=_PLAIN),
        Shape(pattern=with_code, score=LIKELY, flags=_PLAIN),
    )


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of street addresses."""
    words = rf"{_NAME}[ \t](?:(?:{_NAME}|{_PARTICLE})[ \t]){{0,3}}"
    court = rf"(?<!\b(?:{_OF_LAW}|{_PARTICLE})[ \t])(?:Court|Ct)"
    named = rf"(?:{words}(?:{_STREET}|{court})|Avenue[ \t]of[ \t]the[ \t]Americas)\b\.?"
    street = rf"{START}(?=\d){_NOT_A_HOUSE}{_NUMBER}[ \t]{named}{_SIDE}{_UNIT}{_TAIL}"
    northern = (
        rf"{START}(?:\d{{1,5}}[ \t])?(?:[A-ZÄÖÜÞØÅ][\w-]*(?:{_ONE_WORD})|[A-ZÄÖÜ][\w-]*[ \t]"
        rf"(?:Stra(?:ße|sse)|Weg|Platz|Allee|tér|utca|út))[ \t]\d{{1,4}}[ \t]?[a-z]?{STOP}\.?"
        rf"{_UNIT}(?:{_BREAK}\d{{5}}[ \t]{_TOWN})?"
    )
    french = (
        rf"{START}\d{{1,4}}(?:[ \t](?:bis|ter))?,?[ \t](?:rue|avenue|boulevard|place|quai|chemin"
        rf"|impasse|all[ée]e)[ \t](?:(?:de|du|des|la|le|les)[ \t]|[dl]'){{0,3}}{_TOWN}"
        rf"(?:{_BREAK}\d{{5}}[ \t]{_TOWN})?"
    )
    road = r"(?:Calle|Avenida|Plaza|Paseo|Via|Viale|Piazza|Corso|Rua|ul\.)[ \t]"
    southern = (
        rf"{START}(?:\d{{1,5}}[ \t])?{road}(?:(?:de|del|della|la|los|das|dos)[ \t]){{0,2}}{_TOWN},?"
        rf"[ \t](?:n\.?º?[ \t]?)?\d{{1,4}}{STOP}{_UNIT}(?:{_BREAK}\d{{5}}[ \t]{_TOWN})?"
    )
    unit = rf"{START}(?:Suite|Ste\.|Apt\.?)[ \t]#?\d{{1,5}}[A-Z]?{STOP}"
    box = rf"{START}(?:P\.?[ \t]?O\.?[ \t]?Box|Postfach|PSC)[ \t]\d[\d ]{{0,7}}{STOP}{_TAIL}"
    box += rf"|{START}[AFD]PO,?[ \t]A[AEP][ \t]\d{{5}}(?:-\d{{4}})?{STOP}"
    return (
        Identifier(
            "STREET_ADDRESS",
            *(
                Shape(pattern=pattern, score=LABELLED, flags=_PLAIN)
                for pattern in (street, northern, french, southern, box, unit)
            ),
            *_anywhere(),
        ),
    )
