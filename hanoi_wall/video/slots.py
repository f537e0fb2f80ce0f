"""A ring of picture slots in shared memory: newest wins, nothing queues, nothing has a name.

The memory is made by the UI process (memfd, allocated in full so that a full machine says so at once
instead of by SIGBUS, sealed against resizing) and its descriptor handed to one decoder process.

Layout: one header page of 512 native u64 words, then `2 + readers` buffers, page aligned.

    word 0 magic  1 generation  2 buffers  3 bytes per buffer  4 readers  5 newest = sequence << 8 | index
    word 16 + r    what reader r claims: index + 1, or 0
    word 32 + 16 i the header of buffer i: begin, end, width, height, stride, pts, arrival, capture, …

The writer never takes the newest complete buffer nor a claimed one, so with `2 + readers` buffers one is
always free. Writer: begin := sequence, write pixels, end := sequence, fence, newest := …. Reader: claim,
fence, look at newest AGAIN and start over when it moved, paint, compare begin and end (`torn` counts a
difference and must stay 0), fence, let go. When newest had not moved after the fence, the claim was visible
before the writer's next publication, so before it could look for a buffer again. A word is stored by one
8-byte move (memoryview casts copy the item whole). A writer killed in mid-write leaves begin != end on a
buffer that is not the newest: nothing is lost.

Whoever writes decodes what strangers send, so a reader believes no word of it: it takes the layout from its
own attaching, and a picture that would not lie inside its buffer is none (and counted as torn).
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
from contextlib import suppress
from typing import Self

from hanoi_wall import threads
from hanoi_wall.video.picture import PictureHeader

PAGE = 4096
MAGIC = 0x48574C4C534C4F54
MOST_READERS = 16
_WORDS = PAGE // 8
_NEWEST = 5
_CLAIMS = 16
_BUFFERS = 32
_BUFFER_WORDS = 16
MOST_BUFFERS = (_WORDS - _BUFFERS) // _BUFFER_WORDS
_FACTS = struct.Struct(f"={len(PictureHeader._fields) - 1}q")
"""Everything in a PictureHeader but its sequence, which is the buffer's `begin`."""
_NOTHING = PictureHeader(*[0] * len(PictureHeader._fields))
_TRIES = 64
"""A writer in its senses moves on once while a reader claims, if at all."""


class SlotsError(Exception):
    """Shared memory that could not be made, or that is not a ring of this layout."""


_fence_lock = threads.lock()


def _fence() -> None:
    """A full memory barrier: nothing before it is seen after anything behind it.

    To take a lock is an atomic read-modify-write: on x86 that is all. ARM64 lets what stands before one pair
    of acquire and release meet in between what stands behind it; a release and the acquire after it do not.
    """
    _fence_lock.acquire()
    _fence_lock.release()
    _fence_lock.acquire()
    _fence_lock.release()


