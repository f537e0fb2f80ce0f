"""The key is asked for when it is needed, waited for no longer than there is time, and kept in no file."""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from hanoi_wall.evidence.signing import KEY_BYTES, Signer
from hanoi_wall.operations.workstation_key import WorkstationKey, key_of
from hanoi_wall.settings.folders import folders_of
from hanoi_wall.settings.kept import SecretStoreMissing
from hanoi_wall.settings.schema import Settings
from hanoi_wall.settings.signing_key import own_keys

LOG = "hanoi_wall.operations.workstation_key"


def test_it_is_fetched_once() -> None:
    asked: list[str] = []

    def fetch() -> Signer:
        asked.append(threading.current_thread().name)
        return Signer(b"k" * KEY_BYTES)

    key = WorkstationKey(fetch)
    assert key.get(5) is key.get(5) is not None
    assert asked == ["signing-key"]
    key.close()


def test_a_key_store_that_is_missing_is_said_once_and_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    answers: list[Signer | None] = [None, None, Signer(b"k" * KEY_BYTES)]

    def fetch() -> Signer:
        answer = answers.pop(0)
        if answer is None:
            raise SecretStoreMissing("no key store that keeps secrets")
        return answer

    key = WorkstationKey(fetch)
    with caplog.at_level(logging.WARNING, logger=LOG):
        assert key.get(5) is None and key.get(5) is None
    assert caplog.messages == ["snapshots are not signed: no key store that keeps secrets"]
    assert key.get(5) is not None
    key.close()


def test_a_key_store_that_waits_for_a_person_keeps_nobody_waiting(
    caplog: pytest.LogCaptureFixture, until: Callable[..., None]
) -> None:
    unlocked = threading.Event()

    def fetch() -> Signer:
        unlocked.wait(10)
        return Signer(b"k" * KEY_BYTES)

    key = WorkstationKey(fetch)
    with caplog.at_level(logging.WARNING, logger=LOG):
        assert key.get(0.05) is None
        assert key.get(0.05) is None, "the same question still waits"
    assert caplog.messages == ["snapshots are not signed: the key store does not answer"]
    unlocked.set()
    until(lambda: key.get(1) is not None)
    key.close()


def test_the_profiles_key_stands_where_its_passwords_are(tmp_path: Path) -> None:
    folders = folders_of(tmp_path / "profile")
    secret = tmp_path / "secret.json"
    secret.write_text("{}")
    secret.chmod(0o600)
    settings = Settings(credentials_file=str(secret))
    signer = key_of(folders, settings)
    assert own_keys(folders) == (signer.public_key,)
    assert key_of(folders, settings).public_key == signer.public_key
    kept = secret.read_text()
    assert "ed25519" in kept
    text = kept.split('"password": "')[1].split('"')[0]
    assert Signer(base64.b64decode(text)).public_key == signer.public_key
    assert text.encode() not in b"".join(
        path.read_bytes() for path in (tmp_path / "profile").rglob("*") if path.is_file()
    )
