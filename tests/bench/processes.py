"""What a program costs: processor time, memory, threads, descriptors of its process tree, from /proc."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """One row of /proc/<pid>/stat. cpu_s: user + system seconds of all its threads, those that ended too."""

    pid: int
    name: str
    state: str
    parent: int
    session: int
    threads: int
    cpu_s: float
    started_ticks: int


def read_process(pid: int) -> Process | None:
    """The process as it stands now, or None when it is gone."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    opening, closing = text.index("("), text.rindex(")")
    fields = text[closing + 2 :].split()
    return Process(
        pid=pid,
        name=text[opening + 1 : closing],
        state=fields[0],
        parent=int(fields[1]),
        session=int(fields[3]),
        threads=int(fields[17]),
        cpu_s=(int(fields[11]) + int(fields[12])) / TICKS,
        started_ticks=int(fields[19]),
    )


def all_processes() -> dict[int, Process]:
    """Every process of the machine that could be read, by pid."""
    found = (read_process(int(entry)) for entry in os.listdir(PROC) if entry.isdecimal())
    return {process.pid: process for process in found if process is not None}


def tree(roots: list[int]) -> list[Process]:
    """The roots, their descendants, and every process in a session that a root leads."""
    everyone = all_processes()
    mine = {pid for pid in roots if pid in everyone}
    mine |= {process.pid for process in everyone.values() if process.session in roots}
    grown = True
    while grown:
        more = {p.pid for p in everyone.values() if p.parent in mine} - mine
        mine |= more
        grown = bool(more)
    return [everyone[pid] for pid in sorted(mine)]


@dataclass(frozen=True, slots=True)
class Usage:
    """Processor seconds of a tree at one moment, by (pid, start time)."""

    cpu_s: dict[tuple[int, int], float]

    @classmethod
    def of(cls, roots: list[int]) -> Usage:
        """What the tree under the roots has used so far."""
        return cls({(p.pid, p.started_ticks): p.cpu_s for p in tree(roots)})

    @classmethod
    def of_machine(cls) -> Usage:
        """What every process of the machine has used so far."""
        return cls({(p.pid, p.started_ticks): p.cpu_s for p in all_processes().values()})

    def since(self, earlier: Usage) -> float:
        """Seconds used since `earlier` by the processes that still run (see gone_since)."""
        return sum(cpu - earlier.cpu_s.get(who, 0.0) for who, cpu in self.cpu_s.items())

    def gone_since(self, earlier: Usage) -> int:
        """How many processes ended since `earlier`: their last seconds are missing from the sum."""
        return len(earlier.cpu_s.keys() - self.cpu_s.keys())


def pss_mb(pid: int) -> float:
    """Proportional set size in MiB (shared pages divided among their users); 0.0 when the process is gone."""
    try:
        text = (PROC / str(pid) / "smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0.0
    for line in text.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def tree_pss_mb(roots: list[int]) -> float:
    """MiB of the whole tree."""
    return sum(pss_mb(process.pid) for process in tree(roots))


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a tree holds on to: the counts that must come back to what they were."""

    processes: int
    threads: int
    descriptors: int
    memory_files: int

    @classmethod
    def of(cls, roots: list[int]) -> Holdings:
        """Counted now. memory_files: distinct memfd inodes held open or mapped by the tree."""
        members = tree(roots)
        descriptors, inodes = 0, set[str]()
        for member in members:
            opened = _links(PROC / str(member.pid) / "fd")
            descriptors += len(opened)
            inodes |= {inode for name, inode in opened if "/memfd:" in name}
            inodes |= _mapped_memfds(member.pid)
        return cls(len(members), sum(m.threads for m in members), descriptors, len(inodes))


def _links(folder: Path) -> list[tuple[str, str]]:
    """(target, inode) of each descriptor in /proc/<pid>/fd; those that close meanwhile are left out."""
    found: list[tuple[str, str]] = []
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return found
    for name in names:
        try:
            found.append((os.readlink(folder / name), str(os.stat(folder / name).st_ino)))
        except OSError:
            continue
    return found


def _mapped_memfds(pid: int) -> set[str]:
    try:
        text = (PROC / str(pid) / "maps").read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return set()
    return {line.split()[4] for line in text.splitlines() if "/memfd:" in line}


def shared_memory_names() -> set[str]:
    """Names in /dev/shm and the ids of System V segments: nothing may be left there."""
    names = {f"/dev/shm/{name}" for name in os.listdir("/dev/shm")} if os.path.isdir("/dev/shm") else set()
    try:
        rows = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    except FileNotFoundError:
        rows = []
    return names | {f"sysv:{row.split()[1]}" for row in rows}
