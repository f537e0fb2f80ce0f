"""The workstation's key is made once, kept with the passwords, and known again by its public half."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from hanoi_wall.domain.camera import Credentials
from hanoi_wall.settings.credentials_file import FileSecrets
from hanoi_wall.settings.folders import folders_of
from hanoi_wall.settings.kept import SIGNING, WORKSTATION, MemorySecrets, SecretsError
from hanoi_wall.settings.signing_key import KEY_BYTES, MOST_KEYS_BYTES, keep_own, own_keys, secret_key


def test_it_is_made_once_and_kept_like_a_password(tmp_path: Path) -> None:
    path = tmp_path / "secret.json"
    made = secret_key(FileSecrets(path, may_begin=True))
    assert len(made) == KEY_BYTES and secret_key(FileSecrets(path)) == made
    assert secret_key(MemorySecrets()) != made
    FileSecrets(path).put({"cam": {"main": Credentials("op", "pw")}})
    assert secret_key(FileSecrets(path)) == made


@pytest.mark.parametrize(
    "kept", [Credentials("rsa", "A" * 43 + "="), Credentials("ed25519", "AAAA"), Credentials("ed25519", "é")]
)
def test_another_entry_is_not_taken_for_it_and_not_written_over(kept: Credentials) -> None:
    store = MemorySecrets({WORKSTATION: {SIGNING: kept}})
    with pytest.raises(SecretsError, match="memory: the key that signs evidence was not written by us"):
        secret_key(store)
    assert store.get(WORKSTATION) == {SIGNING: kept}


def test_every_key_that_it_had_stays_its_own(tmp_path: Path) -> None:
    folders = folders_of(tmp_path / "profile")
    assert own_keys(folders) == ()
    first, second = b"1" * KEY_BYTES, b"2" * KEY_BYTES
    for key in (first, second, first):
        keep_own(folders, key)
    assert own_keys(folders) == (first, second)
    with folders.own_keys.open("ab") as file:
        file.write(b"not a key\n" + base64.b64encode(b"short") + b"\n\xff\n")
    assert own_keys(folders) == (first, second)
    folders.own_keys.write_bytes(b"x" * (2 * MOST_KEYS_BYTES))
    assert own_keys(folders) == ()


def test_a_profile_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("")
    with pytest.raises(SecretsError, match="the profile cannot be written: .*profile"):
        keep_own(folders_of(tmp_path / "profile"), b"1" * KEY_BYTES)
