"""A signature fits one key and one text; keys go to text and back in one way only."""

from __future__ import annotations

import pytest

from hanoi_wall.evidence.signing import KEY_BYTES, Signer, fingerprint, from_text, is_signed, to_text


def test_the_first_vector_of_the_standard() -> None:
    """RFC 8032, 7.1."""
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    signer = Signer(secret)
    assert signer.public_key.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert signer.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901")


def test_only_what_was_signed_is_signed() -> None:
    signer, other = Signer(b"a" * KEY_BYTES), Signer(b"b" * KEY_BYTES)
    signature = signer.sign(b"card")
    assert is_signed(signer.public_key, signature, b"card")
    assert not is_signed(signer.public_key, signature, b"Card")
    assert not is_signed(other.public_key, signature, b"card")
    assert not is_signed(signer.public_key, signature[:-1], b"card")
    assert not is_signed(b"short", signature, b"card")
    assert signer.fingerprint == fingerprint(signer.public_key) != other.fingerprint
    assert signer.fingerprint.startswith("SHA256:") and len(signer.fingerprint) == 50


def test_a_key_of_another_length_is_none() -> None:
    with pytest.raises(ValueError):
        Signer(b"short")


def test_bytes_go_to_text_and_back_in_one_way() -> None:
    text = to_text(b"a" * 32)
    assert from_text(text, 32) == b"a" * 32
    # The last letter before "=" carries two bits that no byte needs.
    twin = text[:-2] + chr(ord(text[-2]) + 1) + "="
    for wrong in (twin, text[:-1], text + "\n", "é" * 44, "A" * 1_000_000, None, 7, {}):
        assert from_text(wrong, 32) is None
    assert from_text(text, 31) is None
