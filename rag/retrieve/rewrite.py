"""What a question is searched with besides its own words: other forms of what it asks for.

No model: a glossary says how what is asked is written in documents, and codes, amounts and dates
get their other spellings. A question is only ever added to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from rag.errors import ConfigurationError
from rag.records import RedactedText
from rag.redact.mint import ours
from rag.retrieve.spellings import other_spellings

SHIPPED = ("law", "health", "finance")
_MOST = 12
_NEEDED = {"asked", "written"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Words of questions, and the words of documents that answer them.

    `opening` marks what documents say where they begin: their title, their parties, their date.
    """

    asked: re.Pattern[str]
    written: tuple[str, ...] = field(repr=False)
    opening: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A question as it is searched with.

    `meaning` has the glossary's words added, `words` the other spellings besides: a date in six
    forms means nothing more. `opening` says that it asks for what stands where documents begin.
    """

    meaning: RedactedText = field(repr=False)
    words: RedactedText = field(repr=False)
    opening: bool = False


class Rewriter:
    """Adds to a question what may stand in the documents instead of its own words."""

    def __init__(self, own: Path | None = None) -> None:
        """Take note of a glossary of the operator's, besides those that are shipped."""
        self._own = own

    @cached_property
    def _entries(self) -> list[Entry]:
        folder = files("rag.retrieve") / "glossaries"
        texts = [(f"{name}.yaml", (folder / f"{name}.yaml").read_text("utf-8")) for name in SHIPPED]
        if self._own is not None:
            texts.append((str(self._own), _read(self._own)))
        return [entry for name, text in texts for entry in read_glossary(text, name)]

    def rewritten(self, question: RedactedText) -> Rewritten:
        """Return a question with the other forms of what it asks for behind it."""
        entries = [entry for entry in self._entries if entry.asked.search(question)]
        meaning = _with(question, [phrase for entry in entries for phrase in entry.written])
        return Rewritten(
            meaning=meaning,
            words=_with(meaning, other_spellings(question)),
            opening=any(entry.opening for entry in entries),
        )


def _with(question: RedactedText, forms: Sequence[str]) -> RedactedText:
    held = question.casefold()
    new = [form for form in dict.fromkeys(forms) if form.casefold() not in held][:_MOST]
    if not new:
        return question
    return RedactedText.joined("", [question, ours(": " + ", ".join(new))])


def read_glossary(text: str, name: str) -> list[Entry]:
    """Read a glossary: a list of `asked` forms, each with what is `written` instead."""
    import yaml

    try:
        rows = yaml.safe_load(text) or []
    except yaml.YAMLError:
        raise ConfigurationError(f"the glossary {name} is not valid YAML") from None
    if not isinstance(rows, list):
        raise ConfigurationError(f"the glossary {name} must be a list of entries")
    return [_entry(row, f"the glossary {name}, entry {n}") for n, row in enumerate(rows, start=1)]


def _entry(row: object, where: str) -> Entry:
    if not isinstance(row, Mapping) or not _NEEDED <= set(row) <= _NEEDED | {"opening"}:
        raise ConfigurationError(f"{where}: it needs `asked` and `written`, it may have `opening`")
    if not isinstance(row.get("opening", False), bool):
        raise ConfigurationError(f"{where}: `opening` must be true or false")
    for key in ("asked", "written"):
        if not _is_texts(row[key]):
            raise ConfigurationError(f"{where}: `{key}` must be a list of texts")
    return Entry(
        asked=_pattern(row["asked"]),
        written=tuple(row["written"]),
        opening=row.get("opening", False),
    )


def _is_texts(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, str) and one.strip() for one in value)
    )


def _pattern(forms: Sequence[str]) -> re.Pattern[str]:
    """Return what finds these forms as whole words; an abbreviation only in capitals."""
    parts = [
        rf"(?-i:{re.escape(form)})" if form.isupper() else re.escape(form).replace(r"\ ", r"\s+")
        for form in forms
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"`retrieve.glossary` names {path}, which cannot be read: {error.strerror}"
        ) from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"`retrieve.glossary` names {path}, which is not text") from None
