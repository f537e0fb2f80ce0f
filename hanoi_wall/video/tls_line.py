"""The TLS connection to one camera: whom it trusts, how it is opened, what went wrong as a cause.

Trust is one of two things, never less:
* a pinned fingerprint, the SHA-256 of the server's certificate (DER): exactly that certificate is right,
  whoever signed it, whatever name, dates or key it has, and nothing else is;
* otherwise a chain to the authorities (the given file, or the system's) and the host name or address among
  the certificate's subject alternative names. Revocation lists are not fetched.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import os
import re
import selectors
import ssl
import time
from contextlib import suppress
from functools import lru_cache

from hanoi_wall.domain.faults import Cause
from hanoi_wall.video.dial import NoLine, cause_of, connect

CHUNK = 64 * 1024
_CIPHERS = "@SECLEVEL=2:ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM"
"""Forward secrecy only; level 2 refuses RSA keys under 2048 bits and SHA-1 signatures."""
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


class RelayRefused(NoLine):
    """No trusted connection could be opened."""


class TlsLine:
    """A TLS connection over a non-blocking socket. One thread at a time.

    encrypted: bytes for the socket that it has not taken yet; ended: the camera has said its last.
    """

    def __init__(self, host: str, port: int, fingerprint: str | None, ca_file: str | None, deadline: float):
        """Connect, agree on keys and check the certificate before the deadline (time.monotonic seconds).

        Looking the name up is bounded by the system's resolver instead. Raises RelayRefused.
        """
        self.encrypted = bytearray()
        self.ended = False
        self._host = host
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        pin = None if fingerprint is None else _digits(fingerprint)
        context = _context(pin is not None, ca_file, _changed(ca_file))
        try:
            # The zone of a link-local address is this machine's business, not the certificate's.
            name = host.partition("%")[0]
            self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        except (ValueError, TypeError) as error:
            raise RelayRefused(Cause.NAME_UNKNOWN, f"{host!r}: {error}") from None
        try:
            self.socket = connect(host, port, deadline)
        except NoLine as none:
            raise RelayRefused(none.cause, none.detail) from None
        try:
            self._handshake(deadline)
            if pin is not None:
                self._require(pin)
        except BaseException:
            self.socket.close()
            raise

    def receive(self) -> bytes:
        """Decrypted bytes, b"" when there are none yet; sets `ended`. Raises OSError on a broken line.

        Also to be called once before waiting: the handshake may have read past its own end.
        """
        with suppress(BlockingIOError):
            data = self.socket.recv(CHUNK)
            self.ended = not data
            self._incoming.write(data)
        parts: list[bytes] = []
        try:
            while part := self._tls.read(CHUNK):
                parts.append(part)
            self.ended = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.ended = True
        self._collect()
        return b"".join(parts)

    def send(self, data: bytes) -> None:
        """Encrypt `data` into `encrypted`; raises OSError on a broken line."""
        self._tls.write(data)
        self._collect()

    def send_end(self) -> None:
        """Encrypt the farewell: nothing more will be sent, the camera may still send."""
        try:
            self._tls.unwrap()
        except (OSError, ValueError):
            pass  # "want read" is the usual answer: the camera's own farewell has not come yet.
        self._collect()

    def flush(self) -> None:
        """Give the socket what it takes of `encrypted` without waiting; raises OSError."""
        while self.encrypted:
            try:
                del self.encrypted[: self.socket.send(self.encrypted)]
            except BlockingIOError:
                return

    def ask(self, request: bytes, deadline: float) -> bytes:
        """The beginning of the answer to a request, at most some 64 KiB; b"" when the camera ends instead.

        Waits until the deadline; raises OSError (TimeoutError after it).
        """
        self.send(request)
        answer = self.receive()
        while b"\r\n\r\n" not in answer and not self.ended and len(answer) < CHUNK:
            self._await(deadline, an_answer=True)
            answer += self.receive()
        return answer

    def _collect(self) -> None:
        if self._outgoing.pending:
            self.encrypted += self._outgoing.read()

    def _handshake(self, deadline: float) -> None:
        try:
            while True:
                try:
                    self._tls.do_handshake()
                    self._collect()
                    return self._await(deadline, an_answer=False)
                except ssl.SSLWantReadError:
                    self._collect()
                    self._await(deadline, an_answer=True)
        except ssl.SSLError as error:
            self._tell_why()
            reason = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else error.reason
            raise RelayRefused(Cause.TLS, f"{self._host}: {reason or 'no TLS'}") from None
        except OSError as error:
            detail = f"{self._host}: {error.strerror} during the TLS handshake"
            raise RelayRefused(cause_of(error), detail) from None

    def _require(self, pin: str) -> None:
        found = hashlib.sha256(self._tls.getpeercert(binary_form=True) or b"").hexdigest()
        if not hmac.compare_digest(found, pin):
            raise RelayRefused(Cause.TLS, f"{self._host}: certificate {found} is not the pinned one")

    def _await(self, deadline: float, *, an_answer: bool) -> None:
        """Send everything and, for an answer, receive something; raises TimeoutError after the deadline."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.socket, selectors.EVENT_READ)
            self.flush()
            while self.encrypted or an_answer:
                write = selectors.EVENT_WRITE if self.encrypted else 0
                selector.modify(self.socket, write | (selectors.EVENT_READ if an_answer else 0))
                left = deadline - time.monotonic()
                if left <= 0 or not (ready := selector.select(left)):
                    raise TimeoutError(errno.ETIMEDOUT, "no answer in time")
                if ready[0][1] & selectors.EVENT_READ:
                    data = self.socket.recv(CHUNK)
                    if not data:
                        raise ConnectionResetError(errno.ECONNRESET, "connection closed")
                    self._incoming.write(data)
                    an_answer = False
                self.flush()

    def _tell_why(self) -> None:
        """Send the alert that names the fault, as far as the socket takes it at once."""
        self._collect()
        with suppress(OSError):
            self.flush()


def _digits(fingerprint: str) -> str:
    digits = fingerprint.replace(":", "").strip().lower()
    if _FINGERPRINT.fullmatch(digits) is None:
        raise RelayRefused(Cause.TLS, "the pinned fingerprint is not 64 hexadecimal digits")
    return digits


def _changed(ca_file: str | None) -> int:
    """When the file of authorities was last written (ns), so that a new one is read."""
    try:
        return 0 if ca_file is None else os.stat(ca_file).st_mtime_ns
    except OSError as error:
        raise RelayRefused(Cause.TLS, f"authorities {ca_file}: {error.strerror}") from None


@lru_cache(maxsize=4)
def _context(pinned: bool, ca_file: str | None, changed: int) -> ssl.SSLContext:
    """What all lines of one kind share: reading the system's authorities costs 20 ms and some memory."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    if pinned:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    context.hostname_checks_common_name = False
    try:
        if ca_file is None:
            context.load_default_certs(ssl.Purpose.SERVER_AUTH)
        else:
            context.load_verify_locations(cafile=ca_file)
    except OSError as error:
        reason = getattr(error, "reason", None) or error.strerror
        raise RelayRefused(Cause.TLS, f"authorities {ca_file}: {reason}") from None
    return context
