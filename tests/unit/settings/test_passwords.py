"""Credentials are known without waiting, whatever the key store does: slow, locked, late, wrong, changed."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping

import pytest

from hanoi_wall.domain.camera import Credentials, StreamKind
from hanoi_wall.settings.kept import BadSecrets, MemorySecrets, SecretsError, SecretStoreMissing
from hanoi_wall.settings.passwords import Passwords

ROOM = "hanoi_wall.settings.passwords"
SECRET, OTHER = Credentials("op", "canary-Tr0ng"), Credentials("op", "canary-Kh4c")
CAMERAS = ["cam-1", "cam-2", "cam-3"]
MAIN, SUB = StreamKind.MAIN, StreamKind.SUB
Until = Callable[..., None]


class Store:
    """A place that keeps credentials and does not always hand them out."""

    where = "the store"

    def __init__(self) -> None:
        self.kept = MemorySecrets({camera: {"main": SECRET} for camera in CAMERAS})
        self.asked: deque[str] = deque()
        self.answers = threading.Event()
        self.answers.set()
        self.fault: SecretsError | None = None

    def get(self, camera: str) -> Mapping[str, Credentials]:
        self.asked.append(camera)
        if not self.answers.wait(20):
            raise SecretStoreMissing("nobody unlocked it")
        if self.fault is not None:
            raise self.fault
        return dict(self.kept.get(camera))

    def put(self, changes: Mapping[str, Mapping[str, Credentials]]) -> int:
        return self.kept.put(changes)

    def delete(self, cameras: Iterable[str]) -> None:
        self.kept.delete(cameras)


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store()
    yield made
    made.answers.set()


@pytest.fixture
def passwords(store: Store) -> Iterator[Passwords]:
    made = Passwords(lambda: store, CAMERAS, pause_s=0.02)
    yield made
    store.answers.set()
    made.close()


def test_all_are_read_once_and_then_known(passwords: Passwords, store: Store) -> None:
    assert passwords.of("cam-1", MAIN) is None
    passwords.start()
    assert passwords.wait(5)
    assert [passwords.of(camera, MAIN) for camera in CAMERAS] == [SECRET] * 3
    assert (passwords.of("cam-1", SUB), passwords.of("unknown", MAIN)) == (None, None)
    assert list(store.asked) == CAMERAS


def test_a_store_that_asks_a_person_holds_nobody_up(passwords: Passwords, store: Store, until: Until) -> None:
    heard: deque[str] = deque()
    passwords.on_read = heard.append
    store.answers.clear()
    passwords.start()
    assert not passwords.wait(0.05)
    assert passwords.of("cam-1", MAIN) is None
    passwords.again("cam-2")
    store.answers.set()
    until(lambda: list(heard) == CAMERAS, what="a word for each")
    assert passwords.of("cam-3", MAIN) == SECRET


def test_a_transient_fault_is_over_when_it_is_over(
    passwords: Passwords, store: Store, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    heard: deque[str] = deque()
    passwords.on_read = heard.append
    store.fault = SecretStoreMissing("the key store does not answer or is locked")
    with caplog.at_level(logging.WARNING, logger=ROOM):
        passwords.start()
        assert passwords.wait(5), "nobody waits longer for a store that says no"
        until(lambda: len(store.asked) > 3, what="it to be asked again")
        assert not heard and set(store.asked) <= set(CAMERAS)
        store.fault = None
        until(lambda: sorted(heard) == CAMERAS, what="a word for each")
    assert passwords.of("cam-1", MAIN) == SECRET
    assert caplog.text.count("is locked: cameras that need a password will refuse") == 1


def test_a_store_that_is_not_there_yet_is_looked_for_again(
    store: Store, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    missing = [SecretStoreMissing("no key store"), SecretStoreMissing("no key store")]

    def open_store() -> Store:
        if missing:
            raise missing.pop()
        return store

    passwords = Passwords(open_store, CAMERAS, pause_s=0.01)
    with caplog.at_level(logging.WARNING, logger=ROOM):
        passwords.start()
        until(lambda: passwords.of("cam-3", MAIN) == SECRET, what="the store")
    passwords.close()
    assert caplog.text.count("no key store") == 1


def test_a_password_that_changed_is_known_when_it_is_asked_for_again(
    passwords: Passwords, store: Store, until: Until
) -> None:
    heard: deque[str] = deque()
    passwords.start()
    assert passwords.wait(5)
    passwords.on_read = heard.append
    store.put({"cam-2": {"main": OTHER}})
    assert passwords.of("cam-2", MAIN) == SECRET
    passwords.again("cam-2")
    until(lambda: list(heard) == ["cam-2"], what="a word")
    assert passwords.of("cam-2", MAIN) == OTHER


def test_what_was_known_stays_known_when_the_store_fails_later(
    passwords: Passwords, store: Store, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    passwords.start()
    assert passwords.wait(5)
    for fault in (BadSecrets("not written by us"), SecretStoreMissing("locked")):
        store.fault = fault
        before = len(store.asked)
        with caplog.at_level(logging.WARNING, logger=ROOM):
            for times in (1, 2, 3):
                passwords.again("cam-1")
                until(lambda times=times, before=before: len(store.asked) >= before + times, what="questions")
            until(lambda fault=fault: str(fault) in caplog.text, what="a word in the log")
        assert passwords.of("cam-1", MAIN) == SECRET
    assert caplog.text.count("not written by us") == caplog.text.count("locked: cameras") == 1
    assert "canary" not in caplog.text


def test_closing_waits_for_no_store_and_nobody_is_called_afterwards(
    passwords: Passwords, store: Store, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanoi_wall.settings.passwords.END_S", 0.05)
    heard: deque[str] = deque()
    passwords.on_read = heard.append
    store.answers.clear()
    passwords.start()
    until(lambda: store.asked, what="a question")
    passwords.close()
    store.answers.set()
    passwords.close()
    assert not heard
    passwords.again("cam-1")
