"""Threads have a name, an owner and an end; a bug on one of them is never silent."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
import weakref

import pytest

from hanoi_wall import threads


def test_a_thread_has_its_name_and_can_be_joined() -> None:
    seen: list[str] = []
    thread = threads.spawn("video", lambda: seen.append(threading.current_thread().name))
    thread.join(5)
    assert not thread.is_alive()
    assert seen == ["video"]


def test_a_bug_on_a_thread_is_logged_with_its_traceback_and_raised(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda arguments: raised.append(arguments.exc_type))

    def bug() -> None:
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR, logger="hanoi_wall.threads"):
        threads.spawn("feed:7", bug).join(5)
    assert raised == [ZeroDivisionError]
    assert "thread feed:7 ended by a bug" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_what_belongs_to_a_thread_refuses_others() -> None:
    threads.assert_thread("MainThread")
    with pytest.raises(AssertionError, match="'MainThread', belongs to 'video'"):
        threads.assert_thread("video")


def test_a_lock_keeps_the_second_out() -> None:
    lock = threads.lock()
    with lock:
        assert not lock.acquire(blocking=False)
    assert lock.acquire(blocking=False)
    lock.release()


def test_a_task_that_nobody_holds_lives_until_it_ends() -> None:
    ended: list[str] = []
    waiting: list[weakref.ref[asyncio.Event]] = []

    async def work() -> None:
        go = asyncio.Event()
        waiting.append(weakref.ref(go))
        await go.wait()
        task = asyncio.current_task()
        assert task is not None
        ended.append(task.get_name())

    async def main() -> None:
        threads.create_task(work(), name="importing")
        await asyncio.sleep(0)
        gc.collect()
        go = waiting[0]()
        assert go is not None, "the task was collected while it waited"
        go.set()
        for _ in range(5):
            await asyncio.sleep(0)

    asyncio.run(main())
    assert ended == ["importing"]
    assert threads._tasks == set()
