"""Appends to a file of ours the place where its signature stands: an incremental update (ISO 32000-1, 7.5.6, 12.8).

Only files as `documents.pdf` writes them are taken: one revision, a cross-reference stream, dictionaries in an object
stream, no form and no annotation. The bytes that were there stay as they are, in front.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

_END = re.compile(rb"startxref\n(\d{1,10})\n%%EOF\n\Z")
_REFERENCES = re.compile(rb"\d+ 0 obj\n<<(/Type /XRef[^<>]*)>>\nstream\n")
_OBJECTS = re.compile(rb"\d+ 0 obj\n<<(/Type /ObjStm[^<>]*)>>\nstream\n")
_FORM: Final = b"/AcroForm <</Fields [%d 0 R]/SigFlags 3>>/Extensions <</ESIC <</BaseVersion /1.7/ExtensionLevel 1>>>>"
# A field without a place on the page: a visible one would have to stand in the tree of tags (PDF/UA-1, 7.18).
_FIELD: Final = b"<</Type /Annot/Subtype /Widget/FT /Sig/T (%s)/F 132/Rect [0 0 0 0]/P %d 0 R/V %d 0 R>>"
_SIGNATURE: Final = b"<</Type /Sig/Filter /Adobe.PPKLite/SubFilter /ETSI.CAdES.detached/M (%s)/Reason <%s>/ByteRange "
_CONTENTS: Final = b"/Contents <"
_RANGE_WIDTH: Final = 48


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file but for its signature, which goes between `before` and `after`; `digest` (SHA-256) is over both."""

    before: bytes
    after: bytes
    room: int

    @property
    def digest(self) -> bytes:
        total = sha256(self.before)
        total.update(self.after)
        return total.digest()

    def signed(self, message: bytes) -> bytes:
        """The whole file. ValueError where the message is longer than the room."""
        if len(message) > self.room:
            raise ValueError("more signature than room")
        return self.before + b"<" + message.hex().encode("ascii").ljust(2 * self.room, b"0") + b">" + self.after


def with_room(pdf: bytes, *, field: str, reason: str, at: datetime, room: int) -> Prepared:
    """The file with a signature field called `field` (ASCII) and `room` bytes for the signature.

    ValueError, or what broken data leads to (`zlib.error`, IndexError), where the file is not one of ours.
    """
    file = _File.read(pdf)
    catalog, page = file.dictionary(file.root), file.dictionary(file.first_page)
    if b"/AcroForm" in catalog or b"/Extensions" in catalog or b"/Annots" in page:
        raise ValueError("a file with a form or an annotation")
    widget, signature, references = file.size, file.size + 1, file.size + 2
    update = _Update(len(pdf))
    update.add(file.root, catalog[:-2] + _FORM % widget + b">>")
    update.add(file.first_page, page[:-2] + b"/Annots [%d 0 R]>>" % widget)
    update.add(widget, _FIELD % (field.encode("ascii"), file.first_page, signature))
    moment = at.astimezone(UTC).strftime("D:%Y%m%d%H%M%S+00'00'").encode("ascii")
    words = ("\ufeff" + reason).encode("utf-16-be").hex().encode("ascii")
    head = _SIGNATURE % (moment, words)
    range_at = update.place(signature) + len(head)
    begin = range_at + _RANGE_WIDTH + len(_CONTENTS) - 1  # of the `<`
    update.add(signature, head + bytes(_RANGE_WIDTH) + _CONTENTS + bytes(2 * room) + b">>>")
    update.close(references, file)
    end = begin + 2 * room + 2
    total = len(pdf) + len(update.data)
    byte_range = (b"[0 %d %d %d]" % (begin, end, total - end)).ljust(_RANGE_WIDTH)
    written = pdf + bytes(update.data)
    if written[begin : begin + 1] != b"<" or written[end - 1 : end] != b">" or len(byte_range) != _RANGE_WIDTH:
        raise ValueError("the place of the signature is not where it should be")
    before = written[:range_at] + byte_range + written[range_at + _RANGE_WIDTH : begin]
    return Prepared(before, written[end:], room)


