"""Prompts and keys travel in the open on loopback only."""

from __future__ import annotations

import pytest

from rag.errors import ConfigurationError
from rag.generate.wire.address import FixedEndpoint, is_loopback
from rag.generate.wire.deadline import Deadline


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "key"
    path.write_text("s3cret\n", encoding="utf-8")
    return str(path)


def address(url, **options):
    return FixedEndpoint(url, section="model", **options).address(Deadline(1))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "http://localhost:1234/v1", "http://[::1]:9"]
)
def test_loopback_needs_neither_key_nor_tls(url):
    found = address(url)
    assert found.tls is None
    assert found.prefix == ""


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://model:8080", "must start with https"),
        ("http://10.0.0.4:8080", "must start with https"),
        ("https://10.0.0.4:8080", "name its key's file"),
        ("https://u:p@10.0.0.4", "must hold no password"),
        ("ftp://127.0.0.1", "must be http"),
        ("127.0.0.1:8080", "must be http|not an address"),
        ("http://127.0.0.1:99999", "not an address"),
        ("http://127.0.0.1/?q=1", "must be http"),
        ("", "must be http"),
    ],
)
def test_an_address_in_the_open_is_refused(url, message):
    with pytest.raises(ConfigurationError, match=message):
        address(url)


def test_elsewhere_takes_tls_that_is_verified_and_a_key(key):
    import ssl

    found = address("https://model.internal:8443/llm/v1", key_file=key)
    assert (found.host, found.port, found.prefix) == ("model.internal", 8443, "/llm")
    assert found.tls.verify_mode is ssl.CERT_REQUIRED
    assert found.tls.check_hostname
    assert "s3cret" not in f"{found!r} {found}"


def test_a_key_file_must_hold_one_key(tmp_path):
    for content, message in [("", "is empty"), ("a\nb", "more than one line")]:
        path = tmp_path / "key"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(ConfigurationError, match=message):
            address("http://127.0.0.1:1", key_file=str(path))


def test_a_certificate_authority_must_be_one(key, tmp_path):
    wrong = tmp_path / "ca.pem"
    wrong.write_text("no", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="cannot be used"):
        address("https://model.internal", key_file=key, ca_file=str(wrong))


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("10.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104  it is not bound to
        ("localhost.evil", False),
    ],
)
def test_loopback_is_told_apart(host, here):
    assert is_loopback(host) is here
