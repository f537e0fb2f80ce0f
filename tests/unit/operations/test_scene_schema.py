"""The schema takes what the program writes and refuses what it refuses."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from hanoi_wall.domain.scene import Scene, scene_to_plain
from hanoi_wall.operations.scene_schema import scene_schema
from tests.unit.domain.test_scene import scenes, whole

VALIDATOR = jsonschema.Draft202012Validator(scene_schema())


@given(scenes)
@settings(max_examples=50)
def test_every_scene_that_is_written_fits(scene: Scene) -> None:
    VALIDATOR.validate(scene_to_plain(scene))


def test_the_schema_is_one_and_takes_a_file_written_by_hand() -> None:
    jsonschema.Draft202012Validator.check_schema(scene_schema())
    VALIDATOR.validate(whole())


@pytest.mark.parametrize(
    "change",
    [
        {"hanoi_wall_scene": 2},
        {"name": ""},
        {"monitors": {}},
        {"colour": 1},
        {"monitors": [{"monitor": "a"}]},
        {"monitors": [{"monitor": "a", "layout": "grid:1x1", "tiles": [{"camera": "a", "text": "b"}]}]},
        {"monitors": [{"monitor": "a", "layout": "grid:1x1", "tiles": [{"sequence": []}]}]},
    ],
)
def test_what_the_program_refuses_does_not_fit(change: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(whole() | change)
