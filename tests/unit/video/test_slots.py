"""Slots in shared memory: newest wins, nothing is torn, nothing is left, whatever happens to the writer."""

from __future__ import annotations

import array
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_wall.video.picture import PictureHeader
from hanoi_wall.video.slots import MOST_READERS, PAGE, Ring, RingReader, RingWriter, SlotsError, stride_of

HEADER = PictureHeader(0, 64, 32, 256, 1, 2, 3, 4, 5, 6, 7)


def put(writer: RingWriter, value: int, header: PictureHeader = HEADER) -> int:
    """Write one picture that is `value` in every byte."""
    index = writer.begin()
    pixels = writer.ring.pixels[index]
    pixels[: header.stride * header.height] = bytes([value]) * (header.stride * header.height)
    return writer.commit(index, header)


def shown(reader: RingReader) -> int | None:
    """The value of the newest picture, every byte of it looked at."""
    with reader.newest() as held:
        if held is None:
            return None
        header, pixels = held
        (value,) = set(bytes(pixels[: header.stride * header.height]))
        return value


def descriptors() -> list[str]:
    """The picture memories that this process holds."""
    links = []
    for name in os.listdir("/proc/self/fd"):
        try:
            links.append(os.readlink(f"/proc/self/fd/{name}"))
        except OSError:
            continue
    return [link for link in links if "hanoi-wall-pictures" in link]


def test_newest_wins_and_what_was_overwritten_is_counted() -> None:
    ring = Ring.create(64, 32)
    writer, reader = RingWriter(ring), RingReader(ring)
    assert (shown(reader), reader.fresh()) == (None, False)
    for value in range(1, 8):
        assert put(writer, value) == value
    assert reader.fresh()
    assert shown(reader) == 7
    assert (reader.replaced, reader.torn, reader.shown, reader.fresh()) == (6, 0, 7, False)
    assert shown(reader) == 7
    assert reader.replaced == 6


@given(
    st.builds(
        PictureHeader,
        sequence=st.just(1),
        width=st.integers(1, 64),
        height=st.integers(1, 32),
        stride=st.just(256),
        pts_us=st.integers(-(2**63), 2**63 - 1),
        arrival_ns=st.integers(0, 2**62),
        capture_ns=st.integers(-(2**62), 2**62),
        interval_ns=st.integers(0, 2**62),
        frozen_since_ns=st.integers(0, 2**62),
        published_ns=st.integers(0, 2**62),
        behind_ns=st.integers(0, 2**62),
    )
)
def test_the_facts_of_a_picture_come_through(header: PictureHeader) -> None:
    ring = Ring.create(64, 32)
    put(RingWriter(ring), 9, header)
    with RingReader(ring).newest() as held:
        assert held is not None and held[0] == header
    assert ring.newest_header() == header


@pytest.mark.parametrize("readers", [1, 2, MOST_READERS])
def test_a_buffer_that_is_read_is_never_written(readers: int) -> None:
    """Each reader holds another picture, the writer writes on, and nobody's pixels change."""
    ring = Ring.create(64, 32, readers=readers)
    writer = RingWriter(ring)
    held = []
    for number in range(readers):
        put(writer, number + 1)
        reading = RingReader(ring, number).newest()
        picture = reading.__enter__()
        assert picture is not None
        held.append((reading, picture[1]))
    for value in range(100, 120):
        put(writer, value)
        for number, (_, pixels) in enumerate(held):
            assert set(bytes(pixels[: 256 * 32])) == {number + 1}
    for reading, _ in held:
        reading.__exit__(None, None, None)
    assert shown(RingReader(ring)) == 119


def test_a_writer_that_ignores_claims_is_found_out() -> None:
    """`torn` is not a decoration: a picture that is overwritten while it is held counts."""
    ring = Ring.create(64, 32)
    writer, reader = RingWriter(ring), RingReader(ring)
    put(writer, 1)
    with reader.newest() as held:
        assert held is not None
        ring.words[16] = 0
        for value in range(2, 8):
            put(writer, value)
    assert reader.torn == 1


