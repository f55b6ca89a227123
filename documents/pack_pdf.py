"""Many PDF files become one for the printer, with a cover, bookmarks and their tags kept, in bounded memory.

Every object of every file is copied to the output at once under a number of its own; what stays in memory is where
each object begins (8 bytes) and the ends of the trees. Signatures, attachments and the claim to be PDF/A do not come
along: they belong to the single files. ISO 32000-1, sections 7.5 (file structure), 12.3.3 (outlines), 14.7 (tags).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from secrets import token_bytes
from typing import BinaryIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from basis.errors import Unavailable
from basis.messages import _
from documents.pack_cover import CoverPage, Tag

_CATALOG, _PAGES, _TAGS, _OUTLINES, _WHOLE = 1, 2, 3, 4, 5
_LEFT_OUT = frozenset({"/Parent", "/AF", "/Metadata", "/StructParents"})
"""Of a page: its place in the file it came from, and what hangs on it beside what is shown."""


@dataclass(slots=True)
class _Bookmark:
    title: str
    page: int
    below: list[_Bookmark] = field(default_factory=list)
    number: int = 0


class PackWriter:
    """Writes one PDF to `out`, which must be able to tell its position. `close` ends it."""

    def __init__(self, out: BinaryIO, title: str, language: str = "en") -> None:
        self._out = out
        self._title = title
        self._language = language
        self._offsets = array("Q", [0] * (_WHOLE + 1))
        self._pages: list[int] = []
        self._tags: list[int] = []
        self._parents: list[tuple[int, int]] = []
        self._next_parent = 0
        self._roles = DictionaryObject()
        self._bookmarks: list[_Bookmark] = []
        out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add(self, content: bytes, group: str, title: str) -> int:
        """Append the pages of a file under the bookmark `title` of `group`; how many. Raises `Unavailable`."""
        before = len(self._pages)
        try:
            _Copy(self, PdfReader(BytesIO(content))).run()
        except (PyPdfError, KeyError, TypeError, ValueError, RecursionError):
            raise Unavailable(
                "unreadable_document",
                _("A document in the archive cannot be read as PDF."),
                _("Check the archive with: predeparture doctor."),
            ) from None
        self._bookmark(group, title, self._pages[before])
        return len(self._pages) - before

    def add_cover(self, pages: Sequence[CoverPage], title: str) -> None:
        """Pages of a cover under the bookmark `title`; they are to be added first."""
        first = len(self._pages)
        for page in pages:
            self._cover_page(page)
        self._bookmarks.append(_Bookmark(title, self._pages[first]))

    def close(self) -> None:
        """Write the trees and the table of objects."""
        info = self._put(_dictionary(Title=TextStringObject(self._title), Producer=TextStringObject("predeparture")))
        kids = ArrayObject(_reference(number) for number in self._pages)
        self._put(_dictionary(Type=NameObject("/Pages"), Kids=kids, Count=NumberObject(len(kids))), _PAGES)
        self._put_tags()
        self._put_outlines()
        catalog = _dictionary(
            Type=NameObject("/Catalog"),
            Pages=_reference(_PAGES),
            StructTreeRoot=_reference(_TAGS),
            Outlines=_reference(_OUTLINES),
            PageMode=NameObject("/UseOutlines"),
            MarkInfo=_dictionary(Marked=BooleanObject(True)),
            ViewerPreferences=_dictionary(DisplayDocTitle=BooleanObject(True)),
            Lang=TextStringObject(self._language),
        )
        self._put(catalog, _CATALOG)
        start = self._out.tell()
        self._out.write(f"xref\n0 {len(self._offsets)}\n0000000000 65535 f \n".encode())
        for offset in self._offsets[1:]:
            self._out.write(f"{offset:010d} 00000 n \n".encode())
        name = ByteStringObject(token_bytes(16))
        trailer = _dictionary(
            Size=NumberObject(len(self._offsets)),
            Root=_reference(_CATALOG),
            Info=_reference(info),
            ID=ArrayObject([name, name]),
        )
        self._out.write(b"trailer\n")
        trailer.write_to_stream(self._out)
        self._out.write(f"\nstartxref\n{start}\n%%EOF\n".encode())

    def _reserve(self) -> int:
        self._offsets.append(0)
        return len(self._offsets) - 1

    def _put(self, item: PdfObject, number: int = 0) -> int:
        number = number or self._reserve()
        self._offsets[number] = self._out.tell()
        self._out.write(f"{number} 0 obj\n".encode())
        item.write_to_stream(self._out)
        self._out.write(b"\nendobj\n")
        return number

    def _bookmark(self, group: str, title: str, page: int) -> None:
        if not self._bookmarks or self._bookmarks[-1].title != group:
            self._bookmarks.append(_Bookmark(group, page))
        self._bookmarks[-1].below.append(_Bookmark(title, page))

    def _put_tags(self) -> None:
        numbers = ArrayObject()
        for key, number in self._parents:
            numbers.append(NumberObject(key))
            numbers.append(_reference(number))
        root = _dictionary(
            Type=NameObject("/StructTreeRoot"),
            K=ArrayObject([_reference(_WHOLE)]),
            ParentTree=_dictionary(Nums=numbers),
            ParentTreeNextKey=NumberObject(self._next_parent),
        )
        if self._roles:
            root[NameObject("/RoleMap")] = self._roles
        self._put(root, _TAGS)
        self._put(_tag("/Document", _TAGS, ArrayObject(_reference(number) for number in self._tags)), _WHOLE)

    def _put_outlines(self) -> None:
        for mark in self._bookmarks:
            mark.number = self._reserve()
            for below in mark.below:
                below.number = self._reserve()
        for mark in self._bookmarks:
            self._put_marks(mark.below, mark.number)
        self._put_marks(self._bookmarks, _OUTLINES)
        outlines = _dictionary(Type=NameObject("/Outlines"), Count=NumberObject(len(self._bookmarks)))
        _first_and_last(outlines, self._bookmarks)
        self._put(outlines, _OUTLINES)

    def _put_marks(self, marks: Sequence[_Bookmark], parent: int) -> None:
        for place, mark in enumerate(marks):
            item = _dictionary(
                Title=TextStringObject(mark.title),
                Parent=_reference(parent),
                Dest=ArrayObject([_reference(mark.page), NameObject("/Fit")]),
            )
            if place:
                item[NameObject("/Prev")] = _reference(marks[place - 1].number)
            if place + 1 < len(marks):
                item[NameObject("/Next")] = _reference(marks[place + 1].number)
            if mark.below:
                item[NameObject("/Count")] = NumberObject(-len(mark.below))  # closed when the file is opened
                _first_and_last(item, mark.below)
            self._put(item, mark.number)

    def _cover_page(self, page: CoverPage) -> None:
        number, document = self._reserve(), self._reserve()
        key, self._next_parent = self._next_parent, self._next_parent + 1
        owners: dict[int, int] = {}
        kids = ArrayObject(_reference(self._put_tag(tag, document, number, owners)) for tag in page.tags)
        self._put(_tag("/Sect", _WHOLE, kids), document)
        self._tags.append(document)
        owned = ArrayObject(_reference(owners[place]) for place in range(len(owners)))
        self._parents.append((key, self._put(owned)))
        stream = StreamObject()
        stream.set_data(page.content)
        fonts = {name: _font(face) for name, face in (("F1", "Helvetica"), ("F2", "Helvetica-Bold"), ("F3", "Courier"))}
        item = _dictionary(
            Type=NameObject("/Page"),
            Parent=_reference(_PAGES),
            MediaBox=ArrayObject(NumberObject(side) for side in (0, 0, 595, 842)),
            Resources=_dictionary(Font=_dictionary(**fonts)),
            Contents=_reference(self._put(stream)),
            StructParents=NumberObject(key),
            Tabs=NameObject("/S"),
        )
        self._put(item, number)
        self._pages.append(number)

    def _put_tag(self, tag: Tag, parent: int, page: int, owners: dict[int, int]) -> int:
        number = self._reserve()
        kids = ArrayObject(_reference(self._put_tag(below, number, page, owners)) for below in tag.below)
        for marked in tag.marked:
            kids.append(NumberObject(marked))
            owners[marked] = number
        item = _tag(tag.name, parent, kids)
        item[NameObject("/Pg")] = _reference(page)
        if tag.name == "/TH":
            scope = _dictionary(O=NameObject("/Table"), Scope=NameObject("/Column"))
            item[NameObject("/A")] = scope
        return self._put(item, number)


class _Copy:
    """One file on its way into the pack."""

    def __init__(self, pack: PackWriter, reader: PdfReader) -> None:
        self._pack = pack
        self._reader = reader
        self._numbers: dict[int, int] = {}
        self._waiting: list[tuple[IndirectObject, int]] = []
        self._first_key = pack._next_parent

    def run(self) -> None:
        catalog = _as_dictionary(self._reader.trailer["/Root"])
        pages = list(self._reader.pages)
        tags = catalog.raw_get("/StructTreeRoot") if "/StructTreeRoot" in catalog else None
        for key, number in (("/Pages", _PAGES), ("/StructTreeRoot", _WHOLE)):
            named = catalog.raw_get(key) if key in catalog else None
            if isinstance(named, IndirectObject):
                self._numbers[named.idnum] = number
        for page in pages:
            if page.indirect_reference is None:
                raise ValueError("a page without a number")
            self._numbers[page.indirect_reference.idnum] = self._pack._reserve()
        for page in pages:
            self._page(page)
        if tags is not None:
            self._tags(_as_dictionary(tags))
        while self._waiting:
            reference, number = self._waiting.pop()
            self._pack._put(self._copied(reference.get_object() or NullObject()), number)

    def _page(self, page: DictionaryObject) -> None:
        number = self._numbers[page.indirect_reference.idnum]  # type: ignore[union-attr]  # `run` has checked it
        item = DictionaryObject()
        for key in page:
            if key == "/Annots":
                shown = [each for each in _as_array(page[key]) if _as_dictionary(each).get("/Subtype") != "/Widget"]
                item[NameObject(key)] = ArrayObject(self._copied(each) for each in shown)
            elif key not in _LEFT_OUT:
                item[NameObject(key)] = self._copied(page.raw_get(key))
        if "/StructParents" in page:
            item[NameObject("/StructParents")] = NumberObject(self._first_key + _as_number(page["/StructParents"]))
        item[NameObject("/Parent")] = _reference(_PAGES)
        self._pack._put(item, number)
        self._pack._pages.append(number)

    def _tags(self, root: DictionaryObject) -> None:
        kids = root.raw_get("/K") if "/K" in root else ArrayObject()
        direct = kids.get_object()
        for kid in direct if isinstance(direct, ArrayObject) else (kids,):
            copied = self._copied(kid)
            self._pack._tags.append(copied.idnum if isinstance(copied, IndirectObject) else self._pack._put(copied))
        last = -1
        for key, value in _numbered(_as_dictionary(root.get("/ParentTree", DictionaryObject()))):
            copied = self._copied(value)
            number = copied.idnum if isinstance(copied, IndirectObject) else self._pack._put(copied)
            self._pack._parents.append((self._first_key + key, number))
            last = max(last, key)
        self._pack._next_parent = self._first_key + last + 1
        for name, role in _as_dictionary(root.get("/RoleMap", DictionaryObject())).items():
            self._pack._roles[NameObject(name)] = NameObject(str(role))

    def _copied(self, item: PdfObject) -> PdfObject:
        """The object with the numbers that it and what it names have in the pack."""
        if isinstance(item, IndirectObject):
            if item.idnum not in self._numbers:
                self._numbers[item.idnum] = self._pack._reserve()
                self._waiting.append((item, self._numbers[item.idnum]))
            return _reference(self._numbers[item.idnum])
        if isinstance(item, ArrayObject):
            return ArrayObject(self._copied(each) for each in item)
        if not isinstance(item, DictionaryObject):
            return item
        copied = StreamObject() if isinstance(item, StreamObject) else DictionaryObject()
        for key in item:
            value = item.raw_get(key)
            if key == "/StructParent":
                value = NumberObject(self._first_key + _as_number(item[key]))
            if key != "/Length" or not isinstance(item, StreamObject):
                copied[NameObject(key)] = self._copied(value)
        if isinstance(copied, StreamObject) and isinstance(item, StreamObject):
            copied._data = item._data  # as it is, still packed
        return copied


def _numbered(tree: DictionaryObject) -> Iterator[tuple[int, PdfObject]]:
    """The entries of a number tree, in order."""
    numbers = list(_as_array(tree.get("/Nums", ArrayObject())))
    for key, value in zip(numbers[::2], numbers[1::2], strict=True):
        yield _as_number(key), value
    for kid in _as_array(tree.get("/Kids", ArrayObject())):
        yield from _numbered(_as_dictionary(kid))


def _as_dictionary(item: PdfObject) -> DictionaryObject:
    found = item.get_object()
    if not isinstance(found, DictionaryObject):
        raise TypeError("not a dictionary")
    return found


def _as_array(item: PdfObject) -> ArrayObject:
    found = item.get_object()
    if not isinstance(found, ArrayObject):
        raise TypeError("not an array")
    return found


def _as_number(item: PdfObject) -> int:
    found = item.get_object()
    if not isinstance(found, NumberObject):
        raise TypeError("not a number")
    return int(found)


def _reference(number: int) -> IndirectObject:
    return IndirectObject(number, 0, None)


def _dictionary(**items: PdfObject) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): item for name, item in items.items()})


def _first_and_last(item: DictionaryObject, marks: Sequence[_Bookmark]) -> None:
    if marks:
        item[NameObject("/First")] = _reference(marks[0].number)
        item[NameObject("/Last")] = _reference(marks[-1].number)


def _tag(name: str, parent: int, kids: ArrayObject) -> DictionaryObject:
    return _dictionary(Type=NameObject("/StructElem"), S=NameObject(name), P=_reference(parent), K=kids)


def _font(face: str) -> DictionaryObject:
    """One of the fonts that every reader has."""
    return _dictionary(
        Type=NameObject("/Font"),
        Subtype=NameObject("/Type1"),
        BaseFont=NameObject(f"/{face}"),
        Encoding=NameObject("/WinAnsiEncoding"),
    )
