"""What Qt sees of this workstation, asked in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any


def told(**environment: str) -> Any:
    kept = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    command = [sys.executable, "-m", "hanoi_wall.ui.inventory"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60, env=kept | environment)
    return json.loads(done.stdout)


def test_screens_and_fonts_are_told() -> None:
    found = told(QT_QPA_PLATFORM="offscreen")
    assert found["problem"] is None and found["platform"] == "offscreen"
    (screen,) = found["screens"]
    assert screen["geometry"] == [0, 0, 800, 800] and screen["scale"] == 1.0
    assert found["vietnamese"] > 0 and set(found["fonts"]) <= {"Inter", "Noto Sans", "DejaVu Sans"}


def test_no_display_is_an_answer_and_not_a_crash() -> None:
    assert "no display" in told(QT_QPA_PLATFORM="xcb")["problem"]
    assert "does not answer" in told(QT_QPA_PLATFORM="xcb", DISPLAY=":999")["problem"]
