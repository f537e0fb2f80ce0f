"""A connection in time, or a cause in time."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Callable

import pytest

from hanoi_wall.domain.faults import Cause
from hanoi_wall.video.dial import NoLine, cause_of, connect


def refused(host: str, port: int) -> NoLine:
    with pytest.raises(NoLine) as caught:
        connect(host, port, time.monotonic() + 0.5)
    return caught.value


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_line_is_connected_and_never_waits(host: str) -> None:
    """`localhost` has two addresses on many machines, of which one answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with connect(host, port, time.monotonic() + 5) as line, pytest.raises(BlockingIOError):
            assert line.getpeername() == ("127.0.0.1", port)
            line.recv(1)


def test_nobody_there_is_refused_and_no_name_is_unknown(free_port: Callable[[], int]) -> None:
    port = free_port()
    none = refused("127.0.0.1", port)
    assert (none.cause, none.detail) == (Cause.CONNECTION_REFUSED, f"127.0.0.1:{port}: Connection refused")
    for host in ("no..name", "", "x" * 300):
        assert refused(host, port).cause is Cause.NAME_UNKNOWN


def test_after_the_deadline_nothing_is_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        began = time.monotonic()
        try:
            connect("127.0.0.1", listener.getsockname()[1], began - 1).close()
        except NoLine as none:
            assert none.cause is Cause.TIMEOUT
        assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (TimeoutError("timed out"), Cause.TIMEOUT),
        (OSError(errno.EHOSTUNREACH, "no route"), Cause.HOST_UNREACHABLE),
        (OSError(errno.EMFILE, "too many open files"), Cause.OVERLOADED),
        (OSError(errno.ENOMEM, "no memory"), Cause.OUT_OF_MEMORY),
        (OSError(errno.EPIPE, "broken pipe"), Cause.CONNECTION_LOST),
        (OSError("without a number"), Cause.CONNECTION_LOST),
    ],
)
def test_errors_have_causes(error: OSError, cause: Cause) -> None:
    assert cause_of(error) is cause
