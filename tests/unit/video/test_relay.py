"""What the relay does without a network: the address it gives to libav."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.domain.camera import Credentials, parse_address
from hanoi_wall.video.relay import rewrite

HERE = ("127.0.0.1", 40123)


@pytest.mark.parametrize(
    ("url", "through"),
    [
        ("rtsps://cam/live", "rtsp://127.0.0.1:40123/live"),
        ("rtsps://cam:7441/a/b?x=1&y=2", "rtsp://127.0.0.1:40123/a/b?x=1&y=2"),
        ("rtsps://u:p%40ss%2F@cam:322/live", "rtsp://u:p%40ss%2F@127.0.0.1:40123/live"),
        ("rtsps://[2001:db8::7]:322/s", "rtsp://127.0.0.1:40123/s"),
        ("rtsps://u:p@[2001:db8::7]/s", "rtsp://u:p@127.0.0.1:40123/s"),
        ("rtsps://cam", "rtsp://127.0.0.1:40123"),
    ],
)
def test_only_scheme_host_and_port_change(url: str, through: str) -> None:
    assert rewrite(url, HERE) == through


@given(st.text(min_size=1, max_size=30), st.text(max_size=30))
def test_credentials_arrive_whatever_they_hold(user: str, password: str) -> None:
    address, _ = parse_address("rtsps://camera/live?channel=1")
    through = rewrite(address.with_credentials(Credentials(user, password)), HERE)
    assert parse_address(through) == (
        parse_address("rtsp://127.0.0.1:40123/live?channel=1")[0],
        Credentials(user, password),
    )
