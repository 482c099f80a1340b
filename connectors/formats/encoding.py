"""From bytes to text, or the plain statement that this is no text."""

from __future__ import annotations

import codecs
import re

from rag.errors import SkipDocument

NOT_RECOGNISED = "text encoding not recognised"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ("utf-16", "utf-32")
_MOST_FOREIGN_BYTES = 0.1
_MOST_CONTROLS = 0.01
# Controls that text may hold: tab, line ends, form feed, escape, and the framing of HL7.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1d-\x1f\x7f\x80-\x9f\ufffe\uffff]")


def decode(data: bytes) -> str:
    """Return the text of `data`, or raise `SkipDocument` if it is in no encoding we are sure of.

    A byte order mark decides; else UTF-8; else the Western code page, but only where the few
    bytes outside ASCII make it plausible. A wrong guess would corrupt names silently, and a
    corrupted name is one that redaction cannot find.
    """
    if not data.strip():
        raise SkipDocument("holds no text")
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _plausible(_strict(data[len(mark) :], name))
    try:
        return _plausible(data.decode("utf-8"))
    except UnicodeDecodeError:
        foreign = sum(byte >= 0x80 for byte in data)
        if foreign > _MOST_FOREIGN_BYTES * len(data):
            raise SkipDocument(NOT_RECOGNISED) from None
        return _plausible(_strict(data, "cp1252"))


def decode_declared(data: bytes, name: str) -> str:
    """Return the text of `data` in the encoding it declares, or as `decode` finds it."""
    if any(data.startswith(mark) for mark, _ in _BYTE_ORDER_MARKS):
        return decode(data)
    try:
        # What calls itself Latin-1 is Windows text as a rule: every browser reads it so.
        canonical = codecs.lookup(name).name
        if canonical.startswith(_WIDE) and b"\0" not in data:
            return decode(data)  # the declaration itself could not have been read
        text = data.decode("cp1252" if canonical in ("iso8859-1", "ascii") else canonical)
    except (LookupError, UnicodeError, ValueError):
        return decode(data)
    return _plausible(text)


def _strict(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        raise SkipDocument(NOT_RECOGNISED) from None


def _plausible(text: str) -> str:
    if len(_CONTROLS.findall(text)) > _MOST_CONTROLS * len(text):
        raise SkipDocument(NOT_RECOGNISED)
    return text
