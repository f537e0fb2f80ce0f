"""The installed Qt does not lose references to None: PySide6 6.12 on CPython 3.11 aborts within minutes."""

from __future__ import annotations

import subprocess
import sys

LOSS = """
import sys
from PySide6.QtGui import QGuiApplication
application = QGuiApplication([])
application.processEvents()
before = sys.getrefcount(None)
for _ in range(500):
    application.processEvents()
print(before - sys.getrefcount(None))
"""


def test_500_void_calls_lose_no_reference_to_none() -> None:
    ran = subprocess.run([sys.executable, "-c", LOSS], capture_output=True, text=True, timeout=60, check=True)
    assert int(ran.stdout) < 50
