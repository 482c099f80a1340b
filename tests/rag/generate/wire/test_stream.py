"""Server-sent events however they are cut into packets."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ConfigurationError
from rag.generate.wire.stream import Limits, json_lines, lines, server_sent
from rag.generate.wire.tokens import estimated_tokens, most_tokens

LIMITS = Limits(line=64, total=512)
STREAM = (
    b': ping\n\ndata: {"a": "\xc3\xa9"}\r\n\r\nevent: x\nid: 1\ndata: {"b":\ndata: 2}\n\n'
    b'data:{"c": 3}\n\ndata: [DONE]\n\ndata: {"d": 4}\n\n'
)
EVENTS = [{"a": "é"}, {"b": 2}, {"c": 3}]


class Packets:
    """A source that gives what it is given to give."""

    def __init__(self, packets):
        self.packets = [p for p in packets if p]

    def read1(self, _=-1, /):
        return self.packets.pop(0) if self.packets else b""


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_events_are_the_same_however_they_are_cut(cuts):
    places = [0, *sorted(cuts), len(STREAM)]
    packets = [STREAM[a:b] for a, b in itertools.pairwise(places)]
    assert list(server_sent(Packets(packets), LIMITS)) == EVENTS


def test_a_last_event_need_not_be_ended():
    assert list(server_sent(Packets([b'data: {"a": 1}']), LIMITS)) == [{"a": 1}]


def test_an_error_field_is_an_event():
    assert list(server_sent(Packets([b'error: {"error": 1}\n\n']), LIMITS)) == [{"error": 1}]


def test_lines_of_json_pass_over_empty_ones():
    assert list(json_lines(Packets([b'{"a": 1}\n\n{"a"', b": 2}"]), LIMITS)) == [{"a": 1}, {"a": 2}]


def test_what_follows_the_end_is_read_so_that_the_connection_can_be_used_again():
    source = Packets([STREAM, b"data: {}\n\n"])
    list(server_sent(source, LIMITS))
    assert source.packets == []


@pytest.mark.parametrize(
    ("packets", "what"),
    [
        ([b"x" * 65], "a line"),
        ([b"x" * 65 + b"\n"], "a line"),
        ([b"x" * 40, b"x" * 40], "a line"),
        ([b"x\n"] * 300, "an answer"),
    ],
)
def test_nothing_is_longer_than_its_limit(packets, what):
    with pytest.raises(ConfigurationError, match=f"sent {what} longer"):
        list(lines(Packets(packets), LIMITS))


@given(st.text(max_size=200))
def test_an_estimate_is_never_below_the_words_nor_above_what_bytes_allow(text):
    assert len(text.split()) <= estimated_tokens(text) <= most_tokens(text)
