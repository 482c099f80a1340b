"""Which parser reads which file, and what becomes of their libraries' errors."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from zipfile import BadZipFile

from rag.errors import SkipDocument
from rag.ports import Parser
from rag.records import Parsed

# What the libraries below the parsers raise on damaged input. lxml's syntax errors are
# SyntaxErrors, those of Unicode, JSON and XML text ValueErrors, PdfiumErrors RuntimeErrors.
# Their messages may quote the document, so none is passed on.
DAMAGE: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BadZipFile,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


class Formats:
    """Chooses the parser by the file's ending; it is a parser itself."""

    def __init__(self, parsers: Iterable[Parser]) -> None:
        self._parsers: Mapping[str, Parser] = {
            suffix: parser for parser in parsers for suffix in parser.suffixes
        }

    @property
    def suffixes(self) -> frozenset[str]:
        """The endings that any of its parsers reads."""
        return frozenset(self._parsers)

    def parse(self, data: bytes, name: str) -> Parsed:
        """Parse with the parser of the name's ending, or raise `SkipDocument`."""
        suffix = PurePosixPath(name).suffix.lower()
        parser = self._parsers.get(suffix)
        if parser is None:
            raise SkipDocument(f"no parser for {suffix or 'files without an ending'}")
        if not data.strip():
            raise SkipDocument("holds no text")
        try:
            return parser.parse(data, name)
        except DAMAGE as error:
            reason = f"the {suffix} document is damaged or of a kind not read"
            raise SkipDocument(f"{reason} ({type(error).__name__})") from None


def default_formats() -> Formats:
    """Return every built-in parser; their libraries are loaded when first needed."""
    from connectors.formats.fhir import FhirParser
    from connectors.formats.hl7v2 import Hl7Parser
    from connectors.formats.mail import MailParser
    from connectors.formats.office import OfficeParser
    from connectors.formats.pdf import PdfParser
    from connectors.formats.table import TableParser
    from connectors.formats.text import TextParser
    from connectors.formats.web import WebParser

    makers: tuple[Callable[[], Parser], ...] = (
        FhirParser,
        Hl7Parser,
        OfficeParser,
        PdfParser,
        TableParser,
        TextParser,
        WebParser,
    )
    parsers = [make() for make in makers]
    return Formats([*parsers, MailParser(attachments=Formats(parsers))])
