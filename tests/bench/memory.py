"""What the wall weighs: with nothing on it, and with one feed, to tell feeds apart from processes."""

from __future__ import annotations

from tests.bench.processes import tree_pss_mb
from tests.bench.program import pause, wait_until
from tests.bench.rig import Client, rows_of
from tests.bench.sources import Feed
from tests.bench.xserver import XServer

SETTLE_S = 5.0


def wall_mb(screen: tuple[int, int], feeds: list[Feed], scene: str) -> float:
    """PSS in MiB of the whole tree of a client with these feeds, some seconds after all are live."""
    with XServer(*screen) as x, Client(x, rows_of(feeds), scene) as client:
        wait_until(client.health, 30, "the health port", every=0.1)
        client.wait_live(len(feeds), 60)
        pause(SETTLE_S)
        return round(tree_pss_mb([client.pid]), 1)
