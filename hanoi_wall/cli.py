"""The command `hanoi-wall`: reads the command line, loads what the command needs, tells errors in one line.

Main thread. Nothing heavy is imported before the command is known; the rooms do the work.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from hanoi_wall import __version__, leaving
from hanoi_wall.assets import LANGUAGES
from hanoi_wall.operations import arguments, standard_streams

if TYPE_CHECKING:
    from hanoi_wall.operations.options import RunOptions

log = logging.getLogger(__name__)

PROGRAM = "hanoi-wall"
MOST_DEMO_CAMERAS = 144
INTERRUPTED = 130
_ANSWERED = ("-h", "--help", "--version")


class WrongLine(Exception):
    """A command line that cannot be meant. The text is argparse's."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        """Instead of printing and exiting."""
        raise WrongLine(f"{self.prog}: {message} (see {self.prog} --help)")


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
    from hanoi_wall.operations.refusals import BUG, Refusal
    from hanoi_wall.settings.folders import folders_of

    refusal = _refused(error)
    if refusal is None:
        path = folders_of(profile).log
        # Unlike Path.exists, also where nobody may look into the folder.
        where = f"the log {path} says where" if os.path.exists(path) else "the log could not be written"
        refusal = Refusal(BUG, "bug", f"internal error ({type(error).__name__}); {where}")
    if as_json:
        print(json.dumps(refusal.plain(), ensure_ascii=False), file=sys.stderr)
    else:
        line = refusal.line()
        print(line if line.startswith(PROGRAM) else f"{PROGRAM}: {line}", file=sys.stderr)
    return int(refusal.exit_code)


# ------------------------------------------------------------------------------------------- the command line


def parse(words: list[str]) -> argparse.Namespace:
    """What was asked: the command as a function, its name and options. Raises WrongLine; exits for --help."""
    parser = _Parser(prog=PROGRAM, description="The wall of a city command centre. Without a command: run.")
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    _add_everywhere(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    at = _command_at(words)
    if at == len(words) or (words[at].startswith("-") and words[at] not in _ANSWERED):
        words = [*words[:at], "run", *words[at:]]
    name = words[at] if at < len(words) else ""
    for command, (text, add) in _COMMANDS.items():
        below = commands.add_parser(command, help=text, description=text[0].upper() + text[1:] + ".")
        # Only the command that was named: the simulator's options live in the simulator's room.
        if command == name:
            add(below)
    chosen = parser.parse_args(words, argparse.Namespace(profile=None, json=False))
    chosen.name = name
    return chosen


def _command_at(words: Sequence[str]) -> int:
    """Where the command stands or belongs, behind options that may come before it."""
    at = 0
    while at < len(words):
        if words[at] == "--profile" and at + 1 < len(words):
            at += 2
        elif words[at] == "--json" or words[at].startswith("--profile="):
            at += 1
        else:
            break
    return at


def _add_everywhere(parser: argparse.ArgumentParser) -> None:
    """What every command takes, before and behind its name: hence no defaults, they would undo each other."""
    parser.add_argument(
        "--profile",
        type=arguments.folder,
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="all settings, data, caches and logs under DIR",
    )
    parser.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="answer, and tell errors, as JSON"
    )


def _command(parser: argparse.ArgumentParser, command: Callable[[argparse.Namespace], int]) -> None:
    _add_everywhere(parser)
    parser.set_defaults(command=command)


def _below(parser: argparse.ArgumentParser, name: str, text: str) -> Any:
    """Sub-commands of a command; without one: what `text` says."""

    def missing(_: argparse.Namespace) -> int:
        raise WrongLine(f"{parser.prog}: {text} (see {parser.prog} --help)")

    _command(parser, missing)
    return parser.add_subparsers(metavar=name)


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
        metavar="grid:CxR",
        help="columns x rows (the smallest for all cameras)",
    )
    add("--windowed", action="store_true", help="a window instead of the whole screen")
    add("--seconds", type=arguments.seconds, metavar="S", help="leave cleanly after S seconds")
    add("--health", type=arguments.health, metavar="[HOST:]PORT", help="answer GET /health and /metrics")
    add("--language", choices=LANGUAGES, help="language of the wall")
    add(
        "--text-distance", type=arguments.metres, metavar="M", help="how far away the wall is read, in metres"
    )
    text = "end when the starting process ends"
    add("--with-parent", type=int, nargs="?", const=0, metavar="PID", help=text)
    _command(parser, _run)


