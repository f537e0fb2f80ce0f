"""The command `hanoi-wall`: reads the command line, loads what the command needs, tells errors in one line.

Main thread. Nothing heavy is imported before the command is known; the rooms do the work.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hanoi_wall import __version__, leaving
from hanoi_wall.assets import LANGUAGES
from hanoi_wall.commands.parsing import Parser, WrongLine, add_everywhere, answer, below, does
from hanoi_wall.operations import arguments, standard_streams

if TYPE_CHECKING:
    from hanoi_wall.operations.options import RunOptions

log = logging.getLogger(__name__)

PROGRAM = "hanoi-wall"
MOST_DEMO_CAMERAS = 144
INTERRUPTED = 130
_ANSWERED = ("-h", "--help", "--version")


def main(line: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0, 2 usage, 3 bad file, 4 missing, 1 a bug."""
    words = list(sys.argv[1:] if line is None else line)
    standard_streams.make_safe()
    as_json = "--json" in words
    profile: Path | None = None
    try:
        chosen = parse(words)
        profile, as_json = chosen.profile, chosen.json
        return _logged(chosen)
    except SystemExit as ended:
        # --help and --version have been answered.
        return ended.code if isinstance(ended.code, int) else 0
    except BrokenPipeError:
        # Whoever read our output has had enough.
        standard_streams.silence_output()
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except WrongLine as error:
        return _tell(WrongLine(arguments.without_secrets(str(error), words)), profile, as_json)
    except Exception as error:
        return _tell(error, profile, as_json)


def _logged(chosen: argparse.Namespace) -> int:
    """The command itself, with the profile's log open."""
    from hanoi_wall.settings.folders import folders_of
    from hanoi_wall.settings.logs import start_log, stop_log

    handler = start_log(folders_of(chosen.profile).log)
    try:
        command: Callable[[argparse.Namespace], int] = chosen.command
        code = command(chosen)
        standard_streams.demand_output()
        return code
    except Exception as error:
        if not isinstance(error, BrokenPipeError) and _refused(error) is None:
            log.critical("%s ended by a bug", chosen.name, exc_info=True)
        raise
    finally:
        stop_log(handler)


def _refused(error: Exception) -> Any:
    from hanoi_wall.operations.refusals import Refusal, refusal_of

    if isinstance(error, WrongLine):
        return Refusal(2, "usage", str(error))
    return refusal_of(error)


def _tell(error: Exception, profile: Path | None, as_json: bool) -> int:
    """Say in one line why the command ended; returns the exit code."""
    from hanoi_wall.operations.refusals import bug, tell
    from hanoi_wall.settings.folders import folders_of

    return tell(_refused(error) or bug(error, folders_of(profile).log), PROGRAM, as_json=as_json)


# ------------------------------------------------------------------------------------------- the command line


