"""Where a profile keeps its things: the platform's own folders, or everything under one."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from hanoi_wall.settings.writing import lacks_room

APP = "hanoi-wall"


class FolderError(Exception):
    """A folder that cannot be had; the text names it and says why. no_room: because the disk is full."""

    def __init__(self, text: str, *, no_room: bool = False) -> None:
        super().__init__(text)
        self.no_room = no_room


@dataclass(frozen=True, slots=True)
class Folders:
    """The four folders of a profile; they are made when something is first written."""

    settings: Path
    data: Path
    cache: Path
    logs: Path

    @property
    def settings_file(self) -> Path:
        """The choices (settings/file.py)."""
        return self.settings / "settings.toml"

    @property
    def keys_file(self) -> Path:
        """The chosen keys (settings/keys_file.py)."""
        return self.settings / "keys.toml"

    @property
    def database(self) -> Path:
        """The one database (store/)."""
        return self.data / "hanoi-wall.sqlite"

    @property
    def favourites(self) -> Path:
        """The cameras that this user marked (settings/favourites.py)."""
        return self.data / "favourites.json"

    @property
    def vault(self) -> Path:
        """Encrypted credentials of a kiosk (settings/vault.py)."""
        return self.data / "credentials.vault"

    @property
    def name(self) -> Path:
        """The file with the profile's lasting name, which sets its secrets apart from another's."""
        return self.data / "profile-name"

    @property
    def snapshots(self) -> Path:
        """Pictures that operators took, with their cards, unless a setting names another folder."""
        return self.data / "snapshots"

    @property
    def own_keys(self) -> Path:
        """The public keys of this workstation, a line each; the key itself is where passwords are."""
        return self.data / "signing-keys.pub"

    @property
    def lock(self) -> Path:
        """What the running client holds (settings/profile.py)."""
        return self.data / "lock"

    @property
    def log(self) -> Path:
        """The log that all commands write."""
        return self.logs / "hanoi-wall.log"


def folders_of(profile: Path | None) -> Folders:
    """The folders of `--profile DIR`, or the platform's own. Touches nothing."""
    if profile is not None:
        # Absolute, because a child process may be started elsewhere.
        root = Path(os.path.abspath(profile))
        return Folders(root, root / "data", root / "cache", root / "logs")
    return Folders(
        _platforms_own(platformdirs.user_config_path, ".config"),
        _platforms_own(platformdirs.user_data_path, ".local/share"),
        _platforms_own(platformdirs.user_cache_path, ".cache"),
        _platforms_own(platformdirs.user_log_path, ".local/state"),
    )


def _platforms_own(ask: Callable[..., Path], below: str) -> Path:
    """What the platform says; for a user without a home as if that were /, where only root may write."""
    try:
        path = ask(APP, appauthor=False)
    except RuntimeError:
        path = Path()
    return path if path.is_absolute() else Path("/", below, APP)


def make(folder: Path) -> Path:
    """The folder, made for this user alone (0700) where it was missing; raises FolderError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not stat.S_ISDIR(folder.stat().st_mode):
            raise FolderError(f"{folder} is not a folder")
    except FileExistsError:
        raise FolderError(f"{folder} is a file; expected a folder") from None
    except OSError as error:
        if lacks_room(error):
            raise FolderError(f"no room on the disk for the folder {folder}", no_room=True) from None
        raise FolderError(
            f"{folder} cannot be made: {error.strerror}; name another place with --profile DIR"
        ) from None
    except ValueError:
        raise FolderError("the name of the profile holds a NUL character") from None
    return folder


def can_keep(folder: Path) -> bool:
    """Whether this user can keep files in the folder; makes it where it is missing."""
    try:
        make(folder)
    except FolderError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)
