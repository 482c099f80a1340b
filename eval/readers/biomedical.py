"""BioASQ (questions with snippets) and PubMedQA (questions with their abstract)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.cases import Case, Form
from eval.readers.made import Read, case, made_of, targeted, texts, whole
from eval.retrieval.cases import Corpus, SearchCase, Shaping
from eval.retrieval.rows import Contents, Naming, listed, rows, string
from rag.records import Document


def read_snippets(contents: Contents, corpus: Corpus) -> Read:
    """Return the questions of BioASQ about the snippets of all of them."""
    documents = {one.id: one for one in corpus.documents}
    found = {one.id: one for one in corpus.sets[0].cases}
    cases = []
    for where, row in rows(contents, of="questions"):
        with Naming(where):
            searched = found.get(string(row["id"]))
            if searched is not None:
                cases.append(_snippet_case(row, searched, documents))
    return Read(
        about="questions of biomedical experts about sentences of abstracts",
        documents=corpus.documents,
        cases=tuple(cases),
    )


def _snippet_case(
    row: Mapping[str, Any], searched: SearchCase, documents: Mapping[str, Document]
) -> Case:
    kind = string(row.get("type", ""))
    exact = row.get("exact_answer")
    given = [one for one in texts(row.get("ideal_answer")) if one]
    form = Form.TEXT
    if kind == "yesno":
        given, form = [string(exact).strip().casefold()], Form.CHOICE
    elif kind == "factoid" and texts(exact):
        given = texts(exact)
    elif kind == "list" and texts(exact):
        given = ["; ".join(texts(one)[0] for one in listed(exact) if texts(one))]
    return case(
        searched.id,
        searched.question,
        given,
        [targeted(target, documents) for target in searched.targets],
        form=form,
        kind=kind,
        cluster=searched.cluster,
    )


def is_pubmed(content: object) -> bool:
    """Whether JSON has this form: questions by the number of their abstract."""
    if not isinstance(content, dict) or not content:
        return False
    first = next(iter(content.values()))
    return isinstance(first, dict) and {"QUESTION", "CONTEXTS", "final_decision"} <= first.keys()


def read_pubmed(contents: Contents, shaping: Shaping) -> Read:
    """Return the questions of PubMedQA about the abstracts of all of them."""
    documents: dict[str, Document] = {}
    cases = []
    for file, content in contents:
        for key, row in content.items():
            with Naming(f"{file}, entry {key}"):
                text = "\n".join(" ".join(string(one).split()) for one in listed(row["CONTEXTS"]))
                one = made_of(text, shaping, "abstracts")
                documents[one.id] = one
                cases.append(
                    case(
                        key,
                        string(row["QUESTION"]),
                        [string(row["final_decision"]).casefold()],
                        [whole(one)],
                        form=Form.CHOICE,
                        kind=string(row["final_decision"]).casefold(),
                        cluster=one.id,
                    )
                )
    return Read(
        about="questions of titles, to be answered yes, no or maybe from their abstract",
        documents=tuple(documents.values()),
        cases=tuple(cases),
    )
