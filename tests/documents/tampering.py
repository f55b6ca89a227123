"""More than a thousand ways to tamper with a signed certificate, the same ones every time.

Each is another file than the one that was issued. `touches` says whether bytes that were signed are concerned (then the
signature alone must tell), or only the place of the signature itself, which no signature can cover.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pypdf import PdfWriter, Transformation
from pypdf.annotations import FreeText
from pypdf.generic import DecodedStreamObject, NameObject

from documents.keys import Signer
from documents.signing import sign
from documents.values import Officer
from tests.support.pyhanko import pyhanko_signer

ATTACHMENT = "predeparture-credential.json"
_SEED = 20270312


@dataclass(frozen=True, slots=True)
class Materials:
    """What a forger has at hand: the signed file and its unsigned state, another certificate of the same issuer, one of
    the same number with other facts, a key of his own, and one of the issuer's made for another installation."""

    signed: bytes
    unsigned: bytes
    other: bytes
    forged: bytes
    stranger: Signer
    officer: Officer
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Tampering:
    kind: str
    name: str
    data: bytes
    touches: bool = True


def tamperings(materials: Materials) -> Iterator[Tampering]:
    """All of them. Which bytes are hit depends on the file alone."""
    yield from _flips(materials.signed)
    yield from _cuts(materials.signed)
    yield from _blocks(materials.signed)
    yield from _endings(materials)
    yield from _updates(materials)
    yield from _rewritten(materials)
    yield from _transplants(materials)


def place_of_signature(pdf: bytes) -> tuple[int, int]:
    """From and to where the signature's digits stand, without the angle brackets."""
    found = re.search(rb"/Contents <([0-9A-Fa-f]{200,})>", pdf)
    assert found is not None
    return found.start(1), found.end(1)


def _flips(pdf: bytes) -> Iterator[Tampering]:
    """One byte changed: all over the file, and more often where it matters."""
    draw = random.Random(_SEED)
    begin, end = place_of_signature(pdf)
    digits = end - len(pdf[begin:end]) + len(pdf[begin:end].rstrip(b"0"))
    tail = len(pdf) - pdf.rindex(b"startxref")
    regions = {
        "anywhere": [draw.randrange(len(pdf)) for _time in range(420)],
        "signature": [draw.randrange(begin, digits) for _time in range(80)],
        "padding": [draw.randrange(digits, end) for _time in range(30)],
        "byte range": list(range(end + 1, end + 1 + 40)),
        "cross-references": [draw.randrange(len(pdf) - tail - 500, len(pdf)) for _time in range(80)],
        "attachment": _inside(pdf, draw, 60),
        "header": list(range(12)),
    }
    seen = set()
    for region, positions in regions.items():
        for position in positions:
            mask = draw.randrange(1, 256)
            if (position, mask) not in seen:
                seen.add((position, mask))
                changed = bytearray(pdf)
                changed[position] ^= mask
                inside = begin <= position < end
                yield Tampering("byte", f"{region}, {position} by {mask}", bytes(changed), touches=not inside)


def _inside(pdf: bytes, draw: random.Random, count: int) -> list[int]:
    """Places in the stream of the embedded file."""
    start = pdf.index(b"stream", pdf.index(b"/EmbeddedFile"))
    return [draw.randrange(start, pdf.index(b"endstream", start)) for _time in range(count)]


