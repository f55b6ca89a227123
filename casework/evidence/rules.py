"""What may be handed in and why it is rejected. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Final

from PIL import Image, UnidentifiedImageError

from basis.errors import InvalidInput
from basis.messages import Message, _
from basis.roles import Role

LARGEST_FILE: Final = 10 * 1024 * 1024
LARGEST_IMAGE: Final = 40_000_000  # pixels

PASSPORT_REPLACED: Final = "passport_replaced"
REJECT_REASONS: Mapping[str, Message] = {
    "unreadable": _("The copy cannot be read; bring a sharper one."),
    "incomplete": _("Pages are missing; bring the whole document."),
    "expired": _("The document has expired; bring a valid one."),
    "wrong_person": _("The document belongs to another person; bring the worker's own."),
    "wrong_document": _("This is not the document that was asked for."),
    "not_translated": _("A sworn translation is missing; bring it with the original."),
    "not_legalised": _("The apostille or legalisation is missing; bring the document with it."),
    "not_original": _("A plain copy is not enough; bring the original or a certified copy."),
    "too_old": _("The document is too old; bring a newer one."),
    "mistake": _("Something on the document is wrong; have whoever issued it correct it."),
    "contradicts": _("It says something else than other papers; bring one that explains the difference."),
    PASSPORT_REPLACED: _("The passport was lost or renewed; bring the new one."),
    "suspected_forgery": _("The document needs to be verified with its issuer."),
}
_TOLD_OTHERWISE: Mapping[str, Message] = {
    "wrong_document": _("This is not the document that was asked for; bring the right one."),
    "suspected_forgery": _("Bring the original to the office."),
}


def bring(reason: str) -> Message:
    """What an agency or a worker is told to bring for a code of `REJECT_REASONS`. A suspicion is not told."""
    return _TOLD_OTHERWISE.get(reason) or REJECT_REASONS.get(reason) or _("Bring the document again.")


def may_verify(role: Role | None, verified_by: Role) -> bool:
    """Whether a role may decide on a paper that the programme gives to `verified_by`. Never the engine.

    A supervisor stands in for a caseworker.
    """
    return role is verified_by or (role is Role.SUPERVISOR and verified_by is Role.CASEWORKER)


def media_type(content: bytes) -> str:
    """The type of a file by its content: PDF, JPEG or PNG, re-opened with a real reader.

    Raises `InvalidInput`: ``empty_file``, ``too_large``, ``wrong_type``.
    """
    if not content:
        raise InvalidInput("empty_file", _("The file is empty."), _("Choose the file again."))
    if len(content) > LARGEST_FILE:
        raise InvalidInput(
            "too_large", _("The file is larger than 10 MB."), _("Scan it in black and white or at 200 dpi.")
        )
    if content.startswith(b"%PDF-"):
        return _checked_pdf(content)
    return _checked_image(content)


def _checked_pdf(content: bytes) -> str:
    # pyHanko's reader is the one the house has; strict reading refuses what only looks like a PDF.
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        encrypted = reader.encrypted
        pages = 0 if encrypted else int(reader.root["/Pages"]["/Count"])
    except (PdfError, ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise _wrong_type() from None
    if encrypted:
        raise InvalidInput("wrong_type", _("The PDF is locked with a password."), _("Save it without a password."))
    if pages < 1:
        raise _wrong_type()
    return "application/pdf"


def _checked_image(content: bytes) -> str:
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > LARGEST_IMAGE:
                raise InvalidInput("too_large", _("The picture has too many pixels."), _("Save it smaller."))
            image.load()
            return "image/jpeg" if image.format == "JPEG" else "image/png"
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise _wrong_type() from None


def _wrong_type() -> InvalidInput:
    return InvalidInput(
        "wrong_type",
        _("The file is neither a PDF nor a JPEG or PNG picture that can be opened."),
        _("Scan or photograph the document and choose that file."),
    )
