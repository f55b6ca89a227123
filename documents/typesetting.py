"""WeasyPrint without the work that is the same for every certificate: decision 0015 says what each part saves.

Nothing here changes a page. What is kept lives as long as the process and does not grow with the number of pages.
"""

from __future__ import annotations

import zlib
from base64 import b64decode
from collections.abc import Hashable
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

import cssselect2  # type: ignore[import-untyped]
import pydyf  # type: ignore[import-untyped]
import weasyprint
import weasyprint.css
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

_COMPRESSION = 6
"""WeasyPrint takes 9, which costs twice the time for one per cent of the size."""

_MAXIMUM_STYLES = 20_000


class EmbeddedOnly(URLFetcher):  # type: ignore[misc]
    """Opens `data:` and refuses every other address: no file, no host."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        head, separator, data = url.partition(";base64,")
        if separator and head.startswith(("data:image/", "data:application/")):
            # urllib makes a mail message of it, and looks for proxies.
            return URLFetcherResponse(url, b64decode(data, validate=True), {"Content-Type": head[5:]})
        return super().fetch(url, headers)


class Page(weasyprint.HTML):  # type: ignore[misc]
    """A page with its own sheet of what elements are by themselves, instead of WeasyPrint's for all of HTML.

    That one has rules for six pseudo-elements of every element, so WeasyPrint computes six more styles for each.
    """

    def __init__(self, text: str, elements: weasyprint.CSS | None) -> None:
        self._elements = elements
        try:
            tree = fromstring(text)  # noqa: S314  made by our template, with every value escaped
        except ParseError:
            super().__init__(string=text, url_fetcher=EmbeddedOnly())
            return
        # Well-formed pages need no HTML parser, which is written in Python.
        self.base_url = None
        self.url_fetcher = EmbeddedOnly()
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(tree, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[weasyprint.CSS]:
        sheets: list[weasyprint.CSS] = super()._ua_stylesheets(forms) if self._elements is None else [self._elements]
        return sheets


@cache
def style_sheet(text: str) -> weasyprint.CSS:
    """The rules of a style sheet, parsed once for the process."""
    return weasyprint.CSS(string=text, url_fetcher=EmbeddedOnly())


@cache
def element_sheet() -> weasyprint.CSS:
    """What the elements of our templates are by themselves."""
    return style_sheet((Path(__file__).parent / "templates" / "elements.css").read_text("utf-8"))


@cache
def fonts() -> FontConfiguration:
    """The fonts of the machine, found and opened once for the process."""
    return FontConfiguration()


class _KeptStyles(weasyprint.css.StyleFor):  # type: ignore[misc]
    """Computes a style once for the process, not once for each page.

    A style follows from its parent's and from the declarations that apply. These come from style sheets that are
    parsed once, so their identities say what they are. Styles of page boxes are left out: WeasyPrint writes into
    them. So are elements with a `style` attribute, whose declarations are parsed anew for every page.
    """

    # With what its key names by identity, so that no other object can come to have the same one.
    _kept: dict[Hashable, tuple[Any, Any, Any]] = {}  # noqa: RUF012  one for the process is the point

    def set_computed_styles(
        self,
        element: Any,
        parent: Any,
        root: Any = None,
        pseudo_type: str | None = None,
        base_url: str | None = None,
        target_collector: Any = None,
    ) -> None:
        if self.font_config is not fonts() or not isinstance(element, Element) or "style" in element.attrib:
            super().set_computed_styles(element, parent, root, pseudo_type, base_url, target_collector)
            return
        above = None if parent is None else self._computed_styles[parent, None]
        declared = self._cascaded_styles.get((element, pseudo_type), {})
        # `lang` and `anchor` stand for attributes, so their values are of this page.
        values = (
            (name, value if name in ("lang", "anchor") else id(value), weight)
            for name, (value, weight) in declared.items()
        )
        key = (id(above), pseudo_type, *values)
        if key not in self._kept:
            if len(self._kept) >= _MAXIMUM_STYLES:
                self._kept.clear()
            super().set_computed_styles(element, parent, root, pseudo_type, base_url, target_collector)
            self._kept[key] = (self._computed_styles[element, pseudo_type], above, declared)
        self._computed_styles[element, pseudo_type] = self._kept[key][0]


# The one name of WeasyPrint that is replaced. Should it go away, styles are computed for each page again, no more.
weasyprint.css.StyleFor = _KeptStyles


class _Written(pydyf.Object):  # type: ignore[misc]
    """A part of a PDF whose bytes are there already: pydyf asks for them twice, and compresses twice."""

    data = b""

    def __init__(self, part: pydyf.Object) -> None:
        super().__init__()
        self.number, self.generation, self.free = part.number, part.generation, part.free
        self._compressible = bool(part.compressible)
        self.data = _bytes_of(part)

    @property
    def compressible(self) -> bool:
        return self._compressible


def _bytes_of(part: pydyf.Object) -> bytes:
    if isinstance(part, pydyf.Stream) and part.compress:
        content = b"\n".join(item if isinstance(item, bytes) else pydyf._to_bytes(item) for item in part.stream)
        part = pydyf.Stream([zlib.compress(content, _COMPRESSION)], {**part.extra, "Filter": "/FlateDecode"})
    data: bytes = part.data
    return data


def write_once(_document: weasyprint.Document, pdf: pydyf.PDF) -> None:
    """A `finisher` for `Document.write_pdf`: each part is put into bytes once."""
    pdf.objects = [part if part.free == "f" else _Written(part) for part in pdf.objects]
