"""RTSP servers somebody else wrote (GstRtspServer), several in one process: `gst_server.py SPEC.json`.

Run by the system's Python, which has PyGObject; nothing of this project is imported. SPEC:

    {"servers": {"<name>": {"auth": "none|basic|digest", "users": {"<user>": "<password>"},
                            "tls": ["<certificate>.pem", "<key>.pem"] or null,
                            "minds_its_address": bool,
                            "mounts": {"/<path>": {"launch": "<pipeline>", "loop": "<index>.json"}}}}}

The pipeline's `appsrc name=source` is fed from the loop: {"file", "units": [[bytes, pts ns, dts ns], …],
"duration": ns}, read when the first client comes, played for ever with stamps that go on. (A looping
multifilesrc gives every picture the same RTP time stamp.)

A server that minds its address answers 404 to whoever asks for a description under another host or port;
where it wants a password, it wants that first.

Prints {"<name>": port} once all of them listen on loopback, and ends when its standard input does.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

ROLE = "viewer"
TRANSPORTS = GstRtsp.RTSPLowerTrans.TCP | GstRtsp.RTSPLowerTrans.UDP


def authentication(spec: dict[str, Any]) -> Any:
    """Who may come in, and under which certificate; None when anybody may, in plain."""
    if spec["auth"] == "none" and not spec["tls"]:
        return None
    auth = GstRtspServer.RTSPAuth()
    if spec["tls"]:
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_files(*spec["tls"]))
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", ROLE)
    if spec["auth"] == "none":
        auth.set_default_token(token)
    for user, password in spec["users"].items():
        if spec["auth"] == "digest":
            auth.add_digest(user, password, token)
        elif spec["auth"] == "basic":
            auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    if spec["auth"] == "digest":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    return auth


class Loop:
    """Feeds one client's appsrc."""

    def __init__(self, index_file: str, source: Any) -> None:
        with open(index_file, encoding="utf-8") as file:
            index = json.load(file)
        with open(index["file"], "rb") as file:
            self.units = [(file.read(size), pts, dts) for size, pts, dts in index["units"]]
        self.duration = index["duration"]
        self.number = 0
        source.connect("need-data", self.feed)

    def feed(self, source: Any, _: int) -> None:
        """One picture more."""
        rounds, number = divmod(self.number, len(self.units))
        self.number += 1
        data, pts, dts = self.units[number]
        buffer = Gst.Buffer.new_wrapped(data)
        buffer.pts = pts + rounds * self.duration
        buffer.dts = dts + rounds * self.duration
        if source.emit("push-buffer", buffer) != Gst.FlowReturn.OK:
            source.emit("end-of-stream")


def feed(_: Any, media: Any, index_file: str) -> None:
    """A client came: give its pipeline a loop of its own."""
    source = media.get_element().get_by_name("source")
    media.loop = Loop(index_file, source)


def minds(server: Any, client: Any) -> None:
    """A client came to a server that answers under its own address alone."""

    def judge(_: Any, context: Any) -> Any:
        _, _, uri, _ = context.request.parse_request()
        own = f"://127.0.0.1:{server.get_bound_port()}/" in uri
        if server.get_auth().get_supported_methods() == GstRtsp.RTSPAuthMethod.DIGEST:
            field = GstRtsp.RTSPHeaderField.AUTHORIZATION
            own = own or context.request.get_header(field, 0)[0] != GstRtsp.RTSPResult.OK
        return GstRtsp.RTSPStatusCode.OK if own else GstRtsp.RTSPStatusCode.NOT_FOUND

    client.connect("pre-describe-request", judge)


def serve(spec: dict[str, Any]) -> Any:
    """One server on a free port of loopback."""
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    auth = authentication(spec)
    if auth is not None:
        server.set_auth(auth)
    for path, mount in spec["mounts"].items():
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(mount["launch"])
        factory.set_protocols(TRANSPORTS)
        factory.set_latency(0)
        factory.connect("media-configure", feed, mount["loop"])
        if auth is not None:
            factory.add_role_from_structure(role())
        server.get_mount_points().add_factory(path, factory)
    if spec["minds_its_address"]:
        server.connect("client-connected", minds)
    server.attach(None)
    return server


def role() -> Any:
    """Whoever is let in may see everything."""
    structure = Gst.Structure.new_empty(ROLE)
    structure.set_value("media.factory.access", True)
    structure.set_value("media.factory.construct", True)
    return structure


def main(spec_file: str) -> int:
    """Serve until standard input ends."""
    with open(spec_file, encoding="utf-8") as file:
        spec = json.load(file)
    Gst.init(None)
    servers = {name: serve(each) for name, each in spec["servers"].items()}
    print(json.dumps({name: server.get_bound_port() for name, server in servers.items()}), flush=True)
    loop = GLib.MainLoop()

    def ended(*_: object) -> bool:
        loop.quit()
        return False

    GLib.io_add_watch(
        sys.stdin.fileno(), GLib.PRIORITY_DEFAULT, GLib.IOCondition.HUP | GLib.IOCondition.IN, ended
    )
    loop.run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
