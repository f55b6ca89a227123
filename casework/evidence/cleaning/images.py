"""Pictures: opened with Pillow, turned upright, and written anew from their pixels: no EXIF, no place, no thumbnail,
nothing that follows the end of the picture."""

from __future__ import annotations

import struct
import warnings
from io import BytesIO

from PIL import Image, ImageCms, UnidentifiedImageError

from casework.evidence.cleaning import Cleaned, Unusable
from casework.evidence.media import LARGEST_IMAGE, SMALLEST_SIDE

LONGEST_SIDE = 4096
"""Pixels of the copy; an A4 page at 300 dots an inch has 3508."""

_QUALITY = 88
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each orientation of EXIF 2.32."""

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
            turn = _TURNS.get(_orientation(image)) if upright else None
            if not is_png:
                image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image.load()
            made = _plain(image)
    except Image.DecompressionBombError:
        raise Unusable("too_many_pixels") from None
    except _DAMAGED:
        raise Unusable("wrong_type") from None
    if turn is not None:
        made = made.transpose(turn)
    made.info = {}  # profile, comment, EXIF: what Pillow would write again
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


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except (*_DAMAGED, TypeError):  # broken EXIF: the pixels are good all the same
        return 1


def _plain(image: Image.Image) -> Image.Image:
    """The pixels alone, made smaller first: eight bits, no transparency, in sRGB."""
    profile = image.info.get("icc_profile") if image.mode == "RGB" else None
    made: Image.Image = image
    if image.mode.startswith("I") or image.mode == "F":
        made = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode == "1":
        made = image.convert("L")
    elif "transparency" in image.info or image.mode in ("LA", "PA", "RGBa", "La"):
        made = image.convert("RGBA")
    elif image.mode not in ("L", "RGB", "RGBA"):
        made = image.convert("RGB")
    made.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    if made.mode == "RGBA":
        paper = Image.new("RGB", made.size, "white")
        paper.paste(made, mask=made.getchannel("A"))
        return paper
    return _in_srgb(made, profile) if profile else made


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        made = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, *_DAMAGED):  # a broken profile: the colours as they are
        return image
    return made if made is not None else image
