"""A port for short questions: right answers for honest clients, whatever the others do."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest

from hanoi_wall import threads
from hanoi_wall.operations import http_port
from hanoi_wall.operations.http_port import Answer, HttpPort, plain

LARGE = b"x" * 8_000_000


def answer(path: str) -> Answer:
    if path == "/bug":
        raise KeyError("a bug")
    bodies = {"/a": b"hello", "/large": LARGE}
    return (
        Answer(HTTPStatus.OK, "text/plain", bodies[path]) if path in bodies else plain(HTTPStatus.NOT_FOUND)
    )


@pytest.fixture
def server() -> Iterator[HttpPort]:
    port = HttpPort("127.0.0.1", 0, answer)
    thread = threads.spawn("http-port", port.serve)
    yield port
    port.wake_to_end()
    thread.join(5)
    port.close()


def ask(server: HttpPort, path: str = "/a", method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(*server.address, timeout=5)
    try:
        connection.request(method, path)
        told = connection.getresponse()
        return told.status, dict(told.getheaders()), told.read()
    finally:
        connection.close()


def raw(server: HttpPort, sent: bytes) -> bytes:
    """Everything the server says to these bytes."""
    with socket.create_connection(server.address, 5) as client:
        client.sendall(sent)
        return everything(client)


def everything(client: socket.socket) -> bytes:
    parts = []
    while data := client.recv(65536):
        parts.append(data)
    return b"".join(parts)


def everything_or_less(client: socket.socket) -> bytes:
    """Everything up to a cut."""
    parts = []
    try:
        while data := client.recv(65536):
            parts.append(data)
    except ConnectionError:
        pass
    return b"".join(parts)


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/a?x=1", "GET", 200), ("/a", "HEAD", 200), ("/", "GET", 404), ("/a", "POST", 405), ("/a", "PUT", 405)],
)
def test_only_get_and_head(server: HttpPort, path: str, method: str, status: int) -> None:
    told, headers, body = ask(server, path, method)
    assert told == status
    assert (headers.get("Allow") == "GET, HEAD") == (status == 405)
    assert (not body) == (method == "HEAD")


def test_a_bug_in_an_answer_is_logged_and_not_the_end(
    server: HttpPort, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("ERROR", logger="hanoi_wall.operations.http_port"):
        assert ask(server, "/bug")[0] == 500
    assert "a bug" in caplog.text
    assert ask(server)[0] == 200


def test_a_request_line_of_a_megabyte_is_refused_and_the_client_is_told(server: HttpPort) -> None:
    assert raw(server, b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 414 ")


def test_headers_without_end_are_refused(server: HttpPort) -> None:
    sent = b"GET /a HTTP/1.1\r\n" + b"X-A: b\r\n" * 2000
    assert raw(server, sent).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /a\r\n\r\n",
        b"\x16\x03\x01\0\xff\n\n",
        b"GET http: HTTP/1.1\n\n",
    ],
)
def test_nonsense_is_a_bad_request(server: HttpPort, sent: bytes) -> None:
    assert raw(server, sent).startswith(b"HTTP/1.1 400 ")


def test_only_the_first_of_several_questions_is_answered(server: HttpPort) -> None:
    told = raw(server, b"GET /a HTTP/1.1\r\n\r\n" * 50)
    assert told.count(b"HTTP/1.1 200 OK") == 1
    assert b"Connection: close" in told


def test_a_question_in_single_bytes_is_answered(server: HttpPort) -> None:
    with socket.create_connection(server.address, 5) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n":
            client.sendall(bytes([byte]))
        assert everything(client).startswith(b"HTTP/1.1 200 OK")


def test_a_hundred_clients_who_never_finish_keep_nobody_out(server: HttpPort) -> None:
    dawdlers = [socket.create_connection(server.address, 5) for _ in range(100)]
    try:
        for dawdler in dawdlers:
            try:
                dawdler.sendall(b"GET /a HTTP/1.1\r\nX-Slow: ")
            except ConnectionError:
                pass
        for _ in range(3):
            assert ask(server)[0] == 200
        held = sum(is_open(dawdler) for dawdler in dawdlers)
        assert 0 < held <= http_port.CONNECTIONS
    finally:
        for dawdler in dawdlers:
            dawdler.close()


def is_open(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


def test_a_client_who_drips_is_cut_off(server: HttpPort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_port, "ASK_S", 0.2)
    with socket.create_connection(server.address, 5) as client:
        begun = time.monotonic()
        with pytest.raises(ConnectionError):
            while time.monotonic() - begun < 5:
                client.sendall(b"G")
                threading.Event().wait(0.01)
    assert ask(server)[0] == 200


def test_clients_who_take_nothing_are_cut_off_and_keep_nobody_out(
    server: HttpPort, monkeypatch: pytest.MonkeyPatch, until: Callable[..., None]
) -> None:
    monkeypatch.setattr(http_port, "TAKE_S", 0.3)
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(5)
        client.connect(server.address)
        client.sendall(b"GET /large HTTP/1.1\r\n\r\n")
        assert ask(server, "/large")[2] == LARGE
        threading.Event().wait(0.5)  # The limit itself has to pass; nothing can be seen of it from here.
        assert len(everything_or_less(client)) < len(LARGE)


def test_many_ask_at_once(server: HttpPort) -> None:
    seen: list[int] = []
    clients = [threading.Thread(target=lambda: seen.append(ask(server)[0])) for _ in range(20)]
    for client in clients:
        client.start()
    for client in clients:
        client.join(10)
    assert seen == [200] * 20
