"""The Prometheus text, read back by a reader of its own that knows only the format."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.operations.metrics import metrics_text

Sample = tuple[str, tuple[tuple[str, str], ...]]
LINE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)')
ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}


def read(text: str) -> dict[Sample, float]:
    """Samples by name and labels; fails on anything that a scraper would refuse."""
    found: dict[Sample, float] = {}
    families: list[str] = []
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in families, "one block per metric"
            assert kind in ("counter", "gauge")
            families.append(name)
            continue
        match = LINE.fullmatch(line)
        assert match, line
        labels, position, inside = [], 0, match[2] or ""
        while position < len(inside):
            label = LABEL.match(inside, position)
            assert label, inside
            labels.append((label[1], re.sub(r'\\[\\"n]', lambda found: ESCAPES[found[0]], label[2])))
            position = label.end()
        assert match[1] == families[-1]
        assert len({key for key, _ in labels}) == len(labels)
        key = (match[1], tuple(sorted(labels)))
        assert key not in found
        found[key] = float(match[3])
    return found


def one(text: str, metric: str, /, **labels: str) -> float:
    return read(text)[(metric, tuple(sorted(labels.items())))]


TILE = {
    "screen": "WALL-1",
    "tile": 2,
    "row": 0,
    "col": 1,
    "camera": "cam-02",
    "state": "late",
    "age_ms": 2100,
}


def test_a_tile_is_named_by_its_place_and_camera() -> None:
    text = metrics_text({"tiles": [TILE | {"size": [640, 360], "torn": 0, "cause": None}]}, up=True)
    place = {"screen": "WALL-1", "tile": "2", "camera": "cam-02"}
    assert one(text, "hanoi_wall_tile_age_ms", **place) == 2100
    assert one(text, "hanoi_wall_tile_size_width", **place) == 640
    assert one(text, "hanoi_wall_tile_size_height", **place) == 360
    assert one(text, "hanoi_wall_tile_col", **place) == 1
    assert one(text, "hanoi_wall_tile_info", **place, state="late") == 1
    assert "# TYPE hanoi_wall_tile_torn counter" in text
    assert "# TYPE hanoi_wall_tile_age_ms gauge" in text
    assert "cause" not in text


def test_what_this_machine_leaves_out_is_a_figure_and_its_cause_a_label() -> None:
    place = {"screen": "WALL-1", "tile": "2", "camera": "cam-02"}
    shed = {"shed": 2, "rate": "12 shown of 25 received: this PC", "rate_cause": "this_pc"}
    text = metrics_text({"tiles": [TILE | shed]}, up=True)
    assert one(text, "hanoi_wall_tile_shed", **place) == 2
    assert one(text, "hanoi_wall_tile_info", **place, state="late", rate_cause="this_pc") == 1


def test_tiles_are_counted_by_state() -> None:
    tiles = [TILE | {"tile": number, "state": state} for number, state in enumerate(["live", "live", "late"])]
    text = metrics_text({"tiles": tiles}, up=True)
    assert one(text, "hanoi_wall_tiles", state="live") == 2
    assert one(text, "hanoi_wall_tiles", state="late") == 1


def test_a_silent_ui_is_down() -> None:
    assert one(metrics_text({"version": "0.1.0"}, up=True), "hanoi_wall_up") == 1
    text = metrics_text({"version": "0.1.0"}, up=False)
    assert one(text, "hanoi_wall_up") == 0
    assert one(text, "hanoi_wall_info", version="0.1.0") == 1


def test_processes_screens_and_rooms_yet_unknown_are_told() -> None:
    health = {
        "uptime_s": 1.5,
        "processes": [{"pid": 7, "role": "decoder", "cpu_s": 8.25, "restarts": 1}],
        "screens": [{"id": "a", "name": "WALL-1", "geometry": [0, 0, 1920, 1080], "window_visible": True}],
        "ptz": [{"camera": "cam-01", "moving": False, "lease": {"left_s": 3}}],
        "drill": {"name": "fire", "elapsed_s": 60},
    }
    text = metrics_text(health, up=True)
    assert one(text, "hanoi_wall_uptime_s") == 1.5
    assert one(text, "hanoi_wall_process_cpu_s", pid="7", role="decoder") == 8.25
    assert one(text, "hanoi_wall_screen_geometry_width", id="a", name="WALL-1") == 1920
    assert one(text, "hanoi_wall_screen_window_visible", id="a", name="WALL-1") == 1
    assert one(text, "hanoi_wall_ptz_moving", index="0") == 0
    assert one(text, "hanoi_wall_ptz_lease_left_s", index="0") == 3
    assert one(text, "hanoi_wall_ptz_info", index="0", camera="cam-01") == 1
    assert one(text, "hanoi_wall_drill_elapsed_s") == 60


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(camera=words, state=words, number=st.floats() | st.integers(-(10**20), 10**20))
def test_whatever_a_camera_is_called_the_text_can_be_read_back(
    camera: str, state: str, number: float
) -> None:
    tile = {"screen": "s", "tile": 1, "camera": camera, "state": state, "age_ms": number}
    text = metrics_text({"tiles": [tile]}, up=True)
    value = one(text, "hanoi_wall_tile_age_ms", screen="s", tile="1", camera=camera)
    assert value == float(number) or (value != value and number != number)
    assert one(text, "hanoi_wall_tile_info", screen="s", tile="1", camera=camera, state=state) == 1
