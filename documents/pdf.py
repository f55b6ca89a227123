"""WeasyPrint behind one typed door: HTML in, PDF/A-3a and PDF/UA-1 bytes out, nothing fetched."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from datetime import UTC, date, datetime
from functools import cache
from shutil import which
from threading import Lock

import weasyprint
from PIL import ImageFile
from weasyprint.text.ffi import pango

from documents.typesetting import EmbeddedOnly, Page, fonts, style_sheet, write_once

_FONTS = (
    "Noto Sans",
    "Noto Serif",
    "Noto Sans Arabic",
    "Noto Naskh Arabic",
    "Noto Sans Devanagari",
    "Noto Serif Devanagari",
    "Noto Sans Bengali",
    "Noto Serif Bengali",
    "Noto Sans Ethiopic",
    "Noto Serif Ethiopic",
)

# WeasyPrint switches Pillow's leniency on for the whole process; half a photograph is no photograph.
ImageFile.LOAD_TRUNCATED_IMAGES = False

# Pango's fonts, which are kept, are for one thread at a time.
_typesetting = Lock()


def write_pdf(
    html: str,
    *,
    style: str = "",
    elements: weasyprint.CSS | None = None,
    identifier: bytes,
    attachment: tuple[str, bytes],
    media_type: str = "application/json",
    on: date,
) -> bytes:
    """Lay out `html` by the style sheet `style` and attach a file of this media type as the data behind the page.

    `elements` says what elements are by themselves, in place of WeasyPrint's own sheet. `identifier` becomes the
    file's /ID and `on` the day of the attachment, so that no clock is read. Well-formed XML is read fastest.
    """
    name, data = attachment
    midnight = datetime(on.year, on.month, on.day, tzinfo=UTC)
    with _typesetting:
        document = Page(html, elements).render(stylesheets=[style_sheet(style)], font_config=fonts())
        document.metadata.attachments = [
            weasyprint.Attachment(
                url=f"data:{media_type};base64,{b64encode(data).decode('ascii')}",  # the way to say its media type
                url_fetcher=EmbeddedOnly(),
                name=name,
                description="The data shown in this certificate",
                created=midnight,
                modified=midnight,
                relationship="Data",
            )
        ]
        document.metadata.generate_rdf_metadata = _BothStandards(document.metadata)
        # In hexadecimal digits, because a reader may take some bytes of a string for others.
        digits = identifier.hex().encode("ascii")
        pdf: bytes = document.write_pdf(finisher=write_once, pdf_variant="pdf/a-3a", pdf_identifier=digits)
    return pdf


@cache
def renderer_versions() -> dict[str, str]:
    """What a look depends on besides the templates: library and font versions, "absent" for a missing font."""
    return {
        "weasyprint": str(weasyprint.__version__),
        "pango": _dotted(pango.pango_version()),
        **{f"font {name}": _font_version(name) for name in _FONTS},
    }


def _dotted(number: int) -> str:
    """Pango packs 1.50.12 as 15012."""
    return f"{number // 10_000}.{number // 100 % 100}.{number % 100}"


def _font_version(family: str) -> str:
    command = which("fc-match")
    if command is None:
        return "unknown"
    found = subprocess.run(  # noqa: S603  a fixed list of families
        [command, "--format=%{family[0]}|%{fontversion}", family],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    ).stdout
    matched, _separator, version = found.partition("|")
    return version if matched == family else "absent"


_ACCESSIBLE = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


class _BothStandards:
    """Writes the metadata of PDF/A as WeasyPrint does and adds the claim of PDF/UA-1.

    WeasyPrint claims one standard a file. PDF/A allows a foreign property only with a description of its
    schema (ISO 19005-3, 6.6.2.3), so that goes in as well.
    """

    def __init__(self, metadata: weasyprint.document.DocumentMetadata) -> None:
        self._original = metadata.generate_rdf_metadata

    def __call__(self, variant: str, version: int, conformance: str) -> bytes:
        written: bytes = self._original(variant, version, conformance)
        claims, end, nothing = written.rpartition(b"</rdf:RDF>")
        if not end or nothing:
            raise ValueError("metadata without an end")
        return claims + _ACCESSIBLE + end