class Meddled:
    """A ring's words; `meddle` happens right before the first claim is set down."""

    def __init__(self, words: memoryview, meddle: Callable[[], None]) -> None:
        self.words = words
        self.meddle: Callable[[], None] | None = meddle

    def __getitem__(self, key: int) -> int:
        return self.words[key]

    def __setitem__(self, key: int, value: int) -> None:
        if self.meddle is not None:
            meddle, self.meddle = self.meddle, None
            meddle()
        self.words[key] = value


def test_a_picture_that_comes_between_looking_and_claiming_is_noticed() -> None:
    """Else the reader would hold a buffer that the writer has just chosen."""
    ring = Ring.create(64, 32)
    writer = RingWriter(Ring(os.dup(ring.fd)))

    def write_on() -> None:
        put(writer, 2)
        ring.pixels[writer.begin()][:256] = bytes([3]) * 256

    put(writer, 1)
    ring.words = Meddled(ring.words, write_on)  # type: ignore[assignment]
    reader = RingReader(ring)
    with reader.newest() as held:
        assert held is not None
        assert held[0].sequence == 2
        assert set(bytes(held[1][: 256 * 32])) == {2}
    assert reader.torn == 0


@given(st.lists(st.sampled_from(["write", "begin", "claim", "release", "new writer"]), max_size=60))
def test_one_buffer_is_always_free(steps: list[str]) -> None:
    ring = Ring.create(16, 16)
    header = HEADER._replace(width=16, height=16, stride=64)
    writer, reader = RingWriter(ring), RingReader(ring)
    held: Iterator[object] | None = None
    claimed, last = -1, 0
    reading = None
    for step in steps:
        if step == "write":
            index = writer.begin()
            assert index != claimed
            ring.pixels[index][: 64 * 16] = bytes([last % 250 + 1]) * (64 * 16)
            assert writer.commit(index, header) > last
            last = ring.newest_sequence()
        elif step == "begin":
            assert writer.begin() not in (claimed, ring.words[5] & 0xFF if last else -1)
        elif step == "claim" and reading is None:
            reading = reader.newest()
            held = iter([reading.__enter__()])
            claimed = ring.words[16] - 1
        elif step == "release" and reading is not None:
            reading.__exit__(None, None, None)
            reading, held, claimed = None, None, -1
        elif step == "new writer":
            writer = RingWriter(ring)
    if reading is not None:
        reading.__exit__(None, None, None)
    assert reader.torn == 0
    assert held is None or reading is not None


@pytest.mark.parametrize("size", [(0, 1), (1, 0), (16385, 1), (1, 16385), (-5, 5)])
def test_absurd_sizes_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(SlotsError, match="no ring of"):
        Ring.create(*size)


@pytest.mark.parametrize("readers", [0, MOST_READERS + 1])
def test_absurd_numbers_of_readers_are_refused(readers: int) -> None:
    with pytest.raises(SlotsError, match=f"for {readers} readers"):
        Ring.create(64, 32, readers=readers)
    with pytest.raises(SlotsError, match="reader 1 of 1"):
        RingReader(Ring.create(64, 32), 1)


SHORT = """
import os, resource, sys
from hanoi_wall.video.slots import Ring, SlotsError
limit, size = getattr(resource, sys.argv[1]), int(sys.argv[2])
if limit == resource.RLIMIT_AS:
    size += int(open("/proc/self/statm").read().split()[0]) * 4096
resource.setrlimit(limit, (size, size))
before = os.listdir("/proc/self/fd") if limit != resource.RLIMIT_NOFILE else None
try:
    Ring.create(2048, 2048)
except SlotsError as error:
    print("refused:", error)
if before is not None:
    assert os.listdir("/proc/self/fd") == before, "a descriptor was left"
"""


