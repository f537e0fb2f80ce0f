"""Parsers say what is wrong in one line, and answers come for people and for scripts."""

from __future__ import annotations

import argparse
import json

import pytest

from hanoi_wall.commands.parsing import Parser, WrongLine, answer, below, does


def test_what_is_wrong_is_an_error_of_one_line_and_no_exit() -> None:
    parser = Parser(prog="wall")
    with pytest.raises(WrongLine, match=r"^wall: unrecognized arguments: x \(see wall --help\)$"):
        parser.parse_args(["x"])


def test_a_command_that_needs_a_word_says_which() -> None:
    parser = Parser(prog="wall")
    commands = below(parser, "a | b", "expected a or b")
    does(commands.add_parser("a"), lambda chosen: 7)
    chosen = parser.parse_args(["a", "--json"])
    assert (chosen.command(chosen), chosen.json) == (7, True)
    alone = parser.parse_args([])
    with pytest.raises(WrongLine, match="expected a or b"):
        alone.command(alone)


def test_an_answer_is_lines_or_json(capsys: pytest.CaptureFixture[str]) -> None:
    answer(argparse.Namespace(json=False), {"a": 1}, ["one\ntwo", "three"])
    assert capsys.readouterr().out == "one two\nthree\n"
    answer(argparse.Namespace(json=True), {"a": "đ"}, ())
    assert json.loads(capsys.readouterr().out) == {"a": "đ"}
