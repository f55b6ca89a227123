"""The value of a report becomes the bytes of one file that is PDF/A-3a and PDF/UA-1 at once.

Deterministic, as certificates are (`documents.rendering`): no clock, no network, no file but template, style and fonts.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import segno
from babel import Locale
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from basis.messages import Message, _, _n
from documents.auditing.values import AuditReport, to_json
from documents.claims import MARK
from documents.pdf import write_pdf

FOLDER = Path(__file__).parent
ATTACHMENT = "predeparture-audit-report.json"
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LOCALE = Locale("en", "GB")


def render(value: AuditReport) -> bytes:
    """The unsigned PDF of a report, with its value as attached JSON."""
    # In the order of the model: the number stands at the front, where `documents.claims` looks for it.
    data = json.dumps(to_json(value), ensure_ascii=False, indent=1).encode()
    return write_pdf(
        render_html(value),
        style=_style(),
        identifier=hashlib.sha256(data).digest()[:16],
        attachment=(ATTACHMENT, data),
        on=value.issued_on,
    )


def render_html(value: AuditReport) -> str:
    """The page before it is laid out."""
    code = segno.make(value.verify_url, error="m", micro=False).png_data_uri(scale=8, border=2)
    return _environment().get_template("report.html").render(value=value, mark=MARK, code=Markup(code))  # noqa: S704


@cache
def template_digest() -> str:
    """SHA-256 (hex) over template and style: the register of reports keeps which look was used."""
    total = hashlib.sha256()
    for name in ("report.css", "report.html"):
        total.update(name.encode() + b"\0" + (FOLDER / name).read_bytes() + b"\0")
    return total.hexdigest()


@cache
def _style() -> str:
    return (FOLDER / "report.css").read_text("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update({"_": _, "_n": _n})
    environment.filters["day"] = _day
    environment.filters["percent"] = _percent
    environment.filters["direction"] = _direction
    return environment


def _printable(item: Any) -> Any:
    """Without control and direction characters: a title must not turn the text after it around."""
    if isinstance(item, Markup) or not isinstance(item, str | Message):
        return item
    return "".join(
        character
        for character in str(item)
        if character not in _BIDI_CONTROLS and unicodedata.category(character) not in ("Cc", "Cs", "Co", "Cn")
    )


def _day(day: date) -> str:
    return format_date(day, "long", locale=_LOCALE)


def _percent(rate: float) -> str:
    """A rate with one digit after the point: 3.2 %."""
    return f"{100 * rate:.1f} %"


def _direction(item: object) -> str:
    """`rtl` or `ltr` by the first letter that has a direction (Unicode Annex 9, P2 and P3)."""
    for character in str(item):
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL", "L"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"
