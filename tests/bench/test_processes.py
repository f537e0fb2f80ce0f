"""What a process tree costs and holds, of real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

from tests.bench.processes import Holdings, Usage, read_process, tree, tree_pss_mb


def test_this_process_is_read() -> None:
    mine = read_process(os.getpid())
    assert mine is not None
    assert (mine.parent, mine.threads >= 1, mine.cpu_s > 0) == (os.getppid(), True, True)
    assert read_process(2**22 + 1) is None


def test_children_and_their_work_belong_to_the_tree(until: Callable[..., None]) -> None:
    burn = "while True: pass"
    script = f"import subprocess,sys; subprocess.run([sys.executable, '-c', {burn!r}])"
    before = Usage.of([os.getpid()])
    parent = subprocess.Popen([sys.executable, "-c", script], start_new_session=True)
    try:
        until(lambda: len(tree([parent.pid])) == 2, 10, "a grandchild")
        until(lambda: Usage.of([parent.pid]).since(before) > 0.2, 20, "processor time of the tree")
        assert Usage.of([os.getpid()]).since(before) > 0.2
        assert tree_pss_mb([parent.pid]) > 2
    finally:
        os.killpg(parent.pid, 9)
        parent.wait()
    assert Usage.of([parent.pid]).gone_since(before) == len(before.cpu_s)


def test_descriptors_and_memory_files_are_counted() -> None:
    before = Holdings.of([os.getpid()])
    fd = os.memfd_create("bench-test")
    try:
        held = Holdings.of([os.getpid()])
    finally:
        os.close(fd)
    assert (held.descriptors - before.descriptors, held.memory_files - before.memory_files) == (1, 1)
    assert Holdings.of([os.getpid()]) == before
