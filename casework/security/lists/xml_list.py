"""XML lists, entry by entry: never the whole tree, no entities, no document type, nothing from the network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from basis.messages import _
from casework.security.lists.entries import broken_at
from casework.security.lists.sources import Stream

_PIECE: Final = 65_536
LARGEST_ENTRY: Final = 4_000_000
"""Bytes; the largest published entry has about 60,000."""
_ENCODING = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_FORBIDDEN: Final = (b"<!DOCTYPE", b"<!ENTITY")


def elements(stream: Stream, root: str, tags: Sequence[str]) -> Iterator[etree._Element]:
    """The root as soon as it has begun, then each whole element of `tags`; what was given is emptied afterwards.

    Raises `InvalidInput` (``watch_list_broken``) with the line: broken off or damaged, another root, another
    encoding than UTF-8, a document type, an entry that is too large.
    """
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=(root, *tags),
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    begun = False
    since, since_line = 0, 1
    for piece in _pieces(stream):
        _feed(parser, stream, piece)
        since += len(piece)
        for event, element in parser.read_events():
            if not begun:
                begun = True
                _check_root(stream, element, root)
                yield element
            elif event == "start":
                since_line = element.sourceline or since_line
            elif element.tag != root:
                since = 0
                yield element
                _empty(element)
        if since > LARGEST_ENTRY:
            raise broken_at(
                stream.name,
                since_line,
                _("What begins here is larger than {limit} MB, which no entry is.", limit=LARGEST_ENTRY // 1_000_000),
            )
    _close(parser, stream)
    if not begun:
        raise _other(stream)


def _feed(parser: etree.XMLPullParser, stream: Stream, piece: bytes) -> None:
    try:
        parser.feed(piece)
    except etree.XMLSyntaxError as error:
        raise _damaged(stream, error) from error


def _close(parser: etree.XMLPullParser, stream: Stream) -> None:
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        raise _damaged(stream, error) from error


def _damaged(stream: Stream, error: etree.XMLSyntaxError) -> Exception:
    return broken_at(
        stream.name, error.lineno or stream.lines + 1, _("The XML breaks off or is damaged: it is no whole list.")
    )


def _check_root(stream: Stream, element: etree._Element, root: str) -> None:
    if element.tag != root or element.getparent() is not None:
        raise _other(stream)


def _other(stream: Stream) -> Exception:
    return broken_at(stream.name, 1, _("This is the XML of something else: the list begins with another element."))


def _pieces(stream: Stream) -> Iterator[bytes]:
    """The bytes, looked at before the parser sees them: a document type could define entities that grow without end."""
    tail = b""
    first = True
    while piece := stream.read(_PIECE):
        line = stream.lines + 1 - piece.count(b"\n")
        if first:
            _check_encoding(stream, piece)
            first = False
        if b"\0" in piece:
            raise broken_at(stream.name, line, _("The file has a NUL byte: it is not encoded in UTF-8."))
        joined = tail + piece
        for word in _FORBIDDEN:
            if (at := joined.find(word)) >= 0:
                before = joined[:at].count(b"\n") - tail.count(b"\n")
                raise broken_at(
                    stream.name,
                    line + max(before, 0),
                    _("The file has a document type declaration, which no published list has."),
                )
        tail = joined[-16:]
        yield piece


def _check_encoding(stream: Stream, piece: bytes) -> None:
    if piece.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise broken_at(stream.name, 1, _("The watch list is not encoded in UTF-8."))
    declared = _ENCODING.match(piece.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        raise broken_at(stream.name, 1, _("The watch list is not encoded in UTF-8."))


def _empty(element: etree._Element) -> None:
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
