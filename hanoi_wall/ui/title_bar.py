"""The bar over the top of a tile: number, name, owner, what matters, and room for the picture's clock.

Made once per text and size; painting a tile draws the ready-made image over the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from hanoi_wall.operations.tile_words import Tone
from hanoi_wall.ui.band import tone_colour
from hanoi_wall.ui.theme import Theme, font, icon, metrics, text_width

CLOCK_SAMPLE = "00:00:00"
_STRONG, _MEDIUM, _PLAIN = 600, 500, 400
_SHADOW = QColor(0, 0, 0, 150)
_NO_SHADOW = QColor(0, 0, 0, 0)


class TitleMode(StrEnum):
    """What stands over a healthy picture; one key goes round."""

    NONE = "none"
    TITLE = "title"
    STATE = "state"

    def next(self) -> TitleMode:
        """The mode after this one."""
        modes = list(TitleMode)
        return modes[(modes.index(self) + 1) % len(modes)]


@dataclass(frozen=True, slots=True)
class BarText:
    """What a bar says.

    chip: filled, for a state whose picture is still shown, the fullest form first; word: the state beside a
    band; zoom: how many times as large the picture is, a chip that takes clicks; note: a chip without alarm,
    forms as in chip; facts: a second line; clock: whether a picture's time will be laid over it; titled:
    whether number, name and ground are shown; vacant: an empty tile, its number only; mark: who chose the
    camera, behind the number.
    """

    number: int
    name: str
    owner: str = ""
    chip: tuple[str, ...] = ()
    word: str = ""
    icon: str = ""
    tone: Tone = Tone.QUIET
    zoom: str = ""
    note: tuple[str, ...] = ()
    facts: str = ""
    clock: bool = False
    titled: bool = True
    vacant: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A ready-made bar. clock_x: where the clock's left edge stands, None: no room; px: pixels per em; told:
    whether the state stands in it as a word; zoom: left edge and width of the zoom's chip, None: none there.
    """

    image: QImage
    clock_x: int | None
    px: int
    told: bool
    zoom: tuple[int, int] | None = None


def bar_height(px: int) -> int:
    """Device pixels of the first row, even."""
    return 2 * round(px * 0.72)


def clock_image(text: str, px: int, theme: Theme) -> QImage:
    """The picture's time of day, ready to be laid over the bar's right end."""
    measure = metrics(px, _MEDIUM)
    height = bar_height(px)
    image = _blank(measure.horizontalAdvance(text) + 2, height)
    with QPainter(image) as painter:
        _write(painter, text, 0, 0, height, px, _MEDIUM, theme.on_picture)
    return image


