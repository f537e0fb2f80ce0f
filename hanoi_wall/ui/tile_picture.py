"""The picture in a tile: where it stands in the box, and how a live and a stale one are drawn.

Main thread. What may be drawn at all is judged by tile.py; this module only draws.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from hanoi_wall.domain.crop import PLAIN, Look, Part
from hanoi_wall.domain.tile import Treatment
from hanoi_wall.operations.layout import Box, fit
from hanoi_wall.ui.style import Style
from hanoi_wall.ui.theme import Theme
from hanoi_wall.video.picture import PictureHeader
from hanoi_wall.video.slots import Ring

SWEEP_STEPS = 24
"""Of the line that wanders over an opening tile, from side to side."""


class TilePicture:
    """Draws the pictures of one tile."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._box = self._inside = self._place = Box(0, 0, 0, 0)
        self._fitted = (0, 0)
        self._still: QImage | None = None
        self._still_key: tuple[object, ...] | None = None
        self._ready: dict[int, QImage] = {}
        self._made_for: tuple[object, ...] = ()
        self._look = PLAIN
        self._looked = PLAIN
        self._changed = False
        """Whether anything but whole upright pictures is asked for: those have the quick way."""
        self.size = (0, 0)
        """Of the picture drawn last, as it came; (0, 0) before the first."""
        self.moves = 0
        """How often another part of the picture was drawn than the time before."""

    def see(self, look: Look) -> None:
        """Draw pictures like this from now on."""
        self._look, self._changed = look, not look.plain
        self._fitted = (0, 0)
        self.forget()

    def stand(self, box: Box, inside: Box) -> None:
        """Pictures are fitted into `box` from now on, and drawn as far as `inside` goes (device pixels)."""
        self._box, self._inside = box, inside
        self._fitted = (0, 0)
        self.forget()

    def forget(self) -> None:
        """Hold no picture and no ring's memory any more."""
        self._still = self._still_key = None
        self._ready.clear()
        self._made_for = ()

    def paint(
        self, painter: QPainter, header: PictureHeader, held: int, ring: Ring, treatment: Treatment
    ) -> None:
        """Draw the picture in buffer `held` of a ring, claimed by the caller, as the treatment says."""
        if treatment is Treatment.DARK:
            self._still = None
            fill(painter, self._inside, self._style.theme.surface_1)
            return
        if self._changed:
            self._paint_changed(painter, header, held, ring, treatment)
            return
        width, height, stride = header[1], header[2], header[3]
        if (width, height) != self._fitted:
            self.size = self._fitted = (width, height)
            self._place = fit(width, height, self._box)
            self._ready.clear()
        place = self._place
        if place.width != self._box.width or place.height != self._box.height:
            self._fill_margins(painter, place)
        if treatment is Treatment.STALE:
            painter.drawImage(place.x, place.y, self._stilled(header, ring.pixels[held], ring))
            return
        self._still = None
        if width == place.width and height == place.height:
            painter.drawImage(place.x, place.y, self._exact(width, height, stride, held, ring))
            return
        painter.setClipRect(place.x, place.y, *self._shown_size)
        image = QImage(ring.pixels[held], width, height, stride, QImage.Format.Format_RGB32)
        _draw_scaled(painter, place, image)
        painter.setClipping(False)

    def _paint_changed(
        self, painter: QPainter, header: PictureHeader, held: int, ring: Ring, treatment: Treatment
    ) -> None:
        """The part of the picture that is looked at, turned as it is asked for; no pixel is copied first."""
        look, box = self._look, self._box
        if look is not self._looked:
            self._looked = look
            self.moves += 1
        self.size = size = (header.width, header.height)
        x, y, wide, high = look.place(size, (box.width, box.height))
        self._place = place = Box(box.x + x, box.y + y, wide, high)
        if place.width != box.width or place.height != box.height:
            self._fill_margins(painter, place)
        if treatment is Treatment.STALE:
            painter.drawImage(place.x, place.y, self._stilled(header, ring.pixels[held], ring))
            return
        self._still = None
        painter.setClipRect(place.x, place.y, *self._shown_size)
        image = QImage(ring.pixels[held], *size, header.stride, QImage.Format.Format_RGB32)
        _draw_part(painter, place, image, look.source(size, (box.width, box.height)), look.turns)
        painter.setClipping(False)

    def _exact(self, width: int, height: int, stride: int, held: int, ring: Ring) -> QImage:
        """A picture that needs no scaling; what would lie under the line is left out.

        The image is only a look at the buffer's memory, and each buffer comes back within three pictures.
        """
        made_for = (ring, width, height, stride)
        if made_for != self._made_for:
            self._made_for = made_for
            self._ready.clear()
        image = self._ready.get(held)
        if image is None:
            image = QImage(ring.pixels[held], *self._shown_size, stride, QImage.Format.Format_RGB32)
            self._ready[held] = image
        return image

    @property
    def _shown_size(self) -> tuple[int, int]:
        """Width and height of the part of the picture that the line leaves."""
        place, inside = self._place, self._inside
        return (
            min(place.width, inside.x + inside.width - place.x),
            min(place.height, inside.y + inside.height - place.y),
        )

    def _stilled(self, header: PictureHeader, memory: memoryview, ring: Ring) -> QImage:
        """The picture as a stale one: grey, dim and hatched; kept, for it stays while its words count on."""
        key = (id(ring), header.sequence)
        if self._still is None or key != self._still_key:
            whole = Box(0, 0, self._place.width, self._place.height)
            still = QImage(*self._shown_size, QImage.Format.Format_RGB32)
            # Two thirds green and one third red are grey enough, at a quarter of the price of Qt's own grey.
            pixels = bytes(memory[: header.stride * header.height])
            with QPainter(still) as painter:
                for channel, share in ((pixels[1::4], 1.0), (pixels[2::4], 1 / 3)):
                    painter.setOpacity(share)
                    size = header.width, header.height
                    grey = QImage(channel, *size, header.stride // 4, QImage.Format.Format_Grayscale8)
                    if self._changed:
                        part = self._look.source(size, (self._box.width, self._box.height))
                        _draw_part(painter, whole, grey, part, self._look.turns)
                    else:
                        _draw_scaled(painter, whole, grey)
                painter.setOpacity(1.0)
                painter.fillRect(still.rect(), self._style.theme.dim)
                painter.fillRect(still.rect(), self._style.hatching())
            self._still, self._still_key = still, key
        return self._still

    def _fill_margins(self, painter: QPainter, place: Box) -> None:
        box, black = self._inside, QColor(0, 0, 0)
        if place.width < box.width:
            left = place.x - box.x
            painter.fillRect(box.x, box.y, left, box.height, black)
            painter.fillRect(place.x + place.width, box.y, box.width - left - place.width, box.height, black)
        if place.height < box.height:
            top = place.y - box.y
            painter.fillRect(box.x, box.y, box.width, top, black)
            painter.fillRect(box.x, place.y + place.height, box.width, box.height - top - place.height, black)


def fill(painter: QPainter, box: Box, colour: QColor) -> None:
    """Fill a box (device pixels)."""
    painter.fillRect(box.x, box.y, box.width, box.height, colour)


def cross_out(painter: QPainter, box: Box, theme: Theme) -> None:
    """An empty ground with a red line, whatever state the painter was left in."""
    painter.setClipping(False)
    painter.setOpacity(1.0)
    fill(painter, box, theme.surface_1)
    side = max(1, min(box.width, box.height) // 3)
    x, y = box.x + (box.width - side) // 2, box.y + (box.height - side) // 2
    painter.fillRect(x, y + side // 2, side, max(1, side // 6), theme.alarm)


def frame(painter: QPainter, box: Box, style: Style) -> None:
    """The accent frame of the tile in focus, with a dark line inside it so that it shows on any picture."""
    scale = style.scale
    for inset, thick, colour in (
        (0, round(3 * scale), style.theme.accent),
        (round(3 * scale), max(1, round(scale)), QColor(0, 0, 0)),
    ):
        x, y = box.x + inset, box.y + inset
        w, h = box.width - 2 * inset, box.height - 2 * inset
        painter.fillRect(x, y, w, thick, colour)
        painter.fillRect(x, y + h - thick, w, thick, colour)
        painter.fillRect(x, y, thick, h, colour)
        painter.fillRect(x + w - thick, y, thick, h, colour)


def sweep(painter: QPainter, box: Box, top: int, step: int, style: Style) -> int:
    """The thin line of an opening tile, below its first `top` pixels: a part of it wanders, so that waiting
    is seen to be waiting. Returns the next step.
    """
    thick = max(2, round(2 * style.scale))
    y = box.y + min(top, box.height - thick)
    painter.fillRect(box.x, y, box.width, thick, style.theme.surface_3)
    part = box.width // 4
    step = (step + 1) % SWEEP_STEPS if style.motion else SWEEP_STEPS // 2
    x = box.x + (box.width - part) * step // (SWEEP_STEPS - 1)
    painter.fillRect(x, y, part, thick, style.theme.text_secondary)
    return step


def _draw_part(painter: QPainter, place: Box, image: QImage, part: Part, turns: int) -> None:
    """A part of a picture, turned by quarters clockwise, smoothly."""
    wide, high = image.width(), image.height()
    source = QRectF(part.left * wide, part.top * high, part.width * wide, part.height * high)
    target = QRectF(place.x, place.y, place.width, place.height)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
    if turns:
        painter.save()
        try:
            painter.translate(target.center())
            painter.rotate(90 * turns)
            target = target.transposed() if turns % 2 else target
            target.moveCenter(QPointF())
            painter.drawImage(target, image, source)
        finally:
            painter.restore()
    else:
        painter.drawImage(target, image, source)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)


def _draw_scaled(painter: QPainter, place: Box, image: QImage) -> None:
    """A picture made for any size, smoothly where it must be scaled."""
    if (image.width(), image.height()) == (place.width, place.height):
        painter.drawImage(place.x, place.y, image)
        return
    if image.width() > 2 * place.width:
        # Bilinear sampling skips pixels beyond half size and makes edges crawl.
        mode = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(place.width, place.height, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
        painter.drawImage(place.x, place.y, image)
        return
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
    painter.drawImage(QRect(place.x, place.y, place.width, place.height), image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
