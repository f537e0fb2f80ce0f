"""A camera is found by its id or its address, with the password that is kept for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hanoi_wall.domain.camera import Camera, Credentials, StreamAddress
from hanoi_wall.domain.faults import Cause
from hanoi_wall.operations.doctor_camera import examine_camera
from hanoi_wall.operations.refusals import Missing, WrongUsage
from hanoi_wall.settings.credentials_file import FileSecrets
from hanoi_wall.settings.file import change_settings
from hanoi_wall.settings.folders import Folders, folders_of
from hanoi_wall.store.cameras import CameraStore
from tests.integration.spoken_camera import H264, Request, answer, healthy, speaking

CANARY = "Tr0ngDem"


def basic(request: Request) -> bytes:
    """Wants op:Tr0ngDem."""
    if request.headers.get("authorization") == "Basic b3A6VHIwbmdEZW0=":
        return answer(body=H264)(request)
    return answer("401 Unauthorized", WWW_Authenticate='Basic realm="x"')(request)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """A profile that keeps passwords in a file."""
    folders = folders_of(tmp_path / "profile")
    path = tmp_path / "credentials.json"
    FileSecrets(path, may_begin=True).put({"gate": {"main": Credentials("op", CANARY)}})
    change_settings(folders.settings_file, credentials_file=str(path))
    return folders


def catalogue(folders: Folders, main: str, sub: str | None = None) -> None:
    with CameraStore.open(folders.database) as store:
        second = None if sub is None else StreamAddress(sub)
        store.put((Camera("gate", "Gate", main=StreamAddress(main), sub=second), Camera("bare", "No stream")))


def test_by_its_id_every_stream_is_examined_with_its_own_password(folders: Folders) -> None:
    with speaking(healthy(DESCRIBE=basic)) as camera:
        url = f"rtsp://127.0.0.1:{camera.port}"
        catalogue(folders, f"{url}/main", f"{url}/sub")
        report = examine_camera(folders, "gate")
    assert [(stream.stream, stream.cause) for stream in report.streams] == [
        ("main", None),
        ("sub", Cause.WRONG_PASSWORD),
    ]
    assert report.exit_code == 4 and report.plain()["healthy"] is False
    assert CANARY not in str(report.plain()) + str(list(report.lines()))


def test_by_its_address_it_is_recognised(folders: Folders) -> None:
    with speaking(healthy(DESCRIBE=basic)) as camera:
        url = f"rtsp://127.0.0.1:{camera.port}/main"
        assert examine_camera(folders, url).streams[0].cause is Cause.WRONG_PASSWORD
        catalogue(folders, url)
        report = examine_camera(folders, url)
        assert report.exit_code == 0 and report.camera == url
        written = url.replace("//", f"//op:{CANARY}@")
        seen = examine_camera(folders, written)
        assert seen.exit_code == 0 and "can be seen by others" in seen.streams[0].remarks[0]
        unseen = examine_camera(folders, written, seen=False)
        assert not any("seen by others" in remark for remark in unseen.streams[0].remarks)
        assert CANARY not in str(seen.plain())


def test_what_is_neither_an_id_nor_an_address_is_said(folders: Folders) -> None:
    catalogue(folders, "rtsp://127.0.0.1:1/")
    for asked, kind, text in (
        ("http://h/x", WrongUsage, "is not one of rtsp"),
        (f"op:{CANARY}@h", WrongUsage, "neither an id"),
        ("nobody", Missing, "no camera nobody in the catalogue"),
        ("bare", Missing, "has no stream address"),
    ):
        with pytest.raises(kind, match=text) as caught:
            examine_camera(folders, asked)
        assert CANARY not in str(caught.value)


def test_passwords_that_cannot_be_fetched_are_a_remark(folders: Folders, tmp_path: Path) -> None:
    (tmp_path / "credentials.json").chmod(0o644)
    with speaking(healthy()) as camera:
        catalogue(folders, f"rtsp://127.0.0.1:{camera.port}/main")
        report = examine_camera(folders, "gate")
    assert report.exit_code == 0
    assert "no password could be fetched" in report.streams[0].remarks[0]


def test_a_clip_must_be_a_file_that_can_be_read(folders: Folders, tmp_path: Path) -> None:
    clip = tmp_path / "đêm a.mp4"
    clip.write_bytes(b"x" * 10)
    report = examine_camera(folders, f"clip://{clip}".replace(" ", "%20"))
    assert report.exit_code == 0 and report.streams[0].steps[0].text == "a file of 10 bytes"
    for path in (tmp_path / "none.mp4", tmp_path):
        report = examine_camera(folders, f"clip://{path}")
        assert report.streams[0].cause is Cause.NOT_FOUND and report.streams[0].next_step
