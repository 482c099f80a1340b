"""The whole redactor, with the packaged name model, on every sample document."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pipelines.own_corpora import OwnCorpora, own_corpora
from rag.records import Document, RedactedDocument
from rag.redact.engine import PresidioRedactor
from rag.redact.originals import restored
from rag.redact.pseudonyms import Pseudonyms
from rag.redact.ranges import to_source
from rag.redact.tagger.model import TaggerNames
from rag.settings import RedactSettings

POLICIES = ("gdpr", "court", "hipaa-safe-harbor")
SHORTEST = 5

pytestmark = pytest.mark.slow


class Keeper:
    """A vault that keeps what it is given."""

    def __init__(self):
        self.kept = {}

    def remember(self, document, originals):
        self.kept[document.id] = (document, list(originals))


@pytest.fixture(scope="module")
def own() -> OwnCorpora:
    return own_corpora()


@pytest.fixture(scope="module")
def names() -> TaggerNames:
    return TaggerNames()


def redactor(names: TaggerNames, policy: str, vault: Keeper | None = None) -> PresidioRedactor:
    return PresidioRedactor(
        RedactSettings(policy=policy), Pseudonyms(b"k" * 32), names, vault=vault
    )


def again(document: Document, made: RedactedDocument) -> Document:
    """The document as its redaction left it, given to the redactor once more."""
    parsed = replace(
        document.parsed,
        text=made.text,
        title=made.title,
        elements=made.elements,
        metadata=made.metadata,
    )
    return replace(document, parsed=parsed, name=made.name)


def stands(value: str, text: str) -> bool:
    """Say whether a value stands in a text, and not as a part of a longer word or number."""
    return re.search(rf"(?<![\w.,]){re.escape(value)}(?!\w|[.,]\d)", text) is not None


@pytest.mark.parametrize("policy", POLICIES)
def test_redacting_twice_is_redacting_once_and_no_value_stays(own, names, policy):
    made_by = redactor(names, policy)
    for document in own.parsed.values():
        made = made_by.redact(document)
        twice = made_by.redact(again(document, made))
        assert twice.text == made.text, document.id
        assert (twice.title, twice.name) == (made.title, made.name)
        source = document.parsed.text
        values = {source[one.source_start : one.source_end] for one in made.redactions}
        assert [one for one in values if len(one) >= SHORTEST and stands(one, made.text)] == []
        for one in made.redactions[:20]:
            span = to_source(made.redactions, one.start, one.end)
            assert (span.start, span.end) == (one.source_start, one.source_end)


def test_every_document_can_be_restored(own, names):
    vault = Keeper()
    made_by = redactor(names, "gdpr", vault)
    for document in own.parsed.values():
        made_by.redact(document)
        made, originals = vault.kept[document.id]
        back = restored(made, originals, left=0)
        assert back.text == document.parsed.text
        assert (back.title, back.name) == (document.parsed.title, document.name)
        assert back.metadata == dict(document.parsed.metadata)


def test_two_tenants_share_no_pseudonym(own, names):
    made_by = redactor(names, "gdpr")
    document = next(iter(own.parsed.values()))
    tokens = []
    for tenant in ("one", "two"):
        made = made_by.redact(replace(document, tenant=tenant))
        tokens.append({made.text[one.start : one.end] for one in made.redactions})
    assert tokens[0]
    assert tokens[0] & tokens[1] == set()
