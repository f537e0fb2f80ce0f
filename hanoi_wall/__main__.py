"""The command `hanoi-wall`, also as `python -m hanoi_wall`.

Before anything is loaded, signals are minded: a wall that is ended in its first moments ends with 0.
"""

import os
import sys
from contextlib import suppress

from hanoi_wall import leaving


def main() -> int:
    """Run the command of this process's command line; returns its exit code. A wall ends the process here."""
    wall = leaving.asks_for_a_wall(sys.argv[1:])
    if wall:
        leaving.at_once()
    from hanoi_wall.cli import main as command

    code = command()
    if wall:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):
                stream.flush()
        # Taking the interpreter down would wait for an X server that hangs, and forget the signals meanwhile.
        os._exit(code)
    return code


if __name__ == "__main__":
    sys.exit(main())
