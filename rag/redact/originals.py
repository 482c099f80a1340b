"""What was replaced in a document, part by part: what the vault keeps, and how it is put back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rag.errors import ConfigurationError
from rag.records import Original, RedactedDocument, RedactedText, Redaction

MISFIT = "what the vault holds does not fit this document: ingest it again"
_METADATA = "metadata/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A document as it was before redaction, but for `left` tokens whose originals are gone."""

    text: str = field(repr=False)
    title: str = field(repr=False)
    name: str = field(repr=False)
    metadata: Mapping[str, str] = field(repr=False)
    left: int


def parts(document: RedactedDocument) -> dict[str, RedactedText]:
    """Return every text of a document by the name of its part, the body first."""
    metadata = {f"{_METADATA}{key}": value for key, value in document.metadata.items()}
    return {
        "text": document.text,
        "title": document.title,
        "name": document.name,
        **metadata,
    }


def originals(
    document: RedactedDocument,
    sources: Sequence[str],
    redactions: Sequence[Sequence[Redaction]],
) -> list[Original]:
    """Return what was replaced, of the source and the redactions of each part in their order."""
    return [
        Original(
            part=part,
            start=one.start,
            end=one.end,
            kind=one.kind,
            token=text.cut(one.start, one.end),
            value=source[one.source_start : one.source_end],
        )
        for (part, text), source, done in zip(
            parts(document).items(), sources, redactions, strict=True
        )
        for one in done
    ]


def restored(document: RedactedDocument, replaced: Sequence[Original], *, left: int) -> Restored:
    """Return a document with these originals in place of their tokens; `left` tokens stay."""
    if left < 0:
        raise ConfigurationError(MISFIT)
    by_part: dict[str, list[Original]] = {part: [] for part in parts(document)}
    for one in replaced:
        if one.part not in by_part:
            raise ConfigurationError(MISFIT)
        by_part[one.part].append(one)
    made = {part: _put_back(text, by_part[part]) for part, text in parts(document).items()}
    return Restored(
        text=made["text"],
        title=made["title"],
        name=made["name"],
        metadata={key: made[f"{_METADATA}{key}"] for key in document.metadata},
        left=left,
    )


def _put_back(text: str, replaced: Iterable[Original]) -> str:
    pieces: list[str] = []
    position = 0
    for one in sorted(replaced, key=lambda one: one.start):
        if one.start < position or text[one.start : one.end] != one.token:
            raise ConfigurationError(MISFIT)
        pieces += (text[position : one.start], one.value)
        position = one.end
    pieces.append(text[position:])
    return "".join(pieces)
