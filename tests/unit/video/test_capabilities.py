"""What this build of the libraries can decode."""

from __future__ import annotations

import json
import subprocess
import sys

from hanoi_wall.video.capabilities import CODECS, capabilities


def test_the_codecs_of_cameras_can_be_decoded() -> None:
    found = capabilities()
    assert found["codecs"] == list(CODECS)
    assert isinstance(found["libyuv"], bool)


def test_it_is_told_as_one_json_line() -> None:
    command = [sys.executable, "-m", "hanoi_wall.video.capabilities"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert json.loads(done.stdout) == capabilities() and done.stdout.count(b"\n") == 1
