"""The JSON Schema of a catalogue file in JSON, for editors and for scripts that write such files."""

from __future__ import annotations

from typing import Any

from hanoi_wall.catalogue.rows import (
    MOST_EXTRA,
    MOST_TAG,
    MOST_TAGS,
    MOST_URL,
    PINS,
    REQUIRED,
    TEXTS,
)

_HELP = {
    "id": "Unique and lasting; what scenes, logs and health answers call the camera.",
    "name": "What the tile says.",
    "owner": "Who runs the camera.",
    "district": "District (quận, huyện).",
    "ward": "Ward (phường, xã).",
    "site": "Crossing, building or other place.",
    "main_url": "Large stream. A user and password in it go to the key store and not into the catalogue.",
    "sub_url": "Small stream, for small tiles.",
    "onvif_url": "ONVIF device service.",
}


def catalogue_schema() -> dict[str, Any]:
    """The schema (JSON Schema 2020-12) of the list that `cameras import FILE.json` reads."""
    properties: dict[str, Any] = {
        name: {"type": "string", "maxLength": most, "description": _HELP[name]}
        for name, most in TEXTS.items()
    }
    stream = {
        "type": "string",
        "maxLength": MOST_URL,
        "pattern": r"^\s*([Rr][Tt][Ss][Pp][Ss]?|[Cc][Ll][Ii][Pp]):",
    }
    properties["main_url"] = stream | {"description": _HELP["main_url"]}
    properties["sub_url"] = _or_empty(stream) | {"description": _HELP["sub_url"]}
    properties["onvif_url"] = _or_empty(
        {"type": "string", "maxLength": MOST_URL, "pattern": r"^\s*https?://"}
    )
    properties["onvif_url"]["description"] = _HELP["onvif_url"]
    properties["ptz"] = {"type": ["boolean", "null"], "description": "Whether it can be steered."}
    for name, most in (("lat", 90), ("lon", 180)):
        properties[name] = {
            "type": ["number", "null"],
            "minimum": -most,
            "maximum": most,
            "description": "Degrees, WGS 84.",
        }
    properties["tags"] = {
        "type": ["array", "null"],
        "maxItems": MOST_TAGS,
        "items": {"type": "string", "maxLength": MOST_TAG, "pattern": "^[^;]*$"},
    }
    for name in PINS:
        properties[name] = {
            "type": "string",
            "pattern": "^([0-9A-Fa-f]{2}:?){32}$",
            "description": "SHA-256 of the certificate that an rtsps camera must show.",
        }
    properties["transport"] = {"enum": ["tcp", "udp"], "description": "How RTP travels; tcp if not given."}
    for name in ("user", "password"):
        properties[name] = {
            "type": "string",
            "maxLength": 200,
            "description": "Credentials of all addresses that bring none; kept in the key store alone.",
        }
    for name in REQUIRED:
        properties[name]["minLength"] = 1
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Hanoi Wall camera catalogue",
        "description": "Ids and stream addresses must be unique in the list. Unknown keys are kept as text.",
        "type": "array",
        "items": {
            "type": "object",
            "required": list(REQUIRED),
            "properties": properties,
            "additionalProperties": {"maxLength": MOST_EXTRA},
        },
    }


def _or_empty(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"enum": ["", None]}]}
