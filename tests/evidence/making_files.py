"""Files that people might hand in: good ones, odd ones and hostile ones. Made here, of nobody."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zlib
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

PLACE = "42.6629 N 21.1655 E"


def jpeg(colour: str = "#d9dfe2", size: tuple[int, int] = (60, 80), exif: Image.Exif | None = None) -> bytes:
    stream = BytesIO()
    Image.new("RGB", size, colour).save(stream, "JPEG", exif=exif or Image.Exif(), comment=b"a comment")
    return stream.getvalue()


def sideways() -> bytes:
    """A photograph 60 wide and 80 high that the camera wrote lying on its side, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = PLACE
    exif.get_ifd(0x8825)[1] = "N"
    stream = BytesIO()
    picture = Image.new("RGB", (80, 60), "white")
    picture.paste("black", (0, 0, 40, 60))
    picture.save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def png(mode: str = "RGB", size: tuple[int, int] = (60, 80)) -> bytes:
    stream = BytesIO()
    Image.new(mode, size).save(stream, "PNG")
    return stream.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG whose head promises a size that its few bytes of data do not have."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(4000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def heic() -> bytes | None:
    """A HEIC picture, where Debian's encoder is installed."""
    encoder = shutil.which("heif-enc")
    if encoder is None:
        return None
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in.png").write_bytes(png(size=(64, 96)))
        done = subprocess.run([encoder, "in.png", "-o", "out.heic"], cwd=folder, capture_output=True, check=False)
        return (folder / "out.heic").read_bytes() if done.returncode == 0 else None


def pdf(pages: int = 1, password: str | None = None) -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    if password is not None:
        writer.encrypt(password, "owner", algorithm="AES-256")
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def dangerous_pdf() -> bytes:
    """A page with one word on it, a filled-in field and a link, among all that a PDF can do besides being read."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    contents = DecodedStreamObject()
    contents.set_data(b"BT /A 24 Tf 72 700 Td (legible) Tj ET")
    page[NameObject("/Contents")] = writer._add_object(contents)
    # A font that the page calls by the name of a key for actions.
    font = _dictionary({"/Type": NameObject("/Font"), "/Subtype": NameObject("/Type1"),
                        "/BaseFont": NameObject("/Helvetica")})  # fmt: skip
    page[NameObject("/Resources")] = _dictionary({"/Font": _dictionary({"/A": writer._add_object(font)})})
    launch = _dictionary({"/S": NameObject("/Launch"), "/F": TextStringObject("evil.exe")})
    page[NameObject("/AA")] = _dictionary({"/O": launch})
    page[NameObject("/Annots")] = ArrayObject(
        [
            writer._add_object(_link()),
            writer._add_object(_field(writer)),
            writer._add_object(_dictionary({"/Subtype": NameObject("/FileAttachment"), "/Rect": _box(0, 0, 9, 9)})),
        ]
    )
    writer.add_attachment("payload.exe", b"MZ-hidden-payload")
    writer.add_metadata({"/Author": "hidden-author"})
    script = _dictionary({"/S": NameObject("/JavaScript"), "/JS": TextStringObject("hidden-script")})
    writer.root_object[NameObject("/OpenAction")] = launch
    scripts = _dictionary({"/Names": ArrayObject([TextStringObject("hidden"), writer._add_object(script)])})
    names = writer.root_object["/Names"]
    assert isinstance(names, DictionaryObject)
    names[NameObject("/JavaScript")] = scripts
    xfa = DecodedStreamObject()
    xfa.set_data(b"<xdp>hidden-xfa</xdp>")
    writer.root_object[NameObject("/AcroForm")] = _dictionary({"/XFA": writer._add_object(xfa)})
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _link() -> DictionaryObject:
    act = _dictionary({"/S": NameObject("/URI"), "/URI": TextStringObject("https://hidden-link.example")})
    return _dictionary({"/Subtype": NameObject("/Link"), "/Rect": _box(72, 600, 200, 620), "/A": act})


def _field(writer: PdfWriter) -> DictionaryObject:
    look = DecodedStreamObject()
    look.set_data(b"BT /H 18 Tf 2 4 Td (filled in) Tj ET")
    look.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): _box(0, 0, 200, 24),
            NameObject("/Resources"): _dictionary(
                {"/Font": _dictionary({"/H": _dictionary({"/Type": NameObject("/Font"),
                                                          "/Subtype": NameObject("/Type1"),
                                                          "/BaseFont": NameObject("/Helvetica")})})}
            ),
        }
    )  # fmt: skip
    script = _dictionary({"/S": NameObject("/JavaScript"), "/JS": TextStringObject("hidden-script")})
    return _dictionary(
        {
            "/Subtype": NameObject("/Widget"),
            "/FT": NameObject("/Tx"),
            "/Rect": _box(72, 500, 272, 524),
            "/F": NumberObject(4),
            "/AA": _dictionary({"/K": script}),
            "/AP": _dictionary({"/N": writer._add_object(look)}),
        }
    )


def _box(*corners: float) -> ArrayObject:
    return ArrayObject(FloatObject(one) for one in corners)


def _dictionary(values: dict[str, object]) -> DictionaryObject:
    return DictionaryObject({NameObject(key): value for key, value in values.items()})


def bomb_pdf(megabytes: int) -> bytes:
    """A cross-reference stream of some kilobytes that unpacks to `megabytes`."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _megabyte in range(megabytes)) + packer.flush()
    head = b"<< /Type /XRef /Size 9 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode /Length %d >>" % len(packed)
    start = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    end = b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(start)
    return start + b"5 0 obj\n" + head + b"\nstream\n" + packed + b"\nendstream" + end


def long_pdf() -> bytes:
    """A tree of pages that says it has one and has thousands, all the same."""
    kids = b"3 0 R " * 5000
    return _pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [" + kids + b"] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    )


def deep_pdf() -> bytes:
    """Dictionaries within dictionaries, tens of thousands deep."""
    depth = 50_000
    deep = b"<< /X " * depth + b"null" + b" >>" * depth
    return _pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources " + deep + b" >>",
    )


def circular_pdf() -> bytes:
    """A page whose resources lead back to themselves."""
    return _pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources 4 0 R >>",
        b"<< /XObject 4 0 R /Font << /F 4 0 R >> >>",
    )


def _pdf(*objects: bytes) -> bytes:
    made, places = b"%PDF-1.4\n", []
    for number, value in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return made + table + b"trailer\n<< /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(made))
