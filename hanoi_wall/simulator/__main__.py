"""`python -m hanoi_wall.simulator`: the pretend cameras alone."""

from __future__ import annotations

import sys

from hanoi_wall.simulator.arguments import from_arguments
from hanoi_wall.simulator.serve import run

if __name__ == "__main__":
    sys.exit(run(from_arguments(sys.argv[1:])))
