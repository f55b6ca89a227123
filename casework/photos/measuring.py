"""What can be measured of a portrait without knowing where the face is: pixels, sharpness, light, background. Pure.

Everything is measured on the largest centred cut of 35 to 45 (the shape of a passport photograph, ICAO 9303-3), which
is also what certificates print, brought to one size so that one threshold fits pictures of every size.
"""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Final

from PIL import ExifTags, Image, ImageFilter, ImageOps, ImageStat, UnidentifiedImageError

from casework.photos.rules import LARGEST_IMAGE, SHAPE, Measured

_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_MEASURED_AT: Final = (350, 450)
_SMALL: Final = (96, 124)
_LAPLACE: Final = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)
_DAYS: Final = (ExifTags.Base.DateTimeOriginal, ExifTags.Base.DateTimeDigitized, ExifTags.Base.DateTime)


def measure(content: bytes) -> Measured | None:
    """The numbers of a picture; None for what is no picture that can be opened (a PDF)."""
    opened = _opened(content)
    if opened is None:
        return None
    taken_on = day_in(opened)
    upright = _upright(opened)
    cut = portrait_of(upright)
    at_size = cut.resize(_MEASURED_AT, Image.Resampling.LANCZOS)
    grey = at_size.convert("L")
    middle = grey.crop((70, 60, 280, 390))
    light = ImageStat.Stat(middle)
    shares = middle.histogram()
    edges = middle.filter(_LAPLACE).crop((1, 1, middle.width - 1, middle.height - 1))  # Pillow copies the rim
    left, right = (_corner(at_size, side) for side in (0, 1))
    return Measured(
        width=upright.width,
        height=upright.height,
        cut_width=cut.width,
        cut_height=cut.height,
        sharpness=round(ImageStat.Stat(edges).var[0], 1),
        light=round(light.mean[0], 1),
        dark=round(sum(shares[:8]) / sum(shares), 3),
        bright=round(sum(shares[248:]) / sum(shares), 3),
        tones=sum(1 for count in shares if count),
        colour=round(ImageStat.Stat(at_size.convert("HSV").getchannel("S")).mean[0], 1),
        background=round(max(*left.stddev, *right.stddev), 1),
        sides=round(max(abs(one - other) for one, other in zip(left.mean, right.mean, strict=True)), 1),
        taken_on=taken_on,
    )


def portrait_of(upright: Image.Image) -> Image.Image:
    """The largest centred cut in the shape of a passport photograph."""
    wide, high = SHAPE
    size = min(upright.width, upright.height * wide // high), min(upright.height, upright.width * high // wide)
    left, top = (upright.width - size[0]) // 2, (upright.height - size[1]) // 2
    return upright.crop((left, top, left + max(size[0], 1), top + max(size[1], 1)))


def portrait(content: bytes, size: tuple[int, int] = (420, 540)) -> bytes | None:
    """That cut as a JPEG of at most `size`, without what the camera wrote beside it; None for what is no picture."""
    opened = _opened(content)
    if opened is None:
        return None
    cut = portrait_of(_upright(opened))
    cut.thumbnail(size, Image.Resampling.LANCZOS)
    stream = BytesIO()
    cut.save(stream, "JPEG", quality=85)
    return stream.getvalue()


def small(content: bytes) -> bytes | None:
    """The cut for lists, a few kilobytes."""
    return portrait(content, _SMALL)


def _opened(content: bytes) -> Image.Image | None:
    try:
        image = Image.open(BytesIO(content), formats=_FORMATS)
        if image.width * image.height > LARGEST_IMAGE or not (image.width and image.height):
            return None
        image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return image


def _upright(image: Image.Image) -> Image.Image:
    turned = ImageOps.exif_transpose(image)
    if "A" not in turned.getbands() and "transparency" not in turned.info:
        return turned.convert("RGB")
    paper = Image.new("RGBA", turned.size, "white")
    return Image.alpha_composite(paper, turned.convert("RGBA")).convert("RGB")


def _corner(image: Image.Image, side: int) -> ImageStat.Stat:
    """The strip beside the head: the outer eighth from the upper edge to the height of the chin."""
    width, height = image.size
    strip = width // 8
    left = 4 if side == 0 else width - strip - 4
    return ImageStat.Stat(image.crop((left, 4, left + strip, height // 2)))


def day_in(image: Image.Image) -> date | None:
    """The day that the camera wrote into the file. Many write none, and any program can change it."""
    exif = image.getexif()
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    for tag in _DAYS:
        value = inner.get(tag) or exif.get(tag)
        try:
            return datetime.strptime(str(value)[:10], "%Y:%m:%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
