"""The one door to threads and tasks: every thread has a name, an owner and an end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

log = logging.getLogger(__name__)
_tasks: set[asyncio.Task[Any]] = set()


def spawn(name: str, run: Callable[[], None]) -> threading.Thread:
    """Start `run` on a new thread called `name`; the caller owns it and must join it.

    An exception that leaves `run` is a bug: it is logged with its traceback and raised to
    threading.excepthook, so a test that saw it fails.
    """

    def body() -> None:
        try:
            run()
        except Exception:
            log.exception("thread %s ended by a bug", name)
            raise

    thread = threading.Thread(target=body, name=name)
    thread.start()
    return thread


def lock() -> threading.Lock:
    """A plain lock; its owner says in a comment what it guards."""
    return threading.Lock()


def assert_thread(name: str) -> None:
    """Raise when called on another thread than `name` ("MainThread" for the main one)."""
    here = threading.current_thread().name
    if here != name:
        raise AssertionError(f"called on thread {here!r}, belongs to {name!r}")


def create_task(work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
    """A named task that is kept alive until it ends (the event loop itself holds tasks only weakly)."""
    import asyncio  # Here, because decoder processes start without it in half the time.

    task = asyncio.get_running_loop().create_task(work, name=name)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task
