"""Mail messages with their attachments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, message_from_string
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from connectors.formats.assemble import Assembler, clean_line, title_of
from connectors.formats.damage import damage_skips
from connectors.formats.dated import dated_by_mail
from connectors.formats.encoding import decode, decode_declared
from connectors.formats.text import add_prose
from connectors.formats.web import WebParser
from rag.errors import SkipDocument
from rag.ports import Parser
from rag.records import ElementKind, Parsed

Mail: TypeAlias = "Message[Any, Any]"

MOST_ATTACHMENTS = 50
DEEPEST = 3
_HEADERS = ("Subject", "From", "To", "Cc", "Date")
_UNICODE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ENCRYPTED = frozenset(
    {"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"}
)
_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
# For attachments whose name says nothing.
_SUFFIX_OF = {
    "application/pdf": ".pdf",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
}
_LEVEL = 1  # of the headings of attachments


@dataclass(slots=True)
class _Parts:
    """The parts of a message by what becomes of them."""

    plain: list[Mail] = field(default_factory=list)
    markup: list[Mail] = field(default_factory=list)
    attached: list[Mail] = field(default_factory=list)
    encrypted: int = 0


class MailParser:
    """Reads `.eml`; attachments are read by the parser it is given."""

    def __init__(self, attachments: Parser) -> None:
        self._attachments = attachments
        self._web = WebParser()

    @property
    def suffixes(self) -> frozenset[str]:
        """The endings it reads."""
        return frozenset({".eml"})

    @damage_skips()
    def parse(self, data: bytes, name: str) -> Parsed:
        """Return the headers, the body and every attachment that can be read."""
        return self._parse(_message(data), name, depth=0)

    def _parse(self, message: Mail, name: str, *, depth: int) -> Parsed:
        assembler = Assembler()
        lines = [(header, _header(message, header)) for header in _HEADERS]
        head = "\n".join(f"{header}: {value}" for header, value in lines if value)
        assembler.add(ElementKind.HEADER, head)
        parts = _sorted_parts(message)
        self._add_body(assembler, parts, name)
        if parts.encrypted:
            assembler.add(ElementKind.TEXT, "A part of this message is encrypted: it is not read.")
        for part in parts.attached[:MOST_ATTACHMENTS]:
            self._add_attachment(assembler, part, depth=depth)
        left_out = len(parts.attached) - MOST_ATTACHMENTS
        if left_out > 0:
            assembler.close_headings(_LEVEL)
            assembler.add(ElementKind.TEXT, f"{left_out} more attachments are not read.")
        title = _header(message, "Subject") or title_of(name)
        day = dated_by_mail(_header(message, "Date"))
        return assembler.parsed(title=title, media_type="message/rfc822", metadata=day)

    def _add_body(self, assembler: Assembler, parts: _Parts, name: str) -> None:
        """Add the plain text, or what the HTML says where there is no plain text."""
        plain = [_text_of(part) for part in parts.plain]
        for text in plain:
            add_prose(assembler, text, level=_LEVEL)
        if any(text.strip() for text in plain):
            return
        for part in parts.markup:
            try:
                page = self._web.parse_text(_text_of(part), name)
            except SkipDocument:
                continue  # a body of pictures only
            assembler.include(page, level=_LEVEL)

    def _add_attachment(self, assembler: Assembler, part: Mail, *, depth: int) -> None:
        name = _file_name(part)
        assembler.heading(f"Attachment: {name}", level=_LEVEL)
        try:
            parsed = self._parse_attachment(part, name, depth=depth)
        except SkipDocument as error:
            assembler.add(ElementKind.TEXT, f"This attachment is not read: {error}.")
        else:
            assembler.include(parsed, level=_LEVEL)

    def _parse_attachment(self, part: Mail, name: str, *, depth: int) -> Parsed:
        inner = _enclosed(part)
        if inner is None and name.lower().endswith(".eml"):
            inner = _message(_bytes_of(part))
        if inner is None:
            return self._attachments.parse(_bytes_of(part), self._typed(part, name))
        if depth + 1 >= DEEPEST:
            raise SkipDocument("messages within messages go too deep")
        return self._parse(inner, name, depth=depth + 1)

    def _typed(self, part: Mail, name: str) -> str:
        """Return a name whose ending a parser knows, if the declared type allows."""
        if PurePosixPath(name).suffix.lower() in self._attachments.suffixes:
            return name
        return name + _SUFFIX_OF.get(part.get_content_type(), "")


def _message(data: bytes) -> Mail:
    wide = data.startswith(_UNICODE_MARKS)
    message: Mail = message_from_string(decode(data)) if wide else message_from_bytes(data)
    if not message.keys():
        raise SkipDocument("the mail has no headers")
    return message


def _leaves(message: Mail) -> Iterator[Mail]:
    """Yield the parts that hold content; enclosed messages stay whole."""
    pending = [message]
    while pending:
        part = pending.pop()
        content = part.get_payload()
        if part.get_content_maintype() == "message" or not isinstance(content, list):
            yield part
        else:
            pending.extend(inner for inner in reversed(content) if isinstance(inner, Message))


def _sorted_parts(message: Mail) -> _Parts:
    parts = _Parts()
    for part in _leaves(message):
        kind = part.get_content_type()
        named = part.get_content_disposition() == "attachment" or bool(part.get_filename())
        if kind in _ENCRYPTED:
            parts.encrypted += 1
        elif kind in _SIGNATURES:
            continue
        elif named or kind not in ("text/plain", "text/html"):
            parts.attached.append(part)
        elif kind == "text/plain":
            parts.plain.append(part)
        else:
            parts.markup.append(part)
    return parts


def _enclosed(part: Mail) -> Mail | None:
    content = part.get_payload()
    if part.get_content_type() == "message/rfc822" and isinstance(content, list) and content:
        inner = content[0]
        return inner if isinstance(inner, Message) else None
    return None


def _bytes_of(part: Mail) -> bytes:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        raise SkipDocument("its encoding cannot be undone")
    return content


def _text_of(part: Mail) -> str:
    """Return the text of a body part, or a note that it cannot be read."""
    declared = part.get_content_charset()
    data = _bytes_of(part)
    if not data.strip():
        return ""
    try:
        return decode_declared(data, declared) if declared else decode(data)
    except SkipDocument as error:
        return f"A part of this message is not read: {error}."


def _file_name(part: Mail) -> str:
    inner = _enclosed(part)
    subject = _header(inner, "Subject") if inner is not None else ""
    given = clean_line(_decoded(part.get_filename() or ""))
    return PurePosixPath(given.replace("\\", "/")).name or subject or part.get_content_type()


def _header(message: Mail, name: str) -> str:
    """Return a header decoded, on one line; a broken one as it stands."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            return clean_line(_decoded(str(value)))
    return ""


def _decoded(value: str) -> str:
    raw = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    unfolded = " ".join(raw.split())
    try:
        return str(make_header(decode_header(unfolded)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return unfolded
