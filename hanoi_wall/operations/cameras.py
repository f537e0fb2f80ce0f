"""The catalogue's verbs: import, list, export. For commands: each opens what it needs and closes it again."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hanoi_wall.catalogue.export import to_csv, to_json
from hanoi_wall.catalogue.files import CatalogueFile, read_file, stream_key
from hanoi_wall.catalogue.problems import CatalogueError, Problem
from hanoi_wall.domain.camera import Camera, Credentials, StreamKind, tells_streams_apart
from hanoi_wall.operations.refusals import Missing, WrongUsage
from hanoi_wall.settings.file import change_settings, read_settings
from hanoi_wall.settings.folders import Folders, can_keep
from hanoi_wall.settings.kept import PARTS, SecretsError, SecretStore, SecretStoreMissing
from hanoi_wall.settings.profile import ProfileLock
from hanoi_wall.settings.schema import RULES
from hanoi_wall.settings.secrets import may_hold, secrets_of
from hanoi_wall.settings.writing import lacks_room, write_whole
from hanoi_wall.store.cameras import CameraStore, Changes, changes_of
from hanoi_wall.store.database import EmptyDatabase


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
    where: where they are kept now, "" when nowhere; forgotten: cameras of which kept passwords were deleted,
    because the camera was removed or has another host.
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
    forgotten: int = 0

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
            "cameras_with_forgotten_passwords": self.forgotten,
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
        if self.forgotten:
            done = "would be forgotten" if self.dry_run else "are forgotten"
            yield f"old passwords of {self.forgotten} cameras {done}: removed, or another host"
        if not self.with_passwords:
            return
        if self.where:
            done = "would be kept" if self.dry_run else "are kept"
            who = f"passwords of {self.with_passwords} cameras"
            yield f"{who} {done} in {self.where} ({self.stored} new or other)"
        else:
            yield f"passwords of {self.with_passwords} cameras are not kept"
        yield f"{self.file} still holds passwords: delete it, or keep it where nobody else can read it"


@dataclass(frozen=True, slots=True)
class _Passwords:
    """What is to be done to the place where passwords are kept. old: what it holds now of these cameras."""

    store: SecretStore
    credentials: Mapping[str, Mapping[str, Credentials]]
    stale: Mapping[str, Sequence[str]]
    old: Mapping[str, Mapping[str, Credentials]]

    @property
    def stored(self) -> int:
        """How many of the credentials are not kept yet."""
        return sum(
            self.old[identity].get(part) != each
            for identity, parts in self.credentials.items()
            for part, each in parts.items()
        )

    @property
    def forgotten(self) -> tuple[str, ...]:
        """The cameras that lose something which nothing takes the place of."""
        return tuple(
            identity
            for identity, parts in self.stale.items()
            if (set(parts) & set(self.old[identity])) - set(self.credentials.get(identity, ()))
        )

    def apply(self, *, begin: bool) -> None:
        """Forget and keep; begin: make the place also when there is nothing to keep. Raises SecretsError."""
        changes = dict(self.credentials)
        for identity in self.forgotten:
            left = {
                part: each for part, each in self.old[identity].items() if part not in self.stale[identity]
            }
            if left or identity in changes:
                changes[identity] = left | dict(changes.get(identity, {}))
        self.store.delete(self.forgotten)
        if changes or begin:
            self.store.put(changes)

    def undo(self) -> None:
        """Bring back what was there, as far as that is possible."""
        with suppress(SecretsError):
            self.store.delete(self.old)
            if kept := {identity: parts for identity, parts in self.old.items() if parts}:
                self.store.put(kept)


def import_cameras(folders: Folders, options: ImportOptions) -> ImportReport:
    """Bring a catalogue file into the profile, all or nothing; a dry run writes nothing at all.

    Passwords go to the place where this profile keeps them before the cameras are there, so a camera is
    never there without its password; kept ones never go to another host than they were kept for. Raises
    CatalogueError, SettingsError, SecretsError, StoreError, FolderError, ProfileInUse, WrongUsage, Missing.
    """
    if options.replace and options.skip_bad:
        # A camera whose row has a slip of the pen would be removed, password and all.
        raise WrongUsage("--replace removes cameras that the file lacks; it needs every row, not --skip-bad")
    if options.credentials_file is not None:
        _settle_on(folders, options.credentials_file)
    found = read_file(options.file)
    if not options.skip_bad:
        found.demand_all()
    if options.dry_run:
        return _import(folders, options, found)
    with ProfileLock.take(folders):
        return _import(folders, options, found)


def _settle_on(folders: Folders, credentials_file: Path) -> None:
    """Look whether the settings can name the file, before anything is written."""
    rule = RULES["credentials_file"]
    if not rule.allows(str(credentials_file.absolute())):
        raise WrongUsage(f"the name of the credentials file cannot be kept: expected {rule.expected}")
    read_settings(folders.settings_file)


def _import(folders: Folders, options: ImportOptions, found: CatalogueFile) -> ImportReport:
    before = list_cameras(folders)
    clashes = () if options.replace else clashes_of(before, found)
    if clashes and not options.skip_bad:
        raise CatalogueError(found.name, tuple(problem for _, problem in clashes))
    bad = {identity for identity, _ in clashes}
    cameras = [camera for camera in found.cameras if camera.id not in bad]
    imported = {camera.id for camera in cameras}
    credentials = {identity: parts for identity, parts in found.credentials.items() if identity in imported}
    stale = stale_parts(before, cameras, replace=options.replace)
    passwords = _passwords(folders, options, found, credentials, stale)
    if options.dry_run:
        changes = changes_of(before, cameras, replace=options.replace)
    else:
        changes = _write(folders, options, cameras, passwords)
    wanted = options.credentials_file or (credentials and not options.without_credentials)
    return ImportReport(
        file=found.name,
        dry_run=options.dry_run,
        changes=changes,
        problems=(*found.problems, *(problem for _, problem in clashes)),
        total=found.total + len(clashes),
        skipped=found.skipped + len(bad),
        with_passwords=len(credentials),
        stored=0 if passwords is None else passwords.stored,
        where=passwords.store.where if passwords is not None and wanted else "",
        forgotten=0 if passwords is None else len(passwords.forgotten),
    )


def _write(
    folders: Folders, options: ImportOptions, cameras: Sequence[Camera], passwords: _Passwords | None
) -> Changes:
    """Everything or nothing: cameras, passwords, and where those are; what fails undoes the others."""
    named = options.credentials_file
    if named is not None and not can_keep(folders.settings):
        raise Missing(f"{folders.settings_file} cannot be written: it must name the credentials file")
    with ExitStack() as undo:
        with (
            CameraStore.open(folders.database) as store,
            store.putting(cameras, replace=options.replace) as changes,
        ):
            if passwords is not None:
                undo.callback(passwords.undo)
                passwords.apply(begin=named is not None)
            if named is not None:
                old = read_settings(folders.settings_file).credentials_file
                undo.callback(_name_in_settings, folders, old)
                _name_in_settings(folders, str(named.absolute()))
        undo.pop_all()
    return changes


def _name_in_settings(folders: Folders, credentials_file: str) -> None:
    try:
        change_settings(folders.settings_file, credentials_file=credentials_file)
    except OSError as error:
        reason = "no room on the disk" if lacks_room(error) else error.strerror
        raise Missing(f"{folders.settings_file} cannot be written: {reason}") from None


def _passwords(
    folders: Folders,
    options: ImportOptions,
    found: CatalogueFile,
    credentials: Mapping[str, Mapping[str, Credentials]],
    stale: Mapping[str, Sequence[str]],
) -> _Passwords | None:
    """What happens to passwords and where; None when nothing does. Raises SecretsError."""
    if options.without_credentials:
        credentials = {}
    wanted = bool(credentials or options.credentials_file)
    if not wanted and not stale:
        return None
    settings = read_settings(folders.settings_file)
    try:
        store = secrets_of(folders, settings, credentials_file=options.credentials_file)
    except SecretStoreMissing as error:
        if wanted:
            advice = "use --credentials-file FILE (mode 0600), or --without-credentials to leave them out"
            raise SecretStoreMissing(f"{found.name} holds passwords, but {error}; {advice}") from None
        if not may_hold(folders, settings):
            return None
        why = "cameras were removed or have another host, and their old passwords must go"
        raise SecretStoreMissing(f"{why}, but {error}; try again when it is there") from None
    return _Passwords(
        store,
        credentials,
        stale,
        {identity: dict(store.get(identity)) for identity in {**credentials, **stale}},
    )


def stale_parts(
    before: Sequence[Camera], cameras: Sequence[Camera], *, replace: bool = False
) -> dict[str, tuple[str, ...]]:
    """Which kept passwords must go when `cameras` come into a catalogue that holds `before`. Pure.

    By camera id the parts (main, sub, onvif) that are gone or have another host: a password is for the host
    it was kept for, and another one has no right to see it.
    """
    given = {camera.id: camera for camera in cameras}
    found: dict[str, tuple[str, ...]] = {}
    for old in before:
        new = given.get(old.id)
        if new is not None:
            hosts = _hosts(new)
            parts = tuple(part for part, host in _hosts(old).items() if hosts.get(part) != host)
        else:
            parts = PARTS if replace else ()
        if parts:
            found[old.id] = parts
    return found


def _hosts(camera: Camera) -> dict[str, str]:
    """The host of each part that has one, in small letters."""
    hosts = {
        kind.value: address.host
        for kind in StreamKind
        if (address := camera.stream(kind)) is not None and address.host
    }
    if camera.onvif_url:
        hosts["onvif"] = urlsplit(camera.onvif_url).hostname or ""
    return hosts


def clashes_of(before: Sequence[Camera], found: CatalogueFile) -> tuple[tuple[str, Problem], ...]:
    """(id, problem) of cameras whose stream belongs to a camera of the catalogue outside the file. Pure.

    A camera of the file that clashes stays as it is in the catalogue, where another one of the file may
    clash with it. Streams that a token tells apart never clash.
    """
    clashes: list[tuple[str, Problem]] = []
    given = {camera.id: camera for camera in found.cameras}
    while True:
        taken = {
            stream_key(address): camera.id
            for camera in before
            if camera.id not in given
            for address in (camera.main, camera.sub)
            if address is not None and not tells_streams_apart(address.url)
        }
        more = []
        for camera in given.values():
            for column, address in (("main_url", camera.main), ("sub_url", camera.sub)):
                owner = None if address is None else taken.get(stream_key(address))
                if owner is not None:
                    text = f"is a stream address of camera {owner} already"
                    more.append((camera.id, Problem(found.lines[camera.id], column, text)))
        if not more:
            return tuple(clashes)
        clashes += more
        for identity, _ in more:
            given.pop(identity, None)


def list_cameras(folders: Folders) -> tuple[Camera, ...]:
    """Every camera of the profile, in order; also beside a running client. Raises StoreError."""
    if not _has_database(folders):
        return ()
    try:
        with CameraStore.open(folders.database, write=False) as store:
            return store.all()
    except EmptyDatabase:
        return ()


def find_cameras(folders: Folders, text: str) -> tuple[tuple[Camera, ...], int]:
    """The cameras of the profile that fit what is typed, the best first, and how many. Raises StoreError."""
    from hanoi_wall.catalogue.search import CameraIndex

    cameras = {camera.id: camera for camera in list_cameras(folders)}
    found = CameraIndex(cameras.values()).find(text)
    return tuple(cameras[each] for each in found.cameras), found.total


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
    if any("\ud800" <= mark <= "\udfff" for mark in identity) or not _has_database(folders):
        return None
    try:
        with CameraStore.open(folders.database, write=False) as store:
            return store.get(identity)
    except EmptyDatabase:
        return None


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
