"""What is exported reads back as the same cameras, and holds no password."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.catalogue.export import to_csv, to_json
from hanoi_wall.catalogue.files import read_bytes
from hanoi_wall.catalogue.rows import KNOWN
from hanoi_wall.domain.camera import Camera, StreamAddress, Transport

PIN = "0f" * 32
CAMERAS = (
    Camera(
        id="c1",
        name='Ngã tư "Sở", cổng 1',
        owner="Sở GTVT",
        main=StreamAddress("rtsps://10.0.0.1/1?a=b,c", fingerprint=PIN),
        sub=StreamAddress("rtsps://10.0.0.1/2"),
        ptz=True,
        lat=21.0031,
        lon=-0.5,
        tags=("giao thông", "24h"),
        extra=(("note", 'two\r\nlines, "quoted"'), ("số", "1")),
    ),
    Camera(id="=c2", name="-1", main=StreamAddress("rtsp://10.0.0.2/1", Transport.UDP)),
    Camera(
        id="c3",
        name=" x".strip(),
        main=StreamAddress("clip:///srv/đêm.mp4"),
        extra=(("vendor", " kept as is "),),
    ),
)


@pytest.mark.parametrize(("write", "name"), [(to_csv, "x.csv"), (to_json, "x.json")])
def test_an_export_reads_back_as_the_same_cameras(write: object, name: str) -> None:
    assert callable(write)
    file = read_bytes(write(CAMERAS).encode(), name)
    assert file.problems == () and file.cameras == CAMERAS
    assert write(file.cameras) == write(CAMERAS)
    assert read_bytes(write([]).encode(), name).cameras == ()


def test_the_csv_has_the_columns_of_the_contract_then_those_that_are_needed() -> None:
    contract = "id,name,owner,district,ward,site,main_url,sub_url,onvif_url,ptz,lat,lon,tags"
    assert to_csv(CAMERAS[:0]) == contract + "\r\n"
    assert to_csv(CAMERAS).split("\r\n")[0] == f"{contract},main_fingerprint,transport,note,số,vendor"


def test_the_json_has_one_object_on_each_line_with_true_types() -> None:
    lines = to_json(CAMERAS).splitlines()
    assert lines[0] == "[" and lines[-1] == "]" and len(lines) == 5
    first = json.loads(lines[1].rstrip(","))
    assert first["ptz"] is True and first["lat"] == 21.0031 and first["tags"] == ["giao thông", "24h"]
    assert "owner" not in json.loads(lines[2].rstrip(","))


CHARACTERS = st.characters(codec="utf-8")
CELL = st.text(CHARACTERS, max_size=10)
NAMES = st.text(CHARACTERS, min_size=1, max_size=6)
ROWS = st.fixed_dictionaries(
    {"name": NAMES, "main_url": st.integers(0, 9).map("rtsp://h/{}".format)},
    optional={
        "owner": CELL,
        "lat": st.floats(-90, 90),
        "lon": st.floats(-180, 180),
        "tags": st.lists(CELL, max_size=3),
        "ptz": st.booleans(),
    },
)


@given(st.dictionaries(NAMES, ROWS, max_size=4), st.dictionaries(NAMES, CELL, max_size=3))
def test_whatever_was_read_goes_round(rows: dict[str, dict[str, object]], extra: dict[str, str]) -> None:
    extra = {name: value for name, value in extra.items() if name.strip().lower() not in KNOWN}
    items = [{"id": name, **row, **extra} for name, row in rows.items()]
    cameras = read_bytes(json.dumps(items).encode(), "x.json").cameras
    assert read_bytes(to_csv(cameras).encode(), "x.csv").cameras == cameras
    assert read_bytes(to_json(cameras).encode(), "x.json").cameras == cameras
