"""`hanoi-wall simulate`: the process of the pretend cameras, from its first line to its end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import platformdirs

from hanoi_wall import threads
from hanoi_wall.domain.clock import SystemClock
from hanoi_wall.simulator import process_life
from hanoi_wall.simulator.camera import PretendCamera
from hanoi_wall.simulator.control import Control
from hanoi_wall.simulator.http_port import HttpPort
from hanoi_wall.simulator.library import Library
from hanoi_wall.simulator.options import HOST, SimulateOptions
from hanoi_wall.simulator.saboteur import Saboteur
from hanoi_wall.simulator.station import Station

__all__ = ["SimulateOptions", "run", "serve"]

MISSING = 4
"""Exit code: something needed is missing or unreachable."""


class StartError(Exception):
    """The simulator cannot start; one line saying why."""


def run(options: SimulateOptions) -> int:
    """As `serve`, for a process that is nothing else: returns 0, or 4 after a line on stderr."""
    try:
        serve(options)
    except StartError as error:
        print(f"hanoi-wall simulate: {error}", file=sys.stderr)
        return MISSING
    return 0


def serve(options: SimulateOptions) -> None:
    """Serve until SIGTERM, SIGINT or the end of options.seconds. Main thread of a process of its own.

    Prints the control line and one line per camera on stdout (JSON). Raises StartError.
    """
    if options.with_parent is not None:
        process_life.end_with_parent(options.with_parent)
    try:
        asyncio.run(_serve(options))
    except BrokenPipeError:
        _silence()
        raise StartError("nobody reads what it announces") from None


async def _serve(options: SimulateOptions) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if options.seconds is not None:
        loop.call_later(options.seconds, stop.set)
    clock = SystemClock()
    library = Library(_cache(options), os.cpu_count() or 1, clock)
    station = Station(options, library, clock)
    saboteur = Saboteur(station)
    control = HttpPort(Control(station, saboteur).answer)
    try:
        _announce({"control_url": await _open(station, control, library)})
        ready = threads.create_task(_prepare(station), name="prepare")
        ended = threads.create_task(_wait(stop), name="stop")
        await asyncio.wait((ready, ended), return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            ready.result()
            for camera in station.cameras.values():
                _announce(announcement(camera))
            _warm_up(station)
            await ended
        ready.cancel()
    finally:
        saboteur.close()
        station.close()
        # Calls that wait for a loop are answered by the library's end, so that goes before the port.
        await library.close()
        await control.close()


def _announce(line: dict[str, str]) -> None:
    """A line on stdout. Raises StartError, and BrokenPipeError without a reader."""
    try:
        print(json.dumps(line, ensure_ascii=False), flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        _silence()
        raise StartError(f"what it announces cannot be written: {error.strerror}") from None


def _silence() -> None:
    """The interpreter's last flush must not complain either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def announcement(camera: PretendCamera) -> dict[str, str]:
    """The line that tells a client of one camera."""
    return {
        "id": camera.id,
        "name": camera.place.name,
        "owner": camera.place.owner,
        "main_url": camera.url(HOST, "main"),
        "sub_url": camera.url(HOST, "sub"),
        "onvif_url": "",
    }


def _cache(options: SimulateOptions) -> Path:
    try:
        return options.cache or platformdirs.user_cache_path("hanoi-wall") / "clips"
    except RuntimeError as error:
        raise StartError(f"no folder for clips: {error}") from None


async def _open(station: Station, control: HttpPort, library: Library) -> str:
    """Open the cache and every port; the control port's address. Raises StartError."""
    try:
        library.prepare()
    except OSError as error:
        raise StartError(f"cannot use the folder for clips: {error}") from error
    try:
        port = await control.open(HOST, station.options.control_port)
    except OSError as error:
        raise StartError(f"control port {station.options.control_port} cannot be opened: {error}") from error
    try:
        station.open_ports()
    except OSError as error:
        raise StartError(f"port {station.options.port} cannot be opened: {error}") from error
    return f"http://{HOST}:{port}"


async def _prepare(station: Station) -> None:
    """Wait for the loops without which cameras are not announced. Raises StartError."""
    streams = [camera.sub for camera in station.cameras.values()]
    if station.options.wait_for_all:
        streams += [camera.main for camera in station.cameras.values()]
    left, everything = len(streams), asyncio.Event()

    def one_more(_: object) -> None:
        nonlocal left
        left -= 1
        if not left:
            everything.set()

    for stream in streams:
        stream.when_ready(one_more, urgent=True)
    await everything.wait()
    for stream in streams:
        if stream.playout is None:
            raise StartError(f"no pictures: {station.library.last_error}")


def _warm_up(station: Station) -> None:
    """Have the main streams' loops made behind the scenes, before somebody asks for them."""
    for camera in station.cameras.values():
        camera.main.when_ready(lambda stream: None, urgent=False)


async def _wait(event: asyncio.Event) -> None:
    await event.wait()
