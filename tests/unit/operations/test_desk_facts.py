"""What the desk says of a camera and of a tile, without its secrets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hanoi_wall.assets import LANGUAGES, words
from hanoi_wall.domain.camera import Camera, StreamAddress
from hanoi_wall.domain.faults import Cause, Fault
from hanoi_wall.domain.tile import Phase, SessionFacts, TileState
from hanoi_wall.operations.desk_facts import TileFacts, camera_facts, figure, tile_facts
from hanoi_wall.video.stats import FeedStats
from hanoi_wall.video.view import CameraView

EN = words("en")
PLAYING = CameraView(
    "a",
    SessionFacts(Phase.PLAYING, 0),
    stats=FeedStats(received=400, corrupt=3, received_fps=24.96, size=(640, 360), codec="h264"),
    reconnects=2,
)


def told(facts: object) -> dict[str, str]:
    return {fact.label: fact.text for fact in facts}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("language", "text"), [("vi", "20.000,5"), ("en", "20,000.5"), ("fr", "20\u202f000,5")]
)
def test_numbers_are_written_as_the_language_does(language: str, text: str) -> None:
    assert figure(words(language), 20_000.5, 1) == text


def test_a_camera_tells_all_but_its_secrets() -> None:
    camera = Camera(
        "cam-1",
        "Cổng",
        owner="Sở GTVT",
        main=StreamAddress("rtsp://admin:bi-mat@10.0.0.1/a?password=bi-mat"),
        onvif_url="http://u:bi-mat@10.0.0.1/onvif",
        ptz=True,
        lat=21.0,
        lon=105.8,
        tags=("ptz", "cổng"),
        extra=(("hãng", "Hikvision"), ("password", "bi-mat"), ("note", "see rtsp://u:bi-mat@h/x")),
    )
    facts = told(camera_facts(EN, camera))
    assert "bi-mat" not in str(facts)
    assert (facts["Owner"], facts["PTZ control"], facts["Tags"]) == ("Sở GTVT", "yes", "ptz, cổng")
    assert (facts["hãng"], facts["password"]) == ("Hikvision", "***")
    assert "District" not in facts, "what is unknown is left out"


def test_a_live_tile_tells_its_figures() -> None:
    facts = told(tile_facts(EN, TileFacts("m", 1, TileState.LIVE, 34, 24.9, PLAYING, (480, 270))))
    assert facts == {
        "State": "Live",
        "Why this stream": facts["Why this stream"],
        "Pictures per second": "25.0 received · 24.9 shown",
        "Age of the picture": "34 ms",
        "Size": "640×360",
        "Codec": "H264",
        "Decoder": "software",
        "Damaged pictures": "3 (0.8 %)",
        "Reconnects": "2",
    }
    assert facts["Why this stream"]


def test_a_lost_tile_tells_why_and_when_it_tries_again_but_no_rates() -> None:
    session = SessionFacts(Phase.WAITING, 0, Fault(Cause.TIMEOUT, "a"))
    lost = TileFacts(
        "m", 1, TileState.OFFLINE, 9000, 0.0, replace(PLAYING, session=session), next_retry_s=6.4
    )
    facts = told(tile_facts(EN, lost))
    assert facts["Cause"] == EN("cause.timeout") and facts["What to do"] == EN("remedy.timeout")
    assert facts["Next try"] == "in 6 s"
    assert "Pictures per second" not in facts and "Age of the picture" not in facts


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_labels(language: str) -> None:
    labels = [
        fact.label for fact in tile_facts(words(language), TileFacts("m", 1, TileState.LIVE, 1, 1, PLAYING))
    ]
    assert len(labels) == len(set(labels)) == 9
