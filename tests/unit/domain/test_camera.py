"""A stream address and its secret are parted, and no text that may be shown keeps the secret."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hanoi_wall.domain.camera import (
    LONGEST,
    AddressError,
    Credentials,
    StreamAddress,
    Transport,
    parse_address,
    redact,
    tells_streams_apart,
)

CANARY = "Tr0ngĐêm"


@pytest.mark.parametrize(
    ("text", "url", "credentials"),
    [
        ("rtsp://10.0.0.1/s1", "rtsp://10.0.0.1/s1", None),
        (" RTSP://Cam.Example:8554/a?b=c ", "rtsp://Cam.Example:8554/a?b=c", None),
        ("rtsp://op:pw@10.0.0.1/s1", "rtsp://10.0.0.1/s1", Credentials("op", "pw")),
        ("rtsps://op:p%40s%2Fs@h:322/", "rtsps://h:322/", Credentials("op", "p@s/s")),
        ("rtsp://op:p@s@h/", "rtsp://h/", Credentials("op", "p@s")),
        ("rtsp://op@h/", "rtsp://h/", Credentials("op", "")),
        ("rtsp://op:pw@[fe80::1]:554/x", "rtsp://[fe80::1]:554/x", Credentials("op", "pw")),
        (
            "rtsp://h/user=op_password=pw_channel=1_stream=0.sdp",
            "rtsp://h/user=op_password={password}_channel=1_stream=0.sdp",
            Credentials("op", "pw"),
        ),
        ("rtsp://h/live?pwd=p%40w!&x=1", "rtsp://h/live?pwd={password}&x=1", Credentials("admin", "p%40w!")),
        ("rtsp://op:pw@h/live?password=pw", "rtsp://h/live?password={password}", Credentials("op", "pw")),
        ("rtsp://h/user=op&password=&channel=1", "rtsp://h/user=op&password=&channel=1", None),
        (
            "rtsp://h/videoMain?loginuse=op&loginpas=pw",
            "rtsp://h/videoMain?loginuse=op&loginpas={password}",
            Credentials("op", "pw"),
        ),
        ("rtsp://op@h/x?access_token=aB3", "rtsp://h/x?access_token={password}", Credentials("op", "aB3")),
        ("rtsp://op:pw@h/x?auth=digest&key=1", "rtsp://h/x?auth=digest&key=1", Credentials("op", "pw")),
        ("rtsp://op:pw@h/x?token=Profile_1", "rtsp://h/x?token=Profile_1", Credentials("op", "pw")),
        ("clip:///srv/a@b.mp4", "clip:///srv/a@b.mp4", None),
        ("clip:street.mp4", "clip://street.mp4", None),
    ],
)
def test_an_address_is_parted_from_its_credentials(
    text: str, url: str, credentials: Credentials | None
) -> None:
    assert parse_address(text) == (StreamAddress(url, Transport.TCP), credentials)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "expected rtsp://host/path"),
        ("http://h/x", "'http' is not one of rtsp, rtsps, clip"),
        ("rtsp:///x", "names no host"),
        ("rtsp://h:0/x", "port 0"),
        ("rtsp://h:99999/x", "bad host or port"),
        ("rtsp://[::1/x", "bad host or port"),
        ("rtsp://h/a b", "blank"),
        (f"rtsp://op:{CANARY * 400}@h/", "3213 characters long; at most 2048"),
        ("clip://", "names no file"),
        ("clip:///a.mp4?x=1", "%3F"),
        (f"rtsp://op:{CANARY}/x@h/", "bad host or port"),
        (f"rtsp://op:12/{CANARY}@h/", "%2F"),
        (f"rtsp://op:12#{CANARY}@h/", "%2F"),
        (f"clip://op:{CANARY}@h/a.mp4", "user or port"),
        (f"rtsp://op:x@h/?password={CANARY}", "two different passwords"),
        (f"rtsp://h/pwd={CANARY}?pwd=2", "two different passwords"),
        (f"op:{CANARY}@h/x", "is not one of"),
        (f"rtsp://op:x@h/?token={CANARY}", "two different passwords, and only one can be kept"),
    ],
)
def test_a_bad_address_is_refused_without_repeating_its_password(text: str, expected: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_address(text)
    assert expected in str(caught.value)
    assert CANARY not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


@given(
    st.text(max_size=12),
    st.text(max_size=12),
    st.sampled_from(["rtsp://", "rtsps://", "clip://", "rtsp:/", "//", ""]),
)
@example("", "", "rtsp://")
@example("/", "?", "rtsp://")
def test_whatever_surrounds_it_a_password_never_stays_in_the_address(
    before: str, after: str, scheme: str
) -> None:
    text = f"{scheme}op:{before}{CANARY}{after}@camera.example/stream"
    try:
        address, _ = parse_address(text)
    except AddressError as error:
        assert CANARY not in str(error)
    else:
        assert CANARY not in address.url


@given(st.text(max_size=12), st.text(max_size=12))
def test_what_was_parted_comes_together_again(user: str, password: str) -> None:
    address = StreamAddress("rtsp://camera.example:554/stream?x=1")
    again, credentials = parse_address(address.with_credentials(Credentials(user, password)))
    assert (again, credentials) == (address, Credentials(user, password))


def test_letters_with_marks_take_no_more_room_than_they_must() -> None:
    """libav keeps 127 octets of user and password, and a letter of three would be nine."""
    url = StreamAddress("rtsp://h/x").with_credentials(Credentials("trực-ban", "Mật khẩu: ừ℀"))
    assert url == "rtsp://trực%2Dban:Mật%20khẩu%3A%20ừ%E2%84%80@h/x".replace("%2D", "-")
    assert parse_address(url)[1] == Credentials("trực-ban", "Mật khẩu: ừ℀")


def test_a_password_written_into_the_path_goes_back_as_its_owner_wrote_it() -> None:
    text = "rtsp://h/user=op&password=p%40!w&channel=1"
    address, credentials = parse_address(text)
    assert address.with_credentials(credentials) == "rtsp://op:p%2540%21w@h/user=op&password=p%40!w&channel=1"


@given(st.text(max_size=6), st.text(max_size=6), st.sampled_from(["/", "/?", "/x?user=op&", "/user=op_"]))
def test_a_password_in_path_or_query_does_not_stay_there(before: str, after: str, path: str) -> None:
    text = f"rtsp://h{path}password={before}{CANARY}{after}"
    try:
        address, _ = parse_address(text)
    except AddressError as error:
        assert CANARY not in str(error)
    else:
        assert CANARY not in address.url or set("/?&;#") & set(before)


@pytest.mark.parametrize(
    "name",
    "password passwd pass pwd pw psw passphrase loginpas userpwd user-pass pwd1 PASSWORD "
    "token key auth authbasic api_key apikey secret-key signature".split(),
)
def test_whatever_the_password_is_called_it_does_not_stay_in_the_address(name: str) -> None:
    for text in (f"rtsp://h/x?a=1&{name}={CANARY}&b=2", f"rtsp://h/user=op_{name}={CANARY}_channel=1"):
        address, credentials = parse_address(text)
        assert CANARY not in address.url and f"{name}={{password}}" in address.url
        assert credentials is not None and credentials.password == CANARY
        assert CANARY not in redact(text)


def test_a_token_may_tell_one_stream_from_another_and_a_password_does_not() -> None:
    for text, apart in (
        ("token=aB3cD", True),
        ("stream_key=aB3cD", True),
        ("pwd=aB3cD", False),
        ("key=1", False),
    ):
        assert tells_streams_apart(parse_address(f"rtsp://h/x?{text}")[0].url) is apart


def test_redaction_leaves_nothing_between_the_scheme_and_the_host() -> None:
    text = f"open rtsp://op:{CANARY}@h/x and 'rtsps://op:a/{CANARY}@k/y' failed; mail to a@b"
    assert redact(text) == "open rtsp://***@h/x and 'rtsps://***@k/y' failed; mail to a@b"
    assert redact(f'rtsp://op:a"{CANARY}@h') == "rtsp://***@h"
    assert redact("rtsp://h/x") == "rtsp://h/x"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (
            "'rtsp://h/user=op&password=X&channel=1' failed",
            "'rtsp://h/user=op&password=***&channel=1' failed",
        ),
        ("rtsp://h/user=op_password=X_channel=1", "rtsp://h/user=op_password=***_channel=1"),
        ("rtsp://h/live?PWD=X/Y;Z and more", "rtsp://h/live?PWD=*** and more"),
        ("rtsp://op:X@h/?pass=X", "rtsp://***@h/?pass=***"),
        ('{"url": "rtsp://h/?passwd=X", "b": 1}', '{"url": "rtsp://h/?passwd=***", "b": 1}'),
        ("?to=rtsp%3A%2F%2Fop%3AX%40h%2F&b=1", "?to=rtsp%3A%2F%2F***%40h%2F&b=1"),
        (
            "?to=rtsp%3a%2f%2fh%2f%3fpassword%3dX%26c%3d1&b=1",
            "?to=rtsp%3a%2f%2fh%2f%3fpassword%3d***%26c%3d1&b=1",
        ),
        ("rtsp://h/op_password={password}&channel=1", "rtsp://h/op_password={password}&channel=1"),
        ("'rtsp://h/?password={password}'", "'rtsp://h/?password={password}'"),
        ("rtsp://h/?password={password}X", "rtsp://h/?password=***"),
        ("rtsp://h/?password=&channel=1", "rtsp://h/?password=&channel=1"),
        ("rtsp://h/passwords?compass=north", "rtsp://h/passwords?compass=north"),
    ],
)
def test_redaction_finds_a_password_in_path_and_query(text: str, redacted: str) -> None:
    assert redact(text) == redacted
    assert redact(redacted) == redacted


@given(
    st.text(max_size=6),
    st.text(max_size=6),
    st.sampled_from(
        ["/?a=1&password={password}", "/user=op&pwd={password}&channel=1", "/op_pass={password}"]
    ),
)
@example("&a=", "", "/?password={password}")
@example(";b=", "'", "/?password={password}")
@example("it's", ")'", "/?password={password}&c=1")
def test_whatever_the_password_is_redaction_leaves_nothing_of_it(before: str, after: str, path: str) -> None:
    secret = f"{before}Canary{after}"
    url = StreamAddress(f"rtsp://h{path}").with_credentials(Credentials("op", secret))
    assert "Canary" in url
    for text in (
        f"open {url} failed",
        f"at {url!r}: gone",
        f"{{'at': '{url}', 'b': 1}}",
        quote(url, safe=""),
    ):
        assert "Canary" not in redact(text)


def test_the_longest_address_is_taken() -> None:
    text = "rtsp://h/" + "x" * (LONGEST - len("rtsp://h/"))
    assert parse_address(text) == (StreamAddress(text), None)


def test_a_password_is_in_no_representation() -> None:
    assert CANARY not in repr(Credentials("op", CANARY))
