"""Scene files (JSON, UTF-8): read with every key checked; what is wrong is told with its place."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

from hanoi_wall.domain.grid import SceneError
from hanoi_wall.domain.scene import Scene, scene_from_plain

MOST_BYTES = 10 * 1024 * 1024


class SceneFileError(Exception):
    """A scene file that cannot be used; the text names the file, the line or key, and what was expected."""


def read_scene(path: Path) -> Scene:
    """The scene that stands in a file; raises SceneFileError."""
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            raise SceneFileError(f"{path}: is no regular file; expected a scene in JSON")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SceneFileError(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise SceneFileError(f"{path}: is larger than {MOST_BYTES // 1024 // 1024} MiB; expected a scene")
    try:
        plain = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_constant)
        return scene_from_plain(plain)
    except UnicodeDecodeError:
        raise SceneFileError(f"{path}: is not UTF-8; expected a scene in JSON") from None
    except json.JSONDecodeError as error:
        raise SceneFileError(f"{path}:{error.lineno}: is not JSON: {error.msg}") from None
    except SceneError as error:
        raise SceneFileError(f"{path}: {error}") from None
    except (RecursionError, ValueError):
        raise SceneFileError(f"{path}: is not JSON: nested too deep, or a number too long or none") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise SceneError(f"{twice[:40]!r}: stands there twice")
    return made


def _no_constant(name: str) -> float:
    raise SceneError(f"{name}: expected a number")
