"""What this workstation can show: `python -m hanoi_wall.ui.inventory` prints it as one JSON line.

A process of its own, because Qt ends the whole process where it finds no display.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from hanoi_wall.ui.display import display_problem, plugin_problem


def inventory() -> dict[str, Any]:
    """problem: why there is no display, or null; platform, screens and fonts where there is one.

    screens: name, [x, y, width, height] in Qt's pixels, scale, refresh_hz; fonts: families for the wall that
    are here and have Vietnamese, best first; vietnamese: how many families have it at all.
    """
    problem = display_problem() or plugin_problem()
    if problem is not None:
        return {"problem": problem}
    from PySide6.QtGui import QFontDatabase, QGuiApplication

    from hanoi_wall.ui.theme import FAMILIES

    application = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    assert isinstance(application, QGuiApplication)
    vietnamese = QFontDatabase.families(QFontDatabase.WritingSystem.Vietnamese)
    return {
        "problem": None,
        "platform": application.platformName(),
        "screens": [
            {
                "name": screen.name(),
                "geometry": [place.x(), place.y(), place.width(), place.height()],
                "scale": screen.devicePixelRatio(),
                "refresh_hz": round(screen.refreshRate(), 1),
            }
            for screen in application.screens()
            for place in [screen.geometry()]
        ],
        "fonts": [family for family in FAMILIES if family in vietnamese],
        "vietnamese": len(vietnamese),
    }


if __name__ == "__main__":
    print(json.dumps(inventory()))
