"""An administrator brings cameras in, looks at them and takes them out again; no password stays anywhere."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.stories.program import Program, Said

CANARY = "Tr0ngDemCanary"
HEADER = "id,name,owner,district,ward,site,main_url,sub_url,onvif_url,ptz,lat,lon,tags,vendor\n"
ROW = "{0},Ngã tư {0},Sở GTVT,Đống Đa,,N{0},rtsp://op:{1}@10.0.0.{2}/1,rtsp://op:{1}@10.0.0.{2}/2,,true,21.0,105.8,a;b,X\n"
THREE = HEADER + "".join(
    ROW.format(name, CANARY, number) for number, name in enumerate(("c1", "c2", "c3"), 1)
)


@pytest.fixture
def cameras(tmp_path: Path) -> Path:
    """A catalogue file with three cameras and their passwords."""
    path = tmp_path / "cameras.csv"
    path.write_text(THREE)
    return path


def shown(*said: Said) -> str:
    return "".join(each.out + each.err for each in said)


def test_the_way_of_a_catalogue(program: Program, key_store: Path, cameras: Path, tmp_path: Path) -> None:
    planned = program("cameras", "import", cameras, "--dry-run")
    assert planned.code == 0 and planned.out.startswith("would be: 3 added") and not planned.err
    assert not (program.profile / "data").exists() and not key_store.exists()
    done = program("cameras", "import", cameras)
    assert done.code == 0 and done.out.startswith("3 added, 0 changed, 0 unchanged\n")
    assert f"{cameras} still holds passwords" in done.out
    assert key_store.read_text().count(CANARY) == 6
    data = program.profile / "data"
    before = {path.name: path.read_bytes() for path in data.iterdir() if path.name != "lock"}
    again = program("cameras", "import", cameras, "--json")
    assert (again.answer["unchanged"], again.answer["credentials_stored"]) == (3, 0)
    assert {path.name: path.read_bytes() for path in data.iterdir() if path.name != "lock"} == before
    listed = program("cameras", "list")
    assert listed.out.splitlines()[1].split()[0] == "c1" and "Ngã tư c1" in listed.out
    names = [camera["name"] for camera in program("cameras", "list", "--json").answer]
    assert names == ["Ngã tư c1", "Ngã tư c2", "Ngã tư c3"]
    for name in ("out.csv", "out.json"):
        exported = program("cameras", "export", tmp_path / name)
        assert exported.code == 0 and exported.out == f"3 cameras in {tmp_path / name}\n"
        back = program("cameras", "import", tmp_path / name, "--json")
        assert back.answer["unchanged"] == 3 and back.answer["cameras_with_passwords"] == 0
        assert CANARY not in (tmp_path / name).read_text()
    assert cameras.read_text() == THREE, "the imported file was altered"
    assert CANARY not in shown(planned, done, again, listed)
    assert CANARY.encode() not in program.everything_written()


@pytest.mark.parametrize("lines", [[], ["--json"]])
def test_a_bad_file_is_refused_whole_with_its_line(
    program: Program, key_store: Path, cameras: Path, lines: list[str]
) -> None:
    cameras.write_text(THREE + ROW.format("c1", CANARY, 9) + f"c5,X,,,,,http://op:{CANARY}@h/,,,,,,,\n")
    said = program("cameras", "import", cameras, *lines)
    assert said.code == 3 and said.out == ""
    if lines:
        assert [(each["line"], each["column"]) for each in said.error["problems"]] == [
            (5, "id"),
            (6, "main_url"),
        ]
        assert said.error["file"] == str(cameras) and said.error["exit_code"] == 3
    else:
        assert said.complaint == (
            f"hanoi-wall: {cameras}: line 5: id: is the id of line 2 already (and 1 more)"
        )
    assert program("cameras", "list", "--json").answer == []
    left = program("cameras", "import", cameras, "--skip-bad")
    assert left.code == 0 and "left out: line 6: main_url: scheme 'http'" in left.out
    assert "3 added, 0 changed, 0 unchanged; 2 rows left out" in left.out
    assert CANARY not in shown(said, left)
    assert CANARY.encode() not in program.everything_written()


HOSTILE: dict[str, bytes] = {
    "empty.csv": b"",
    "latin.csv": (HEADER + "c1,Ngã").encode()[:-1] + b"\xff",
    "nul.csv": HEADER.encode() + b"c1,\0",
    "quote.csv": HEADER.encode() + f'c1,"{CANARY}'.encode(),
    "utf16.csv": HEADER.encode("utf-16"),
    "broken.json": f'[{{"id": "{CANARY}'.encode(),
    "object.json": b"{}",
    "deep.json": b"[" * 100_000,
    "header.csv": f"id,name,main_url,password2\nc1,x,rtsp://h,{CANARY}\n".encode(),
    "big.csv": b"x" * (33 * 1024 * 1024),
    "slash.csv": HEADER.encode() + f"c1,X,,,,,rtsp://op:1/{CANARY}@h/,,,,,,,\n".encode(),
    "shifted.csv": HEADER.encode() + f"c1,rtsp://op:{CANARY}@h/,,,,,,,,,,,,\n".encode(),
    "unknown.csv": HEADER.encode() + f"c1,X,,,,,rtsp://h/,,,,,,,rtsp://op:{CANARY}@h/\n".encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_one_line(
    program: Program, key_store: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    said = program("cameras", "import", path)
    assert said.code == 3 and said.complaint.startswith(f"hanoi-wall: {path}: ")
    assert CANARY not in shown(said)
    assert CANARY.encode() not in program.everything_written()


WRITTEN = {
    "query": (f"rtsp://10.0.0.1/live?user=op&password={CANARY}", "", "", ""),
    "login": (f"rtsp://10.0.0.1/videoMain?loginuse=op&loginpas={CANARY}", "", "", ""),
    "token": (f"rtsp://10.0.0.1/live?access_token={CANARY}", "", "", ""),
    "onvif": ("rtsp://10.0.0.1/1", "", f"http://10.0.0.1/onvif?user=op&password={CANARY}", ""),
    "sub": ("rtsp://10.0.0.1/1", f"rtsp://10.0.0.1/user=op_pwd={CANARY}_channel=1", "", ""),
}
REFUSED = {
    "extra address": f"http://10.0.0.1/snap.cgi?user=op&pwd={CANARY}",
    "extra token": f"http://10.0.0.1/snap.cgi?token={CANARY}",
    "extra note": f"mật khẩu: {CANARY}",
    "extra object": f'"{{""login"": {{""pw"": ""{CANARY}""}}}}"',
}


@pytest.mark.parametrize("name", [*WRITTEN, *REFUSED])
def test_a_password_written_anywhere_in_a_row_is_kept_apart_or_refused(
    program: Program, key_store: Path, tmp_path: Path, name: str
) -> None:
    main, sub, onvif, note = WRITTEN.get(name, ("rtsp://10.0.0.1/1", "", "", REFUSED.get(name)))
    file, out = tmp_path / "x.csv", tmp_path / "out.csv"
    file.write_text(f"id,name,main_url,sub_url,onvif_url,notes\nc1,Cổng,{main},{sub},{onvif},{note}\n")
    done = program("cameras", "import", file, "--json")
    listed, exported = program("cameras", "list", "--json"), program("cameras", "export", out)
    if name in REFUSED:
        assert (done.code, done.error["problems"][0]["line"], listed.answer) == (3, 2, [])
    else:
        assert (done.code, done.answer["cameras_with_passwords"]) == (0, 1)
        assert CANARY in key_store.read_text() and "{password}" in listed.out
        assert program("cameras", "import", out, "--json").answer["unchanged"] == 1
        assert CANARY in key_store.read_text()
    assert CANARY not in shown(done, listed, exported, program("cameras", "list"))
    assert CANARY.encode() not in program.everything_written() + out.read_bytes()


def test_a_camera_with_a_slip_of_the_pen_is_not_removed(
    program: Program, key_store: Path, cameras: Path
) -> None:
    program("cameras", "import", cameras)
    cameras.write_text(THREE.replace("rtsp://", "rtp://", 1))
    said = program("cameras", "import", cameras, "--replace", "--skip-bad")
    assert said.code == 2 and "--replace" in said.complaint and "--skip-bad" in said.complaint
    assert len(program("cameras", "list", "--json").answer) == 3


def test_a_camera_that_goes_or_moves_leaves_no_password_behind(
    program: Program, key_store: Path, cameras: Path
) -> None:
    program("cameras", "import", cameras)
    cameras.write_text("id,name,main_url\nc1,A,rtsp://10.0.0.9/1\nc2,B,rtsp://10.0.0.2/1\n")
    said = program("cameras", "import", cameras, "--replace")
    assert said.code == 0
    assert "old passwords of 3 cameras are forgotten: removed, or another host" in said.out
    assert key_store.read_text().count(CANARY) == 1, "of the one stream that stayed where it was"


def test_what_is_no_file_is_refused(program: Program, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero"), tmp_path / "none"):
        said = program("cameras", "import", path)
        assert said.code == 3 and str(path) in said.complaint


def test_a_workstation_without_key_store(program: Program, cameras: Path, tmp_path: Path) -> None:
    said = program("cameras", "import", cameras)
    assert said.code == 4
    assert (
        "--credentials-file FILE (mode 0600)" in said.complaint and "--without-credentials" in said.complaint
    )
    assert program("cameras", "list", "--json").answer == []
    assert program("cameras", "import", cameras, "--without-credentials").code == 0
    secret = tmp_path / "credentials.json"
    said = program("cameras", "import", cameras, "--credentials-file", secret)
    assert said.code == 0 and secret.stat().st_mode & 0o777 == 0o600
    assert json.loads(secret.read_text())["c1"]["main"] == {"user": "op", "password": CANARY}
    assert CANARY.encode() not in program.everything_written()
    secret.chmod(0o644)
    said = program("cameras", "import", cameras)
    assert said.code == 3 and "has mode 0644; expected 0600" in said.complaint


@pytest.mark.parametrize(
    "backend", ["keyring.backends.null.Keyring", "tests.stories.plaintext.PlaintextKeyring"]
)
def test_a_key_store_that_keeps_no_secret_is_refused(program: Program, cameras: Path, backend: str) -> None:
    program.environment["PYTHON_KEYRING_BACKEND"] = backend
    said = program("cameras", "import", cameras)
    assert said.code == 4 and "no key store that keeps secrets" in said.complaint


def test_a_locked_key_store_imports_nothing(program: Program, key_store: Path, cameras: Path) -> None:
    key_store.write_text("locked")
    said = program("cameras", "import", cameras)
    assert said.code == 4 and "locked" in said.complaint and "hunter2" not in said.complaint
    assert program("cameras", "list", "--json").answer == []


def test_a_kiosk_keeps_its_passwords_in_a_vault(program: Program, cameras: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(os.urandom(32))
    key.chmod(0o400)
    program.environment["HANOI_WALL_VAULT_KEY_FILE"] = str(key)
    said = program("cameras", "import", cameras)
    assert said.code == 0 and "are kept in the encrypted vault (6 new or other)" in said.out
    assert program("cameras", "import", cameras, "--json").answer["credentials_stored"] == 0
    assert CANARY.encode() not in program.everything_written()
    key.chmod(0o600)
    key.write_bytes(os.urandom(32))
    said = program("cameras", "import", cameras)
    assert said.code == 4 and f"the key file {key} does not open" in said.complaint
    vault = program.profile / "data" / "credentials.vault"
    vault.write_bytes(b"HWVAULT1" + b"x" * 100)
    said = program("cameras", "import", cameras)
    assert said.code == 3 and str(vault) in said.complaint


HOLD = """
import sys
from pathlib import Path
from hanoi_wall.settings.folders import folders_of
from hanoi_wall.settings.profile import ProfileLock
with ProfileLock.take(folders_of(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_beside_a_client_the_catalogue_is_read_but_not_written(
    program: Program, key_store: Path, cameras: Path
) -> None:
    program("cameras", "import", cameras)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, program.profile],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=program.env,
    ) as client:
        assert client.stdout is not None and client.stdout.readline() == b"held\n"
        said = program("cameras", "import", cameras, "--json")
        assert (said.code, said.error["pid"]) == (4, client.pid)
        assert f"process {client.pid}" in said.error["error"]
        assert len(program("cameras", "list", "--json").answer) == 3
        client.kill()
    assert program("cameras", "import", cameras).code == 0


