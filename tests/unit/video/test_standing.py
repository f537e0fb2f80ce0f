"""One camera as the roster keeps it: the tile shows one stream until the other has a picture."""

from __future__ import annotations

from dataclasses import replace

from hanoi_wall.domain.camera import Camera, Credentials, StreamAddress, StreamKind
from hanoi_wall.domain.clock import SECOND
from hanoi_wall.domain.faults import Cause, Fault
from hanoi_wall.domain.tile import Phase
from hanoi_wall.video.feed import Feed, Life
from hanoi_wall.video.slots import Ring
from hanoi_wall.video.standing import Running, Standing, stopped_view
from hanoi_wall.video.stats import FeedStats
from hanoi_wall.video.view import Demand

MAIN, SUB = StreamKind.MAIN, StreamKind.SUB
NOW = 1_000 * SECOND
CAMERA = Camera(
    "cam-01",
    "Ngã tư",
    main=StreamAddress("rtsp://10.0.0.1/main"),
    sub=StreamAddress("rtsp://10.0.0.1:8554/sub"),
)
SMALL, LARGE = Demand("cam-01", 480, 270), Demand("cam-01", 1920, 1080)


def running(kind: StreamKind, life: Life, cause: Cause | None = None) -> Running:
    address = CAMERA.stream(kind)
    assert address is not None
    fault = None if cause is None else Fault(cause, "cam-01")
    feed = Feed(life, NOW, fault=fault)
    return Running(("cam-01", kind.value), 1 if kind is MAIN else 2, address, None, feed)


def standing(demand: Demand = SMALL) -> Standing:
    return Standing(CAMERA, demand)


def test_the_device_is_host_port_and_user() -> None:
    sub = running(SUB, Life.STOPPED)
    assert sub.device == ("10.0.0.1", 8554, "")
    sub.credentials = Credentials("op", "s3cret")
    assert sub.device == ("10.0.0.1", 8554, "op")
    assert running(MAIN, Life.STOPPED).device == ("10.0.0.1", 554, "")


def test_the_first_stream_is_shown_from_the_start() -> None:
    camera = standing()
    assert camera.publish() is None
    assert camera.choose(NOW) is SUB
    camera.feeds[SUB] = running(SUB, Life.QUEUED)
    view = camera.publish()
    assert view is not None
    assert (view.stream, view.session.phase, view.why) == (SUB, Phase.OPENING, "smallest_covers")


def test_the_old_stream_stays_until_the_new_one_has_a_picture() -> None:
    camera = standing()
    camera.choose(NOW)
    camera.feeds[SUB] = running(SUB, Life.PLAYING)
    camera.demand = LARGE
    assert camera.choose(NOW + 1) is MAIN
    for life in (Life.QUEUED, Life.OPENING, Life.OPENED, Life.WAITING, Life.BUSY):
        camera.feeds[MAIN] = running(MAIN, life)
        assert (camera.choose(NOW + 2), camera.shown) == (MAIN, SUB)
        view = camera.publish()
        assert view is not None and (view.stream, view.chosen, view.why) == (SUB, MAIN, "sub_too_small")
    camera.feeds[MAIN] = running(MAIN, Life.PLAYING)
    assert (camera.choose(NOW + 3), camera.shown) == (MAIN, MAIN)
    camera.feeds[MAIN] = running(MAIN, Life.WAITING, Cause.TIMEOUT)
    camera.choose(NOW + 4)
    assert camera.shown is MAIN


def test_a_stream_that_was_dropped_is_not_shown() -> None:
    camera = standing()
    camera.choose(NOW)
    camera.feeds[SUB] = running(SUB, Life.PLAYING)
    camera.demand = LARGE
    camera.choose(NOW + 1)
    camera.feeds = {MAIN: running(MAIN, Life.OPENING)}
    camera.choose(NOW + 2)
    assert camera.shown is MAIN


def test_a_stream_that_cannot_be_had_gives_way() -> None:
    camera = standing()
    camera.choose(NOW)
    for life, cause in (
        (Life.WAITING, Cause.NOT_FOUND),
        (Life.UNSUPPORTED, Cause.CODEC),
        (Life.QUEUED, Cause.NO_VIDEO),
        (Life.REFUSED, Cause.FORBIDDEN),
    ):
        camera.feeds[SUB] = running(SUB, life, cause)
        assert camera.choose(NOW) is MAIN
        assert camera.choice is not None and camera.choice.why == "other_broken"
    for life, cause in ((Life.WAITING, Cause.TIMEOUT), (Life.BUSY, Cause.TOO_MANY_SESSIONS)):
        camera.feeds[SUB] = running(SUB, life, cause)
        assert camera.choose(NOW) is SUB


