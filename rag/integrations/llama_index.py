"""Ringfence as parts of LlamaIndex: a retriever with permissions, and redaction as a transform."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import (
    BaseNode,
    MetadataMode,
    Node,
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
    TransformComponent,
)
from llama_index.core.schema import Document as LlamaDocument
from pydantic import PrivateAttr

from rag.errors import RedactionError
from rag.ports import AnswerService, Redactor
from rag.records import (
    Acl,
    Document,
    Element,
    ElementKind,
    Parsed,
    Passage,
    Principal,
    RedactedDocument,
)

_SOURCE = "llama-index"
# What an embedder or a model is not to read: where a passage stands, not what it says.
_PLACE = ["document", "version", "start", "end", "page"]


class RingfenceRetriever(BaseRetriever):  # type: ignore[misc]  # its types are not followed
    """Finds what one principal may read. What it returns was redacted, and looked over for leaks.

    A query engine hands the question on to its own model as it was typed.
    """

    def __init__(self, service: AnswerService, principal: Principal, *, limit: int = 5) -> None:
        """Take what searches, and for whom.

        Args:
            service: The way of a question.
            principal: Who asks: everything is filtered and recorded as theirs.
            limit: How many passages are returned at most.
        """
        self._service = service
        self._principal = principal
        self._limit = limit
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._service.search(query_bundle.query_str, self._principal, limit=self._limit)
        return [NodeWithScore(node=_node(one), score=one.score) for one in found.passages]


class RingfenceRedaction(TransformComponent):  # type: ignore[misc]  # nor are these
    """Redacts nodes as documents are before they are indexed, or raises and returns none.

    Text, metadata and ids are redacted; nothing is kept in the vault. Offsets into the source
    and vectors are dropped, since they are of another text.
    """

    _redactor: Redactor = PrivateAttr()
    _tenant: str = PrivateAttr()
    _policy: str = PrivateAttr()
    _key: bytes = PrivateAttr()

    def __init__(self, redactor: Redactor, *, tenant: str, key: bytes, policy: str = "") -> None:
        """Take what redacts, and how.

        Args:
            redactor: The redactor of documents.
            tenant: Whose pseudonyms are made.
            key: Makes ids, which may be the names of files.
            policy: The policy by its name; empty means the default one.
        """
        super().__init__()
        self._redactor = redactor
        self._tenant = tenant
        self._policy = policy
        self._key = key

    def __call__(self, nodes: Sequence[BaseNode], **_: Any) -> list[BaseNode]:  # noqa: ANN401 as in the base class
        """Return the nodes redacted; one that cannot be lets none through."""
        return [self._redacted(node) for node in nodes]

    def _redacted(self, node: BaseNode) -> BaseNode:
        text = _only_text(node)
        texts = {str(name): _text(value) for name, value in node.metadata.items()}
        done = self._redactor.redact(self._document(node.node_id, text, texts))
        related = {
            kind: self._related(info)
            for kind, info in node.relationships.items()
            if isinstance(kind, NodeRelationship)
        }
        kind = LlamaDocument if isinstance(node, LlamaDocument) else TextNode
        return kind(
            id_=self._mark(node.node_id),
            text=str(done.text),
            metadata=_metadata(node.metadata, texts, done),
            excluded_embed_metadata_keys=list(node.excluded_embed_metadata_keys),
            excluded_llm_metadata_keys=list(node.excluded_llm_metadata_keys),
            relationships=related,
        )

    def _document(self, node_id: str, text: str, texts: Mapping[str, str]) -> Document:
        return Document(
            id=self._mark(node_id),
            tenant=self._tenant,
            source=_SOURCE,
            version=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32],
            name="",
            acl=Acl(),
            parsed=Parsed(
                text=text,
                title="",
                elements=(Element(kind=ElementKind.TEXT, start=0, end=len(text)),),
                media_type="text/plain",
                metadata=texts,
            ),
            policy=self._policy,
        )

    def _related(
        self, info: RelatedNodeInfo | list[RelatedNodeInfo]
    ) -> RelatedNodeInfo | list[RelatedNodeInfo]:
        """Return who is related by redacted ids, without what else was said of them."""
        if isinstance(info, list):
            return [self._other(one) for one in info]
        return self._other(info)

    def _other(self, info: RelatedNodeInfo) -> RelatedNodeInfo:
        return RelatedNodeInfo(node_id=self._mark(info.node_id), node_type=info.node_type)

    def _mark(self, node_id: str) -> str:
        content = node_id.encode("utf-8", "surrogatepass")
        return f"node_{hmac.new(self._key, content, hashlib.sha256).hexdigest()[:24]}"


def _node(passage: Passage) -> TextNode:
    """Return a passage with what a citation needs."""
    return TextNode(
        id_=f"{passage.document}:{passage.version}:{passage.start}-{passage.end}",
        text=str(passage.text),
        metadata={
            "title": str(passage.title),
            "headings": [str(heading) for heading in passage.headings],
            "document": passage.document,
            "version": passage.version,
            "start": passage.start,
            "end": passage.end,
            "page": passage.page,
        },
        excluded_embed_metadata_keys=_PLACE,
        excluded_llm_metadata_keys=_PLACE,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=passage.document)},
    )


def _only_text(node: BaseNode) -> str:
    """Return the text of a node, or refuse one that holds anything else."""
    if type(node) is TextNode:
        return str(node.text)
    others = ("image_resource", "audio_resource", "video_resource")
    if type(node) not in (Node, LlamaDocument) or any(getattr(node, name) for name in others):
        raise RedactionError("a node that is not text alone cannot be redacted")
    return str(node.get_content(metadata_mode=MetadataMode.NONE))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


def _metadata(
    before: Mapping[str, object], texts: Mapping[str, str], done: RedactedDocument
) -> dict[str, object]:
    """Return metadata redacted; a number or a list in which nothing was found stays what it is."""
    kept = {}
    for name, value in before.items():
        redacted = str(done.metadata[str(name)])
        kept[str(name)] = value if redacted == texts[str(name)] else redacted
    return kept
