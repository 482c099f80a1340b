"""Plain text and Markdown: paragraphs, simple headings, lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from connectors.formats.assemble import Assembler, clean_line, title_of
from connectors.formats.damage import damage_skips
from connectors.formats.encoding import decode
from connectors.formats.rows import split_header
from rag.records import ElementKind, Parsed

_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*")
_UNDERLINE = re.compile(r"(=|-|~){3,}")
_NUMBERED_HEADING = re.compile(r"(\d+(?:\.\d+)*)\.?\s+\S")
_ITEM = re.compile(r"(?P<mark>[-*•‣◦·–]|\d{1,3}[.)]|\(?[a-z]\)|\([ivx]+\))\s+(?=\S)")
_BULLET = re.compile(r"[-*•‣◦·–]\s+")
_MARKDOWN_ROW = re.compile(r"\|.*\|")
_MARKDOWN_RULE = re.compile(r"\|?[\s:|-]*-{3}[\s:|-]*\|?")
_NO_HEADING_END = (".", ",", ";", ":", "!", "?", "…")
_LONGEST_HEADING = 80
_WIDEST_WRAP = 100
_MOST_WIDE_LINES = 0.1
_WRAP_SLACK = 8
_LINES_OF_A_TITLE = 3


class TextParser:
    """Reads `.txt`, `.md` and `.log`."""

    @property
    def suffixes(self) -> frozenset[str]:
        """The endings it reads."""
        return frozenset({".txt", ".md", ".log"})

    @damage_skips()
    def parse(self, data: bytes, name: str) -> Parsed:
        """Return paragraphs, lists and headings; the lines of a log stay as they are."""
        text = decode(data)
        assembler = Assembler()
        suffix = PurePosixPath(name).suffix.lower()
        if suffix == ".log":
            for block in blocks(text):
                assembler.add(ElementKind.TEXT, "\n".join(block))
        else:
            add_prose(assembler, text)
        title = _title(text) or assembler.first_heading() or title_of(name)
        media_type = "text/markdown" if suffix == ".md" else "text/plain"
        return assembler.parsed(title=title, media_type=media_type)


def add_prose(assembler: Assembler, text: str, *, level: int = 0) -> None:
    """Add the paragraphs of plain text, with headings below `level`."""
    wrap = wrap_of(text)
    found = list(blocks(text))
    for index, block in enumerate(found):
        _add_block(assembler, block, wrap=wrap, level=level, followed=index + 1 < len(found))


def blocks(text: str) -> Iterator[list[str]]:
    """Yield the runs of lines between empty lines."""
    block: list[str] = []
    for line in text.splitlines():
        cleaned = clean_line(line)
        if cleaned:
            block.append(cleaned)
        elif block:
            yield block
            block = []
    if block:
        yield block


def wrap_of(text: str) -> int:
    """Return the column at which the lines were wrapped, or 0 if paragraphs are single lines."""
    lengths = [len(line) for line in text.splitlines() if line.strip()]
    wide = sum(length > _WIDEST_WRAP for length in lengths)
    if not lengths or wide > _MOST_WIDE_LINES * len(lengths):
        return 0
    return max((length for length in lengths if length <= _WIDEST_WRAP), default=0)


def reflow(lines: Sequence[str], wrap: int) -> str:
    """Join lines that were only wrapped; one that was ended on purpose stays a line."""
    joined = ""
    for before, line in zip(["", *lines], lines, strict=False):
        full = wrap and len(before) + 1 + len(line.split(maxsplit=1)[0]) > wrap - _WRAP_SLACK
        joined += (" " if full or (wrap and line[0].islower()) else "\n") + line
    return joined.strip()


def _title(text: str) -> str:
    """Return the lines a document begins with, if they look like a title page's."""
    first = next(blocks(text), [])
    plain = [line for line in first if not _UNDERLINE.fullmatch(line)]
    fits = 0 < len(plain) <= _LINES_OF_A_TITLE and all(map(_heads, plain))
    return " - ".join(plain) if fits else ""


def _add_block(
    assembler: Assembler, block: list[str], *, wrap: int, level: int, followed: bool
) -> None:
    marked = _MARKDOWN_HEADING.fullmatch(block[0])
    if marked:
        assembler.heading(marked.group(2), level=level + len(marked.group(1)))
        block = block[1:]
    elif len(block) > 1 and _UNDERLINE.fullmatch(block[1]):
        assembler.heading(block[0], level=level + (1 if block[1][0] == "=" else 2))
        block = block[2:]
    elif len(block) == 1 and followed and _heads(block[0]):
        assembler.heading(block[0], level=level + _level_of(block[0]))
        return
    if len(block) > 1 and all(_MARKDOWN_ROW.fullmatch(line) for line in block):
        _add_markdown_table(assembler, block)
    elif block:
        _add_lines(assembler, block, wrap)


def _heads(line: str) -> bool:
    """Whether a line that stands alone is a heading rather than a short sentence."""
    text = clean_line(line)
    return (
        0 < len(text) <= _LONGEST_HEADING
        and not text.endswith(_NO_HEADING_END)
        and not _BULLET.match(text)
        and (text[0].isupper() or _NUMBERED_HEADING.match(text) is not None)
        and any(character.isalpha() for character in text)
        and ": " not in text
    )


def _level_of(line: str) -> int:
    number = _NUMBERED_HEADING.match(line)
    if number:
        return 2 + number.group(1).count(".")
    return 1 if line.isupper() else 2


def _add_markdown_table(assembler: Assembler, lines: Sequence[str]) -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if not _MARKDOWN_RULE.fullmatch(line)
    ]
    header, body = (rows[0], rows[1:]) if len(rows) < len(lines) else split_header(rows)
    assembler.table(body, header=header)


def _add_lines(assembler: Assembler, lines: Sequence[str], wrap: int) -> None:
    """Add a block as a paragraph followed by a list, each if there is one."""
    starts = [index for index, line in enumerate(lines) if _ITEM.match(line)]
    if not starts or (len(starts) == 1 and not _BULLET.match(lines[starts[0]])):
        assembler.add(ElementKind.TEXT, reflow(lines, wrap))
        return
    assembler.add(ElementKind.TEXT, reflow(lines[: starts[0]], wrap))
    ends = [*starts[1:], len(lines)]
    items = [" ".join(lines[start:end]) for start, end in zip(starts, ends, strict=True)]
    assembler.add(ElementKind.LIST, "\n".join(_BULLET.sub("", item, count=1) for item in items))
