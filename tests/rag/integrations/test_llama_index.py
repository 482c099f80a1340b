"""Ringfence inside a LlamaIndex query engine: permissions hold, and nothing raw comes out."""

from __future__ import annotations

import asyncio
import re

import pytest
from llama_index.core.base.response.schema import Response
from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.schema import (
    Document,
    ImageNode,
    NodeRelationship,
    RelatedNodeInfo,
    TextNode,
)

from rag.errors import SkipDocument
from rag.integrations.llama_index import RingfenceRedaction, RingfenceRetriever
from rag.redact.engine import PresidioRedactor
from rag.redact.names import NoNames
from rag.redact.pseudonyms import Pseudonyms
from rag.settings import RedactSettings
from rag.testing.fakes import OUTSIDER, READER, FakeAnswerService

SSN, EMAIL = "536-22-9187", "olga.quist@example.org"


class LastLine(CustomLLM):
    """Answers with the evidence line that it was given."""

    @property
    def metadata(self):
        return LLMMetadata(model_name="last-line")

    def complete(self, prompt, **_):
        found = re.search(r"The notice period is [^.]+\.", prompt)
        return CompletionResponse(text=found[0] if found else "nothing")

    def stream_complete(self, prompt, **_):
        raise NotImplementedError


def engine(principal):
    return RetrieverQueryEngine(
        retriever=RingfenceRetriever(FakeAnswerService(), principal, limit=3),
        response_synthesizer=get_response_synthesizer(llm=LastLine()),
    )


def test_a_query_engine_answers_from_what_its_principal_may_read():
    answer = engine(READER).query("How long is the notice period?")
    assert isinstance(answer, Response)
    assert answer.response == "The notice period is three months."
    best = answer.source_nodes[0]
    where = best.node.metadata
    document = FakeAnswerService().document("d-lease", READER)
    assert str(document.text)[where["start"] : where["end"]] == best.node.text
    assert (where["document"], where["page"]) == ("d-lease", 1)
    assert best.node.ref_doc_id == "d-lease"
    assert best.score > 0


def test_whoever_may_not_read_it_gets_nothing_of_it():
    answer = engine(OUTSIDER).query("How long is the notice period?")
    assert answer.source_nodes == [] or {
        one.node.metadata["document"] for one in answer.source_nodes
    } == {"d-menu"}
    assert "three months" not in str(answer)


def test_it_retrieves_without_a_loop_of_its_own():
    retriever = RingfenceRetriever(FakeAnswerService(), READER)
    found = asyncio.run(retriever.aretrieve("How long is the notice period?"))
    assert found[0].node.metadata["document"] == "d-lease"


@pytest.fixture(scope="module")
def redaction():
    redactor = PresidioRedactor(RedactSettings(), Pseudonyms(b"k" * 32), NoNames())
    return RingfenceRedaction(redactor, tenant="main", key=b"n" * 32)


def test_text_metadata_and_ids_of_nodes_are_redacted(redaction):
    node = TextNode(
        id_=f"/srv/{SSN}.txt",
        text=f"The caretaker of the house has SSN {SSN}.",
        metadata={"author": f"Write to {EMAIL}", "pages": [1, 2], "size": 7},
        relationships={
            NodeRelationship.SOURCE: RelatedNodeInfo(node_id=SSN, metadata={"by": EMAIL}),
        },
        embedding=[0.1],
        start_char_idx=0,
        end_char_idx=40,
    )
    (done,) = redaction([node])
    assert "[US_SSN:" in done.text
    assert "[EMAIL_ADDRESS:" in done.metadata["author"]
    assert (done.metadata["pages"], done.metadata["size"]) == ([1, 2], 7)
    written = done.model_dump_json()
    assert SSN not in written
    assert EMAIL not in written
    assert (done.embedding, done.start_char_idx) == (None, None)
    (again,) = redaction([node])
    assert again.node_id == done.node_id


def test_nodes_of_one_document_stay_together(redaction):
    document = Document(id_="/srv/file", text="The hedge is cut twice a year.")
    info = RelatedNodeInfo(node_id=document.node_id)
    node = TextNode(text=document.text, relationships={NodeRelationship.SOURCE: info})
    first, second = redaction([document, node])
    assert second.ref_doc_id == first.node_id


GERMAN = (
    "Das Rathaus der Stadt ist heute leider geschlossen, und niemand weiss, wann es wieder"
    " geoeffnet wird oder wer den Schluessel hat."
)


@pytest.mark.parametrize("node", [ImageNode(image="aGVsbG8="), TextNode(text=GERMAN)])
def test_what_cannot_be_redacted_lets_no_node_through(redaction, node):
    with pytest.raises(SkipDocument) as raised:
        redaction([TextNode(text="The hedge is cut twice a year."), node])
    assert "Rathaus" not in str(raised.value)
