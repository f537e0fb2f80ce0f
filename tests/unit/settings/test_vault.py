"""The vault opens with its own key alone, says when it was altered, and holds nothing in the clear."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from hanoi_wall.domain.camera import Credentials
from hanoi_wall.settings.kept import BadSecrets, SecretStoreMissing
from hanoi_wall.settings.vault import VaultSecrets

CANARY = "Tr0ngDem"
ONE = {"cam-1": {"main": Credentials("op", CANARY)}}


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_bytes(b"0123456789abcdef0123456789abcdef\n")
    path.chmod(0o400)
    return path


def test_what_was_put_comes_back_and_is_nowhere_in_the_clear(tmp_path: Path, key: Path) -> None:
    path = tmp_path / "data" / "credentials.vault"
    vault = VaultSecrets(path, key)
    assert vault.get("cam-1") == {} and not path.exists()
    assert vault.put(ONE) == 1 and vault.put(ONE) == 0
    data = path.read_bytes()
    assert CANARY.encode() not in data and b"cam-1" not in data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = VaultSecrets(path, key)
    assert again.get("cam-1") == ONE["cam-1"]
    again.put({"cam-1": {"sub": Credentials("op", "x")}})
    assert path.read_bytes()[27:55] != data[27:55], "a nonce was used twice"
    again.delete(["cam-1", "never"])
    assert VaultSecrets(path, key).get("cam-1") == {}


def test_another_key_does_not_open_it(tmp_path: Path, key: Path) -> None:
    path = tmp_path / "v"
    VaultSecrets(path, key).put(ONE)
    other = tmp_path / "other"
    other.write_bytes(os.urandom(32))
    other.chmod(0o600)
    with pytest.raises(SecretStoreMissing, match=f"the key file {other} does not open {path}"):
        VaultSecrets(path, other)


@pytest.mark.parametrize("at", [0, 10, 24, 60, -1])
def test_a_vault_that_was_altered_is_refused(tmp_path: Path, key: Path, at: int) -> None:
    path = tmp_path / "v"
    VaultSecrets(path, key).put(ONE)
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))
    # An altered salt cannot be told from a wrong key.
    expected = SecretStoreMissing if at == 10 else BadSecrets
    with pytest.raises(expected) as caught:
        VaultSecrets(path, key)
    assert str(path) in str(caught.value)


def test_a_vault_cut_short_or_readable_for_others_is_refused(tmp_path: Path, key: Path) -> None:
    path = tmp_path / "v"
    VaultSecrets(path, key).put(ONE)
    data = path.read_bytes()
    path.write_bytes(data[:40])
    with pytest.raises(BadSecrets, match="is not a vault"):
        VaultSecrets(path, key)
    path.write_bytes(data)
    path.chmod(0o644)
    with pytest.raises(BadSecrets, match="expected 0600"):
        VaultSecrets(path, key)


def test_the_key_file_must_be_there_private_and_long_enough(tmp_path: Path, key: Path) -> None:
    with pytest.raises(SecretStoreMissing, match="key file .*none is not there .HANOI_WALL_VAULT_KEY_FILE."):
        VaultSecrets(tmp_path / "v", tmp_path / "none")
    key.chmod(0o444)
    with pytest.raises(BadSecrets, match="has mode 0444"):
        VaultSecrets(tmp_path / "v", key)
    key.chmod(0o600)
    key.write_bytes(b"short\n")
    with pytest.raises(BadSecrets, match="holds 5 bytes; expected a key of 16"):
        VaultSecrets(tmp_path / "v", key)