class Ring:
    """The shared memory of one feed at one size. Made in the UI process, attached in a decoder process.

    Any thread. The memory is unmapped when the object is forgotten.
    """

    def __init__(self, fd: int) -> None:
        """Attach to a descriptor made by `create` (which is taken over); raises SlotsError."""
        self.fd = fd
        try:
            size = os.fstat(fd).st_size
            if size < 2 * PAGE:
                raise SlotsError(f"{size} bytes are no ring")
            self.map = mmap.mmap(fd, size)
        except (OSError, SlotsError) as error:
            with suppress(OSError):
                self.close()
            raise SlotsError(f"no ring: {error}") from None
        self.bytes = memoryview(self.map)
        self.words = self.bytes[:PAGE].cast("Q")
        self.generation = self.words[1]
        self.buffers = self.words[2]
        self.buffer_bytes = self.words[3]
        self.readers = self.words[4]
        fits = PAGE + self.buffers * self.buffer_bytes == size and 1 <= self.readers <= MOST_READERS
        if self.words[0] != MAGIC or not fits or self.buffers != 2 + self.readers:
            self.close()
            raise SlotsError("descriptor holds no ring of this layout")
        starts = range(PAGE, size, self.buffer_bytes or size)
        self.pixels = tuple(self.bytes[start : start + self.buffer_bytes] for start in starts)
        """Of each buffer, writable; made once, for they are asked for with every picture."""

    @classmethod
    def create(cls, width: int, height: int, *, readers: int = 1, generation: int = 1) -> Ring:
        """A new ring for pictures up to `width` x `height` pixels; raises SlotsError when memory is short."""
        buffers = 2 + readers
        if not (0 < width <= 16384 and 0 < height <= 16384 and 1 <= readers <= MOST_READERS):
            raise SlotsError(f"no ring of {width}x{height} for {readers} readers")
        buffer_bytes = -(-stride_of(width) * height // PAGE) * PAGE
        size = PAGE + buffers * buffer_bytes
        fd = -1
        try:
            fd = os.memfd_create("hanoi-wall-pictures", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
            os.posix_fallocate(fd, 0, size)
            fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
            header = memoryview(bytearray(PAGE)).cast("Q")
            for word, value in enumerate((MAGIC, generation, buffers, buffer_bytes, readers)):
                header[word] = value
            os.pwrite(fd, header.tobytes(), 0)
        except OSError as error:
            if fd >= 0:
                os.close(fd)
            raise SlotsError(f"no memory for pictures: {error.strerror}") from error
        return cls(fd)

    @property
    def size(self) -> int:
        """Bytes of shared memory."""
        return len(self.map)

    def newest_sequence(self) -> int:
        """Sequence of the newest complete picture, 0 before the first."""
        return self.words[_NEWEST] >> 8

    def header(self, index: int) -> PictureHeader:
        """The facts of one buffer's picture as they stand now."""
        base = _BUFFERS + index * _BUFFER_WORDS
        return PictureHeader(self.words[base], *_FACTS.unpack_from(self.bytes, (base + 2) * 8))

    def newest_header(self) -> PictureHeader:
        """The facts of the newest picture, unclaimed: good for figures, not for painting. 0 for nonsense."""
        index = self.words[_NEWEST] & 0xFF
        return self.header(index) if index < self.buffers else _NOTHING

    def close(self) -> None:
        """Close the descriptor; the memory stays mapped for whoever holds this object."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)

    def __del__(self) -> None:
        """A ring that nobody holds any more leaves no descriptor behind."""
        self.close()


def stride_of(width: int) -> int:
    """Bytes per row of a 4-byte picture, a multiple of 64 so that every row suits vector code."""
    return -(-width * 4 // 64) * 64


class RingWriter:
    """Writes pictures into a ring; one per ring, one thread, in a decoder process."""

    def __init__(self, ring: Ring) -> None:
        self.ring = ring
        self._sequence = ring.newest_sequence()
        self._words, self._bytes = ring.words, ring.bytes
        self._claims = ring.words[_CLAIMS : _CLAIMS + ring.readers]

    def begin(self) -> int:
        """The index of a buffer that nobody reads, marked as being written."""
        words = self._words
        # What was published last must be seen by readers before their claims are looked at.
        _fence()
        newest = words[_NEWEST]
        taken = self._claims.tolist()
        if newest >> 8:
            taken.append((newest & 0xFF) + 1)
        index = 0
        while index + 1 in taken:
            index += 1
        self._sequence = sequence = max(self._sequence, newest >> 8) + 1
        words[_BUFFERS + index * _BUFFER_WORDS] = sequence
        return index

    def commit(self, index: int, header: PictureHeader) -> int:
        """Make the buffer the newest picture; returns its sequence. `header.sequence` is not looked at.

        Raises struct.error when a fact does not fit 64 bits; nothing is published then.
        """
        words = self._words
        base = _BUFFERS + index * _BUFFER_WORDS
        _FACTS.pack_into(self._bytes, (base + 2) * 8, *header[1:])
        words[base + 1] = self._sequence
        # Who sees the picture's number must see its pixels.
        _fence()
        words[_NEWEST] = self._sequence << 8 | index
        return self._sequence


class RingReader:
    """Reads the newest picture of a ring; one per (ring, reader number), one thread."""

    def __init__(self, ring: Ring, number: int = 0) -> None:
        if not 0 <= number < ring.readers:
            raise SlotsError(f"reader {number} of {ring.readers}")
        self.ring = ring
        self.shown = 0
        self.replaced = 0
        self.torn = 0
        self.held = -1
        """The index of the claimed buffer, -1 for none."""
        self._claim = _CLAIMS + number
        self._words = ring.words
        self._sequence = 0

    def fresh(self) -> bool:
        """Whether there is a picture newer than the last one shown."""
        return self._words[_NEWEST] >> 8 != self.shown

    def newest(self) -> Self:
        """Hold the newest picture for the length of a `with`: `(facts, pixels)`, None before the first.

        Touch no pixel after the `with`. A picture that changed meanwhile is counted in `torn`. The reader is
        its own context manager: it holds one claim at most, and a generator per picture would be dearer.
        """
        return self

    def claim(self) -> tuple[PictureHeader, memoryview] | None:
        """Claim the newest picture until `release`; `newest` does both. None also for nonsense."""
        words, ring = self._words, self.ring
        for _ in range(_TRIES):
            newest = words[_NEWEST]
            index = newest & 0xFF
            if newest >> 8 == 0:
                self.held = -1
                return None
            if index >= ring.buffers:
                break
            words[self._claim] = index + 1
            _fence()
            if words[_NEWEST] != newest:
                # Between looking and claiming a newer picture came: this buffer may be in the writer's hands.
                continue
            header = ring.header(index)
            sequence, width, height, stride, *_ = header
            if (
                0 < 4 * width <= stride
                and height > 0
                and stride * height <= ring.buffer_bytes
                and not stride & 3
            ):
                self.held, self._sequence = index, sequence
                return header, ring.pixels[index]
            break
        words[self._claim] = 0
        self.held = -1
        self.torn += 1
        self.shown = newest >> 8
        return None

    def release(self, *, shown: bool) -> None:
        """Let go of what `claim` claimed, and look whether it stayed the same; shown: count it as seen."""
        index, words = self.held, self._words
        if index < 0:
            return
        base, sequence = _BUFFERS + index * _BUFFER_WORDS, self._sequence
        same = words[base] == sequence and words[base + 1] == sequence
        # Who sees the claim gone may write at once: by then every pixel must have been read.
        _fence()
        words[self._claim] = 0
        self.held = -1
        if not shown:
            return
        if not same:
            self.torn += 1
            return
        if sequence > self.shown:
            self.replaced += sequence - self.shown - 1
        self.shown = sequence

    def __enter__(self) -> tuple[PictureHeader, memoryview] | None:
        return self.claim()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.release(shown=kind is None)
