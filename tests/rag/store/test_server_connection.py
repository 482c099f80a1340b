from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import threading
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from rag.errors import ConfigurationError
from rag.settings import StoreSettings
from rag.store.server import ServerStore
from rag.store.server_connection import check_address, connect
from rag.testing.qdrant_stub import qdrant_stub


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "key"
    path.write_text("s3cret", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:6333", "http://localhost:6333", "http://[::1]:6333", "http://127.9.9.9"],
)
def test_loopback_needs_neither_tls_nor_a_key(url):
    check_address(StoreSettings(url=url))


@pytest.mark.parametrize(
    "url",
    [
        "http://qdrant:6333",
        "http://10.0.0.5:6333",
        "http://localhost.example:6333",
        "http://127.0.0.1.example:6333",
        "http://0.0.0.0:6333",
    ],
)
def test_elsewhere_tls_is_required_even_with_a_key(url, key_file):
    with pytest.raises(ConfigurationError, match="must start with https"):
        ServerStore(StoreSettings(url=url, api_key_file=key_file), 16)


def test_elsewhere_a_key_is_required_even_with_tls(key_file):
    with pytest.raises(ConfigurationError, match=r"store\.api_key_file"):
        ServerStore(StoreSettings(url="https://qdrant:6333"), 16)
    check_address(StoreSettings(url="https://qdrant:6333", api_key_file=key_file))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "`store.url` is empty"),
        ("qdrant:6333", "must be http"),
        ("localhost", "must be http"),
        ("ftp://localhost", "must be http"),
        ("https://", "must be http"),
        ("http://localhost:port", "is not an address"),
        ("http://[::1", "is not an address"),
        ("https://me:s3cret@qdrant", "must hold no password"),
    ],
)
def test_what_is_no_address_of_a_server_is_refused_without_repeating_it(url, words):
    with pytest.raises(ConfigurationError, match=words) as refusal:
        check_address(StoreSettings(url=url))
    assert "s3cret" not in str(refusal.value)


def test_a_key_file_that_is_absent_or_empty_is_refused(tmp_path):
    absent, empty = tmp_path / "absent", tmp_path / "empty"
    empty.write_text("\n", encoding="utf-8")
    for path, words in ((absent, "cannot be read"), (empty, "is empty")):
        settings = StoreSettings(url="http://localhost", api_key_file=str(path))
        with pytest.raises(ConfigurationError, match=words):
            connect(settings)


def test_an_authority_file_that_is_absent_or_none_is_refused(tmp_path):
    wrong = tmp_path / "ca.pem"
    for _ in range(2):
        settings = StoreSettings(url="https://localhost", ca_file=str(wrong))
        with pytest.raises(ConfigurationError, match=r"store\.ca_file"):
            connect(settings)
        wrong.write_text("no certificate", encoding="utf-8")


def test_a_proxy_of_the_environment_is_not_used(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with qdrant_stub() as stub, closing(ServerStore(StoreSettings(url=stub.url), 16)) as store:
        store.warm()
        assert stub.asked


class _Silent(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(401)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format, *args):  # noqa: A002  the library's name
        pass


@contextmanager
def tls_server(tmp_path):
    """Serve 401 over TLS with a certificate of its own; yield the address and the certificate."""
    certificate = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with HTTPServer(("127.0.0.1", 0), _Silent) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"https://127.0.0.1:{server.server_address[1]}", str(certificate)
        server.shutdown()
        thread.join()


def _certificate(folder):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def test_a_server_is_trusted_only_if_its_authority_is(tmp_path):
    with tls_server(tmp_path) as (url, certificate):
        doubting = ServerStore(StoreSettings(url=url, timeout=2), 16)
        with pytest.raises(ConfigurationError, match="certificate is not trusted"):
            doubting.warm()
        trusting = ServerStore(StoreSettings(url=url, ca_file=certificate, timeout=2), 16)
        with pytest.raises(ConfigurationError, match=r"refuses the key \(401\)"):
            trusting.warm()
