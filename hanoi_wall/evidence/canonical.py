"""JSON that is the same bytes whoever writes it: what is signed, and how it is read back strictly. Pure.

RFC 8785 for what a card holds: objects, arrays, text, whole numbers, true, false, null. Keys are sorted by
their UTF-16 code units, text is escaped no more than JSON must, nothing stands between. There are no
fractions: how they are written is the one hard part of RFC 8785, and a card does without (times are text,
lengths whole numbers). Numbers lie within ±(2^53 - 1), which every reader of JSON has exactly.

Reading is strict, so that two programs never see two different cards in one file: no key twice, no fraction,
no NaN, no half of a surrogate pair, no nesting without end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

MOST_BYTES = 256 * 1024
MOST_DEPTH = 8
MOST_NUMBER = 2**53 - 1

Value = dict[str, Any]


class BadJson(ValueError):
    """Not the JSON that a card may be; the text says what was found and, where it can, at which key."""


def canonical(value: Any) -> bytes:
    """The one way to write this value; raises BadJson for what a card must not hold."""
    return _written(value, "", 0).encode()


def _written(value: Any, path: str, depth: int) -> str:
    if depth > MOST_DEPTH:
        raise BadJson(f"{path} is nested deeper than {MOST_DEPTH}")
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        if abs(value) > MOST_NUMBER:
            raise BadJson(f"{path} is a number beyond ±(2^53 - 1)")
        return str(value)
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, list | tuple):
        return "[" + ",".join(_written(each, f"{path}[{i}]", depth + 1) for i, each in enumerate(value)) + "]"
    if isinstance(value, dict):
        # Text is tried first: a key that has no UTF-16 cannot be sorted.
        keys = {key: _text(key, path) for key in value}
        pairs = [
            f"{keys[key]}:{_written(value[key], below(path, key), depth + 1)}"
            for key in sorted(keys, key=lambda key: key.encode("utf-16-be"))
        ]
        return "{" + ",".join(pairs) + "}"
    raise BadJson(f"{path} is a {type(value).__name__}; expected text, a whole number, true, false or null")


def _text(text: str, path: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadJson(f"{path} holds half of a surrogate pair") from None
    return json.dumps(text, ensure_ascii=False)


def below(path: str, key: str) -> str:
    """The path of a key in the object at `path`: `camera.name`."""
    return f"{path}.{key}" if path else key


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every (path, value) that holds no other: `camera.name`, `pictures[0].sha256`; empty containers too."""
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from leaves(each, below(path, key))
    elif isinstance(value, list) and value:
        for index, each in enumerate(value):
            yield from leaves(each, f"{path}[{index}]")
    else:
        yield path, value


def read(data: bytes) -> Value:
    """The object that stands in a file; raises BadJson."""
    if len(data) > MOST_BYTES:
        raise BadJson(f"is larger than {MOST_BYTES // 1024} KiB")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise BadJson("is not UTF-8") from None
    try:
        found = json.loads(
            text,
            object_pairs_hook=_each_once,
            parse_int=_whole,
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
        )
    except json.JSONDecodeError as error:
        raise BadJson(f"is not JSON (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise BadJson(f"is nested deeper than {MOST_DEPTH}") from None
    if not isinstance(found, dict):
        raise BadJson("expected an object")
    # What cannot be written again cannot be checked.
    canonical(found)
    return found


def _each_once(pairs: list[tuple[str, Any]]) -> Value:
    found: Value = {}
    for key, value in pairs:
        if key in found:
            raise BadJson(f"holds the key {_shown(key)} twice")
        found[key] = value
    return found


def _whole(digits: str) -> int:
    if len(digits) > len(str(-MOST_NUMBER)):
        raise BadJson("holds a number beyond ±(2^53 - 1)")
    return int(digits)


def _no_fraction(text: str) -> NoReturn:
    raise BadJson(f"holds the number {text[:24]}; expected whole numbers")


def _shown(key: str) -> str:
    return key[:64] if key.isprintable() else "(unprintable)"
