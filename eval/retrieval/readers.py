"""Questions with known evidence from files, each form recognised by its content.

A folder of JSON files with `questions` that have `snippets` (BioASQ); JSON with a list of a
`table`, `paragraphs` and `questions` (TAT-QA); a folder of contracts: see `contracts`.

An error names the file, which question and what is wrong, and nothing of the text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.retrieval.cases import Corpus, QuestionSet, SearchCase, Shaping, Target, Unit, document
from eval.retrieval.contracts import is_contracts, read_contracts
from eval.retrieval.rows import (
    BadCaseError,
    Contents,
    Naming,
    bytes_of,
    id_of,
    listed,
    loaded,
    rows,
    string,
)
from eval.retrieval.wording import stands_in
from rag.errors import ConfigurationError
from rag.records import Document

SNIPPETS_GOAL = 0.885
REPORTS_GOAL = 0.85
# A number as derivations write it; shorter ones, such as a divisor, stand anywhere.
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SHORTEST_NUMBER = 3


def read_corpora(paths: Sequence[Path], shaping: Shaping) -> list[Corpus]:
    """Read folders and files, a corpus each.

    Raises:
        ConfigurationError: something cannot be read, or is of no known form.
    """
    corpora = [_read(path, shaping) for path in paths]
    names = [corpus.name for corpus in corpora]
    for name in {name for name in names if names.count(name) > 1}:
        raise ConfigurationError(f"two corpora are called {name}: measure them one at a time")
    return corpora


def _read(path: Path, shaping: Shaping) -> Corpus:
    if path.is_dir() and is_contracts(path):
        return read_contracts(path, shaping)
    if path.is_dir():
        files = sorted(path.glob("*.json"))
        if not files:
            raise ConfigurationError(f"{path} holds no .json file and no table of contracts")
    elif path.is_file():
        files = [path]
    else:
        raise ConfigurationError(f"{path} does not exist")
    digest = hashlib.sha256()
    contents = []
    for file in files:
        data = bytes_of(file)
        digest.update(data)
        contents.append((file, loaded(file, data)))
    read = _read_snippets if isinstance(contents[0][1], dict) else _read_reports
    documents, questions = read(contents, shaping)
    return Corpus(
        name=path.resolve().name if path.is_dir() else path.stem,
        sha256=digest.hexdigest(),
        documents=documents,
        sets=(questions,),
    )


Read = tuple[tuple[Document, ...], QuestionSet]


def _read_snippets(contents: Contents, shaping: Shaping) -> Read:
    """Every snippet is a document, the same text the same one; relevant are a question's own."""
    documents: dict[str, Document] = {}
    cases: dict[str, SearchCase] = {}
    for where, row in rows(contents, of="questions"):
        with Naming(where):
            snippets = dict.fromkeys(
                " ".join(string(one["text"]).split()) for one in listed(row["snippets"])
            )
            if not all(snippets):
                raise BadCaseError("a snippet is empty")
            for text in snippets:
                if id_of(text) not in documents:
                    parsed = shaping.assemble([text])
                    documents[id_of(text)] = document(id_of(text), source="snippets", parsed=parsed)
            case = _snippet_case(row, list(snippets), documents)
            if case.id in cases:
                raise BadCaseError("its id stands twice")
            if case.targets:
                cases[case.id] = case
    return tuple(documents.values()), QuestionSet(
        name="snippets",
        about="all snippets that answer its question",
        unit=Unit.DOCUMENT,
        metrics=("ndcg@10", "recall@5", "recall@10", "recall@50", "mrr"),
        kept="answers",
        cases=tuple(cases.values()),
        goal=SNIPPETS_GOAL,
    )


def _snippet_case(
    row: Mapping[str, Any], snippets: Sequence[str], documents: Mapping[str, Document]
) -> SearchCase:
    identity = string(row["id"])
    own = [documents[id_of(text)] for text in snippets]
    texts = [one.parsed.text for one in own]
    return SearchCase(
        id=identity,
        question=string(row["body"]),
        targets=tuple(_whole(one) for one in own),
        cluster=identity,
        kind=string(row.get("type", "")),
        answers=tuple(_standing(_exact_answers(row), texts)),
    )


def _exact_answers(row: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the exact answers of a question, if it has any: an item, and its other wordings."""
    given = row.get("exact_answer")
    if row.get("type") not in ("factoid", "list") or not isinstance(given, list):
        return []
    groups = [tuple(one) if isinstance(one, list) else (one,) for one in given]
    if not all(isinstance(word, str) for group in groups for word in group):
        raise BadCaseError("an exact answer is no text")
    if row["type"] == "factoid":
        return [tuple(word for group in groups for word in group)]
    return groups


def _read_reports(contents: Contents, shaping: Shaping) -> Read:
    """A table with its paragraphs is a document; relevant is the one that a question is about."""
    documents: dict[str, Document] = {}
    cases = []
    for where, row in rows(contents):
        with Naming(where):
            identity = string(row["table"]["uid"])
            if id_of(identity) in documents:
                raise BadCaseError("its table's `uid` stands twice")
            made = _report(row, identity, shaping)
            documents[made.id] = made
            cases += [_report_case(one, identity, made) for one in listed(row["questions"])]
    return tuple(documents.values()), QuestionSet(
        name="reports",
        about="the table and paragraphs that a question is about",
        unit=Unit.DOCUMENT,
        metrics=("hit@5", "hit@1", "hit@10", "mrr"),
        kept="answers",
        cases=tuple(cases),
        goal=REPORTS_GOAL,
    )


def _report(row: Mapping[str, Any], identity: str, shaping: Shaping) -> Document:
    table = [[string(cell) for cell in listed(line)] for line in listed(row["table"]["table"])]
    ordered = sorted(listed(row["paragraphs"]), key=lambda one: int(one["order"]))
    parsed = shaping.assemble([table, *(string(one["text"]) for one in ordered)])
    return document(id_of(identity), source="reports", parsed=parsed)


def _report_case(row: Mapping[str, Any], identity: str, made: Document) -> SearchCase:
    return SearchCase(
        id=string(row["uid"]),
        question=string(row["question"]),
        targets=(_whole(made),),
        cluster=identity,
        kind=string(row.get("answer_from", "")),
        answers=tuple(_standing(_report_answers(row), [made.parsed.text])),
    )


def _report_answers(row: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return what an answer is made of: its texts, or the numbers and items it is derived from."""
    kind, derivation = row["answer_type"], string(row.get("derivation", ""))
    if kind == "arithmetic":
        numbers = dict.fromkeys(_NUMBER.findall(derivation))
        return [(number,) for number in numbers if len(number) >= _SHORTEST_NUMBER]
    if kind == "count":
        return [(item.strip(),) for item in derivation.split("##")]
    given = row["answer"] if isinstance(row["answer"], list) else [row["answer"]]
    return [(string(item),) for item in given]


def _standing(groups: Sequence[tuple[str, ...]], texts: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Return of each group the wordings that some text holds; the rest nobody could keep."""
    for group in groups:
        found = tuple(word for word in group if any(stands_in(word, text) for text in texts))
        if found:
            yield found


def _whole(one: Document) -> Target:
    return Target(document_id=one.id, start=0, end=len(one.parsed.text))
