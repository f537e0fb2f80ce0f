"""What the parts of the command line share: parsers that say in one line what is wrong, and the answer."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from hanoi_wall.operations import arguments, standard_streams


class WrongLine(Exception):
    """A command line that cannot be meant. The text is argparse's."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        """Instead of printing and exiting."""
        raise WrongLine(f"{self.prog}: {message} (see {self.prog} --help)")


def add_everywhere(parser: argparse.ArgumentParser) -> None:
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


def does(parser: argparse.ArgumentParser, command: Callable[[argparse.Namespace], int]) -> None:
    """That parser's command is done by `command`, which returns the exit code."""
    add_everywhere(parser)
    parser.set_defaults(command=command)


def below(parser: argparse.ArgumentParser, name: str, text: str) -> Any:
    """Sub-commands of a command; without one: what `text` says."""

    def missing(_: argparse.Namespace) -> int:
        raise WrongLine(f"{parser.prog}: {text} (see {parser.prog} --help)")

    does(parser, missing)
    return parser.add_subparsers(metavar=name)


def answer(chosen: argparse.Namespace, plain: Any, lines: Iterable[str]) -> None:
    """The answer, for a script or for a person."""
    from hanoi_wall.operations.refusals import one_line

    if chosen.json:
        standard_streams.tell(json.dumps(plain, ensure_ascii=False))
    else:
        for line in lines:
            standard_streams.tell(one_line(line))