class _Update:
    """Objects that are appended, and where each begins in the file."""

    def __init__(self, begin: int) -> None:
        self._begin = begin
        self._places: dict[int, int] = {}
        self.data = bytearray()

    def place(self, number: int) -> int:
        """Where the content of the next object would begin."""
        return self._begin + len(self.data) + len(b"%d 0 obj\n" % number)

    def add(self, number: int, content: bytes) -> None:
        self._places[number] = self._begin + len(self.data)
        self.data += b"%d 0 obj\n%s\nendobj\n" % (number, content)

    def close(self, number: int, file: _File) -> None:
        """The cross-reference stream, whose number is above all others."""
        start = self._begin + len(self.data)
        places = sorted({**self._places, number: start}.items())
        index = b" ".join(b"%d 1" % of for of, _place in places)
        stream = b"".join(b"\x01" + place.to_bytes(4, "big") + b"\0\0" for _of, place in places)
        self.add(
            number,
            b"<</Type /XRef/Index [%s]/W [1 4 2]/Size %d/Root %d 0 R/Info %d 0 R/ID [(%s) (%s)]/Prev %d/Length %d>>"
            b"\nstream\n%s\nendstream"
            % (index, number + 1, file.root, file.info, *file.identifiers, file.start, len(stream), stream),
        )
        self.data += b"startxref\n%d\n%%%%EOF\n" % start


@dataclass(frozen=True, slots=True)
class _File:
    """What an update has to know of the file it is appended to."""

    pdf: bytes
    start: int
    size: int
    root: int
    info: int
    identifiers: tuple[bytes, bytes]
    widths: tuple[int, int]
    references: bytes

    @classmethod
    def read(cls, pdf: bytes) -> _File:
        start = int(_found(_END.search(pdf, len(pdf) - 40))[1])
        entries, references = _stream(pdf, start, _REFERENCES)
        widths = _found(re.search(rb"/W \[1 (\d) (\d)\]", entries))
        return cls(
            pdf=pdf,
            start=start,
            size=_value(rb"/Size (\d+)", entries),
            root=_value(rb"/Root (\d+) 0 R", entries),
            info=_value(rb"/Info (\d+) 0 R", entries),
            # The second one is new with every update (ISO 32000-1, 14.4).
            identifiers=(
                _found(re.search(rb"/ID \[\(([0-9a-f]{32})\)", entries))[1],
                sha256(pdf).hexdigest()[:32].encode("ascii"),
            ),
            widths=(int(widths[1]), int(widths[2])),
            references=references,
        )

    @property
    def first_page(self) -> int:
        pages = _value(rb"/Pages (\d+) 0 R", self.dictionary(self.root))
        return _value(rb"/Kids \[(\d+) 0 R", self.dictionary(pages))

    def dictionary(self, number: int) -> bytes:
        """The text of a dictionary that stands in an object stream."""
        kind, stream, index = self._reference(number)
        place, of_stream = self._reference(stream)[1], self._reference(stream)[0]
        if (kind, of_stream) != (2, 1):
            raise ValueError("a dictionary that stands elsewhere")
        entries, content = _stream(self.pdf, place, _OBJECTS)
        first = _value(rb"/First (\d+)", entries)
        numbers = [int(part) for part in content[:first].split()]
        begins = [first + begin for begin in numbers[1::2]] + [len(content)]
        found = content[begins[index] : begins[index + 1]].strip()
        if numbers[2 * index] != number or not (found.startswith(b"<<") and found.endswith(b">>")):
            raise ValueError("not a dictionary")
        return found

    def _reference(self, number: int) -> tuple[int, int, int]:
        middle, last = self.widths
        entry = self.references[number * (1 + middle + last) :][: 1 + middle + last]
        return entry[0], int.from_bytes(entry[1 : 1 + middle], "big"), int.from_bytes(entry[1 + middle :], "big")


def _stream(pdf: bytes, place: int, form: re.Pattern[bytes]) -> tuple[bytes, bytes]:
    """The entries and the content of a compressed stream object."""
    head = _found(form.match(pdf, place))
    length = _value(rb"/Length (\d+)", head[1])
    return head[1], zlib.decompress(pdf[head.end() : head.end() + length])


def _value(pattern: bytes, entries: bytes) -> int:
    return int(_found(re.search(pattern, entries))[1])


def _found(match: re.Match[bytes] | None) -> re.Match[bytes]:
    if match is None:
        raise ValueError("not a file of ours")
    return match