def _cuts(pdf: bytes) -> Iterator[Tampering]:
    for length in sorted({*range(0, len(pdf), len(pdf) // 110), *range(len(pdf) - 20, len(pdf)), 8, 15}):
        yield Tampering("cut", f"the first {length} bytes", pdf[:length])


def _blocks(pdf: bytes) -> Iterator[Tampering]:
    """Bytes put in, taken out, wiped, changed about."""
    draw = random.Random(_SEED + 1)
    begin, end = place_of_signature(pdf)
    for _time in range(40):
        at, size = draw.randrange(len(pdf) - 300), draw.randrange(1, 200)
        extra = draw.randbytes(size)
        yield Tampering("put in", f"{size} bytes at {at}", pdf[:at] + extra + pdf[at:])
        yield Tampering("taken out", f"{size} bytes at {at}", pdf[:at] + pdf[at + size :])
        inside = begin <= at and at + size <= end
        if pdf[at : at + size] != bytes(size):
            yield Tampering("wiped", f"{size} bytes at {at}", pdf[:at] + bytes(size) + pdf[at + size :], not inside)
        one, two = pdf[at : at + size], pdf[at + size : at + 2 * size]
        if one != two:
            swapped = pdf[:at] + two + one + pdf[at + 2 * size :]
            yield Tampering("changed about", f"{size} bytes at {at}", swapped, not (begin <= at < end))


def _endings(materials: Materials) -> Iterator[Tampering]:
    """Something behind the end, and nothing but a beginning."""
    pdf = materials.signed
    behind = [b"\n", b"\r\n", b" ", b"\0", b"\n%%EOF", b"\n%%EOF\n", b"% a remark\n", bytes(4096), b"x" * 100_000]
    behind += [b"\nstartxref\n0\n%%EOF\n", materials.other, materials.unsigned, pdf]
    behind += [b"\n" * count for count in range(2, 22)]
    for number, extra in enumerate(behind):
        yield Tampering("appended", f"ending {number}, {len(extra)} bytes", pdf + extra)
    before = [b"\n", b"%PDF-1.7\n", b"GIF89a", bytes(100), b"x" * 1100]
    for number, extra in enumerate(before):
        yield Tampering("put before", f"beginning {number}", extra + pdf)
    for name, data in (("empty", b""), ("header only", b"%PDF-1.7\n"), ("header and end", b"%PDF-1.7\n%%EOF\n")):
        yield Tampering("nothing", name, data)


def _updates(materials: Materials) -> Iterator[Tampering]:
    """Incremental updates: every byte that was signed is still there, and a reader shows something else."""
    for name, change in _CHANGES.items():
        for times in (1, 2):
            data = materials.signed
            for _time in range(times):
                data = _updated(data, change)
            yield Tampering("update", f"{name}, {times}", data)
    for name, edit in _ANNOTATIONS.items():
        yield Tampering("update", name, _appended_by_pypdf(materials.signed, edit))
    again = sign_again(materials.signed, materials)
    yield Tampering("update", "signed once more by a stranger", again)


def _updated(pdf: bytes, change: Callable[[Any], None]) -> bytes:
    writer: Any = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    change(writer)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def _dictionary(**entries: str) -> Any:
    """A PDF dictionary; texts that begin with a slash are names."""
    made = generic.DictionaryObject()  # type: ignore[no-untyped-call]
    for name, entry in entries.items():
        is_name = entry.startswith("/")
        made[generic.NameObject(f"/{name}")] = generic.NameObject(entry) if is_name else generic.pdf_string(entry)
    return made


def _page_text(writer: Any) -> None:
    stream = generic.StreamObject(stream_data=b"BT /F1 24 Tf 100 700 Td (Fit for everything) Tj ET")
    page, _box = writer.find_page_for_modification(0)
    page.get_object()["/Contents"] = writer.add_object(stream)
    writer.update_container(page.get_object())


def _info(writer: Any) -> None:
    writer.set_info(_dictionary(Title="Another"))


def _open_action(writer: Any) -> None:
    writer.root["/OpenAction"] = _dictionary(S="/URI", URI="https://a.b")
    writer.update_root()


def _form(writer: Any) -> None:
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(writer.add_object(_dictionary(FT="/Tx", T="note", V="approved")))
    writer.update_container(fields)


def _no_signature(writer: Any) -> None:
    writer.root["/AcroForm"] = _dictionary()
    writer.update_root()


def _no_attachment(writer: Any) -> None:
    writer.root["/AF"] = generic.ArrayObject()
    writer.update_root()


_CHANGES: dict[str, Callable[[Any], None]] = {
    "changed text": _page_text,
    "another title": _info,
    "an address that opens": _open_action,
    "a form field": _form,
    "the signature hidden": _no_signature,
    "the attachment hidden": _no_attachment,
}


def _note(writer: PdfWriter) -> None:
    writer.add_annotation(0, FreeText(text="Valid until 2099", rect=(50, 550, 200, 650)))


def _rotated(writer: PdfWriter) -> None:
    writer.pages[0].rotate(90)


def _scaled(writer: PdfWriter) -> None:
    writer.pages[0].add_transformation(Transformation().scale(0.5))


def _metadata(writer: PdfWriter) -> None:
    writer.add_metadata({"/Author": "Somebody"})


_ANNOTATIONS: dict[str, Callable[[PdfWriter], None]] = {
    "an annotation": _note,
    "turned": _rotated,
    "made smaller": _scaled,
    "another author": _metadata,
}


def _appended_by_pypdf(pdf: bytes, edit: Callable[[PdfWriter], None]) -> bytes:
    writer = PdfWriter(BytesIO(pdf), incremental=True)
    edit(writer)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def sign_again(pdf: bytes, materials: Materials) -> bytes:
    """A second signature over everything, by the stranger."""
    output = PdfSigner(PdfSignatureMetadata(field_name="Second"), pyhanko_signer(materials.stranger)).sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf))
    )
    assert isinstance(output, BytesIO)
    return output.getvalue()


