"""True sentences with about 400 tokens of evidence around them, from public data.

Of questions with snippets: sentences of the snippets. Of reports: sentences of the paragraphs,
and cells of the table said in a sentence. Of contracts: sentences of the clauses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.grounding.cases import Source, chosen, number
from eval.retrieval.cases import Corpus
from rag.chunk.sentences import sentence_spans
from rag.errors import ConfigurationError
from rag.records import Document, ElementKind, Evidence, Span
from rag.testing.passages import evidence

BUDGET = 400
_FEWEST_WORDS = 6
_MOST_WORDS = 60
_NUMERIC = re.compile(r"[$€£]?\s?\(?\d[\d,]*(?:\.\d+)?\)?\s?%?")
_SAID = (
    "{label} was {value} in {column}.",
    "In {column}, {label} was {value}.",
    "{label} in {column} amounted to {value}.",
    "The {label} for {column} was {value}.",
)


def sources(corpus: Corpus, most: int) -> list[Source]:
    """Return so many true sentences of a corpus, chosen by their hash."""
    by_unit = {"snippets": _of_snippets, "reports": _of_reports, "contracts": _of_contracts}
    made = by_unit[corpus.documents[0].source](corpus)
    found = {one.text: one for one in made}
    return sorted(found.values(), key=lambda one: number(f"{corpus.name} {one.id}"))[:most]


def ideal_answers(path: Path, corpus: Corpus) -> list[Source]:
    """Return sentences that people wrote as answers to questions with snippets, if there are any.

    They need not follow from the snippets: they are reported, and nothing is chosen by them.
    """
    if corpus.documents[0].source != "snippets":
        return []
    texts = {one.id: one for one in corpus.documents}
    cases = {one.id: one for one in corpus.sets[0].cases}
    found = []
    for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
        for row in json.loads(file.read_text(encoding="utf-8-sig"))["questions"]:
            case, given = cases.get(row["id"]), row.get("ideal_answer") or []
            if case is None or not given:
                continue
            passages = _within_budget([texts[t.document_id] for t in case.targets])
            written = given[0] if isinstance(given, list) else given
            for n, span in enumerate(sentence_spans(written)):
                text = written[span.start : span.end]
                if _fits(text):
                    key = f"{case.id}-ideal-{n}"
                    found.append(Source(id=key, cluster=case.id, text=text, evidence=passages))
    return found


def _of_snippets(corpus: Corpus) -> Iterator[Source]:
    texts = {one.id: one for one in corpus.documents}
    for case in corpus.sets[0].cases:
        passages = _within_budget([texts[t.document_id] for t in case.targets])
        options = [
            (passage.n, passage.text[span.start : span.end])
            for passage in passages
            for span in _whole_sentences(passage.text)
        ]
        for at in range(min(2, len(options))):
            n, text = chosen(options, f"{case.id} {at}")
            yield Source(id=f"{case.id}-{n}-{at}", cluster=case.id, text=text, evidence=passages)


def _of_reports(corpus: Corpus) -> Iterator[Source]:
    for one in corpus.documents:
        passages = _report_passages(one)
        sentences = [
            passage.text[span.start : span.end]
            for passage in passages[1:]
            for span in _whole_sentences(passage.text)
        ]
        for at in range(min(2, len(sentences))):
            text = chosen(sentences, f"{one.id} {at}")
            yield Source(id=f"{one.id}-{at}", cluster=one.id, text=text, evidence=passages)
        for at, text in enumerate(_cells_said(passages[0].text, one.id)):
            yield Source(
                id=f"{one.id}-cell-{at}",
                cluster=one.id,
                text=text,
                evidence=passages,
                stated="cell",
            )


def _of_contracts(corpus: Corpus) -> Iterator[Source]:
    texts = {one.id: one for one in corpus.documents}
    for case in corpus.sets[0].cases:
        for at, target in enumerate(case.targets[:3]):
            text = texts[target.document_id].parsed.text
            window = _window(text, target.start)
            piece = text[window.start : window.end]
            wanted = [
                span
                for span in _whole_sentences(piece)
                if span.end + window.start > target.start and span.start + window.start < target.end
            ]
            if wanted:
                span = chosen(wanted, f"{case.id} {at}")
                yield Source(
                    id=f"{case.id}-{at}",
                    cluster=case.cluster,
                    text=" ".join(piece[span.start : span.end].split()),
                    evidence=(evidence(1, piece, document_id=target.document_id),),
                )


def _within_budget(documents: Sequence[Document]) -> tuple[Evidence, ...]:
    """Return documents as evidence, until the budget is full."""
    left = BUDGET
    found: list[Evidence] = []
    for one in documents:
        words = len(one.parsed.text.split())
        if words <= left or not found:
            found.append(evidence(len(found) + 1, one.parsed.text, document_id=one.id))
            left -= words
    return tuple(found)


def _report_passages(one: Document) -> tuple[Evidence, ...]:
    """Return the table of a report and the paragraphs that fit beside it."""
    pieces = [
        one.parsed.text[element.start : element.end]
        for element in one.parsed.elements
        if element.kind in (ElementKind.TABLE, ElementKind.TEXT)
    ]
    left = BUDGET
    found: list[Evidence] = []
    for piece in pieces:
        words = len(piece.split())
        if words <= left or not found:
            found.append(evidence(len(found) + 1, piece, document_id=one.id))
            left -= words
    return tuple(found)


def _cells_said(table: str, key: str) -> Iterator[str]:
    """Yield sentences that say a cell with the names of its row and its column."""
    lines = [[cell.strip() for cell in line.split("|")] for line in table.split("\n")]
    headers = [n for n, cells in enumerate(lines) if len(cells) > 1]
    if not headers:
        return
    header, body = lines[headers[0]], lines[headers[0] + 1 :]
    if not all(re.fullmatch(r"(?:19|20)\d\d", name) for name in header):
        return
    rows = [cells for cells in body if len(cells) == len(header) + 1 and len(cells[0]) > 1]
    for at in range(min(2, len(rows))):
        cells = chosen(rows, f"{key} row {at}")
        column = number(f"{key} column {at}") % len(header)
        value = " ".join(cells[column + 1].split())
        repeated = cells.count(cells[column + 1]) > 1 or sum(r[0] == cells[0] for r in rows) > 1
        if _NUMERIC.fullmatch(value) and not repeated and not value.startswith("("):
            form = chosen(_SAID, f"{key} form {at}")
            label = cells[0] if not form.startswith("The") else cells[0][:1].lower() + cells[0][1:]
            said = form.format(label=label, value=value.replace("$ ", "$"), column=header[column])
            yield said[:1].upper() + said[1:]


def _window(text: str, start: int) -> Span:
    """Return about the budget's words of a document, whole sentences, around a place."""
    spans = sentence_spans(text)
    at = max((n for n, span in enumerate(spans) if span.start <= start), default=0)
    first = last = at
    left = BUDGET - len(text[spans[at].start : spans[at].end].split())
    while left > 0 and (first > 0 or last + 1 < len(spans)):
        before = first > 0 and (last + 1 >= len(spans) or at - first <= last - at)
        first, last = (first - 1, last) if before else (first, last + 1)
        span = spans[first if before else last]
        left -= len(text[span.start : span.end].split())
    return Span(start=spans[first].start, end=spans[last].end)


def _whole_sentences(text: str) -> list[Span]:
    return [span for span in sentence_spans(text) if _fits(text[span.start : span.end])]


def _fits(text: str) -> bool:
    """Whether something is a sentence that somebody might answer with."""
    words = len(text.split())
    return _FEWEST_WORDS <= words <= _MOST_WORDS and text[-1:] in ".!?" and "|" not in text


def refuse_unknown(corpora: Sequence[Corpus]) -> None:
    """Raise `ConfigurationError` for data that no true sentences can be made of."""
    known = ("snippets", "reports", "contracts")
    if any(not one.documents or one.documents[0].source not in known for one in corpora):
        raise ConfigurationError(
            "grounding is measured on questions with snippets, reports or contracts"
        )
