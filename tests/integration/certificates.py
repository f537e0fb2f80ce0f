"""Certificates for tests, good ones and every bad kind, made afresh with `cryptography`."""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
DAY = datetime.timedelta(days=1)
LOCAL: tuple[str, ...] = ("127.0.0.1", "localhost")
_RSA_SHA256 = bytes.fromhex("06092a864886f70d01010b")
_RSA_SHA1 = bytes.fromhex("06092a864886f70d010105")


@dataclass(frozen=True)
class Issued:
    """A certificate with its key. der: the certificate as it travels; chain: what a server sends after it."""

    der: bytes
    key: Key
    subject: x509.Name
    chain: tuple[bytes, ...] = ()
    is_root: bool = False

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the DER certificate, hex."""
        return hashlib.sha256(self.der).hexdigest()

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """(certificate chain, key) as PEM files."""
        certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        certificate.write_text("".join(ssl.DER_cert_to_PEM_cert(der) for der in (self.der, *self.chain)))
        key.write_bytes(
            self.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, key


def issue(
    name: str,
    by: Issued | None = None,
    *,
    hosts: tuple[str, ...] = LOCAL,
    ca: bool = False,
    key: Key | None = None,
    begins: datetime.timedelta = -DAY,
    ends: datetime.timedelta = 30 * DAY,
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
) -> Issued:
    """A certificate for `name` signed by `by` (or by itself), wrong in whatever way the arguments say."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    signer = by.key if by else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    if not ca:
        if hosts:
            names = [_general_name(host) for host in hosts]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    der = builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    chain = (by.der, *by.chain) if by and not by.is_root else ()
    return Issued(der, key, subject, chain, is_root=ca and by is None)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def authority(name: str = "Test authority") -> Issued:
    """A root that may sign others."""
    return issue(name, ca=True)


def tampered(good: Issued) -> Issued:
    """The same certificate with one bit of its signature turned."""
    return Issued(good.der[:-1] + bytes([good.der[-1] ^ 1]), good.key, good.subject, good.chain)


def signed_with_sha1(root: Issued) -> Issued:
    """A certificate that an intermediate of the root signed with RSA and SHA-1; no library makes one now."""
    signer = issue("RSA signer", root, ca=True, key=_rsa(2048))
    camera = issue("camera", signer)
    signed = x509.load_der_x509_certificate(camera.der)
    body = signed.tbs_certificate_bytes.replace(_RSA_SHA256, _RSA_SHA1)
    assert isinstance(signer.key, rsa.RSAPrivateKey)
    signature = signer.key.sign(body, padding.PKCS1v15(), hashes.SHA1())
    der = camera.der.replace(signed.tbs_certificate_bytes, body).replace(_RSA_SHA256, _RSA_SHA1)
    return Issued(der.replace(signed.signature, signature), camera.key, camera.subject, camera.chain)


def _rsa(bits: int) -> Key:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


BAD: dict[str, Callable[[Issued], Issued]] = {
    "expired": lambda root: issue("camera", root, begins=-30 * DAY, ends=-DAY),
    "not yet valid": lambda root: issue("camera", root, begins=DAY),
    "self-signed": lambda _: issue("camera"),
    "wrong host": lambda root: issue("camera", root, hosts=("10.11.12.13", "camera.example")),
    "right name in the subject only": lambda root: issue("localhost", root, hosts=()),
    "unknown authority": lambda _: issue("camera", authority("Somebody else")),
    "another authority of the same name": lambda _: issue("camera", authority()),
    "tampered signature": lambda root: tampered(issue("camera", root)),
    "signed by one who may not sign": lambda root: issue("camera", issue("no authority", root)),
    "signed by an expired authority": lambda root: issue(
        "camera", issue("old authority", root, ca=True, begins=-30 * DAY, ends=-DAY)
    ),
    "for clients only": lambda root: issue("camera", root, purpose=ExtendedKeyUsageOID.CLIENT_AUTH),
    "weak key of 1024 bits": lambda root: issue("camera", root, key=_rsa(1024)),
    "signed with SHA-1": signed_with_sha1,
}
"""name: how to make that bad certificate, given the root that the client trusts."""
