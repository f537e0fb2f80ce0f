"""`hanoi-wall scene`: check, list, import, export."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from hanoi_wall.commands.parsing import answer, below, does
from hanoi_wall.domain.clock import SystemClock
from hanoi_wall.operations import arguments, scene_files
from hanoi_wall.operations.cameras import list_cameras
from hanoi_wall.settings.folders import folders_of
from hanoi_wall.store.scenes import SavedScene


def add(parser: argparse.ArgumentParser) -> None:
    """The commands below `scene`."""
    commands = below(parser, "check | list | import | export", "expected check, list, import or export")
    text = "whether a scene file can be used, what it shows, and which of its cameras are not known here"
    each = commands.add_parser("check", help=text, description=text)
    each.add_argument("file", type=arguments.file, metavar="FILE")
    does(each, _check)
    text = "the scenes of the profile"
    each = commands.add_parser("list", help=text, description=text)
    does(each, _list)
    text = "bring a scene file into the profile, as the next revision of its name"
    each = commands.add_parser("import", help=text, description=text)
    each.add_argument("file", type=arguments.file, metavar="FILE")
    does(each, _import)
    text = "write a scene of the profile into a file (JSON)"
    each = commands.add_parser("export", help=text, description=text)
    each.add_argument("scene", metavar="NAME")
    each.add_argument("file", type=arguments.file, metavar="FILE")
    does(each, _export)


def _check(chosen: argparse.Namespace) -> int:
    known = [camera.id for camera in list_cameras(folders_of(chosen.profile))]
    report = scene_files.check(chosen.file, known)
    answer(chosen, report.plain(), report.lines())
    return 0


def _list(chosen: argparse.Namespace) -> int:
    scenes = scene_files.list_scenes(folders_of(chosen.profile))
    answer(chosen, [_plain(each) for each in scenes], _lines(scenes))
    return 0


def _plain(saved: SavedScene) -> dict[str, object]:
    return {
        "name": saved.name,
        "revision": saved.revision,
        "locked": saved.locked,
        "approved": saved.approved,
        "monitors": [part.name or part.monitor for part in saved.scene.parts],
        "cameras": len(saved.scene.cameras()),
    }


def _lines(scenes: tuple[SavedScene, ...]) -> Iterator[str]:
    if not scenes:
        yield "no scenes yet: Ctrl+S on the wall saves one, hanoi-wall scene import FILE brings one in"
    for each in scenes:
        marks = [mark for mark, on in (("approved", each.approved), ("locked", each.locked)) if on]
        shown = f"{len(each.scene.parts)} monitors, {len(each.scene.cameras())} cameras"
        yield ", ".join((f"{each.name}: revision {each.revision}", shown, *marks))


def _import(chosen: argparse.Namespace) -> int:
    saved = scene_files.import_scene(folders_of(chosen.profile), chosen.file, SystemClock())
    answer(chosen, _plain(saved), _lines((saved,)))
    return 0


def _export(chosen: argparse.Namespace) -> int:
    saved = scene_files.export_scene(folders_of(chosen.profile), chosen.scene, chosen.file)
    answer(chosen, {"file": str(chosen.file), **_plain(saved)}, [f"{saved.name} in {chosen.file}"])
    return 0
