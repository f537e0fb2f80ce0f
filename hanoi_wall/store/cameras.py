"""The cameras of a profile, in the order in which they fill a grid."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from hanoi_wall.domain.camera import Camera, StreamAddress, Transport
from hanoi_wall.store.database import Database, StoreError

_COLUMNS = (
    "id", "name", "owner", "district", "ward", "site",
    "main_url", "main_transport", "main_fingerprint", "sub_url", "sub_transport", "sub_fingerprint",
    "onvif_url", "ptz", "lat", "lon", "tags", "extra",
)  # fmt: skip
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM cameras"
_PUT = (
    f"INSERT INTO cameras (position, {', '.join(_COLUMNS)}) VALUES ({', '.join('?' * (1 + len(_COLUMNS)))})"
    f" ON CONFLICT (id) DO UPDATE SET position = excluded.position, "
    + ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS[1:])
)


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import did or would do to the catalogue: camera ids."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class CameraStore:
    """The cameras' table. Belongs to the thread that opened it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path, *, write: bool = True) -> CameraStore:
        """Open the profile's database (see Database.open); raises StoreError."""
        return cls(Database.open(path, write=write))

    def all(self) -> tuple[Camera, ...]:
        """Every camera, in order; raises StoreError."""
        with self._database.reading() as connection:
            return self._read(connection)

    def get(self, camera: str) -> Camera | None:
        """One camera, or None; raises StoreError."""
        with self._database.reading() as connection:
            row = connection.execute(f"{_SELECT} WHERE id = ?", (camera,)).fetchone()
        return None if row is None else self._camera(row)

    def put(self, cameras: Sequence[Camera], *, replace: bool = False) -> Changes:
        """Add or change these, keep the others (`replace`: remove them), all or nothing; raises StoreError.

        New cameras go behind the others; with `replace` the order is that of `cameras`.
        """
        with self.putting(cameras, replace=replace) as changes:
            return changes

    @contextmanager
    def putting(self, cameras: Sequence[Camera], *, replace: bool = False) -> Iterator[Changes]:
        """As `put`, but kept only when the `with` ends well: for what must be done together with it."""
        with self._database.writing() as connection:
            changes = changes_of(self._read(connection), cameras, replace=replace)
            rows = connection.execute("SELECT id, position FROM cameras")
            places = {identity: place for identity, place in rows}
            connection.executemany("DELETE FROM cameras WHERE id = ?", ((each,) for each in changes.removed))
            behind = 1 + max(places.values(), default=0)
            same = set(changes.unchanged)
            for number, camera in enumerate(cameras):
                place = number + 1 if replace else places.get(camera.id, behind + number)
                if camera.id not in same or place != places[camera.id]:
                    connection.execute(_PUT, (place, *_row(camera)))
            yield changes

    def close(self) -> None:
        """Close the database; idempotent."""
        self._database.close()

    def __enter__(self) -> CameraStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, connection: sqlite3.Connection) -> tuple[Camera, ...]:
        return tuple(self._camera(row) for row in connection.execute(f"{_SELECT} ORDER BY position, id"))

    def _camera(self, row: Sequence[object]) -> Camera:
        try:
            return _camera(row)
        except (ValueError, TypeError, KeyError):
            # Every row was right when it was written: somebody else has been at the file.
            raise StoreError(f"the database {self._database.path} holds a camera that is none") from None


def changes_of(before: Iterable[Camera], cameras: Sequence[Camera], *, replace: bool = False) -> Changes:
    """What putting `cameras` into a catalogue that holds `before` does. Pure."""
    known = {camera.id: camera for camera in before}
    given = {camera.id for camera in cameras}
    return Changes(
        added=tuple(camera.id for camera in cameras if camera.id not in known),
        changed=tuple(camera.id for camera in cameras if known.get(camera.id, camera) != camera),
        unchanged=tuple(camera.id for camera in cameras if known.get(camera.id) == camera),
        removed=tuple(identity for identity in known if identity not in given) if replace else (),
    )


def _row(camera: Camera) -> tuple[object, ...]:
    return (
        camera.id,
        camera.name,
        camera.owner,
        camera.district,
        camera.ward,
        camera.site,
        *_address_row(camera.main),
        *_address_row(camera.sub),
        camera.onvif_url,
        int(camera.ptz),
        camera.lat,
        camera.lon,
        json.dumps(camera.tags, ensure_ascii=False),
        json.dumps(camera.extra, ensure_ascii=False),
    )


def _address_row(address: StreamAddress | None) -> tuple[str | None, str | None, str | None]:
    return (None, None, None) if address is None else (address.url, address.transport, address.fingerprint)


def _camera(row: Sequence[object]) -> Camera:
    columns = dict(zip(_COLUMNS, row, strict=True))
    texts = {
        name: str(columns[name]) for name in ("id", "name", "owner", "district", "ward", "site", "onvif_url")
    }
    lat, lon = columns["lat"], columns["lon"]
    return Camera(
        **texts,
        main=_address(columns, "main"),
        sub=_address(columns, "sub"),
        ptz=columns["ptz"] == 1,
        lat=lat if isinstance(lat, float) else None,
        lon=lon if isinstance(lon, float) else None,
        tags=tuple(str(tag) for tag in json.loads(str(columns["tags"]))),
        extra=tuple((str(name), str(value)) for name, value in json.loads(str(columns["extra"]))),
    )


def _address(columns: dict[str, object], kind: str) -> StreamAddress | None:
    url, pin = columns[f"{kind}_url"], columns[f"{kind}_fingerprint"]
    if url is None:
        return None
    transport = Transport(str(columns[f"{kind}_transport"]))
    return StreamAddress(str(url), transport, None if pin is None else str(pin))
