"""Synthetic papers."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def picture() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (60, 80), "#d9dfe2").save(stream, "JPEG")
    return stream.getvalue()
