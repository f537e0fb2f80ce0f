"""Every pixel is in the file as it was; another program reads it."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from hanoi_wall.evidence.png import encode


def decoded(data: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "PNG" and picture.mode == "RGB"
        return np.asarray(picture)


@given(st.integers(1, 40), st.integers(1, 150), st.integers(0, 9), st.integers(0, 2**32 - 1))
def test_the_colours_come_back(width: int, height: int, more: int, seed: int) -> None:
    stride = 4 * width + more
    rows = np.random.default_rng(seed).integers(0, 256, (height, stride), dtype=np.uint8)
    data = rows.tobytes()[: stride * height - more]
    expected = rows[:, : 4 * width].reshape(height, width, 4)[:, :, 2::-1]
    assert (decoded(encode(width, height, stride, data)) == expected).all()


@pytest.mark.parametrize("shape", [(0, 1, 4), (1, 0, 4), (2, 1, 4), (4, 4, 16)])
def test_too_few_bytes_are_no_picture(shape: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="are no picture"):
        encode(*shape, b"x" * 60)
