"""Whether a camera answers at all: one connection, one word, a second at most. For tries in a hurry.

libav has one bound for connecting and for reading alike, and 5 s of it are right for a camera that is merely
slow. A silent one must not hold its place so long while others wait (opening.py).
"""

from __future__ import annotations

import time

from hanoi_wall.domain.camera import StreamAddress
from hanoi_wall.domain.faults import Cause
from hanoi_wall.video.dial import NoLine, cause_of, connect

CONNECT_S = 0.5
ANSWER_S = 0.5


def silence_of(address: StreamAddress) -> NoLine | None:
    """Why the camera says nothing, None when it answers: anything at all, or under TLS a connection.

    It is asked as libav would, OPTIONS without a password: no log-in is counted against anybody.
    """
    if address.scheme not in ("rtsp", "rtsps"):
        return None
    try:
        line = connect(address.host, address.port, time.monotonic() + CONNECT_S)
    except NoLine as silent:
        return silent
    with line:
        if address.scheme == "rtsps":
            return None
        line.settimeout(ANSWER_S)
        try:
            line.sendall(f"OPTIONS {address.url} RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
            if line.recv(1):
                return None
        except OSError as error:
            return NoLine(cause_of(error), "no answer to a try in a hurry")
    return NoLine(Cause.CONNECTION_LOST, "the line was cut before an answer")
