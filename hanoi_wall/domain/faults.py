"""What can go wrong, as values.

A Fault is made at a room's door out of that room's exceptions; inside the program it travels as a value.

    Fault
    ├── the camera did not answer     timeout connection_refused host_unreachable name_unknown connection_lost
    ├── the camera said no           wrong_password forbidden not_found rejected transport
    ├── the camera cannot now         too_many_sessions unavailable session_lost
    ├── the line cannot be trusted    tls
    ├── the picture cannot be had     codec bad_answer stalled no_video
    ├── this workstation              decoder_crashed decoder_hung overloaded out_of_memory
    └── nobody may look               no_right
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """The short code that health answers, logs and tiles share."""

    TIMEOUT = "timeout"
    CONNECTION_REFUSED = "connection_refused"
    HOST_UNREACHABLE = "host_unreachable"
    NAME_UNKNOWN = "name_unknown"
    CONNECTION_LOST = "connection_lost"
    WRONG_PASSWORD = "wrong_password"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    TOO_MANY_SESSIONS = "too_many_sessions"
    UNAVAILABLE = "unavailable"
    REJECTED = "rejected"
    TRANSPORT = "transport"
    SESSION_LOST = "session_lost"
    TLS = "tls"
    CODEC = "codec"
    BAD_ANSWER = "bad_answer"
    STALLED = "stalled"
    NO_VIDEO = "no_video"
    DECODER_CRASHED = "decoder_crashed"
    DECODER_HUNG = "decoder_hung"
    OVERLOADED = "overloaded"
    OUT_OF_MEMORY = "out_of_memory"
    NO_RIGHT = "no_right"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that went wrong with one subject.

    cause: the code; subject: camera id, process or file; detail: for the log, never a password.
    The operator's words are the translations `cause.<code>` and `remedy.<code>`.
    """

    cause: Cause
    subject: str
    detail: str = ""
