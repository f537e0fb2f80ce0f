"""A sentence becomes words in the operator's language."""

from __future__ import annotations

import pytest

from hanoi_wall.assets import LANGUAGES, words
from hanoi_wall.operations.said import Said


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_goes_into_a_sentence_stands_in_it(language: str) -> None:
    text = Said("scene.saved", {"name": "Sáng", "revision": 3}).text(words(language))
    assert "Sáng" in text and "3" in text
    assert Said("scene.none_approved").text(words(language)) == words(language)("scene.none_approved")
