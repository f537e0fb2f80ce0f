"""Puts faults in force and takes them back.

Lives in the simulator's event loop.
"""

from __future__ import annotations

from hanoi_wall.simulator.faults import FaultTable
from hanoi_wall.simulator.station import Station


class Saboteur:
    """Begins and ends faults."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._table = FaultTable(frozenset(station.cameras), station.clock)

    def to_json(self) -> list[dict[str, object]]:
        """The faults in force."""
        now = self._station.clock.monotonic_ns()
        return [fault.to_json(now) for fault in self._table.all()]

    async def begin(self, wish: object) -> str:
        """Put a fault in force; its id. Raises FaultError."""
        fault = self._table.parse(wish)
        self._table.add(fault)
        return fault.id

    def end(self, fault_id: str) -> bool:
        """Take a fault back before its time; False when it is not in force."""
        return self._table.remove(fault_id) is not None
