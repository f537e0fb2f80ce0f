"""`python -m hanoi_wall` is the command `hanoi-wall`."""

import sys

from hanoi_wall.cli import main

sys.exit(main())
