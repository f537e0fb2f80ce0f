"""A credentials file is private or refused; what it holds comes back and is in no message."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.camera import Credentials
from hanoi_wall.settings.credentials_file import FileSecrets, read_private
from hanoi_wall.settings.kept import (
    BadSecrets,
    SecretsError,
    SecretStoreMissing,
    all_from_json,
)

CANARY = "Tr0ngĐêm"
ONE = {"cam-1": {"main": Credentials("op", CANARY), "sub": Credentials("op", "x")}}


def written(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    path = tmp_path / "credentials.json"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_what_was_put_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    secrets = FileSecrets(path, may_begin=True)
    assert secrets.get("cam-1") == {} and not path.exists()
    assert secrets.put(ONE) == 2
    assert secrets.put({"cam-1": {"sub": Credentials("op", "y")}, "cam-2": {}}) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = FileSecrets(path)
    assert again.get("cam-1") == {"main": Credentials("op", CANARY), "sub": Credentials("op", "y")}
    before = path.stat().st_mtime_ns
    assert again.put(ONE | {"cam-1": {"main": Credentials("op", CANARY)}}) == 0
    assert path.stat().st_mtime_ns == before
    again.delete(["cam-1", "never"])
    assert FileSecrets(path).get("cam-1") == {}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_may_read_is_refused_with_what_to_do(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path, "{}", mode)
    with pytest.raises(BadSecrets, match=f"has mode {mode:04o}; expected 0600 .chmod 600"):
        FileSecrets(path)


def test_a_file_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "{}")
    owner = path.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with pytest.raises(BadSecrets, match=f"belongs to user {owner}; expected its user to be {owner + 1}"):
        FileSecrets(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is not JSON"),
        ("[]", "expected an object with camera ids"),
        ('{"a": 3}', "a: expected an object with main, sub or onvif"),
        ('{"a": {"third": {}}}', "a: expected only main, sub or onvif"),
        (f'{{"a": {{"main": "{CANARY}"}}}}', "a: main: expected an object with user and password"),
        (
            f'{{"a": {{"main": {{"user": 3, "password": "{CANARY}"}}}}}}',
            "a: main: expected user and password as text",
        ),
        (f'{{"a": {{"main": {{"user": "u", "password": "{CANARY}}}}}}}', "is not JSON (line 1)"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_file_of_another_shape_is_named_without_repeating_it(
    tmp_path: Path, text: str, expected: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(BadSecrets) as caught:
        FileSecrets(path)
    assert str(caught.value).startswith(f"{path}: ") and expected in str(caught.value)
    assert CANARY not in str(caught.value)


def test_what_is_not_there_or_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SecretStoreMissing, match="is not there"):
        FileSecrets(tmp_path / "none")
    with pytest.raises(SecretStoreMissing, match="is not there"):
        FileSecrets(tmp_path / "no" / "folder", may_begin=True)
    with pytest.raises(BadSecrets, match="is no regular file"):
        FileSecrets(tmp_path)
    with pytest.raises(BadSecrets, match="is no regular file"):
        FileSecrets(Path("/dev/null"))
    with pytest.raises(SecretStoreMissing, match="cannot be read"):
        FileSecrets(Path("x" * 300))
    assert read_private(written(tmp_path, "x")) == b"x"


@given(st.text(max_size=40))
def test_no_text_raises_anything_but_a_value_error(text: str) -> None:
    try:
        all_from_json(text.encode("utf-8", "surrogatepass"))
    except ValueError as error:
        assert str(error).isprintable()


def test_a_failed_write_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    secrets = FileSecrets(folder / "c.json", may_begin=True)
    folder.rmdir()
    with pytest.raises(SecretsError, match="cannot be written: No such file"):
        secrets.put(ONE)
