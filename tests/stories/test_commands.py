"""Whatever a command is asked: an exit code that was promised, and errors in one line."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hanoi_wall import __version__
from tests.conftest import ROOT
from tests.stories.program import Program

CANARY = "Tr0ngDemCanary"
COMMANDS = (
    "run",
    "demo",
    "simulate",
    "doctor",
    "doctor camera",
    "cameras",
    "cameras import",
    "cameras list",
    "cameras export",
    "keys",
    "schema",
    "verify",
)


def test_every_command_explains_itself(program: Program) -> None:
    for command in COMMANDS:
        said = program(*command.split(), "--help")
        assert said.code == 0 and said.out.startswith(f"usage: hanoi-wall {command} ") and not said.err
        assert "--profile DIR" in said.out
    said = program("--help")
    assert all(f"    {command} " in said.out for command in COMMANDS if " " not in command)
    assert program("--version").out == f"hanoi-wall {__version__}\n"
    assert not program.profile.exists()


def test_wrong_usage_is_2_in_one_line_or_as_json(program: Program) -> None:
    for words in (
        ["walk"],
        ["run", "--scene", "grid:0x1"],
        ["cameras"],
        ["schema", "x"],
        ["verify"],
        ["simulate", "--cameras", "0"],
        ["simulate", "--fps", "1/0"],
        ["simulate", "--seconds", "nan"],
        ["simulate", "--seconds=-5"],
    ):
        said = program(*words)
        assert said.code == 2 and said.complaint.startswith("hanoi-wall")
        said = program(*words, "--json")
        assert (said.code, said.error["kind"], said.error["exit_code"]) == (2, "usage", 2)


def test_a_password_among_the_words_is_not_repeated(program: Program) -> None:
    url = f"rtsp://op:{CANARY}@h/x"
    for words in ([url], ["run", url], ["run", "--scene", url], ["cameras", "list", url], ["doctor", url]):
        said = program(*words)
        assert said.code == 2 and CANARY not in said.complaint
    for word in (url, url.replace("//", "/"), f"op:{CANARY}@h", f"h/x?pwd={CANARY}"):
        for before in (
            ["run", "--cameras"],
            ["run", "--seconds"],
            ["run", "--scene"],
            ["cameras", "import"],
            ["cameras", "export"],
            ["cameras", "import", "x", "--credentials-file"],
            ["doctor", "camera"],
            ["verify"],
            ["simulate", "--cache"],
            ["keys", "--profile"],
        ):
            said = program(*before, word, *(["--profile", "p"] if before[0] == "keys" else []))
            assert said.code in (2, 4) and CANARY not in said.err + said.out, (before, word)
            assert said.code == 2 or before[0] == "doctor"
    assert CANARY.encode() not in program.everything_written()


def test_without_a_display_the_wall_says_so(program: Program, tmp_path: Path) -> None:
    program.environment["QT_QPA_PLATFORM"] = "xcb"
    for words in ((), ("run",), ("demo", "--cameras", "1")):
        said = program(*words)
        assert said.code == 4 and "no display" in said.err and "Traceback" not in said.err
    program.environment["DISPLAY"] = ":987"
    assert "the X server :987 does not answer" in program("run", "--windowed").complaint


def test_a_bug_is_1_with_its_traceback_in_the_log_alone(program: Program) -> None:
    script = (
        "import sys\nfrom hanoi_wall import cli\nfrom hanoi_wall.operations import cameras\n"
        f"def broken(folders): raise LookupError('rtsp://op:{CANARY}@h/x')\n"
        "cameras.list_cameras = broken\nsys.exit(cli.main(sys.argv[1:]))\n"
    )
    for json_too in ([], ["--json"]):
        words = ["cameras", "list", "--profile", str(program.profile), *json_too]
        done = subprocess.run(
            [sys.executable, "-c", script, *words], capture_output=True, env=program.env, cwd=ROOT, timeout=60
        )
        log = program.profile / "logs" / "hanoi-wall.log"
        assert done.returncode == 1 and done.stdout == b""
        line = json.loads(done.stderr)["error"] if json_too else done.stderr.decode()
        assert line.strip().endswith(f"internal error (LookupError); the log {log} says where")
        assert line.count("\n") <= 1
    assert "Traceback" in log.read_text() and "LookupError: rtsp://***@h/x" in log.read_text()
    assert CANARY.encode() not in program.everything_written() + done.stderr


def test_a_profile_that_cannot_be_had_is_named(program: Program, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "c.csv").write_text("id,name,main_url\na,A,rtsp://h/1\n")
    said = program("cameras", "import", tmp_path / "c.csv", "--profile", tmp_path / "file")
    assert said.code == 4 and str(tmp_path / "file") in said.complaint


def test_a_profile_behind_a_door_that_does_not_open_is_no_bug(program: Program, tmp_path: Path) -> None:
    # A name too long stands for a folder of somebody else: both are errors of every look into it.
    closed = tmp_path / ("x" * 300)
    for words in (["cameras", "list"], ["keys"], ["run", "--windowed"]):
        said = program(*words, "--profile", closed)
        assert said.code == 4 and str(closed) in said.complaint
    said = program("doctor", "--json", "--profile", closed)
    found = {each["subject"]: each["level"] for each in said.answer["findings"]}
    assert said.code == 4 and not said.err
    assert (found["catalogue"], found["settings"], found["profile"]) == ("bad", "bad", "bad")


def test_an_answer_that_cannot_be_written_is_said(program: Program) -> None:
    for shell, code, complaint in (
        ("{} > /dev/full", 4, "hanoi-wall: the answer cannot be written: No space left on device\n"),
        ("{} >&-", 0, ""),
        ("{} 2>&-", 0, ""),
    ):
        done = subprocess.run(
            ["sh", "-c", shell.format(shlex.join(program.words("keys")))],
            env=program.env,
            capture_output=True,
            timeout=60,
        )
        assert (done.returncode, done.stderr.decode()) == (code, complaint)
    words = program.words("simulate", "--cameras", "1", "--json")
    with open("/dev/full", "w") as full:
        done = subprocess.run(words, env=program.env, stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 4 and json.loads(done.stderr)["kind"] == "missing"


def test_why_the_pretend_cameras_cannot_start_is_json_too(
    program: Program, free_port: Callable[[], int], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    words = ["simulate", "--cameras", "1", "--cache", tmp_path / "file"]
    assert program(*words).complaint.startswith("hanoi-wall simulate: cannot use the folder for clips: ")
    said = program(*words, "--json")
    assert (said.code, said.error["kind"], said.error["exit_code"]) == (4, "missing", 4)


def test_the_keys_and_the_schema(program: Program) -> None:
    keys = {each["id"]: each["keys"][0] for each in program("keys", "--json").answer}
    assert keys["tile.enlarge"] == "Return" and keys["wall.back"] == "Esc"
    assert "Phóng to" in program("keys").out and "Agrandir" in program("keys", "--language", "fr").out
    schema = program("schema", "catalogue").answer
    assert schema["items"]["required"] == ["id", "name", "main_url"]


def test_keys_that_collide_are_named_and_a_sheet_is_kept(program: Program, tmp_path: Path) -> None:
    program.profile.mkdir(mode=0o700)
    (program.profile / "keys.toml").write_text('wall.titles = ["F"]\ntile.retry = ["F5"]\n')
    said = program("keys", "--json")
    assert (said.code, said.error["kind"], said.error["key"]) == (3, "bad_file", "wall.titles")
    assert "another key than F, which wall.full_screen has" in program("keys").complaint
    table = {each["id"]: each["keys"] for each in said.answer}
    assert (table["wall.titles"], table["tile.retry"]) == (["T"], ["F5"])
    (program.profile / "keys.toml").write_text('tile.retry = ["F5"]\n')
    sheet = tmp_path / "keys.html"
    assert program("keys", "--sheet", sheet).code == 0 and "<kbd>F5</kbd>" in sheet.read_text()
    again = program("keys", "--sheet", sheet)
    assert again.code == 2 and "is there already" in again.complaint
    assert program("keys", "--sheet", sheet, "--overwrite", "--language", "en").code == 0
    assert '<html lang="en">' in sheet.read_text()


def test_a_terminal_without_vietnamese_ends_nothing(program: Program) -> None:
    program.environment |= {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    said = program("keys")
    assert said.code == 0 and "Ph\\xf3ng to" in said.out


def test_the_doctor_finds_what_is_missing(program: Program) -> None:
    said = program("doctor", "--json")
    found = {each["subject"]: each for each in said.answer["findings"]}
    assert found["key store"]["level"] == "warn" and "keeps nothing" in found["key store"]["text"]
    assert found["codecs"]["level"] == "ok" and found["python"]["level"] == "ok"
    program.environment["QT_QPA_PLATFORM"] = "xcb"
    said = program("doctor")
    assert said.code == 4 and "BAD   screens: no display" in said.out and not said.err
    assert "-> start it from the graphical session" in said.out


def test_the_doctor_of_cameras_reads_an_address_that_nobody_else_sees(program: Program) -> None:
    url = f"rtsp://op:{CANARY}@127.0.0.1:1/x"
    said = program("doctor", "camera", "-", "--json", stdin=url + "\n")
    assert said.code == 4 and said.answer["streams"][0]["cause"] == "connection_refused"
    assert said.answer["camera"] == "rtsp://127.0.0.1:1/x" and said.answer["streams"][0]["remarks"] == []
    seen = program("doctor", "camera", url)
    assert seen.code == 4 and "connection_refused" in seen.out and "can be seen by others" in seen.out
    unknown = program("doctor", "camera", "nobody")
    assert unknown.code == 4 and "no camera nobody" in unknown.complaint
    assert program("doctor", "camera", "http://h/").code == 2
    no_text = subprocess.run(
        program.words("doctor", "camera", "-"),
        input=b"\xff\n",
        env=program.env,
        capture_output=True,
        timeout=60,
    )
    assert (no_text.returncode, no_text.stderr) == (2, b"hanoi-wall: standard input is not UTF-8\n")
    for asked in (os.fsdecode(b"\xff"), "cam-1\u200b"):
        assert "no camera" in program("doctor", "camera", asked).complaint
    assert CANARY not in said.out + seen.out + seen.err
    assert CANARY.encode() not in program.everything_written()


@pytest.mark.parametrize("name", ["PySide6", "av", "keyring", "sqlite3"])
def test_nothing_heavy_is_loaded_for_help(name: str) -> None:
    script = (
        f"import sys; from hanoi_wall import cli; cli.main(['--help']); sys.exit('{name}' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT).returncode == 0
