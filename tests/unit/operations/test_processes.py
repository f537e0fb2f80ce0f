"""What processes use, read from this very process and from its children."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from hanoi_wall.domain.clock import ManualClock
from hanoi_wall.operations.processes import ProcessSampler, ProcessUse, read_use


def test_this_process_uses_memory_and_time() -> None:
    use = read_use(os.getpid())
    assert use is not None
    times = os.times()
    assert 0 < use.pss_mb < 100_000
    assert abs(use.cpu_s - times.user - times.system) < 0.1


def test_memory_and_work_show() -> None:
    program = "x = bytearray(80_000_000); sum(range(10_000_000)); print('ready', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        use = read_use(child.pid)
    assert use is not None
    assert use.pss_mb > 80
    assert use.cpu_s > 0.05


def test_a_process_with_a_hostile_name_is_read_right(process: Callable[..., object], tmp_path: Path) -> None:
    program = tmp_path / ") R 1 2 (3 4"
    program.write_bytes(Path("/bin/sleep").read_bytes())
    program.chmod(0o700)
    sleeper = process([program, "30"])
    use = read_use(sleeper.pid)  # type: ignore[attr-defined]
    assert use is not None
    assert 0 <= use.cpu_s < 1


def test_a_process_that_is_gone_has_no_figures() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        pass
    assert read_use(child.pid) is None


class Machine:
    """Counts how often each process was looked at."""

    def __init__(self, *alive: int) -> None:
        self.alive = set(alive)
        self.looks: list[int] = []

    def read(self, pid: int) -> ProcessUse | None:
        self.looks.append(pid)
        return ProcessUse(float(pid), float(len(self.looks))) if pid in self.alive else None


def test_nobody_is_looked_at_more_than_once_a_second(clock: ManualClock) -> None:
    machine = Machine(1, 2)
    sampler = ProcessSampler(clock, machine.read)
    first = sampler.use([1, 2])
    clock.advance(0.999)
    assert sampler.use([1, 2]) == first
    assert machine.looks == [1, 2]
    clock.advance(0.001)
    assert sampler.use([1, 2]) != first
    assert machine.looks == [1, 2, 1, 2]


def test_the_dead_are_left_out_and_newcomers_are_looked_at_at_once(clock: ManualClock) -> None:
    machine = Machine(1)
    sampler = ProcessSampler(clock, machine.read)
    assert set(sampler.use([1, 2])) == {1}
    machine.alive.add(3)
    assert set(sampler.use([1, 3])) == {1, 3}
