"""What a command is connected to may be closed, full or no text: it is said, and nothing falls over."""

from __future__ import annotations

import io
import os
import sys

import pytest

from hanoi_wall.operations import standard_streams
from hanoi_wall.operations.refusals import Missing, WrongUsage


@pytest.mark.parametrize("at_once", [True, False])
def test_a_full_output_is_said_once(monkeypatch: pytest.MonkeyPatch, at_once: bool) -> None:
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        full.reconfigure(write_through=at_once)
        with pytest.raises(Missing, match="^the answer cannot be written: No space left on device$"):
            standard_streams.tell("an answer")
            standard_streams.demand_output()
        standard_streams.tell("another")
        standard_streams.demand_output()


def test_an_output_that_nobody_reads_is_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        print("an answer")
        with pytest.raises(BrokenPipeError):
            standard_streams.demand_output()
        standard_streams.silence_output()


def test_closed_streams_take_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    standard_streams.make_safe()
    print("an answer")
    print("Ngã tư", file=sys.stderr)
    standard_streams.demand_output()
    sys.stdout.close()


@pytest.mark.parametrize(("data", "line"), [(b"", ""), (b" a \xe1\xba\xa1 \nb", "a ạ")])
def test_a_line_of_input(monkeypatch: pytest.MonkeyPatch, data: bytes, line: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert standard_streams.line_of_input() == line


def test_input_that_is_no_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\n")))
    with pytest.raises(WrongUsage, match="is not UTF-8"):
        standard_streams.line_of_input()
    monkeypatch.setattr(sys, "stdin", None)
    assert standard_streams.line_of_input() == ""
