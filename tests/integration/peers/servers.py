"""Starts the servers that somebody else wrote and says what they offer."""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hanoi_wall.domain.camera import Credentials, StreamAddress, Transport, parse_address
from tests.integration.certificates import Issued, authority, issue
from tests.integration.peers.clips import CLIPS, Clip

GST_PYTHON = "/usr/bin/python3"
"""PyGObject belongs to the system's Python."""
GST_SCRIPT = Path(__file__).parent / "gst_server.py"
START_S = 30.0
AUTHENTICATION = {"basic": "basic", "digest": "digest", "tls-own": "digest", "tls-minds-digest": "digest"}
LOGIN = Credentials("operator", "p@ss:w/rd%41?#")


@dataclass(frozen=True)
class Feed:
    """One stream on offer. file: what decodes to the same pictures."""

    address: StreamAddress
    clip: Clip
    file: Path
    credentials: Credentials | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """With user and password."""
        return self.address.with_credentials(self.credentials)


class GstPeers:
    """GstRtspServer: every clip on every server, made when it is first asked for.

    Servers: plain, basic, digest, tls (certificate of an authority), tls-own (self-signed, and digest),
    tls-minds and tls-minds-digest (of an authority; refuse requests that do not name their own address).
    """

    SERVERS = ("plain", "basic", "digest", "tls", "tls-own", "tls-minds", "tls-minds-digest")

    def __init__(self, folder: Path, street: Path) -> None:
        self._folder = folder
        self._street = street
        root = authority()
        self.ca_file = str(root.write(folder, "root")[0])
        self._issued: dict[str, Issued] = {
            "tls": issue("camera", root),
            "tls-own": issue("some box", hosts=()),
            "tls-minds": issue("camera", root),
            "tls-minds-digest": issue("camera", root),
        }
        spec = folder / "spec.json"
        spec.write_text(json.dumps({"servers": {name: self._server(name) for name in self.SERVERS}}))
        self._errors = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [GST_PYTHON, str(GST_SCRIPT), str(spec)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        self.ports: dict[str, int] = json.loads(self._first_line())

    @property
    def pid(self) -> int:
        """The one process that all of them live in."""
        return self._process.pid

    def feed(self, clip: str, server: str = "plain", transport: Transport = Transport.TCP) -> Feed:
        """A stream that can be opened now."""
        made = CLIPS[clip].make(self._street, self._folder)
        scheme = "rtsps" if server in self._issued else "rtsp"
        fingerprint = self._issued[server].fingerprint if server == "tls-own" else None
        url = f"{scheme}://127.0.0.1:{self.ports[server]}/{clip}"
        credentials = None if AUTHENTICATION.get(server, "none") == "none" else LOGIN
        return Feed(StreamAddress(url, transport, fingerprint), CLIPS[clip], made, credentials)

    def end(self) -> None:
        """Its standard input ends, so it does."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(10)
        finally:
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()
            self._errors.close()

    def _server(self, name: str) -> dict[str, Any]:
        tls = None
        if name in self._issued:
            tls = [str(path) for path in self._issued[name].write(self._folder, name)]
        auth = AUTHENTICATION.get(name, "none")
        mounts = {
            f"/{clip.name}": {"launch": clip.launch(), "loop": str(clip.index(self._folder))}
            for clip in CLIPS.values()
        }
        return {
            "auth": auth,
            "users": {LOGIN.user: LOGIN.password},
            "tls": tls,
            "minds_its_address": name.startswith("tls-minds"),
            "mounts": mounts,
        }

    def _first_line(self) -> bytes:
        assert self._process.stdout
        ready, _, _ = select.select([self._process.stdout], [], [], START_S)
        line = self._process.stdout.readline() if ready else b""
        if not line:
            self._errors.seek(0)
            said = self._errors.read().decode(errors="replace")
            self.end()
            raise RuntimeError(f"GstRtspServer did not start: {said}")
        return line


class AioPeers:
    """aio-rtsp-toolkit (PyPI): H.264 with AAC, and H.265, from files, over TCP."""

    def __init__(self, folder: Path, street: Path) -> None:
        self._folder = folder
        h265 = CLIPS["h265"].make(street, folder)
        for name, source, streams in (("street", street, "-t 4"), ("h265", h265, "")):
            command = f"ffmpeg -y -loglevel error -i {source} {streams} -c copy {folder / name}.mp4"
            subprocess.run(command.split(), check=True, stdin=subprocess.DEVNULL, timeout=60)
        self.port, control = _free_port(), _free_port()
        self._output = tempfile.TemporaryFile()
        where = ["--dir", str(folder), "--host", "127.0.0.1", "--port", str(self.port)]
        program = "from server_demo import main; main()"
        self._process = subprocess.Popen(
            [sys.executable, "-c", program, *where, "--control-port", str(control)],
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
        )
        self._wait()

    def address(self, name: str) -> StreamAddress:
        """`street` or `h265`, played for ever."""
        return parse_address(f"rtsp://127.0.0.1:{self.port}/{name}.mp4?play_count=0")[0]

    def file(self, name: str) -> Path:
        """What it plays."""
        return self._folder / f"{name}.mp4"

    def end(self) -> None:
        """End the process."""
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._output.close()

    def _wait(self) -> None:
        for _ in range(round(START_S * 20)):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self._process.poll() is not None:
                    break
                select.select([], [], [], 0.05)
        self._output.seek(0)
        said = self._output.read().decode(errors="replace")
        self.end()
        raise RuntimeError(f"aio-rtsp-toolkit did not start: {said}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
