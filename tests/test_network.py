"""The tests' own guard: whatever reaches for the network fails at once, loopback works."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

AWAY = ["192.0.2.1", "10.0.0.1", "8.8.8.8", "169.254.169.254", "0", "128.0.0.1"]
NAMES = ["example.org", "localhost.example.org", "127.example.org", "qdrant", "huggingface.co", ""]
REFUSED = pytest.raises(RuntimeError, match="refused")


@pytest.mark.parametrize("host", [*AWAY, *NAMES])
@pytest.mark.parametrize("call", ["connect", "connect_ex"])
def test_no_socket_connects_to_another_machine(host, call):
    with closing(socket.socket()) as sock, REFUSED:
        getattr(sock, call)((host, 443))


@pytest.mark.parametrize("host", ["2001:db8::1", "::", "::ffff:8.8.8.8"])
def test_no_socket_connects_by_the_newer_addresses_either(host):
    with closing(socket.socket(socket.AF_INET6)) as sock, REFUSED:
        sock.connect((host, 443, 0, 0))


@pytest.mark.parametrize("host", [*AWAY, "example.org"])
def test_no_datagram_leaves(host):
    with closing(socket.socket(type=socket.SOCK_DGRAM)) as sock, REFUSED:
        sock.sendto(b"x", (host, 53))


@pytest.mark.parametrize("host", [*NAMES, b"example.org"])
@pytest.mark.parametrize("call", ["getaddrinfo", "gethostbyname", "gethostbyname_ex"])
def test_no_name_is_looked_up(host, call):
    arguments = (host, 443) if call == "getaddrinfo" else (host,)
    with REFUSED:
        getattr(socket, call)(*arguments)


def test_libraries_above_are_refused_too():
    with REFUSED:
        socket.create_connection(("example.org", 443), timeout=1)
    with REFUSED:
        http.client.HTTPSConnection("192.0.2.1", timeout=1).request("GET", "/")

    async def reach():
        await asyncio.open_connection("example.org", 443)

    with REFUSED:
        asyncio.run(reach())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_works(host):
    class Hello(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Hello) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with closing(http.client.HTTPConnection(host, server.server_port, timeout=5)) as client:
            client.request("GET", "/")
            assert client.getresponse().status == 204
        thread.join(timeout=5)


def test_sockets_of_the_file_system_work(tmp_path):
    path = str(tmp_path / "socket")
    with (
        closing(socket.socket(socket.AF_UNIX)) as server,
        closing(socket.socket(socket.AF_UNIX)) as client,
    ):
        server.bind(path)
        server.listen(1)
        client.connect(path)
        server.accept()[0].close()
