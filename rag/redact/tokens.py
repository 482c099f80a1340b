"""What stands in a redacted text in place of an identifier: the one grammar of all tokens.

    [PERSON]                 masked
    [PERSON:k3f2mnop]        its keyed pseudonym
    [DATE=1984]              generalised: a year, ZIP digits, an age over 89 or a band of ages
    [DATE=1984-03-09]        shifted

A token in redacted text, or in a question, is hidden from recognizers; so what may stand behind
the equals sign is limited strictly, or something real could hide there.
"""

from __future__ import annotations

import re

KIND = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
DATE_KINDS = frozenset({"DATE", "DATE_OF_BIRTH", "ADMISSION_DATE", "DISCHARGE_DATE", "DEATH_DATE"})

PSEUDONYM = re.compile(rf"\[({KIND.pattern}):([a-z2-7]{{8}})\]")

_DAY = r"-(?:0[1-9]|[12]\d|3[01])"
_DATE = rf"[12]\d{{3}}(?:-(?:0[1-9]|1[0-2])(?:{_DAY})?)?"
_VALUES = (
    rf"(?:{'|'.join(sorted(DATE_KINDS))})={_DATE}",
    r"POSTAL_CODE=\d{3}\*\*",
    r"AGE=(?:90\+|\d{1,2}-\d{1,2})",
)
TOKEN = re.compile(
    rf"\[(?:(?P<kind>{KIND.pattern})(?::(?P<code>[a-z2-7]{{8}}))?|(?P<value>{'|'.join(_VALUES)}))\]"
)


def masked(kind: str) -> str:
    """Return the token that says only what kind of thing stood there."""
    return f"[{kind}]"


def valued(kind: str, value: str) -> str:
    """Return the token of a generalised or shifted value; masked if the grammar has no such."""
    token = f"[{kind}={value}]"
    return token if TOKEN.fullmatch(token) else masked(kind)
