from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from rag.records import (
    Acl,
    Box,
    Element,
    ElementKind,
    RedactedDocument,
    RedactedText,
    Redaction,
    Span,
)
from rag.state.encoding import acl_row, content_row, row_acl, row_document

_AT = st.integers(min_value=0, max_value=10**7)
_TEXT = st.text(max_size=30).map(RedactedText)
_SIDE = st.floats(allow_nan=False, allow_infinity=False, width=32)
_ACLS = st.builds(
    Acl,
    groups=st.frozensets(st.text(max_size=5), max_size=4),
    public=st.booleans(),
    discoverable=st.booleans(),
    clearance=st.integers(min_value=0, max_value=9),
)
_ELEMENTS = st.builds(
    Element,
    kind=st.sampled_from(ElementKind),
    start=_AT,
    end=_AT,
    page=st.none() | st.integers(min_value=1, max_value=999),
    box=st.none() | st.builds(Box, left=_SIDE, top=_SIDE, right=_SIDE, bottom=_SIDE),
    headings=st.lists(st.builds(Span, start=_AT, end=_AT), max_size=3).map(tuple),
)
_REDACTIONS = st.builds(
    Redaction,
    kind=st.sampled_from(["MRN", "IBAN"]),
    start=_AT,
    end=_AT,
    source_start=_AT,
    source_end=_AT,
    score=st.floats(min_value=0, max_value=1),
)
_DOCUMENTS = st.builds(
    RedactedDocument,
    id=st.just("doc_1"),
    tenant=st.just("main"),
    source=st.just("folder"),
    version=st.just("v1"),
    name=_TEXT,
    title=_TEXT,
    text=_TEXT,
    media_type=st.just("text/plain"),
    elements=st.lists(_ELEMENTS, max_size=4).map(tuple),
    redactions=st.lists(_REDACTIONS, max_size=4).map(tuple),
    acl=_ACLS,
    metadata=st.dictionaries(st.text(max_size=5), _TEXT, max_size=3),
)


@given(acl=_ACLS)
def test_permissions_survive_json(acl):
    assert row_acl(json.loads(json.dumps(acl_row(acl)))) == acl


@given(document=_DOCUMENTS)
def test_a_document_survives_json(document):
    columns = {
        **content_row(document),
        "tenant": document.tenant,
        "source": document.source,
        "acl": acl_row(document.acl),
    }
    read = row_document(json.loads(json.dumps(columns)))
    assert read == document
    assert all(isinstance(value, RedactedText) for value in read.metadata.values())


def test_equal_permissions_are_encoded_alike():
    assert acl_row(Acl(groups=frozenset("abc"))) == acl_row(Acl(groups=frozenset("cba")))
