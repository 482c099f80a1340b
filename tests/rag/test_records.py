from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping

import numpy as np
import pytest

from rag import records
from rag.records import Element, ElementKind, RedactedText, SourceItem, Span, SparseVector

CANARY = "Canary-4471"
RECORDS = sorted(
    (k for k in vars(records).values() if isinstance(k, type) and dataclasses.is_dataclass(k)),
    key=lambda kind: kind.__name__,
)
# What a repr may hold of a `str`: ids, versions, kinds, names of models, policies and media types,
# where an index is and who has it, and reasons, which hold nothing of a document.
PLAIN = {
    "audit_id",
    "chunk_id",
    "digest",
    "document",
    "document_id",
    "document_version",
    "held_by",
    "id",
    "kind",
    "media_type",
    "model",
    "policy",
    "purpose",
    "reason",
    "source",
    "tenant",
    "tier",
    "token",
    "version",
    "where",
}
SPACE = {
    **vars(records),
    "Mapping": Mapping,
    "NDArray": np.ndarray,
    "np": types.SimpleNamespace(float32=np.float32),
}


def filled(kind: type) -> object:
    """A record whose every text is the canary."""
    hints = typing.get_type_hints(kind, {**SPACE, "Vector": np.ndarray})
    return kind(
        **{
            field.name: "fact" if field.name in PLAIN else value(hints[field.name])
            for field in dataclasses.fields(kind)
        }
    )


def value(hint):
    """Something of this type, with the canary wherever there is text."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return value(arguments[0])
    if origin is tuple:
        return (value(arguments[0]),)
    if origin is frozenset:
        return frozenset({"group"})
    if origin is not None:
        return {"fact": value(arguments[1])}  # a mapping
    if hint is np.ndarray:
        return np.full(3, 4471, dtype=np.float32)
    if issubclass(hint, str) and not hasattr(hint, "__members__"):
        return hint(CANARY)
    if hasattr(hint, "__members__"):
        return next(iter(hint))
    return filled(hint) if dataclasses.is_dataclass(hint) else hint(1)


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_shows_no_text(kind):
    made = filled(kind)
    assert "4471" not in repr(made)
    assert "4471" not in f"{made}"


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_is_frozen_slotted_and_made_by_keyword(kind):
    made = filled(kind)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, dataclasses.fields(kind)[0].name, None)
    assert not hasattr(made, "__dict__")
    with pytest.raises(TypeError):
        kind(*(None for _ in dataclasses.fields(kind)))


def test_redacted_text_shows_its_length_alone():
    text = RedactedText(CANARY)
    assert repr(text) == "<RedactedText of 11 characters>"
    assert CANARY not in repr([text])
    assert str(text) == CANARY


def test_a_piece_of_redacted_text_is_redacted_text():
    text = RedactedText("notice: three months")
    assert isinstance(text.cut(8, 13), RedactedText)
    assert text.cut(8, 13) == "three"
    assert text.cut(5, 5) == ""


def test_redacted_pieces_joined_are_redacted_text():
    joined = RedactedText.joined(" > ", [RedactedText("Lease"), RedactedText("Rent")])
    assert isinstance(joined, RedactedText)
    assert joined == "Lease > Rent"
    assert RedactedText.joined(" ", []) == ""


@pytest.mark.parametrize(
    "change", [str.strip, str.upper, lambda t: t[1:], lambda t: t + "x", lambda t: f"{t}"]
)
def test_text_that_was_changed_is_plain_again(change):
    assert type(change(RedactedText(" three "))) is str


def test_redactions_are_counted_by_kind_in_order():
    made = filled(records.RedactedDocument)
    one = made.redactions[0]
    many = [dataclasses.replace(one, kind=kind) for kind in ("MRN", "IBAN", "MRN")]
    document = dataclasses.replace(made, redactions=tuple(many))
    assert list(document.redaction_counts().items()) == [("IBAN", 1), ("MRN", 2)]
    assert dataclasses.replace(made, redactions=()).redaction_counts() == {}


def test_the_name_of_an_item_is_the_end_of_its_place():
    item = SourceItem(place=("a", "b", "c.pdf"), version="1", size=3, acl=records.Acl())
    assert item.name == "c.pdf"


def test_nobody_may_read_by_default():
    assert records.Acl() == records.Acl(
        groups=frozenset(), public=False, discoverable=False, clearance=0
    )


def test_equal_records_are_equal_and_can_be_counted():
    def made():
        return Element(
            kind=ElementKind.TEXT, start=0, end=5, headings=(Span(start=0, end=1),), page=1
        )

    assert made() == made()
    assert len({made(), made()}) == 1
    assert SparseVector(indices=(1,), values=(0.5,)) == SparseVector(indices=(1,), values=(0.5,))
