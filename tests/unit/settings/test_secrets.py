"""The key store: only one that keeps secrets is taken, and each profile has its own entries in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import pytest

from hanoi_wall.domain.camera import Credentials
from hanoi_wall.settings.credentials_file import FileSecrets
from hanoi_wall.settings.folders import folders_of
from hanoi_wall.settings.kept import SecretsError, SecretStoreMissing
from hanoi_wall.settings.schema import Settings
from hanoi_wall.settings.secrets import KeyStoreSecrets, may_hold, refusal_of, secrets_of
from hanoi_wall.settings.vault import KEY_VARIABLE, VaultSecrets
from tests.key_store import TestKeyStore

ONE = {"cam-1": {"main": Credentials("op", "pw"), "sub": Credentials("op", "pw2")}}


class PlaintextKeyring(TestKeyStore):
    """As keyrings.alt has one."""


class Innocent(PlaintextKeyring):
    """A refused back end under another name."""


class Chain(keyring.backends.chainer.ChainerBackend):
    """A chain with links of our choice."""

    backends: list[keyring.backend.KeyringBackend] = []  # type: ignore[assignment]


Chain.__module__ = "keyring.backends.chainer"


@pytest.fixture
def entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The test key store is the system's; its file."""
    path = tmp_path / "entries"
    monkeypatch.setenv("HANOI_WALL_TEST_KEY_STORE", str(path))
    before = keyring.get_keyring()
    keyring.set_keyring(TestKeyStore())
    yield path
    keyring.set_keyring(before)


def test_what_was_put_comes_back_in_one_entry_for_each_camera(tmp_path: Path, entries: Path) -> None:
    folders = folders_of(tmp_path / "p")
    store = KeyStoreSecrets(folders)
    assert store.get("cam-1") == {} and not folders.name.exists()
    assert store.put(ONE) == 2 and store.put(ONE) == 0
    assert KeyStoreSecrets(folders).get("cam-1") == ONE["cam-1"]
    assert store.put({"cam-1": {"sub": Credentials("op", "new")}}) == 1
    assert store.get("cam-1")["main"] == Credentials("op", "pw")
    name = folders.name.read_text().strip()
    assert list(json.loads(entries.read_text())) == [f"hanoi-wall:{name}/cam-1"]
    store.delete(["cam-1", "never"])
    assert json.loads(entries.read_text()) == {}


def test_two_profiles_do_not_share_entries(tmp_path: Path, entries: Path) -> None:
    first, second = (KeyStoreSecrets(folders_of(tmp_path / name)) for name in "ab")
    first.put(ONE)
    second.put({"cam-1": {"main": Credentials("other", "x")}})
    assert first.get("cam-1") == ONE["cam-1"]
    assert second.get("cam-1") == {"main": Credentials("other", "x")}


def test_a_locked_key_store_is_said_without_its_own_words(tmp_path: Path, entries: Path) -> None:
    store = KeyStoreSecrets(folders_of(tmp_path / "p"))
    store.put(ONE)
    entries.write_text("locked")
    for call in (lambda: store.get("cam-1"), lambda: store.put(ONE), lambda: store.delete(["cam-1"])):
        with pytest.raises(SecretStoreMissing) as caught:
            call()
        assert str(caught.value) == "the key store does not answer or is locked (KeyringLocked)"


def test_an_entry_of_another_shape_is_not_taken(tmp_path: Path, entries: Path) -> None:
    folders = folders_of(tmp_path / "p")
    KeyStoreSecrets(folders).put(ONE)
    entries.write_text(json.dumps({key: "[hunter2" for key in json.loads(entries.read_text())}))
    with pytest.raises(SecretsError) as caught:
        KeyStoreSecrets(folders).get("cam-1")
    assert "cam-1" in str(caught.value) and "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        (keyring.backends.fail.Keyring(), "it keeps nothing"),
        (keyring.backends.null.Keyring(), "it keeps nothing"),
        (PlaintextKeyring(), "it keeps plain text"),
        (Innocent(), "it keeps plain text"),
        (TestKeyStore(), ""),
    ],
)
def test_a_key_store_that_does_not_keep_secrets_is_refused(
    tmp_path: Path, entries: Path, backend: keyring.backend.KeyringBackend, reason: str
) -> None:
    assert refusal_of(backend) == reason
    keyring.set_keyring(backend)
    if reason:
        with pytest.raises(SecretStoreMissing, match=f"no key store that keeps secrets .*{reason}"):
            KeyStoreSecrets(folders_of(tmp_path))
    else:
        KeyStoreSecrets(folders_of(tmp_path))


def test_of_a_chain_only_a_link_that_keeps_secrets_is_used(tmp_path: Path, entries: Path) -> None:
    chain = Chain()
    keyring.set_keyring(chain)
    Chain.backends = [keyring.backends.fail.Keyring(), Innocent()]
    with pytest.raises(SecretStoreMissing, match="keeps nothing; .*keeps plain text"):
        KeyStoreSecrets(folders_of(tmp_path))
    Chain.backends = [Innocent(), TestKeyStore()]
    store = KeyStoreSecrets(folders_of(tmp_path))
    assert type(store._backend) is TestKeyStore
    Chain.backends = []
    with pytest.raises(SecretStoreMissing, match="none found"):
        KeyStoreSecrets(folders_of(tmp_path))


def test_where_credentials_are_kept_is_chosen_in_order(tmp_path: Path, entries: Path) -> None:
    folders = folders_of(tmp_path / "p")
    key, named = tmp_path / "key", tmp_path / "named.json"
    key.write_bytes(b"k" * 32)
    named.write_text("{}")
    for path in (key, named):
        path.chmod(0o600)
    settings = Settings(credentials_file=str(named))
    environment = {KEY_VARIABLE: str(key)}
    asked = secrets_of(folders, settings, credentials_file=tmp_path / "asked.json", environment=environment)
    assert isinstance(asked, FileSecrets) and asked.where == str(tmp_path / "asked.json")
    assert isinstance(secrets_of(folders, settings, environment=environment), VaultSecrets)
    assert secrets_of(folders, settings, environment={}).where == str(named)
    assert secrets_of(folders, Settings(), environment={}).where == "the key store"


def test_it_is_known_whether_passwords_may_have_been_kept(tmp_path: Path, entries: Path) -> None:
    folders = folders_of(tmp_path)
    assert not may_hold(folders, Settings(), {})
    assert may_hold(folders, Settings(credentials_file="gone"), {})
    assert may_hold(folders, Settings(), {KEY_VARIABLE: "gone"})
    KeyStoreSecrets(folders).put(ONE)
    assert may_hold(folders, Settings(), {})
