"""From bytes to text: what is recognised, and what is no text."""

import pytest

from connectors.formats.encoding import decode, decode_declared
from rag.errors import SkipDocument
from rag.testing.hostile import HOSTILE

PROSE = "Herr Müller zahlt 5 € – “am Freitag”, und danach ist nichts mehr offen. "


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_common_encodings_are_recognised(encoding):
    assert decode((PROSE * 3).encode(encoding)) == PROSE * 3


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_not_guessed(encoding):
    with pytest.raises(SkipDocument, match="text encoding not recognised"):
        decode(PROSE.encode(encoding))


@pytest.mark.parametrize(
    "data",
    [
        b"\xff" * 4096,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        b"plain text \x81\x8d undefined in the code page",
        "Привет, мир".encode("cp1251"),
        "こんにちは、世界".encode("shift_jis"),
        b"a\0" * 100,
        "cut".encode("utf-16")[:-1],
    ],
)
def test_what_is_no_text_is_not_recognised(data):
    with pytest.raises(SkipDocument, match="text encoding not recognised"):
        decode(data)


@pytest.mark.parametrize("kind", ["empty", "white space"])
def test_nothing_is_no_text(kind):
    with pytest.raises(SkipDocument, match="holds no text"):
        decode(HOSTILE[kind])


def test_one_nul_in_a_long_text_is_borne():
    assert "\0" in decode(HOSTILE["text with one nul"])


@pytest.mark.parametrize("name", ["shift_jis", "iso-2022-jp", "koi8-r", "gb18030"])
def test_a_declared_encoding_is_used(name):
    text = "Привет" if name == "koi8-r" else "世界"
    assert decode_declared(text.encode(name), name) == text


def test_latin_1_means_the_windows_code_page():
    assert decode_declared(b"\x93quoted\x94 \x80 5", "iso-8859-1") == "“quoted” € 5"


@pytest.mark.parametrize("name", ["no-such-charset", "utf-16", "", "hex", "utf-7"])
def test_a_declaration_that_cannot_be_true_is_not_believed(name):
    assert decode_declared("größer".encode(), name) == "größer"
