"""Decoded frames to the tile's pixels: colour-true, aspect kept, straight into a slot.

Two ways, the same pictures (both pass tests/unit/video/test_scaler.py):
* libyuv through ctypes, where the system has it: planes are shrunk by area averaging and converted once into
  the slot. No copy, no allocation per picture.
* PyAV's own libswscale (AREA, one thread) with one copy: always there, about 1.4 x the cost, and the way of
  every pixel format that libyuv does not take (10 bit, 4:4:0, grey …) and of extreme reductions.

Used only inside a decoder process; one PictureScaler per feed thread.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from fractions import Fraction

import av
from av.video.reformatter import ColorRange, Colorspace, Interpolation

_BOX = 3
_POINT = 0
_UNSPECIFIED = 2
MOST_PER_PIXEL = 256
"""libyuv averages in 16 bits: beyond this many source pixels for one of ours it darkens, then overflows."""
THUMBNAIL = (32, 18)
"""Columns and rows of the luma points that tell whether the content changes."""

_PLANAR = {
    "yuv420p": (2, 2, False),
    "yuvj420p": (2, 2, True),
    "yuv422p": (2, 1, False),
    "yuvj422p": (2, 1, True),
    "yuv444p": (1, 1, False),
    "yuvj444p": (1, 1, True),
}
"""format: (horizontal, vertical chroma subsampling, full range whatever the frame says)."""


def fit(width: int, height: int, aspect: Fraction, box_width: int, box_height: int) -> tuple[int, int]:
    """The largest size with square pixels inside the box that shows a `width` x `height` picture undistorted.

    aspect: the shape of the source's pixels (width/height); 0 or absurd values count as square.
    """
    if not Fraction(1, 8) <= aspect <= 8:
        aspect = Fraction(1)
    shown_width = width * aspect
    scale = min(Fraction(box_width) / shown_width, Fraction(box_height) / height)
    return max(1, min(box_width, round(shown_width * scale))), max(1, min(box_height, round(height * scale)))


class _LibYuv:
    """The functions of libyuv that are used, with their types."""

    def __init__(self, path: str) -> None:
        self.lib = ctypes.CDLL(path)
        plane = (ctypes.c_void_p, ctypes.c_int)
        size = (ctypes.c_int, ctypes.c_int)
        self.scale_plane = self.lib.ScalePlane
        self.scale_plane.argtypes = (*plane, *size, *plane, *size, ctypes.c_int)
        self.scale_plane.restype = None
        self.scale_i420 = self.lib.I420Scale
        picture = plane * 3 + size
        self.scale_i420.argtypes = picture * 2 + (ctypes.c_int,)
        self.i422 = self.lib.I422ToARGBMatrix
        self.i420 = self.lib.I420ToARGBMatrix
        self.i444 = self.lib.I444ToARGBMatrix
        for function in (self.i422, self.i420, self.i444):
            function.argtypes = (*plane, *plane, *plane, *plane, ctypes.c_void_p, *size)
        self.matrices = {
            (space, full): ctypes.addressof(ctypes.c_char.in_dll(self.lib, name))
            for (space, full), name in {
                ("601", False): "kYuvI601Constants",
                ("601", True): "kYuvJPEGConstants",
                ("709", False): "kYuvH709Constants",
                ("709", True): "kYuvF709Constants",
                ("2020", False): "kYuv2020Constants",
                ("2020", True): "kYuvV2020Constants",
            }.items()
        }


def load_libyuv() -> _LibYuv | None:
    """libyuv, or None where the system has none or one too old."""
    path = ctypes.util.find_library("yuv") or "libyuv.so.0"
    try:
        return _LibYuv(path)
    except (OSError, AttributeError, ValueError):
        return None


def colour_of(frame: av.VideoFrame) -> tuple[str, bool]:
    """(matrix "601", "709" or "2020", full range?) of a frame; unmarked pictures go by their height."""
    space = int(frame.colorspace)
    if space in (9, 10):
        matrix = "2020"
    elif space == 1:
        matrix = "709"
    elif space in (4, 5, 6, 7):
        matrix = "601"
    else:
        matrix = "709" if frame.height >= 720 else "601"
    return matrix, int(frame.color_range) == 2 or frame.format.name.startswith("yuvj")


class _Recipe:
    """How frames of one kind become pictures of one size: everything that does not change between frames."""

    def __init__(self, yuv: _LibYuv, frame: av.VideoFrame, width: int, height: int) -> None:
        across, down, _ = _PLANAR[frame.format.name]
        # Of an interlaced frame the top field alone, so that motion shows no comb.
        self.fields = 2 if frame.interlaced_frame and frame.height >= 4 * down else 1
        self.matrix = yuv.matrices[colour_of(frame)]
        self.size = (width, height)
        self.luma = (frame.width, -(-frame.height // self.fields))
        self.chroma = (-(-frame.width // across), -((-frame.height // down) // self.fields))
        grid = _chroma_grid(*self.chroma, width, height)
        self.colour = (-(-width // grid[0]), -(-height // grid[1]))
        self.convert = {(2, 2): yuv.i420, (2, 1): yuv.i422, (1, 1): yuv.i444}[grid]
        self.together = grid == (across, down) == (2, 2) and self.luma != self.size
        """All three planes shrink by one call."""
        self.strides = (-(-width // 64) * 64, -(-self.colour[0] // 64) * 64)
        self.scratch = bytearray(self.strides[0] * height + 2 * self.strides[1] * self.colour[1])
        y = ctypes.addressof(ctypes.c_char.from_buffer(self.scratch))
        u = y + self.strides[0] * height
        self.targets = (y, u, u + self.strides[1] * self.colour[1])


class PictureScaler:
    """Scales the frames of one feed. One thread; `libyuv` None means libswscale for everything."""

    def __init__(self, libyuv: _LibYuv | None = None) -> None:
        self._libyuv = libyuv
        self._kind: tuple[object, ...] = ()
        self._recipe: _Recipe | None = None
        self._swscale = av.video.reformatter.VideoReformatter()

    def scale(self, frame: av.VideoFrame, width: int, height: int, into: memoryview, stride: int) -> None:
        """Write `frame` as width x height BGRX pixels, `stride` bytes a row, into the buffer."""
        kind = (
            frame.format.name, frame.width, frame.height, frame.interlaced_frame,
            frame.colorspace, frame.color_range, width, height,
        )  # fmt: skip
        if kind != self._kind:
            self._kind, self._recipe = kind, self._recipe_for(frame, width, height)
        recipe, yuv = self._recipe, self._libyuv
        if recipe is None or yuv is None:
            self._by_swscale(frame, width, height, into, stride)
            return
        y, u, v = frame.planes
        fields, (sy, su) = recipe.fields, recipe.strides
        a, b, c = y.buffer_ptr, u.buffer_ptr, v.buffer_ptr
        la, lb, lc = y.line_size * fields, u.line_size * fields, v.line_size * fields
        if recipe.together:
            ty, tu, tv = recipe.targets
            yuv.scale_i420(
                a, la, b, lb, c, lc, *recipe.luma, ty, sy, tu, su, tv, su, width, height, _BOX
            )  # fmt: skip
            a, la, b, lb, c, lc = ty, sy, tu, su, tv, su
        else:
            a, la = self._resized(a, la, recipe.luma, recipe.targets[0], sy, recipe.size)
            b, lb = self._resized(b, lb, recipe.chroma, recipe.targets[1], su, recipe.colour)
            c, lc = self._resized(c, lc, recipe.chroma, recipe.targets[2], su, recipe.colour)
        target = ctypes.addressof(ctypes.c_char.from_buffer(into))
        recipe.convert(a, la, b, lb, c, lc, target, stride, recipe.matrix, width, height)

    def _recipe_for(self, frame: av.VideoFrame, width: int, height: int) -> _Recipe | None:
        """The quick way, or None where libswscale must do it."""
        crowd = frame.width * frame.height > MOST_PER_PIXEL * width * height
        if self._libyuv is None or frame.format.name not in _PLANAR or crowd:
            return None
        return _Recipe(self._libyuv, frame, width, height)

    def _resized(
        self, plane: int, line: int, size: tuple[int, int], target: int, stride: int, wanted: tuple[int, int]
    ) -> tuple[int, int]:
        """(address, stride) of the plane itself where it has the size, else of an area-averaged copy."""
        assert self._libyuv is not None
        if size == wanted:
            return plane, line
        self._libyuv.scale_plane(plane, line, *size, target, stride, *wanted, _BOX)
        return target, stride

    def _by_swscale(
        self, frame: av.VideoFrame, width: int, height: int, into: memoryview, stride: int
    ) -> None:
        matrix, full = colour_of(frame)
        source = {"601": Colorspace.ITU601, "709": Colorspace.ITU709, "2020": Colorspace.ITU709}[matrix]
        scaled = self._swscale.reformat(
            frame,
            width,
            height,
            "bgr0",
            src_colorspace=source,
            src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG,
            interpolation=Interpolation.AREA | Interpolation.FULL_CHR_H_INT | Interpolation.ACCURATE_RND,
            threads=1,
        )
        plane = scaled.planes[0]
        pixels, line, length = memoryview(plane).cast("B"), plane.line_size, width * 4
        for row in range(height):
            into[row * stride : row * stride + length] = pixels[row * line : row * line + length]

    def thumbnail(self, frame: av.VideoFrame) -> bytes:
        """32 x 18 luma points, sampled not averaged, so that a camera's honest noise stays visible."""
        columns, rows = THUMBNAIL
        plane = frame.planes[0]
        step = plane.line_size // max(1, plane.width) or 1
        luma = memoryview(plane).cast("B")
        across = [column * plane.width // columns * step for column in range(columns)]
        lines = [row * plane.height // rows * plane.line_size for row in range(rows)]
        return bytes(luma[line + point] for line in lines for point in across)


def _chroma_grid(have_width: int, have_height: int, width: int, height: int) -> tuple[int, int]:
    """(across, down) of the chroma that goes with a picture of width x height, from chroma of that size.

    Where the source's chroma already has the size that full or half-width chroma needs, it is taken as it is:
    nothing is cheaper and nothing is lost (a 4:2:0 picture at half size gets one colour per pixel). Anything
    else becomes 4:2:0, whose planes have the luma's ratio and so libyuv's quick ways for 3/4, 1/2, 3/8, 1/4.
    """
    for across, down in ((1, 1), (2, 1)):
        if (have_width, have_height) == (-(-width // across), -(-height // down)):
            return across, down
    return 2, 2
