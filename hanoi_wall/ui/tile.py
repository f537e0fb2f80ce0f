"""One tile of a wall window: looks whether it must be painted again, and paints itself truthfully.

Looking costs a few comparisons and allocates nothing. Painting judges the truth of the picture at that very
moment, draws picture and words together, and only then records what was painted. On a healthy tile only the
picture and its second change from one painting to the next: there its age is all that is judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtGui import QImage, QPainter

from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.crop import PLAIN, Look
from hanoi_wall.domain.tile import (
    Phase,
    PictureFacts,
    SessionFacts,
    TileState,
    Treatment,
    Verdict,
    judge,
    thresholds,
)
from hanoi_wall.operations.layout import Box
from hanoi_wall.operations.looks import zoom_text
from hanoi_wall.operations.tile_words import TONES, Moment, Notice, Shown, notice, rate_note
from hanoi_wall.ui.style import Style
from hanoi_wall.ui.theme import text_px
from hanoi_wall.ui.tile_face import Face, paint_face
from hanoi_wall.ui.tile_picture import TilePicture, cross_out, fill, frame, sweep
from hanoi_wall.ui.title_bar import Bar, BarText, TitleMode, make_bar
from hanoi_wall.video.picture import PictureHeader
from hanoi_wall.video.slots import Ring, RingReader
from hanoi_wall.video.view import CameraView

NEVER = 1 << 62
_SWEEP_NS = 125_000_000
_CALM_NS = 200_000_000
_BAND_PART = 0.62
_LEAST_BAND_PX = 16
_LEAST_HIT = 32
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
    arrival_ns: int = 0
    interval_ns: int = 0
    frozen_since_ns: int = 0
    behind_ns: int = 0
    box: Box | None = None
    told: bool = False
    button: Box | None = None


class _Standing(NamedTuple):
    """What a healthy tile's words were made from. While it is the same, they are true of the next picture."""

    view: CameraView | None
    interval_ns: int
    late_ns: int


