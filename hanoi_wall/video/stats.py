"""Counters of one feed, stage by stage, as the decoder process reports them twice a second."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedStats:
    """One feed's figures since its session opened, unless said otherwise.

    received, decoded, published: pictures, received with those that this machine leaves out; corrupt: those
    that the decoder flagged; received_fps: over the last second; bytes: compressed; size: (width, height) of
    the stream; codec: FFmpeg's name; decoder: `software` or the accelerator's name; first_picture_ms: from
    the order to open to the first picture, None before it;
    jumps: time-stamp jumps met; clock: `stream`, or `arrival` when the time stamps are of no use;
    shed: 0 none, 1 no loop filter, 2 every other picture, 3 key pictures only (shedding.py);
    backlog_ms: how long the newest picture waited for this machine's processor; skipped: packets left out to
    catch up.
    """

    received: int = 0
    decoded: int = 0
    published: int = 0
    corrupt: int = 0
    bytes: int = 0
    received_fps: float = 0.0
    size: tuple[int, int] = (0, 0)
    codec: str = ""
    decoder: str = "software"
    first_picture_ms: int | None = None
    jumps: int = 0
    clock: str = "stream"
    shed: int = 0
    backlog_ms: int = 0
    skipped: int = 0