def _rewritten(materials: Materials) -> Iterator[Tampering]:
    """Written anew by another program, with and without a change."""
    for name, edit in _REWRITES.items():
        writer = PdfWriter(clone_from=BytesIO(materials.signed))
        edit(writer)
        output = BytesIO()
        writer.write(output)
        yield Tampering("written anew", name, output.getvalue())
    merged = PdfWriter()
    for part in (materials.signed, materials.other):
        merged.append(BytesIO(part))
    output = BytesIO()
    merged.write(output)
    yield Tampering("written anew", "two certificates in one file", output.getvalue())


def _nothing(_writer: PdfWriter) -> None:
    """The same pages, from another program."""


def _page_removed(writer: PdfWriter) -> None:
    writer.remove_page(0)


def _page_added(writer: PdfWriter) -> None:
    writer.add_blank_page(595, 842)


def _compressed(writer: PdfWriter) -> None:
    for page in writer.pages:
        page.compress_content_streams()


def _swapped_attachment(writer: PdfWriter) -> None:
    for one in list(writer.attachment_list):
        one.delete()
    writer.add_attachment(ATTACHMENT, b'{"credentialSubject": {"person": {"name": "Somebody Else"}}}')


def _attachment_removed(writer: PdfWriter) -> None:
    for one in list(writer.attachment_list):
        one.delete()
    writer.root_object.pop("/AF", None)


def _encrypted(writer: PdfWriter) -> None:
    writer.encrypt("", "owner", algorithm="AES-256")


def _other_text(writer: PdfWriter) -> None:
    stream = DecodedStreamObject()
    stream.set_data(b"BT ET")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)


_REWRITES: dict[str, Callable[[PdfWriter], None]] = {
    "unchanged": _nothing,
    "a page removed": _page_removed,
    "a page added": _page_added,
    "compressed": _compressed,
    "the attachment swapped": _swapped_attachment,
    "the attachment removed": _attachment_removed,
    "encrypted": _encrypted,
    "another text": _other_text,
    "another author": _metadata,
    "turned": _rotated,
    "an annotation": _note,
}


def _transplants(materials: Materials) -> Iterator[Tampering]:
    """Signatures from elsewhere."""
    pdf = materials.signed
    begin, end = place_of_signature(pdf)
    other_begin, other_end = place_of_signature(materials.other)
    theirs = materials.other[other_begin:other_end].rstrip(b"0").ljust(end - begin, b"0")[: end - begin]
    yield Tampering("transplant", "the signature of another certificate", pdf[:begin] + theirs + pdf[end:], False)
    mine = pdf[begin:end].rstrip(b"0").ljust(other_end - other_begin, b"0")[: other_end - other_begin]
    into_other = materials.other[:other_begin] + mine + materials.other[other_end:]
    yield Tampering("transplant", "this signature in another certificate", into_other, False)
    yield Tampering("transplant", "no digits", pdf[:begin] + b"0" * (end - begin) + pdf[end:], False)
    lower = pdf[begin:end].lower() if pdf[begin:end] != pdf[begin:end].lower() else pdf[begin:end].upper()
    half = (end - begin) // 200 * 2
    mixed = lower[:half] + pdf[begin + half : end]
    yield Tampering("transplant", "digits of two cases", pdf[:begin] + mixed + pdf[end:], False)
    yield Tampering("transplant", "without the signature", materials.unsigned)
    stranger = {"officer": materials.officer, "signed_at": materials.signed_at}
    yield Tampering(
        "transplant",
        "signed by another installation",
        sign(materials.unsigned, materials.stranger, **stranger),  # type: ignore[arg-type]
    )
    yield Tampering("transplant", "other facts, signed by another installation", materials.forged)
    ranges = re.search(rb"/ByteRange \[ ?(\d+) (\d+) (\d+) (\d+)", pdf)
    assert ranges is not None
    for number, replacement in enumerate((b"0", b"1", b"9999999999", b"-1")):
        for group in range(1, 5):
            start, stop = ranges.span(group)
            padded = replacement[: stop - start].rjust(stop - start)
            if padded != pdf[start:stop] and padded.strip() != pdf[start:stop].strip():
                name = f"number {group} of the byte range, {number}"
                yield Tampering("transplant", name, pdf[:start] + padded + pdf[stop:])
