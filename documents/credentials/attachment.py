"""The signed data out of a certificate's file, which may be damaged or hostile, and whether it is the register's."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, EncodedStreamObject, StreamObject

from basis.errors import InvalidInput
from basis.messages import Message, _
from documents.credentials.credential import ATTACHMENT, MAXIMUM_BYTES, check_credential
from documents.credentials.data_integrity import Json, read_json
from documents.credentials.keys import PublicKey
from documents.encoding import SCHEMA, facts_of

BARE_ATTACHMENT: Final = "predeparture-certificate.json"
"""The name of the same facts, not signed, in certificates issued before there were credentials."""

MAXIMUM_FILE: Final = 20 * 1024 * 1024
_MAXIMUM_NAMED: Final = 200
_MAXIMUM_NODES: Final = 50

# What pypdf notices in a broken file is nothing for a log: it would quote strangers there.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def extract(pdf: bytes) -> bytes:
    """The credential attached to a certificate's file (or its bare facts, where it was issued without one).

    Raises `InvalidInput` (``no_credential``) with the reason, whatever is in the file.
    """
    if len(pdf) > MAXIMUM_FILE:
        raise _none(_("The file is larger than any certificate issued here."))
    try:
        named = _named(pdf)
    except Exception:  # noqa: BLE001  pypdf stumbles over broken files in many ways, and none of them is a defect here
        raise _none(_("The file cannot be read as a PDF.")) from None
    found = {name: {data for each, data in named if each == name} for name in (ATTACHMENT, BARE_ATTACHMENT)}
    for name in (ATTACHMENT, BARE_ATTACHMENT):
        if len(found[name]) > 1:
            # Readers differ in which of two they show.
            raise _none(_("The file carries two different sets of data under one name."))
        if found[name]:
            return found[name].pop()
    raise _none(_("The file carries no data of a certificate."))


def payload_fault(pdf: bytes, value: Mapping[str, Any], keys: Sequence[PublicKey]) -> Message | None:
    """None when the data in the file is signed by one of the issuer's keys and says what the register's value says.

    `value` is the register's JSON. A certificate issued without a credential carries bare facts, which are compared
    alone. Never raises for what is in the file.
    """
    try:
        data = extract(pdf)
    except InvalidInput as error:
        return error.message
    held = facts_of(value)
    bare = _bare(data)
    if bare is not None:
        return None if bare == held else _differs()
    # What the register itself says needs no day: a key that others may have had changes nothing in it.
    checked = check_credential(data, [replace(key, retired_on=None, compromised_on=None) for key in keys])
    if checked.fault is not None:
        return checked.fault
    return None if checked.facts == held else _differs()


def _differs() -> Message:
    return _("The data in the file is not that of the register.")


def _bare(data: bytes) -> Json | None:
    try:
        read = read_json(data)
    except ValueError:
        return None
    return read if read.get("schema") == SCHEMA else None


def _none(message: Message) -> InvalidInput:
    return InvalidInput("no_credential", message, _("Ask for the file as it was issued."))


def _named(pdf: bytes) -> list[tuple[str, bytes]]:
    """Every embedded file with our names, from both places where a PDF lists them, unpacked within bounds."""
    root = PdfReader(BytesIO(pdf)).root_object
    entries = _items(root.get("/AF"))
    names = _resolved(root.get("/Names"))
    if isinstance(names, DictionaryObject):
        entries += _in_tree(names.get("/EmbeddedFiles"))
    found = []
    for entry in entries[:_MAXIMUM_NAMED]:
        item = _resolved(entry)
        if isinstance(item, DictionaryObject):
            name = str(_resolved(item.get("/UF")) or _resolved(item.get("/F")) or "")
            held = _resolved(item.get("/EF"))
            if name in (ATTACHMENT, BARE_ATTACHMENT) and isinstance(held, DictionaryObject):
                found += [(name, _unpacked(_resolved(part))) for part in held.values()]
    return found


def _in_tree(root: object) -> list[Any]:
    """The file specifications of a name tree (ISO 32000-1, 7.9.6), names left out; a tree without end is cut off."""
    entries, nodes, looked_at = [], [root], 0
    while nodes and looked_at < _MAXIMUM_NODES:
        looked_at += 1
        node = _resolved(nodes.pop())
        if isinstance(node, DictionaryObject):
            entries += _items(node.get("/Names"))[1::2]
            nodes += _items(node.get("/Kids"))
    return entries


def _items(item: object) -> list[Any]:
    array = _resolved(item)
    return list(array[:_MAXIMUM_NAMED]) if isinstance(array, ArrayObject) else []


def _resolved(item: object) -> object:
    get = getattr(item, "get_object", None)
    return get() if get is not None else item


def _unpacked(stream: object) -> bytes:
    """A stream as written here: plain, or packed once. One byte too many is enough to be refused later."""
    if not isinstance(stream, StreamObject):
        raise ValueError("no stream")
    raw = bytes(stream._data)  # as it stands in the file: pypdf's own way of unpacking has far wider bounds
    if not isinstance(stream, EncodedStreamObject):
        return raw[: MAXIMUM_BYTES + 1]
    filters = _resolved(stream.get("/Filter"))
    names = [str(_resolved(one)) for one in filters] if isinstance(filters, ArrayObject) else [str(filters)]
    if names != ["/FlateDecode"] or stream.get("/DecodeParms") is not None:
        raise ValueError("an unknown filter")
    return zlib.decompressobj().decompress(raw, MAXIMUM_BYTES + 1)
