"""Write cameras as a catalogue file that reads back as the same cameras. There are no passwords in it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from hanoi_wall.catalogue.rows import COLUMNS, SECURITY
from hanoi_wall.domain.camera import Camera, StreamAddress, Transport


def to_csv(cameras: Sequence[Camera]) -> str:
    """CSV with a header row, CR LF at the ends of lines."""
    columns = [*COLUMNS, *_used_columns(cameras)]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({**_cells(camera), **dict(camera.extra)} for camera in cameras)
    return out.getvalue()


def to_json(cameras: Sequence[Camera]) -> str:
    """A list of objects, one line for each camera; what a camera does not have is left out."""
    lines = ",\n".join(json.dumps(_object(camera), ensure_ascii=False) for camera in cameras)
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def _used_columns(cameras: Iterable[Camera]) -> list[str]:
    """The columns beyond the contract's own that some camera needs, in order of appearance."""
    extra: dict[str, None] = {}
    security: set[str] = set()
    for camera in cameras:
        security.update(_security(camera))
        extra.update(dict.fromkeys(name for name, _ in camera.extra))
    return [*(column for column in SECURITY if column in security), *extra]


def _security(camera: Camera) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, address in (("main", camera.main), ("sub", camera.sub)):
        if address is not None and address.fingerprint:
            found[f"{kind}_fingerprint"] = address.fingerprint
        if address is not None and address.transport is not Transport.TCP:
            found["transport"] = address.transport.value
    return found


def _cells(camera: Camera) -> dict[str, str]:
    found = {name: str(value) for name, value in _object(camera).items() if name in COLUMNS}
    return found | {
        "ptz": "true" if camera.ptz else "false",
        "tags": ";".join(camera.tags),
        "lat": _number(camera.lat),
        "lon": _number(camera.lon),
        **_security(camera),
    }


def _object(camera: Camera) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": camera.id,
        "name": camera.name,
        "owner": camera.owner,
        "district": camera.district,
        "ward": camera.ward,
        "site": camera.site,
        "main_url": _url(camera.main),
        "sub_url": _url(camera.sub),
        "onvif_url": camera.onvif_url,
        "ptz": camera.ptz,
        "lat": camera.lat,
        "lon": camera.lon,
        "tags": list(camera.tags),
    }
    kept = {name: value for name, value in found.items() if value not in ("", None, [])}
    return {**kept, **_security(camera), **dict(camera.extra)}


def _url(address: StreamAddress | None) -> str:
    return "" if address is None else address.url


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)
