"""What a doctor of cameras notes: each step with its time, and what went wrong with cause and next step."""

from __future__ import annotations

import pytest

from hanoi_wall.domain.faults import Cause
from hanoi_wall.operations.camera_report import NEXT_STEPS, CameraReport, Ill, StreamReport, step
from hanoi_wall.operations.rtsp_line import LineFault
from hanoi_wall.operations.sdp import Media


def test_every_cause_that_a_camera_can_have_has_a_next_step() -> None:
    workstation = {
        Cause.DECODER_CRASHED,
        Cause.DECODER_HUNG,
        Cause.OVERLOADED,
        Cause.OUT_OF_MEMORY,
        Cause.NO_RIGHT,
    }
    assert set(NEXT_STEPS) == set(Cause) - workstation


def test_a_step_is_noted_whether_right_or_wrong() -> None:
    report = StreamReport("main", "rtsp://h/x")
    step(report, "connect", lambda: "TCP")

    def ill() -> str:
        raise Ill(Cause.CODEC, "no codec")

    def lost() -> str:
        raise LineFault(Cause.TIMEOUT, "rtsp://op:pw@h silent")

    with pytest.raises(Ill):
        step(report, "describe", ill)
    with pytest.raises(Ill) as caught:
        step(report, "play", lost)
    assert (caught.value.cause, caught.value.next_step) == (Cause.TIMEOUT, NEXT_STEPS[Cause.TIMEOUT])
    assert [(s.name, s.right, s.text) for s in report.steps] == [
        ("connect", True, "TCP"),
        ("describe", False, "no codec"),
        ("play", False, "rtsp://***@h silent"),
    ]
    assert all(s.ms >= 0 for s in report.steps)


def test_a_report_for_people_and_for_scripts() -> None:
    good = StreamReport("main", "rtsp://h/1", media=(Media("video", "H264"),))
    bad = StreamReport("sub", "rtsp://h/2", cause=Cause.NOT_FOUND, next_step="do this", remarks=["mind that"])
    step(good, "connect", lambda: "TCP")
    report = CameraReport("gate", (good, bad))
    assert report.exit_code == 4 and CameraReport("gate", (good,)).exit_code == 0
    assert CameraReport("gate", ()).exit_code == 4
    lines = list(report.lines())
    assert lines[0] == "main rtsp://h/1" and lines[1].startswith("  OK   connect: TCP (")
    assert lines[2:] == ["  healthy", "sub rtsp://h/2", "  WARN mind that", "  not_found", "  -> do this"]
    plain = report.plain()
    assert plain["streams"][0]["media"] == [{"kind": "video", "format": "H264"}]
    assert (plain["healthy"], plain["streams"][1]["cause"]) == (False, "not_found")
