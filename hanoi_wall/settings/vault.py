"""Camera credentials of a kiosk: encrypted in the profile, opened with a key file.

    magic 8 | salt 16 | log2 n, r, p | key check 16 | nonce 12 | AES-256-GCM of the JSON, bound to the header

The key is scrypt of the key file; the check tells a wrong key from a vault that was altered.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from hanoi_wall.domain.camera import Credentials
from hanoi_wall.settings.credentials_file import read_private
from hanoi_wall.settings.folders import FolderError, make
from hanoi_wall.settings.kept import BadSecrets, SecretStoreMissing, all_from_json, all_to_json, merge
from hanoi_wall.settings.writing import write_whole

KEY_VARIABLE = "HANOI_WALL_VAULT_KEY_FILE"
SHORTEST_KEY = 16
_MAGIC = b"HWVAULT1"
_HEADER = struct.Struct("8s16s3B16s12s")
_COST = (15, 8, 1)
"""log2 n, r, p of scrypt: 32 MB, about 0.1 s."""


class VaultSecrets:
    """The vault of a profile, opened once; the caller holds the profile's lock while it writes."""

    def __init__(self, path: Path, key_file: Path) -> None:
        """Open the vault, or begin an empty one. Raises SecretStoreMissing (key) or BadSecrets."""
        self.path = path
        secret = _read_key(key_file)
        try:
            data = read_private(path)
        except FileNotFoundError:
            self._salt = os.urandom(16)
            self._key, self._check = _derive(secret, self._salt)
            self._kept: dict[str, dict[str, Credentials]] = {}
            return
        if len(data) < _HEADER.size or not data.startswith(_MAGIC):
            raise BadSecrets(f"{path} is not a vault of this program")
        _, self._salt, log_n, r, p, check, nonce = _HEADER.unpack_from(data)
        if (log_n, r, p) != _COST:
            raise BadSecrets(f"{path} was altered, or written by a newer version")
        self._key, self._check = _derive(secret, self._salt)
        if not hmac.compare_digest(check, self._check):
            raise SecretStoreMissing(f"the key file {key_file} does not open {path}")
        try:
            plain = AESGCM(self._key).decrypt(nonce, data[_HEADER.size :], data[: _HEADER.size])
            self._kept = all_from_json(plain)
        except (InvalidTag, ValueError):
            raise BadSecrets(f"{path} was altered; import the cameras again") from None

    @property
    def where(self) -> str:
        """What the user calls this place."""
        return "the encrypted vault"

    def get(self, camera: str) -> Mapping[str, Credentials]:
        """What is kept for the camera, by part."""
        return self._kept.get(camera, {})

    def put(self, changes: Mapping[str, Mapping[str, Credentials]]) -> int:
        """Keep these beside what is there; raises SecretStoreMissing."""
        count = merge(self._kept, changes)
        if count:
            self._write()
        return count

    def delete(self, cameras: Iterable[str]) -> None:
        """Forget these cameras; raises SecretStoreMissing."""
        known = [camera for camera in cameras if self._kept.pop(camera, None) is not None]
        if known:
            self._write()

    def _write(self) -> None:
        nonce = os.urandom(12)
        header = _HEADER.pack(_MAGIC, self._salt, *_COST, self._check, nonce)
        sealed = AESGCM(self._key).encrypt(nonce, all_to_json(self._kept), header)
        try:
            make(self.path.parent)
            write_whole(self.path, header + sealed)
        except (OSError, FolderError) as error:
            raise SecretStoreMissing(f"{self.path} cannot be written: {error}") from None


def _read_key(path: Path) -> bytes:
    try:
        secret = read_private(path, root_may_share=True).rstrip(b"\r\n")
    except FileNotFoundError:
        raise SecretStoreMissing(f"the vault's key file {path} is not there ({KEY_VARIABLE})") from None
    if not SHORTEST_KEY <= len(secret) <= 65_536:
        raise BadSecrets(f"{path} holds {len(secret)} bytes; expected a key of {SHORTEST_KEY} to 65536")
    return secret


def _derive(secret: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """The key (32 bytes) and what proves it (16 bytes)."""
    log_n, r, p = _COST
    both = Scrypt(salt=salt, length=64, n=1 << log_n, r=r, p=p).derive(secret)
    return both[:32], hashlib.sha256(both[32:]).digest()[:16]
