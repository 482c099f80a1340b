from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.records import ElementKind, RedactedDocument
from rag.testing.layouts import Block, laid_out


def kind_of(text: str) -> ElementKind:
    if text.endswith(":"):
        return ElementKind.TITLE
    return ElementKind.TABLE if "|" in text else ElementKind.TEXT


@pytest.fixture
def document() -> Callable[..., RedactedDocument]:
    """Make a document of paragraphs; what ends with a colon is a heading, what has | a table."""

    def make(*texts: str, document_id: str = "doc_1") -> RedactedDocument:
        blocks = [Block(kind=kind_of(text), text=text) for text in texts]
        return laid_out(blocks, document_id=document_id)

    return make
