"""The parts of a scene find their monitors, and never another's."""

from __future__ import annotations

from hanoi_wall.domain.grid import Grid
from hanoi_wall.domain.scene import MonitorPart, Scene
from hanoi_wall.domain.wall import MonitorScene
from hanoi_wall.operations.focus import Monitor
from hanoi_wall.operations.layout import Box
from hanoi_wall.operations.scene_placing import Placing, place

CAMERAS = set("abcdef")


def shown(*cameras: str) -> MonitorScene:
    return MonitorScene.filled(Grid(2, 1), cameras)


def part(monitor: str, name: str, x: int, *cameras: str) -> MonitorPart:
    return MonitorPart(monitor, name, (x, 0, 1920, 1080), shown(*cameras))


def monitor(identity: str, name: str, x: int) -> Monitor:
    return Monitor(identity, shown(), Box(x, 0, 1920, 1080), name=name)


SCENE = Scene(
    "Sáng",
    (
        part("dell@DP-1", "DP-1", 0, "a"),
        part("dell@DP-2", "DP-2", 1920, "b"),
        part("eizo@HDMI-1", "HDMI-1", 3840, "c"),
    ),
)


def placed(scene: Scene, *monitors: Monitor, known: tuple[str, ...] = ()) -> Placing:
    here = {each.id for each in monitors} | set(known)
    return place(scene, monitors, here.__contains__, CAMERAS)


def test_each_part_goes_to_its_monitor_wherever_that_stands_now() -> None:
    found = placed(
        SCENE,
        monitor("eizo@HDMI-1", "HDMI-1", 0),
        monitor("dell@DP-2", "DP-2", 1920),
        monitor("dell@DP-1", "DP-1", 3840),
    )
    assert found == Placing({"dell@DP-1": shown("a"), "dell@DP-2": shown("b"), "eizo@HDMI-1": shown("c")})


def test_the_part_of_a_monitor_that_is_away_waits_and_is_piled_on_no_other() -> None:
    found = placed(SCENE, monitor("dell@DP-1", "DP-1", 0), monitor("new@DP-9", "DP-9", 9999))
    assert found.scenes == {"dell@DP-1": shown("a"), "dell@DP-2": shown("b"), "eizo@HDMI-1": shown("c")}
    assert found.waiting == ("DP-2", "HDMI-1") and found.homeless == ()


def test_a_monitor_that_was_exchanged_is_known_by_its_connector_then_by_its_place() -> None:
    found = placed(SCENE, monitor("benq@DP-1", "DP-1", 7), monitor("benq@DP-7", "DP-7", 1920))
    assert found.scenes["benq@DP-1"] == shown("a") and found.scenes["benq@DP-7"] == shown("b")
    assert found.waiting == ("HDMI-1",)


def test_a_scene_of_another_workstation_goes_onto_the_monitors_in_their_order() -> None:
    found = placed(SCENE, monitor("one", "A", 10_000), monitor("two", "B", 20_000))
    assert found.scenes == {"one": shown("a"), "two": shown("b")}
    assert found.homeless == ("HDMI-1",) and found.waiting == ()


def test_a_scene_of_monitors_that_were_here_before_waits_for_them() -> None:
    found = placed(SCENE, monitor("one", "A", 10_000), known=("dell@DP-2",))
    assert "one" not in found.scenes and found.waiting == ("DP-1", "DP-2", "HDMI-1")


def test_cameras_that_are_not_in_the_catalogue_are_listed_and_their_tiles_empty() -> None:
    scene = Scene("x", (part("one", "A", 0, "z", "a"), part("two", "B", 1, "y", "z")))
    found = placed(scene, monitor("one", "A", 0), monitor("two", "B", 1))
    assert found.unknown == ("y", "z")
    assert [each.camera for each in found.scenes["one"].tiles] == [None, "a"]
