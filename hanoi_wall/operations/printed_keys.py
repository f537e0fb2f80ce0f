"""The sheet of keys to print: one HTML file that needs nothing else, one side of A4, from the same table."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from hanoi_wall.assets import Words
from hanoi_wall.operations.actions import Action, actions
from hanoi_wall.operations.key_choice import key_text
from hanoi_wall.operations.refusals import Missing, WrongUsage
from hanoi_wall.settings.writing import write_whole

_STYLE = """\
@page { size: A4; margin: 12mm }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 186mm; color: #14171b; background: #fff;
  font: 10pt/1.35 Inter, "Noto Sans", "DejaVu Sans", sans-serif }
header { display: flex; justify-content: space-between; align-items: baseline;
  border-bottom: 1.5pt solid #14171b; padding-bottom: 2mm; margin-bottom: 4mm }
h1 { font-size: 17pt; margin: 0 } header span { color: #4a535d }
main { columns: 2; column-gap: 8mm }
section { break-inside: avoid-column; margin: 0 0 4mm }
h2 { font-size: 10.5pt; margin: 0 0 1mm; padding: 0.6mm 0; border-bottom: 0.5pt solid #7c8793 }
dl { margin: 0 } dl div { display: flex; gap: 3mm; padding: 0.7mm 0; break-inside: avoid;
  border-bottom: 0.25pt solid #dde2e7 }
dt { flex: 0 0 30mm; white-space: normal } dd { margin: 0; flex: 1 }
kbd { display: inline-block; font: inherit; font-weight: 600; padding: 0 1.4mm; margin: 0 0.6mm 0.4mm 0;
  border: 0.6pt solid #4a535d; border-radius: 1mm }
footer { margin-top: 3mm; color: #4a535d; font-size: 9pt }
.crowded { font-size: 8pt; line-height: 1.2 } .crowded dl div { padding: 0.25mm 0 }
"""
_CROWD = 56
"""Beyond so many actions the type is smaller, so that they still stand on one side."""


def print_keys(path: Path, words: Words, *, overwrite: bool = False) -> None:
    """Write the sheet of the keys in force; raises WrongUsage where a file is, Missing where none can be."""
    if path.exists() and not overwrite:
        raise WrongUsage(f"{path} is there already; name another file, or say --overwrite")
    try:
        write_whole(path, sheet(words).encode(), mode=0o644)
    except OSError as error:
        raise Missing(f"{path} cannot be written: {error.strerror}") from None


def sheet(words: Words) -> str:
    """The sheet of the keys in force as HTML."""
    crowded = ' class="crowded"' if len(actions()) > _CROWD else ""
    body = "\n".join(_sections(words))
    title = escape(words("keys.title"))
    return (
        f'<!DOCTYPE html>\n<html lang="{words.language}">\n<head><meta charset="utf-8">'
        f"<title>Hanoi Wall · {title}</title>\n<style>\n{_STYLE}</style></head>\n<body{crowded}>\n"
        f"<header><h1>{title}</h1><span>Hanoi Wall</span></header>\n<main>\n{body}\n</main>\n"
        f"<footer>{escape(words('keys.sheet_note'))}</footer>\n</body>\n</html>\n"
    )


def _sections(words: Words) -> Iterator[str]:
    """The actions by the first part of their ids, each part under its name where it has one."""
    parts: dict[str, list[Action]] = {}
    for each in actions():
        parts.setdefault(each.id.partition(".")[0], []).append(each)
    for part, held in parts.items():
        rows = "\n".join(_row(each, words) for each in held)
        yield f"<section><h2>{escape(part_name(part, words))}</h2>\n<dl>\n{rows}\n</dl></section>"


def part_name(part: str, words: Words) -> str:
    """What a group of actions (`wall`, `tile`, …) is called."""
    key = f"keys_of.{part}"
    return words(key) if key in words.keys() else part


def _row(action: Action, words: Words) -> str:
    # Return and the keypad's Enter are one key to people.
    keys = "".join(f"<kbd>{escape(key)}</kbd>" for key in dict.fromkeys(map(key_text, action.keys)))
    return f"<div><dt>{keys or '–'}</dt><dd>{escape(words(action.words))}</dd></div>"
