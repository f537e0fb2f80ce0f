"""What the profile decides is taken over, what the start decided stays."""

from __future__ import annotations

from hanoi_wall.settings.schema import RULES, Settings
from hanoi_wall.ui.preferences.effects import TITLE_MODES, adopted
from hanoi_wall.ui.title_bar import TitleMode
from hanoi_wall.ui.wall_app import WallSettings


def test_settings_become_choices_of_the_windows() -> None:
    chosen = Settings(language="fr", theme="contrast", text_distance_m=3.0, title_bar="none", motion=False)
    windows = adopted(WallSettings(windowed=True), chosen)
    assert windows == WallSettings(True, "fr", "contrast", 3.0, TitleMode.NONE, False)


def test_every_choice_of_titles_has_its_mode() -> None:
    assert tuple(TITLE_MODES) == RULES["title_bar"].choices
    assert set(TITLE_MODES.values()) == set(TitleMode)
