"""A certificate value becomes the bytes of one file that is PDF/A-3a and PDF/UA-1 at once.

Deterministic: the same value with the same catalogue, templates, libraries and fonts gives the same bytes. No
clock, no network, no file but the templates and the fonts. Signing comes after (`documents.signing`).
"""

from __future__ import annotations

import hashlib
import unicodedata
from base64 import b64encode
from datetime import date
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from PIL import Image, ImageOps, UnidentifiedImageError

from basis.errors import InvalidInput
from basis.messages import Message, _, speaking
from documents.claims import MARK
from documents.credentials.credential import ATTACHMENT
from documents.credentials.proofs import Proofs
from documents.pdf import write_pdf
from documents.typesetting import element_sheet
from documents.values import Certificate

TEMPLATES = Path(__file__).parent / "templates"

_PHOTO_SIZE = (420, 540)  # 28 x 36 mm at 381 dots an inch
_MAXIMUM_PHOTO_PIXELS = 40_000_000
_CODE_MASK = 3
_INK = bytes.maketrans(b"\x00\x01", b"\xff\x00")
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def render(value: Certificate, proofs: Proofs, catalogue: NullTranslations | None = None) -> bytes:
    """The unsigned PDF of a value with its proofs, its fixed words in `catalogue`'s language (English without one).

    Raises `InvalidInput` (``unreadable_photo``).
    """
    with speaking(catalogue or NullTranslations()):
        html = render_html(value, proofs.code)
    return write_pdf(
        html,
        style=_style(),
        elements=element_sheet(),
        identifier=hashlib.sha256(proofs.credential + proofs.code.encode()).digest()[:16],
        attachment=(ATTACHMENT, proofs.credential),
        on=value.head.issued_on,
    )


def render_html(value: Certificate, code: str) -> str:
    """The page before it is laid out, with its pictures as data URIs; `certificate.css` gives it its look.

    `code` is the text of the QR code.
    """
    template = _environment().get_template(f"{value.kind}.html")
    return template.render(
        value=value,
        mark=MARK,
        photo=None if value.person.photo is None else _photo(value.person.photo),
        code=_code(code),
    )


@cache
def template_digest() -> str:
    """SHA-256 (hex) over the templates and the style sheet: the register stores which look was used."""
    total = hashlib.sha256()
    for path in sorted(TEMPLATES.iterdir()):
        if path.suffix in (".html", ".css"):
            total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


@cache
def _style() -> str:
    return (TEMPLATES / "certificate.css").read_text("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["_"] = _
    environment.filters["day"] = _day
    environment.filters["short_day"] = _short_day
    environment.filters["direction"] = _direction
    environment.filters["turned"] = _turned
    return environment


def _printable(item: Any) -> Any:
    """Without control and direction characters: a name must not turn the text after it around."""
    if isinstance(item, Markup) or not isinstance(item, str | Message):
        return item
    return "".join(
        character
        for character in str(item)
        if character not in _BIDI_CONTROLS and unicodedata.category(character) not in ("Cc", "Cs", "Co", "Cn")
    )


@pass_context
def _day(context: Context, day: date | None) -> str:
    """A day in full words of the certificate's language, and nothing for no day."""
    return "" if day is None else format_date(day, "long", locale=_locale(context["value"].head.language))


@pass_context
def _short_day(context: Context, day: date | None) -> str:
    """The same with the month cut short, for tables with many days."""
    return "" if day is None else format_date(day, "medium", locale=_locale(context["value"].head.language))


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse("en_GB" if language == "en" else language, sep="-" if "-" in language else "_")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


@pass_context
def _turned(context: Context, item: object) -> str:
    """The text, in an element of its own only where it runs against the page: every element costs time."""
    direction = _direction(item)
    if direction == _direction(context["value"].head.title):
        return str(item)
    return Markup('<span dir="{}">{}</span>').format(direction, _printable(str(item)))


def _direction(item: object) -> str:
    """`rtl` or `ltr` by the first letter that has a direction (Unicode Annex 9, P2 and P3)."""
    for character in str(item):
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def _code(text: str) -> Markup:
    """A data URI of the QR code of a text."""
    # What follows the address is as good as random, so no mask is much better than another; trying each of the
    # eight takes four times as long as the rest.
    symbol = segno.make(text, error="m", micro=False, mask=_CODE_MASK)
    side = len(symbol.matrix)
    dots = b"".join(bytes(row) for row in symbol.matrix).translate(_INK)
    # Grey, because WeasyPrint makes full colour of a picture with one bit a dot.
    picture = ImageOps.expand(Image.frombytes("L", (side, side), dots), border=2, fill=255)
    drawn = BytesIO()
    picture.resize((4 * picture.width, 4 * picture.height), Image.Resampling.NEAREST).save(drawn, "PNG")
    return _data_uri("image/png", drawn.getvalue())


def _photo(data: bytes) -> Markup:
    """A data URI of the picture drawn anew: upright, in sRGB, without the place and device that cameras write in."""
    problem = InvalidInput(
        "unreadable_photo",
        _("The photograph cannot be read."),
        _("Put a new photograph into the case, as JPEG or PNG."),
    )
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > _MAXIMUM_PHOTO_PIXELS:
                raise problem
            # A camera's picture is many times larger; JPEG can be read at a half, a quarter or an eighth.
            opened.draft("RGB", (2 * max(_PHOTO_SIZE), 2 * max(_PHOTO_SIZE)))
            picture = ImageOps.fit(ImageOps.exif_transpose(opened).convert("RGB"), _PHOTO_SIZE)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise problem from error
    drawn = BytesIO()
    Image.frombytes("RGB", picture.size, picture.tobytes()).save(drawn, "JPEG", quality=88)
    return _data_uri("image/jpeg", drawn.getvalue())


def _data_uri(kind: str, data: bytes) -> Markup:
    # Base64 holds nothing to escape, and is long.
    return Markup(f"data:{kind};base64,{b64encode(data).decode('ascii')}")  # noqa: S704
