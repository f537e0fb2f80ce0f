"""Letters in pictures: a system font that has Vietnamese, or plain letters without their marks."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
    "/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf",
    "/usr/share/fonts/opentype/inter/Inter-Bold.otf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans-Bold.ttf",
    "/usr/share/fonts/google-noto/NotoSans-Bold.ttf",
    "/Library/Fonts/Arial Unicode.ttf",
    "C:/Windows/Fonts/arialbd.ttf",
)

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@cache
def _face() -> str | None:
    return next((name for name in _FONTS if Path(name).is_file()), None)


@cache
def _sized(size: int) -> Font:
    face = _face()
    return ImageFont.truetype(face, size) if face else ImageFont.load_default(size)


def font(size: float) -> Font:
    """A bold font of about that many pixels."""
    return _sized(max(6, round(size)))


def spelled(text: str) -> str:
    """The text as the font can show it: without marks where no font with Vietnamese is installed."""
    if _face() is not None:
        return text
    plain = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d").replace("–", "-"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def caption(text: str, height: int) -> tuple[Image.Image, Image.Image]:
    """White letters with a dark rim, about `height` pixels high: luma, and the mask to paste it with."""
    letters = font(height * 0.78)
    rim = max(1, round(height / 14))
    probe = ImageDraw.Draw(Image.new("L", (1, 1)))
    box = probe.textbbox((0, 0), spelled(text), font=letters, stroke_width=rim)
    size = (int(box[2] - box[0]) + 2, int(box[3] - box[1]) + 2)
    size = (size[0] + size[0] % 2, size[1] + size[1] % 2)
    luma, mask = Image.new("L", size, 20), Image.new("L", size)
    place = (1 - box[0], 1 - box[1])
    ImageDraw.Draw(mask).text(place, spelled(text), font=letters, fill=230, stroke_width=rim, stroke_fill=230)
    ImageDraw.Draw(luma).text(place, spelled(text), font=letters, fill=232)
    return luma, mask