def parse(words: list[str]) -> argparse.Namespace:
    """What was asked: the command as a function, name, words, options. Raises WrongLine; exits for --help."""
    parser = Parser(prog=PROGRAM, description="The wall of a city command centre. Without a command: run.")
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    add_everywhere(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    at = arguments.command_at(words)
    if at == len(words) or (words[at].startswith("-") and words[at] not in _ANSWERED):
        words = [*words[:at], "run", *words[at:]]
    name = words[at] if at < len(words) else ""
    for command, (text, add) in _COMMANDS.items():
        below = commands.add_parser(command, help=text, description=text[0].upper() + text[1:] + ".")
        # Only the command that was named: the simulator's options live in the simulator's room.
        if command == name:
            add(below)
    chosen = parser.parse_args(words, argparse.Namespace(profile=None, json=False))
    chosen.name, chosen.words = name, words
    return chosen


# ----------------------------------------------------------------------------------------------- run and demo


def _add_run(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--cameras",
        type=arguments.file,
        metavar="FILE",
        help="run from this catalogue file, passwords in memory only",
    )
    add(
        "--scene",
        type=arguments.scene,
        metavar="NAME|FILE|grid:CxR",
        help="a scene, or columns x rows (the smallest for all cameras)",
    )
    screen = parser.add_mutually_exclusive_group().add_argument
    screen("--windowed", action="store_true", help="a window instead of the whole screen")
    screen("--kiosk", action="store_true", help="unattended: a wall that fails is brought back")
    add("--seconds", type=arguments.seconds, metavar="S", help="leave cleanly after S seconds")
    add("--health", type=arguments.health, metavar="[HOST:]PORT", help="answer GET /health and /metrics")
    add("--language", choices=LANGUAGES, help="language of the wall")
    add(
        "--text-distance", type=arguments.metres, metavar="M", help="how far away the wall is read, in metres"
    )
    text = "end when the starting process ends"
    add("--with-parent", type=int, nargs="?", const=0, metavar="PID", help=text)
    does(parser, _run)


def run_options(chosen: argparse.Namespace) -> RunOptions:
    """What `run` was asked to do."""
    from hanoi_wall.operations.options import RunOptions

    return RunOptions(
        profile=chosen.profile,
        cameras=chosen.cameras,
        grid=None if isinstance(chosen.scene, str) else chosen.scene,
        scene=chosen.scene if isinstance(chosen.scene, str) else None,
        windowed=chosen.windowed,
        kiosk=chosen.kiosk,
        seconds=chosen.seconds,
        health=chosen.health,
        language=chosen.language,
        text_distance_m=chosen.text_distance,
        json=chosen.json,
    )


def _run(chosen: argparse.Namespace) -> int:
    options = run_options(chosen)
    if chosen.with_parent is not None:
        from hanoi_wall.simulator.process_life import end_with_parent

        end_with_parent(chosen.with_parent)
    if chosen.kiosk:
        from hanoi_wall.operations.life import guarded

        options = replace(options, guard=guarded())
        if options.guard is None:
            from hanoi_wall.guard import kiosk

            return kiosk.run(chosen.words, chosen.seconds)

    def wall() -> int:
        from hanoi_wall.video.spawning import Early

        early = Early()
        try:
            from hanoi_wall import app

            return app.run(options, early)
        except ImportError as error:
            if "PySide6" not in str(error) and ".so" not in str(error):
                raise
            why = f"Qt cannot be loaded: {error}; `{PROGRAM} doctor` says what is missing"
        except app.NoDisplay as error:
            why = str(error)
        finally:
            early.close()
        # Loaded late: it knows the errors of every room.
        from hanoi_wall.operations.refusals import Missing

        raise Missing(why)

    return _until_signalled(wall)


def _add_demo(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--cameras", type=arguments.count(MOST_DEMO_CAMERAS), default=16, metavar="N", help="how many (16)")
    add("--seconds", type=arguments.seconds, metavar="S", help="leave cleanly after S seconds")
    add("--health", type=arguments.port, metavar="PORT", help="answer GET /health and /metrics")
    add("--language", choices=LANGUAGES, help="language of the wall")
    add("--windowed", action="store_true", help="a window instead of the whole screen")
    does(parser, _demo)


def _demo(chosen: argparse.Namespace) -> int:
    def show() -> int:
        from hanoi_wall import demo
        from hanoi_wall.operations.options import DemoOptions

        return demo.run(
            DemoOptions(
                cameras=chosen.cameras,
                seconds=chosen.seconds,
                health=chosen.health,
                language=chosen.language,
                windowed=chosen.windowed,
                profile=chosen.profile,
                json=chosen.json,
            )
        )

    return _until_signalled(show)


def _until_signalled(run: Callable[[], int]) -> int:
    """`run`, ended with 0 by SIGINT and SIGTERM also while it is still loading, already leaving, or hangs.

    Nothing is done by exceptions: one in the midst of loading Qt is an abort.
    """
    leaving.at_once()
    leaving.by_force_at_last()
    return run()


def _add_simulate(parser: argparse.ArgumentParser) -> None:
    from hanoi_wall.simulator.arguments import add_arguments

    add_arguments(parser)
    does(parser, _simulate)


def _simulate(chosen: argparse.Namespace) -> int:
    from hanoi_wall.operations.refusals import Missing
    from hanoi_wall.settings.folders import folders_of
    from hanoi_wall.simulator.arguments import from_namespace
    from hanoi_wall.simulator.serve import StartError, serve

    try:
        if chosen.cache is not None:
            arguments.file(str(chosen.cache))
        options = from_namespace(chosen, folders_of(chosen.profile).cache / "clips")
    except (ValueError, argparse.ArgumentTypeError) as error:
        raise WrongLine(f"{PROGRAM} simulate: {error}") from None
    try:
        serve(options)
    except StartError as error:
        raise Missing(f"{PROGRAM} simulate: {error}") from None
    return 0


# ---------------------------------------------------------------------------------------------- the catalogue


def _add_cameras(parser: argparse.ArgumentParser) -> None:
    parts = below(parser, "import | list | find | export", "expected import, list, find or export")
    text = "bring a catalogue file (CSV or JSON) into the profile, all or nothing"
    each = parts.add_parser("import", help=text, description=text)
    each.add_argument("file", type=arguments.file, metavar="FILE")
    each.add_argument("--dry-run", action="store_true", help="tell what would change, write nothing")
    each.add_argument("--skip-bad", action="store_true", help="leave out rows that are wrong")
    text = "remove cameras that are not in the file, with their passwords; every row must be right"
    each.add_argument("--replace", action="store_true", help=text)
    secret = each.add_mutually_exclusive_group()
    secret.add_argument("--without-credentials", action="store_true", help="do not keep the file's passwords")
    text = "keep passwords in FILE (mode 0600), now and later"
    secret.add_argument("--credentials-file", type=arguments.file, metavar="FILE", help=text)
    does(each, _import)
    text = "the cameras of the profile"
    each = parts.add_parser("list", help=text, description=text)
    does(each, _list)
    text = "the cameras that fit what is typed, the best first; accents do not matter, initials find too"
    each = parts.add_parser("find", help=text, description=text)
    each.add_argument("text", nargs="+", metavar="WORD")
    does(each, _find)
    text = "write the catalogue without passwords; JSON where FILE ends in .json, else CSV"
    each = parts.add_parser("export", help=text, description=text)
    each.add_argument("file", type=arguments.file, metavar="FILE")
    does(each, _export)


def _import(chosen: argparse.Namespace) -> int:
    from hanoi_wall.operations.cameras import ImportOptions, import_cameras
    from hanoi_wall.settings.folders import folders_of

    report = import_cameras(
        folders_of(chosen.profile),
        ImportOptions(
            file=chosen.file,
            dry_run=chosen.dry_run,
            skip_bad=chosen.skip_bad,
            without_credentials=chosen.without_credentials,
            credentials_file=chosen.credentials_file,
            replace=chosen.replace,
        ),
    )
    answer(chosen, report.plain(), report.lines())
    return 0


def _list(chosen: argparse.Namespace) -> int:
    from hanoi_wall.catalogue.export import to_json
    from hanoi_wall.operations.cameras import list_cameras, table
    from hanoi_wall.settings.folders import folders_of

    cameras = list_cameras(folders_of(chosen.profile))
    if chosen.json:
        standard_streams.tell(to_json(cameras).rstrip("\n"))
    else:
        empty = [f"no cameras yet: {PROGRAM} cameras import FILE"]
        answer(chosen, None, table(cameras) if cameras else empty)
    return 0


def _find(chosen: argparse.Namespace) -> int:
    from hanoi_wall.catalogue.export import to_json
    from hanoi_wall.operations.cameras import find_cameras, table
    from hanoi_wall.settings.folders import folders_of

    cameras, total = find_cameras(folders_of(chosen.profile), " ".join(chosen.text))
    if chosen.json:
        standard_streams.tell(to_json(cameras).rstrip("\n"))
        return 0
    more = [f"and {total - len(cameras)} more; type more of it"] if total > len(cameras) else []
    answer(chosen, None, [*table(cameras), *more] if cameras else ["no camera fits"])
    return 0


def _export(chosen: argparse.Namespace) -> int:
    from hanoi_wall.operations.cameras import export_cameras
    from hanoi_wall.settings.folders import folders_of

    count = export_cameras(folders_of(chosen.profile), chosen.file)
    answer(chosen, {"file": str(chosen.file), "cameras": count}, [f"{count} cameras in {chosen.file}"])
    return 0


# ------------------------------------------------------------------------------- keys, schema, verify, doctor


def _add_keys(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--language", choices=LANGUAGES, help="language of the names")
    add(
        "--sheet",
        type=arguments.file,
        metavar="FILE.html",
        help="write them as a sheet to print, one side of A4",
    )
    add("--overwrite", action="store_true", help="also where FILE.html is there already")
    does(parser, _keys)


def _keys(chosen: argparse.Namespace) -> int:
    from hanoi_wall.operations.key_sheet import ProfileKeys
    from hanoi_wall.settings.folders import folders_of

    keys = ProfileKeys.of(folders_of(chosen.profile), chosen.language)
    answer(chosen, *keys.answer(chosen.sheet, overwrite=chosen.overwrite))
    keys.demand()
    return 0


def _add_schema(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["catalogue", "scene"], help="which file's schema")
    does(parser, _schema)


def _schema(chosen: argparse.Namespace) -> int:
    from hanoi_wall.catalogue.schema import catalogue_schema
    from hanoi_wall.operations.scene_schema import scene_schema

    schema = catalogue_schema() if chosen.what == "catalogue" else scene_schema()
    standard_streams.tell(json.dumps(schema, ensure_ascii=False, indent=2))
    return 0


def _add_scene(parser: argparse.ArgumentParser) -> None:
    from hanoi_wall.commands.scenes import add

    add(parser)


def _add_verify(parser: argparse.ArgumentParser) -> None:
    text = "a card, a picture beside its card, or a folder of them"
    parser.add_argument("path", type=arguments.file, metavar="PATH", help=text)
    parser.add_argument("--allow-unsigned", action="store_true", help="let cards pass that nobody signed")
    does(parser, _verify)


def _verify(chosen: argparse.Namespace) -> int:
    from hanoi_wall.operations.verification import verify_path
    from hanoi_wall.settings.folders import folders_of

    report = verify_path(folders_of(chosen.profile), chosen.path, allow_unsigned=chosen.allow_unsigned)
    answer(chosen, report.plain(), report.lines())
    return report.exit_code


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    parts = below(parser, "camera", "")
    parser.set_defaults(command=_doctor)
    text = "talk to one camera and say what is wrong and what to do"
    each = parts.add_parser("camera", help=text, description=text)
    text = "a camera of the catalogue, or an address (- reads it from standard input)"
    each.add_argument("camera", metavar="URL|ID", help=text)
    does(each, _doctor_camera)


def _doctor(chosen: argparse.Namespace) -> int:
    from hanoi_wall.operations.doctor import examine
    from hanoi_wall.settings.folders import folders_of

    report = examine(folders_of(chosen.profile))
    answer(chosen, report.plain(), report.lines())
    return report.exit_code


def _doctor_camera(chosen: argparse.Namespace) -> int:
    from hanoi_wall.operations.doctor_camera import examine_camera
    from hanoi_wall.settings.folders import folders_of

    seen = chosen.camera != "-"
    asked = chosen.camera if seen else standard_streams.line_of_input()
    report = examine_camera(folders_of(chosen.profile), asked, seen=seen)
    answer(chosen, report.plain(), report.lines())
    return report.exit_code


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "run": ("the wall", _add_run),
    "demo": ("the wall with pretend cameras; needs no network, no account, no file", _add_demo),
    "simulate": ("only the pretend cameras", _add_simulate),
    "cameras": ("the catalogue of cameras", _add_cameras),
    "scene": ("arrangements of the wall: check, list, import, export", _add_scene),
    "keys": ("every action with its key", _add_keys),
    "schema": ("the JSON Schema of a file that can be written by hand", _add_schema),
    "verify": ("whether snapshots are as they were taken, and who signed them", _add_verify),
    "doctor": ("what is wrong with this workstation, or with one camera", _add_doctor),
}