def test_a_wrong_password_is_not_tried_on_the_other_stream() -> None:
    """The account is the camera's, not the stream's: three more tries could lock it."""
    camera = standing()
    camera.choose(NOW)
    camera.feeds[SUB] = running(SUB, Life.REFUSED, Cause.WRONG_PASSWORD)
    assert camera.choose(NOW) is SUB
    camera.one_account = False
    assert camera.choose(NOW) is MAIN


def test_the_size_of_a_stream_is_remembered_when_its_feed_is_gone() -> None:
    """Else a sub-stream smaller than guessed flaps for ever: guessed, opened, too small, closed."""
    camera = standing(Demand("cam-01", 500, 280))
    assert camera.choose(NOW) is SUB
    camera.feeds[SUB] = replace(running(SUB, Life.PLAYING), size=(320, 180))
    assert camera.choose(NOW + 1) is MAIN
    camera.feeds = {MAIN: replace(running(MAIN, Life.PLAYING), size=(1920, 1080))}
    for second in range(1, 120):
        assert camera.choose(NOW + second * SECOND) is MAIN


def test_a_view_is_the_same_object_while_nothing_changes() -> None:
    camera = standing()
    camera.choose(NOW)
    camera.feeds[SUB] = feed = running(SUB, Life.PLAYING)
    first = camera.publish()
    assert camera.publish() is first
    feed.stats = FeedStats(received=1)
    second = camera.publish()
    assert second is not first
    ring = Ring.create(16, 16)
    feed.rings = (ring,)
    third = camera.publish()
    assert third is not None and third.rings == (ring,)
    feed.reconnects = 2
    camera.feeds[MAIN] = replace(running(MAIN, Life.WAITING), reconnects=3)
    fourth = camera.publish()
    assert fourth is not None and fourth.reconnects == 5


def test_a_camera_that_nobody_wants_is_stopped() -> None:
    view = stopped_view("cam-01", NOW)
    assert (view.camera, view.session.phase, view.session.since_ns, view.rings) == (
        "cam-01",
        Phase.STOPPED,
        NOW,
        (),
    )


# How large the pictures are made


def sized(demand: Demand, main: tuple[int, int] | None = (1920, 1080)) -> Standing:
    """A camera whose streams have told their sizes."""
    camera = standing(demand)
    camera.sizes = {SUB: (640, 360)} | ({} if main is None else {MAIN: main})
    return camera


def test_pictures_are_made_for_the_tile() -> None:
    assert sized(SMALL).box(SUB) == (480, 270)
    assert sized(LARGE).box(SUB) == (1920, 1080)
    assert sized(Demand("cam-01", 1, 1)).box(SUB) == (16, 16)


def test_a_zoom_takes_the_larger_stream_and_no_more_pixels_than_it_has() -> None:
    camera = sized(Demand("cam-01", 480, 270, detail=(3840, 2160)))
    assert camera.choose(NOW) is MAIN
    assert camera.box(MAIN) == (1920, 1080)
    assert camera.box(SUB) == (640, 360), "until the main stream comes"
    camera.demand = Demand("cam-01", 480, 270, detail=(960, 540))
    assert camera.choose(NOW) is MAIN
    assert camera.box(MAIN) == (960, 540)


def test_a_small_tile_is_zoomed_in_the_stream_it_has_while_that_is_enough() -> None:
    camera = sized(Demand("cam-01", 320, 180, detail=(640, 360)))
    assert camera.choose(NOW) is SUB
    assert camera.box(SUB) == (640, 360)


def test_a_stream_that_has_not_told_its_size_is_taken_for_full_hd() -> None:
    assert sized(Demand("cam-01", 480, 270, detail=(3840, 2160)), None).box(MAIN) == (1920, 1080)


def test_a_tile_that_is_filled_gets_a_picture_that_covers_it() -> None:
    filled = Demand("cam-01", 480, 270, cover=True)
    assert sized(filled).box(SUB) == (480, 270)
    assert sized(filled, (1024, 768)).box(MAIN) == (480, 360)


def test_a_picture_that_is_turned_by_a_quarter_needs_no_more_than_it_takes_of_the_tile() -> None:
    camera = sized(Demand("cam-01", 360, 640))
    assert camera.choose(NOW) is SUB, "360x203 of it"
    assert sized(Demand("cam-01", 720, 1280)).choose(NOW) is MAIN
