"""How one window's tiles look: colours, words, sizes, and the pieces that all of them share ready-made."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QImage

from hanoi_wall.assets import Words
from hanoi_wall.operations.tile_words import Notice
from hanoi_wall.ui.band import Band, make_band
from hanoi_wall.ui.theme import Theme
from hanoi_wall.ui.title_bar import TitleMode, clock_image

_MOST_CLOCKS = 64
_MOST_BANDS = 8
"""Each is as large as a tile. Cameras lost together share one; others say another second each time anyway."""


@dataclass
class Style:
    """How one window's tiles look: everything that is the same for all of them, with ready-made pieces.

    pitch: mm per device pixel; scale: device pixels per logical pixel; distance_m: of the viewers.
    """

    theme: Theme
    words: Words
    titles: TitleMode = TitleMode.TITLE
    pitch: float = 0.25
    scale: float = 1.0
    distance_m: float = 0.7
    motion: bool = True
    clocks: dict[tuple[int, int], QImage] = field(default_factory=dict)
    bands: dict[tuple[object, ...], Band] = field(default_factory=dict)
    hatch: QBrush | None = None

    @property
    def line(self) -> int:
        """Device pixels of the line that parts tiles: each leaves it free at its right and lower edge."""
        return max(1, round(self.scale))

    def clock(self, second: int, px: int) -> QImage:
        """The ready-made image of a local time of day; the same second is the same image for all tiles."""
        image = self.clocks.get((second, px))
        if image is None:
            if len(self.clocks) >= _MOST_CLOCKS:
                del self.clocks[next(iter(self.clocks))]
            # Not by strftime: it looks at the time zone's file each time.
            local = time.localtime(second)
            text = f"{local.tm_hour:02}:{local.tm_min:02}:{local.tm_sec:02}"
            image = self.clocks[second, px] = clock_image(text, px, self.theme)
        return image

    def band(self, said: Notice, width: int, height: int, px: int, solid: bool) -> Band:
        """The ready-made words in the middle: cameras lost together say the same."""
        key = (said.state, said.headline, said.lines, said.offer, width, height, px, solid)
        band = self.bands.get(key)
        if band is None:
            if len(self.bands) >= _MOST_BANDS:
                del self.bands[next(iter(self.bands))]
            band = make_band(said, width, height, px, self.theme, self.scale, solid)
            self.bands[key] = band
        return band

    def renew(self) -> None:
        """Throw ready-made pieces away: theme or scale changed."""
        self.clocks.clear()
        self.bands.clear()
        self.hatch = None

    def hatching(self) -> QBrush:
        """Diagonal lines, dark beside light, so that they show on any picture."""
        if self.hatch is None:
            self.hatch = QBrush(_hatch_image(self.theme, max(1, round(self.scale))))
        return self.hatch


def _hatch_image(theme: Theme, thick: int) -> QImage:
    """One period of the hatch: 16 x 16 logical pixels, lines from bottom left to top right."""
    side = 16 * thick
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    for y in range(side):
        for x in range(side):
            along = (x + y) % side
            if along < 3 * thick:
                image.setPixelColor(x, y, theme.hatch_dark)
            elif along < 4 * thick:
                image.setPixelColor(x, y, theme.hatch_light)
    return image
