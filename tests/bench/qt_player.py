"""The QMediaPlayer peer: `qt_player.py SPEC.json`, run by a Python that has PySide6's QtMultimedia.

Nothing of this project is imported. SPEC holds {"urls": [...], "places": [[x, y, width, height], ...]}.
Prints a JSON line of counters four times a second: {"ns", "shown": [pictures given to each sink]}.
"""

from __future__ import annotations

import json
import signal
import sys
import time

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtMultimedia import QMediaPlayer, QPlaybackOptions
from PySide6.QtMultimediaWidgets import QVideoWidget
from PySide6.QtWidgets import QApplication, QWidget


class Wall(QWidget):
    """One window with a player per feed."""

    def __init__(self, urls: list[str], places: list[list[int]]) -> None:
        super().__init__()
        self.setWindowFlags(Qt.WindowType.FramelessWindowHint)
        self.setStyleSheet("background: black")
        self.shown = [0] * len(urls)
        self.players: list[QMediaPlayer] = []
        for number, (url, place) in enumerate(zip(urls, places, strict=True)):
            widget = QVideoWidget(self)
            widget.setGeometry(*place)
            widget.setAspectRatioMode(Qt.AspectRatioMode.IgnoreAspectRatio)
            player = QMediaPlayer(self)
            options = QPlaybackOptions()
            options.setPlaybackIntent(QPlaybackOptions.PlaybackIntent.LowLatencyStreaming)
            player.setPlaybackOptions(options)
            player.setVideoOutput(widget)
            widget.videoSink().videoFrameChanged.connect(self._counter(number))
            player.setSource(QUrl(url))
            self.players.append(player)
        self.setGeometry(0, 0, max(p[0] + p[2] for p in places), max(p[1] + p[3] for p in places))

    def _counter(self, number: int) -> object:
        def count(_frame: object) -> None:
            self.shown[number] += 1

        return count

    def play(self) -> None:
        """Start all players."""
        for player in self.players:
            player.play()

    def tell(self) -> None:
        """One line of counters."""
        print(json.dumps({"ns": time.monotonic_ns(), "shown": self.shown}), flush=True)


def main(spec_file: str) -> int:
    """Play until SIGTERM."""
    with open(spec_file, encoding="utf-8") as file:
        spec = json.load(file)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    app = QApplication(sys.argv[:1])
    wall = Wall(spec["urls"], spec["places"])
    wall.show()
    wall.play()
    timer = QTimer()
    timer.timeout.connect(wall.tell)
    timer.start(250)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
