"""What counts as a secret in a column's name or a cell, and what one row becomes."""

from __future__ import annotations

import pytest

from hanoi_wall.catalogue.rows import holds_secret, looks_secret, read_row
from hanoi_wall.domain.camera import Credentials

GOOD = {"id": "a", "name": "A", "main_url": "rtsp://h/1"}


@pytest.mark.parametrize(
    "name",
    [
        "Password",
        "mật_khẩu",
        "MAT KHAU",
        "pwd",
        "rtsp passwd",
        "Token",
        "mdp",
        "pw",
        "login_pas",
        "Auth token",
        "userPwd2",
    ],
)
def test_names_of_columns_with_passwords(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize(
    "name", ["vendor", "passage", "tokens sold", "secretary", "ghi chú", "underpass", "compass", "key", ""]
)
def test_names_of_other_columns(name: str) -> None:
    assert not looks_secret(name)


@pytest.mark.parametrize(
    "text",
    [
        "rtsp://u:p@h",
        "see http://u@h/x now",
        "u:p@10.0.0.1",
        "x=a:b@c.vn",
        "http://h/snap.cgi?user=admin&pwd=S3cretB",
        "http://h/snap.cgi?user=admin&PASSWORD=S3cretB",
        "h/videoMain?loginuse=admin&loginpas=S3cretB",
        "http://h/?token=S3cretB",
        "/x?access_token=S3cretB",
        "pw = S3cretB",
        "op_pass=S3cretB_channel=1",
        "Mật khẩu: S3cretB",
        "MK:S3cretB",
        "mot de passe : S3cretB",
        '{"login": {"key": "S3cretB"}}',
    ],
)
def test_texts_with_a_password(text: str) -> None:
    assert holds_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "op@city.vn",
        "mailto:op@city.vn",
        "08:00@Gate",
        "http://h/x",
        "a@b c:d",
        "",
        "http://h/?user=admin&password=&channel=1",
        "http://h/?auth=digest&key=12&token=Profile_1",
        "compass=north; bypass: 2",
        "mk://h/x",
        "password, see the safe",
        "n=5: m",
    ],
)
def test_other_texts(text: str) -> None:
    assert not holds_secret(text)


def test_a_password_in_an_onvif_address_goes_beside_the_camera() -> None:
    row = read_row(1, GOOD | {"onvif_url": "http://h/onvif?user=op&password=S3cretA#x"}, {})
    assert row.camera is not None and row.camera.onvif_url == "http://h/onvif?user=op&password={password}"
    assert row.credentials == {"onvif": Credentials("op", "S3cretA")}
    row = read_row(1, GOOD | {"onvif_url": "http://op:S3cretA@h/onvif?token=S3cretB"}, {})
    assert [str(each) for each in row.problems] == [
        "line 1: onvif_url: address holds two different passwords, and only one can be kept"
    ]


def test_a_row_that_is_wrong_gives_no_camera_but_all_that_is_wrong() -> None:
    row = read_row(7, GOOD | {"lat": "x", "lon": "x"}, {})
    assert row.camera is None
    assert [str(problem) for problem in row.problems] == [
        "line 7: lat: is not a number such as 21.0285",
        "line 7: lon: is not a number such as 21.0285",
    ]


def test_zero_has_one_sign_and_tags_come_once() -> None:
    camera = read_row(1, GOOD | {"lat": "-0", "tags": "b; a ;;b"}, {"x": "", "b": "1"}).camera
    assert camera is not None
    assert str(camera.lat) == "0.0" and camera.tags == ("b", "a") and camera.extra == (("b", "1"),)


def test_a_password_may_begin_and_end_with_blanks_but_a_clip_has_none() -> None:
    row = read_row(1, GOOD | {"sub_url": "clip:///a.mp4", "user": " op ", "password": " x "}, {})
    assert row.credentials == {"main": Credentials("op", " x ")}


@pytest.mark.parametrize(
    "url",
    ["rtsp://h/x", "http://", "http://h:0/", "http://h:x/", "http://u:1/p@h/", "http://h/a b", "https:/h"],
)
def test_an_onvif_address_must_be_one(url: str) -> None:
    (problem,) = read_row(1, GOOD | {"onvif_url": url}, {}).problems
    assert problem.column == "onvif_url"
