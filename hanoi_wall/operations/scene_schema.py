"""The JSON Schema of a scene file, for editors and for scripts that write such files."""

from __future__ import annotations

from typing import Any

from hanoi_wall.domain.content import DWELL_S, LONGEST_TEXT, MOST_STEPS
from hanoi_wall.domain.grid import LARGEST_GRID, PRESETS
from hanoi_wall.domain.scene import FORM, LONGEST_NAME, MOST_MONITORS

_ID = {"type": "string", "minLength": 1, "maxLength": 200}
_ON = {"const": True}


def scene_schema() -> dict[str, Any]:
    """The schema (JSON Schema 2020-12) of what `scene import FILE` reads."""
    step = _object(
        {
            "camera": _ID,
            "seconds": {"type": "number", "minimum": DWELL_S[0], "maximum": DWELL_S[1], "default": 10},
        },
        "camera",
    )
    steps = {"type": "array", "minItems": 1, "maxItems": MOST_STEPS, "items": step}
    tiles = [
        _object({"camera": _ID | {"description": "Id in the catalogue."}}, "camera"),
        _object({"sequence": steps, "paused": {"type": "boolean"}}, "sequence"),
        _object({"hotspot": _ON | {"description": "Follows the tile in focus."}}, "hotspot"),
        _object({"clock": _ON}, "clock"),
        _object({"text": {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}}, "text"),
        _object({}) | {"description": "Empty."},
    ]
    whole = {"type": "integer", "minimum": -999_999, "maximum": 999_999}
    monitor = _object(
        {
            "monitor": _ID | {"description": "Identity: maker/model/serial@connector."},
            "name": {"type": "string", "maxLength": 200, "description": "Of its connector."},
            "place": {
                "type": "array",
                "items": whole,
                "minItems": 4,
                "maxItems": 4,
                "description": "x, y, width, height on the desktop.",
            },
            "layout": {
                "type": "string",
                "maxLength": 2000,
                "description": "grid:COLUMNSxROWS up to "
                f"{LARGEST_GRID}x{LARGEST_GRID}, spans behind it as /COLUMNSxROWS@COLUMN.ROW from 1; "
                f"or one of {', '.join(PRESETS)}",
            },
            "tiles": {
                "type": "array",
                "items": {"oneOf": tiles},
                "description": "In reading order; what is not listed is empty.",
            },
        },
        "monitor",
        "layout",
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Hanoi Wall scene",
        **_object(
            {
                "hanoi_wall_scene": {"type": "integer", "minimum": 1, "maximum": FORM},
                "name": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
                "monitors": {"type": "array", "maxItems": MOST_MONITORS, "items": monitor},
            },
            "hanoi_wall_scene",
            "name",
            "monitors",
        ),
    }


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
