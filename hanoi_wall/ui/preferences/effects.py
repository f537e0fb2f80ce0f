"""What the settings of a profile mean for the windows of the wall."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hanoi_wall.settings.schema import Settings
from hanoi_wall.ui.title_bar import TitleMode

if TYPE_CHECKING:
    from hanoi_wall.ui.wall_app import WallSettings

TITLE_MODES = {"none": TitleMode.NONE, "title": TitleMode.TITLE, "title_state": TitleMode.STATE}


def adopted(windows: WallSettings, settings: Settings) -> WallSettings:
    """The windows' choices with everything in them that a profile's settings decide."""
    return replace(
        windows,
        language=settings.language,
        theme=settings.theme,
        text_distance_m=settings.text_distance_m,
        title_mode=TITLE_MODES[settings.title_bar],
        motion=settings.motion,
        desk=settings.desk,
    )
