"""Wait until every tile that has a camera is live: `tiles_live.py HEALTH_PORT SECONDS`.

Prints one line, "16 of 16 tiles live", and exits 0 when all are; 1 when the time is over.
"""

import json
import sys
import time
import urllib.request


def tiles_of(port: int) -> list[str]:
    """The state of every tile with a camera, as the health answer has it; [] while there is none."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
            health = json.load(answer)
    except (OSError, ValueError):
        return []
    return [tile["state"] for tile in health["tiles"] if tile.get("camera")]


def main() -> int:
    """Ask four times a second, for as long as the caller gives."""
    port, seconds = int(sys.argv[1]), float(sys.argv[2])
    deadline = time.monotonic() + seconds
    while True:
        states = tiles_of(port)
        live = states.count("live")
        done = bool(states) and live == len(states)
        if done or time.monotonic() > deadline:
            print(f"{live} of {len(states)} tiles live")
            return 0 if done else 1
        time.sleep(0.25)


if __name__ == "__main__":
    sys.exit(main())
