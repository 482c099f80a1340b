"""Names of persons where their form leaves no doubt; all others are left to a name model.

A title and capitalised words ("Mr X. Yılmaz": the title itself stays outside), a label ("Patient
name: Doe, Jane", "/s/ Jane Doe"), a health message's DOE^JANE, a person introduced by nationality,
and the parties in the name of a case that is not cited as a published precedent.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex
from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import LABELLED, LIKELY, START, Identifier, Shape
from rag.redact.recognizers.title import TITLE

_GAP = r"[ \t]{1,3}"
# A line may break behind a title or an initial, where more of the name must follow.
_BREAK = r"(?:[ \t]{1,3}|[ \t]?\r?\n[ \t]{0,8})"
_LETTERS = r"[\p{L}\p{M}]"
_PARTICLE = (
    r"(?:van|von|der|den|de|del|della|di|da|dos|das|do|du|la|le|las|los|el|al|bin|bint|ibn|ben|ter"
    r"|ten|te|zu|zum|zur|vom|y|e|af|av|st\.?|St\.?|'t)"
)
_INITIALS = r"\p{Lu}\p{Ll}?\.(?:[ ]?-?\p{Lu}\p{Ll}?\.){0,3}"
# A possessive is no part of the name, nor a word that is joined by a full stop or an underscore.
_WORD = (
    rf"\p{{Lu}}{_LETTERS}*(?:(?:-|(?<=^.|\W\p{{L}}|\W\p{{L}}\p{{Ll}})')\p{{Lu}}{_LETTERS}*)*"
    rf"(?![\p{{L}}\p{{M}}\d_@])"
)
_NO_NAME = (
    r"(?:The|This|That|These|Those|And|Or|But|For|In|On|At|Of|To|By|With|From|As|Is|Was|He|She|It"
    r"|They|We|I|His|Her|If|When|Under|Further|Then|After|Before|Date|Tel|Phone|Fax|Address|DOB|MRN"
    r"|Email|Re|Dear|Its|Signature|E(?=-?mail)|Title|Name|Agent|Court|Chairman|President"
    r"|Secretary|Officer|Government"
    r"|Hospital"
    r"|Clinic|Inc|Ltd|LLC|Corp|Company|General|Counsel|Chief|Of(?:fice|ficer))(?![\p{L}])"
)
_NAME_WORD = rf"(?!{_NO_NAME}){_WORD}"
_PIECE = rf"(?:{_INITIALS}|{_NAME_WORD})"
_SUFFIX = r"(?:,?[ ](?:Jr|Sr|II|III|IV)(?![\p{L}])\.?)?"
_MORE = rf"(?:(?:(?<=\.){_BREAK}|{_GAP}|(?<=\.))(?:{_PARTICLE}{_GAP}){{0,3}}{_PIECE})"
NAME = (
    rf"(?:{_PARTICLE}{_GAP}){{0,3}}{_PIECE}{_MORE}{{0,4}}(?:[ ]\((?:n[ée]e)[ ]{_WORD}\))?{_SUFFIX}"
)
_FULL = rf"{_PIECE}{_MORE}{{1,4}}{_SUFFIX}"

_AND = r"(?:,[ ]|[ ](?:and|&)[ ])"
# What has a name and is no person: "company name: ...".
_NO_PERSONS = (
    r"(?:company|firm|product|file|user|domain|brand|trade|plan|drug|test|event|bank|host|field"
    r"|code"
    r"|column|generic|business|street|entity|corporate|project|server|model|account)"
)
_LABELS = (
    r"(?:(?:patient|client|customer|employee|member|subscriber|insured|plaintiff|defendant|claimant"
    r"|applicant|borrower|guarantor|beneficiary|cardholder|account[ ]holder|mother|father|spouse"
    r"|maiden"
    r"|guardian|physician|provider|doctor|contact|full|first|last|given|family|middle|legal"
    r"|holder|print(?:ed)?)"
    rf"(?:'s)?[ _-]?(?:full[ ])?name|(?<!{_NO_PERSONS}[ _])name|attn|attention|patient|attending"
    rf"(?:[ ]physician)?"
    r"|(?:primary[ ]care|referring|ordering|consulting|treating)[ ](?:physician|provider|doctor)"
    r"|surgeon"
    r"|radiologist|pathologist|next[ ]of[ ]kin|emergency[ ]contact|pcp|spouse|guardian|witness"
    r"|(?:dictated|transcribed|reviewed|prepared|ordered|authored|verified)[ ]by)[ ]?"
)
_SIGNED = (
    r"(?:(?:electronically[ ])?signed[ ](?:off[ ])?by:?|/s/|dear|sincerely,?\s{1,4}"
    r"|regards,?\s{1,4})[ \t]{0,3}"
)

_REPORTED = (
    r"(?!.{0,60}?(?:\(dec\.\)|\[GC\]|\bjudgment\b|\bECHR\b|\b\d{1,4}[ ]"
    r"(?:U\.?[ ]?S\.?|F\.|S\.|N\.|A\.|P\.|So\.|Cal|WLR|AC|QB|All[ ]ER|L\.)|[\[(](?:19"
    r"|20)\d\d[\])]))"
)
_PLAIN = regex.MULTILINE


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of names by form."""
    titled = rf"{START}{TITLE}(?:\.|(?![^\W_])){_BREAK}?(?<=[\s.])(?P<value>{NAME})"
    couple = rf"{START}(?:Mr|Dr|Prof)\.?[ ](?:and|&)[ ](?:Mrs|Ms|Dr|Miss)\.?[ ](?P<value>{NAME})"
    plural = rf"(?:Messrs|Drs|Profs|Mmes)\.?[ ]{NAME}{_AND}(?P<value>{NAME})"
    inverted = rf"{_WORD}(?:[ -]{_WORD})?,[ ]?{_PIECE}(?:[ ]{_PIECE}){{0,2}}"
    sign = r"[:=][ \t|*]{0,4}"
    named = rf"{sign}(?<={START}(?i:{_LABELS}){sign})(?P<value>{inverted}|{NAME})"
    signed = rf"(?<![^\W_])(?i:{_SIGNED})(?P<value>{inverted}|{NAME})"
    message = r"(?<![^\W_])(?P<value>[\p{Lu}][\p{L}'-]+\^[\p{L}][\p{L}'-]*(?:\^[\p{L}'.-]*){0,4})"
    national = rf"\bnationals?,[ ](?P<value>{_FULL})(?=[ ]?[(,])"
    party_word = (
        r"[ ]\([\"“]the[ ](?:first[ ]|second[ ])?(?:applicant|claimant|patient|defendant"
        r"|plaintiff|testator|borrower|employee)s?[\"”]\)"
    )
    called = rf"{START}(?P<value>{_FULL})(?={party_word})"
    party = rf"(?:{_NAME_WORD}(?:[ ](?:{_PARTICLE}[ ])?{_PIECE}){{0,3}})"
    case = (
        rf"{START}(?P<value>{party})(?=(?:[ ]and[ ](?:Others|Another))?[ ](?:v|vs)\.?[ ]"
        rf"(?:the[ ])?\p{{Lu}}){_REPORTED}"
    )
    other = rf"(?<=[\p{{L}}.][ ](?:v|vs)\.?[ ])(?P<value>{party}){_REPORTED}"
    sure = (titled, couple, plural, named, signed, message, national)
    return (
        Identifier(
            "PERSON",
            *(Shape(pattern=pattern, score=LABELLED, flags=_PLAIN) for pattern in sure),
            Shape(pattern=called, flags=_PLAIN, hint=party_word),
            Shape(pattern=case, score=LIKELY, flags=_PLAIN, hint=r"[ ]vs?\.?[ ]"),
            Shape(pattern=other, score=LIKELY, flags=_PLAIN),
        ),
    )