@pytest.mark.parametrize(
    ("limit", "size"),
    [("RLIMIT_FSIZE", 1 << 20), ("RLIMIT_AS", 20 << 20), ("RLIMIT_NOFILE", 3)],
)
def test_memory_that_is_not_there_is_an_error_not_a_signal(limit: str, size: int) -> None:
    """File size stands in for a full machine; address space on top of what the process has; descriptors."""
    assert hasattr(resource, limit)
    done = subprocess.run(
        [sys.executable, "-c", "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n" + SHORT]
        + [limit, str(size)],
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("refused: no")


def test_a_descriptor_that_is_no_ring_is_refused_and_closed(tmp_path: Path) -> None:
    good = Ring.create(64, 32)
    file = tmp_path / "file"
    file.write_bytes(bytes(good.map) + bytes(PAGE))
    wrong: list[Callable[[], int]] = [
        lambda: os.memfd_create("hanoi-wall-pictures-empty"),
        lambda: os.open(file, os.O_RDWR),
        lambda: os.open(file, os.O_RDONLY),
        lambda: os.open(tmp_path, os.O_RDONLY),
        lambda: os.open("/dev/null", os.O_RDWR),
        lambda: os.pipe2(os.O_CLOEXEC)[0],
        lambda: changed(good, 0, 1),
        lambda: changed(good, 2, 4),
        lambda: changed(good, 3, 1 << 40),
        lambda: changed(good, 4, 0),
        lambda: changed(good, 4, 400),
    ]
    for make in wrong:
        fd = make()
        with pytest.raises(SlotsError):
            Ring(fd)
        with pytest.raises(OSError):
            os.fstat(fd)
    with pytest.raises(SlotsError):
        Ring(999_999)


def changed(ring: Ring, word: int, value: int) -> int:
    """A copy of the ring's memory with one word of its first page changed."""
    fd = os.memfd_create("hanoi-wall-pictures")
    os.write(fd, bytes(ring.map))
    os.pwrite(fd, value.to_bytes(8, sys.byteorder), word * 8)
    return fd


def test_the_memory_cannot_be_resized_by_anybody() -> None:
    ring = Ring.create(64, 32)
    for size in (PAGE, ring.size * 2):
        with pytest.raises(PermissionError):
            os.ftruncate(ring.fd, size)


def test_pixels_outlive_the_descriptor_and_nothing_outlives_the_ring() -> None:
    before = len(descriptors())
    ring = Ring.create(64, 32)
    writer = RingWriter(ring)
    put(writer, 5)
    ring.close()
    ring.close()
    assert shown(RingReader(ring)) == 5
    pixels = ring.pixels[0]
    del ring, writer
    assert len(pixels) == PAGE * 2
    del pixels
    assert len(descriptors()) == before


# ---------------------------------------------------------------------------------------------------------
# Two processes

WRITER = """
import os, random, socket, sys
from hanoi_wall.video.picture import PictureHeader
from hanoi_wall.video.slots import Ring, RingWriter, stride_of
link, chance, writer = socket.socket(fileno=int(sys.argv[1])), random.Random(7), None
while True:
    link.setblocking(writer is None)
    try:
        data, fds, _, _ = socket.recv_fds(link, 64, 1)
        if not data:
            os._exit(0)
        if data == b"half":
            index = writer.begin()
            writer.ring.pixels[index][: writer.ring.buffer_bytes // 2] = bytes(writer.ring.buffer_bytes // 2)
            link.setblocking(True)
            link.send(b"half written")
            link.recv(1)
        width, height = map(int, data.split())
        ring = Ring(fds[0])
        ring.close()
        writer = RingWriter(ring)
    except BlockingIOError:
        pass
    stride = stride_of(width)
    index = writer.begin()
    value = writer._sequence % 251
    pixels, length = writer.ring.pixels[index], stride * height
    pixels[: length // 2] = bytes([value]) * (length // 2)
    pixels[length // 2 : length] = bytes([value]) * (length - length // 2)
    writer.commit(index, PictureHeader(0, width, height, stride, 0, 0, 0, 0, 0, 0))
"""
SIZES = ((480, 270), (481, 271), (320, 180), (64, 36), (17, 17))


class WriterProcess:
    """A process that writes as fast as it can into the ring it was given last."""

    def __init__(self) -> None:
        self.link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
        )
        theirs.close()

    def give(self, ring: Ring, size: tuple[int, int]) -> None:
        """Write there from now on."""
        beside = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [ring.fd]))]
        self.link.sendmsg([b"%d %d" % size], beside)

    def end(self) -> None:
        """Kill it."""
        self.process.kill()
        self.process.wait()
        self.link.close()


