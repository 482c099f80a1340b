"""Word documents, through unstructured. Slides and sheets would enter as further suffixes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile

from connectors.formats.assemble import Assembler, title_of
from connectors.formats.damage import damage_skips
from connectors.formats.pieces import add_pieces
from connectors.formats.unstructured_offline import Piece, partition_docx
from rag.errors import SkipDocument
from rag.records import Parsed

_PARTITION: Mapping[str, Callable[[bytes], Sequence[Piece]]] = {".docx": partition_docx}
_MEDIA_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_CORE = "docProps/core.xml"
_DUBLIN_CORE_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # a compound file: old Word, or encrypted
_MOST_UNPACKED = 500_000_000
_SMALL_PART = 1_000_000


class OfficeParser:
    """Reads `.docx`."""

    @property
    def suffixes(self) -> frozenset[str]:
        """The endings it reads."""
        return frozenset(_PARTITION)

    @damage_skips()
    def parse(self, data: bytes, name: str) -> Parsed:
        """Return headings, paragraphs, lists, tables, and the running header and footer."""
        suffix = PurePosixPath(name).suffix.lower()
        own_title = _inspect(data)
        assembler = Assembler()
        add_pieces(assembler, _PARTITION[suffix](data))
        title = assembler.first_heading() or own_title or title_of(name)
        return assembler.parsed(title=title, media_type=_MEDIA_TYPES[suffix])


def _inspect(data: bytes) -> str:
    """Refuse what is no office document or a bomb; return the title among its properties."""
    if data.startswith(_ENCRYPTED):
        raise SkipDocument("the document is encrypted, or in a format of before 2007")
    if not data.strip():
        raise SkipDocument("holds no text")
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = {part.filename: part.file_size for part in archive.infolist()}
            if sum(parts.values()) > _MOST_UNPACKED:
                raise SkipDocument("the document unpacks to too many bytes")
            if "[Content_Types].xml" not in parts:
                raise SkipDocument("the document is damaged: a zip archive, but no office document")
            core = archive.read(_CORE) if 0 < parts.get(_CORE, 0) < _SMALL_PART else b""
    except BadZipFile:
        raise SkipDocument("the document is damaged: no zip archive") from None
    return _title_in(core)


def _title_in(core: bytes) -> str:
    from lxml import etree

    if not core:
        return ""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(core, parser).findtext(_DUBLIN_CORE_TITLE) or ""
    except etree.XMLSyntaxError:
        return ""  # the title is a nicety; the text does not depend on it
