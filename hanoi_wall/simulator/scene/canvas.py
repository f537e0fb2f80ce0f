"""A picture under construction, drawn larger than needed: what is lit by day, and what shines by itself.

Polygons are given in world metres; everything is drawn far to near.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PIL import Image, ImageDraw

from hanoi_wall.simulator.scene.solids import Colour
from hanoi_wall.simulator.scene.view import View

SUPERSAMPLE = 2
Corner = tuple[float, float, float]


@dataclass(slots=True)
class Canvas:
    """surface: colours by daylight (RGBA); shine: light of windows, signs and lamps (RGB, black = none);
    ground: where the ground can be seen (L)."""

    view: View
    surface: Image.Image
    shine: Image.Image
    ground: Image.Image
    _surface: ImageDraw.ImageDraw
    _shine: ImageDraw.ImageDraw
    _ground: ImageDraw.ImageDraw

    @classmethod
    def of(cls, view: View) -> Canvas:
        """An empty, transparent canvas for pictures of this view."""
        large = replace(view, width=view.width * SUPERSAMPLE, height=view.height * SUPERSAMPLE)
        size = (large.width, large.height)
        surface, shine = Image.new("RGBA", size), Image.new("RGB", size)
        ground = Image.new("L", size)
        return cls(
            large,
            surface,
            shine,
            ground,
            ImageDraw.Draw(surface),
            ImageDraw.Draw(shine),
            ImageDraw.Draw(ground),
        )

    def flat(self, corners: list[Corner], colour: Colour, shine: Colour = (0, 0, 0)) -> None:
        """A polygon in front of everything so far."""
        points = self.view.polygon(corners)
        if len(points) < 3:
            return
        self._surface.polygon(points, fill=colour)
        self._shine.polygon(points, fill=shine)
        self._ground.polygon(points, fill=0)

    def floor(self, corners: list[Corner], colour: Colour) -> None:
        """A polygon of the ground: it takes lamp light and mirrors when wet."""
        points = self.view.polygon(corners)
        if len(points) < 3:
            return
        self._surface.polygon(points, fill=colour)
        self._ground.polygon(points, fill=255)

    def rect(self, x: float, y: float, u: float, v: float, colour: Colour) -> None:
        """A rectangle of the ground from (x, y) to (u, v)."""
        self.floor([(x, y, 0.0), (u, y, 0.0), (u, v, 0.0), (x, v, 0.0)], colour)

    def blob(self, centre: Corner, radius: float, colour: Colour) -> None:
        """A round thing facing the eye; radius in metres."""
        column, row, size = self.disc(centre, radius)
        if size <= 0:
            return
        bounds = (column - size, row - size, column + size, row + size)
        self._surface.ellipse(bounds, fill=colour)
        self._shine.ellipse(bounds, fill=(0, 0, 0))
        self._ground.ellipse(bounds, fill=0)

    def lamp(self, centre: Corner, radius: float, colour: Colour) -> None:
        """A light: shines, and is pale by day."""
        column, row, size = self.disc(centre, radius)
        if size <= 0:
            return
        bounds = (column - size, row - size, column + size, row + size)
        self._surface.ellipse(bounds, fill=(226, 226, 216))
        self._shine.ellipse(bounds, fill=colour)

    def line(self, begin: Corner, end: Corner, width: float, colour: Colour) -> None:
        """A rod or wire; width in metres, never thinner than one pixel of the canvas."""
        points = self.view.polygon([begin, end])
        if len(points) < 2:
            return
        _, _, size = self.disc(begin, width)
        thick = max(1, round(size))
        self._surface.line(points[:2], fill=colour, width=thick)
        self._shine.line(points[:2], fill=(0, 0, 0), width=thick)

    def disc(self, centre: Corner, radius: float) -> tuple[float, float, float]:
        """Column, row and radius in pixels; radius 0 behind the eye."""
        column, row, depth = self.view.see(*centre)
        return column, row, radius * self.view.focal / depth if depth > 1 else 0.0
