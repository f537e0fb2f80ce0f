"""The words in the middle of a tile: laid out as fully as the tile allows, down to an icon alone.

What does not fit is left out from the end, never shrunk below what can be read from the viewing distance,
until only the state's word is left; then the type may shrink, and at last the icon's shape speaks alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from hanoi_wall.operations.layout import Box
from hanoi_wall.operations.tile_words import Notice, Tone
from hanoi_wall.ui.theme import SMALLEST_PX, Theme, font, icon, metrics, text_width

_STRONG, _PLAIN = 600, 400
_DETAIL = 0.88
"""Size of the lines below the headline, against it."""


@dataclass(frozen=True, slots=True)
class Band:
    """A ready-made band. button: where in it the button is, None without one; told: whether words fitted."""

    image: QImage
    button: Box | None
    told: bool = True


@dataclass(frozen=True, slots=True)
class _Plan:
    headline: tuple[str, ...]
    lines: tuple[str, ...]
    button: bool
    px: int


def tone_colour(theme: Theme, tone: Tone) -> QColor:
    """The one use of colour: amber for late, red for gone, none for what needs nobody."""
    return {Tone.QUIET: theme.text_secondary, Tone.WARN: theme.late, Tone.ALARM: theme.alarm}[tone]


def wrap(text: str, width: int, px: int, weight: int) -> tuple[str, ...] | None:
    """`text` in one line, or in two of about the same length, or None when neither fits in `width` px."""
    if text_width(text, px, weight) <= width:
        return (text,)
    if " · " in text:
        halves: tuple[str, ...] = tuple(text.split(" · ", 1))
        if max(text_width(half, px, weight) for half in halves) <= width:
            return halves
    parts = text.split(" ")
    best: tuple[int, tuple[str, ...]] | None = None
    for cut in range(1, len(parts)):
        pair = (" ".join(parts[:cut]), " ".join(parts[cut:]))
        longest = max(text_width(half, px, weight) for half in pair)
        if longest <= width and (best is None or longest < best[0]):
            best = (longest, pair)
    return None if best is None else best[1]


def make_band(
    notice: Notice, width: int, height: int, px: int, theme: Theme, scale: float, solid: bool
) -> Band:
    """The band for a tile of `width` x `height` device pixels in type of `px` pixels.

    scale: device pixels per logical pixel; solid: with a ground of its own (over a picture) or without.
    """
    pad = max(3, round(px * 0.55))
    for plan in _plans(notice, width - 2 * pad, px):
        rows = _Rows(notice, plan, theme, scale, width, pad)
        if rows.height <= height:
            return rows.paint(solid)
    return _icon_only(notice, width, height, theme, solid)


def _plans(notice: Notice, width: int, px: int) -> Iterator[_Plan]:
    """From all that could be said down to one word; only what fits in `width`."""
    detail = _detail_px(px)
    icon_room = _icon_px(px) + round(px * 0.4)
    wrapped = [wrap(line[:1].upper() + line[1:], width, detail, _PLAIN) for line in notice.lines]
    fitting = [lines for lines in wrapped if lines is not None]
    choices = [fitting[:count] for count in range(len(fitting), 0, -1)]
    choices += [[lines] for lines in fitting[1:]] + [[]]
    button = bool(notice.key) and _button_width(notice, px) <= width
    headline = wrap(notice.headline or notice.word, width - icon_room, px, _STRONG)
    headline = headline or wrap(notice.word, width - icon_room, px, _STRONG)
    for chosen in choices if headline is not None else ():
        flat = tuple(line for lines in chosen for line in lines)
        if button and chosen:
            yield _Plan(headline or (), flat, True, px)
        if len(chosen) <= 2:
            yield _Plan(headline or (), flat, False, px)
    for smaller in range(px, SMALLEST_PX - 1, -1):
        word = wrap(notice.word, width - _icon_px(smaller) - round(smaller * 0.4), smaller, _STRONG)
        if word is not None:
            yield _Plan(word, (), False, smaller)


def _icon_px(px: int) -> int:
    return round(px * 1.3)


def _detail_px(px: int) -> int:
    return max(SMALLEST_PX, round(px * _DETAIL))


def _button_width(notice: Notice, px: int) -> int:
    return text_width(notice.key, px, _STRONG) + text_width(notice.offer, px, _PLAIN) + round(px * 2.4)


class _Rows:
    """The measured rows of one plan; `height` in device pixels with the padding."""

    def __init__(self, notice: Notice, plan: _Plan, theme: Theme, scale: float, width: int, pad: int) -> None:
        self.notice, self.plan, self.theme, self.scale = notice, plan, theme, scale
        self.width, self.pad = width, pad
        self.row = round(plan.px * 1.32)
        self.detail = _detail_px(plan.px)
        self.detail_row = round(self.detail * 1.35)
        self.gap = round(plan.px * 0.3)
        # Hit areas are at least 32 logical pixels high.
        self.button = max(round(32 * scale), round(plan.px * 1.75)) if plan.button else 0
        self.height = 2 * pad + self.row * len(plan.headline) + self.detail_row * len(plan.lines)
        self.height += self.gap if plan.lines else 0
        self.height += self.button + round(plan.px * 0.6) if plan.button else 0

    def paint(self, solid: bool) -> Band:
        """Draw the rows."""
        image = QImage(self.width, self.height, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        with QPainter(image) as painter:
            button = self._draw(painter, solid)
        return Band(image, button)

    def _draw(self, painter: QPainter, solid: bool) -> Box | None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tone = tone_colour(self.theme, self.notice.tone)
        if solid:
            painter.fillRect(0, 0, self.width, self.height, self.theme.band)
            line = max(1, round(self.scale * 1.5))
            painter.fillRect(0, 0, self.width, line, tone)
            painter.fillRect(0, self.height - line, self.width, line, tone)
        y = self._headline(painter, tone)
        for text in self.plan.lines:
            self._detail(painter, text, y)
            y += self.detail_row
        return self._button(painter, y + round(self.plan.px * 0.6)) if self.plan.button else None

    def _headline(self, painter: QPainter, tone: QColor) -> int:
        px = self.plan.px
        side = _icon_px(px)
        gap = round(px * 0.4)
        texts = self.plan.headline
        block = max(text_width(text, px, _STRONG) for text in texts)
        left = (self.width - side - gap - block) // 2
        top = self.pad + (self.row * len(texts) - side) // 2
        painter.drawImage(left, top, icon(self.notice.icon, side, tone.rgba()))
        y = self.pad
        for text in texts:
            self._strong(painter, text, y, left + side + gap)
            y += self.row
        return y + (self.gap if self.plan.lines else 0)

    def _strong(self, painter: QPainter, text: str, top: int, left: int) -> None:
        px = self.plan.px
        painter.setFont(font(px, _STRONG))
        painter.setPen(self.theme.text)
        painter.drawText(QPointF(left, top + (self.row + metrics(px, _STRONG).capHeight()) / 2), text)

    def _detail(self, painter: QPainter, text: str, top: int) -> None:
        measure = metrics(self.detail, _PLAIN)
        painter.setFont(font(self.detail, _PLAIN))
        painter.setPen(self.theme.text_secondary)
        x = (self.width - text_width(text, self.detail, _PLAIN)) // 2
        painter.drawText(QPointF(x, top + (self.detail_row + measure.capHeight()) / 2), text)

    def _button(self, painter: QPainter, top: int) -> Box:
        px = self.plan.px
        notice = self.notice
        wide = _button_width(notice, px)
        box = Box((self.width - wide) // 2, top, wide, self.button)
        radius = 4 * self.scale
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.surface_3)
        painter.drawRoundedRect(QRectF(box.x, box.y, box.width, box.height), radius, radius)
        strong, plain = metrics(px, _STRONG), metrics(px, _PLAIN)
        cap = text_width(notice.key, px, _STRONG) + round(px * 0.8)
        high = round(px * 1.35)
        x = box.x + round(px * 0.6)
        frame = QRectF(x, box.y + (box.height - high) / 2, cap, high)
        painter.setBrush(self.theme.surface_1)
        painter.drawRoundedRect(frame, radius * 0.75, radius * 0.75)
        base = box.y + (box.height + strong.capHeight()) / 2
        painter.setPen(self.theme.text)
        painter.setFont(font(px, _STRONG))
        painter.drawText(QPointF(x + round(px * 0.4), base), notice.key)
        painter.setFont(font(px, _PLAIN))
        base = box.y + (box.height + plain.capHeight()) / 2
        painter.drawText(QPointF(x + cap + round(px * 0.4), base), notice.offer)
        return box


def _icon_only(notice: Notice, width: int, height: int, theme: Theme, solid: bool) -> Band:
    """No word fits: a shape as large as the tile allows."""
    side = max(1, min(width, height, 48))
    pad = 0 if side < 20 else 3
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(theme.band if solid else QColor(Qt.GlobalColor.transparent))
    shape = icon(notice.icon, max(1, side - 2 * pad), tone_colour(theme, notice.tone).rgba())
    with QPainter(image) as painter:
        painter.drawImage(pad, pad, shape)
    return Band(image, None, told=False)
