"""Nobody's password is anywhere: a canary in the catalogue, and everything that could repeat it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote, quote_plus

from tests.stories.conftest import PASSWORD, USER
from tests.stories.desk import Desk
from tests.stories.pretend_cameras import PretendCameras

PLACES = ("cmdline", "environ", "comm")


def spellings() -> dict[str, bytes]:
    """The canary in every spelling that a program may make of it."""
    both = f"{USER}:{PASSWORD}".encode()
    return {
        "plain": PASSWORD.encode(),
        "quoted": quote(PASSWORD, safe="").encode(),
        "quoted, some left": quote(PASSWORD).encode(),
        "as a form": quote_plus(PASSWORD).encode(),
        "as JSON": json.dumps(PASSWORD)[1:-1].encode(),
        "backslashed": PASSWORD.encode("ascii", "backslashreplace"),
        "basic": base64.b64encode(both),
        "utf-16": PASSWORD.encode("utf-16-le"),
    }


def found_in(text: bytes) -> list[str]:
    """The spellings of the canary that stand in a text."""
    return [name for name, spelt in spellings().items() if spelt in text]


def of_process(pid: int) -> bytes:
    """What everybody may read of a process, its threads' names too."""
    texts = [Path(f"/proc/{pid}/{place}").read_bytes() for place in PLACES]
    texts += [task.joinpath("comm").read_bytes() for task in Path(f"/proc/{pid}/task").iterdir()]
    return b"\0".join(texts)


def of_folder(folder: Path) -> bytes:
    """All bytes of all files."""
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_the_password_is_nowhere_but_in_the_file_it_came_from(desk: Desk, sixteen: PretendCameras) -> None:
    catalogue = desk.catalogue.read_bytes()
    assert found_in(catalogue), "the canary is alive"
    texts: dict[str, bytes] = {}
    # Refusals, lost lines and bad answers are what programs like to quote an address for.
    with (
        sixteen.broken("cam-01", "unauthorized"),
        sixteen.broken("cam-02", "not_found"),
        sixteen.broken("cam-03", "reboot"),
        sixteen.broken("cam-04", "redirect"),
        sixteen.broken("cam-05", "hostile_sdp", variant="garbage"),
        sixteen.broken("cam-06", "silent_accept"),
    ):
        desk.until_painted("cam-01", "refused", 15)
        desk.until(lambda: desk.tile("cam-06")["cause"] == "timeout", 15, "a camera that does not answer")
        for path in ("/health", "/metrics"):
            texts[path] = desk.fetch(path).encode()
        for pid in desk.processes():
            texts[f"process {pid}"] = of_process(pid)
    assert len(texts) >= 5 and "cam-01" in desk.log()
    desk.until_live("cam-02", "cam-03", seconds=15)
    desk.leave()
    texts |= {"stderr": desk.errors().encode(), "stdout": desk.output().encode()}
    texts["profile"] = of_folder(desk.profile)
    assert b"wrong_password" in texts["profile"], "the log tells of the refusal"
    assert {name: found for name, text in texts.items() if (found := found_in(text))} == {}
    assert desk.catalogue.read_bytes() == catalogue, "the file is the administrator's: it stays as it is"
