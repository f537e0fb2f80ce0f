"""A signal ends the program with 0, whatever its main thread is held up by."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable

import pytest

from hanoi_wall import leaving
from tests.conftest import Process

END_S = 3.0
HANGS = """
import ctypes
from hanoi_wall import leaving
leaving.at_once()
leaving.by_force_at_last()
held, mutex = ctypes.PyDLL(None), ctypes.create_string_buffer(64)
held.pthread_mutex_lock(mutex)
print("hangs", flush=True)
held.pthread_mutex_lock(mutex)
"""
"""The main thread waits in C for ever, and with it the interpreter's lock."""
DAWDLES = """
import threading
from hanoi_wall import leaving
never, told = threading.Event(), []
leaving.at_once()
leaving.by_force_at_last()
def hear(name):
    told.append(name)
    print(name, flush=True)
with leaving.InOrder(hear):
    print("waits", flush=True)
    while not told:
        never.wait(0.01)
    never.wait(0.02)
    leaving.in_order()
    {rest}
"""
"""The main thread hears the signal; what it does then is the test's."""


@pytest.mark.parametrize(
    ("line", "wall"),
    [
        ("", True),
        ("run", True),
        ("--profile p demo --cameras 3", True),
        ("--json --profile=p", True),
        ("--windowed --seconds 3", True),
        ("cameras list", False),
        ("--profile run cameras list", False),
        ("simulate --cameras 3", False),
        ("keys", False),
    ],
)
def test_which_commands_are_walls(line: str, wall: bool) -> None:
    assert leaving.asks_for_a_wall(line.split()) is wall


@pytest.mark.parametrize(
    ("by", "times"), [(signal.SIGINT, 1), (signal.SIGTERM, 1), (signal.SIGTERM, 2), (signal.SIGTERM, 3)]
)
def test_a_main_thread_that_hangs_in_c_ends(
    process: Callable[..., Process], until: Callable[..., None], by: signal.Signals, times: int
) -> None:
    program = process([sys.executable, "-c", HANGS])
    until(lambda: program.out() == "hangs\n", 10, "it hangs")
    for _ in range(times - 1):
        program.popen.send_signal(by)
    assert program.end(by, END_S) == 0
    assert program.err() == ""


@pytest.mark.parametrize("times", [1, 2])
def test_one_that_leaves_in_good_order_is_given_time_but_not_for_ever(
    process: Callable[..., Process], until: Callable[..., None], times: int
) -> None:
    """Also where the signal comes twice in a row, as `timeout` of coreutils sends it."""
    quick = process([sys.executable, "-c", DAWDLES.format(rest="never.wait(1.5); print('done', flush=True)")])
    slow = process([sys.executable, "-c", DAWDLES.format(rest="never.wait(60); print('done', flush=True)")])
    for program in (quick, slow):
        until(lambda: program.out() == "waits\n", 10, "it waits")  # noqa: B023
        for _ in range(times):
            program.popen.send_signal(signal.SIGTERM)
    assert (quick.wait(END_S), slow.wait(END_S)) == (0, 0)
    assert quick.out().endswith("done\n")
    assert "SIGTERM" in slow.out() and "done" not in slow.out() and slow.err() == ""
