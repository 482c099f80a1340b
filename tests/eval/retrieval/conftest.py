"""Invented data of the forms that are read, and what makes documents of it."""

from __future__ import annotations

import csv
import json

import pytest

from rag.records import Element, ElementKind, Parsed

SNIPPETS = {
    "questions": [
        {
            "id": "q1",
            "type": "factoid",
            "body": "Which pump feeds the boiler?",
            "exact_answer": [["Tarn pump", "the pump of Tarn"], ["a duck"]],
            "snippets": [
                {"text": "The boiler is fed by the  Tarn pump."},
                {"text": "A Tarn pump runs day and night."},
                {"text": "The boiler is fed by the Tarn pump."},
            ],
        },
        {
            "id": "q2",
            "type": "list",
            "body": "Which hedges are cut in June?",
            "exact_answer": [["yew"], ["beech", "common beech"], ["holly"]],
            "snippets": [{"text": "In June yew and common beech are cut."}],
        },
        {
            "id": "q3",
            "type": "yesno",
            "body": "Does the Tarn pump run at night?",
            "exact_answer": "yes",
            "snippets": [{"text": "A Tarn pump runs day and night."}],
        },
    ]
}
REPORTS = [
    {
        "table": {
            "uid": "t1",
            "table": [["", "2019", "2018"], ["Hulls", "$ 1,200", "900"], ["Masts", "40.5", "7"]],
        },
        "paragraphs": [
            {"uid": "p2", "order": 2, "text": "Masts are bought from Orme."},
            {"uid": "p1", "order": 1, "text": "Sales of the boatyard."},
        ],
        "questions": [
            {
                "uid": "r1",
                "question": "What is the change in hulls?",
                "answer": 300,
                "derivation": "1,200 - 900 / 2",
                "answer_type": "arithmetic",
            },
            {
                "uid": "r2",
                "question": "Who sells masts?",
                "answer": ["Orme", "nobody"],
                "derivation": "",
                "answer_type": "multi-span",
            },
            {
                "uid": "r3",
                "question": "How many kinds are sold?",
                "answer": "2",
                "derivation": "Hulls##Masts",
                "answer_type": "count",
            },
        ],
    }
]
CONTRACT = (
    "Supply Agreement\n\nThis Supply Agreement is made by Orme and Tarn.\n\n"
    "Law\n\nThe laws of Ohio govern this agreement, with no regard to conflicts.\n\n"
    "Term\n\nIt ends on 1 May 2030, unless renewed. Renewals last one year each.\n"
)


class PlainShaping:
    """A paragraph a piece; a table's cells with bars between them."""

    def parse(self, data, name):  # noqa: ARG002  there is one format
        return self.assemble(data.decode().strip().split("\n\n"))

    def assemble(self, pieces):
        elements, texts, at = [], [], 0
        for piece in pieces:
            table = not isinstance(piece, str)
            text = "\n".join(" | ".join(filter(None, row)) for row in piece) if table else piece
            kind = ElementKind.TABLE if table else ElementKind.TEXT
            elements.append(Element(kind=kind, start=at, end=at + len(text)))
            texts.append(text)
            at += len(text) + 2
        return Parsed(
            text="\n\n".join(texts), title="", elements=tuple(elements), media_type="text/plain"
        )


@pytest.fixture
def shaping():
    return PlainShaping()


@pytest.fixture
def snippets(tmp_path):
    """A folder of questions with snippets, in two files."""
    folder = tmp_path / "snippets"
    folder.mkdir()
    for name, rows in (("a", SNIPPETS["questions"][:2]), ("b", SNIPPETS["questions"][2:])):
        (folder / f"{name}.json").write_text(json.dumps({"questions": rows}))
    return folder


@pytest.fixture
def reports(tmp_path):
    """A file of a table with paragraphs and questions."""
    path = tmp_path / "reports.json"
    path.write_text(json.dumps(REPORTS))
    return path


@pytest.fixture
def contracts(tmp_path):
    """A folder of one contract; of one of its clauses no word stands in it."""
    folder = tmp_path / "contracts"
    (folder / "txt").mkdir(parents=True)
    (folder / "txt" / "ORME_1-EX-10 Supply.txt").write_text(CONTRACT)
    cells = {
        "Filename": "ORME_1-EX-10_Supply.PDF",
        "Document Name": "['Supply Agreement']",
        "Document Name-Answer": "Supply Agreement",
        "Governing Law": "['The laws of  Ohio govern this agree-\\nment,<omitted>conflicts.']",
        "Expiration Date": "['It ends on 1 May 2030', 'ends on 1 May 2030, unless renewed.']",
        "Insurance": "['Tarn insures the ship.']",
        "Audit Rights": "[]",
    }
    with (folder / "master_clauses.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, cells)
        writer.writeheader()
        writer.writerow(cells)
    return folder
