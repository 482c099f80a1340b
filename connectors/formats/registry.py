"""Which parser reads which file, and what becomes of their libraries' errors."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from pathlib import PurePosixPath

from connectors.formats.damage import damage_skips
from rag.errors import SkipDocument
from rag.fingerprint import code_of
from rag.ports import Parser
from rag.records import Parsed

_LIBRARIES = ("hl7", "lxml", "pypdfium2", "python-docx", "unstructured")
_PLAIN_ENDING = re.compile(r"\.[a-z][a-z0-9]{0,7}")
_MOST_DIGITS = 4


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

    @property
    def fingerprint(self) -> str:
        """Changes with the code of the parsers and with the libraries below them."""
        parts = [code_of("connectors.formats"), *map(version, _LIBRARIES)]
        return hashlib.sha256("/".join(parts).encode()).hexdigest()[:32]

    def parse(self, data: bytes, name: str) -> Parsed:
        """Parse with the parser of the name's ending, or raise `SkipDocument`."""
        suffix = PurePosixPath(name).suffix.lower()
        parser = self._parsers.get(suffix)
        if parser is None:
            raise SkipDocument(f"no parser for {_told(suffix)}")
        if not data.strip():
            raise SkipDocument("holds no text")
        with damage_skips():
            return parser.parse(data, name)


def _told(suffix: str) -> str:
    """Return an ending as a reason may name it: a long or numeric one may be an identifier."""
    if not suffix:
        return "files without an ending"
    digits = sum(character.isdigit() for character in suffix)
    plain = _PLAIN_ENDING.fullmatch(suffix) is not None and digits <= _MOST_DIGITS
    return suffix if plain else "its ending"


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