def run_options(chosen: argparse.Namespace) -> RunOptions:
    """What `run` was asked to do."""
    from hanoi_wall.operations.options import RunOptions

    return RunOptions(
        profile=chosen.profile,
        cameras=chosen.cameras,
        grid=chosen.scene,
        windowed=chosen.windowed,
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
    _command(parser, _demo)


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
    _command(parser, _simulate)


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
    below = _below(parser, "import | list | find | export", "expected import, list, find or export")
    text = "bring a catalogue file (CSV or JSON) into the profile, all or nothing"
    each = below.add_parser("import", help=text, description=text)
    each.add_argument("file", type=arguments.file, metavar="FILE")
    each.add_argument("--dry-run", action="store_true", help="tell what would change, write nothing")
    each.add_argument("--skip-bad", action="store_true", help="leave out rows that are wrong")
    text = "remove cameras that are not in the file, with their passwords; every row must be right"
    each.add_argument("--replace", action="store_true", help=text)
    secret = each.add_mutually_exclusive_group()
    secret.add_argument("--without-credentials", action="store_true", help="do not keep the file's passwords")
    text = "keep passwords in FILE (mode 0600), now and later"
    secret.add_argument("--credentials-file", type=arguments.file, metavar="FILE", help=text)
    _command(each, _import)
    text = "the cameras of the profile"
    each = below.add_parser("list", help=text, description=text)
    _command(each, _list)
    text = "the cameras that fit what is typed, the best first; accents do not matter, initials find too"
    each = below.add_parser("find", help=text, description=text)
    each.add_argument("text", nargs="+", metavar="WORD")
    _command(each, _find)
    text = "write the catalogue without passwords; JSON where FILE ends in .json, else CSV"
    each = below.add_parser("export", help=text, description=text)
    each.add_argument("file", type=arguments.file, metavar="FILE")
    _command(each, _export)


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
    _print(chosen, report.plain(), report.lines())
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
        _print(chosen, None, table(cameras) if cameras else empty)
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
    _print(chosen, None, [*table(cameras), *more] if cameras else ["no camera fits"])
    return 0


def _export(chosen: argparse.Namespace) -> int:
    from hanoi_wall.operations.cameras import export_cameras
    from hanoi_wall.settings.folders import folders_of

    count = export_cameras(folders_of(chosen.profile), chosen.file)
    _print(chosen, {"file": str(chosen.file), "cameras": count}, [f"{count} cameras in {chosen.file}"])
    return 0


# --------------------------------------------------------------------------------------- keys, schema, doctor


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
    _command(parser, _keys)


def _keys(chosen: argparse.Namespace) -> int:
    from hanoi_wall.operations.key_sheet import ProfileKeys
    from hanoi_wall.settings.folders import folders_of

    keys = ProfileKeys.of(folders_of(chosen.profile), chosen.language)
    _print(chosen, *keys.answer(chosen.sheet, overwrite=chosen.overwrite))
    keys.demand()
    return 0


def _add_schema(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["catalogue"], help="which file's schema")
    _command(parser, _schema)


def _schema(chosen: argparse.Namespace) -> int:
    from hanoi_wall.catalogue.schema import catalogue_schema

    standard_streams.tell(json.dumps(catalogue_schema(), ensure_ascii=False, indent=2))
    return 0


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    below = _below(parser, "camera", "")
    parser.set_defaults(command=_doctor)
    text = "talk to one camera and say what is wrong and what to do"
    each = below.add_parser("camera", help=text, description=text)
    text = "a camera of the catalogue, or an address (- reads it from standard input)"
    each.add_argument("camera", metavar="URL|ID", help=text)
    _command(each, _doctor_camera)


def _doctor(chosen: argparse.Namespace) -> int:
    from hanoi_wall.operations.doctor import examine
    from hanoi_wall.settings.folders import folders_of

    report = examine(folders_of(chosen.profile))
    _print(chosen, report.plain(), report.lines())
    return report.exit_code


def _doctor_camera(chosen: argparse.Namespace) -> int:
    from hanoi_wall.operations.doctor_camera import examine_camera
    from hanoi_wall.settings.folders import folders_of

    seen = chosen.camera != "-"
    asked = chosen.camera if seen else standard_streams.line_of_input()
    report = examine_camera(folders_of(chosen.profile), asked, seen=seen)
    _print(chosen, report.plain(), report.lines())
    return report.exit_code


def _print(chosen: argparse.Namespace, plain: Any, lines: Iterable[str]) -> None:
    """The answer, for a script or for a person."""
    from hanoi_wall.operations.refusals import one_line

    if chosen.json:
        standard_streams.tell(json.dumps(plain, ensure_ascii=False))
    else:
        for line in lines:
            standard_streams.tell(one_line(line))


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "run": ("the wall", _add_run),
    "demo": ("the wall with pretend cameras; needs no network, no account, no file", _add_demo),
    "simulate": ("only the pretend cameras", _add_simulate),
    "cameras": ("the catalogue of cameras", _add_cameras),
    "keys": ("every action with its key", _add_keys),
    "schema": ("the JSON Schema of a file that can be written by hand", _add_schema),
    "doctor": ("what is wrong with this workstation, or with one camera", _add_doctor),
}
