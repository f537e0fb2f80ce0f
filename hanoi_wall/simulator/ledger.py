"""Who is connected to which camera, and how many there were at once: what tests count. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class Count:
    """Connections of one camera (or of all): opening = from the connection to the answer of PLAY."""

    opening: int = 0
    open: int = 0
    opens: int = 0
    """Connections that asked for the camera, since the start."""
    plays: int = 0
    peak_opening: int = 0
    peak_open: int = 0


class Ledger:
    """Counts per camera and in total. One thread."""

    def __init__(self, cameras: list[str]) -> None:
        self.total = Count()
        self._cameras = {camera: Count() for camera in cameras}

    def connected(self) -> None:
        """A connection was accepted; which camera it wants is not known yet."""
        _opens(self.total)

    def asked(self, camera: str) -> None:
        """Its first request for a camera came."""
        _opens(self._cameras[camera])

    def played(self, camera: str) -> None:
        """PLAY was answered."""
        for count in (self.total, self._cameras[camera]):
            count.opening -= 1
            count.open += 1
            count.plays += 1
            count.peak_open = max(count.peak_open, count.open)

    def closed(self, camera: str | None, playing: bool) -> None:
        """The connection is gone; camera: the one it had asked for."""
        for count in (self.total, self._cameras[camera]) if camera is not None else (self.total,):
            if playing:
                count.open -= 1
            else:
                count.opening -= 1

    def reset_peaks(self) -> None:
        """Begin counting peaks from what is open now."""
        for count in (self.total, *self._cameras.values()):
            count.peak_open, count.peak_opening = count.open, count.opening

    def to_json(self) -> dict[str, object]:
        """Total and per camera."""
        cameras = {camera: asdict(count) for camera, count in self._cameras.items()}
        return {"total": asdict(self.total), "cameras": cameras}


def _opens(count: Count) -> None:
    count.opening += 1
    count.opens += 1
    count.peak_opening = max(count.peak_opening, count.opening)
