"""The door to the system's key store, and the choice of where this profile keeps camera credentials."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hanoi_wall.domain.camera import Credentials
from hanoi_wall.settings.credentials_file import FileSecrets
from hanoi_wall.settings.folders import FolderError, Folders, make
from hanoi_wall.settings.kept import (
    SecretsError,
    SecretStore,
    SecretStoreMissing,
    from_plain,
    to_plain,
)
from hanoi_wall.settings.schema import Settings
from hanoi_wall.settings.vault import KEY_VARIABLE, VaultSecrets
from hanoi_wall.settings.writing import write_whole

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "hanoi-wall"
_NO_STORE = "no key store that keeps secrets"


class KeyStoreSecrets:
    """The system's key store: one entry for each camera. Any one thread at a time; calls may take a while."""

    def __init__(self, folders: Folders) -> None:
        """Raises SecretStoreMissing when there is no key store, or only one that does not keep secrets."""
        self._backend = _backend()
        self._folders = folders
        self._name = _read_name(folders)

    @property
    def where(self) -> str:
        """What the user calls this place."""
        return "the key store"

    def get(self, camera: str) -> Mapping[str, Credentials]:
        """What is kept for the camera, by part; raises SecretsError."""
        if not self._name:
            return {}
        try:
            found = self._backend.get_password(self._service, camera)
        except Exception as error:
            raise _unwilling(error) from None
        try:
            return {} if found is None else from_plain(json.loads(found))
        except ValueError:
            raise SecretsError(f"the key store's entry for camera {camera} was not written by us") from None

    def put(self, changes: Mapping[str, Mapping[str, Credentials]]) -> int:
        """Keep these beside what is there; raises SecretStoreMissing. What is there is not written again."""
        if not self._name:
            self._name = _write_name(self._folders)
        count = 0
        for camera, parts in changes.items():
            kept = dict(self.get(camera))
            changed = sum(kept.get(part) != credentials for part, credentials in parts.items())
            if changed:
                kept.update(parts)
                try:
                    self._backend.set_password(self._service, camera, json.dumps(to_plain(kept)))
                except Exception as error:
                    raise _unwilling(error) from None
            count += changed
        return count

    def delete(self, cameras: Iterable[str]) -> None:
        """Forget all that is kept for these cameras; raises SecretStoreMissing."""
        for camera in cameras:
            if self.get(camera):
                try:
                    self._backend.delete_password(self._service, camera)
                except Exception as error:
                    raise _unwilling(error) from None

    @property
    def _service(self) -> str:
        return f"{SERVICE}:{self._name}"


def secrets_of(
    folders: Folders,
    settings: Settings,
    *,
    credentials_file: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> SecretStore:
    """Where this profile keeps credentials: the file asked for now (made if it is not there), the vault when
    the system hands over a key for it, the file of the settings, else the key store. Raises SecretsError.
    """
    if credentials_file is not None:
        return FileSecrets(credentials_file, may_begin=True)
    if key_file := environment.get(KEY_VARIABLE):
        return VaultSecrets(folders.vault, Path(key_file))
    if settings.credentials_file:
        return FileSecrets(Path(settings.credentials_file))
    return KeyStoreSecrets(folders)


def may_hold(folders: Folders, settings: Settings, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether passwords may have been kept for this profile, also where `secrets_of` now fails."""
    named = settings.credentials_file or environment.get(KEY_VARIABLE)
    return bool(named or _read_name(folders))


def refusal_of(backend: object) -> str:
    """Why a key store's back end is not taken, "" when it is: it must keep things, and keep them secret."""
    for kind in type(backend).__mro__:
        module, name = kind.__module__.lower(), kind.__qualname__.lower()
        if module.startswith("keyrings.alt") or "plaintext" in module + name:
            return "it keeps plain text"
        if module in ("keyring.backends.null", "keyring.backends.fail"):
            return "it keeps nothing"
    return ""


def _backend() -> KeyringBackend:
    import keyring

    try:
        chosen = keyring.get_keyring()
        # A chain hands on what one back end declines to the next, whatever that is: so pick one by name.
        chain = getattr(chosen, "backends", None) if "chainer" in type(chosen).__module__ else None
        links = list(chain) if chain is not None else [chosen]
    except Exception as error:
        raise SecretStoreMissing(f"{_NO_STORE} ({type(error).__name__})") from None
    reasons = []
    for link in links:
        reason = refusal_of(link)
        if not reason:
            return link
        reasons.append(f"{type(link).__module__}: {reason}")
    raise SecretStoreMissing(f"{_NO_STORE} ({'; '.join(reasons) or 'none found'})")


def _unwilling(error: Exception) -> SecretStoreMissing:
    """Key stores raise whatever their library raises; the kind is enough, the text might say too much."""
    return SecretStoreMissing(f"the key store does not answer or is locked ({type(error).__name__})")


def _read_name(folders: Folders) -> str:
    try:
        name = folders.name.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return name if name.isalnum() and len(name) <= 64 else ""


def _write_name(folders: Folders) -> str:
    """A lasting name, so that two profiles with the same camera ids do not take each other's passwords."""
    name = secrets.token_hex(8)
    try:
        make(folders.data)
        write_whole(folders.name, f"{name}\n".encode())
    except (OSError, FolderError) as error:
        raise SecretStoreMissing(f"the profile cannot be written: {error}") from None
    return name
