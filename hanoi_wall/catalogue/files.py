"""Catalogue files: CSV (UTF-8, with or without BOM) and JSON, read with every problem at its line.

A file is hostile until it is read: it is bounded in bytes, rows and depth, and whatever stands in it raises
CatalogueError or becomes a Problem. No text made here repeats a cell.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hanoi_wall.catalogue.problems import MOST_PROBLEMS, CatalogueError, Problem
from hanoi_wall.catalogue.rows import (
    KNOWN,
    MOST_EXTRA_NAME,
    MOST_EXTRAS,
    REQUIRED,
    Row,
    looks_secret,
    read_row,
)
from hanoi_wall.domain.camera import (
    Camera,
    Credentials,
    StreamAddress,
    StreamKind,
    tells_streams_apart,
)

MOST_BYTES = 32 * 1024 * 1024
MOST_ROWS = 100_000
MOST_LINES = 1_000_000
_NUMBERS = ("lat", "lon")
StreamKey = tuple[str, str, int, str]
_Taken = dict[tuple[StreamKey, str], Row]
_BLANKS = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """What a file gave.

    cameras: the rows that are right, in the file's order; credentials: what stood in them, by camera id and
    part (`main`, `sub`, `onvif`); problems: the first MOST_PROBLEMS of the rows that are wrong, total: how
    many there are; skipped: how many rows are wrong; lines: the line of each camera.
    """

    name: str
    cameras: tuple[Camera, ...]
    credentials: Mapping[str, Mapping[str, Credentials]] = field(repr=False)
    problems: tuple[Problem, ...] = ()
    total: int = 0
    skipped: int = 0
    lines: Mapping[str, int] = field(default_factory=dict, repr=False)

    def demand_all(self) -> None:
        """Raise CatalogueError unless every row is right."""
        if self.problems:
            raise CatalogueError(self.name, self.problems, self.total)


def read_file(path: Path) -> CatalogueFile:
    """Read a catalogue file; raises CatalogueError when it cannot be read or is no catalogue at all."""
    name = str(path)
    try:
        # Without O_NONBLOCK a named pipe would keep us waiting for its other end.
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _refuse(name, f"cannot be read: {error.strerror}; expected a CSV or JSON file") from None
    except ValueError:
        raise _refuse("file", "the name holds a NUL character") from None
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            kind = "a directory" if stat.S_ISDIR(status.st_mode) else "a device or pipe"
            raise _refuse(name, f"is {kind}; expected a CSV or JSON file")
        with open(fd, "rb", closefd=False) as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _refuse(name, f"cannot be read: {error.strerror}") from None
    finally:
        os.close(fd)
    return read_bytes(data, name)


def read_bytes(data: bytes, name: str) -> CatalogueFile:
    """Read a catalogue out of memory. It is JSON when `name` ends in .json or the text opens a list."""
    text = _decode(data, name)
    rows = _json_rows(text, name) if _is_json(text, name) else _csv_rows(text, name)
    return _gather(rows, name)


def stream_key(address: StreamAddress) -> StreamKey:
    """Equal for two addresses of the same stream, however host and default port are written."""
    rest = address.url.partition("://")[2].partition("/")
    return address.scheme, address.host if address.host else rest[0], address.port, rest[2]


def _refuse(name: str, text: str, line: int = 0) -> CatalogueError:
    return CatalogueError(name, (Problem(line, "", text),))


def _decode(data: bytes, name: str) -> str:
    if len(data) > MOST_BYTES:
        raise _refuse(name, f"is larger than {MOST_BYTES // 1024 // 1024} MiB; split it")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _refuse(name, "is UTF-16; save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # utf-8-sig counts from behind the mark.
        at = error.start + (len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0)
        line = _line_of(data[:at])
        raise _refuse(
            name, f"byte {at + 1} (0x{data[at]:02X}) is not UTF-8; save the file as UTF-8", line
        ) from None
    if (at := text.find("\0")) >= 0:
        raise _refuse(name, "holds a NUL character; expected text", _line_of(text[:at].encode()))
    if max(text.count("\n"), text.count("\r")) > MOST_LINES:
        raise _refuse(name, f"has more than {MOST_LINES} lines; split it")
    if not text.strip():
        raise _refuse(name, f"is empty; expected a header row with {', '.join(REQUIRED)}")
    return text


def _line_of(before: bytes) -> int:
    """The line that begins or goes on behind these bytes, for \\n, \\r\\n and \\r alike."""
    return 1 + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")


def _is_json(text: str, name: str) -> bool:
    return name.lower().endswith(".json") or text[_past_blanks(text, 0) :][:1] in ("[", "{")


def _gather(rows: Iterator[Row], name: str) -> CatalogueFile:
    """All rows together: what only shows between two rows, and the count of what is wrong."""
    cameras: list[Camera] = []
    credentials: dict[str, dict[str, Credentials]] = {}
    problems: list[Problem] = []
    total = skipped = 0
    ids: dict[str, Row] = {}
    streams: _Taken = {}
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise _refuse(name, f"has more than {MOST_ROWS} rows; split it", row.line)
        if row.camera is not None:
            _against_others(row, row.camera, ids, streams)
        if row.problems or row.camera is None:
            total += len(row.problems)
            skipped += 1
            problems += row.problems[: MOST_PROBLEMS - len(problems)]
            continue
        cameras.append(row.camera)
        if row.credentials:
            credentials[row.camera.id] = row.credentials
    lines = {camera.id: ids[camera.id].line for camera in cameras}
    return CatalogueFile(name, tuple(cameras), credentials, tuple(problems), total, skipped, lines)


def _against_others(row: Row, camera: Camera, ids: dict[str, Row], streams: _Taken) -> None:
    """Look for the row's id and addresses among those of the rows before, and note them if all is right.

    A row that is left out takes nothing from those behind it. Rows and not lines are compared: a JSON file
    may be one long line.
    """
    if camera.id in ids:
        row.complain("id", f"is the id of line {ids[camera.id].line} already")
    own = {}
    for kind in StreamKind:
        address = camera.stream(kind)
        if address is not None:
            key = stream_key(address), _token(row, kind, address)
            own[key] = row
            if key in streams:
                row.complain(f"{kind}_url", f"is a stream address of line {streams[key].line} already")
    if not row.problems:
        ids[camera.id] = row
        streams |= own


def _token(row: Row, kind: StreamKind, address: StreamAddress) -> str:
    """What beside its address tells a stream from others: gateways give each a key in the same place."""
    found = row.credentials.get(kind)
    return found.password if found is not None and tells_streams_apart(address.url) else ""


# ------------------------------------------------------------------------------------------------------- CSV


def _csv_rows(text: str, name: str) -> Iterator[Row]:
    records = _records(text, name)
    line, header = next(records, (1, []))
    columns = _columns(header, name, line)
    empty = any(not column for column in columns)
    for line, record in records:
        row = _csv_row(line, columns, record)
        if empty and any(cell.strip() for column, cell in zip(columns, record, strict=False) if not column):
            row.complain("", "has a cell in a column without a name")
            row.camera = None
        yield row


def _csv_row(line: int, columns: Sequence[str], record: Sequence[str]) -> Row:
    if len(record) > len(columns) and any(cell.strip() for cell in record[len(columns) :]):
        row = Row(line)
        row.complain(
            "", f"has {len(record)} columns, the header {len(columns)}; quote cells that hold a comma"
        )
        return row
    cells = dict(zip(columns, record, strict=False))
    extra = {column: cells.get(column, "") for column in columns if column and column not in KNOWN}
    return read_row(line, cells, extra)


def _records(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Every record that is not blank, with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            limit = csv.field_size_limit()
            what = (
                f"a cell is longer than {limit} characters" if "limit" in str(error) else "quoting is wrong"
            )
            raise _refuse(
                name, f'{what}; a cell that begins with " must end with " (write "" for one)', line
            ) from None
        if any(cell.strip() for cell in record):
            yield line, record


def _columns(header: Sequence[str], name: str, line: int) -> list[str]:
    """The columns' names, known ones in lower case; raises CatalogueError."""
    if len(header) > len(KNOWN) + MOST_EXTRAS:
        raise _refuse(name, f"has {len(header)} columns; at most {len(KNOWN) + MOST_EXTRAS}", line)
    names = [cell.strip() for cell in header]
    columns = [cell.lower() if cell.lower() in KNOWN else cell for cell in names]
    if missing := [column for column in REQUIRED if column not in columns]:
        hint = ""
        if len(columns) == 1 and any(mark in header[0] for mark in ";\t"):
            hint = "; columns must be separated by commas"
        raise _refuse(name, f"the header row names no column {', '.join(missing)}{hint}", line)
    for number, column in enumerate(columns, 1):
        if column and columns.index(column) + 1 != number:
            first = columns.index(column) + 1
            raise _refuse(name, f"columns {first} and {number} have the same name", line)
        if column not in KNOWN and (wrong := _wrong_name(column)):
            raise _refuse(name, f"column {number} {wrong}", line)
    return columns


