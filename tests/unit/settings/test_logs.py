"""The log keeps what happened, for its owner alone, within its size, and no password."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest

from hanoi_wall.settings import logs
from tests.full_disk import no_file_may_grow

CANARY = "Tr0ngĐêm"


def test_records_and_tracebacks_are_kept_without_passwords(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "logs" / "hanoi-wall.log"
    handler = logs.start_log(path)
    try:
        assert not path.exists()
        with caplog.at_level(logging.CRITICAL):
            pass
        logging.getLogger("hanoi_wall.x").info("open rtsp://op:%s@h/1", CANARY)
        try:
            raise ValueError(f"rtsps://op:{CANARY}@h/2")
        except ValueError:
            logging.getLogger("hanoi_wall.x").info("failed", exc_info=True)
    finally:
        logs.stop_log(handler)
    text = path.read_text()
    assert "open rtsp://***@h/1" in text and "ValueError: rtsps://***@h/2" in text
    assert "Z INFO " in text and "MainThread hanoi_wall.x: " in text
    assert CANARY not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert logging.getLogger().handlers.count(handler) == 0


def test_the_log_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 2000)
    handler = logs.start_log(tmp_path / "x.log")
    for number in range(400):
        logging.getLogger("hanoi_wall.x").info("record %d", number)
    logs.stop_log(handler)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 1 + logs.OLD_FILES
    assert all(file.stat().st_size <= 2000 and stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert "record 399" in files[0].read_text()


def test_who_writes_seldom_writes_into_the_file_that_stands_there_now(tmp_path: Path) -> None:
    """A kiosk's guard lives for months beside a client that turns the log over."""
    path = tmp_path / "x.log"
    handler = logs.start_log(path)
    logging.getLogger("hanoi_wall.x").info("before")
    path.rename(tmp_path / "x.log.1")
    logging.getLogger("hanoi_wall.x").info("after")
    logs.stop_log(handler)
    assert "after" in path.read_text() and "before" not in path.read_text()
    assert "after" not in (tmp_path / "x.log.1").read_text()


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    handler = logs.start_log(tmp_path / "file" / "x.log")
    logging.getLogger("hanoi_wall.x").info("lost")
    logs.stop_log(handler)
    assert not logs.can_write(tmp_path / "file" / "x.log")
    assert logs.can_write(tmp_path / "new" / "x.log")


def test_a_log_that_a_full_disk_takes_no_more_of_stops_nobody(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    handler = logs.start_log(path)
    logging.getLogger("hanoi_wall.x").info("kept")
    with no_file_may_grow():
        logging.getLogger("hanoi_wall.x").info("lost")
        stream = handler.stream
        logs.stop_log(handler)
    assert stream is not None and stream.closed and path.read_text().endswith("kept\n")


def test_a_log_behind_a_door_that_does_not_open_is_not_written(tmp_path: Path) -> None:
    # A name too long stands for a folder of somebody else: both are errors of every look into it.
    assert not logs.can_write(tmp_path / ("x" * 300) / "x.log")
    assert not logs.can_write(tmp_path / ("x" * 300))
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert not logs.can_write(tmp_path / "loop")
