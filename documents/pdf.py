"""WeasyPrint behind one typed door: HTML in, PDF/A-3a and PDF/UA-1 bytes out, nothing fetched."""

from __future__ import annotations

import subprocess
from datetime import UTC, date, datetime
from functools import cache
from shutil import which
from xml.etree.ElementTree import Element, SubElement, fromstring, register_namespace, tostring

import weasyprint
from PIL import ImageFile
from weasyprint.text.ffi import pango
from weasyprint.urls import URLFetcher

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_UA = "http://www.aiim.org/pdfua/ns/id/"
_EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
_SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
_PROPERTY = "http://www.aiim.org/pdfa/ns/property#"

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

for prefix, namespace in (
    ("pdfuaid", _UA),
    ("pdfaExtension", _EXTENSION),
    ("pdfaSchema", _SCHEMA),
    ("pdfaProperty", _PROPERTY),
):
    register_namespace(prefix, namespace)


def write_pdf(html: str, *, style: str = "", identifier: bytes, attachment: tuple[str, bytes], on: date) -> bytes:
    """Lay out `html` by the style sheet `style` and attach a JSON file as the data behind the page.

    `identifier` becomes the file's /ID and `on` the day of the attachment, so that no clock is read.
    """
    name, data = attachment
    document = weasyprint.HTML(string=html, url_fetcher=only_embedded()).render(stylesheets=[_parsed(style)])
    midnight = datetime(on.year, on.month, on.day, tzinfo=UTC)
    document.metadata.attachments = [
        weasyprint.Attachment(
            string=data,
            url_fetcher=only_embedded(),
            name=name,
            description="The data shown in this certificate",
            created=midnight,
            modified=midnight,
            relationship="Data",
        )
    ]
    _claim_accessibility(document.metadata)
    pdf: bytes = document.write_pdf(pdf_variant="pdf/a-3a", pdf_identifier=identifier)
    return pdf


@cache
def _parsed(style: str) -> weasyprint.CSS:
    return weasyprint.CSS(string=style, url_fetcher=only_embedded())


def only_embedded() -> URLFetcher:
    """A fetcher that opens `data:` and refuses every other address: no file, no host."""
    return URLFetcher(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)


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


class _BothStandards:
    """Writes the metadata of PDF/A as WeasyPrint does and adds the claim of PDF/UA-1.

    WeasyPrint claims one standard a file. PDF/A allows a foreign property only with a description of its
    schema (ISO 19005-3, 6.6.2.3), so that goes in as well.
    """

    def __init__(self, metadata: weasyprint.document.DocumentMetadata) -> None:
        self._original = metadata.generate_rdf_metadata

    def __call__(self, variant: str, version: int, conformance: str) -> bytes:
        rdf = fromstring(self._original(variant, version, conformance))  # noqa: S314  written by WeasyPrint just now
        claim = SubElement(rdf, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""})
        SubElement(claim, f"{{{_UA}}}part").text = "1"
        description = SubElement(rdf, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""})
        bag = SubElement(SubElement(description, f"{{{_EXTENSION}}}schemas"), f"{{{_RDF}}}Bag")
        schema = _item(bag, _SCHEMA, schema="PDF/UA Universal Accessibility Schema", namespaceURI=_UA, prefix="pdfuaid")
        properties = SubElement(SubElement(schema, f"{{{_SCHEMA}}}property"), f"{{{_RDF}}}Seq")
        _item(
            properties,
            _PROPERTY,
            name="part",
            valueType="Integer",
            category="internal",
            description="Part of ISO 14289 that the file conforms to",
        )
        written: bytes = tostring(rdf, encoding="utf-8")
        return written


def _item(parent: Element, namespace: str, **texts: str) -> Element:
    item = SubElement(parent, f"{{{_RDF}}}li", {f"{{{_RDF}}}parseType": "Resource"})
    for name, text in texts.items():
        SubElement(item, f"{{{namespace}}}{name}").text = text
    return item


def _claim_accessibility(metadata: weasyprint.document.DocumentMetadata) -> None:
    metadata.generate_rdf_metadata = _BothStandards(metadata)