@pytest.fixture
def writer() -> Iterator[WriterProcess]:
    made = WriterProcess()
    yield made
    made.end()


def look(reader: RingReader, hold: threading.Event) -> bool:
    """Read the newest picture twice with a pause between; whether there was one."""
    with reader.newest() as held:
        if held is None:
            return False
        header, pixels = held
        for _ in range(2):
            length = header.stride * header.height
            assert bytes(pixels[:length]).count(header.sequence % 251) == length, "a mixture of pictures"
            hold.wait(0.001)
    return True


def test_nothing_is_torn_between_two_processes(writer: WriterProcess, until: Callable[..., None]) -> None:
    """Resizes and stops at random moments, a reader that holds pictures, and a writer without mercy."""
    chance, hold = random.Random(3), threading.Event()
    torn = reads = replaced = 0
    for generation in range(1, 41):
        size = chance.choice(SIZES)
        ring = Ring.create(*size, generation=generation)
        writer.give(ring, size)
        reader = RingReader(ring)
        until(lambda ring=ring: ring.newest_sequence() > 0, what="a picture in the new ring")
        for _ in range(chance.randrange(5, 20)):
            if chance.random() < 0.1:
                writer.process.send_signal(signal.SIGSTOP)
                for _ in range(3):
                    assert look(reader, hold)
                writer.process.send_signal(signal.SIGCONT)
            reads += look(reader, hold)
        torn += reader.torn
        replaced += reader.replaced
    assert torn == 0
    assert reads > 100 and replaced > 100, "nothing was tried"


def test_a_writer_killed_in_mid_picture_takes_nothing_with_it(
    writer: WriterProcess, until: Callable[..., None]
) -> None:
    ring, size = Ring.create(480, 270), (480, 270)
    writer.give(ring, size)
    until(lambda: ring.newest_sequence() > 10, what="pictures")
    writer.link.send(b"half")
    assert writer.link.recv(64) == b"half written"
    writer.process.kill()
    writer.process.wait()
    last, reader = ring.newest_sequence(), RingReader(ring)
    assert shown(reader) == last % 251
    successor = RingWriter(ring)
    header = HEADER._replace(width=480, height=270, stride=stride_of(480))
    for _ in range(6):
        value = ring.newest_sequence() + 1
        assert put(successor, value % 251, header) == value
        assert shown(reader) == value % 251
    assert reader.torn == 0


def test_a_reader_that_never_lets_go_does_not_stop_the_writer(
    writer: WriterProcess, until: Callable[..., None]
) -> None:
    ring = Ring.create(64, 36)
    writer.give(ring, (64, 36))
    until(lambda: ring.newest_sequence() > 0, what="a picture")
    reader = RingReader(ring)
    with reader.newest() as held:
        assert held is not None
        until(lambda: ring.newest_sequence() > held[0].sequence + 50, what="fifty more pictures")
        assert set(bytes(held[1][: held[0].stride * held[0].height])) == {held[0].sequence % 251}
    assert reader.torn == 0
    assert look(reader, threading.Event())
    assert reader.replaced >= 49
