"""Paints a wall with every state, cause and treatment to PNG files, to be looked at.

    python -m tests.ui.gallery --out DIR --language vi --size 1920x1080 --grid 4x4 --scale 1.5

Real windows, real rings; only the clock stands still. Real footage where it lies beside the checkout.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hanoi_wall.domain.camera import Camera
from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.grid import Grid
from hanoi_wall.domain.tile import Phase
from hanoi_wall.operations.wall import Wall
from hanoi_wall.ui import wall_window
from hanoi_wall.ui.title_bar import TitleMode
from hanoi_wall.ui.wall_app import WallApp, WallSettings
from tests.ui.drawn_feeds import DrawnFeeds, Pixels
from tests.ui.surface import surface

FOOTAGE = Path(__file__).resolve().parents[3] / "shared" / "media" / "street.mp4"
NAMES = (
    "Ngã tư Khuất Duy Tiến – Nguyễn Trãi",
    "Cầu Nhật Tân, đầu phía Nam",
    "Hồ Hoàn Kiếm",
    "Bến xe Mỹ Đình, cổng số 2",
    "Phố cổ – Hàng Ngang",
    "Đường Láng gần cầu Giấy",
    "Ga Hà Nội",
    "Vành đai 3 trên cao, km 12+400",
)
OWNERS = ("Phòng CSGT", "Quận Cầu Giấy", "Sở GTVT", "")


def frames(width: int, height: int) -> Iterator[Pixels]:
    """Pictures of `width` x `height`, for ever: footage where there is some, else drawn ones."""
    found: list[Pixels] = []
    if FOOTAGE.is_file():
        import av

        with av.open(str(FOOTAGE)) as container:
            for index, frame in enumerate(container.decode(video=0)):
                if index % 12 == 0:
                    small = frame.reformat(width, height, "bgra", interpolation="AREA")
                    found.append(small.to_ndarray())
                if len(found) >= 24:
                    break
    else:
        y, x = np.mgrid[0:height, 0:width]
        for phase in range(8):
            ground = 90 + 60 * np.sin((x + 40 * phase) / 50) + 40 * np.cos(y / 31)
            colours = np.dstack([ground * 0.9, ground, ground * 1.1, ground])
            found.append(colours.clip(0, 255).astype(np.uint8))
    while True:
        yield from found


def scenes(feeds: DrawnFeeds, picture: Callable[[], Pixels]) -> list[Callable[[str], None]]:
    """What each camera in turn is in: every state, treatment and cause once, between healthy ones."""

    def live(camera: str) -> None:
        feeds.draw(camera, picture())

    def aged(age: float, **more: float) -> Callable[[str], None]:
        return lambda camera: feeds.draw(camera, picture(), age_s=age, **more)

    def opening(camera: str) -> None:
        feeds.session(camera, Phase.OPENING, ever=False)

    def with_picture(age: float, phase: Phase, cause: Cause, retry: float | None) -> Callable[[str], None]:
        def make(camera: str) -> None:
            feeds.draw(camera, picture(), age_s=age)
            feeds.session(camera, phase, cause, since_s=age, retry_in_s=retry)

        return make

    def without(
        phase: Phase, cause: Cause | None, retry: float | None = None, ever: bool = True
    ) -> Callable[[str], None]:
        return lambda camera: feeds.session(camera, phase, cause, since_s=734, retry_in_s=retry, ever=ever)

    made = [
        live,
        aged(3.2),
        aged(7.4),
        with_picture(12.3, Phase.WAITING, Cause.CONNECTION_LOST, 5.3),
        opening,
        aged(0.1, frozen_s=34.0),
        without(Phase.WAITING, Cause.TIMEOUT, 6.2),
        without(Phase.REFUSED, Cause.WRONG_PASSWORD),
        aged(1.0, interval_s=3.0),
        aged(41.0),
        without(Phase.BUSY, Cause.TOO_MANY_SESSIONS, 24.5),
        without(Phase.NO_RIGHT, Cause.NO_RIGHT),
        without(Phase.UNSUPPORTED, Cause.CODEC),
        without(Phase.STOPPED, None),
        with_picture(0.6, Phase.WAITING, Cause.CONNECTION_REFUSED, 1.0),
        with_picture(22.0, Phase.PLAYING, Cause.STALLED, None),
    ]
    causes = [cause for cause in Cause if cause is not Cause.NO_RIGHT]
    made += [without(Phase.WAITING, cause, 3.0 + 60 * (i % 4), i % 2 == 0) for i, cause in enumerate(causes)]
    return made


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Paints a wall with every state to a PNG file.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--language", default="vi")
    parser.add_argument("--size", default="1920x1080", help="device pixels")
    parser.add_argument("--grid", default="4x4")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--distance", type=float, default=0.7, help="metres")
    parser.add_argument("--diagonal", type=float, default=24.0, help="inches")
    parser.add_argument("--theme", default="dark")
    parser.add_argument("--titles", default="title")
    parser.add_argument("--focus", type=int, default=0)
    parser.add_argument("--enlarge", type=int, default=0)
    parser.add_argument("--keys", action="store_true")
    parser.add_argument("--type", default="", help="digits of a tile number")
    parser.add_argument("--first", type=int, default=0, help="which scene the first tile has")
    return parser.parse_args()


def file_name(options: argparse.Namespace) -> str:
    """A name that says how the picture was made."""
    parts = [options.grid, options.language, f"{options.scale:g}", options.theme, options.titles]
    parts += [f"{options.distance:g}m", *(["keys"] if options.keys else [])]
    parts += ["focus"] if options.focus else []
    parts += [f"enlarged{options.enlarge}"] if options.enlarge else []
    parts += [f"from{options.first}"] if options.first else []
    return "-".join(parts) + ".png"


def paint(options: argparse.Namespace) -> QImage:
    """The surface of a window in all the states."""
    width, height = (int(part) for part in options.size.split("x"))
    grid, clock = Grid.parse(f"grid:{options.grid}"), ManualClock()
    feeds = DrawnFeeds(clock)
    columns, rows = (1, 1) if options.enlarge else (grid.columns, grid.rows)
    wide = min(width // columns, height // rows * 16 // 9)
    source = frames(wide, wide * 9 // 16)
    made = scenes(feeds, lambda: next(source))
    cameras = {}
    for index in range(max(1, grid.tiles - 1)):
        identity = f"cam-{index + 1:03d}"
        cameras[identity] = Camera(identity, NAMES[index % len(NAMES)], owner=OWNERS[index % len(OWNERS)])
        made[(options.first + index) % len(made)](identity)
    wall = Wall(feeds, grid, cameras, clock)
    settings = WallSettings(
        windowed=True,
        language=options.language,
        theme=options.theme,
        text_distance_m=options.distance,
        title_mode=TitleMode(options.titles),
    )
    walls = WallApp(wall, feeds, cameras, settings, clock, on_quit=QApplication.quit)
    walls.start()
    window = next(iter(walls.windows.values()))
    # The pitch of a screen of that diagonal, whatever this machine pretends to have.
    pitch = options.diagonal * 25.4 / (width**2 + height**2) ** 0.5
    wall_window.pitch_of = lambda screen, scale: pitch
    window.resize(round(width / options.scale), round(height / options.scale))
    QApplication.processEvents()
    window.measure()
    if options.focus:
        wall.focus_on(window.monitor, options.focus)
    if options.enlarge:
        wall.enlarge(window.monitor, options.enlarge)
    if options.keys:
        window.toggle_sheet()
    for digit in options.type:
        QTest.keyClick(window, Qt.Key(int(digit) + Qt.Key.Key_0.value))
    for _ in range(3):
        walls.presenter.tick()
        QApplication.processEvents()
    image = surface(window)
    walls.stop()
    return image


def main() -> None:
    """Paint one wall into a file and print its name."""
    options = arguments()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = str(options.scale)
    QApplication([]).setQuitOnLastWindowClosed(False)
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / file_name(options)
    paint(options).save(str(path))
    print(path)


if __name__ == "__main__":
    main()
