"""The catalogue's verbs: import, list, export. For commands: each opens what it needs and closes it again."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hanoi_wall.catalogue.export import to_csv, to_json
from hanoi_wall.catalogue.files import CatalogueFile, read_file, stream_key
from hanoi_wall.catalogue.problems import CatalogueError, Problem
from hanoi_wall.domain.camera import Camera, Credentials
from hanoi_wall.operations.refusals import Missing
from hanoi_wall.settings.file import change_settings, read_settings
from hanoi_wall.settings.folders import Folders
from hanoi_wall.settings.kept import SecretStore, SecretStoreMissing
from hanoi_wall.settings.profile import ProfileLock
from hanoi_wall.settings.secrets import secrets_of
from hanoi_wall.settings.writing import write_whole
from hanoi_wall.store.cameras import CameraStore, Changes, changes_of


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """`cameras import`. replace: cameras that are not in the file are removed."""

    file: Path
    dry_run: bool = False
    skip_bad: bool = False
    without_credentials: bool = False
    credentials_file: Path | None = None
    replace: bool = False


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or (dry_run) would do.

    problems: of the rows that were left out, the first of `total`; skipped: how many rows those are;
    with_passwords: cameras whose addresses held credentials; stored: how many credentials were new or other;
    where: where they are kept now, "" when nowhere.
    """

    file: str
    dry_run: bool
    changes: Changes
    problems: tuple[Problem, ...]
    total: int
    skipped: int
    with_passwords: int
    stored: int
    where: str

    def plain(self) -> dict[str, Any]:
        """For a script."""
        return {
            "file": self.file,
            "dry_run": self.dry_run,
            "added": len(self.changes.added),
            "changed": len(self.changes.changed),
            "unchanged": len(self.changes.unchanged),
            "removed": len(self.changes.removed),
            "skipped": self.skipped,
            "problems": [
                {"line": each.line, "column": each.column, "text": each.text} for each in self.problems
            ],
            "cameras_with_passwords": self.with_passwords,
            "credentials_stored": self.stored,
            "credentials_kept_in": self.where,
        }

    def lines(self) -> Iterator[str]:
        """For a person."""
        for problem in self.problems:
            yield f"left out: {problem}"
        if self.total > len(self.problems):
            yield f"left out: {self.total - len(self.problems)} more problems"
        changes = self.changes
        counts = [
            f"{len(ids)} {word}"
            for word, ids in (
                ("added", changes.added),
                ("changed", changes.changed),
                ("unchanged", changes.unchanged),
                ("removed", changes.removed),
            )
            if ids or word != "removed"
        ]
        left_out = f"; {self.skipped} rows left out" if self.skipped else ""
        yield f"{'would be: ' if self.dry_run else ''}{', '.join(counts)}{left_out}"
        if not self.with_passwords:
            return
        if self.where:
            done = "would be kept" if self.dry_run else "are kept"
            who = f"passwords of {self.with_passwords} cameras"
            yield f"{who} {done} in {self.where} ({self.stored} new or other)"
        else:
            yield f"passwords of {self.with_passwords} cameras are not kept"
        yield f"{self.file} still holds passwords: delete it, or keep it where nobody else can read it"


def import_cameras(folders: Folders, options: ImportOptions) -> ImportReport:
    """Bring a catalogue file into the profile, all or nothing; a dry run writes nothing at all.

    Passwords go to the place where this profile keeps them before the cameras go into the database, so a
    camera is never there without its password. Raises CatalogueError, SettingsError, SecretsError,
    StoreError, FolderError, ProfileInUse.
    """
    found = read_file(options.file)
    if not options.skip_bad:
        found.demand_all()
    if options.dry_run:
        return _import(folders, options, found)
    with ProfileLock.take(folders):
        return _import(folders, options, found)


