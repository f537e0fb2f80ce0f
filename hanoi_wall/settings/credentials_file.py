"""Camera credentials in a JSON file of this user alone, for workstations without a key store.

{"cam-01": {"main": {"user": "operator", "password": "…"}, "sub": {…}, "onvif": {…}}}
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from hanoi_wall.domain.camera import Credentials
from hanoi_wall.settings.kept import (
    MOST_BYTES,
    BadSecrets,
    SecretStoreMissing,
    all_from_json,
    all_to_json,
    merge,
)
from hanoi_wall.settings.writing import write_whole


class FileSecrets:
    """A credentials file, read once; the caller holds the profile's lock while it writes."""

    def __init__(self, path: Path, *, may_begin: bool = False) -> None:
        """Open the file; `may_begin`: it need not be there yet. Raises SecretStoreMissing, BadSecrets."""
        self.path = Path(os.path.abspath(path))
        self._kept = self._read(may_begin)

    @property
    def where(self) -> str:
        """The file's path."""
        return str(self.path)

    def get(self, camera: str) -> Mapping[str, Credentials]:
        """What is kept for the camera, by part."""
        return self._kept.get(camera, {})

    def put(self, changes: Mapping[str, Mapping[str, Credentials]]) -> int:
        """Keep these beside what is there; raises SecretStoreMissing."""
        count = merge(self._kept, changes)
        if count or not self.path.exists():
            self._write()
        return count

    def delete(self, cameras: Iterable[str]) -> None:
        """Forget these cameras; raises SecretStoreMissing."""
        known = [camera for camera in cameras if self._kept.pop(camera, None) is not None]
        if known:
            self._write()

    def _read(self, may_begin: bool) -> dict[str, dict[str, Credentials]]:
        try:
            data = read_private(self.path)
        except FileNotFoundError:
            if may_begin and self.path.parent.is_dir():
                return {}
            raise SecretStoreMissing(f"the credentials file {self.path} is not there") from None
        try:
            return all_from_json(data)
        except ValueError as error:
            raise BadSecrets(f"{self.path}: {error}") from None

    def _write(self) -> None:
        try:
            write_whole(self.path, all_to_json(self._kept))
        except OSError as error:
            raise SecretStoreMissing(f"{self.path} cannot be written: {error.strerror}") from None


def read_private(path: Path, *, root_may_share: bool = False) -> bytes:
    """The bytes of a file that nobody else may read; raises FileNotFoundError or a SecretsError.

    root_may_share: a file of root's may be readable by its group, as systemd hands credentials to a service.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "bad name"
        raise SecretStoreMissing(f"{path} cannot be read: {reason}") from None
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise BadSecrets(f"{path} is no regular file")
        mode = stat.S_IMODE(status.st_mode)
        owners = (os.geteuid(), 0) if root_may_share else (os.geteuid(),)
        if status.st_uid not in owners:
            raise BadSecrets(
                f"{path} belongs to user {status.st_uid}; expected its user to be {os.geteuid()}"
            )
        if mode & (0o037 if root_may_share and status.st_uid == 0 else 0o077):
            raise BadSecrets(f"{path} has mode {mode:04o}; expected 0600 (chmod 600 {path})")
        with open(fd, "rb", closefd=False) as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SecretStoreMissing(f"{path} cannot be read: {error.strerror}") from None
    finally:
        os.close(fd)
