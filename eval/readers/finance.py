"""TAT-QA (tables and paragraphs of annual reports) and FinanceBench (pages of filings)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.cases import Case, Form
from eval.readers.made import Read, case, made_of, number, quoted, texts, whole
from eval.retrieval.cases import Corpus, Shaping
from eval.retrieval.rows import Contents, Naming, listed, rows, string
from eval.values import says_value
from rag.records import Document


def read_reports(contents: Contents, corpus: Corpus) -> Read:
    """Return the questions of TAT-QA; every one is about the table and paragraphs it was put to.

    They name no company, so that nothing but those can be searched.
    """
    documents = {one.id: one for one in corpus.documents}
    searched = {one.id: one for one in corpus.sets[0].cases}
    cases = []
    for where, row in rows(contents):
        with Naming(where):
            for asked in listed(row["questions"]):
                target = searched[string(asked["uid"])].targets[0]
                about = documents[target.document_id]
                cases.append(_report_case(asked, about, string(row["table"]["uid"])))
    return Read(
        about="questions about one table of an annual report and the paragraphs around it",
        documents=corpus.documents,
        cases=tuple(cases),
    )


def _report_case(row: Mapping[str, Any], about: Document, cluster: str) -> Case:
    scale = string(row.get("scale", ""))
    kind = string(row["answer_type"])
    if kind in ("arithmetic", "count"):
        answer, form = number(row["answer"]), Form.NUMBER
    else:
        answer, form = "; ".join(texts(row["answer"])), Form.TEXT
        if kind == "span" and scale and says_value(answer, answer):
            form = Form.NUMBER
    if form is Form.NUMBER and scale:
        answer = f"{answer} {scale}"
    return case(
        string(row["uid"]),
        string(row["question"]),
        [answer],
        [whole(about)],
        form=form,
        kind=kind,
        cluster=cluster,
        within=about.id,
    )


def is_filings(row: object) -> bool:
    """Whether a line of JSON has the form of FinanceBench."""
    return isinstance(row, dict) and {"question", "answer", "evidence"} <= row.keys()


def read_filings(contents: Contents, shaping: Shaping) -> Read:
    """Return the questions of FinanceBench about the pages that answer any of them."""
    documents: dict[str, Document] = {}
    cases = []
    for where, row in rows(contents):
        with Naming(where):
            gold = []
            for one in listed(row["evidence"]):
                passage = string(one["evidence_text"])
                page = string(one.get("evidence_text_full_page") or passage)
                made = made_of(page, shaping, "filings")
                documents[made.id] = made
                gold.append(quoted(made, passage))
            answer = number(row["answer"])
            kind = string(row.get("question_type") or "")
            plain = len(answer.split()) <= 4 and says_value(answer, answer)
            cases.append(
                case(
                    string(row.get("financebench_id") or row["id"]),
                    string(row["question"]),
                    [answer],
                    gold,
                    form=Form.NUMBER if plain else Form.TEXT,
                    kind=kind,
                    cluster=string(row.get("doc_name") or ""),
                )
            )
    return Read(
        about="questions about filings, put to the pages that answer any of them",
        documents=tuple(documents.values()),
        cases=tuple(cases),
    )
