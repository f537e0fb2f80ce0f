"""What the wall weighs with nothing on it."""

from __future__ import annotations

from tests.bench.processes import tree_pss_mb
from tests.bench.program import pause, wait_until
from tests.bench.rig import Client
from tests.bench.xserver import XServer

SETTLE_S = 3.0


def empty_wall_mb(screen: tuple[int, int]) -> float:
    """PSS in MiB of the whole tree of a client without cameras, some seconds after it has come up."""
    with XServer(*screen) as x, Client(x, [], "grid:4x4") as client:
        wait_until(client.health, 30, "the health port", every=0.1)
        pause(SETTLE_S)
        return round(tree_pss_mb([client.pid]), 1)
