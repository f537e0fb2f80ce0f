"""A TLS server for tests that does with its one connection whatever a test wants."""

from __future__ import annotations

import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.integration.certificates import Issued

PATIENCE_S = 10.0


@dataclass
class Peer:
    """A server on 127.0.0.1:port. handshakes: those that succeeded; heard: what echo servers received."""

    port: int
    handshakes: int = 0
    heard: bytearray = field(default_factory=bytearray)


Behaviour = Callable[[ssl.SSLSocket, Peer], None]


def echo(connection: ssl.SSLSocket, peer: Peer) -> None:
    """Send everything back, then end."""
    while data := connection.recv(65536):
        peer.heard += data
        connection.sendall(data)


def listen(connection: ssl.SSLSocket, peer: Peer) -> None:
    """Only hear."""
    while data := connection.recv(65536):
        peer.heard += data


def server_context(issued: Issued, folder: Path, newest: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """A server's context that takes any key and signature, however weak, and, if told, only old TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(*issued.write(folder, issued.fingerprint[:16]))
    if newest is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = newest
    return context


@contextmanager
def serving(context: ssl.SSLContext, behave: Behaviour = echo) -> Iterator[Peer]:
    """The server for the length of the `with`; every connection gets `behave` on a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    peer = Peer(listener.getsockname()[1])
    open_ones: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def serve(raw: socket.socket) -> None:
        try:
            raw.settimeout(PATIENCE_S)
            with context.wrap_socket(raw, server_side=True) as connection:
                peer.handshakes += 1
                open_ones.append(connection)
                behave(connection, peer)
        except OSError:
            pass
        finally:
            raw.close()

    def accept() -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            open_ones.append(raw)
            threads.append(threading.Thread(target=serve, args=(raw,), name="tls-peer"))
            threads[-1].start()

    acceptor = threading.Thread(target=accept, name="tls-peer-accept")
    acceptor.start()
    try:
        yield peer
    finally:
        _end(listener)
        acceptor.join(PATIENCE_S)
        for connection in open_ones:
            _end(connection)
        for thread in threads:
            thread.join(PATIENCE_S)


def _end(connection: socket.socket) -> None:
    try:
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:
        pass
    socket.socket.close(connection)
