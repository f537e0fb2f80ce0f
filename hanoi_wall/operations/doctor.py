"""Is this workstation fit for the wall? Facts are read elsewhere and judged here, with the next step."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hanoi_wall.operations import workstation
from hanoi_wall.operations.findings import Finding, Level, Report
from hanoi_wall.operations.workstation import ClockState, Probe
from hanoi_wall.settings.file import SettingsError, SettingsUnreadable, read_settings
from hanoi_wall.settings.folders import FolderError, Folders, make
from hanoi_wall.settings.kept import SecretsError
from hanoi_wall.settings.logs import can_write
from hanoi_wall.settings.profile import ProfileLock
from hanoi_wall.settings.schema import Settings
from hanoi_wall.settings.secrets import secrets_of
from hanoi_wall.store.database import Database, EmptyDatabase, StoreError

LEAST_PYTHON = (3, 11)
SPOILT_QT = (6, 12)
"""From this PySide6 on, Python 3.11 loses a reference to None at every void call and aborts."""
LEAST_DISK_MB, GOOD_DISK_MB = 200, 2_000
LEAST_MEMORY_MB, GOOD_MEMORY_MB = 500, 1_500
GOOD_OPEN_FILES = 1024
GOOD_CLOCK_S = 1.0


def examine(folders: Folders) -> Report:
    """Look at everything the wall needs here; takes a few seconds, changes nothing but empty folders."""
    disk = workstation.free_disk_mb(folders.data)
    return Report(
        (
            *judge_versions(workstation.versions()),
            *judge_display(workstation.probe("hanoi_wall.ui.inventory")),
            *judge_decoding(workstation.probe("hanoi_wall.video.capabilities")),
            judge_gpu(workstation.render_nodes()),
            Finding("cores", Level.OK, f"{workstation.cores()} for decoding and the wall"),
            judge_memory(workstation.memory_mb()),
            judge_open_files(workstation.open_files()),
            judge_disk(disk, folders.data),
            judge_clock(workstation.clock_state()),
            *_profile(folders),
        )
    )


def judge_versions(found: Mapping[str, str | None]) -> list[Finding]:
    """Python and the libraries: there, new enough, and not the pair that aborts."""
    python, qt = numbers(found["python"]), numbers(found["PySide6-Essentials"])
    findings = [Finding("python", Level.OK, f"{found['python']}")]
    if python < LEAST_PYTHON:
        findings = [
            Finding("python", Level.BAD, f"{found['python']} is too old", "install Python 3.11 or newer")
        ]
    for name, version in found.items():
        if name == "python":
            continue
        if version is None:
            advice = f"install {name}, for example by installing hanoi-wall again"
            findings.append(Finding(name, Level.BAD, "is not installed", advice))
        elif name == "PySide6-Essentials" and python < (3, 12) and qt >= SPOILT_QT:
            text = f"{version} aborts on Python {found['python']} within minutes"
            findings.append(
                Finding(name, Level.BAD, text, "install PySide6-Essentials 6.11, or Python 3.12 or newer")
            )
        else:
            findings.append(Finding(name, Level.OK, version))
    return findings


def numbers(version: str | None) -> tuple[int, ...]:
    """`6.11.3` -> (6, 11, 3); () for what is no version."""
    parts = (version or "").split(".")
    return tuple(int(part) for part in parts[:3]) if all(part.isdigit() for part in parts[:3]) else ()


def judge_display(probe: Probe) -> list[Finding]:
    """Screens and fonts, as Qt sees them."""
    answer = probe.answer
    if answer is None:
        advice = "install the library that Qt names (packaging/system-libraries.txt lists all of them)"
        return [Finding("screens", Level.BAD, f"Qt {probe.problem}", advice)]
    if answer.get("problem"):
        advice = "start it from the graphical session, or set DISPLAY or WAYLAND_DISPLAY"
        return [Finding("screens", Level.BAD, str(answer["problem"]), advice)]
    screens = [_screen(screen) for screen in answer.get("screens", [])]
    if not screens:
        findings = [
            Finding("screens", Level.BAD, "none", "connect a monitor, or look at the display settings")
        ]
    else:
        findings = [Finding("screens", Level.OK, f"{len(screens)} ({'; '.join(screens)})")]
    fonts = answer.get("fonts") or []
    if fonts:
        findings.append(Finding("fonts", Level.OK, f"{', '.join(fonts)}, with Vietnamese"))
    else:
        level = Level.WARN if answer.get("vietnamese") else Level.BAD
        text = "none of Inter, Noto Sans, DejaVu Sans with Vietnamese"
        findings.append(Finding("fonts", level, text, "install fonts-inter or fonts-noto-core"))
    return findings


def _screen(screen: Mapping[str, Any]) -> str:
    left, top, width, height = screen["geometry"]
    place = f"{screen['name'] or 'screen'} {width}x{height} at {left},{top}"
    return f"{place} scale {screen['scale']:g}, {screen['refresh_hz']:g} Hz"


def judge_decoding(probe: Probe) -> list[Finding]:
    """Codecs and the scaler, as a decoder process sees them."""
    if probe.answer is None:
        advice = "install av again (pip install --force-reinstall av)"
        return [Finding("codecs", Level.BAD, f"decoding {probe.problem}", advice)]
    codecs = probe.answer.get("codecs") or []
    missing = [name for name in ("h264", "hevc") if name not in codecs]
    if missing:
        text = f"no decoder for {' and '.join(missing)}; there are {', '.join(codecs) or 'none'}"
        findings = [Finding("codecs", Level.BAD, text, "install the av wheel of the package index")]
    else:
        findings = [Finding("codecs", Level.OK, ", ".join(codecs))]
    if probe.answer.get("libyuv"):
        return [*findings, Finding("scaler", Level.OK, "libyuv")]
    text = "libyuv is not there; pictures cost about a third more"
    return [*findings, Finding("scaler", Level.WARN, text, "install libyuv0")]


def judge_gpu(nodes: Mapping[str, bool]) -> Finding:
    """A GPU is not needed; one that may not be used is worth a word."""
    usable = [node for node, may in nodes.items() if may]
    if usable:
        return Finding("gpu", Level.OK, ", ".join(usable))
    if nodes:
        advice = "add this user to the group `render` and log in again"
        return Finding("gpu", Level.WARN, f"{', '.join(nodes)} may not be used by this user", advice)
    return Finding("gpu", Level.OK, "none; pictures are drawn by the processor")


def judge_memory(found: tuple[int, int] | None) -> Finding:
    """Room for pictures and decoder processes."""
    if found is None:
        return Finding("memory", Level.WARN, "unknown", "look at it with the system's own tools")
    free, whole = found
    text = f"{free} MB free of {whole}"
    if free < LEAST_MEMORY_MB:
        return Finding("memory", Level.BAD, text, "end other programs, or show fewer cameras")
    if free < GOOD_MEMORY_MB:
        return Finding("memory", Level.WARN, text, "end other programs before large walls are shown")
    return Finding("memory", Level.OK, text)


def judge_open_files(most: int) -> Finding:
    """Descriptors: a few for each camera."""
    if 0 < most < GOOD_OPEN_FILES:
        advice = f"raise the limit (ulimit -n {GOOD_OPEN_FILES}, or LimitNOFILE= of the service)"
        return Finding("open files", Level.WARN, f"{most} at most", advice)
    return Finding("open files", Level.OK, "no limit" if most < 0 else f"{most} at most")


def judge_disk(free_mb: int | None, folder: Path) -> Finding:
    """Room for the catalogue and the log."""
    if free_mb is None:
        return Finding(
            "disk", Level.WARN, f"the room for {folder} is unknown", "look whether the folder can be read"
        )
    text = f"{free_mb} MB free for {folder}"
    if free_mb < LEAST_DISK_MB:
        return Finding("disk", Level.BAD, text, "make room, or choose another folder with --profile")
    if free_mb < GOOD_DISK_MB:
        return Finding("disk", Level.WARN, text, "make room soon")
    return Finding("disk", Level.OK, text)


def judge_clock(state: ClockState | None) -> Finding:
    """Times on the wall are only as right as this clock."""
    advice = "turn on time synchronisation (timedatectl set-ntp true, or chrony)"
    if state is None:
        return Finding("clock", Level.WARN, "it is unknown whether the clock is kept right", advice)
    if not state.synchronised:
        return Finding("clock", Level.WARN, "nothing keeps the clock right", advice)
    if state.most_error_s > GOOD_CLOCK_S:
        text = f"kept right, but it may be {state.most_error_s:.1f} s wrong"
        return Finding("clock", Level.WARN, text, "look whether the time server can be reached")
    return Finding("clock", Level.OK, f"kept right to {max(1, round(state.most_error_s * 1000))} ms")


def _profile(folders: Folders) -> list[Finding]:
    settings, findings = Settings(), []
    try:
        settings = read_settings(folders.settings_file)
        findings.append(Finding("settings", Level.OK, f"{folders.settings_file}"))
    except SettingsUnreadable as error:
        findings.append(Finding("settings", Level.BAD, str(error), "look at the rights of file and folder"))
    except SettingsError as error:
        findings.append(
            Finding("settings", Level.BAD, str(error), "correct that line, or move the file away")
        )
    findings.append(_secrets(folders, settings))
    findings.append(_database(folders))
    findings.append(_use(folders))
    if not can_write(folders.log):
        findings.append(
            Finding("log", Level.WARN, f"{folders.log} cannot be written", "look at its folder's rights")
        )
    return findings


def _secrets(folders: Folders, settings: Settings) -> Finding:
    try:
        return Finding("key store", Level.OK, f"passwords are kept in {secrets_of(folders, settings).where}")
    except SecretsError as error:
        advice = "unlock or install one (gnome-keyring), or import with --credentials-file FILE"
        return Finding("key store", Level.WARN, str(error), advice)


def _use(folders: Folders) -> Finding:
    """Who has the profile, or whether it could be had; a client that starts just now is not kept out."""
    try:
        pid = ProfileLock.look(folders)
        if pid is not None:
            who = f"process {pid}" if pid else "another process"
            return Finding("profile", Level.OK, f"in use by {who}")
        make(folders.data)
    except FolderError as error:
        return Finding("profile", Level.BAD, str(error), "choose a folder you may write: --profile DIR")
    if not os.access(folders.data, os.W_OK | os.X_OK):
        text = f"{folders.data} may not be written by this user"
        return Finding("profile", Level.BAD, text, "choose a folder you may write: --profile DIR")
    return Finding("profile", Level.OK, "not in use")


def _database(folders: Folders) -> Finding:
    try:
        os.stat(folders.database)
    except (FileNotFoundError, NotADirectoryError):
        return Finding("catalogue", Level.OK, "no cameras imported yet")
    except OSError as error:
        text = f"{folders.database} cannot be opened: {error.strerror}"
        return Finding("catalogue", Level.BAD, text, "look at the rights of its folder, or --profile DIR")
    try:
        with Database.open(folders.database, write=False) as database:
            database.check()
    except EmptyDatabase:
        return Finding("catalogue", Level.OK, "no cameras imported yet")
    except StoreError as error:
        return Finding(
            "catalogue", Level.BAD, str(error), "restore it from a copy, or import the cameras again"
        )
    return Finding("catalogue", Level.OK, f"{folders.database} is whole")
