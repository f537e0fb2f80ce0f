"""The key with which this workstation signs evidence: kept where camera passwords are, never anywhere else.

Its public half stands in a file of the profile, so that `hanoi-wall verify` knows this device's own cards
without asking the key store. A key store that was emptied gets a new key; the old public one stays in the
file, and the cards that it signed stay this device's.
"""

from __future__ import annotations

import base64
import binascii
import os

from hanoi_wall.domain.camera import Credentials
from hanoi_wall.settings.folders import FolderError, Folders, make
from hanoi_wall.settings.kept import SIGNING, WORKSTATION, SecretsError, SecretStore
from hanoi_wall.settings.writing import write_whole

KIND = "ed25519"
KEY_BYTES = 32
MOST_KEYS_BYTES = 64 * 1024


def secret_key(store: SecretStore) -> bytes:
    """The workstation's key, made when it is first asked for. KEY_BYTES bytes; raises SecretsError.

    The caller holds the profile's lock.
    """
    kept = store.get(WORKSTATION).get(SIGNING)
    if kept is None:
        made = os.urandom(KEY_BYTES)
        store.put({WORKSTATION: {SIGNING: Credentials(KIND, base64.b64encode(made).decode())}})
        return made
    try:
        found = base64.b64decode(kept.password, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if kept.user != KIND or len(found) != KEY_BYTES:
        raise SecretsError(f"{store.where}: the key that signs evidence was not written by us")
    return found


def own_keys(folders: Folders) -> tuple[bytes, ...]:
    """The public keys that this device has or had, the newest last; what cannot be read is none."""
    try:
        with folders.own_keys.open("rb") as file:
            lines = file.read(MOST_KEYS_BYTES).split()
    except OSError:
        return ()
    return tuple(key for key in map(_key, lines) if len(key) == KEY_BYTES)


def keep_own(folders: Folders, public_key: bytes) -> None:
    """Know this public key for one of ours from now on; raises SecretsError."""
    known = own_keys(folders)
    if public_key in known:
        return
    lines = [base64.b64encode(key).decode() for key in (*known, public_key)]
    try:
        make(folders.data)
        write_whole(folders.own_keys, ("\n".join(lines) + "\n").encode())
    except (OSError, FolderError) as error:
        raise SecretsError(f"the profile cannot be written: {error}") from None


def _key(line: bytes) -> bytes:
    try:
        return base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        return b""
