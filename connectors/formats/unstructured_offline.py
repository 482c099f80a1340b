"""The single door to unstructured: nothing of it is imported, sent or fetched but through here.

Left alone, unstructured downloads a spaCy model and installs it into the environment as soon as
it meets a paragraph. It needs the model only to guess which paragraphs are prose, which we do
not use; a blank pipeline that cuts sentences takes its place.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

from rag.errors import ConfigurationError
from rag.offline import switch_off_telemetry

if TYPE_CHECKING:
    import spacy.language

# They log the sentences of documents, at levels that an operator may switch on.
TALKERS = ("unstructured", "unstructured.trace", "unstructured.ingest")
_TOKEN = re.compile(r"\w+|[^\w\s]+")
DOWNLOADERS = ("_install_spacy_model", "_download_with_timeout")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What we take over of an element of unstructured."""

    kind: str
    text: str = field(repr=False)
    depth: int | None = None
    page: int | None = None
    table: str = field(default="", repr=False)


def partition_docx(data: bytes) -> Sequence[Piece]:
    """Cut a Word document into pieces."""
    prepare()
    from unstructured.partition.docx import partition_docx as partition

    return _pieces(partition(file=io.BytesIO(data)))


def partition_html(text: str) -> Sequence[Piece]:
    """Cut an HTML page into pieces."""
    prepare()
    from unstructured.partition.html import partition_html as partition

    return _pieces(partition(text=text))


@lru_cache(maxsize=1)
def prepare() -> None:
    """Import unstructured with telemetry off and without the means to download anything."""
    switch_off_telemetry()
    from unstructured import telemetry
    from unstructured.nlp import tokenize

    _replace(telemetry, "maybe_emit_usage_notice", _say_nothing)
    for name in DOWNLOADERS:
        _replace(tokenize, name, _refuse_download)
    _replace(tokenize, "_load_spacy_model", _blank_pipeline)
    _replace(tokenize, "_get_nlp", lru_cache(maxsize=1)(_blank_pipeline))
    for name in TALKERS:
        logging.getLogger(name).disabled = True


def _replace(module: ModuleType, name: str, replacement: Callable[..., object]) -> None:
    """Put our function in the place of theirs; a silent miss would bring the download back."""
    if not hasattr(module, name):
        raise ConfigurationError(f"this version of unstructured has no `{name}` to replace")
    setattr(module, name, replacement)


def _say_nothing() -> None:
    """Stand for unstructured's advertisement on the terminal."""


def _refuse_download(*_: object, **__: object) -> NoReturn:
    raise ConfigurationError("unstructured tried to download a model, which is never allowed")


def _blank_pipeline() -> spacy.language.Language:
    import spacy
    from spacy.tokens import Doc

    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    # spaCy's own rules take quadratic time on a long run of brackets: one page could stop us.
    pipeline.tokenizer = lambda text: Doc(pipeline.vocab, words=_TOKEN.findall(text))
    return pipeline


def _pieces(elements: Sequence[Any]) -> Sequence[Piece]:
    return [
        Piece(
            kind=type(element).__name__,
            text=element.text or "",
            depth=element.metadata.category_depth,
            page=element.metadata.page_number,
            table=element.metadata.text_as_html or "",
        )
        for element in elements
    ]
