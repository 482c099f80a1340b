"""Redacted documents laid out from blocks, with exact ranges, for tests of what cuts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.records import Acl, Element, ElementKind, RedactedDocument, Span
from rag.redact.mint import stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading, paragraph, list or table; `level` counts for headings, 1 being outermost."""

    kind: ElementKind
    text: str = field(repr=False)
    level: int = 1
    page: int | None = None


def laid_out(
    blocks: Sequence[Block],
    *,
    document_id: str = "doc_1",
    version: str = "v1",
    tenant: str = "main",
    title: str = "",
    acl: Acl | None = None,
) -> RedactedDocument:
    """Return a document of these blocks, with an empty line between them."""
    elements: list[Element] = []
    above: list[tuple[int, Span]] = []
    at = 0
    for block in blocks:
        end = at + len(block.text)
        if block.kind is ElementKind.TITLE:
            above = [heading for heading in above if heading[0] < block.level]
        elements.append(
            Element(
                kind=block.kind,
                start=at,
                end=end,
                page=block.page,
                headings=tuple(span for _, span in above),
            )
        )
        if block.kind is ElementKind.TITLE:
            above.append((block.level, Span(start=at, end=end)))
        at = end + 2
    return RedactedDocument(
        id=document_id,
        tenant=tenant,
        source="test",
        version=version,
        name=stored(f"{document_id}.txt"),
        title=stored(title),
        text=stored("\n\n".join(block.text for block in blocks)),
        media_type="text/plain",
        elements=tuple(elements),
        redactions=(),
        acl=acl or Acl(public=True),
    )


def handbook(*, version: str = "v1", acl: Acl | None = None) -> RedactedDocument:
    """Return a document with headings of two levels, a table, a running header and two pages."""
    title, text = ElementKind.TITLE, ElementKind.TEXT
    table = "Dose | Interval | Most a day\n" + "\n".join(
        f"{n} mg | every {n} hours | {4 * n} mg" for n in range(1, 40)
    )
    prose = " ".join(
        f"Ward {n} is cleaned at {n}.30 p.m. by Dr. [PERSON:k3f9]'s team, i.e. {n + 2} people."
        for n in range(1, 40)
    )
    return laid_out(
        [
            Block(kind=ElementKind.HEADER, text="Hospital handbook, page 1", page=1),
            Block(kind=title, text="Handbook", page=1),
            Block(kind=text, text="This applies to every ward.", page=1),
            Block(kind=title, text="Cleaning", level=2, page=1),
            Block(kind=text, text=prose, page=1),
            Block(kind=ElementKind.HEADER, text="Hospital handbook, page 2", page=2),
            Block(kind=text, text="Floors are dried.\n\nWindows are left open. 🧹 Ça va.", page=2),
            Block(kind=title, text="Medicines", level=2, page=2),
            Block(kind=text, text="The table holds for adults.", page=2),
            Block(kind=ElementKind.TABLE, text=table, page=2),
            Block(kind=ElementKind.LIST, text="- lock the cabinet\n- keep the list", page=2),
        ],
        version=version,
        title="Handbook of the wards",
        acl=acl,
    )
