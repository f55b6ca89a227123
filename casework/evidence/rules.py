"""Why a paper is rejected, and by whom it is verified. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from basis.messages import Message, _
from basis.roles import Role

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
