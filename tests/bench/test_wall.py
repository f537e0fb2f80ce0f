"""The command line, and the peers' own counters."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.experiment import Outcome
from tests.bench.long import load, main
from tests.bench.peers import PEERS, GStreamerNearest, rates
from tests.bench.sources import Feed, FeedPlan
from tests.bench.wall import arguments


def test_every_peer_is_a_contestant_by_default() -> None:
    chosen = arguments([])
    assert set(PEERS) < set(chosen.peers.split(","))
    assert (chosen.size, chosen.screen, chosen.rounds) == ((640, 360), (1920, 1080), 5)


@pytest.mark.parametrize("words", [["--peers", "vlc"], ["--size", "big"], ["--screen", "1920"]])
def test_wrong_words_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refusal:
        arguments(words)
    assert refusal.value.code == 2
    assert words[1] in capsys.readouterr().err


def test_rates_are_per_second_between_two_counts() -> None:
    assert rates({"ns": 0, "shown": [5, 5]}, {"ns": 2_000_000_000, "shown": [55, 30]}) == [25.0, 12.5]
    assert rates({"ns": 7, "shown": [1]}, {"ns": 7, "shown": [1]}) == [0.0]


def test_gstreamer_counts_what_its_sink_rendered(tmp_path: Path) -> None:
    class Told:
        text = ""

        def output(self) -> str:
            return self.text

    peer = GStreamerNearest(FeedPlan(1, 640, 360), [Feed("cam-01", 0, "rtsp://127.0.0.1:1/x")], tmp_path)
    told = Told()
    peer.programs = [told]  # type: ignore[list-item]
    told.text = "last-message = rendered: 50, dropped: 1, current: 25.0"
    peer.begin_window()
    told.text += "\nlast-message = rendered: 100, dropped: 3, current: 25.0"
    assert peer.end_window(2.0) == {"own_fps": 25.0, "own_dropped": 2}


def test_an_outcome_holds_only_when_every_promise_was_kept() -> None:
    outcome = Outcome()
    assert not outcome.held
    outcome.at_most("a", 1.0, 2.0)
    outcome.equal("b", [], [])
    assert outcome.held
    outcome.at_least("c", None, 1.0)
    assert not outcome.held


def test_every_experiment_says_what_must_hold(capsys: pytest.CaptureFixture[str]) -> None:
    register = load()
    assert {"herd", "reconnect", "cycles", "soak", "slots", "stall", "holdback"} <= set(register)
    assert all(len(entry.promise) > 40 for entry in register.values())
    assert main(["--only", "nothing"]) == 2
    assert "no experiment nothing" in capsys.readouterr().err