def _import(folders: Folders, options: ImportOptions, found: CatalogueFile) -> ImportReport:
    secrets = _secrets(folders, options, found)
    before = list_cameras(folders)
    clashes = () if options.replace else clashes_of(before, found)
    if clashes and not options.skip_bad:
        raise CatalogueError(found.name, tuple(problem for _, problem in clashes))
    bad = {identity for identity, _ in clashes}
    cameras = [camera for camera in found.cameras if camera.id not in bad]
    imported = {camera.id for camera in cameras}
    credentials = {identity: parts for identity, parts in found.credentials.items() if identity in imported}
    if options.dry_run:
        changes = changes_of(before, cameras, replace=options.replace)
        stored = 0 if secrets is None else _new(secrets, credentials)
    else:
        stored = 0 if secrets is None else secrets.put(credentials)
        with CameraStore.open(folders.database) as store:
            changes = store.put(cameras, replace=options.replace)
        if secrets is not None and changes.removed:
            secrets.delete(changes.removed)
        if options.credentials_file is not None:
            change_settings(folders.settings_file, credentials_file=str(options.credentials_file.absolute()))
    return ImportReport(
        file=found.name,
        dry_run=options.dry_run,
        changes=changes,
        problems=(*found.problems, *(problem for _, problem in clashes)),
        total=found.total + len(clashes),
        skipped=found.skipped + len(bad),
        with_passwords=len(credentials),
        stored=stored,
        where="" if secrets is None else secrets.where,
    )


def _secrets(folders: Folders, options: ImportOptions, found: CatalogueFile) -> SecretStore | None:
    """Where the passwords go; None when there are none to keep. Raises SecretsError."""
    if options.without_credentials or not (found.credentials or options.credentials_file):
        return None
    settings = read_settings(folders.settings_file)
    try:
        return secrets_of(folders, settings, credentials_file=options.credentials_file)
    except SecretStoreMissing as error:
        advice = "use --credentials-file FILE (mode 0600), or --without-credentials to leave them out"
        raise SecretStoreMissing(f"{found.name} holds passwords, but {error}; {advice}") from None


def _new(secrets: SecretStore, credentials: Mapping[str, Mapping[str, Credentials]]) -> int:
    """How many of these are not kept yet."""
    return sum(
        secrets.get(identity).get(part) != each
        for identity, parts in credentials.items()
        for part, each in parts.items()
    )


def clashes_of(before: Sequence[Camera], found: CatalogueFile) -> tuple[tuple[str, Problem], ...]:
    """(id, problem) of cameras whose stream belongs to a camera of the catalogue outside the file. Pure."""
    given = {camera.id for camera in found.cameras}
    taken = {
        stream_key(address): camera.id
        for camera in before
        if camera.id not in given
        for address in (camera.main, camera.sub)
        if address is not None
    }
    clashes = []
    for camera in found.cameras:
        for column, address in (("main_url", camera.main), ("sub_url", camera.sub)):
            owner = None if address is None else taken.get(stream_key(address))
            if owner is not None:
                text = f"is a stream address of camera {owner} already"
                clashes.append((camera.id, Problem(found.lines[camera.id], column, text)))
    return tuple(clashes)


def list_cameras(folders: Folders) -> tuple[Camera, ...]:
    """Every camera of the profile, in order; also beside a running client. Raises StoreError."""
    if not _has_database(folders):
        return ()
    with CameraStore.open(folders.database, write=False) as store:
        return store.all()


def _has_database(folders: Folders) -> bool:
    try:
        return folders.database.stat() is not None
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "bad name"
        raise Missing(f"{folders.database} cannot be opened: {reason}") from None


def find_camera(folders: Folders, identity: str) -> Camera | None:
    """One camera of the profile, or None; raises StoreError."""
    if not _has_database(folders):
        return None
    with CameraStore.open(folders.database, write=False) as store:
        return store.get(identity)


def table(cameras: Sequence[Camera]) -> Iterator[str]:
    """The cameras for a person: one line each, columns as wide as they need to be."""
    rows = [("ID", "NAME", "SITE", "STREAMS")]
    rows += [
        (
            camera.id,
            camera.name,
            ", ".join(part for part in (camera.site, camera.ward, camera.district) if part),
            " ".join(address.url for address in (camera.main, camera.sub) if address is not None),
        )
        for camera in cameras
    ]
    widths = [min(40, max(len(row[column]) for row in rows)) for column in range(3)]
    for row in rows:
        yield "  ".join(
            [*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]
        ).rstrip()


def export_cameras(folders: Folders, path: Path) -> int:
    """Write the catalogue, JSON where the name ends in .json, else CSV; returns how many cameras there are.

    There are no passwords in it. Raises StoreError, Missing.
    """
    cameras = list_cameras(folders)
    text = to_json(cameras) if path.suffix.lower() == ".json" else to_csv(cameras)
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            raise Missing(f"{path} is no regular file; expected a file to write")
        write_whole(path, text.encode(), mode=0o644)
    except OSError as error:
        raise Missing(f"{path} cannot be written: {error.strerror}") from None
    return len(cameras)