def test_a_damaged_database_is_named(program: Program, key_store: Path, cameras: Path) -> None:
    program("cameras", "import", cameras)
    database = program.profile / "data" / "hanoi-wall.sqlite"
    database.write_bytes(b"x" * 10_000)
    for words in (["cameras", "list"], ["cameras", "import", str(cameras)], ["cameras", "export", "out.csv"]):
        said = program(*words)
        assert said.code == 4 and str(database) in said.complaint


def test_settings_that_cannot_be_meant_are_named(program: Program) -> None:
    program.profile.mkdir()
    (program.profile / "settings.toml").write_text('language = "klingon"\n')
    said = program("keys", "--json")
    assert said.code == 3 and (said.error["key"], said.error["kind"]) == ("language", "bad_file")
    assert "klingon" not in said.err and '"vi", "en", "fr"' in said.error["expected"]


def test_whoever_reads_the_list_may_stop_reading(program: Program, key_store: Path, cameras: Path) -> None:
    rows = (
        f"c{number},N{number},,,,,rtsp://10.1.{number // 250}.{number % 250}/1,,,,,,,"
        for number in range(3000)
    )
    cameras.write_text(HEADER + "\n".join(rows))
    assert program("cameras", "import", cameras).code == 0
    with subprocess.Popen(
        program.words("cameras", "list"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=program.env,
        cwd=ROOT,
    ) as listing:
        assert listing.stdout is not None and listing.stderr is not None
        listing.stdout.readline()
        listing.stdout.close()
        assert listing.stderr.read() == b"" and listing.wait(30) == 0


def test_an_import_that_is_interrupted_changes_nothing(
    program: Program, key_store: Path, cameras: Path, process: Callable[..., Any], until: Callable[..., None]
) -> None:
    rows = (
        f"c{n},N,,,,,rtsp://op:x@10.{n // 62500}.{n // 250 % 250}.{n % 250}/1,,,,,,," for n in range(20_000)
    )
    cameras.write_text(HEADER + "\n".join(rows))
    running = process(program.words("cameras", "import", cameras, "--without-credentials"), env=program.env)
    until(lambda: (program.profile / "data" / "lock").exists(), 30, "the import begins")
    running.end(signal.SIGKILL)
    count = len(program("cameras", "list", "--json").answer)
    assert count in (0, 20_000)
    assert program("cameras", "import", cameras, "--without-credentials").code == 0
    assert len(program("cameras", "list", "--json").answer) == 20_000
