"""Pictures: opened with Pillow, turned upright, and written anew from their pixels: no EXIF, no place, no thumbnail,
nothing that follows the end of the picture."""

from __future__ import annotations

import struct
import warnings
from io import BytesIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from casework.evidence.cleaning import Cleaned, Unusable
from casework.evidence.media import LARGEST_IMAGE, SMALLEST_SIDE

LONGEST_SIDE = 4096
"""Pixels of the copy; an A4 page at 300 dots an inch has 3508."""

_QUALITY = 88
_DAMAGED = (UnidentifiedImageError, OSError, SyntaxError, ValueError, KeyError, IndexError, struct.error, EOFError)


def clean(content: bytes, *, upright: bool = True) -> Cleaned:
    """The copy of a JPEG or PNG: the same type, sRGB or grey, at most `LONGEST_SIDE` long.

    `upright`: turn it as its EXIF says. Raises `Unusable` (``wrong_type``, ``too_many_pixels``, ``too_small``).
    """
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as image:
            _check_size(image)
            # Phones write several pictures into one JPEG (MPO); the first is the photograph.
            is_png = image.format == "PNG"
            if not is_png:
                image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image.load()
            made = _plain(_turned(image) if upright else image)
    except Image.DecompressionBombError:
        raise Unusable("too_many_pixels") from None
    except _DAMAGED:
        raise Unusable("wrong_type") from None
    made.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    stream = BytesIO()
    if is_png:
        made.save(stream, "PNG", compress_level=4)
        return Cleaned("image/png", stream.getvalue(), 1)
    made.save(stream, "JPEG", quality=_QUALITY)
    return Cleaned("image/jpeg", stream.getvalue(), 1)


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > LARGEST_IMAGE:
        raise Unusable("too_many_pixels")
    if min(image.width, image.height) < SMALLEST_SIDE:
        raise Unusable("too_small")


def _turned(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except _DAMAGED:  # broken EXIF: the pixels are good all the same
        return image


def _plain(image: Image.Image) -> Image.Image:
    """The pixels alone: eight bits, no transparency, in sRGB."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I") or image.mode == "F":
        made = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode in ("1", "L"):
        made = image.convert("L")
    elif image.mode in ("LA", "PA", "RGBA", "RGBa", "La") or "transparency" in image.info:
        seen = image.convert("RGBA")
        made = Image.new("RGB", seen.size, "white")
        made.paste(seen, mask=seen.getchannel("A"))
    else:
        made = image.convert("RGB")
    bare: Image.Image = _in_srgb(made, profile) if profile and made.mode == image.mode == "RGB" else made
    copied = Image.new(bare.mode, bare.size)  # nothing of `info` comes along
    copied.paste(bare)
    return copied


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        made = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, *_DAMAGED):  # a broken profile: the colours as they are
        return image
    return made if made is not None else image
