"""Medians, ratios, and which runs count."""

from __future__ import annotations

from typing import Any

from tests.bench.report import complaints, medians, ratios, table

GOOD = {"painted_fps_min": 24.8, "psnr_min_db": 34.0, "misplaced": 0, "torn": 0, "cpu_percent": 50.0}


def test_a_good_run_counts() -> None:
    assert complaints(GOOD, 25) == []


def test_a_slow_tile_a_wrong_camera_and_a_bad_picture_do_not() -> None:
    found = complaints(GOOD | {"painted_fps_min": 20.0, "misplaced": 1, "psnr_min_db": 29.8, "torn": 2}, 25)
    assert len(found) == 4
    assert "20 of 25" in found[0]


def test_a_run_that_failed_says_why() -> None:
    assert complaints({"failed": "mpv ended with 1"}, 25) == ["mpv ended with 1"]


def test_a_run_without_figures_does_not_count() -> None:
    assert complaints({}, 25)
    assert complaints({}, 25, paints=False)


def test_the_floor_is_judged_by_what_it_decoded() -> None:
    assert complaints({"own_fps": [25.0, 24.9]}, 25, paints=False) == []
    assert complaints({"own_fps": [25.0, 21.6]}, 25, paints=False) == ["only 21.6 of 25 pictures/s"]


def test_ratios_are_paired_per_round() -> None:
    ours: list[dict[str, Any]] = [{"cpu_percent": 50.0}, {"cpu_percent": 90.0}, {"failed": "x"}]
    theirs: list[dict[str, Any]] = [{"cpu_percent": 100.0}] * 3
    assert ratios(ours, theirs) == {"rounds": [0.5, 0.9], "median": 0.7}
    assert ratios([{}], theirs) is None


def test_medians_leave_out_what_is_missing() -> None:
    rounds: list[dict[str, Any]] = [{"cpu_percent": 10, "longest_gap_ms": None}, {"cpu_percent": 30}]
    assert medians(rounds) == {"cpu_percent": 20}


def test_the_table_names_who_did_not_take_part() -> None:
    words = dict.fromkeys(
        "processor cores memory_gib gpu system kernel python PySide6_Essentials av libyuv GStreamer mpv"
        " Xvfb".split(),
        "?",
    )
    report = {
        "machine": words,
        "plan": {"feeds": 4, "codec": "h264", "width": 640, "height": 360, "fps": 25},
        "kbps_per_feed": 800.0,
        "screen": "1920x1080",
        "source": "simulator",
        "rounds": 1,
        "seconds": 5,
        "ratios": {"hanoi-wall / mpv": None, "hanoi-wall / floor": {"rounds": [2.0], "median": 2.0}},
        "contestants": {
            "hanoi-wall": {"settings": "s", "complaints": [["too slow"]], "median": {"cpu_percent": 50.0}},
            "mpv": {"missing": "mpv is not installed"},
        },
    }
    text = table(report)
    assert "| hanoi-wall | 50 |" in text
    assert "- mpv: not measured, mpv is not installed" in text
    assert "round 1 does not count: too slow" in text
    assert "hanoi-wall / floor: 2.00" in text
