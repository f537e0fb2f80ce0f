"""What is wrong with one camera, and what to do: of the catalogue, or any address. For commands."""

from __future__ import annotations

import os
import stat
from urllib.parse import unquote, urlsplit

from hanoi_wall.catalogue.files import stream_key
from hanoi_wall.catalogue.rows import holds_secret
from hanoi_wall.domain.camera import (
    AddressError,
    Camera,
    Credentials,
    StreamAddress,
    StreamKind,
    parse_address,
)
from hanoi_wall.domain.faults import Cause
from hanoi_wall.operations.camera_report import CameraReport, Ill, StreamReport, step
from hanoi_wall.operations.cameras import find_camera, list_cameras
from hanoi_wall.operations.refusals import Missing, WrongUsage
from hanoi_wall.operations.stream_examination import Examination
from hanoi_wall.settings.file import read_settings
from hanoi_wall.settings.folders import Folders
from hanoi_wall.settings.kept import SecretsError, SecretStore
from hanoi_wall.settings.secrets import secrets_of


def examine_camera(folders: Folders, asked: str, *, seen: bool = True) -> CameraReport:
    """Examine a camera of the catalogue by its id, or any address. At most about 25 s for each stream.

    seen: `asked` stood on the command line, where others can read it. Raises WrongUsage
    for what is neither, Missing for an id that the catalogue does not have, and what reading settings and
    catalogue raises.
    """
    ca_file = read_settings(folders.settings_file).tls_ca_file or None
    if "://" in asked or asked.lower().startswith("clip:"):
        try:
            address, written = parse_address(asked)
        except AddressError as error:
            raise WrongUsage(str(error)) from None
        known, credentials, remarks = _known(folders, address)
        if written is not None and seen:
            remarks = [
                "a password on a command line can be seen by others on this PC; give an id, or - to read it"
            ]
        report = examine_stream(known, written or credentials, ca_file, "stream")
        report.remarks = [*remarks, *report.remarks]
        return CameraReport(address.url, (report,))
    if "@" in asked or holds_secret(asked):
        # Not repeated: it may be an address that lost its scheme, password and all.
        raise WrongUsage("that is neither an id of the catalogue nor an address such as rtsp://host/path")
    camera = find_camera(folders, asked)
    if camera is None:
        raise Missing(f"no camera {asked} in the catalogue (hanoi-wall cameras list)")
    return _examine(folders, camera, ca_file)


def _examine(folders: Folders, camera: Camera, ca_file: str | None) -> CameraReport:
    reports = []
    for kind in StreamKind:
        address = camera.stream(kind)
        if address is not None:
            credentials, remarks = _kept(folders, camera, kind)
            report = examine_stream(address, credentials, ca_file, kind.value)
            report.remarks = [*remarks, *report.remarks]
            reports.append(report)
    if not reports:
        raise Missing(f"camera {camera.id} has no stream address")
    return CameraReport(camera.id, tuple(reports))


def _known(folders: Folders, address: StreamAddress) -> tuple[StreamAddress, Credentials | None, list[str]]:
    """The same stream as the catalogue has it, with its password, if it has it."""
    for camera in list_cameras(folders):
        for kind in StreamKind:
            own = camera.stream(kind)
            if own is not None and stream_key(own) == stream_key(address):
                return own, *_kept(folders, camera, kind)
    return address, None, []


def _kept(folders: Folders, camera: Camera, kind: StreamKind) -> tuple[Credentials | None, list[str]]:
    try:
        store: SecretStore = secrets_of(folders, read_settings(folders.settings_file))
        return store.get(camera.id).get(kind.value), []
    except SecretsError as error:
        return None, [f"no password could be fetched: {error}"]


def examine_stream(
    address: StreamAddress, credentials: Credentials | None, ca_file: str | None, name: str
) -> StreamReport:
    """Talk to one stream as far as it goes; never raises for what the camera does."""
    report = StreamReport(name, address.url)
    try:
        if address.scheme == "clip":
            _examine_clip(address, report)
        else:
            Examination(address, credentials, ca_file, report).run()
    except Ill as ill:
        report.cause, report.next_step = ill.cause, ill.next_step
    return report


def _examine_clip(address: StreamAddress, report: StreamReport) -> None:
    parts = urlsplit(address.url)
    path = unquote(parts.netloc + parts.path)

    def look() -> str:
        try:
            status = os.stat(path)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "bad name"
            raise Ill(Cause.NOT_FOUND, f"the file cannot be read: {reason}", "look at the path") from None
        if not stat.S_ISREG(status.st_mode) or not os.access(path, os.R_OK):
            raise Ill(
                Cause.NOT_FOUND, "it is no file that this user may read", "look at the path and its rights"
            )
        return f"a file of {status.st_size} bytes"

    step(report, "file", look)
