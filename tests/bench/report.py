"""What is made of the rounds: medians, paired ratios, and a Markdown table that names its own limits."""

from __future__ import annotations

import statistics
from typing import Any

Figures = dict[str, Any]
SHOWN_SHARE = 0.95
"""Share of the feed's pictures per second that every tile must show for a run to count."""
LEAST_PSNR_DB = 32.0
_MEDIANS = (
    "cpu_percent",
    "processes_percent",
    "x_percent",
    "painted_fps_median",
    "painted_fps_min",
    "pss_mb",
    "first_picture_p50_ms",
    "first_picture_p95_ms",
    "latency_median_ms",
    "latency_p99_ms",
    "longest_gap_ms",
    "psnr_min_db",
    "psnr_median_db",
    "others_percent",
    "steal_percent",
    "end_s",
)
_COLUMNS = (
    ("CPU %", "cpu_percent"),
    ("of it X", "x_percent"),
    ("painted fps median", "painted_fps_median"),
    ("least", "painted_fps_min"),
    ("latency median ms", "latency_median_ms"),
    ("p99", "latency_p99_ms"),
    ("first picture p50 ms", "first_picture_p50_ms"),
    ("p95", "first_picture_p95_ms"),
    ("PSS MiB", "pss_mb"),
    ("longest UI gap ms", "longest_gap_ms"),
    ("PSNR least dB", "psnr_min_db"),
    ("median", "psnr_median_db"),
    ("others' CPU %", "others_percent"),
    ("steal %", "steal_percent"),
)


def complaints(figures: Figures, fps: float, paints: bool = True) -> list[str]:
    """Why a run does not count, in words; empty for a run that counts."""
    if "failed" in figures:
        return [str(figures["failed"])]
    found: list[str] = []
    if not paints:
        least = min(figures.get("own_fps") or [0.0])
        return [] if least >= fps * SHOWN_SHARE else [f"only {least:g} of {fps:g} pictures/s"]
    least = figures.get("painted_fps_min", 0.0)
    if least < fps * SHOWN_SHARE:
        found.append(f"a tile painted {least:g} of {fps:g} pictures/s")
    if figures.get("misplaced"):
        found.append(f"{figures['misplaced']} tiles show another camera")
    psnr = figures.get("psnr_min_db")
    if psnr is not None and psnr < LEAST_PSNR_DB:
        found.append(f"a tile has {psnr:.1f} dB, less than {LEAST_PSNR_DB:g}")
    if figures.get("torn"):
        found.append(f"{figures['torn']} torn pictures")
    return found


def medians(rounds: list[Figures]) -> Figures:
    """The median over the rounds of every figure that is a number in at least one."""
    found: Figures = {}
    for key in _MEDIANS:
        values = [figures[key] for figures in rounds if isinstance(figures.get(key), (int, float))]
        if values:
            found[key] = round(statistics.median(values), 2)
    return found


def ratios(ours: list[Figures], theirs: list[Figures], key: str = "cpu_percent") -> Figures | None:
    """Ours divided by theirs in the same round: each, and the median; None when no round has both."""
    pairs = [(a.get(key), b.get(key)) for a, b in zip(ours, theirs, strict=False)]
    each = [round(a / b, 3) for a, b in pairs if a and b]
    return {"rounds": each, "median": round(statistics.median(each), 3)} if each else None


def table(report: dict[str, Any]) -> str:
    """The whole report as Markdown."""
    plan, words = report["plan"], report["machine"]
    lines = [
        f"## {plan['feeds']} feeds {plan['codec'].upper()} {plan['width']}x{plan['height']}"
        f" at {plan['fps']} fps, {report['kbps_per_feed']:.0f} kbit/s each, screen {report['screen']}",
        "",
        f"{words['processor']}, {words['cores']} cores, {words['memory_gib']} GiB, GPU: {words['gpu']},"
        f" {words['system']}, kernel {words['kernel']}; Python {words['python']},"
        f" PySide6 {words['PySide6_Essentials']}, PyAV {words['av']}, libyuv {words['libyuv']},"
        f" GStreamer {words['GStreamer']}, mpv {words['mpv']}, Xvfb {words['Xvfb']}.",
        f"Source: {report['source']}, its work charged to nobody. {report['rounds']} rounds of"
        f" {report['seconds']:g} s, contestants in turn, each on a fresh X server; medians. CPU: percent of"
        " one core, all processes of a contestant and what the X server used beyond its idle share.",
        "",
        "| | " + " | ".join(title for title, _ in _COLUMNS) + " |",
        "|---|" + "---|" * len(_COLUMNS),
    ]
    for name, entry in report["contestants"].items():
        if entry.get("missing"):
            continue
        cells = [_cell(entry["median"].get(key)) for _, key in _COLUMNS]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines += ["", *_footnotes(report)]
    return "\n".join(lines) + "\n"


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _footnotes(report: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for name, ratio in report["ratios"].items():
        if ratio is not None:
            each = ", ".join(f"{value:.2f}" for value in ratio["rounds"])
            lines.append(f"- CPU, {name}: {ratio['median']:.2f} (rounds: {each})")
    for name, entry in report["contestants"].items():
        if entry.get("missing"):
            lines.append(f"- {name}: not measured, {entry['missing']}")
            continue
        lines.append(f"- {name}: {entry['settings']}")
        for number, words in enumerate(entry["complaints"], start=1):
            if words:
                lines.append(f"  - round {number} does not count: {'; '.join(words)}")
    memory = report.get("memory")
    if memory:
        lines.append(
            f"- memory of {memory['name']} (PSS): {memory['no_feeds_mb']:.1f} MiB without feeds,"
            f" {memory['one_feed_mb']:.1f} with one, {memory['further_feed_mb']:.2f} for each further one"
        )
    return lines
