"""Scenes: named arrangements of one monitor, some or all of them, and their plain form for files.

    {"hanoi_wall_scene": 1, "name": "Giờ cao điểm", "monitors": [
      {"monitor": "DEL/U2720Q/7X2@DP-1", "name": "DP-1", "place": [0, 0, 1920, 1080], "layout": "1+5",
       "tiles": [{"camera": "cam-01"}, {"sequence": [{"camera": "cam-02", "seconds": 10}, …]},
                 {"hotspot": true}, {"clock": true}, {"text": "…"}, {}]}]}

Cameras stand there by id, never by address. Tiles that are not listed are empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hanoi_wall.domain.content import MOST_STEPS, ClockFace, Content, Filling, Hotspot, Note, Sequence, Step
from hanoi_wall.domain.grid import Layout, SceneError
from hanoi_wall.domain.wall import MonitorScene

FORM = 1
"""The version of the plain form that is written; older ones are read."""
LONGEST_NAME = 80
MOST_MONITORS = 64
_LONGEST_ID = 200
_MARK = "hanoi_wall_scene"


@dataclass(frozen=True, slots=True)
class MonitorPart:
    """What a scene shows on one monitor.

    monitor: its identity; name: of its connector; place: x, y, width and height on the desktop it was made
    on, for workstations that have other monitors.
    """

    monitor: str
    name: str
    place: tuple[int, int, int, int]
    scene: MonitorScene


@dataclass(frozen=True, slots=True)
class Scene:
    """An arrangement with a name."""

    name: str
    parts: tuple[MonitorPart, ...]

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > LONGEST_NAME or not self.name.isprintable():
            raise SceneError(f"name: expected 1 to {LONGEST_NAME} printable characters")
        if len(self.parts) > MOST_MONITORS:
            raise SceneError(f"monitors: expected at most {MOST_MONITORS}")
        if len({part.monitor for part in self.parts}) < len(self.parts):
            raise SceneError("monitors: the same monitor stands there twice")

    def cameras(self) -> frozenset[str]:
        """Every camera that it can show."""
        return frozenset(camera for part in self.parts for camera in part.scene.cameras())

    def cameras_in_order(self) -> tuple[str, ...]:
        """The cameras that it shows first of all, in the order of monitors and tiles."""
        shown = (place.camera for part in self.parts for place in part.scene.tiles)
        return tuple(dict.fromkeys(camera for camera in shown if camera is not None))


class Kind(StrEnum):
    """What a tile of the plain form is about: the one key that it has."""

    CAMERA = "camera"
    SEQUENCE = "sequence"
    HOTSPOT = "hotspot"
    CLOCK = "clock"
    TEXT = "text"


# Written


def scene_to_plain(scene: Scene) -> dict[str, object]:
    """A scene as values that JSON has."""
    return {
        _MARK: FORM,
        "name": scene.name,
        "monitors": [
            {
                "monitor": part.monitor,
                "name": part.name,
                "place": list(part.place),
                "layout": str(part.scene.layout),
                "tiles": tiles_to_plain(part.scene),
            }
            for part in scene.parts
        ],
    }


def tiles_to_plain(scene: MonitorScene) -> list[dict[str, object]]:
    """What is in the tiles of a monitor, and behind them what is beyond them."""
    plain = [_filling_to_plain(each.first()) for each in scene.fillings]
    while plain and not plain[-1]:
        plain.pop()
    return plain


def _filling_to_plain(filling: Filling) -> dict[str, object]:
    match filling.content:
        case Hotspot():
            return {Kind.HOTSPOT.value: True}
        case ClockFace():
            return {Kind.CLOCK.value: True}
        case Note(text):
            return {Kind.TEXT.value: text}
        case Sequence(steps, paused):
            listed = [{"camera": step.camera, "seconds": step.dwell_s} for step in steps]
            return {Kind.SEQUENCE.value: listed, **({"paused": True} if paused else {})}
    return {} if filling.camera is None else {Kind.CAMERA.value: filling.camera}


# Read


def scene_from_plain(plain: object) -> Scene:
    """The scene of a plain form; raises SceneError that names the key and what was expected."""
    top = _object(plain, "", (_MARK, "name", "monitors"))
    form = top.get(_MARK)
    if isinstance(form, bool) or not isinstance(form, int) or form < 1:
        raise SceneError(f"{_MARK}: expected {FORM}: this is no scene")
    if form > FORM:
        raise SceneError(f"{_MARK}: {form} was written by a newer version of Hanoi Wall; expected {FORM}")
    monitors = top.get("monitors")
    if not isinstance(monitors, list) or len(monitors) > MOST_MONITORS:
        raise SceneError(f"monitors: expected a list of at most {MOST_MONITORS}")
    parts = tuple(_part(each, f"monitors[{number}]") for number, each in enumerate(monitors))
    return Scene(_text(top.get("name"), "name", LONGEST_NAME), parts)


def _part(plain: object, where: str) -> MonitorPart:
    part = _object(plain, where, ("monitor", "name", "place", "layout", "tiles"))
    place = part.get("place", [0, 0, 0, 0])
    if not isinstance(place, list) or len(place) != 4 or not all(_whole(each) for each in place):
        raise SceneError(f"{where}.place: expected four whole numbers: x, y, width, height")
    layout = _text(part.get("layout"), f"{where}.layout", 2000)
    try:
        shape = Layout.parse(layout)
    except SceneError as error:
        raise SceneError(f"{where}.layout: {error}") from None
    scene = scene_of_tiles(shape, part.get("tiles", []), f"{where}.tiles")
    x, y, width, height = place
    return MonitorPart(
        _text(part.get("monitor"), f"{where}.monitor", _LONGEST_ID),
        _text(part.get("name", ""), f"{where}.name", _LONGEST_ID, empty=True),
        (x, y, width, height),
        scene,
    )


def scene_of_tiles(layout: Layout, plain: object, where: str) -> MonitorScene:
    """What `tiles_to_plain` wrote, in that layout; raises SceneError."""
    # As many again may have found no tile when the layout became smaller.
    most = layout.tiles + 144
    if not isinstance(plain, list) or len(plain) > most:
        raise SceneError(f"{where}: expected a list of at most {most}")
    fillings = tuple(_filling(each, f"{where}[{number}]") for number, each in enumerate(plain))
    return MonitorScene.holding(layout, fillings)


def _filling(plain: object, where: str) -> Filling:
    tile = _object(plain, where, (*(kind.value for kind in Kind), "paused"))
    kinds = [Kind(key) for key in tile if key != "paused"]
    if not kinds:
        return Filling()
    if len(kinds) > 1:
        raise SceneError(f"{where}: expected one of {', '.join(Kind)}")
    value, paused = tile[kinds[0]], tile.get("paused", False)
    if not isinstance(paused, bool):
        raise SceneError(f"{where}.paused: expected true or false")
    at = f"{where}.{kinds[0].value}"
    if kinds[0] is Kind.CAMERA:
        return Filling(_text(value, at, _LONGEST_ID))
    return Filling(None, _content(kinds[0], value, at, paused)).first()


def _content(kind: Kind, value: object, at: str, paused: bool) -> Content:
    try:
        if kind is Kind.SEQUENCE:
            if not isinstance(value, list) or len(value) > MOST_STEPS:
                raise SceneError(f"expected a list of 1 to {MOST_STEPS}")
            steps = tuple(_step(each, f"{at}[{number}]") for number, each in enumerate(value))
            return Sequence(steps, paused)
        if kind is Kind.TEXT:
            return Note(_text(value, at, 2000, lines=True))
    except SceneError as error:
        raise SceneError(str(error) if str(error).startswith(at) else f"{at}: {error}") from None
    if value is not True:
        raise SceneError(f"{at}: expected true")
    return Hotspot() if kind is Kind.HOTSPOT else ClockFace()


def _step(plain: object, where: str) -> Step:
    step = _object(plain, where, ("camera", "seconds"))
    seconds = step.get("seconds", 10)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise SceneError(f"{where}.seconds: expected a number")
    try:
        return Step(_text(step.get("camera"), f"{where}.camera", _LONGEST_ID), float(seconds))
    except (SceneError, OverflowError) as error:
        known = str(error).startswith(where)
        raise SceneError(str(error) if known else f"{where}.seconds: {error}") from None


def _object(plain: object, where: str, keys: tuple[str, ...]) -> Mapping[str, object]:
    expected = ", ".join(keys)
    if not isinstance(plain, dict):
        raise SceneError(f"{where or 'a scene'}: expected an object with {expected}")
    strange = [key for key in plain if key not in keys]
    if strange:
        at = f"{where}." if where else ""
        raise SceneError(f"{at}{str(strange[0])[:40]!r}: expected only {expected}")
    return plain


def _text(value: object, where: str, most: int, *, empty: bool = False, lines: bool = False) -> str:
    """A text of at most `most` characters that can be shown."""
    if isinstance(value, str) and len(value) <= most and (empty or value.strip()):
        shown = value.replace("\n", " ").replace("\t", " ") if lines else value
        if shown.isprintable():
            return value
    raise SceneError(f"{where}: expected text of {0 if empty else 1} to {most} printable characters")


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1_000_000
