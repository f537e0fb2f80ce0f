"""What a key stroke costs in the search over a city's cameras, beside SQLite's full-text search.

    python -m tests.bench.search [--cameras 20000] [--rounds 5]

Types queries letter by letter into both, in turns, over the same made-up catalogue, and prints the time of
one stroke (median, p99 of all strokes, the worst), the time to build and by how much the peak of memory rose.
SQLite's FTS5 with `unicode61 remove_diacritics 2` finds words by their beginnings; it knows neither initials
nor words typed as one, and not that đ is a d.
"""

from __future__ import annotations

import argparse
import random
import resource
import sqlite3
import statistics
import time
from collections.abc import Callable

from hanoi_wall.catalogue.search import CameraIndex
from hanoi_wall.domain.camera import Camera

STREETS = (
    "Ngã Tư Sở|Tây Sơn|Láng Hạ|Giảng Võ|Đội Cấn|Kim Mã|Cầu Giấy|Xuân Thủy|Trần Duy Hưng|Nguyễn Chí Thanh"
    "|Phạm Hùng|Khuất Duy Tiến|Nguyễn Trãi|Giải Phóng|Đại Cồ Việt|Bạch Mai|Minh Khai|Trần Khát Chân|Lò Đúc"
    "|Hàng Bài|Tràng Tiền|Đinh Tiên Hoàng|Hai Bà Trưng|Lý Thường Kiệt|Điện Biên Phủ|Hoàng Diệu|Thanh Niên"
    "|Âu Cơ|Lạc Long Quân|Võ Chí Công|Phạm Văn Đồng|Nguyễn Văn Cừ|Ngô Gia Tự|Trường Chinh|Tôn Thất Tùng"
).split("|")
DISTRICTS = "Đống Đa|Hoàn Kiếm|Ba Đình|Hai Bà Trưng|Cầu Giấy|Tây Hồ|Long Biên|Hoàng Mai|Thanh Xuân".split("|")
OWNERS = "Sở Giao thông|Công an|UBND phường|Ban quản lý|Sở Y tế".split("|")
TYPED = ("nga tu so", "NTS tay son", "q. dong da", "hàng bài 12", "giai phong camera 7", "bv", "cam 19")


def catalogue(number: int) -> list[Camera]:
    """As many cameras, the same at every call."""
    chance = random.Random(7)
    cameras = []
    for at in range(number):
        one, other = chance.sample(STREETS, 2)
        district = chance.choice(DISTRICTS)
        cameras.append(
            Camera(
                f"cam-{at:05}",
                f"{one} – {other} {at % 40 + 1}",
                chance.choice(OWNERS),
                f"Quận {district}",
                f"Phường {chance.choice(STREETS)}",
                f"Nút giao {one} {at // 4}",
                tags=("ptz",) if at % 9 == 0 else (),
            )
        )
    return cameras


class FullText:
    """SQLite's."""

    def __init__(self, cameras: list[Camera]) -> None:
        self.file = sqlite3.connect(":memory:")
        columns = "id, name, owner, district, ward, site, tags"
        options = "tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'"
        self.file.execute(f"CREATE VIRTUAL TABLE cameras USING fts5({columns}, {options})")
        rows = [(c.id, c.name, c.owner, c.district, c.ward, c.site, " ".join(c.tags)) for c in cameras]
        self.file.executemany("INSERT INTO cameras VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def find(self, text: str) -> object:
        """The best 200 and how many there are."""
        words = " ".join(f'"{word}"*' for word in text.replace(".", " ").split())
        if not words:
            return self.file.execute("SELECT id FROM cameras ORDER BY name LIMIT 200").fetchall()
        ask = "FROM cameras WHERE cameras MATCH ?"
        best = self.file.execute(f"SELECT id {ask} ORDER BY rank LIMIT 200", (words,)).fetchall()
        return best, self.file.execute(f"SELECT count(*) {ask}", (words,)).fetchone()


def strokes(find: Callable[[str], object]) -> list[float]:
    """Milliseconds for each letter of each query."""
    taken = []
    for query in TYPED:
        for end in range(len(query) + 1):
            start = time.perf_counter()
            find(query[:end])
            taken.append((time.perf_counter() - start) * 1000)
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description=__doc__)
    parser.add_argument("--cameras", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    cameras = catalogue(wanted.cameras)
    contestants: list[tuple[str, Callable[[str], object], list[float]]] = []
    for name, build in (("hanoi-wall", CameraIndex), ("sqlite fts5", FullText)):
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
        built = build(cameras)
        took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"{name}: built in {took:.2f} s, the peak of memory rose by {(after - before) / 1024:.0f} MiB")
        contestants.append((name, built.find, []))
    for _ in range(wanted.rounds):
        for _, find, taken in contestants:
            taken += strokes(find)
    for name, _, taken in contestants:
        taken.sort()
        p99 = taken[int(len(taken) * 0.99)]
        median = statistics.median(taken)
        print(
            f"{name}: a stroke {median:.2f} ms median, {p99:.2f} p99, {taken[-1]:.2f} worst of {len(taken)}"
        )


if __name__ == "__main__":
    main()