def _blank(width: int, height: int) -> QImage:
    image = QImage(max(1, width), max(1, height), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    return image


def _write(
    painter: QPainter,
    text: str,
    x: float,
    top: int,
    height: int,
    px: int,
    weight: int,
    colour: QColor,
    shadow: QColor = _SHADOW,
) -> None:
    """One line of text, capitals centred in a row, with the faint shadow that keeps it legible on white."""
    painter.setFont(font(px, weight))
    base = top + (height + metrics(px, weight).capHeight()) / 2
    painter.setPen(shadow)
    painter.drawText(QPointF(x, base + max(1, px // 16)), text)
    painter.setPen(colour)
    painter.drawText(QPointF(x, base), text)


class _Layout:
    """Gives each part its place, from both ends towards the name in the middle."""

    def __init__(self, text: BarText, width: int, px: int, theme: Theme, scale: float) -> None:
        self.text, self.width, self.px, self.theme, self.scale = text, width, px, theme, scale
        self.row = bar_height(px)
        self.pad = max(4, round(px * 0.4))
        self.height = self.row + (round(px * 1.25) if text.facts else 0)
        self.image = _blank(width, self.height)
        self.painter = QPainter(self.image)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.left = self.pad
        self.right = width - self.pad
        self.clock_x: int | None = None
        self.told = False
        self.zoom: tuple[int, int] | None = None

    @property
    def room(self) -> int:
        return self.right - self.left

    def paint(self) -> Bar:
        with self.painter:
            self._draw()
        return Bar(self.image, self.clock_x, self.px, self.told, self.zoom)

    def _draw(self) -> None:
        text = self.text
        if text.titled and not text.vacant:
            self.painter.fillRect(self.image.rect(), self.theme.scrim)
        name_wish = 0
        if text.titled:
            self._number()
            name_wish = min(6 * self.px, text_width(text.name, self.px, _MEDIUM))
        if text.clock:
            self._clock(name_wish)
        if text.chip:
            ground = tone_colour(self.theme, text.tone)
            if self._chip_width("") > self.room:
                self._mark(text.icon, ground, self.theme.on_late)
            else:
                self.told = self._chip(text.chip, text.icon, ground, self.theme.on_late, name_wish)
        elif text.word:
            self._state(name_wish)
        if text.zoom:
            right = self.right
            self._chip((text.zoom,), "zoom", self.theme.surface_3, self.theme.text, name_wish)
            left = self.right + round(self.px * 0.5)
            self.zoom = (left, right - left) if left < right else None
        if text.note:
            self._chip(text.note, "slow", self.theme.surface_3, self.theme.text, name_wish)
        if text.titled:
            self._name()
        if text.facts:
            shown = metrics(self._small, _PLAIN).elidedText(
                text.facts, Qt.TextElideMode.ElideRight, self.width - 2 * self.pad
            )
            self._put(shown, self.pad, self.row - round(self.px * 0.2), _PLAIN, self._small)

    @property
    def _small(self) -> int:
        return max(10, round(self.px * 0.85))

    def _put(self, text: str, x: int, top: int, weight: int, px: int) -> None:
        _write(self.painter, text, x, top, self.row, px, weight, self.theme.on_picture_secondary)

    def _number(self) -> None:
        number = str(self.text.number)
        colour, shadow = self.theme.on_picture_secondary, _SHADOW
        if self.text.vacant:
            colour, shadow = self.theme.text_disabled, _NO_SHADOW
        _write(self.painter, number, self.left, 0, self.row, self.px, _STRONG, colour, shadow)
        self.left += text_width(number, self.px, _STRONG) + round(self.px * 0.45)
        mark = self.text.mark
        if mark and text_width(mark, self.px, _MEDIUM) < self.room // 2:
            _write(self.painter, mark, self.left, 0, self.row, self.px, _MEDIUM, colour, shadow)
            self.left += text_width(mark, self.px, _MEDIUM) + round(self.px * 0.45)

    def _chip_width(self, text: str) -> int:
        side, gap = round(self.px * 1.05), round(self.px * 0.3)
        return side + 2 * gap + (text_width(text, self.px, _MEDIUM) + gap if text else 0)

    def _clock(self, name_wish: int) -> None:
        """Room for the clock, unless name or chips need it more."""
        wide = text_width(CLOCK_SAMPLE, self.px, _MEDIUM)
        wished = name_wish
        zoom = (self.text.zoom,) if self.text.zoom else ()
        for forms in (self.text.chip, zoom, self.text.note):
            wished += self._chip_width(forms[-1]) + round(self.px * 0.5) if forms else 0
        if self.room - wide - self.px >= wished:
            self.clock_x = self.right - wide
            self.right -= wide + round(self.px * 0.6)

    def _chip(self, forms: tuple[str, ...], shape: str, ground: QColor, ink: QColor, name_wish: int) -> bool:
        """A filled chip at the right end: the fullest form that leaves room for the name.

        Returns whether it tells in words.
        """
        fitting = [form for form in forms if self._chip_width(form) + self.px <= self.room - name_wish]
        # The name gives way to the state's word, and the word to its shape alone.
        fitting += [form for form in (forms[-1], "") if self._chip_width(form) <= self.room]
        if not fitting:
            return False
        text = fitting[0]
        side, gap = round(self.px * 1.05), round(self.px * 0.3)
        wide = self._chip_width(text)
        x = self.right - wide
        inset = max(1, round(self.row * 0.08))
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(ground)
        radius = min(4 * self.scale, self.row / 4)
        self.painter.drawRoundedRect(QRectF(x, inset, wide, self.row - 2 * inset), radius, radius)
        self.painter.drawImage(x + gap, (self.row - side) // 2, icon(shape, side, ink.rgba()))
        if text:
            self.painter.setFont(font(self.px, _MEDIUM))
            self.painter.setPen(ink)
            base = (self.row + metrics(self.px, _MEDIUM).capHeight()) / 2
            self.painter.drawText(QPointF(x + side + 2 * gap, base), text)
        self.right = x - round(self.px * 0.5)
        return bool(text)

    def _mark(self, shape: str, ground: QColor, ink: QColor) -> None:
        """The state's shape and colour where not even a chip has room: before it the number gives way."""
        wide = min(self.width, self.row)
        side = max(1, wide - 2)
        x = self.width - wide
        self.painter.fillRect(x, 0, wide, self.row, ground)
        top = (self.row - side) // 2
        self.painter.drawImage(x + (wide - side) // 2, top, icon(shape, side, ink.rgba()))
        self.right = x

    def _state(self, name_wish: int) -> None:
        """The state's icon and word in its colour, no ground, when the name leaves room."""
        side, gap = round(self.px * 1.1), round(self.px * 0.3)
        wide = side + gap + text_width(self.text.word, self.px, _MEDIUM)
        if wide + self.px > self.room - name_wish:
            return
        x = self.right - wide
        colour = {
            Tone.QUIET: self.theme.on_picture_secondary,
            Tone.WARN: self.theme.late_on_picture,
            Tone.ALARM: self.theme.alarm_on_picture,
        }[self.text.tone]
        self.painter.drawImage(x, (self.row - side) // 2, icon(self.text.icon, side, colour.rgba()))
        _write(self.painter, self.text.word, x + side + gap, 0, self.row, self.px, _MEDIUM, colour)
        self.right = x - round(self.px * 0.5)
        self.told = True

    def _name(self) -> None:
        measure = metrics(self.px, _MEDIUM)
        if self.room < min(3.5 * self.px, measure.horizontalAdvance(self.text.name)):
            # One letter, dots, one letter: that tells nothing.
            return
        name = measure.elidedText(self.text.name, Qt.TextElideMode.ElideMiddle, self.room)
        _write(self.painter, name, self.left, 0, self.row, self.px, _MEDIUM, self.theme.on_picture)
        self.left += measure.horizontalAdvance(name)
        owner = f"  {self.text.owner}" if self.text.owner else ""
        if owner and text_width(owner, self._small, _PLAIN) <= self.room:
            self._put(owner, self.left, 0, _PLAIN, self._small)


def make_bar(text: BarText, width: int, px: int, theme: Theme, scale: float) -> Bar:
    """The bar for a tile of `width` device pixels in type of `px` pixels per em."""
    return _Layout(text, width, px, theme, scale).paint()