def _wrong_name(column: str) -> str:
    """What is wrong with the name of an unknown column, or ""."""
    if len(column) > MOST_EXTRA_NAME:
        return f"has a name of {len(column)} characters; at most {MOST_EXTRA_NAME}"
    if not column.isprintable():
        return "has a control or invisible character in its name"
    if looks_secret(column):
        return "seems to hold passwords; call it `password` (beside `user`), or take it out"
    return ""


# ------------------------------------------------------------------------------------------------------ JSON


class _Twice(dict[str, Any]):
    """A JSON object that had a key twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _Twice(found)


def _no_constant(_: str) -> float:
    raise ValueError("not JSON")


def _json_rows(text: str, name: str) -> Iterator[Row]:
    decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant)
    at, line = _skip(text, 0, 1)
    if text[at] != "[":
        raise _refuse(name, "is not a list; expected [ {…}, {…} ], one object for each camera", line)
    at, line = _skip(text, at + 1, line)
    while text[at : at + 1] != "]":
        try:
            item, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise _refuse(name, f"is not JSON: {error.msg}", error.lineno) from None
        except (ValueError, RecursionError):
            raise _refuse(name, "is not JSON: a number too long, NaN, or nested too deep", line) from None
        yield _json_row(item, line)
        at, line = _skip(text, end, line + text.count("\n", at, end))
        if text[at : at + 1] == ",":
            at, line = _skip(text, at + 1, line)
            if text[at : at + 1] != "]":
                continue
            raise _refuse(name, "is not JSON: a comma with nothing behind it", line)
        if text[at : at + 1] != "]":
            raise _refuse(name, "is not JSON: expected , or ] behind an object", line)
    at, line = _skip(text, at + 1, line)
    if at < len(text):
        raise _refuse(name, "goes on behind the end of the list", line)


def _skip(text: str, at: int, line: int) -> tuple[int, int]:
    """Past blanks: the next place and its line."""
    end = _past_blanks(text, at)
    return end, line + text.count("\n", at, end)


def _past_blanks(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return match.end() if match else at


def _json_row(item: Any, line: int) -> Row:
    row = Row(line)
    if not isinstance(item, dict):
        row.complain("", f"is {_kind(item)}; expected an object with {', '.join(REQUIRED)}")
        return row
    if isinstance(item, _Twice):
        row.complain("", "an object has the same key twice")
        return row
    cells: dict[str, str] = {}
    extra: dict[str, str] = {}
    for key, value in item.items():
        key = key.strip()
        known = key.lower() if key.lower() in KNOWN else ""
        if known in cells or key in extra:
            row.complain("", "an object has the same key twice")
        elif known:
            cells[known] = _cell(row, known, value)
        elif wrong := _wrong_name(key) or ("" if key else "has no name"):
            row.complain("", f"an unknown key {wrong}")
        else:
            extra[key] = _extra_cell(row, value)
    if len(extra) > MOST_EXTRAS:
        row.complain("", f"has {len(extra)} unknown keys; at most {MOST_EXTRAS}")
    if row.problems:
        return row
    return read_row(line, cells, extra)


def _cell(row: Row, key: str, value: Any) -> str:
    """A known value as the CSV would write it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if key == "ptz" and isinstance(value, bool):
        return "true" if value else "false"
    if key in _NUMBERS and isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    if key == "tags" and isinstance(value, list) and all(isinstance(tag, str) for tag in value):
        if not any(";" in tag for tag in value):
            return ";".join(value)
        row.complain(key, "holds a ; inside a tag")
        return ""
    expected = {"ptz": "true or false", "tags": "a list of texts"} | dict.fromkeys(_NUMBERS, "a number")
    row.complain(key, f"is {_kind(value)}; expected {expected.get(key, 'text')}")
    return ""


def _extra_cell(row: Row, value: Any) -> str:
    if isinstance(value, str):
        return value
    try:
        return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
    except RecursionError:
        row.complain("", "an unknown key is nested too deep")
        return ""


def _kind(value: Any) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list"}
    return "nothing" if value is None else kinds.get(type(value), "an object")
