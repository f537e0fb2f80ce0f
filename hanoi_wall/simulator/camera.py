"""A pretend camera: two streams, a place in the city, and what its faults make it do."""

from __future__ import annotations

from dataclasses import dataclass

from hanoi_wall.simulator.faults import ActiveFault
from hanoi_wall.simulator.places import Place
from hanoi_wall.simulator.stream import PretendStream


@dataclass(slots=True)
class PretendCamera:
    """One camera. faults: those in force, by kind; port: where it listens. Event loop only."""

    index: int
    id: str
    place: Place
    main: PretendStream
    sub: PretendStream
    port: int
    faults: dict[str, ActiveFault]

    @property
    def streams(self) -> tuple[PretendStream, ...]:
        """Its streams, each once (both names may lead to the same one)."""
        return (self.main,) if self.main is self.sub else (self.main, self.sub)

    def url(self, host: str, stream: str) -> str:
        """The address of `main` or `sub`."""
        return f"rtsp://{host}:{self.port}/{self.id}/{stream}"
