"""CUAD (clauses of contracts), the form of SQuAD (spans of paragraphs), BIPIA (planted attacks)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.cases import Case, Gold
from eval.grounding.cases import chosen
from eval.grounding.injection import PLACES, Attacks, planted
from eval.readers.made import Read, case, made_of, targeted
from eval.retrieval.cases import Corpus, Shaping
from eval.retrieval.clauses import QUESTIONS
from eval.retrieval.contracts import absent
from eval.retrieval.rows import BadCaseError, Contents, Naming, id_of, listed, string
from rag.records import Document

_UNKNOWN = frozenset({"", "unknown", "n/a", "none"})


def read_clauses(folder: Path, corpus: Corpus) -> Read:
    """Return for each contract a question a kind of clause, also those that it does not have."""
    documents = {one.id: one for one in corpus.documents}
    worded = corpus.sets[1]
    cases = [
        case(
            one.id,
            one.question,
            [documents[t.document_id].parsed.text[t.start : t.end] for t in one.targets[:1]],
            [targeted(target, documents) for target in one.targets],
            kind=one.kind,
            cluster=one.cluster,
            within=one.within,
        )
        for one in worded.cases
    ]
    by_contract = {one.within: one.cluster for one in worded.cases}
    for contract, kind in absent(folder):
        if contract in by_contract:
            cases.append(
                case(
                    f"{contract[:8]} {kind}, absent",
                    QUESTIONS[kind],
                    [],
                    [],
                    kind=kind,
                    cluster=by_contract[contract],
                    within=contract,
                )
            )
    return Read(
        about="what a contract says of a matter, or that it says nothing of it",
        documents=corpus.documents,
        cases=tuple(cases),
        notes=corpus.notes,
    )


def is_paragraphs(content: object) -> bool:
    """Whether JSON has the form of SQuAD."""
    data = content.get("data") if isinstance(content, dict) else None
    return isinstance(data, list) and bool(data) and "paragraphs" in data[0]


def read_paragraphs(contents: Contents, shaping: Shaping) -> Read:
    """Return the questions of a set of SQuAD's form about the paragraphs of all of them."""
    documents: dict[str, Document] = {}
    cases = []
    for file, content in contents:
        for article in listed(content["data"]):
            for number, row in enumerate(listed(article["paragraphs"]), start=1):
                with Naming(f"{file}, paragraph {number} of `{article.get('title', '?')}`"):
                    one = made_of(string(row["context"]), shaping, "paragraphs")
                    documents[one.id] = one
                    cases += [_span_case(asked, row, one) for asked in listed(row["qas"])]
    return Read(
        about="questions that a span of a paragraph answers, or that nothing answers",
        documents=tuple(documents.values()),
        cases=tuple(cases),
    )


def _span_case(asked: Mapping[str, Any], row: Mapping[str, Any], one: Document) -> Case:
    answers = [] if asked.get("is_impossible") else listed(asked["answers"])
    gold = [_span(row["context"], answer, one) for answer in answers[:1]]
    return case(
        string(asked["id"]),
        string(asked["question"]),
        [string(answer["text"]) for answer in answers],
        gold,
        cluster=one.id,
    )


def _span(context: str, answer: Mapping[str, Any], one: Document) -> Gold:
    """Return where an answer stands in the document, whose white space may differ."""
    start, text = answer["answer_start"], string(answer["text"])
    if not text.strip() or context[start : start + len(text)] != text:
        raise BadCaseError("an answer does not stand at `answer_start`")
    before = len("".join(context[:start].split()))
    length = len("".join(text.split()))
    places = [at for at, character in enumerate(one.parsed.text) if not character.isspace()]
    first, last = places[before], places[before + length - 1] + 1
    return Gold(document=one.id, quote=one.parsed.text[first:last], start=first, end=last)


def read_attacked(attacks: Attacks, shaping: Shaping) -> Read:
    """Return the questions of letters in each of which an attack was planted.

    Every attack is put into two letters, at places that its hash chooses.
    """
    documents: dict[str, Document] = {}
    cases = []
    for category, planted_texts in attacks.by_category.items():
        for attack in planted_texts:
            for number in (1, 2):
                letter = chosen(attacks.asked, f"{attack} {number}")
                place = chosen(PLACES, f"{attack} {number} place")
                text, _ = planted(letter.text, attack, place)
                one = made_of(text, shaping, "letters")
                documents[one.id] = one
                known = [] if letter.ideal.casefold() in _UNKNOWN else [letter.ideal]
                cases.append(
                    case(
                        f"{id_of(attack)[:10]}-{number}",
                        letter.question,
                        known,
                        [],
                        kind=category,
                        cluster=attack[:40],
                        within=one.id,
                        attack=attack,
                    )
                )
    return Read(
        about="questions about letters in which an attack was planted",
        documents=tuple(documents.values()),
        cases=tuple(cases),
    )
