"""Standard input, output and error of a command, whatever they are connected to. Main thread.

Imported for every command, so it imports little itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress

MOST_INPUT = 64 * 1024


def make_safe() -> None:
    """Make output and error take every text; where they are closed, what is told is lost."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))
        # A name that the terminal's encoding does not have must not end the program.
        with suppress(AttributeError, ValueError):
            getattr(sys, name).reconfigure(errors="backslashreplace")


def silence_output() -> None:
    """Give up standard output: what is still buffered must not fail again at the exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def tell(text: str = "") -> None:
    """Put a line of an answer out; raises Missing when that fails, BrokenPipeError without a reader."""
    _try(lambda: print(text))


def demand_output() -> None:
    """Write out what is buffered; raises as `tell`."""
    _try(sys.stdout.flush)


def _try(write: Callable[[], None]) -> None:
    try:
        write()
    except BrokenPipeError:
        raise
    except OSError as error:
        from hanoi_wall.operations.refusals import Missing

        silence_output()
        raise Missing(f"the answer cannot be written: {error.strerror}") from None


def line_of_input() -> str:
    """The first line of standard input without blanks around it; raises WrongUsage when it is no text."""
    data = b"" if sys.stdin is None else sys.stdin.buffer.readline(MOST_INPUT)
    try:
        return data.decode().strip()
    except UnicodeDecodeError:
        from hanoi_wall.operations.refusals import WrongUsage

        raise WrongUsage("standard input is not UTF-8") from None
