"""Ed25519: a workstation's own key, and whether a signature was made with one. Any thread.

The library is loaded with the first key: a wall that starts, and most that end, never need it.
The key itself is 32 bytes that only the key store and this process's memory hold; nothing here writes it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

ALGORITHM = "Ed25519"
KEY_BYTES = 32
SIGNATURE_BYTES = 64


class Signer:
    """Signs with one workstation's key."""

    def __init__(self, secret: bytes) -> None:
        """secret: KEY_BYTES bytes that nobody else has; raises ValueError for another length."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self.public_key = self._key.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        """What people compare."""
        return fingerprint(self.public_key)

    def sign(self, data: bytes) -> bytes:
        """SIGNATURE_BYTES bytes that only this key makes of `data`."""
        return self._key.sign(data)


def fingerprint(public_key: bytes) -> str:
    """`SHA256:` and 43 letters, as `ssh-keygen -l` writes it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(public_key).digest()).decode().rstrip("=")


def is_signed(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether the key that belongs to `public_key` made this signature of this data."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def to_text(data: bytes) -> str:
    """Bytes as a card writes them: base64."""
    return base64.b64encode(data).decode()


def from_text(text: object, length: int) -> bytes | None:
    """So many bytes back out of base64; None for anything else."""
    if not isinstance(text, str) or len(text) > 4 * length:
        return None
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    # One text for each key: base64 lets the last letter carry bits that mean nothing.
    return data if len(data) == length and to_text(data) == text else None