class Tile:
    """A place on a window's surface. Main thread."""

    def __init__(self, number: int, style: Style) -> None:
        self.number = number
        self.style = style
        self.camera: Camera | None = None
        self.camera_id = ""
        self.mark = ""
        self.face: Face | None = None
        self.box = Box(0, 0, 0, 0)
        self.inside = self.box
        self.px = 12
        self.focused = False
        self.pending = False
        self.look = PLAIN
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
        self._clocked: tuple[Bar, int, QImage] | None = None
        self._standing: _Standing | None = None
        self.drawn = TilePicture(style)
        self._facts = ""
        self._sweep = 0

    # What stands here

    def put(self, camera: Camera | None, now_ns: int) -> None:
        """Put a camera here; another camera's picture, words and figures go first."""
        if camera == self.camera:
            return
        same = camera is not None and self.camera is not None and camera.id == self.camera.id
        self.camera = camera
        self.camera_id = camera.id if camera is not None else ""
        self._bar = self._standing = None
        if not same:
            self.adopt(None)
            self.drawn.forget()
            self.first_picture_ms = None
            self._since_ns = now_ns
            self.shown = 0
            self._gone = [0, 0]
        self.deadline = 0

    def hold(self, mark: str, face: Face | None) -> None:
        """What decides which camera stands here, as a short word, "" for the operator alone; face: what is
        shown in place of a camera.
        """
        if (mark, face) != (self.mark, self.face):
            self.mark, self.face = mark, face
            self._bar = self._standing = None
            self.deadline = 0

    def place(self, box: Box, line: int = 0) -> None:
        """Stand in this box of the surface (device pixels), but leave its right and lower `line` alone."""
        inside = Box(box.x, box.y, max(0, box.width - line), max(0, box.height - line))
        if (box, inside) != (self.box, self.inside):
            self.box, self.inside = box, inside
            self.drawn.stand(box, inside)
            self.px = text_px(self.style.pitch, self.style.distance_m, box.height)
            self.restyle()

    def see(self, look: Look) -> None:
        """Show pictures zoomed, turned or filling the tile like this from now on."""
        if look != self.look:
            # The words stay true of a part that moved, not of one that grew.
            self._standing = self._standing if look.zoom == self.look.zoom else None
            self.look, self.deadline = look, 0
            self.drawn.see(look)

    def zoom_chip(self) -> Box | None:
        """Where a click takes the zoom back (device pixels of the window); None: there is none."""
        bar = self._bar
        if bar is None or bar.zoom is None or self.look.zoom == 1.0:
            return None
        high = max(bar.image.height(), round(_LEAST_HIT * self.style.scale))
        return Box(self.box.x + bar.zoom[0], self.box.y, bar.zoom[1], high)

    def restyle(self) -> None:
        """Throw the ready-made pieces away: style or place changed."""
        self._bar = self._bar_key = self._clocked = self._standing = None
        self.drawn.forget()
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
        self.drawn.forget()

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
        for index, reader in enumerate(self._readers):
            torn = reader.torn
            with reader.newest() as pair:
                if pair is None:
                    continue
                header, _ = pair
                if self._goes_on(header, now):
                    self._paint_next(painter, header, reader, now)
                else:
                    self._paint_anew(painter, header, reader, now)
            self._watched = self._readers[: index + 1]
            if reader.torn != torn:
                self.deadline = 0
            return
        self._paint_anew(painter, None, None, now)

    def _goes_on(self, header: PictureHeader, now: Moment) -> bool:
        """Whether every word on the tile is true of this picture: healthy, and young enough to be live."""
        standing = self._standing
        return (
            standing is not None
            and standing.view is self.view
            and standing.interval_ns == header.interval_ns
            and not header.frozen_since_ns
            and now.monotonic_ns - header.capture_ns <= standing.late_ns
        )

    def _paint_next(self, painter: QPainter, header: PictureHeader, reader: RingReader, now: Moment) -> None:
        """The next picture of a healthy tile, under the words that stand there."""
        assert self._standing is not None, "as _goes_on said"
        self.drawn.paint(painter, header, reader.held, reader.ring, Treatment.CLEAR)
        self._lay_bar(painter, now.wall_ns - max(0, now.monotonic_ns - header.capture_ns))
        if self.focused:
            frame(painter, self.inside, self.style)
        self.deadline = header.capture_ns + self._standing.late_ns + 1
        self._record_picture(header, reader.ring, now)

    def _paint_anew(
        self, painter: QPainter, header: PictureHeader | None, reader: RingReader | None, now: Moment
    ) -> None:
        """Judge, draw and record everything; header and reader: of the picture, None when there is none."""
        self.painted.button, self.painted.told = None, False
        self._standing = None
        session = self.session()
        if header is None or reader is None:
            verdict = judge(session, None, now.monotonic_ns)
            fill(painter, self.inside, self.style.theme.surface_1)
            self._paint_words(painter, session, verdict, None, now)
            if self.face is not None:
                self._paint_face(painter, self.face, now)
            self._record(verdict, None, None, now)
            return
        verdict = judge(session, header.facts(), now.monotonic_ns)
        self.drawn.paint(painter, header, reader.held, reader.ring, verdict.treatment)
        said, note = self._paint_words(painter, session, verdict, header, now)
        self._record(verdict, header, reader.ring, now)
        if said is None and not note and not header.frozen_since_ns:
            late_ns, _, _ = thresholds(header.interval_ns)
            self._standing = _Standing(self.view, header.interval_ns, late_ns)

    def _paint_face(self, painter: QPainter, face: Face, now: Moment) -> None:
        again_ns = paint_face(painter, self.inside, self._below_bar, face, self.style, now)
        if self.focused:
            frame(painter, self.inside, self.style)
        if again_ns is not None:
            self.deadline = min(self.deadline, again_ns)

    @property
    def _below_bar(self) -> int:
        return 0 if self._bar is None else self._bar.image.height()

    def cross_out(self, painter: QPainter, now: Moment) -> None:
        """In place of `paint`, which failed by a bug: an old picture would be taken for a live one."""
        cross_out(painter, self.inside, self.style.theme)
        self.pending = False
        self.painted = Painted(TileState.STOPPED, Treatment.NONE, now.monotonic_ns, box=self.box)
        self._standing = None
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
        painted.interval_ns, painted.frozen_since_ns = header.interval_ns, header.frozen_since_ns
        if verdict.treatment is Treatment.DARK:
            painted.sequence = 0
            painted.capture_ns, painted.behind_ns = header.capture_ns, header.behind_ns
            painted.arrival_ns = header.arrival_ns
            return
        self._record_picture(header, ring, now)

    def _record_picture(self, header: PictureHeader, ring: Ring | None, now: Moment) -> None:
        painted = self.painted
        painted.at_ns, painted.capture_ns = now.monotonic_ns, header.capture_ns
        painted.behind_ns, painted.arrival_ns = header.behind_ns, header.arrival_ns
        if header.sequence != painted.sequence or ring is not self._shown_ring:
            self.shown += 1
            if self.first_picture_ms is None:
                self.first_picture_ms = (now.monotonic_ns - self._since_ns) // 1_000_000
        self._shown_ring = ring
        painted.sequence = header.sequence

    # Words over the picture

    def _paint_words(
        self,
        painter: QPainter,
        session: SessionFacts,
        verdict: Verdict,
        header: PictureHeader | None,
        now: Moment,
    ) -> tuple[Notice | None, tuple[str, ...]]:
        """Draw them all; returns what was said beyond name and clock."""
        style, state = self.style, verdict.state
        said: Notice | None = None
        note: tuple[str, ...] = ()
        if header is not None and self.view is not None:
            asked = style.titles is TitleMode.STATE
            interval, behind = header.interval_ns, header.behind_ns
            # Short of memory is a camera for its largest tile; a smaller one may have all it needs.
            small = (
                self.view.scaled_down and header.width < self.box.width and header.height < self.box.height
            )
            note = rate_note(style.words, self.view.stats, interval, behind, asked=asked, scaled_down=small)
        if state is not TileState.LIVE or header is None:
            owner = self.camera.owner if self.camera is not None else ""
            said = notice(style.words, session, verdict, Shown.of(header), now, owner, note)
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
            self._sweep = sweep(painter, self.inside, self._below_bar, self._sweep, self.style)
            if style.motion:
                deadline = min(deadline, now.monotonic_ns + _SWEEP_NS)
        if self.focused:
            frame(painter, self.inside, self.style)
        self.deadline = deadline
        # Pictures that are old when they come need not be painted one by one.
        calm = verdict.treatment in (Treatment.STALE, Treatment.DARK)
        self.calm_until = now.monotonic_ns + _CALM_NS if calm else 0
        return said, note

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
        chip = said.chip if said is not None else ()
        key = (state, chip, note, pictured, self._facts, self.style.titles, self.look.zoom)
        if key != self._bar_key or self._bar is None:
            self._bar_key = key
            text = self._bar_text(state, said, note, pictured)
            self._bar = make_bar(text, self.inside.width, self.px, self.style.theme, self.style.scale)
        self.painted.told = self._bar.told
        self._lay_bar(painter, now.wall_ns - verdict.age_ns if pictured else None)

    def _lay_bar(self, painter: QPainter, taken_ns: int | None) -> None:
        """Draw the ready-made bar with the time of a picture taken then (UTC), None: without."""
        bar = self._bar
        if bar is None:
            return
        image = bar.image
        if taken_ns is not None and bar.clock_x is not None:
            image = self._with_clock(bar, bar.clock_x, taken_ns // SECOND)
        if image.height() <= self.inside.height:
            painter.drawImage(self.box.x, self.box.y, image)
        else:
            # A tile lower than its bar must not write over the one below.
            painter.drawImage(self.box.x, self.box.y, image, 0, 0, image.width(), self.inside.height)

    def _with_clock(self, bar: Bar, x: int, second: int) -> QImage:
        """The bar and the clock over it in one image, made once a second."""
        clocked = self._clocked
        if clocked is None or clocked[0] is not bar or clocked[1] != second:
            image = bar.image.copy()
            with QPainter(image) as painter:
                painter.drawImage(x, 0, self.style.clock(second, bar.px))
            clocked = self._clocked = bar, second, image
        return clocked[2]

    def _bar_text(
        self, state: TileState, said: Notice | None, note: tuple[str, ...], pictured: bool
    ) -> BarText:
        if self.camera is None:
            return BarText(self.number, "", vacant=True, mark=self.mark)
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
            zoom=zoom_text(self.style.words, self.look.zoom) if pictured else "",
            note=note,
            facts=facts,
            clock=pictured and titled,
            titled=titled,
            mark=self.mark,
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
        top = self._below_bar
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
