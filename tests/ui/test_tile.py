"""What a tile paints, read back from the window's own surface: the one promise of the wall is kept here."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from hanoi_wall.domain.faults import Cause
from hanoi_wall.domain.tile import Phase, TileState, Treatment
from hanoi_wall.ui.title_bar import TitleMode
from tests.ui.conftest import OpenDesk
from tests.ui.desk import Desk, greys
from tests.ui.drawn_feeds import Pixels, pattern, plain

RED = plain(480, 270, 20, 30, 220)
BLUE = plain(480, 270, 220, 30, 20)
FREE = (slice(200, 268), slice(4, 476))
"""A part of a 480x270 tile that neither bar, chip, band nor line covers."""


def shows(pixels: Pixels, picture: Pixels) -> bool:
    """Whether the free part shows that picture of one colour."""
    return bool((pixels[FREE][..., :3] == picture[0, 0, :3]).all())


# Pixels


def test_a_picture_made_for_the_tile_is_painted_pixel_by_pixel(open_desk: OpenDesk) -> None:
    desk = open_desk(title_mode=TitleMode.NONE)
    picture = pattern(480, 270)
    for camera in "abc":
        desk.feeds.draw(camera, picture)
    desk.tick()
    for number in (1, 2, 3):
        assert (desk.of_tile(number)[:-1, :-1, :3] == picture[:-1, :-1, :3]).all()


def test_the_line_between_tiles_is_one_pixel_of_the_wall(desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    desk.tick()
    wall = desk.window.tile_style.theme.wall
    line = (wall.blue(), wall.green(), wall.red())
    tile = desk.of_tile(1)
    assert (tile[:, -1, :3] == line).all() and (tile[-1, :, :3] == line).all()


def test_the_title_lies_over_the_picture_and_does_not_move_it(open_desk: OpenDesk) -> None:
    desk = open_desk()
    picture = pattern(480, 270)
    desk.feeds.draw("a", picture)
    desk.tick()
    painted = desk.of_tile(1)
    assert (painted[40:269, :479, :3] == picture[40:269, :479, :3]).all()
    assert (painted[:20, :, :3].astype(int) < picture[:20, :, :3]).any()


def test_another_shape_stands_whole_in_the_middle(open_desk: OpenDesk) -> None:
    desk = open_desk(title_mode=TitleMode.NONE)
    picture = pattern(360, 270)
    desk.feeds.draw("a", picture)
    desk.tick()
    painted = desk.of_tile(1)
    assert (painted[:269, 60:420, :3] == picture[:269, :, :3]).all()
    assert (painted[:269, :60, :3] == 0).all() and (painted[:269, 420:479, :3] == 0).all()


def test_a_tall_picture_has_its_margins_at_the_sides(open_desk: OpenDesk) -> None:
    desk = open_desk(title_mode=TitleMode.NONE)
    desk.feeds.draw("a", plain(152, 270, 255, 255, 255))
    desk.tick()
    white = (desk.of_tile(1)[:269, :, 0] == 255).all(axis=0)
    assert white.nonzero()[0].tolist() == list(range(164, 316))


@pytest.mark.parametrize("factor", [0.5, 1.5, 4.0])
def test_a_picture_of_another_size_is_scaled_and_keeps_its_shape(open_desk: OpenDesk, factor: float) -> None:
    desk = open_desk(title_mode=TitleMode.NONE)
    wide, high = round(480 * factor), round(270 * factor)
    picture = plain(wide, high, 0, 0, 0)
    picture[: high // 2, : wide // 2] = (200, 100, 50, 255)
    desk.feeds.draw("a", picture)
    desk.tick()
    painted = desk.of_tile(1)[:269, :479, :3].astype(int)
    assert (abs(painted[:132, :237] - (200, 100, 50)) <= 2).all()
    assert (painted[138:, :] <= 2).all() and (painted[:, 243:] <= 2).all()


def test_margins_are_cleared_when_the_shape_changes(open_desk: OpenDesk) -> None:
    desk = open_desk(title_mode=TitleMode.NONE)
    desk.feeds.open("a", 480, 270)
    desk.feeds.draw("a", RED)
    desk.tick()
    desk.feeds.draw("a", plain(200, 270, 255, 255, 255))
    desk.tick()
    assert (desk.of_tile(1)[:269, :140, :3] == 0).all()


# Truth


@pytest.mark.parametrize(
    ("age_s", "state", "treatment"),
    [
        (0.0, TileState.LIVE, Treatment.CLEAR),
        (2.0, TileState.LIVE, Treatment.CLEAR),
        (2.001, TileState.LATE, Treatment.LATE),
        (5.0, TileState.LATE, Treatment.LATE),
        (5.001, TileState.STALE, Treatment.STALE),
        (30.0, TileState.STALE, Treatment.STALE),
        (30.001, TileState.STALE, Treatment.DARK),
    ],
)
def test_a_picture_that_is_not_followed_ages_on_the_screen(
    desk: Desk, age_s: float, state: TileState, treatment: Treatment
) -> None:
    desk.feeds.draw("a", RED)
    desk.tick()
    assert desk.states()[1] is TileState.LIVE
    desk.wait(age_s)
    painted = desk.tile(1).painted
    assert (painted.state, painted.treatment) == (state, treatment)
    pixels = desk.of_tile(1)
    assert shows(pixels, RED) == (treatment in (Treatment.CLEAR, Treatment.LATE))
    assert greys(pixels[FREE]) or treatment in (Treatment.CLEAR, Treatment.LATE)


def test_late_is_painted_before_anybody_ticks_for_a_picture(desk: Desk) -> None:
    """The amber chip: nothing on a live tile has this colour."""
    desk.feeds.draw("a", RED)
    desk.tick()
    late = desk.window.tile_style.theme.late
    amber = (late.blue(), late.green(), late.red())
    assert not (desk.of_tile(1)[:40, :, :3] == amber).all(axis=-1).any()
    desk.wait(2.01)
    assert (desk.of_tile(1)[:40, :, :3] == amber).all(axis=-1).sum() > 200


def test_stale_is_without_colour_and_hatched(open_desk: OpenDesk) -> None:
    desk = open_desk("1x1", "a", size=(480, 270))
    desk.feeds.draw("a", RED)
    desk.wait(5.1)
    free = desk.of_tile(1)[215:, :]
    assert greys(free)
    row = free[10, :, 0].astype(int)
    dark = row < np.median(row) * 0.7
    turns = int(np.abs(np.diff(dark.astype(int))).sum())
    assert turns >= 2 * (480 // 16) - 2, "a dark line every 16 pixels"
    below = free[26, :, 0].astype(int)
    assert (below == row).all() and not (free[11, :, 0] == row).all(), "the lines are diagonal"


def test_dark_shows_nothing_of_the_picture(desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    desk.wait(31)
    ground = desk.window.tile_style.theme.surface_1
    assert (desk.of_tile(1)[FREE][..., :3] == (ground.blue(), ground.green(), ground.red())).all()


def test_a_backlog_played_at_normal_speed_is_never_live(desk: Desk) -> None:
    for _ in range(30):
        desk.clock.advance(0.04)
        desk.feeds.draw("a", RED, age_s=20.0, arrived_s=0.01)
        desk.tick()
        assert desk.states()[1] is TileState.STALE
        assert greys(desk.of_tile(1)[FREE])


def test_old_pictures_that_come_are_shown_a_few_times_a_second(desk: Desk) -> None:
    desk.feeds.draw("a", RED, age_s=20.0)
    desk.tick()
    dark = desk.of_tile(1)[FREE].mean()
    painted = set()
    for _ in range(25):
        desk.clock.advance(0.04)
        desk.feeds.draw("a", plain(480, 270, 255, 255, 255), age_s=20.0, arrived_s=0.01)
        desk.tick()
        painted.add(desk.tile(1).painted.sequence)
    assert 4 <= len(painted) <= 7
    assert desk.of_tile(1)[FREE].mean() > dark + 20, "the newest of them, not the first"


def test_a_stale_tile_that_lives_again_is_live_within_a_blink(desk: Desk) -> None:
    desk.feeds.draw("a", RED, age_s=9.0)
    desk.tick()
    assert desk.states()[1] is TileState.STALE
    for _ in range(7):
        desk.clock.advance(0.033)
        desk.feeds.draw("a", BLUE)
        desk.tick()
    assert desk.states()[1] is TileState.LIVE
    assert shows(desk.of_tile(1), BLUE)


def test_a_stale_picture_is_not_taken_from_another_ring(desk: Desk) -> None:
    """Both pictures are the first of their ring and stale: the second must not be painted as the first."""
    desk.feeds.draw("a", RED, age_s=9.0)
    desk.tick()
    first = desk.of_tile(1)[FREE].mean()
    desk.feeds.open("a")
    desk.feeds.draw("a", plain(480, 270, 255, 255, 255), age_s=9.0)
    desk.tick()
    assert desk.of_tile(1)[FREE].mean() > first + 20


def test_a_slow_feed_lives_by_its_own_interval(desk: Desk) -> None:
    desk.feeds.draw("a", RED, interval_s=4.0)
    desk.wait(9.9)
    assert desk.states()[1] is TileState.LIVE
    chip = desk.window.tile_style.theme.surface_3
    assert (desk.of_tile(1)[:30, :, :3] == (chip.blue(), chip.green(), chip.red())).all(axis=-1).sum() > 100
    desk.wait(0.2)
    assert desk.states()[1] is TileState.LATE


def test_a_tile_whose_pictures_are_shed_says_whose_doing_it_is(desk: Desk) -> None:
    chip = desk.window.tile_style.theme.surface_3

    def told() -> bool:
        desk.feeds.draw("a", RED)
        desk.wait(0.1)
        bar = desk.of_tile(1)[:30, :, :3]
        return bool((bar == (chip.blue(), chip.green(), chip.red())).all(axis=-1).sum() > 100)

    drawn = desk.feeds.open("a")
    assert not told()
    drawn.view = replace(drawn.view, stats=replace(drawn.view.stats, shed=2))
    assert told()
    drawn.view = replace(drawn.view, stats=replace(drawn.view.stats, shed=0))
    assert not told()


def test_a_healthy_tile_whose_next_picture_is_the_same_will_say_so(desk: Desk) -> None:
    """The words that stand on a healthy tile are only left alone while they are true of the next picture."""
    for _ in range(3):
        desk.feeds.draw("a", RED)
        desk.tick()
    assert desk.states()[1] is TileState.LIVE
    desk.feeds.draw("a", RED, frozen_s=9.99)
    desk.tick()
    assert desk.states()[1] is TileState.LIVE
    desk.wait(0.02)
    assert desk.states()[1] is TileState.FROZEN


def test_a_healthy_tile_whose_pictures_become_few_says_whose_doing_it_is(desk: Desk) -> None:
    for interval_s in (0.04, 0.04, 0.04):
        desk.feeds.draw("a", RED, interval_s=interval_s)
        desk.tick()
    before = desk.of_tile(1)[:20, :, :3].copy()
    desk.feeds.draw("a", RED, interval_s=0.5)
    desk.tick()
    assert (desk.of_tile(1)[:20, :, :3] != before).sum() > 200, "a chip"


def test_frozen_keeps_its_picture_and_says_so(desk: Desk) -> None:
    desk.feeds.draw("a", RED, frozen_s=9.99)
    desk.tick()
    assert desk.states()[1] is TileState.LIVE
    desk.clock.advance(0.02)
    desk.tick()
    assert desk.states()[1] is TileState.FROZEN
    assert shows(desk.of_tile(1), RED)
    assert desk.tile(1).painted.told


@pytest.mark.parametrize("age_s", [0.1, 3.0, 8.0, 40.0])
@pytest.mark.parametrize("phase", [Phase.WAITING, Phase.REFUSED, Phase.BUSY, Phase.UNSUPPORTED])
def test_a_lost_session_is_told_at_once_whatever_the_age(desk: Desk, phase: Phase, age_s: float) -> None:
    desk.feeds.draw("a", RED, age_s=age_s)
    desk.tick()
    desk.feeds.session("a", phase, Cause.TIMEOUT, retry_in_s=3)
    desk.tick()
    painted = desk.tile(1).painted
    assert painted.state not in (TileState.LIVE, TileState.LATE, TileState.FROZEN)
    assert painted.told
    middle = desk.of_tile(1)[130:140, 40:440]
    assert greys(middle[:, :30]), "the band covers the middle of the picture"


def test_the_countdown_goes_on_by_itself(desk: Desk) -> None:
    desk.feeds.session("a", Phase.WAITING, Cause.TIMEOUT, retry_in_s=5.5)
    desk.tick()
    before = desk.of_tile(1)
    desk.wait(0.4)
    assert (desk.of_tile(1) == before).all()
    desk.wait(0.2)
    assert (desk.of_tile(1) != before).any()


# Change of camera


def test_the_old_picture_goes_before_the_new_camera_has_one(desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    desk.tick()
    assert shows(desk.of_tile(1), RED)
    desk.wall.assign(desk.window.monitor, 1, "new")
    desk.tick()
    assert desk.states()[1] is TileState.OPENING
    ground = desk.window.tile_style.theme.surface_1
    assert shows(desk.of_tile(1), plain(1, 1, ground.blue(), ground.green(), ground.red()))
    desk.feeds.open("new")
    desk.tick()
    assert not shows(desk.of_tile(1), RED)
    desk.feeds.draw("new", BLUE)
    desk.tick()
    assert shows(desk.of_tile(1), BLUE)


def test_another_cameras_view_is_not_taken_for_this_one(desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    desk.feeds.draw("b", BLUE)
    desk.tick()
    desk.wall.assign(desk.window.monitor, 1, "b")
    desk.tick()
    assert shows(desk.of_tile(1), BLUE) and shows(desk.of_tile(2), BLUE)
    assert desk.tile(1).first_picture_ms == 0


def test_an_empty_tile_shows_its_number_alone(desk: Desk) -> None:
    assert desk.states()[4] is TileState.IDLE
    ground = desk.window.tile_style.theme.surface_1
    differs = (desk.of_tile(4)[:-1, :-1, :3] != (ground.blue(), ground.green(), ground.red())).any(axis=-1)
    rows, columns = differs.nonzero()
    assert 0 < len(rows)
    assert rows.max() < 30 and columns.max() < 30


# Rings


def test_the_old_size_stays_until_the_new_ring_has_a_picture(desk: Desk) -> None:
    old = desk.feeds.open("a")
    desk.feeds.draw("a", RED)
    desk.tick()
    new = desk.feeds.open("a")
    new.view = desk.feeds.with_rings(new.view, (new.ring, old.ring))
    desk.tick()
    assert shows(desk.of_tile(1), RED) and desk.states()[1] is TileState.LIVE
    desk.feeds.draw("a", BLUE)
    desk.tick()
    assert shows(desk.of_tile(1), BLUE)


def test_what_was_overwritten_unseen_is_counted_and_nothing_else(desk: Desk) -> None:
    for _ in range(50):
        desk.feeds.draw("a", RED)
    desk.tick()
    assert desk.tile(1).replaced == 0, "nobody was looking before"
    for _ in range(4):
        desk.feeds.draw("a", BLUE)
    desk.tick()
    assert desk.tile(1).replaced == 3
    assert desk.tile(1).shown == 2
    assert desk.tile(1).torn == 0


def test_the_writer_never_waits_and_never_takes_the_picture_being_painted(desk: Desk) -> None:
    for number in range(200):
        desk.feeds.draw("a", RED if number % 2 else BLUE)
        if number % 3 == 0:
            desk.tick()
    assert desk.tile(1).torn == 0
    assert shows(desk.of_tile(1), BLUE) or shows(desk.of_tile(1), RED)


def test_a_ring_that_is_gone_leaves_no_picture(desk: Desk) -> None:
    desk.feeds.draw("a", RED)
    desk.tick()
    drawn = desk.feeds.cameras["a"]
    drawn.view = desk.feeds.with_rings(drawn.view, ())
    desk.tick()
    assert not shows(desk.of_tile(1), RED)
    assert desk.states()[1] is TileState.OPENING


# Words on small tiles


@pytest.mark.parametrize("grid", ["4x4", "8x8", "12x12"])
@pytest.mark.parametrize("language", ["vi", "en", "fr"])
def test_every_state_stands_in_words_on_small_tiles(open_desk: OpenDesk, grid: str, language: str) -> None:
    desk = open_desk(grid, "abcdefghijkl", size=(1920, 1080), language=language, text_distance_m=0.7)
    feeds = desk.feeds
    feeds.session("b", Phase.OPENING, ever=False)
    feeds.draw("c", RED, age_s=3)
    feeds.draw("d", RED, age_s=8)
    feeds.draw("e", RED, age_s=50)
    feeds.session("f", Phase.WAITING, Cause.NAME_UNKNOWN, retry_in_s=3)
    feeds.session("g", Phase.REFUSED, Cause.WRONG_PASSWORD)
    feeds.session("h", Phase.BUSY, Cause.TOO_MANY_SESSIONS, retry_in_s=8)
    feeds.session("i", Phase.UNSUPPORTED, Cause.CODEC)
    feeds.session("j", Phase.NO_RIGHT)
    feeds.session("k", Phase.STOPPED)
    feeds.draw("l", RED, frozen_s=30)
    desk.tick()
    states = desk.states()
    assert len({states[number] for number in range(1, 13)}) == 10, states
    assert [number for number in range(2, 13) if not desk.tile(number).painted.told] == []


def test_where_no_word_fits_a_shape_stands(open_desk: OpenDesk) -> None:
    desk = open_desk("12x12", "ab", size=(480, 270))
    desk.feeds.session("a", Phase.WAITING, Cause.TIMEOUT, retry_in_s=3)
    desk.tick()
    assert not desk.tile(1).painted.told
    alarm = desk.window.tile_style.theme.alarm
    away = np.abs(desk.of_tile(1)[..., :3].astype(int) - (alarm.blue(), alarm.green(), alarm.red()))
    assert (away.sum(axis=-1) < 60).sum() > 10, "the icon, in the colour of its state"


def coloured(pixels: Pixels, desk: Desk) -> int:
    """How many pixels have the colour of what is late."""
    late = desk.window.tile_style.theme.late
    away = np.abs(pixels[..., :3].astype(int) - (late.blue(), late.green(), late.red()))
    return int((away.sum(axis=-1) < 24).sum())


@pytest.mark.parametrize("size", [(480, 270), (360, 200), (240, 135), (160, 90)])
@pytest.mark.parametrize("titles", list(TitleMode))
def test_a_late_or_frozen_picture_is_marked_on_the_smallest_tile(
    open_desk: OpenDesk, size: tuple[int, int], titles: TitleMode
) -> None:
    """13 to 40 pixels: no chip has room, but nobody may take the picture for a live one."""
    names = [f"c{number}" for number in range(144)]
    desk = open_desk("12x12", names, size=size, title_mode=titles)
    for name in names:
        desk.feeds.draw(name, BLUE)
    desk.feeds.draw("c0", BLUE, age_s=3)
    desk.feeds.draw("c100", BLUE, frozen_s=30)
    desk.tick()
    assert desk.states()[1] is TileState.LATE and desk.states()[101] is TileState.FROZEN
    for number in (1, 101):
        assert coloured(desk.of_tile(number), desk) >= 12, number
    assert {coloured(desk.of_tile(number), desk) for number in desk.states() if number not in (1, 101)} == {0}


@pytest.mark.parametrize("language", ["vi", "en", "fr"])
def test_a_stale_tile_offers_to_try_again(open_desk: OpenDesk, language: str) -> None:
    desk = open_desk(language=language)
    desk.feeds.draw("a", BLUE, age_s=9)
    desk.tick()
    assert desk.states()[1] is TileState.STALE
    button = desk.tile(1).painted.button
    assert button is not None and button.height >= 32
    QTest.mouseClick(desk.window, Qt.MouseButton.LeftButton, pos=QPoint(button.x + 5, button.y + 5))
    QTest.keyClick(desk.window, Qt.Key.Key_R)
    assert desk.feeds.retried == ["a", "a"]
