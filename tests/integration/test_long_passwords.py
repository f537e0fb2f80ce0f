"""libav cuts what stands before the host at 127 octets in silence: a camera would see half a password."""

from __future__ import annotations

import base64
import threading

import pytest

from hanoi_wall.domain.camera import Credentials, StreamAddress
from hanoi_wall.domain.faults import Cause
from hanoi_wall.video.decoder import MOST_USERINFO, StreamFault, open_stream
from tests.integration.spoken_camera import Request, answer, healthy, speaking

USER = "admin"


@pytest.mark.parametrize(
    ("password", "fits"),
    [
        ("a" * (MOST_USERINFO - len(USER) - 1), True),
        ("a" * (MOST_USERINFO - len(USER)), False),
        ("Mật khẩu của đồn Cầu Giấy, số 47", True),
        ("ừ" * 40, True),
        ("ừ" * 41, False),
        ("/" * 40, True),
        ("/" * 41, False),
    ],
)
def test_a_password_is_told_whole_or_not_at_all(password: str, fits: bool) -> None:
    seen: list[str] = []

    def ask(request: Request) -> bytes:
        told = request.headers.get("authorization", "")
        if not told:
            return answer("401 Unauthorized", WWW_Authenticate='Basic realm="camera"')(request)
        seen.append(base64.b64decode(told.split()[1]).decode())
        return answer("404 Not Found")(request)

    with speaking(healthy(DESCRIBE=ask)) as camera, pytest.raises(StreamFault) as caught:
        address = StreamAddress(f"rtsp://127.0.0.1:{camera.port}/live")
        open_stream(address, Credentials(USER, password), threading.Event())
    assert password not in caught.value.detail
    assert seen == ([f"{USER}:{password}"] if fits else [])
    assert caught.value.cause is (Cause.NOT_FOUND if fits else Cause.WRONG_PASSWORD)
