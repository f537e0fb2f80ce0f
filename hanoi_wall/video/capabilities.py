"""What this workstation can decode: `python -m hanoi_wall.video.capabilities` prints it as one JSON line.

A process of its own, so that libraries that cannot be loaded, or crash, are a finding of whoever asks.
"""

from __future__ import annotations

import json

CODECS = ("h264", "hevc", "mjpeg", "mpeg4", "av1")
"""What cameras send, most common first."""


def capabilities() -> dict[str, object]:
    """av: its version; codecs: which of CODECS can be decoded; libyuv: whether the fast scaler is there."""
    import importlib.metadata

    from hanoi_wall.video import decoder, scaler

    return {
        "av": importlib.metadata.version("av"),
        "codecs": [codec for codec in CODECS if decoder.decodes(codec)],
        "libyuv": scaler.load_libyuv() is not None,
    }


if __name__ == "__main__":
    print(json.dumps(capabilities()))
