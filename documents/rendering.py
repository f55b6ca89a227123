"""A certificate value becomes the bytes of one file that is PDF/A-3a and PDF/UA-1 at once.

Deterministic: the same value with the same templates, catalogues, libraries and fonts gives the same bytes. No
clock, no network, no file but the templates and the fonts. Signing comes after (`documents.signing`).
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from io import BytesIO

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from PIL import Image, ImageOps, UnidentifiedImageError

from basis.errors import InvalidInput
from basis.messages import _
from documents.claims import MARK
from documents.credentials.credential import ATTACHMENT, MEDIA_TYPE
from documents.credentials.proofs import Proofs
from documents.glyphs import require_glyphs
from documents.languages import ENGLISH, language, writing
from documents.pdf import write_pdf
from documents.template_history import TEMPLATES
from documents.typesetting import element_sheet, fonts, style_sheet
from documents.values import Certificate
from documents.wording import teach

_PHOTO_SIZE = (420, 540)  # 28 x 36 mm at 381 dots an inch
_MAXIMUM_PHOTO_PIXELS = 40_000_000
_CODE_MASK = 3
_INK = bytes.maketrans(b"\x00\x01", b"\xff\x00")


def render(value: Certificate, proofs: Proofs, *, preview: bool = False) -> bytes:
    """The unsigned PDF of a value with its proofs, its fixed words in the two languages that its head names.

    A `preview` differs in its marks alone. Raises `InvalidInput` (``unreadable_photo``, ``no_font``).
    """
    html = render_html(value, proofs.code, preview=preview)
    require_glyphs(html)
    return write_pdf(
        html,
        style=_style(),
        elements=element_sheet(),
        identifier=hashlib.sha256(proofs.credential + proofs.code.encode()).digest()[:16],
        attachment=(ATTACHMENT, proofs.credential),
        media_type=MEDIA_TYPE,
        on=value.head.issued_on,
    )


def render_html(value: Certificate, code: str, *, preview: bool = False) -> str:
    """The page before it is laid out, with its pictures as data URIs; `certificate.css` gives it its look.

    `code` is the text of the QR code.
    """
    first = language(value.head.language) or ENGLISH
    second = language(value.head.second_language) if value.head.second_language != first.tag else None
    template = _environment().get_template(f"{value.kind}.html")
    with writing(first):
        return template.render(
            value=value,
            first=first,
            second=second,
            preview=preview,
            mark=MARK,
            photo=None if value.person.photo is None else _photo(value.person.photo),
            code=_code(code),
        )


def prepare() -> None:
    """Load what every page needs, so that the first one does not wait for it: templates, rules, fonts."""
    _environment()
    style_sheet(_style())
    element_sheet()
    fonts()


@cache
def _style() -> str:
    return (TEMPLATES / "certificate.css").read_text("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    teach(environment)
    return environment


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
