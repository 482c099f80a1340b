"""Nothing is downloaded, sent or advertised by unstructured."""

import io
import socket

import pytest

from connectors.formats.unstructured_offline import (
    DOWNLOADERS,
    partition_docx,
    partition_html,
    prepare,
)
from rag.errors import ConfigurationError

PROSE = "The officer is responsible. He reports to the board every month, and it decides."


@pytest.fixture
def no_sockets(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


@pytest.fixture
def tokenizer():
    prepare()
    from unstructured.nlp import tokenize

    for name in ("_process_cached", "sent_tokenize", "word_tokenize", "pos_tag"):
        clear = getattr(getattr(tokenize, name), "cache_clear", None)
        if clear:
            clear()
    tokenize._get_nlp.cache_clear()
    return tokenize


@pytest.mark.parametrize("name", DOWNLOADERS)
def test_what_would_download_raises(tokenizer, name):
    with pytest.raises(ConfigurationError, match="never allowed"):
        getattr(tokenizer, name)("https://example.org/model.whl", "/nowhere")


@pytest.mark.usefixtures("no_sockets")
def test_the_model_is_blank_and_cuts_sentences(tokenizer):
    assert tokenizer._load_spacy_model().pipe_names == ["sentencizer"]
    assert len(tokenizer.sent_tokenize(PROSE)) == 2


@pytest.mark.usefixtures("no_sockets")
def test_partitioning_prose_opens_no_socket(tokenizer):
    from docx import Document

    made = Document()
    made.add_paragraph(PROSE)
    buffer = io.BytesIO()
    made.save(buffer)
    assert [piece.text for piece in partition_docx(buffer.getvalue())] == [PROSE]
    other = f"{PROSE} This one was not seen before."
    assert [piece.text for piece in partition_html(f"<p>{other}</p>")] == [other]
    assert tokenizer._get_nlp.cache_info().misses == 1  # the seam was used


def test_nothing_is_advertised_on_the_terminal(tokenizer, capfd):
    partition_html(f"<p>{PROSE}</p>")
    assert capfd.readouterr() == ("", "")


def test_a_version_without_the_seam_is_refused(tokenizer, monkeypatch):
    monkeypatch.delattr(tokenizer, "_load_spacy_model")
    with pytest.raises(ConfigurationError, match="`_load_spacy_model`"):
        prepare.__wrapped__()


def test_pieces_hide_their_text(tokenizer):
    (piece,) = partition_html(f"<p>{PROSE}</p>")
    assert "officer" not in repr(piece)
