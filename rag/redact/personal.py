"""The one form of a name that its spellings share: which of them are one, corpus-wide, is safe.

Linked are spellings that cannot part two bearers of a name: case, marks ("Łukasz", "Lukasz"),
punctuation, order where a comma or HL7 says it ("Doe, Jane", "DOE^JANE"), forms of address and
degrees, the possessive; of organisations also the legal form and a leading "the".

Not linked, as they may part two: a middle initial or name ("Jane Q. Doe" is not "Jane Doe"), a
generation ("Jr", "III": father and son), initials for first names, short forms ("Bill"), inflected
names, transcriptions ("Müller", "Mueller"). Within one document, where fewer persons can be meant,
`rag.redact.persons` links more.
"""

from __future__ import annotations

import re
import unicodedata

# Letters that Unicode does not take apart into a base and a mark.
_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "ŀ": "l",
        "ŧ": "t",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "ʻ": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
        "\u2019": "'",
        "\u2018": "'",
    }
)
_ADDRESS = (
    "mr mrs ms miss mx mister master messrs dr doctor prof professor sir dame lord lady madam"
    " madame mme mlle monsieur herr frau senor senora srta dott avv ing dipl rev reverend hon"
    " honorable honourable judge justice sister sr fr"
)
# Neither "do" nor "ma", which are family names.
_DEGREE = (
    "md phd dphil dds dmd dvm rn lpn bsn msn esq esquire jd llb llm mba mph msc bsc cpa cfa facs"
    " facp frcp frcs mrcp mbbs obe mbe cbe kbe qc kc"
)
_LEGAL = (
    "inc incorporated corp corporation co company cos ltd limited llc llp lp plc pllc pc gmbh ggmbh"
    " mbh ag kg kgaa ohg ug se sa sas sarl srl spa nv bv ab as asa oy oyj aps pty pte kk spzoo sro"
    " doo kft zrt"
)
_TITLES = frozenset(_ADDRESS.split())
_DEGREES = frozenset(_DEGREE.split())
_LEGAL_FORMS = frozenset(_LEGAL.split())
_GENERATIONS = frozenset({"jr", "junior", "sr", "senior", "ii", "iii", "iv"})

_BROKEN = re.compile(r"-[^\S\n]*\n\s*")  # a word that goes on in the next line
_DOTTED = re.compile(r"\b[^\W\d_]{1,3}(?:\.[^\W\d_]{1,3})+\b\.?")
_POSSESSIVE = re.compile(r"'s?$")
_WORD = re.compile(r"\w+")
_MOST_WORDS = 6
_HL7_PARTS = 5  # family, given, middle, suffix, prefix


def person_form(value: str) -> str:
    """Return the form of a person's name; empty if there is no name in it."""
    folded = _POSSESSIVE.sub("", _folded(value)).replace("'", "")
    if "^" in folded:
        family, given, middle, suffix, prefix = (folded.split("^") + [""] * _HL7_PARTS)[:_HL7_PARTS]
        return " ".join(_named(_words(" ".join((prefix, given, middle, family, suffix)))))
    parts = [words for part in folded.split(",") if (words := _words(part))]
    while len(parts) > 1 and set(parts[-1]) <= _DEGREES | _TITLES:
        parts.pop()
    if len(parts) > 1 and not set(parts[1]) <= _GENERATIONS:  # family name, first names
        parts[:2] = parts[1::-1]
    return " ".join(_named([word for part in parts for word in part]))


def shorter_forms(form: str) -> list[str]:
    """Return the forms by which somebody is spoken of: the ends of the name, also with an initial.

    Of "ngozi adeyinka bright": "adeyinka bright", "bright", "n adeyinka bright" and "n bright".
    """
    words = form.split()[:_MOST_WORDS]
    ends = [" ".join(words[first:]) for first in range(1, len(words))]
    ends = [one for one in ends if len(one) > 1]
    return ends + [f"{words[0][0]} {one}" for one in ends if len(words[0]) > 1]


def organization_form(value: str) -> str:
    """Return the form of an organisation's name, without its legal form."""
    folded = _POSSESSIVE.sub("", _folded(value)).replace("'", "").replace("&", " and ")
    words = _WORD.findall(_DOTTED.sub(lambda match: match[0].replace(".", ""), folded))
    if words[-3:] == ["sp", "z", "oo"]:
        words[-3:] = ["spzoo"]
    first, last = _articles(words), len(words)
    while last - first > 1 and words[last - 1] in _LEGAL_FORMS | {"and"}:
        last -= 1
    return " ".join(words[first:last])


def place_form(value: str) -> str:
    """Return the form of a place's name."""
    words = _WORD.findall(_POSSESSIVE.sub("", _folded(value)).replace("'", ""))
    return " ".join(words[_articles(words) :])


def _articles(words: list[str]) -> int:
    """Return how many words before a name are "the"."""
    return next((at for at, word in enumerate(words[:-1]) if word != "the"), len(words[:-1]))


def _folded(value: str) -> str:
    """Return a text without case and marks, words broken over lines made whole."""
    decomposed = unicodedata.normalize("NFKD", _BROKEN.sub("", value).casefold())
    bare = "".join(one for one in decomposed if not unicodedata.combining(one))
    return bare.casefold().translate(_LETTERS).strip()


def _words(text: str) -> list[str]:
    """Return the words of a name: "Ph.D." is one, "J.S." are two initials."""

    def whole(match: re.Match[str]) -> str:
        joined = match[0].replace(".", "")
        return f" {joined} " if joined in _DEGREES else match[0].replace(".", " ")

    return _WORD.findall(_DOTTED.sub(whole, text))


def _named(words: list[str]) -> list[str]:
    """Return a name without forms of address before it and degrees behind it."""
    first, last = 0, len(words)
    while first < last and words[first] in _TITLES:
        first += 1
    while last > first and words[last - 1] in _DEGREES:
        last -= 1
    return words[first:last] or words
