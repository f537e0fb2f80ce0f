"""Facts about a workstation are judged: what is missing is bad and has a next step, what is fine has none."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from hanoi_wall.operations import doctor
from hanoi_wall.operations.findings import Finding, Level
from hanoi_wall.operations.workstation import ClockState, Probe
from hanoi_wall.settings.folders import Folders, folders_of
from hanoi_wall.settings.profile import ProfileLock
from hanoi_wall.store.cameras import CameraStore
from tests.conftest import ROOT

GOOD = {
    "python": "3.11.7",
    "PySide6-Essentials": "6.11.3",
    "av": "18.1.0",
    "numpy": "2.4.6",
    "keyring": "25.7.0",
    "cryptography": "50.0.2",
}
SCREEN = {"name": "WALL-1", "geometry": [0, 0, 1920, 1080], "scale": 1.0, "refresh_hz": 60.0}
DISPLAY = {"problem": None, "screens": [SCREEN], "fonts": ["Inter"], "vietnamese": 3}


def levels(findings: list[Finding]) -> dict[str, Level]:
    return {finding.subject: finding.level for finding in findings}


def test_versions_that_fit_and_those_that_do_not() -> None:
    assert set(levels(doctor.judge_versions(GOOD)).values()) == {Level.OK}
    for change, subject in (
        ({"python": "3.10.9"}, "python"),
        ({"av": None}, "av"),
        ({"PySide6-Essentials": "6.12.0"}, "PySide6-Essentials"),
    ):
        findings = doctor.judge_versions(GOOD | change)
        assert [each.subject for each in findings if each.level is Level.BAD] == [subject]
        assert all(each.next_step for each in findings if each.level is Level.BAD)
    newer = GOOD | {"PySide6-Essentials": "6.12.0", "python": "3.13.0"}
    assert set(levels(doctor.judge_versions(newer)).values()) == {Level.OK}
    assert doctor.numbers("6.11.3") == (6, 11, 3) and doctor.numbers("x") == () == doctor.numbers(None)


def test_screens_and_fonts() -> None:
    first, second = doctor.judge_display(Probe(DISPLAY))
    assert first.text == "1 (WALL-1 1920x1080 at 0,0 scale 1, 60 Hz)" and second.level is Level.OK
    for answer, subject, level in (
        ({"problem": "no display: x"}, "screens", Level.BAD),
        (DISPLAY | {"screens": []}, "screens", Level.BAD),
        (DISPLAY | {"fonts": []}, "fonts", Level.WARN),
        (DISPLAY | {"fonts": [], "vietnamese": 0}, "fonts", Level.BAD),
    ):
        findings = doctor.judge_display(Probe(answer))
        assert levels(findings)[subject] is level
        assert all(each.next_step for each in findings if each.level is not Level.OK)
    (crashed,) = doctor.judge_display(Probe(None, "ended with signal 6: xcb missing"))
    assert crashed.level is Level.BAD and "xcb missing" in crashed.text


def test_codecs_and_the_scaler() -> None:
    good = {"codecs": ["h264", "hevc"], "libyuv": True}
    assert levels(doctor.judge_decoding(Probe(good))) == {"codecs": Level.OK, "scaler": Level.OK}
    slow = doctor.judge_decoding(Probe(good | {"libyuv": False}))
    assert levels(slow)["scaler"] is Level.WARN
    (codecs, _) = doctor.judge_decoding(Probe(good | {"codecs": ["h264"]}))
    assert codecs.level is Level.BAD and "hevc" in codecs.text
    (broken,) = doctor.judge_decoding(Probe(None, "ended with code 1: ImportError"))
    assert broken.level is Level.BAD and "ImportError" in broken.text


def test_the_machine() -> None:
    ok, warn, bad = Level.OK, Level.WARN, Level.BAD
    here = Path("/x")
    for finding, level in (
        (doctor.judge_gpu({}), ok),
        (doctor.judge_gpu({"/dev/dri/renderD128": True}), ok),
        (doctor.judge_gpu({"/dev/dri/renderD128": False}), warn),
        (doctor.judge_memory((8000, 16000)), ok),
        (doctor.judge_memory((1000, 16000)), warn),
        (doctor.judge_memory((100, 16000)), bad),
        (doctor.judge_memory(None), warn),
        (doctor.judge_open_files(1024), ok),
        (doctor.judge_open_files(-1), ok),
        (doctor.judge_open_files(256), warn),
        (doctor.judge_disk(90_000, here), ok),
        (doctor.judge_disk(1_000, here), warn),
        (doctor.judge_disk(10, here), bad),
        (doctor.judge_disk(None, here), warn),
        (doctor.judge_clock(ClockState(True, 0.004)), ok),
        (doctor.judge_clock(ClockState(True, 5.0)), warn),
        (doctor.judge_clock(ClockState(False, 0.0)), warn),
        (doctor.judge_clock(None), warn),
    ):
        assert finding.level is level, finding
        assert bool(finding.next_step) == (level is not ok), finding


def test_a_whole_examination_of_this_workstation(tmp_path: Path) -> None:
    folders = folders_of(tmp_path / "p")
    with CameraStore.open(folders.database), ProfileLock.take(folders):
        report = doctor.examine(folders)
    found = {finding.subject: finding for finding in report.findings}
    assert found["profile"].text == f"in use by process {os.getpid()}"
    assert found["catalogue"].text.endswith("is whole")
    assert found["codecs"].level is Level.OK and "h264" in found["codecs"].text
    assert found["screens"].level is Level.OK
    assert found["disk"].text.endswith(f"for {folders.data}")
    assert report.exit_code in (0, 4)


def test_a_profile_with_something_wrong_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("judge_display", "judge_decoding"):
        monkeypatch.setattr(doctor, name, lambda probe: [])
    monkeypatch.setattr(doctor.workstation, "probe", lambda module: Probe(None))
    folders = folders_of(tmp_path)
    folders.data.mkdir()
    folders.database.write_bytes(b"no database" * 500)
    folders.settings_file.write_text("language = 1")
    folders.logs.write_text("a file, no folder")
    found = {finding.subject: finding for finding in doctor.examine(folders).findings}
    assert {found[name].level for name in ("catalogue", "settings")} == {Level.BAD}
    assert found["log"].level is Level.WARN
    assert "language" in found["settings"].text and "is damaged" in found["catalogue"].text


def findings_of(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> dict[str, Finding]:
    for name in ("judge_display", "judge_decoding"):
        monkeypatch.setattr(doctor, name, lambda probe: [])
    monkeypatch.setattr(doctor.workstation, "probe", lambda module: Probe(None))
    return {finding.subject: finding for finding in doctor.examine(folders).findings}


def test_a_profile_behind_a_door_that_does_not_open_is_a_finding_and_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A name too long stands for a folder of somebody else: both are errors of every look into it.
    found = findings_of(folders_of(tmp_path / ("x" * 300)), monkeypatch)
    assert {found[name].level for name in ("catalogue", "settings", "profile")} == {Level.BAD}
    assert "cannot be opened: File name too long" in found["catalogue"].text
    assert found["settings"].next_step == "look at the rights of file and folder"
    assert found["log"].level is Level.WARN


def test_a_profile_is_looked_at_and_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*arguments: object, **more: object) -> None:
        pytest.fail("the doctor took the lock")

    monkeypatch.setattr(ProfileLock, "take", taken)
    folders = folders_of(tmp_path / "new")
    assert findings_of(folders, monkeypatch)["profile"].text == "not in use"
    assert not folders.lock.exists()


def test_what_the_doctor_says_of_qt_names_a_file_that_is_there() -> None:
    (finding,) = doctor.judge_display(Probe(None, "ended with signal 6"))
    (named,) = re.findall(r"packaging/[\w.-]+", finding.next_step)
    assert "libxcb" in (ROOT / named).read_text()
