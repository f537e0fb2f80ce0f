"""How to log in to a camera: what it asks for (WWW-Authenticate), what to answer (Authorization). Pure.

Only what the wall's own decoder can do: Digest with MD5 or MD5-sess (RFC 2617), else Basic.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from hanoi_wall.domain.camera import Credentials

MOST_CHALLENGES = 8
LONGEST_CHALLENGE = 4096
_FIELD = re.compile(r'([A-Za-z]{1,32})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to log in that a camera offers. scheme: `digest` or `basic`; the others are Digest's."""

    scheme: str
    realm: str = ""
    nonce: str = ""
    algorithm: str = "MD5"
    opaque: str | None = None
    qop: bool = False


class LoginError(Exception):
    """The camera asks for a login that the wall cannot do; the text says which."""


def choose(headers: Sequence[str]) -> Challenge:
    """The best way to log in of those offered in WWW-Authenticate headers; raises LoginError."""
    offered = []
    best: Challenge | None = None
    for header in headers[:MOST_CHALLENGES]:
        scheme, _, rest = header[:LONGEST_CHALLENGE].strip().partition(" ")
        scheme = scheme.lower()
        fields = {name.lower(): quoted or plain for name, quoted, plain in _FIELD.findall(rest)}
        algorithm = fields.get("algorithm", "MD5")
        offered.append(f"{scheme} {algorithm}" if scheme == "digest" else scheme)
        if scheme == "basic":
            best = best or Challenge("basic", fields.get("realm", ""))
        elif scheme == "digest" and algorithm.upper() in ("MD5", "MD5-SESS") and fields.get("nonce"):
            qops = [qop.strip().lower() for qop in fields.get("qop", "").split(",")]
            if qops != [""] and "auth" not in qops:
                continue
            best = Challenge(
                "digest",
                fields.get("realm", ""),
                fields["nonce"],
                algorithm,
                fields.get("opaque"),
                qops != [""],
            )
            break
    if best is None:
        raise LoginError(
            f"it asks for {', '.join(offered) or 'nothing known'}, the wall knows digest MD5 and basic"
        )
    return best


def authorization(challenge: Challenge, credentials: Credentials, method: str, uri: str, cnonce: str) -> str:
    """The value of the header Authorization; cnonce: random text of our own. Raises LoginError."""
    if any(ord(mark) < 32 or ord(mark) == 127 for mark in credentials.user + credentials.password):
        raise LoginError("the user or password holds a control character")
    if challenge.scheme == "basic":
        pair = f"{credentials.user}:{credentials.password}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"
    first = _md5(f"{credentials.user}:{challenge.realm}:{credentials.password}")
    if challenge.algorithm.upper() == "MD5-SESS":
        first = _md5(f"{first}:{challenge.nonce}:{cnonce}")
    middle = f"{challenge.nonce}:00000001:{cnonce}:auth" if challenge.qop else challenge.nonce
    response = _md5(f"{first}:{middle}:{_md5(f'{method}:{uri}')}")
    fields = {
        "username": credentials.user,
        "realm": challenge.realm,
        "nonce": challenge.nonce,
        "uri": uri,
        "response": response,
    }
    if challenge.opaque is not None:
        fields["opaque"] = challenge.opaque
    words = [f'{name}="{_quoted(value)}"' for name, value in fields.items()]
    words.append(f"algorithm={challenge.algorithm}")
    if challenge.qop:
        words += ["qop=auth", "nc=00000001", f'cnonce="{cnonce}"']
    elif challenge.algorithm.upper() == "MD5-SESS":
        words.append(f'cnonce="{cnonce}"')
    return f"Digest {', '.join(words)}"


def _quoted(value: str) -> str:
    # realm, nonce and opaque are repeated as they came, their own backslashes included.
    return re.sub(r'(?<!\\)"', r"\"", value)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
