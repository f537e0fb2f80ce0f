"""Import, list, export: the catalogue changes as it was said or not at all; passwords go their own way."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest

from hanoi_wall.catalogue.files import read_bytes, read_file
from hanoi_wall.catalogue.problems import CatalogueError
from hanoi_wall.domain.camera import Camera, Credentials, StreamAddress
from hanoi_wall.operations.cameras import (
    ImportOptions,
    clashes_of,
    export_cameras,
    find_camera,
    import_cameras,
    list_cameras,
    stale_parts,
    table,
)
from hanoi_wall.operations.refusals import Missing, WrongUsage
from hanoi_wall.settings.credentials_file import FileSecrets
from hanoi_wall.settings.file import read_settings
from hanoi_wall.settings.folders import Folders, folders_of
from hanoi_wall.settings.kept import SecretStoreMissing
from hanoi_wall.settings.profile import ProfileInUse, ProfileLock
from hanoi_wall.settings.secrets import KeyStoreSecrets
from hanoi_wall.store.cameras import CameraStore, Changes
from hanoi_wall.store.database import StoreError
from tests.key_store import TestKeyStore

CANARY = "Tr0ngDem"
HEADER = "id,name,main_url,sub_url\n"
TWO = HEADER + f"a,A,rtsp://op:{CANARY}@h/a,rtsp://op:{CANARY}@h/a2\nb,B,rtsp://h/b,\n"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return folders_of(tmp_path / "profile")


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "cameras.csv"
        path.write_text(text)
        return path

    return write


@pytest.fixture(autouse=True)
def key_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANOI_WALL_TEST_KEY_STORE", str(tmp_path / "entries"))
    monkeypatch.setattr(keyring, "get_keyring", TestKeyStore)


PUTTING = CameraStore.putting


@contextmanager
def gives_way(store: CameraStore, cameras: Sequence[Camera], *, replace: bool) -> Iterator[Changes]:
    """As on a disk that is full when the last order comes."""
    with PUTTING(store, cameras, replace=replace) as changes:
        yield changes
        raise StoreError("no room on the disk")


def bytes_of(folder: Path) -> bytes:
    files = [folder] if folder.is_file() else sorted(folder.rglob("*"))
    return b"".join(path.read_bytes() for path in files if path.is_file())


def test_the_same_file_twice_changes_nothing(folders: Folders, file: Callable[[str], Path]) -> None:
    options = ImportOptions(file(TWO))
    first = import_cameras(folders, options)
    assert first.changes.added == ("a", "b") and (first.with_passwords, first.stored) == (1, 2)
    assert KeyStoreSecrets(folders).get("a")["main"] == Credentials("op", CANARY)
    before = bytes_of(folders.data)
    again = import_cameras(folders, options)
    assert again.changes.unchanged == ("a", "b") and again.stored == 0
    assert bytes_of(folders.data) == before
    assert CANARY.encode() not in before


def test_a_dry_run_tells_the_same_and_writes_nothing(folders: Folders, file: Callable[[str], Path]) -> None:
    options = ImportOptions(file(TWO))
    planned = import_cameras(folders, replace(options, dry_run=True))
    assert not folders.data.exists()
    done = import_cameras(folders, options)
    assert replace(planned, dry_run=False) == done
    assert list(planned.lines())[0] == "would be: 2 added, 0 changed, 0 unchanged"
    assert list(done.lines()) == [
        "2 added, 0 changed, 0 unchanged",
        "passwords of 1 cameras are kept in the key store (2 new or other)",
        f"{options.file} still holds passwords: delete it, or keep it where nobody else can read it",
    ]


def test_a_bad_row_stops_everything_or_is_left_out(folders: Folders, file: Callable[[str], Path]) -> None:
    options = ImportOptions(file(TWO + "c,,rtsp://h/c,\n"))
    with pytest.raises(CatalogueError, match="line 4: name: is empty"):
        import_cameras(folders, options)
    assert not folders.data.exists()
    report = import_cameras(folders, replace(options, skip_bad=True))
    assert [camera.id for camera in list_cameras(folders)] == ["a", "b"]
    assert list(report.lines())[:2] == [
        "left out: line 4: name: is empty; every camera needs one",
        "2 added, 0 changed, 0 unchanged; 1 rows left out",
    ]
    assert report.plain()["problems"] == [
        {"line": 4, "column": "name", "text": "is empty; every camera needs one"}
    ]


def test_a_stream_of_a_camera_that_is_there_is_not_taken_by_another(
    folders: Folders, file: Callable[[str], Path]
) -> None:
    import_cameras(folders, ImportOptions(file(TWO)))
    options = ImportOptions(file(HEADER + f"new,New,rtsp://op:{CANARY}@h/a2,\nz,Z,rtsp://h/z,\n"))
    with pytest.raises(CatalogueError, match="line 2: main_url: is a stream address of camera a already"):
        import_cameras(folders, options)
    report = import_cameras(folders, replace(options, skip_bad=True))
    assert report.changes.added == ("z",) and report.skipped == 1 and report.with_passwords == 0
    report = import_cameras(folders, replace(options, replace=True))
    assert report.changes.added == ("new",) and report.changes.removed == ("a", "b")
    assert KeyStoreSecrets(folders).get("a") == {} and report.forgotten == 1


def test_clashes_are_with_cameras_outside_the_file_alone() -> None:
    found = read_bytes((HEADER + "a,A,rtsp://h/b,\nb,B,rtsp://h/a,\n").encode(), "x.csv")
    before = [
        Camera("a", "A", main=StreamAddress("rtsp://h/a")),
        Camera("b", "B", main=StreamAddress("rtsp://h/b")),
    ]
    assert clashes_of(before, found) == ()
    assert [identity for identity, _ in clashes_of([Camera("c", "C", sub=before[0].main)], found)] == ["b"]


def test_a_camera_that_clashes_keeps_its_streams_from_the_others_of_the_file() -> None:
    before = [Camera(name, name, main=StreamAddress(f"rtsp://h/{name}")) for name in ("a", "b")]
    found = read_bytes((HEADER + "n,N,rtsp://h/b,\nb,B,rtsp://h/a,\n").encode(), "x.csv")
    assert [identity for identity, _ in clashes_of(before, found)] == ["b", "n"]


def test_streams_of_a_gateway_are_told_apart_by_tokens_that_are_not_in_the_catalogue() -> None:
    before = [Camera("a", "A", main=StreamAddress("rtsp://gw/live?token={password}"))]
    found = read_bytes((HEADER + "b,B,rtsp://gw/live?token=aBc2,\n").encode(), "x.csv")
    assert clashes_of(before, found) == ()


def test_what_is_left_out_cannot_be_removed(folders: Folders, file: Callable[[str], Path]) -> None:
    import_cameras(folders, ImportOptions(file(TWO)))
    options = ImportOptions(file(TWO.replace("rtsp://h/b", "rtp://h/b")), replace=True, skip_bad=True)
    for dry in (True, False):
        with pytest.raises(WrongUsage, match="needs every row, not --skip-bad"):
            import_cameras(folders, replace(options, dry_run=dry))
    assert len(list_cameras(folders)) == 2


def test_a_removed_cameras_passwords_go_with_it_also_when_the_new_file_has_none(
    folders: Folders, file: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    import_cameras(folders, ImportOptions(file(TWO)))
    options = ImportOptions(file(HEADER + "b,B,rtsp://h/b,\n"), replace=True)
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)
    with pytest.raises(SecretStoreMissing, match="their old passwords must go, but no key store"):
        import_cameras(folders, options)
    assert len(list_cameras(folders)) == 2
    monkeypatch.setattr(keyring, "get_keyring", TestKeyStore)
    planned = import_cameras(folders, replace(options, dry_run=True))
    assert KeyStoreSecrets(folders).get("a") and (planned.forgotten, planned.where) == (1, "")
    assert import_cameras(folders, options) == replace(planned, dry_run=False)
    assert KeyStoreSecrets(folders).get("a") == {}
    assert (
        list(planned.lines())[1] == "old passwords of 1 cameras would be forgotten: removed, or another host"
    )


@pytest.mark.parametrize("without_credentials", [True, False])
def test_a_password_does_not_follow_its_camera_to_another_host(
    folders: Folders, file: Callable[[str], Path], without_credentials: bool
) -> None:
    import_cameras(folders, ImportOptions(file(TWO)))
    same = file(HEADER + "a,New name,rtsp://H:8554/other,rtsp://h/a2\n")
    assert import_cameras(folders, ImportOptions(same)).forgotten == 0
    assert set(KeyStoreSecrets(folders).get("a")) == {"main", "sub"}
    moved = ImportOptions(
        file(HEADER + "a,A,rtsp://evil/a,rtsp://h/a2\n"), without_credentials=without_credentials
    )
    report = import_cameras(folders, moved)
    assert report.forgotten == 1 and report.plain()["cameras_with_forgotten_passwords"] == 1
    assert dict(KeyStoreSecrets(folders).get("a")) == {"sub": Credentials("op", CANARY)}
    fresh = import_cameras(folders, ImportOptions(file(HEADER + "a,A,rtsp://me:new@third/a,\n")))
    assert (fresh.stored, fresh.forgotten) == (1, 1)
    assert dict(KeyStoreSecrets(folders).get("a")) == {"main": Credentials("me", "new")}


def test_new_passwords_in_the_place_of_old_ones_are_nothing_forgotten(
    folders: Folders, file: Callable[[str], Path]
) -> None:
    import_cameras(folders, ImportOptions(file(TWO)))
    report = import_cameras(folders, ImportOptions(file(TWO.replace("@h/", "@k/").replace(CANARY, "new"))))
    assert (report.stored, report.forgotten) == (2, 0)
    assert {each.password for each in KeyStoreSecrets(folders).get("a").values()} == {"new"}


def test_which_passwords_are_stale() -> None:
    old = Camera(
        "a",
        "A",
        main=StreamAddress("rtsp://h/1"),
        sub=StreamAddress("rtsp://k/2"),
        onvif_url="http://H/onvif",
    )
    for change, parts in (
        ({}, ()),
        ({"main": StreamAddress("rtsps://H:322/9")}, ()),
        ({"main": StreamAddress("rtsp://h.evil/1")}, ("main",)),
        ({"main": StreamAddress("clip:///h/1.mp4"), "sub": None}, ("main", "sub")),
        ({"onvif_url": "http://k/onvif"}, ("onvif",)),
        ({"onvif_url": ""}, ("onvif",)),
    ):
        assert stale_parts([old], [replace(old, **change)]).get("a", ()) == parts
    assert stale_parts([old], []) == {} and stale_parts([old], [], replace=True) == {
        "a": ("main", "sub", "onvif")
    }
    assert stale_parts([replace(old, sub=None)], [old]) == {}


def refuse(*arguments: object, **more: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied")


@pytest.mark.parametrize(
    ("broken", "by", "places"),
    [
        ("hanoi_wall.settings.file.write_whole", refuse, ["other.json"]),
        # The database gives way when all else is done.
        ("hanoi_wall.store.cameras.CameraStore.putting", gives_way, ["credentials.json", "other.json"]),
    ],
)
def test_an_import_that_fails_half_way_leaves_everything_as_it_was(
    folders: Folders,
    file: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    broken: str,
    by: Callable[..., object],
    places: list[str],
) -> None:
    secret = tmp_path / "credentials.json"
    import_cameras(folders, ImportOptions(file(TWO), credentials_file=secret))

    def everything() -> tuple[object, ...]:
        return list_cameras(folders), FileSecrets(secret).get("a"), read_settings(folders.settings_file)

    before = everything()
    monkeypatch.setattr(broken, by)
    text = TWO.replace("@h/", "@k/").replace(CANARY, "new") + "c,C,rtsp://op:new@h/c,\n"
    for place in places:
        with pytest.raises((Missing, StoreError), match="cannot be written: Permission|no room"):
            import_cameras(folders, ImportOptions(file(text), credentials_file=tmp_path / place))
        assert everything() == before
        assert b"new" not in bytes_of(tmp_path / place)


def test_a_settings_file_that_cannot_name_the_credentials_is_said_before_anything_is_written(
    folders: Folders, file: Callable[[str], Path], tmp_path: Path
) -> None:
    elsewhere = replace(folders, settings=tmp_path / "file" / "under")
    (tmp_path / "file").touch()
    secret = tmp_path / "credentials.json"
    options = ImportOptions(file(TWO), credentials_file=secret)
    with pytest.raises(Missing, match=r"settings\.toml cannot be written"):
        import_cameras(elsewhere, options)
    with pytest.raises(WrongUsage, match="cannot be kept: expected text"):
        import_cameras(folders, replace(options, credentials_file=tmp_path / "a\nb"))
    assert not secret.exists() and not folders.database.exists()


def test_without_a_key_store_the_way_out_is_named(
    folders: Folders, file: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)
    options = ImportOptions(file(TWO))
    for dry in (True, False):
        with pytest.raises(SecretStoreMissing) as caught:
            import_cameras(folders, replace(options, dry_run=dry))
        assert "--credentials-file FILE (mode 0600)" in str(caught.value)
        assert "--without-credentials" in str(caught.value)
    assert list_cameras(folders) == ()
    report = import_cameras(folders, replace(options, without_credentials=True))
    assert report.where == "" and "passwords of 1 cameras are not kept" in list(report.lines())
    path = tmp_path / "credentials.json"
    report = import_cameras(folders, replace(options, credentials_file=path))
    assert FileSecrets(path).get("a")["sub"] == Credentials("op", CANARY)
    assert read_settings(folders.settings_file).credentials_file == str(path)
    assert CANARY.encode() not in bytes_of(folders.data.parent)
    # From now on the profile knows the file.
    assert import_cameras(folders, options).stored == 0


def test_a_file_without_passwords_needs_no_key_store(
    folders: Folders, file: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)
    assert import_cameras(folders, ImportOptions(file(HEADER + "a,A,rtsp://h/a,\n"))).changes.added == ("a",)


def test_a_profile_in_use_is_read_but_not_written(folders: Folders, file: Callable[[str], Path]) -> None:
    options = ImportOptions(file(TWO))
    import_cameras(folders, options)
    with ProfileLock.take(folders):
        with pytest.raises(ProfileInUse, match=f"process {os.getpid()}"):
            import_cameras(folders, options)
        assert import_cameras(folders, replace(options, dry_run=True)).changes.unchanged == ("a", "b")
        assert len(list_cameras(folders)) == 2


@pytest.mark.parametrize("name", ["out.csv", "out.json"])
def test_an_export_brings_the_same_cameras_back(
    folders: Folders, file: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    import_cameras(folders, ImportOptions(file(TWO)))
    assert export_cameras(folders, tmp_path / name) == 2
    assert read_file(tmp_path / name).cameras == list_cameras(folders)
    assert CANARY not in (tmp_path / name).read_text()


def test_an_export_replaces_files_alone(folders: Folders, tmp_path: Path) -> None:
    for path in (tmp_path, Path("/dev/null")):
        with pytest.raises(Missing, match="is no regular file"):
            export_cameras(folders, path)
    with pytest.raises(Missing, match="cannot be written: No such file"):
        export_cameras(folders, tmp_path / "no" / "x.csv")
    assert Path("/dev/null").is_char_device()


def test_one_camera_is_found_by_its_id(folders: Folders, file: Callable[[str], Path]) -> None:
    assert find_camera(folders, "a") is None
    import_cameras(folders, ImportOptions(file(TWO)))
    assert find_camera(folders, "a") == list_cameras(folders)[0]
    assert find_camera(folders, "zz") is None and find_camera(folders, "\udcff") is None


def test_a_profile_that_cannot_be_looked_into_is_not_an_empty_one(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(Missing, match="cannot be opened: Too many levels"):
        list_cameras(folders_of(loop))
    assert list_cameras(folders_of(tmp_path / "none")) == ()


def test_a_database_into_which_nothing_was_written_holds_no_cameras(
    folders: Folders, file: Callable[[str], Path]
) -> None:
    """An import that a full disk ended leaves such a file."""
    folders.data.mkdir(parents=True)
    folders.database.touch()
    assert list_cameras(folders) == () and find_camera(folders, "a") is None
    assert len(import_cameras(folders, ImportOptions(file(TWO))).changes.added) == 2


def test_the_table_lines_up() -> None:
    cameras = [
        Camera(
            "a",
            "Ngã tư",
            site="N1",
            ward="P2",
            main=StreamAddress("rtsp://h/1"),
            sub=StreamAddress("rtsp://h/2"),
        ),
        Camera("long-id", "B"),
    ]
    assert list(table(cameras)) == [
        "ID       NAME    SITE    STREAMS",
        "a        Ngã tư  N1, P2  rtsp://h/1 rtsp://h/2",
        "long-id  B",
    ]
