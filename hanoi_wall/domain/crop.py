"""How a tile shows its camera's picture: a part of it, turned by quarters, whole or filling the tile.

All places are fractions of the picture (0..1), so that they hold for every size and stream of it. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

MOST_ZOOM = 8.0
STEP = 2 ** (1 / 3)
"""One notch of a wheel, one press of a key: three of them are twice as large, nine are the most."""
_NEARLY_WHOLE = 1.02

Size = tuple[float, float]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of a picture; left, top, width and height as fractions of it."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Look:
    """How one tile shows its picture.

    zoom: 1..8 times as large as without; x, y: the middle of what is shown, in the picture as it stands in
    the tile (turned); turns: quarters clockwise, 0..3; fill: whether the tile is filled and the picture cut,
    instead of the whole picture and margins.

    Wherever a method takes `picture` and `box`, these are the picture's size as it comes and the tile's.
    """

    zoom: float = 1.0
    x: float = 0.5
    y: float = 0.5
    turns: int = 0
    fill: bool = False

    @property
    def plain(self) -> bool:
        """Whether nobody has changed anything: the whole picture, upright."""
        return self.zoom == 1.0 and not self.turns and not self.fill

    @property
    def sideways(self) -> bool:
        """Whether the picture's width stands upright in the tile."""
        return self.turns % 2 == 1

    # What somebody does

    def zoomed(self, factor: float, at: Point, picture: Size, box: Size) -> Look:
        """So many times as large, within 1..8; what is shown at `at` (pixels of the box) stays there.

        It cannot stay only where the picture's edge would come away from the tile's.
        """
        zoom = min(MOST_ZOOM, self.zoom * factor)
        zoom = zoom if zoom > _NEARLY_WHOLE else 1.0
        old, new = self._whole(picture, box), replace(self, zoom=zoom)._whole(picture, box)
        middle = self.inside(picture, box)
        centre = []
        for before, off, had, has in zip(
            (middle.x, middle.y), (at[0] - box[0] / 2, at[1] - box[1] / 2), old, new, strict=True
        ):
            kept = min(1.0, max(0.0, before + off / had))
            centre.append(kept - off / has)
        return replace(self, zoom=zoom, x=centre[0], y=centre[1]).inside(picture, box)

    def moved(self, right: float, down: float, picture: Size, box: Size) -> Look:
        """The picture pushed by so many pixels of the box, as far as its edge allows."""
        wide, high = self._whole(picture, box)
        here = self.inside(picture, box)
        return replace(here, x=here.x - right / wide, y=here.y - down / high).inside(picture, box)

    def stepped(self, right: int, down: int, picture: Size, box: Size) -> Look:
        """An eighth of what is shown further to that side (-1, 0, 1)."""
        return self.moved(-right * box[0] / 8, -down * box[1] / 8, picture, box)

    def turned(self) -> Look:
        """A quarter further clockwise; what was in the middle stays there, as far as the edge allows."""
        return replace(self, turns=(self.turns + 1) % 4, x=1.0 - self.y, y=self.x)

    def filled(self) -> Look:
        """Filling the tile instead of fitted into it, or fitted again."""
        return replace(self, fill=not self.fill)

    def unzoomed(self) -> Look:
        """As large as without a zoom; turned and filling as it was."""
        return replace(self, zoom=1.0, x=0.5, y=0.5)

    # What is shown

    def inside(self, picture: Size, box: Size) -> Look:
        """The same with its middle moved so that nothing beyond the picture's edge would be shown."""
        centre = []
        for middle, room, whole in zip((self.x, self.y), box, self._whole(picture, box), strict=True):
            half = min(1.0, room / whole) / 2
            centre.append(min(1.0 - half, max(half, middle)))
        return replace(self, x=centre[0], y=centre[1])

    def part(self, picture: Size, box: Size) -> Part:
        """The part of the picture, as it stands in the tile, that is shown."""
        whole = self._whole(picture, box)
        wide, high = (min(1.0, room / length) for room, length in zip(box, whole, strict=True))
        here = self.inside(picture, box)
        return Part(here.x - wide / 2, here.y - high / 2, wide, high)

    def source(self, picture: Size, box: Size) -> Part:
        """The part of the picture that is shown, in the picture as it comes from the camera."""
        part = self.part(picture, box)
        right, bottom = 1.0 - part.left - part.width, 1.0 - part.top - part.height
        return {
            0: part,
            1: Part(part.top, right, part.height, part.width),
            2: Part(right, bottom, part.width, part.height),
            3: Part(bottom, part.left, part.height, part.width),
        }[self.turns]

    def place(self, picture: Size, box: tuple[int, int]) -> tuple[int, int, int, int]:
        """Where that part stands in the box: x, y, width, height in whole pixels, in the middle."""
        whole = self._whole(picture, box)
        wide, high = (min(room, max(1, round(length))) for room, length in zip(box, whole, strict=True))
        return (box[0] - wide) // 2, (box[1] - high) // 2, wide, high

    def _whole(self, picture: Size, box: Size) -> Size:
        """Pixels of the box that the whole picture would take as it is shown."""
        wide, high = (picture[1], picture[0]) if self.sideways else picture
        scales = box[0] / wide, box[1] / high
        scale = (max(scales) if self.fill else min(scales)) * self.zoom
        return wide * scale, high * scale


PLAIN = Look()
