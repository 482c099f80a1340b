from __future__ import annotations

import numpy as np
import pytest

from pipelines.remembered import RememberedEmbedder
from rag.records import Acl, Chunk, Embedded, QueryVectors, RedactedText, SparseVector


class Counting:
    """Embeds by length and counts what it is asked for."""

    dimensions = 2

    def __init__(self, fingerprint="one"):
        self.fingerprint = fingerprint
        self.passages: list[str] = []
        self.questions: list[str] = []

    def embed(self, chunks):
        self.passages += [str(chunk.text) for chunk in chunks]
        return [
            Embedded(
                chunk=chunk,
                dense=np.array([len(chunk.text), 0.1], dtype=np.float32),
                sparse=SparseVector(indices=(7, 2**31 - 1), values=(0.1, 2.5)),
                tokens=f"{chunk.context}/{chunk.text}".encode(),
            )
            for chunk in chunks
        ]

    def embed_question(self, text, *, words=None):  # noqa: ARG002  the port's signature
        self.questions.append(str(text))
        return QueryVectors(
            dense=np.ones(2, dtype=np.float32), sparse=SparseVector(indices=(), values=())
        )


def chunk(text, context="", ordinal=0):
    return Chunk(
        id=f"{ordinal}/{context}/{text}",
        document_id="d",
        document_version="1",
        tenant="t",
        ordinal=ordinal,
        start=0,
        end=len(text),
        text=RedactedText(text),
        context=RedactedText(context),
        page=None,
        acl=Acl(),
    )


def facts(made):
    return [(one.chunk.id, one.dense.tolist(), one.sparse, one.tokens) for one in made]


def test_the_next_process_embeds_nothing_again(tmp_path):
    chunks = [chunk("a"), chunk("bb", ordinal=1), chunk("a", "above", ordinal=2)]
    first = Counting()
    made = RememberedEmbedder(first, tmp_path).embed(chunks)
    assert facts(made) == facts(Counting().embed(chunks))
    second = Counting()
    again = RememberedEmbedder(second, tmp_path).embed([*reversed(chunks), chunk("new", ordinal=3)])
    assert second.passages == ["new"]
    assert facts(again[:3]) == facts(reversed(made))


def test_another_embedder_finds_nothing_of_the_first(tmp_path):
    RememberedEmbedder(Counting(), tmp_path).embed([chunk("a")])
    other = Counting("two")
    RememberedEmbedder(other, tmp_path).embed([chunk("a")])
    assert other.passages == ["a"]


@pytest.mark.parametrize("length", [0, 5, -1])
def test_a_file_that_is_not_whole_is_made_again(tmp_path, length):
    RememberedEmbedder(Counting(), tmp_path).embed([chunk("a")])
    [path] = [one for one in tmp_path.rglob("*") if one.is_file()]
    whole = path.read_bytes()
    path.write_bytes(whole[:length])
    again = Counting()
    RememberedEmbedder(again, tmp_path).embed([chunk("a")])
    assert again.passages == ["a"]
    assert path.read_bytes() == whole


def test_no_text_lies_in_the_folder(tmp_path):
    RememberedEmbedder(Counting(), tmp_path).embed([chunk("boiler")])
    assert not [one for one in tmp_path.rglob("*") if "boiler" in one.name]


def test_without_a_folder_nothing_is_kept_and_a_question_is_embedded_once():
    counting = Counting()
    embedder = RememberedEmbedder(counting)
    assert embedder.question_milliseconds == 0
    for _ in range(2):
        embedder.embed_question(RedactedText("why?"))
        embedder.embed([chunk("a")])
    assert counting.questions == ["why?"]
    assert counting.passages == ["a", "a"]
    assert embedder.question_milliseconds > 0
