"""What decides which picture a tile shows, where that is not simply the camera an operator put there."""

from __future__ import annotations

from dataclasses import dataclass

from hanoi_wall.domain.grid import SceneError

DWELL_S = (2.0, 3600.0)
"""The shortest and longest that a sequence stays with a camera: opening one takes a second or two."""
MOST_STEPS = 64
LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Hotspot:
    """The tile shows large what the operator has in focus elsewhere."""


@dataclass(frozen=True, slots=True)
class Step:
    """One camera of a sequence and how long it stays, in seconds."""

    camera: str
    dwell_s: float = 10.0

    def __post_init__(self) -> None:
        if not DWELL_S[0] <= self.dwell_s <= DWELL_S[1]:
            raise SceneError(f"a camera of a sequence stays {DWELL_S[0]:g} to {DWELL_S[1]:g} s")


@dataclass(frozen=True, slots=True)
class Sequence:
    """Cameras one after the other, from the beginning again after the last. paused: it stays where it is."""

    steps: tuple[Step, ...]
    paused: bool = False

    def __post_init__(self) -> None:
        if not 1 <= len(self.steps) <= MOST_STEPS:
            raise SceneError(f"a sequence has 1 to {MOST_STEPS} cameras")


@dataclass(frozen=True, slots=True)
class ClockFace:
    """Time and date of this workstation, large."""


@dataclass(frozen=True, slots=True)
class Note:
    """A text to read: an order of the day, a procedure. Lines are kept."""

    text: str

    def __post_init__(self) -> None:
        if not self.text.strip() or len(self.text) > LONGEST_TEXT:
            raise SceneError(f"a text has 1 to {LONGEST_TEXT} characters")


Content = Hotspot | Sequence | ClockFace | Note


@dataclass(frozen=True, slots=True)
class Filling:
    """All that stands in a tile: the camera shown now, None for none; content: what decides it, None: nobody
    but the operator.
    """

    camera: str | None = None
    content: Content | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing stands here."""
        return self.camera is None and self.content is None

    def first(self) -> Filling:
        """The same with the camera that a sequence begins with; what a hotspot showed is not kept."""
        if isinstance(self.content, Sequence):
            return Filling(self.content.steps[0].camera, self.content)
        return self if self.content is None else Filling(None, self.content)
