"""LlamaIndex's sentence splitter behind our chunker port, with exact character ranges."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

from rag.chunk.facets import facets_of_document
from rag.chunk.headings import context
from rag.chunk.nearby import with_nearby
from rag.chunk.sentences import split_sentences
from rag.errors import SkipDocument
from rag.fingerprint import code_of
from rag.offline import switch_off_telemetry
from rag.records import (
    Chunk,
    Element,
    ElementKind,
    RedactedDocument,
    RedactedText,
    Span,
)
from rag.settings import ChunkSettings

if TYPE_CHECKING:
    from llama_index.core.node_parser import SentenceSplitter

CHUNK_NAMESPACE = uuid.UUID("5b0d1e0e-7f8f-4f43-9c1b-6d1f3f7f2a10")
# Close to what word-piece vocabularies make of text, and no token is ever too long to split.
_TOKEN = re.compile(r"\w{1,8}|[^\w\s]")


def count_tokens(text: str) -> list[str]:
    """Cut text into pieces of about a model token each."""
    return _TOKEN.findall(text)


class SectionChunker:
    """Cuts along headings first, then along sentences, never across a heading, table or page."""

    def __init__(self, settings: ChunkSettings) -> None:
        self._settings = settings

    @property
    def fingerprint(self) -> str:
        """Changes when the cuts may: with the code, the splitter's version and the settings."""
        code, splitter = code_of("rag.chunk"), version("llama-index-core")
        parts = f"{code}-{splitter}-{self._settings.tokens}-{self._settings.overlap}"
        return hashlib.sha256(parts.encode()).hexdigest()[:16]

    def chunk(self, document: RedactedDocument) -> Sequence[Chunk]:
        """Return the passages of `document` in reading order."""
        chunks: list[Chunk] = []
        facets = facets_of_document(document)
        for section in _sections(document.elements):
            above = context(document, section[-1].headings)
            start, end = section[0].start, section[-1].end
            for span in self._cut(document.text, start, end):
                chunk = self._chunk(document, len(chunks), span, section, above)
                chunks.append(replace(chunk, facets=facets))
        return with_nearby(chunks)

    @cached_property
    def _splitter(self) -> SentenceSplitter:
        switch_off_telemetry()
        from llama_index.core.node_parser import SentenceSplitter

        return SentenceSplitter(
            chunk_size=self._settings.tokens - self._settings.overlap,
            chunk_overlap=0,  # see _reach_back
            tokenizer=count_tokens,
            paragraph_separator="\n\n",
            chunking_tokenizer_fn=split_sentences,
            include_metadata=False,
            include_prev_next_rel=False,
        )

    def _cut(self, text: RedactedText, start: int, end: int) -> Iterator[Span]:
        """Split one section and find each piece again, in order, where it came from."""
        section = str(text[start:end])
        before, cursor = 0, 0
        for piece in self._splitter.split_text(section):
            found = section.find(piece, cursor)
            if found < 0:
                raise SkipDocument("it cannot be cut into passages exactly")
            first = self._reach_back(section, before, found)
            before, cursor = found, found + len(piece)
            yield Span(start=start + first, end=start + cursor)

    def _reach_back(self, section: str, before: int, at: int) -> int:
        """Return where a piece at `at` begins with its overlap: a word of the piece before.

        LlamaIndex's own overlap says what is repeated but not where it stood, which cannot be
        found again in a text that repeats itself.
        """
        if self._settings.overlap == 0:
            return at
        tokens = [match.start() for match in _TOKEN.finditer(section, before, at)]
        last = tokens[-self._settings.overlap :]
        return next((t for t in last if t > before and section[t - 1].isspace()), at)

    def _chunk(
        self,
        document: RedactedDocument,
        ordinal: int,
        span: Span,
        section: Sequence[Element],
        above: RedactedText,
    ) -> Chunk:
        pages = [e.page for e in section if e.start <= span.start < e.end]
        return Chunk(
            id=str(uuid.uuid5(CHUNK_NAMESPACE, f"{document.id}/{document.version}/{ordinal}")),
            document_id=document.id,
            document_version=document.version,
            tenant=document.tenant,
            ordinal=ordinal,
            start=span.start,
            end=span.end,
            text=document.text.cut(span.start, span.end),
            context=above,
            page=pages[0] if pages else section[0].page,
            acl=document.acl,
        )


def _sections(elements: Sequence[Element]) -> Iterator[list[Element]]:
    """Group neighbouring elements under the same headings; a table is a section of its own.

    A page ends a section, so that all of a passage stands on the page that its citation names.
    Running headers and footers of pages are left out: they would repeat in every passage.
    """
    section: list[Element] = []
    for element in elements:
        if element.kind is ElementKind.HEADER and element.page is not None:
            if section:
                yield section
            section = []
            continue
        if section and not _belongs(section, element):
            yield section
            section = []
        section.append(element)
    if section:
        yield section


def _belongs(section: Sequence[Element], element: Element) -> bool:
    """Whether `element` continues `section`."""
    last = section[-1]
    page = next((e.page for e in section if e.page is not None), element.page)
    if element.page not in (None, page):
        return False
    if last.kind is ElementKind.TITLE:
        own = Span(start=last.start, end=last.end)
        return element.headings == (*last.headings, own)
    if element.kind is ElementKind.TITLE or ElementKind.TABLE in (last.kind, element.kind):
        return False
    return element.headings == last.headings
