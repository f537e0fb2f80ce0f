"""The cameras that the user of a profile marked, by id, in a small file of their own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from hanoi_wall.settings.folders import make
from hanoi_wall.settings.writing import write_whole

MOST = 2000
_LARGEST = 1_000_000
_KEY = "favourites"


class FavouritesError(Exception):
    """A file of favourites that cannot be read; one line that names it and says why."""


def read_favourites(path: Path) -> tuple[str, ...]:
    """The ids in their order, none where there is no file yet; raises FavouritesError."""
    try:
        if path.stat().st_size > _LARGEST:
            raise FavouritesError(f"{path} is larger than {_LARGEST} bytes; move it away")
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise FavouritesError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise FavouritesError(f"{path} is not JSON; move it away") from None
    ids = found.get(_KEY) if isinstance(found, dict) else None
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise FavouritesError(f'{path}: expected {{"{_KEY}": [camera ids]}}; move it away')
    return tuple(dict.fromkeys(ids))[:MOST]


def write_favourites(path: Path, ids: Iterable[str]) -> None:
    """Replace the file; raises OSError and FolderError."""
    make(path.parent)
    write_whole(path, json.dumps({_KEY: list(ids)}, ensure_ascii=False, indent=1).encode() + b"\n")
