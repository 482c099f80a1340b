"""The sample corpora as labelled documents: text, title and file name of each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from connectors.formats.registry import default_formats
from eval.redaction.identifiers import Identifier, load_identifiers, occurrences
from eval.redaction.labels import Corpus, Labelled
from eval.redaction.readers import EVERYTHING
from eval.redaction.run import Find
from pipelines.corpora import NAMES, documents_folder, identifiers_file
from rag.ports import Redactor
from rag.records import Acl, Document, Finding, RedactedDocument

# A document's title and file name are a labelled text of their own.
HEAD = " (title and name)"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCorpora:
    """The labelled sample corpora, and their documents as they are ingested."""

    corpora: tuple[Corpus, ...]
    parsed: Mapping[str, Document] = field(repr=False)

    def found_by(self, redactor: Redactor) -> Find:
        """Return what finds the ranges that the redactor replaces in a sample document."""

        @lru_cache(maxsize=2)
        def redacted(document_id: str) -> RedactedDocument:
            return redactor.redact(self.parsed[document_id])

        def find(labelled: Labelled) -> Sequence[Finding]:
            result = redacted(labelled.id.removesuffix(HEAD))
            if labelled.id.endswith(HEAD):
                return _gone(labelled, f"{result.name}\n{result.title}")
            return [
                Finding(kind=one.kind, start=one.source_start, end=one.source_end, score=one.score)
                for one in result.redactions
            ]

        return find


def own_corpora(names: Sequence[str] = NAMES) -> OwnCorpora:
    """Parse and label the documents of the sample corpora."""
    parsed: dict[str, Document] = {}
    corpora = []
    for name in names:
        identifiers = load_identifiers(identifiers_file(name))
        digest = hashlib.sha256(identifiers_file(name).read_bytes())
        labelled: list[Labelled] = []
        for path, document in _documents(name):
            digest.update(path.read_bytes())
            parsed[document.id] = document
            labelled += _labelled(document, name, identifiers)
        corpora.append(
            Corpus(
                name=name,
                format="sample corpus",
                policy=EVERYTHING,
                one_in=0,
                sha256=digest.hexdigest(),
                documents=tuple(labelled),
                complete=False,
            )
        )
    return OwnCorpora(corpora=tuple(corpora), parsed=parsed)


def _documents(name: str) -> Iterator[tuple[Path, Document]]:
    formats = default_formats()
    folder = documents_folder(name)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "permissions.toml":
            yield (
                path,
                Document(
                    id=f"{name}/{path.relative_to(folder)}",
                    tenant="measured",
                    source=name,
                    version="1",
                    name=path.name,
                    acl=Acl(),
                    parsed=formats.parse(path.read_bytes(), path.name),
                ),
            )


def _labelled(
    document: Document, corpus: str, identifiers: Sequence[Identifier]
) -> Iterator[Labelled]:
    text = document.parsed.text
    spans = occurrences(text, identifiers)
    yield Labelled(id=document.id, corpus=corpus, text=text, spans=spans)
    head = f"{document.name}\n{document.parsed.title}"
    spans = occurrences(head, identifiers, any_case=True)
    if spans:
        yield Labelled(id=document.id + HEAD, corpus=corpus, text=head, spans=spans)


def _gone(labelled: Labelled, redacted: str) -> list[Finding]:
    """Return the labelled ranges whose value is not in the redacted text any more."""
    left = redacted.casefold()
    return [
        Finding(kind=span.kind, start=span.start, end=span.end, score=1.0)
        for span in labelled.spans
        if labelled.text[span.start : span.end].casefold() not in left
    ]
