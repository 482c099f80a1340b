"""What was sealed opens with its key, unchanged and in its place; else it says nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ConfigurationError
from rag.sealing import is_signed, new_key, public_key, seal, sign, unseal

KEY = bytes(range(32))


@given(st.binary(max_size=200), st.lists(st.text(max_size=10), max_size=4))
def test_what_was_sealed_comes_back(content, about):
    box = seal(KEY, content, *about)
    assert unseal(KEY, box, *about) == content
    assert len(content) < 4 or content not in box


def test_no_two_boxes_are_alike():
    assert seal(KEY, b"Jane Doe", "a") != seal(KEY, b"Jane Doe", "a")
    assert new_key() != new_key()


@pytest.mark.parametrize(
    ("about", "other"),
    [(("a", "b"), ("ab", "")), (("a", "b"), ("a",)), (("a",), ("b",)), ((), ("",))],
)
def test_a_box_opens_in_its_place_alone(about, other):
    box = seal(KEY, b"Jane Doe", *about)
    with pytest.raises(ConfigurationError, match="changed") as refused:
        unseal(KEY, box, *other)
    assert "Jane" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_another_key_opens_nothing():
    with pytest.raises(ConfigurationError):
        unseal(new_key(), seal(KEY, b"Jane Doe"))


def test_no_bit_can_be_flipped():
    box = seal(KEY, b"Jane Doe", "a")
    for place in range(len(box)):
        changed = bytearray(box)
        changed[place] ^= 1
        with pytest.raises(ConfigurationError):
            unseal(KEY, bytes(changed), "a")


@pytest.mark.parametrize("box", [b"", b"short", bytes(12), bytes(27)])
def test_what_is_no_box_does_not_open(box):
    with pytest.raises(ConfigurationError):
        unseal(KEY, box)


def test_a_signature_holds_for_its_content_and_key_alone():
    public, signature = public_key(KEY), sign(KEY, b"erased")
    assert is_signed(public, b"erased", signature)
    assert not is_signed(public, b"kept", signature)
    assert not is_signed(public_key(bytes(32)), b"erased", signature)
    assert not is_signed(public, b"erased", signature[:-1])
    assert not is_signed(b"no key", b"erased", signature)
