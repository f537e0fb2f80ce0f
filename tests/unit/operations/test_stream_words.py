"""Why a tile has its stream: the sentence names the figures it was judged by."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hanoi_wall.assets import LANGUAGES, words
from hanoi_wall.domain.camera import StreamKind
from hanoi_wall.domain.tile import Phase, SessionFacts
from hanoi_wall.operations.stream_words import why_sentence
from hanoi_wall.video.stream_choice import REASONS, choose
from hanoi_wall.video.view import CameraView, Demand

MAIN, SUB = StreamKind.MAIN, StreamKind.SUB
TILE = (480, 270)


def view(why: str, stream: StreamKind, chosen: StreamKind | None = None) -> CameraView:
    return CameraView("cam-01", SessionFacts(Phase.PLAYING, 1), stream=stream, why=why, chosen=chosen)


def test_the_sentence_is_the_one_promised_to_scripts() -> None:
    choice = choose(None, TILE, {MAIN: (1920, 1080), SUB: (640, 360)}, 1)
    said = why_sentence(words("en"), view(choice.why, choice.stream), TILE, Demand("cam-01", *TILE))
    assert said == "tile 480x270, sub is the smallest that covers it"
    assert why_sentence(words("en"), view(choice.why, choice.stream), TILE, None) == said


def test_a_camera_in_two_tiles_has_its_stream_for_the_larger() -> None:
    said = why_sentence(words("en"), view("sub_too_small", MAIN), TILE, Demand("cam-01", 1920, 1080))
    assert said == "largest tile 1920x1080, sub is too small for it"


def test_until_the_chosen_stream_comes_the_sentence_says_which_is_shown() -> None:
    said = why_sentence(words("en"), view("sub_too_small", SUB, MAIN), (960, 540), None)
    assert said == "tile 960x540, sub is too small for it; sub is shown until main comes"
    assert why_sentence(words("vi"), view("pinned", MAIN, SUB), TILE, None) == (
        "người trực đã ghim luồng phụ; hiện luồng chính cho tới khi có luồng phụ"
    )


def test_a_picture_smaller_than_its_tile_says_why() -> None:
    short = replace(view("only_stream", MAIN), scaled_down=True)
    assert why_sentence(words("en"), short, TILE, None) == (
        "the camera has one stream only; smaller than the tile, for this PC’s memory of pictures is full"
    )
    larger = Demand("cam-01", 1920, 1080)
    assert why_sentence(words("en"), short, TILE, larger) == "the camera has one stream only"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_a_sentence_of_its_own(language: str) -> None:
    said = {why_sentence(words(language), view(why, SUB, SUB), TILE, None) for why in REASONS}
    assert len(said) == len(REASONS)
    assert not any(mark in text for text in said for mark in "{}_")


def test_a_zoom_is_named_as_what_asks_for_the_larger_stream() -> None:
    zoomed = Demand("cam-01", *TILE, detail=(1920, 1080))
    said = why_sentence(words("en"), view("sub_too_small", MAIN), TILE, zoomed)
    assert said == "tile 480x270 zoomed to 1920x1080, sub is too small for it"


def test_a_turned_picture_is_in_the_same_tile() -> None:
    said = why_sentence(words("en"), view("smallest_covers", SUB), TILE, Demand("cam-01", *TILE[::-1]))
    assert said == "tile 480x270, sub is the smallest that covers it"
