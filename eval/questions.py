"""An operator's own questions: from a table to a suite, and proposals for a person to accept.

The table is a CSV file with a header: `question`, `answer`, `document` and `quote`, and if wanted
`id`, `as`, `expect`, `form`, `kind`, `group` and `accept`. A row without an answer is a question
that nothing answers. Of a table with `accept`, rows that do not say `yes` there are left out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.suites import FORMAT
from rag.chunk.sentences import sentence_spans
from rag.errors import ConfigurationError
from rag.ground.quantities import days, marked, quantities
from rag.records import RedactedDocument

COLUMNS = ("accept", "question", "answer", "document", "quote", "as", "expect", "kind")
_OPTIONAL = ("id", "as", "expect", "form", "kind", "group", "accept")
_NEEDED = ("question", "answer", "document", "quote")
_YES = frozenset({"yes", "y", "true", "1", "x"})
_FEWEST_WORDS, _MOST_WORDS = 7, 40
_GAP = "____"
_FORMULA = ("=", "+", "-", "@")
_LEANING = re.compile(r"(?:its?|their|they|this|that|these|those|he|she|such)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A question that a document seems to answer, for a person to reword and accept."""

    question: str = field(repr=False)
    answer: str = field(repr=False)
    document: str = field(repr=False)
    quote: str = field(repr=False)
    kind: str


def cases_of_table(path: Path, *, asker: str) -> list[dict[str, Any]]:
    """Return the rows of a table as cases of a suite, their passages by quote.

    Args:
        path: The table.
        asker: Who asks where a row does not say.

    Raises:
        ConfigurationError: A column is missing or unknown, or a row lacks something.
    """
    cases: list[dict[str, Any]] = []
    for number, row in _table(path):
        if row.get("accept", "yes").casefold() not in _YES:
            continue
        where = f"{path}, line {number}"
        cases.append(_case(row, f"q-{len(cases) + 1:03}", asker, where))
    if not cases:
        raise ConfigurationError(f"{path}: no row is accepted")
    return cases


def suite_text(name: str, documents: str, cases: Sequence[Mapping[str, Any]]) -> str:
    """Return a suite as YAML."""
    import yaml

    facts = {
        "format": FORMAT,
        "suite": name,
        "version": "1",
        "about": "the operator's own questions",
        "documents": documents,
        "cases": [dict(case) for case in cases],
    }
    return str(yaml.safe_dump(facts, sort_keys=False, allow_unicode=True, width=100))


def table_text(proposals: Iterable[Proposal], *, asker: str) -> str:
    """Return proposals as a table in which nothing is accepted yet."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for one in proposals:
        writer.writerow(
            {
                "accept": "no",
                "question": one.question,
                "answer": one.answer,
                "document": one.document,
                "quote": one.quote,
                "as": asker,
                "expect": "answer",
                "kind": one.kind,
            }
        )
    return out.getvalue()


def proposals(document: RedactedDocument, name: str) -> Iterator[Proposal]:
    """Yield a question a sentence that states a value or a date, with a gap where it stands.

    A sentence in which anything was redacted, that leans on the one before, or that a spreadsheet
    would take for a formula, is passed over.
    """
    text = document.text
    for span in sentence_spans(text):
        sentence = text[span.start : span.end]
        redacted = any(r.start < span.end and span.start < r.end for r in document.redactions)
        if redacted or not _can_be_asked(sentence):
            continue
        found = next(_values(sentence), None)
        if found is not None:
            start, end, kind = found
            if any(text.startswith(_FORMULA) for text in (sentence, sentence[start:end], name)):
                continue
            gap = f"{sentence[:start]}{_GAP}{sentence[end:]}"
            yield Proposal(
                question=f"What belongs in the gap: {gap}",
                answer=sentence[start:end],
                document=name,
                quote=sentence,
                kind=kind,
            )


def _can_be_asked(sentence: str) -> bool:
    words = sentence.split()
    return (
        _FEWEST_WORDS <= len(words) <= _MOST_WORDS
        and "|" not in sentence
        and sentence.endswith(".")
        and _LEANING.match(sentence) is None
    )


def _values(sentence: str) -> Iterator[tuple[int, int, str]]:
    """Yield where a value or a date stands, not at the very start, where it may be a number."""
    told = [*days(sentence)]
    for day in told:
        if day.start:
            yield day.start, day.end, "date"
    taken = bytes(marked([(day.start, day.end) for day in told], len(sentence)))
    for one in quantities(sentence, taken):
        if (
            one.start
            and one.value is not None
            and (one.unit or len(sentence[one.start : one.end]) > 1)
        ):
            yield one.start, one.end, "value"


def _table(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8 text") from error
    rows = csv.DictReader(io.StringIO(text, newline=""))
    names = rows.fieldnames or []
    for name in _NEEDED:
        if name not in names:
            raise ConfigurationError(f"{path}, line 1: there is no column `{name}`")
    for name in names:
        if name not in (*_NEEDED, *_OPTIONAL):
            raise ConfigurationError(f"{path}, line 1: `{name}` is no column of such a table")
    for row in rows:
        if None in row:
            raise ConfigurationError(f"{path}, line {rows.line_num}: there are too many fields")
        yield rows.line_num, {key: (value or "").strip() for key, value in row.items()}


def _case(row: Mapping[str, str], key: str, asker: str, where: str) -> dict[str, Any]:
    if not row["question"]:
        raise ConfigurationError(f"{where}: `question` is empty")
    expect = row.get("expect") or ("answer" if row["answer"] else "none")
    case: dict[str, Any] = {
        "id": row.get("id") or key,
        "question": row["question"],
        "as": row.get("as") or asker,
        "expect": expect,
    }
    if expect != "none":
        for name in ("answer", "document", "quote"):
            if not row[name]:
                raise ConfigurationError(f"{where}: `{name}` is empty, and it expects {expect}")
            case[name] = row[name]
        if row.get("form"):
            case["form"] = row["form"]
    for name in ("kind", "group"):
        if row.get(name):
            case[name] = row[name]
    return case
