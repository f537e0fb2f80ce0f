"""Whether there is a screen is found out before Qt would end the process."""

from __future__ import annotations

import pytest

from hanoi_wall.ui.display import display_problem


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)


def test_no_display_at_all() -> None:
    assert display_problem() == "no display: neither DISPLAY nor WAYLAND_DISPLAY is set"


def test_a_display_that_nobody_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":63999")
    assert display_problem() == "no display: the X server :63999 does not answer"


def test_platforms_that_need_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen:configfile=/tmp/four.json")
    assert display_problem() is None


def test_wayland_is_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert display_problem() is None
