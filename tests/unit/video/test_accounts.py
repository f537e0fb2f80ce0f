"""Log-ins of a device: never more bad ones than it takes to know, however many channels it has."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanoi_wall.domain.camera import Credentials
from hanoi_wall.video.accounts import MOST_REFUSALS, Accounts
from hanoi_wall.video.opening import Device, FeedKey

NVR: Device = ("10.0.0.1", 554, "op")
OTHER: Device = ("10.0.0.2", 554, "op")
WRONG, RIGHT = Credentials("op", "wrong"), Credentials("op", "right")


def key(number: int) -> FeedKey:
    return (f"cam-{number:02}", "sub")


def refuse(accounts: Accounts, times: int = MOST_REFUSALS, first: int = 0) -> None:
    for number in range(first, first + times):
        assert accounts.may_try(NVR, key(number), WRONG)
        accounts.refused(NVR, key(number), WRONG)


def test_three_refusals_of_one_device_are_enough_for_all_its_channels() -> None:
    accounts = Accounts()
    assert accounts.room(NVR) == 3, "no more at once than may fail"
    refuse(accounts, 2)
    assert accounts.room(NVR) == 1
    refuse(accounts, 1, first=2)
    assert not any(accounts.may_try(NVR, key(number), WRONG) for number in range(16))
    assert accounts.may_try(OTHER, key(20), WRONG), "another device is another account"
    assert accounts.may_try(NVR, key(3), RIGHT) and accounts.room(NVR) == 1, "another password may be right"


def test_once_somebody_is_in_all_may_come_at_once_until_a_session_breaks_off() -> None:
    accounts = Accounts()
    refuse(accounts, 2)
    assert not accounts.accepted(NVR, key(5), RIGHT), "nobody was refused for good"
    assert accounts.room(NVR) is None
    refuse(accounts, 2)
    assert accounts.room(NVR) == 1
    accounts.accepted(NVR, key(5), RIGHT)
    accounts.broke_off(NVR)
    assert accounts.room(NVR) == 3


def test_without_a_password_nothing_is_counted() -> None:
    accounts, device = Accounts(), ("10.0.0.1", 554, "")
    for _ in range(9):
        accounts.refused(device, key(1), None)
    assert accounts.may_try(device, key(1), None) and accounts.room(device) is None
    assert not accounts.accepted(device, key(1), None)


def test_one_tries_for_all_and_the_others_follow_when_it_is_in() -> None:
    accounts = Accounts()
    refuse(accounts)
    accounts.send_ahead(NVR, key(7))
    assert [number for number in range(16) if accounts.may_try(NVR, key(number), WRONG)] == [7]
    assert (accounts.room(NVR), accounts.ahead(NVR)) == (1, key(7))
    assert accounts.accepted(NVR, key(7), WRONG), "the others may follow"
    assert all(accounts.may_try(NVR, key(number), WRONG) for number in range(16))
    assert accounts.ahead(NVR) is None


def test_one_that_is_refused_again_ends_it_for_all() -> None:
    accounts = Accounts()
    refuse(accounts)
    accounts.send_ahead(NVR, key(7))
    accounts.refused(NVR, key(7), WRONG)
    assert not any(accounts.may_try(NVR, key(number), WRONG) for number in range(16))
    accounts.send_ahead(NVR, key(8))
    accounts.gone(NVR, key(7))
    assert accounts.ahead(NVR) == key(8)
    accounts.gone(NVR, key(8))
    assert not any(accounts.may_try(NVR, key(number), WRONG) for number in range(16)), "nobody is ahead now"
    accounts.gone(OTHER, key(8))


def test_a_channel_without_a_right_is_refused_alone() -> None:
    """Twelve of sixteen channels may be seen: the four others lock nobody out, now or at the next scene."""
    accounts = Accounts()
    for number in range(12):
        accounts.accepted(NVR, key(number), RIGHT)
    for number in range(12, 15):
        accounts.refused(NVR, key(number), RIGHT)
    assert all(accounts.may_try(NVR, key(number), RIGHT) for number in range(12)), "they may come back"
    assert not accounts.may_try(NVR, key(12), RIGHT)
    accounts.accepted(NVR, key(0), RIGHT)
    for _ in range(2):
        assert accounts.may_try(NVR, key(12), RIGHT)
        accounts.refused(NVR, key(12), RIGHT)
        accounts.accepted(NVR, key(0), RIGHT)
    assert not accounts.may_try(NVR, key(12), RIGHT), "three times this very channel"
    assert accounts.may_try(NVR, key(13), RIGHT) and accounts.may_try(NVR, key(12), WRONG)
    accounts.send_ahead(NVR, key(12))
    accounts.refused(NVR, key(12), RIGHT)
    assert accounts.may_try(NVR, key(14), RIGHT), (
        "an operator's try with one channel locks none of the others"
    )


def test_a_password_that_was_right_and_is_not_any_more_is_right_for_nobody() -> None:
    accounts = Accounts()
    for number in range(16):
        accounts.accepted(NVR, key(number), WRONG)
    accounts.broke_off(NVR)
    for number in range(3):
        accounts.refused(NVR, key(number), WRONG)
    assert not any(accounts.may_try(NVR, key(number), WRONG) for number in range(16))


@settings(max_examples=60)
@given(st.integers(1, 24), st.integers(1, 10), st.integers(0, 4), st.randoms())
def test_bad_log_ins_are_three_and_one_for_each_time_somebody_asks(
    channels: int, at_once: int, asks: int, chance: random.Random
) -> None:
    """Tries under way, scenes that come and go, operators: whatever the order."""
    accounts, under_way, bad = Accounts(), [], 0
    for turn in range(300):
        if turn % 60 == 59 and turn // 60 < asks and not under_way:
            accounts.send_ahead(NVR, key(chance.randrange(channels)))
        feed = key(chance.randrange(channels))
        room = accounts.room(NVR)
        assert room is not None
        if len(under_way) < min(at_once, room) and feed not in under_way:
            if accounts.may_try(NVR, feed, WRONG):
                under_way.append(feed)
        if under_way and (chance.random() < 0.4 or turn % 60 > 50):
            accounts.refused(NVR, under_way.pop(chance.randrange(len(under_way))), WRONG)
            bad += 1
    assert bad <= MOST_REFUSALS + asks


@pytest.mark.parametrize("channels", [1, 16, 64])
def test_a_recorder_with_a_new_password_sees_three_bad_log_ins_when_all_come_back(channels: int) -> None:
    """All were in; it restarts; all try again at once."""
    accounts, tries = Accounts(), Counter[FeedKey]()
    for number in range(channels):
        accounts.accepted(NVR, key(number), WRONG)
    for _ in range(channels):
        accounts.broke_off(NVR)
    for _ in range(10):
        room = accounts.room(NVR) or 8
        going = [key(n) for n in range(channels) if accounts.may_try(NVR, key(n), WRONG)][:room]
        for feed in going:
            accounts.refused(NVR, feed, WRONG)
            tries[feed] += 1
    assert tries.total() == MOST_REFUSALS
