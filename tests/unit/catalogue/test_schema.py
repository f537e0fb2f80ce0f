"""The schema says what the reader does: the same keys, and every pattern, limit and type holds for both."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from hanoi_wall.catalogue.export import to_json
from hanoi_wall.catalogue.files import read_bytes
from hanoi_wall.catalogue.rows import KNOWN
from hanoi_wall.catalogue.schema import catalogue_schema
from hanoi_wall.domain.camera import Camera, StreamAddress

TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def allows(schema: dict[str, Any], value: Any) -> bool:
    """As much of JSON Schema as the catalogue's schema uses."""
    known = {
        "type", "maxLength", "minLength", "pattern", "minimum", "maximum", "enum", "anyOf", "maxItems",
        "items", "required", "properties", "additionalProperties", "description", "title", "$schema",
    }  # fmt: skip
    assert set(schema) <= known
    if "anyOf" in schema:
        return any(allows(each, value) for each in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    types = schema.get("type", list(TYPES))
    if not any(isinstance(value, TYPES[name]) for name in ([types] if isinstance(types, str) else types)):
        return False
    if isinstance(value, str):
        return (
            schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**9)
            and re.search(schema.get("pattern", ""), value) is not None
        )
    if isinstance(value, int | float):
        return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    if isinstance(value, list):
        return len(value) <= schema.get("maxItems", 10**9) and all(
            allows(schema["items"], each) for each in value
        )
    if isinstance(value, dict):
        rest = schema["additionalProperties"]
        return set(schema["required"]) <= set(value) and all(
            allows(schema["properties"].get(key, rest), each) for key, each in value.items()
        )
    return True


GOOD = {"id": "a", "name": "A", "main_url": "rtsp://h/1"}


@pytest.mark.parametrize(
    ("item", "right"),
    [
        (GOOD, True),
        (
            GOOD | {"sub_url": "", "onvif_url": "http://h/x", "lat": 21.5, "tags": ["a", "b"], "ptz": False},
            True,
        ),
        (GOOD | {"vendor": "x", "transport": "udp"}, True),
        (GOOD | {"main_url": "rtsps://h/1", "main_fingerprint": "AB:" * 31 + "AB"}, True),
        (GOOD | {"lat": None, "ptz": None, "tags": None}, True),
        ({"id": "a", "name": "A"}, False),
        (GOOD | {"id": ""}, False),
        (GOOD | {"id": 3}, False),
        (GOOD | {"name": "x" * 201}, False),
        (GOOD | {"main_url": "http://h/1"}, False),
        (GOOD | {"onvif_url": "rtsp://h/1"}, False),
        (GOOD | {"lat": 91}, False),
        (GOOD | {"tags": ["a;b"]}, False),
        (GOOD | {"transport": "quic"}, False),
        (GOOD | {"main_url": "rtsps://h/1", "main_fingerprint": "AB"}, False),
        (GOOD | {"vendor": "x" * 4001}, False),
    ],
)
def test_schema_and_reader_agree(item: dict[str, Any], right: bool) -> None:
    assert allows(catalogue_schema(), [item]) is right
    assert (not read_bytes(json.dumps([item]).encode(), "x.json").problems) is right


def test_the_schema_knows_every_column_and_what_is_exported_fits_it() -> None:
    schema = catalogue_schema()
    assert set(schema["items"]["properties"]) == KNOWN
    cameras = (
        Camera("a", "A", main=StreamAddress("clip:///a.mp4"), lat=1.0, tags=("x",), extra=(("k", "v"),)),
    )
    assert allows(schema, json.loads(to_json(cameras)))
