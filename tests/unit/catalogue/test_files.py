"""Of whatever stands in a catalogue file: the cameras that are right, and what is wrong, at its line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hanoi_wall.catalogue.files import MOST_BYTES, MOST_LINES, MOST_ROWS, CatalogueFile, read_bytes, read_file
from hanoi_wall.catalogue.problems import MOST_PROBLEMS, CatalogueError
from hanoi_wall.domain.camera import Camera, Credentials, StreamAddress, Transport

CANARY = "Tr0ngĐêm"
PIN = "ab" * 32


def csv(text: str) -> CatalogueFile:
    return read_bytes(text.encode(), "cameras.csv")


def js(value: object) -> CatalogueFile:
    return read_bytes(json.dumps(value).encode(), "cameras.json")


def problems(file: CatalogueFile) -> list[str]:
    return [str(problem) for problem in file.problems]


def refusal(data: bytes, name: str = "cameras.csv") -> str:
    with pytest.raises(CatalogueError) as caught:
        read_bytes(data, name)
    return str(caught.value)


FULL = """id,name,owner,district,ward,site,main_url,sub_url,onvif_url,ptz,lat,lon,tags,vendor
c1,Ngã tư Sở,Sở GTVT,Đống Đa,Ngã Tư Sở,N1,rtsp://op:p%40w@10.0.0.1/1,rtsp://op:p2@10.0.0.1/2,\
http://adm:o@10.0.0.1/onvif/device_service,true,21.0031,105.8205,giao thông;24h,Đại Nam
"""


def test_every_column_arrives_and_passwords_go_beside_the_camera() -> None:
    file = csv(FULL)
    assert file.cameras == (
        Camera(
            id="c1",
            name="Ngã tư Sở",
            owner="Sở GTVT",
            district="Đống Đa",
            ward="Ngã Tư Sở",
            site="N1",
            main=StreamAddress("rtsp://10.0.0.1/1"),
            sub=StreamAddress("rtsp://10.0.0.1/2"),
            onvif_url="http://10.0.0.1/onvif/device_service",
            ptz=True,
            lat=21.0031,
            lon=105.8205,
            tags=("giao thông", "24h"),
            extra=(("vendor", "Đại Nam"),),
        ),
    )
    assert file.credentials == {
        "c1": {
            "main": Credentials("op", "p@w"),
            "sub": Credentials("op", "p2"),
            "onvif": Credentials("adm", "o"),
        }
    }
    assert file.problems == () and file.lines == {"c1": 2}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_byte_order_mark_and_any_line_ends_make_no_difference(mark: bytes, end: str) -> None:
    text = FULL.replace("\n", end).replace("name,", '"name",', 1)
    assert read_bytes(mark + text.encode(), "x.csv").cameras == csv(FULL).cameras


def test_the_same_cameras_come_out_of_json() -> None:
    full = {
        "id": "c1",
        "name": "Ngã tư Sở",
        "owner": "Sở GTVT",
        "district": "Đống Đa",
        "ward": "Ngã Tư Sở",
        "site": "N1",
        "main_url": "rtsp://op:p%40w@10.0.0.1/1",
        "sub_url": "rtsp://op:p2@10.0.0.1/2",
        "onvif_url": "http://adm:o@10.0.0.1/onvif/device_service",
        "ptz": True,
        "lat": 21.0031,
        "lon": 105.8205,
        "tags": ["giao thông", "24h"],
        "vendor": "Đại Nam",
    }
    assert js([full]).cameras == csv(FULL).cameras
    assert (
        js([full | {"ptz": "true", "tags": "giao thông;24h", "lat": "21.0031"}]).cameras == csv(FULL).cameras
    )
    assert js([full]).credentials == csv(FULL).credentials
    assert read_bytes(json.dumps([full]).encode(), "no-suffix").cameras == csv(FULL).cameras


def test_both_spellings_of_a_vietnamese_letter_are_one() -> None:
    composed, decomposed = "Ngã", "Nga\u0303"
    file = csv(f"id,name,main_url\n{composed},{decomposed},rtsp://a/1\n{decomposed},x,rtsp://a/2\n")
    assert problems(file) == ["line 3: id: is the id of line 2 already"]
    assert file.cameras[0].name == composed


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (",Gate,rtsp://h/1", ["line 2: id: is empty; every camera needs one"]),
        ("a,,rtsp://h/1", ["line 2: name: is empty; every camera needs one"]),
        ("a,Gate", ["line 2: main_url: is empty; every camera needs one"]),
        ("a,Gate,http://h/1", ["line 2: main_url: scheme 'http' is not one of rtsp, rtsps, clip"]),
        ("a,Gate,rtsp://h:x/1", ["line 2: main_url: address is not a URL: bad host or port"]),
        ("a,Gate,rtsp://h/1,rtsp:///1", ["line 2: sub_url: address names no host"]),
        ("a,Gate,rtsp://h/1,,yes", ["line 2: ptz: is neither true nor false"]),
        ("a,Gate,rtsp://h/1,,,91", ["line 2: lat: is not between -90 and 90"]),
        ('a,Gate,rtsp://h/1,,,"21,03"', ["line 2: lat: is not a number such as 21.0285"]),
        ("a,Gate,rtsp://h/1,,,nan", ["line 2: lat: is not a number such as 21.0285"]),
        ("a,Gate,rtsp://h/1,,,1_0", ["line 2: lat: is not a number such as 21.0285"]),
        ("a,Gate,rtsp://h/1,,,٣", ["line 2: lat: is not a number such as 21.0285"]),
        ("a,Gate,rtsp://h/1,,,,-180.5", ["line 2: lon: is not between -180 and 180"]),
        (f"a,{'n' * 201},rtsp://h/1", ["line 2: name: has 201 characters; at most 200"]),
        (f"a,Gate,rtsp://h/{'n' * 2000}", ["line 2: main_url: has 2009 characters; at most 2000"]),
        ("a,G\x1b[2Jate,rtsp://h/1", ["line 2: name: holds a control or invisible character (U+001B)"]),
        ("a,Gate\u202e,rtsp://h/1", ["line 2: name: holds a control or invisible character (U+202E)"]),
        ("a\u200b,Gate,rtsp://h/1", ["line 2: id: holds a control or invisible character (U+200B)"]),
        ("a\u00a0b,Gate,rtsp://h/1", ["line 2: id: holds a control or invisible character (U+00A0)"]),
        ("a,\u200f \u200b,rtsp://h/1", ["line 2: name: is empty; every camera needs one"]),
        ("a,Gate,rtsp://h\u200b/1", ["line 2: main_url: holds a control or invisible character (U+200B)"]),
        ('a,"Ga\nte",rtsp://h/1', ["line 2: name: holds a control or invisible character (U+000A)"]),
        ("a,G,rtsp://h/1,,,,,,,x", ["line 2: has 10 columns, the header 9; quote cells that hold a comma"]),
        (
            f"a,Gate,rtsp://h/1,,,,,rtsp://op:{CANARY}@h/",
            ["line 2: tags: holds a password; it belongs into main_url, sub_url or a column password"],
        ),
        (
            f"a,Gate,rtsp://h/1,,,,,,see rtsp://op:{CANARY}@h/",
            ["line 2: an unknown column holds a password, which may not be kept there"],
        ),
        (",,", []),
        ("", []),
        (
            "a,,http://h/1,,maybe",
            [
                "line 2: main_url: scheme 'http' is not one of rtsp, rtsps, clip",
                "line 2: name: is empty; every camera needs one",
                "line 2: ptz: is neither true nor false",
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_row_is_said_at_its_line(row: str, expected: list[str]) -> None:
    file = csv(f"id,name,main_url,sub_url,ptz,lat,lon,tags,notes\n{row}\nz,Last,rtsp://z/1\n")
    assert problems(file) == expected
    assert [camera.id for camera in file.cameras] == ["z"]
    assert file.skipped == bool(expected)


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = 'id,name,main_url,notes\n\na,A,rtsp://h/1,"two\nlines"\n\n\nb,,rtsp://h/2\n'
    assert problems(csv(text)) == ["line 7: name: is empty; every camera needs one"]
    assert csv(text).cameras[0].extra == (("notes", "two\nlines"),)
    pretty = json.dumps([{"id": "a", "name": "A", "main_url": "rtsp://h/1"}, {"id": "b"}], indent=1)
    file = read_bytes(pretty.encode(), "x.json")
    assert problems(file)[0] == "line 7: name: is empty; every camera needs one"


def test_two_rows_with_the_same_id_or_stream_are_found_however_they_are_written() -> None:
    file = csv(
        "id,name,main_url,sub_url\n"
        "a,A,rtsp://op:x@Cam-1:554/s,rtsp://cam-1/s\n"
        "a,B,rtsp://h/2,\n"
        "c,C,rtsp://h/3,rtsp://cam-1/s\n"
        "d,D,RTSP://other:y@CAM-1/s,\n"
        "e,E,rtsps://cam-1/s,\n"
        "f,F,rtsp://cam-1/S,\n"
        "g,G,clip:///a.mp4,\n"
        "h,H,clip:/a.mp4,\n"
    )
    assert problems(file) == [
        "line 3: id: is the id of line 2 already",
        "line 4: sub_url: is a stream address of line 2 already",
        "line 5: main_url: is a stream address of line 2 already",
        "line 9: main_url: is a stream address of line 8 already",
    ]
    assert [camera.id for camera in file.cameras] == ["a", "e", "f", "g"]
    with pytest.raises(CatalogueError, match=r"^cameras\.csv: line 3: id: .* \(and 3 more\)$"):
        file.demand_all()


def test_a_row_that_is_left_out_takes_nothing_from_the_right_ones_behind_it() -> None:
    file = csv(
        "id,name,main_url,sub_url\n"
        "a,A,rtsp://h/1,\n"
        "a,B,rtsp://h/2,rtsp://h/3\n"
        "c,C,rtsp://h/2,\n"
        "d,D,rtsp://h/1,rtsp://h/4\n"
        "d,E,rtsp://h/4,\n"
    )
    assert problems(file) == [
        "line 3: id: is the id of line 2 already",
        "line 5: main_url: is a stream address of line 2 already",
    ]
    assert [(camera.id, camera.name) for camera in file.cameras] == [("a", "A"), ("c", "C"), ("d", "E")]
    assert file.lines == {"a": 2, "c": 4, "d": 6}


def test_a_gateways_streams_are_told_apart_by_their_tokens() -> None:
    header = "id,name,main_url\n"
    assert len(csv(header + "a,A,rtsp://gw/live?token=aBc1\nb,B,rtsp://gw/live?token=aBc2\n").cameras) == 2
    for rows in (
        "a,A,rtsp://gw/live?token=aBc1\nb,B,rtsp://gw/live?token=aBc1\n",
        "a,A,rtsp://gw/live?pwd=aBc1\nb,B,rtsp://gw/live?pwd=aBc2\n",
    ):
        assert problems(csv(header + rows)) == ["line 3: main_url: is a stream address of line 2 already"]


def test_what_takes_no_room_in_a_name_is_left_out_of_it() -> None:
    file = csv("id,name,main_url,site,tags\na,\u200fNgã\u200b tư\u00ad,rtsp://h/1,\ufeffN1,x;\u200bx\n")
    assert (file.cameras[0].name, file.cameras[0].site, file.cameras[0].tags) == ("Ngã tư", "N1", ("x",))


def test_two_objects_on_one_line_are_two_rows() -> None:
    one = {"id": "a", "name": "A", "main_url": "rtsp://h/1"}
    assert problems(js([one, one | {"id": "b"}, one | {"main_url": "rtsp://h/2"}])) == [
        "line 1: main_url: is a stream address of line 1 already",
        "line 1: id: is the id of line 1 already",
    ]
    assert problems(js([one | {"sub_url": "rtsp://h/1"}])) == []


def test_security_columns_become_part_of_the_address() -> None:
    colons = ":".join([PIN[:2]] * 32).upper()
    text = f"id,name,main_url,sub_url,main_fingerprint,transport\na,A,rtsps://h/1,,{colons},\nb,B,rtsp://h/2,,,UDP\n"
    first, second = csv(text).cameras
    assert first.main == StreamAddress("rtsps://h/1", fingerprint=PIN)
    assert second.main == StreamAddress("rtsp://h/2", Transport.UDP)
    header = "id,name,main_url,sub_url,main_fingerprint,sub_fingerprint,transport\n"
    for row, expected in {
        "a,A,rtsps://h/1,,abc,,": "main_fingerprint: is not a SHA-256 fingerprint",
        f"a,A,rtsp://h/1,,{PIN},,": "main_fingerprint: pins a certificate, but only rtsps",
        f"a,A,rtsp://h/1,,,{PIN},": "sub_fingerprint: is given, but sub_url is empty",
        "a,A,rtsp://h/1,,,,quic": "transport: is neither tcp nor udp",
        "a,A,rtsps://h/1,,,,udp": "transport: rtsps cameras send over tcp alone",
    }.items():
        assert problems(csv(header + row))[0].startswith(f"line 2: {expected}")


def test_columns_user_and_password_are_credentials_and_are_not_kept() -> None:
    text = f"id,name,main_url,sub_url,user,password\na,A,rtsp://h/1,rtsp://own:x@h/2,op,{CANARY}\nb,B,rtsp://h/3,,,\n"
    file = csv(text)
    assert file.credentials == {"a": {"main": Credentials("op", CANARY), "sub": Credentials("own", "x")}}
    assert all(camera.extra == () for camera in file.cameras)
    assert problems(csv("id,name,main_url,password\na,A,rtsp://h/1,x\n")) == [
        "line 2: user: is empty, but there is a password"
    ]


@pytest.mark.parametrize("column", ["Mật khẩu", "PASSWD", "cam_password", "pwd", "Mot de passe", "api-key"])
def test_a_column_that_seems_to_hold_passwords_is_not_kept_by_accident(column: str) -> None:
    assert "column 4 seems to hold passwords" in refusal(
        f"id,name,main_url,{column}\na,A,rtsp://h,x".encode()
    )
    assert (
        "seems to hold passwords"
        in problems(js([{"id": "a", "name": "A", "main_url": "rtsp://h", column: 1}]))[0]
    )


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "is empty; expected a header row with id, name, main_url"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b",,\n,,\n", "names no column id, name, main_url"),
        (b"id,name\na,A\n", "line 1: the header row names no column main_url"),
        (b"a,Gate,rtsp://h/1\n", "line 1: the header row names no column id, name, main_url"),
        (b"id;name;main_url\n", "columns must be separated by commas"),
        (b"id,name,main_url,ID\n", "line 1: columns 1 and 4 have the same name"),
        (b"id,name,main_url,x,x\n", "line 1: columns 4 and 5 have the same name"),
        (b"id,name,main_url,x\x07\n", "line 1: column 4 has a control or invisible character"),
        (b"id,name,main_url," + b"x" * 101, "line 1: column 4 has a name of 101 characters"),
        (b"id,name,main_url" + b",x" * 400, "line 1: has 403 columns; at most"),
        (
            b"id,name,main_url\na,\xe9,rtsp://h\n",
            "line 2: byte 20 (0xE9) is not UTF-8; save the file as UTF-8",
        ),
        (b"\xef\xbb\xbfid,name,main_url\r\na,\xe9", "line 2: byte 24 (0xE9) is not UTF-8"),
        ("id,name,main_url".encode("utf-16"), "is UTF-16; save it as UTF-8"),
        (b"id,name,main_url\na,A\0,rtsp://h\n", "line 2: holds a NUL character"),
        (b'id,name,main_url\n\na,"A"b,rtsp://h\n', "line 3: quoting is wrong"),
        (b'id,name,main_url\na,"A,rtsp://h\nb,B,rtsp://k\n', "line 2: quoting is wrong"),
        (
            b"id,name,main_url\na,A,rtsp://h/" + b"x" * 200_000,
            "line 2: a cell is longer than 131072 characters",
        ),
        (b"id,name,main_url,\na,A,rtsp://h,x\n", "line 2: has a cell in a column without a name"),
        (b"id,name,main_url\n" + b"x\n" * (MOST_ROWS + 1), f"has more than {MOST_ROWS} rows; split it"),
        (b"id,name,main_url\n" + b"\n" * MOST_LINES, f"has more than {MOST_LINES} lines; split it"),
        (b"x" * (MOST_BYTES + 1), "is larger than 32 MiB; split it"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_whole(data: bytes, expected: str) -> None:
    try:
        file = read_bytes(data, "cameras.csv")
        file.demand_all()
    except CatalogueError as error:
        assert str(error).startswith("cameras.csv: ") and expected in str(error)
    else:
        pytest.fail("was read")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", "line 1: is not a list"),
        ('\n\n"x"', "line 3: is not a list"),
        ("[", "line 1: is not JSON: Expecting value"),
        ("[\n{]", "line 2: is not JSON: Expecting property name"),
        ("[{}\n{}]", "line 2: is not JSON: expected , or ]"),
        ("[{},\n]", "line 2: is not JSON: a comma with nothing behind it"),
        ("[]\n[]", "line 2: goes on behind the end"),
        ("[\nNaN]", "line 2: is not JSON: a number too long, NaN, or nested too deep"),
        ("[" * 100_000, "is not JSON: a number too long, NaN, or nested too deep"),
        ("[1" + "0" * 5000 + "]", "is not JSON: a number too long"),
    ],
)
def test_broken_json_is_refused_whole(text: str, expected: str) -> None:
    assert expected in refusal(text.encode(), "cameras.json")


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (3, "line 1: is a number; expected an object with id, name, main_url"),
        (None, "line 1: is nothing; expected an object"),
        ({"id": 7}, "line 1: id: is a number; expected text"),
        ({"name": ["x"]}, "line 1: name: is a list; expected text"),
        ({"ptz": 1}, "line 1: ptz: is a number; expected true or false"),
        ({"lat": True}, "line 1: lat: is true or false; expected a number"),
        ({"lat": 1e300}, "line 1: lat: is not a number such as 21.0285"),
        ({"tags": [1]}, "line 1: tags: is a list; expected a list of texts"),
        ({"tags": ["a;b"]}, "line 1: tags: holds a ; inside a tag"),
        ({"": "x"}, "line 1: an unknown key has no name"),
        ({"x ": "1", "x": "2"}, "line 1: an object has the same key twice"),
        ({"name": "\ud800"}, "line 1: name: holds a control or invisible character"),
        ({"note": "\ud800"}, "line 1: an unknown column holds a control or invisible character"),
        ({"note": "x" * 4001}, "line 1: an unknown column has 4001 characters; at most 4000"),
        ({str(n): "x" for n in range(201)}, "line 1: has 201 unknown keys; at most 200"),
    ],
)
def test_wrong_types_in_json_are_problems_of_their_row(item: object, expected: str) -> None:
    if isinstance(item, dict):
        item = {"id": "a", "name": "A", "main_url": "rtsp://h/1"} | item
    assert problems(js([item]))[0].startswith(expected)


def test_a_key_twice_in_one_object_is_a_problem() -> None:
    file = read_bytes(b'[{"id": "a", "name": "A", "main_url": "rtsp://h", "id": "b"}]', "x.json")
    assert problems(file) == ["line 1: an object has the same key twice"]


def test_unknown_values_of_any_kind_are_kept_as_text() -> None:
    (camera,) = js(
        [{"id": "a", "name": "A", "main_url": "rtsp://h", "n": 3, "l": [1, "é"], "e": None}]
    ).cameras
    assert camera.extra == (("l", '[1, "é"]'), ("n", "3"))
    nested: object = "x"
    for _ in range(600):
        nested = [nested]
    file = js([{"id": "a", "name": "A", "main_url": "rtsp://h", "deep": nested}])
    assert len(file.cameras) + len(file.problems) == 1


def test_of_a_file_full_of_mistakes_the_first_thousand_are_kept_and_all_are_counted() -> None:
    file = csv("id,name,main_url\n" + "a,,\n" * 1500)
    assert (len(file.problems), file.total, file.skipped) == (MOST_PROBLEMS, 3000, 1500)


def test_what_is_not_a_readable_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    long = tmp_path / ("x" * 300)
    for path, expected in {
        tmp_path: "is a directory; expected a CSV or JSON file",
        pipe: "is a device or pipe",
        Path("/dev/zero"): "is a device or pipe",
        tmp_path / "none.csv": "cannot be read: No such file or directory",
        long: "cannot be read: File name too long",
        Path("a\0b"): "the name holds a NUL character",
    }.items():
        with pytest.raises(CatalogueError, match=expected):
            read_file(path)
    (tmp_path / "good.csv").write_text(FULL)
    assert read_file(tmp_path / "good.csv").cameras == csv(FULL).cameras


# ------------------------------------------------------------------------------------- whatever comes in


def everything_shown(data: bytes, name: str) -> str:
    """All that a program could print of a file."""
    try:
        file = read_bytes(data, name)
    except CatalogueError as error:
        return f"{error!r} {error} {error.problems}"
    return f"{file!r} {problems(file)}"


@given(st.binary(max_size=400), st.sampled_from(["x.csv", "x.json"]))
@example(b'id,name,main_url\n"', "x.csv")
@example(b"[", "x.json")
def test_no_bytes_raise_anything_but_the_rooms_own_error(data: bytes, name: str) -> None:
    everything_shown(data, name)
    everything_shown(b"id,name,main_url,tags,x\n" + data, name)
    everything_shown(b'[{"id": "' + data + b'"}]', name)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.lists(st.dictionaries(st.sampled_from(["id", "name", "main_url", "tags", "lat", "x"]), JSON_VALUES))
)
def test_no_json_raises_anything_but_the_rooms_own_error(items: list[dict[str, object]]) -> None:
    everything_shown(json.dumps(items).encode(), "x.json")


CELL = st.text(st.characters(codec="utf-8"), max_size=8)


@given(
    CELL,
    CELL,
    st.sampled_from(["rtsp://", "rtsps://", "http://", "clip://", "rtsp:/", "", "//"]),
    st.booleans(),
)
@example('"', "", "rtsp://", False)
@example("\n", "", "rtsp://", False)
def test_a_password_in_an_address_is_never_shown_again(
    before: str, after: str, scheme: str, raw: bool
) -> None:
    url = f"{scheme}op:{before}{CANARY}{after}@camera.example/s"
    cell = url if raw else '"' + url.replace('"', '""') + '"'
    for column in ("main_url", "sub_url", "onvif_url"):
        header = f"id,name,main_url,{column}" if column != "main_url" else "id,name,main_url"
        row = f"a,A,{cell}" if column == "main_url" else f"a,A,rtsp://h/1,{cell}"
        assert CANARY not in everything_shown(f"{header}\n{row}\n".encode(), "x.csv")
        item = {"id": "a", "name": "A", "main_url": "rtsp://h/1"} | {column: url}
        assert CANARY not in everything_shown(json.dumps([item]).encode(), "x.json")
