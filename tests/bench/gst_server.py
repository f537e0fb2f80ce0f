"""An RTSP server somebody else wrote (GstRtspServer), looping clips: `gst_server.py SPEC.json`.

Run by the system's Python (it needs PyGObject), with nothing of this project importable. SPEC holds
{"clips": [{"path": "/c01", "file": "x.h264", "codec": "h264", "fps": 25}]}. Prints {"port": n}, then serves
on loopback over TCP until it is told to end or its parent is gone. Each client has a loop of its own.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import gi  # type: ignore[import-not-found]

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # type: ignore[import-not-found]  # noqa: E402


def launch_line(clip: dict[str, Any]) -> str:
    """The pipeline that loops one Annex-B file into RTP packets."""
    codec, name = clip["codec"], clip["codec"]
    caps = f"video/x-{codec},stream-format=byte-stream,alignment=au,framerate={clip['fps']}/1"
    return (
        f"( multifilesrc location={clip['file']} loop=true caps=video/x-{codec},framerate={clip['fps']}/1"
        f" ! {name}parse config-interval=-1 ! {caps} ! rtp{name}pay name=pay0 pt=96 config-interval=-1 )"
    )


def main(spec_file: str) -> int:
    """Serve until the parent is gone."""
    with open(spec_file, encoding="utf-8") as file:
        spec = json.load(file)
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    mounts = server.get_mount_points()
    for clip in spec["clips"]:
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(launch_line(clip))
        factory.set_protocols(GstRtsp.RTSPLowerTrans.TCP)
        factory.set_latency(0)
        mounts.add_factory(clip["path"], factory)
    server.attach(None)
    print(json.dumps({"port": server.get_bound_port()}), flush=True)
    loop = GLib.MainLoop()
    parent = os.getppid()

    def orphaned() -> bool:
        if os.getppid() != parent:
            loop.quit()
        return True

    GLib.timeout_add_seconds(1, orphaned)
    loop.run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
