"""RTSP Digest authentication (RFC 2617, MD5), the way cameras ask for it. Pure but for the nonce's key."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from hanoi_wall.domain.clock import SECOND, Clock

REALM = "camera"
NONCE_LIFE_NS = 300 * SECOND
_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


class Gate:
    """Lets in who knows the password."""

    def __init__(self, user: str, password: str, clock: Clock) -> None:
        self._user = user
        self._secret = _md5(f"{user}:{REALM}:{password}")
        self._key = secrets.token_bytes(16)
        self._clock = clock

    def challenge(self) -> str:
        """The value of WWW-Authenticate."""
        return f'Digest realm="{REALM}", nonce="{self._nonce(self._clock.monotonic_ns())}", algorithm=MD5'

    def admits(self, header: str, method: str) -> bool:
        """Whether an Authorization header is right for a request with this method."""
        scheme, _, rest = header.partition(" ")
        if scheme.lower() != "digest":
            return False
        fields = {name.lower(): quoted or plain for name, quoted, plain in _FIELD.findall(rest)}
        nonce = fields.get("nonce", "")
        if fields.get("username") != self._user or not self._is_fresh(nonce):
            return False
        request = _md5(f"{method}:{fields.get('uri', '')}")
        middle = nonce
        if "qop" in fields:
            middle = f"{nonce}:{fields.get('nc', '')}:{fields.get('cnonce', '')}:{fields['qop']}"
        expected = _md5(f"{self._secret}:{middle}:{request}")
        return hmac.compare_digest(expected, fields.get("response", "").lower())

    def _nonce(self, when_ns: int) -> str:
        stamp = f"{when_ns:016x}"
        return stamp + hmac.new(self._key, stamp.encode(), hashlib.sha256).hexdigest()[:16]

    def _is_fresh(self, nonce: str) -> bool:
        try:
            when_ns = int(nonce[:16], 16)
        except ValueError:
            return False
        if not hmac.compare_digest(self._nonce(when_ns), nonce):
            return False
        return 0 <= self._clock.monotonic_ns() - when_ns <= NONCE_LIFE_NS


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
