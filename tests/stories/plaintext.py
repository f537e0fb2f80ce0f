"""A key store that keeps plain text, as some are installed."""

from __future__ import annotations

from tests.key_store import TestKeyStore


class PlaintextKeyring(TestKeyStore):
    """Must be refused by its name."""

    __test__ = False
