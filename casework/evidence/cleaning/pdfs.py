"""PDFs: a new file with the pages alone.

Copied are the boxes of a page, its contents, what they need to be drawn, and the looks of stamps and filled-in fields.
Left behind is all else: scripts and actions, forms (XFA too), embedded files, links, sound and film, metadata,
signatures, what lies before and after the file. Streams are copied as they are packed, so nothing is inflated.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from pypdf import PasswordType, PdfReader
from pypdf.errors import PdfReadError, PyPdfError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    EncodedStreamObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
)

from casework.evidence.cleaning import Cleaned, Unusable
from casework.evidence.media import LARGEST_FILE, MOST_PAGES

_PAGE: Final = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group")
_SHOWN: Final = frozenset(
    "/Widget /Stamp /FreeText /Ink /Highlight /Underline /StrikeOut /Squiggly /Square /Circle /Line /Polygon /PolyLine "
    "/Caret /Redact".split()
)
_INVISIBLE: Final = 0b100010  # hidden, no view (ISO 32000-2, table 167)
_PRINT: Final = 4
_DROPPED: Final = frozenset(
    "/A /AA /AF /Alternates /B /Dest /EF /JS /JavaScript /LastModified /Measure /Metadata /Next /OpenAction /OPI /P "
    "/Parent /PieceInfo /Popup /Private /PS /PtData /Ref /RichMediaContent /StructParent /StructParents /Thumb /URI "
    "/XFA".split()
)
_OUTSIDE: Final = frozenset(("/F", "/FFilter", "/FDecodeParms"))
"""Keys of a stream whose data lies in another file."""

_NAMED: Final = frozenset(
    "/Font /XObject /ExtGState /ColorSpace /Pattern /Shading /Properties /CharProcs /Colorants /N".split()
)
"""Dictionaries whose keys are names that the page gave: there a name like ``/A`` is no key of the standard."""

_MOST_OBJECTS: Final = 100_000
_BROKEN = (PyPdfError, PdfReadError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError,
           AssertionError, OverflowError, NotImplementedError, OSError)  # fmt: skip


def clean(content: bytes) -> Cleaned:
    """The copy. Raises `Unusable` (``wrong_type``, ``locked``, ``too_many_pages``, ``not_cleanable``)."""
    try:
        reader = PdfReader(BytesIO(content), strict=False)
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise Unusable("locked")
        pages = _pages(reader)
        made = _Copy(reader).write(pages)
        if len(PdfReader(BytesIO(made), strict=True).pages) != len(pages):
            raise Unusable("not_cleanable")
    except _BROKEN:
        raise Unusable("wrong_type") from None
    if len(made) > 2 * LARGEST_FILE:
        raise Unusable("not_cleanable")
    return Cleaned("application/pdf", made, len(pages))


def _pages(reader: PdfReader) -> list[DictionaryObject]:
    root: Any = reader.root_object
    form = root.get("/AcroForm")
    if form is not None and "/XFA" in form.get_object() and root.get("/NeedsRendering"):
        raise Unusable("not_cleanable")  # its pages are drawn by a program that is in it
    if int(root["/Pages"]["/Count"]) > MOST_PAGES or len(reader.pages) > MOST_PAGES:
        raise Unusable("too_many_pages")
    pages: list[DictionaryObject] = list(reader.pages)
    if not pages:
        raise Unusable("wrong_type")
    return pages


class _Copy:
    """Copies what pages need from `reader` into a file of its own, object by object."""

    def __init__(self, reader: PdfReader) -> None:
        self._reader = reader
        self._numbers: dict[tuple[int, int, bool], int] = {}
        self._objects: list[PdfObject] = []
        self._left: list[tuple[int, IndirectObject, bool]] = []

    def write(self, pages: list[DictionaryObject]) -> bytes:
        """The whole file."""
        root, tree = DictionaryObject(), DictionaryObject()
        root_at, tree_at = self._add(root), self._add(tree)
        kids = ArrayObject(self._page(page, tree_at) for page in pages)
        tree.update({_n("/Type"): _n("/Pages"), _n("/Kids"): kids, _n("/Count"): NumberObject(len(pages))})
        root.update({_n("/Type"): _n("/Catalog"), _n("/Pages"): tree_at})
        layers = self._reader.root_object.get("/OCProperties")
        if layers is not None:
            root[_n("/OCProperties")] = self._copied(layers, "")
        self._follow()
        return _written(self._objects, root_at)

    def _page(self, page: DictionaryObject, tree: IndirectObject) -> IndirectObject:
        made = DictionaryObject({_n("/Type"): _n("/Page"), _n("/Parent"): tree})
        for key in _PAGE:
            if key in page:
                made[_n(key)] = self._copied(page.raw_get(key), key)
        shown = ArrayObject(self._annotations(page))
        if shown:
            made[_n("/Annots")] = shown
        return self._add(made)

    def _annotations(self, page: DictionaryObject) -> Iterator[PdfObject]:
        """How stamps, notes and filled-in fields look, without what they do."""
        found = page.get("/Annots", ArrayObject()).get_object()
        for reference in found if isinstance(found, ArrayObject) else ():
            one = reference.get_object()
            if not isinstance(one, DictionaryObject) or one.get("/Subtype") not in _SHOWN:
                continue
            flags, look = int(one.get("/F", 0)), _look(one)
            if flags & _INVISIBLE or look is None or "/Rect" not in one:
                continue
            made = DictionaryObject(
                {
                    _n("/Type"): _n("/Annot"),
                    _n("/Subtype"): _n("/Stamp"),
                    _n("/Rect"): self._copied(one.raw_get("/Rect"), "/Rect"),
                    _n("/F"): NumberObject(_PRINT),
                    _n("/AP"): DictionaryObject({_n("/N"): self._copied(look, "")}),
                }
            )
            yield self._add(made)

    def _add(self, value: PdfObject) -> IndirectObject:
        if len(self._objects) >= _MOST_OBJECTS:
            raise Unusable("not_cleanable")
        self._objects.append(value)
        return IndirectObject(len(self._objects), 0, self._reader)

    def _copied(self, value: PdfObject, key: str) -> PdfObject:
        """The value without what is dropped; what it refers to is copied later, each object once."""
        named = key in _NAMED
        if isinstance(value, IndirectObject):
            known = (value.idnum, value.generation, named)
            if known not in self._numbers:
                self._numbers[known] = self._add(NullObject()).idnum
                self._left.append((self._numbers[known], value, named))
            return IndirectObject(self._numbers[known], 0, self._reader)
        if isinstance(value, StreamObject):
            return self._stream(value)
        if isinstance(value, DictionaryObject):
            return DictionaryObject(self._entries(value, frozenset() if named else _DROPPED))
        if isinstance(value, ArrayObject):
            return ArrayObject(self._copied(one, "") for one in list.__iter__(value))
        return value

    def _stream(self, value: StreamObject) -> PdfObject:
        if value.get("/Subtype") == "/PS":
            return NullObject()
        made = EncodedStreamObject()
        made._data = value._data
        made.update(self._entries(value, _DROPPED | _OUTSIDE))
        return made

    def _entries(self, value: DictionaryObject, dropped: frozenset[str]) -> dict[PdfObject, PdfObject]:
        return {_n(key): self._copied(value.raw_get(key), key) for key in value if key not in dropped}

    def _follow(self) -> None:
        while self._left:
            number, reference, named = self._left.pop()
            value = reference.get_object()
            self._objects[number - 1] = (
                self._copied(value, "/Font" if named else "") if value is not None else NullObject()
            )


def _look(annotation: DictionaryObject) -> PdfObject | None:
    """The picture of an annotation in its present state, as it is referred to."""
    holder: PdfObject = annotation.get("/AP", NullObject()).get_object()
    for key in ("/N", str(annotation.get("/AS", ""))):
        if not isinstance(holder, DictionaryObject) or key not in holder:
            return None
        found: PdfObject = holder.raw_get(key)
        holder = holder[key]
        if isinstance(holder, StreamObject):
            return found
    return None


def _written(objects: list[PdfObject], root: IndirectObject) -> bytes:
    """The objects as a file with a cross-reference table (ISO 32000-2, 7.5)."""
    stream = BytesIO()
    stream.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, value in enumerate(objects, start=1):
        places.append(stream.tell())
        stream.write(b"%d 0 obj\n" % number)
        value.write_to_stream(stream)
        stream.write(b"\nendobj\n")
    start = stream.tell()
    stream.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    stream.writelines(b"%010d 00000 n \n" % place for place in places)
    stream.write(b"trailer\n<< /Size %d /Root %d 0 R >>\n" % (len(objects) + 1, root.idnum))
    stream.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return stream.getvalue()


def _n(name: str) -> NameObject:
    return NameObject(name)
