"""Reads back what stands on a window's surface, without asking the window to paint again."""

from __future__ import annotations

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget


def surface(window: QWidget) -> QImage:
    """A copy of the window's backing store in device pixels, Format_RGB32."""
    device = window.backingStore().paintDevice()
    assert isinstance(device, QImage), type(device)
    image = device.copy()
    image.setDevicePixelRatio(1.0)
    return image.convertToFormat(QImage.Format.Format_RGB32)
