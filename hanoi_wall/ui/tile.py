"""One tile of a wall window: looks whether it must be painted again, and paints itself truthfully.

Looking costs a few comparisons and allocates nothing. Painting judges the truth of the picture at that very
moment, draws picture and words together, and only then records what was painted.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.tile import Phase, PictureFacts, SessionFacts, TileState, Treatment, Verdict, judge
from hanoi_wall.operations.layout import Box, fit
from hanoi_wall.operations.tile_words import TONES, Moment, Notice, Shown, notice, rate_note
from hanoi_wall.ui.style import Style
from hanoi_wall.ui.theme import text_px
from hanoi_wall.ui.title_bar import Bar, BarText, TitleMode, make_bar
from hanoi_wall.video.picture import PictureHeader
from hanoi_wall.video.slots import Ring, RingReader
from hanoi_wall.video.view import CameraView

NEVER = 1 << 62
_SWEEP_NS = 125_000_000
_CALM_NS = 200_000_000
_SWEEP_STEPS = 24
_BAND_PART = 0.62
_LEAST_BAND_PX = 16
_BARE = frozenset({TileState.LIVE, TileState.LATE, TileState.FROZEN})
"""States whose tile may do without name and ground when titles are hidden: their picture is there."""


@dataclass(slots=True)
class Painted:
    """What was painted last, written by painting alone. Times are monotonic ns, 0 for never.

    sequence: of the picture drawn, 0 for none; told: whether the state stands there in words; button: the
    clickable retry in device pixels of the window.
    """

    state: TileState = TileState.IDLE
    treatment: Treatment = Treatment.NONE
    at_ns: int = 0
    sequence: int = 0
    capture_ns: int = 0
    interval_ns: int = 0
    frozen_since_ns: int = 0
    behind_ns: int = 0
    box: Box | None = None
    told: bool = False
    button: Box | None = None


class Tile:
    """A place on a window's surface. Main thread."""

    def __init__(self, number: int, style: Style) -> None:
        self.number = number
        self.style = style
        self.camera: Camera | None = None
        self.camera_id = ""
        self.box = Box(0, 0, 0, 0)
        self.inside = self.box
        self.px = 12
        self.focused = False
        self.pending = False
        self.view: CameraView | None = None
        self.deadline = 0
        self.calm_until = 0
        self.painted = Painted()
        self.shown = 0
        self.first_picture_ms: int | None = None
        self._since_ns = 0
        self._readers: tuple[RingReader, ...] = ()
        self._watched: tuple[RingReader, ...] = ()
        self._gone = [0, 0]
        self._shown_ring: Ring | None = None
        self._bar: Bar | None = None
        self._bar_key: tuple[object, ...] | None = None
        self._still: QImage | None = None
        self._still_key: tuple[object, ...] | None = None
        self._facts = ""
        self._sweep = 0
        self._fitted = (0, 0)
        self._place = self.box

    # What stands here

    def put(self, camera: Camera | None, now_ns: int) -> None:
        """Put a camera here; another camera's picture, words and figures go first."""
        if camera == self.camera:
            return
        same = camera is not None and self.camera is not None and camera.id == self.camera.id
        self.camera = camera
        self.camera_id = camera.id if camera is not None else ""
        self._bar = None
        if not same:
            self.adopt(None)
            self._still = None
            self.first_picture_ms = None
            self._since_ns = now_ns
            self.shown = 0
            self._gone = [0, 0]
        self.deadline = 0

    def place(self, box: Box, line: int = 0) -> None:
        """Stand in this box of the surface (device pixels), but leave its right and lower `line` alone."""
        inside = Box(box.x, box.y, max(0, box.width - line), max(0, box.height - line))
        if (box, inside) != (self.box, self.inside):
            self.box, self.inside = box, inside
            self._fitted = (0, 0)
            self.px = text_px(self.style.pitch, self.style.distance_m, box.height)
            self.restyle()

    def restyle(self) -> None:
        """Throw the ready-made pieces away: style or place changed."""
        self._bar = self._bar_key = None
        self._still = self._still_key = None
        self._facts = self._facts_text()
        self.px = text_px(self.style.pitch, self.style.distance_m, self.box.height)
        self.deadline = 0

    def resume(self) -> None:
        """Seen again after a while out of sight: what passed meanwhile was not replaced, nobody looked."""
        for reader in self._readers:
            reader.shown = max(reader.shown, reader.ring.newest_sequence() - 1)
        self.deadline = 0

    # Looking

    def adopt(self, view: CameraView | None) -> bool:
        """Take new facts; True when the tile must be painted again for them."""
        old, self.view = self.view, view
        rings = () if view is None else view.rings
        if old is None or old.rings != rings:
            self._attach(rings)
        elif view is not None and view.session == old.session and self._facts == self._facts_text():
            return False
        self._facts = self._facts_text()
        self.deadline = 0
        return True

    def _attach(self, rings: tuple[Ring, ...]) -> None:
        known = {id(reader.ring): reader for reader in self._readers}
        readers = []
        for ring in rings:
            reader = known.pop(id(ring), None)
            if reader is None:
                # Windows paint one after the other on one thread, so that they share reader 0's claim.
                reader = RingReader(ring)
                reader.shown = max(0, ring.newest_sequence() - 1)
            readers.append(reader)
        for reader in known.values():
            self._gone[0] += reader.replaced
            self._gone[1] += reader.torn
        self._readers = self._watched = tuple(readers)
        self._still = None

    def fresh(self) -> bool:
        """Whether a newer picture waits than the one painted."""
        for reader in self._watched:
            if reader.fresh():
                return True
        return False

    def picture(self) -> PictureFacts | None:
        """The facts of the picture painted last, None when there was none."""
        painted = self.painted
        if not painted.capture_ns:
            return None
        return PictureFacts(painted.capture_ns, painted.interval_ns, painted.frozen_since_ns)

    @property
    def replaced(self) -> int:
        """Pictures overwritten before they could be shown."""
        return self._gone[0] + sum(reader.replaced for reader in self._readers)

    @property
    def torn(self) -> int:
        """Pictures that changed while they were painted; must stay 0."""
        return self._gone[1] + sum(reader.torn for reader in self._readers)

    # Painting

    def paint(self, painter: QPainter, now: Moment) -> None:
        """Draw picture and words as they are true at `now`, then record it. Painter in device pixels."""
        self.pending = False
        self.painted.button, self.painted.told = None, False
        session = self.session()
        for index, reader in enumerate(self._readers):
            torn = reader.torn
            with reader.newest() as pair:
                if pair is None:
                    continue
                header, memory = pair
                verdict = judge(session, header.facts(), now.monotonic_ns)
                self._paint_picture(painter, header, memory, reader.ring, verdict.treatment)
                self._paint_words(painter, session, verdict, header, now)
            self._watched = self._readers[: index + 1]
            self._record(verdict, header, reader.ring, now)
            if reader.torn != torn:
                self.deadline = 0
            return
        verdict = judge(session, None, now.monotonic_ns)
        self._fill(painter)
        self._paint_words(painter, session, verdict, None, now)
        self._record(verdict, None, None, now)

    def cross_out(self, painter: QPainter, now: Moment) -> None:
        """In place of `paint`, which failed by a bug: an old picture would be taken for a live one."""
        box, colour = self.inside, self.style.theme.alarm
        painter.setClipping(False)
        painter.setOpacity(1.0)
        self._fill(painter)
        side = max(1, min(box.width, box.height) // 3)
        x, y = box.x + (box.width - side) // 2, box.y + (box.height - side) // 2
        painter.fillRect(x, y + side // 2, side, max(1, side // 6), colour)
        self.pending = False
        self.painted = Painted(TileState.STOPPED, Treatment.NONE, now.monotonic_ns, box=self.box)
        # A bug that comes with every picture must not fill the log and the processor.
        self.deadline = self.calm_until = now.monotonic_ns + SECOND

    def session(self) -> SessionFacts:
        """The facts of the feed's session; a camera of which nothing is known yet is opening."""
        if self.view is not None:
            return self.view.session
        phase = Phase.IDLE if self.camera is None else Phase.OPENING
        return SessionFacts(phase, self._since_ns)

    def _record(self, verdict: Verdict, header: PictureHeader | None, ring: Ring | None, now: Moment) -> None:
        painted = self.painted
        painted.state, painted.treatment = verdict.state, verdict.treatment
        painted.at_ns, painted.box = now.monotonic_ns, self.box
        if header is None:
            painted.sequence = painted.capture_ns = painted.behind_ns = 0
            self._shown_ring = None
            return
        painted.capture_ns, painted.interval_ns = header.capture_ns, header.interval_ns
        painted.frozen_since_ns, painted.behind_ns = header.frozen_since_ns, header.behind_ns
        if verdict.treatment is Treatment.DARK:
            painted.sequence = 0
            return
        if header.sequence != painted.sequence or ring is not self._shown_ring:
            self.shown += 1
            if self.first_picture_ms is None:
                self.first_picture_ms = (now.monotonic_ns - self._since_ns) // 1_000_000
        self._shown_ring = ring
        painted.sequence = header.sequence

    def _fill(self, painter: QPainter) -> None:
        box = self.inside
        painter.fillRect(box.x, box.y, box.width, box.height, self.style.theme.surface_1)

    def _paint_picture(
        self,
        painter: QPainter,
        header: PictureHeader,
        memory: memoryview,
        ring: Ring,
        treatment: Treatment,
    ) -> None:
        if treatment is Treatment.DARK:
            self._still = None
            self._fill(painter)
            return
        width, height = header.width, header.height
        if (width, height) != self._fitted:
            self._fitted, self._place = (width, height), fit(width, height, self.box)
        place = self._place
        if place.width != self.box.width or place.height != self.box.height:
            self._fill_margins(painter, place)
        if treatment is Treatment.STALE:
            painter.drawImage(place.x, place.y, self._stilled(header, memory, ring))
            return
        self._still = None
        shown = self._shown_size
        if (width, height) == (place.width, place.height):
            # The picture fits the box; what would lie under the line is left out.
            image = QImage(memory, *shown, header.stride, QImage.Format.Format_RGB32)
            painter.drawImage(place.x, place.y, image)
            return
        painter.setClipRect(place.x, place.y, *shown)
        _draw_scaled(painter, place, QImage(memory, width, height, header.stride, QImage.Format.Format_RGB32))
        painter.setClipping(False)

    @property
    def _shown_size(self) -> tuple[int, int]:
        """Width and height of the part of the picture that the line leaves."""
        place, inside = self._place, self.inside
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
                    size = header.width, header.height, header.stride // 4
                    _draw_scaled(painter, whole, QImage(channel, *size, QImage.Format.Format_Grayscale8))
                painter.setOpacity(1.0)
                painter.fillRect(still.rect(), self.style.theme.dim)
                painter.fillRect(still.rect(), self.style.hatching())
            self._still, self._still_key = still, key
        return self._still

    def _fill_margins(self, painter: QPainter, place: Box) -> None:
        box, black = self.inside, QColor(0, 0, 0)
        if place.width < box.width:
            left = place.x - box.x
            painter.fillRect(box.x, box.y, left, box.height, black)
            painter.fillRect(place.x + place.width, box.y, box.width - left - place.width, box.height, black)
        if place.height < box.height:
            top = place.y - box.y
            painter.fillRect(box.x, box.y, box.width, top, black)
            painter.fillRect(box.x, place.y + place.height, box.width, box.height - top - place.height, black)

    # Words over the picture

    def _paint_words(
        self,
        painter: QPainter,
        session: SessionFacts,
        verdict: Verdict,
        header: PictureHeader | None,
        now: Moment,
    ) -> None:
        style, state = self.style, verdict.state
        said: Notice | None = None
        note: tuple[str, ...] = ()
        if header is not None and self.view is not None:
            asked = style.titles is TitleMode.STATE
            interval, behind = header.interval_ns, header.behind_ns
            note = rate_note(style.words, self.view.stats, interval, behind, asked=asked)
        if state is not TileState.LIVE or header is None:
            owner = self.camera.owner if self.camera is not None else ""
            said = notice(style.words, session, verdict, _shown(header), now, owner, note)
            note = said.note
        deadline = NEVER if verdict.deadline_ns is None else verdict.deadline_ns
        if said is not None and said.change_ns is not None:
            deadline = min(deadline, said.change_ns)
        pictured = header is not None and verdict.treatment is not Treatment.DARK
        self._paint_bar(painter, state, said, note, verdict, pictured, now)
        if said is not None and (said.headline or state is TileState.STOPPED):
            self._paint_band(painter, said, pictured)
        elif state is TileState.OPENING:
            if said is not None and self._bar is not None and not self._bar.told:
                self._paint_band(painter, said, pictured)
            self._paint_sweep(painter)
            if style.motion:
                deadline = min(deadline, now.monotonic_ns + _SWEEP_NS)
        if self.focused:
            self._paint_focus(painter)
        self.deadline = deadline
        # Pictures that are old when they come need not be painted one by one.
        calm = verdict.treatment in (Treatment.STALE, Treatment.DARK)
        self.calm_until = now.monotonic_ns + _CALM_NS if calm else 0

    def _paint_bar(
        self,
        painter: QPainter,
        state: TileState,
        said: Notice | None,
        note: tuple[str, ...],
        verdict: Verdict,
        pictured: bool,
        now: Moment,
    ) -> None:
        key = (state, said.chip if said is not None else (), note, pictured, self._facts, self.style.titles)
        if key != self._bar_key or self._bar is None:
            self._bar_key = key
            text = self._bar_text(state, said, note, pictured)
            self._bar = make_bar(text, self.inside.width, self.px, self.style.theme, self.style.scale)
        bar = self._bar
        self.painted.told = bar.told
        # A tile lower than its bar must not write over the one below.
        height = min(bar.image.height(), self.inside.height)
        painter.drawImage(self.box.x, self.box.y, bar.image, 0, 0, bar.image.width(), height)
        if pictured and bar.clock_x is not None:
            second = (now.wall_ns - verdict.age_ns) // SECOND
            painter.drawImage(self.box.x + bar.clock_x, self.box.y, self.style.clock(second, bar.px))

    def _bar_text(
        self, state: TileState, said: Notice | None, note: tuple[str, ...], pictured: bool
    ) -> BarText:
        if self.camera is None:
            return BarText(self.number, "", vacant=True)
        titled = self.style.titles is not TitleMode.NONE or state not in _BARE
        told = said is not None and (bool(said.headline) or state is TileState.OPENING)
        facts = ""
        if self.style.titles is TitleMode.STATE and pictured:
            facts = self.style.words(f"state.{state}") + (f" · {self._facts}" if self._facts else "")
        return BarText(
            self.number,
            self.camera.name,
            owner=self.camera.owner,
            chip=said.chip if said is not None else (),
            word=said.word if said is not None and told else "",
            icon=str(state),
            tone=TONES[state],
            note=note,
            facts=facts,
            clock=pictured and titled,
            titled=titled,
        )

    def _facts_text(self) -> str:
        """The second line of the bar: stream, size, rate; "" unless it is asked for and known."""
        view = self.view
        if self.style.titles is not TitleMode.STATE or view is None or not view.stats.size[0]:
            return ""
        width, height = view.stats.size
        rate = round(view.stats.received_fps)
        words = self.style.words
        stream = words(f"stream.{view.stream}")
        return words("tile.facts", stream=stream, width=width, height=height, rate=rate)

    def _paint_band(self, painter: QPainter, said: Notice, pictured: bool) -> None:
        box, style = self.inside, self.style
        top = 0 if self._bar is None else self._bar.image.height()
        if box.height - top < _LEAST_BAND_PX:
            # The state matters more than the name.
            top = 0
        # Over a picture the band leaves enough of it to be seen: what stood there last still matters.
        height = max(1, min(box.height - top, round(box.height * _BAND_PART) if pictured else box.height))
        band = style.band(said, box.width, height, self.px, pictured)
        image, button = band.image, band.button
        self.painted.told |= band.told
        x = box.x + (box.width - image.width()) // 2
        # In the middle of the tile, where the eye expects it, unless the bar is in the way.
        y = box.y + max(top, (box.height - image.height()) // 2)
        painter.drawImage(x, y, image)
        if button is not None:
            self.painted.button = Box(x + button.x, y + button.y, button.width, button.height)

    def _paint_sweep(self, painter: QPainter) -> None:
        """The thin line of an opening tile: a part of it wanders, so that waiting is seen to be waiting."""
        box, style = self.inside, self.style
        thick = max(2, round(2 * style.scale))
        top = 0 if self._bar is None else self._bar.image.height()
        y = box.y + min(top, box.height - thick)
        painter.fillRect(box.x, y, box.width, thick, style.theme.surface_3)
        part = box.width // 4
        self._sweep = (self._sweep + 1) % _SWEEP_STEPS if style.motion else _SWEEP_STEPS // 2
        x = box.x + (box.width - part) * self._sweep // (_SWEEP_STEPS - 1)
        painter.fillRect(x, y, part, thick, style.theme.text_secondary)

    def _paint_focus(self, painter: QPainter) -> None:
        """The accent frame, with a dark line inside it so that it shows on any picture."""
        box, scale = self.inside, self.style.scale
        for inset, thick, colour in (
            (0, round(3 * scale), self.style.theme.accent),
            (round(3 * scale), max(1, round(scale)), QColor(0, 0, 0)),
        ):
            x, y = box.x + inset, box.y + inset
            w, h = box.width - 2 * inset, box.height - 2 * inset
            painter.fillRect(x, y, w, thick, colour)
            painter.fillRect(x, y + h - thick, w, thick, colour)
            painter.fillRect(x, y, thick, h, colour)
            painter.fillRect(x + w - thick, y, thick, h, colour)


def _shown(header: PictureHeader | None) -> Shown | None:
    if header is None:
        return None
    return Shown(header.capture_ns, header.arrival_ns, header.interval_ns, header.frozen_since_ns)


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
