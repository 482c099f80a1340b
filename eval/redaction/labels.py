"""Documents whose identifiers people have marked: what redaction is measured on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Mark(StrEnum):
    """What a label says of the risk: does it identify by itself, with others, or not at all."""

    DIRECT = "direct"
    QUASI = "quasi"
    NONE = "none"
    UNSAID = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSpan:
    """A labelled range. Spans with the same `entity` mean the same person or thing."""

    start: int
    end: int
    kind: str
    mark: Mark = Mark.UNSAID
    entity: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A document with its labels; `id` says where in its file it stands, and nothing of it."""

    id: str
    corpus: str
    text: str = field(repr=False)
    spans: tuple[LabelledSpan, ...]

    @property
    def marked(self) -> bool:
        """Whether the labels say what identifies directly."""
        return any(span.mark is not Mark.UNSAID for span in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Labelled documents of one origin; one in `one_in` is held out, 0 means none is.

    `skipped` counts documents of the files that the chosen part leaves out. Labels that are not
    `complete` name direct identifiers alone: they say nothing of what was redacted without need.
    """

    name: str
    format: str
    policy: str
    one_in: int
    sha256: str
    documents: tuple[Labelled, ...]
    skipped: int = 0
    complete: bool = True
