"""Synthetic papers and portraits for the demo: drawn here, of nobody."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageDraw

_SKIN = ("#e8c4a2", "#d9a77f", "#c68f64", "#f0d3b8")
_HAIR = ("#2b2320", "#4a3527", "#6b4a2f", "#1d1d22")
_SHIRT = ("#0b5563", "#44549a", "#7a4d00", "#55666e", "#1d6b3a")


def portrait(seed: str) -> bytes:
    """A passport picture of 413 x 531 pixels (35 x 45 mm at 300 dots an inch), JPEG."""
    digest = sha256(seed.encode()).digest()
    image = Image.new("RGB", (413, 531), "#e9eeee")
    draw = ImageDraw.Draw(image)
    skin, hair, shirt = _pick(_SKIN, digest[0]), _pick(_HAIR, digest[1]), _pick(_SHIRT, digest[2])
    width = 118 + digest[3] % 18
    left, right = 206 - width // 2 - 20, 206 + width // 2 + 20
    draw.ellipse((36, 400, 377, 760), fill=shirt)
    draw.rectangle((172, 330, 241, 430), fill=skin)
    draw.ellipse((left - 10, 96, right + 10, 300), fill=hair)
    draw.ellipse((left, 122, right, 374), fill=skin)
    if digest[4] % 2:
        draw.pieslice((left - 6, 104, right + 6, 250), 180, 360, fill=hair)
    for x in (206 - 34, 206 + 34):
        draw.ellipse((x - 8, 226, x + 8, 240), fill="#2a2a2a")
    draw.line((206, 244, 200, 286, 212, 288), fill="#9c6b4a", width=4)
    draw.arc((176, 292, 236, 326), 20, 160, fill="#8c3b32", width=5)
    # Two invented people may be drawn alike; one file on two workers would be something to look at.
    return _jpeg(image, digest[:8].hex())


def paper(title: str, reference: str) -> bytes:
    """A page that says what it stands for, JPEG."""
    image = Image.new("RGB", (620, 877), "#fbfaf5")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 620, 14), fill="#55666e")
    draw.text((50, 70), title, fill="#14242b", font_size=30)
    draw.text((50, 118), reference, fill="#55666e", font_size=20)
    for line in range(14):
        draw.line((50, 210 + line * 36, 570 - (line * 53) % 170, 210 + line * 36), fill="#c9cfcd", width=5)
    draw.ellipse((410, 740, 530, 860), outline="#44549a", width=4)
    draw.text((150, 780), "SPECIMEN", fill="#a3261b", font_size=40)
    return _jpeg(image)


def _pick(options: tuple[str, ...], number: int) -> str:
    return options[number % len(options)]


def _jpeg(image: Image.Image, mark: str = "") -> bytes:
    stream = BytesIO()
    image.save(stream, "JPEG", quality=82, optimize=True, comment=mark)
    return stream.getvalue()
