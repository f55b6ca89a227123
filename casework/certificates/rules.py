"""Kinds of documents in words, who may read which one's file, and why one is ended by hand. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from basis.messages import Message, _
from basis.roles import Role
from casework.accounts.rules import Permission, may
from casework.certificates.release import Recipient, may_have

LETTER: Final = "letter"
"""The kind of a letter of a decision."""

_MEDICAL = "medical"
_LOAN = "loan"
LOAN_PAPERS: Final = frozenset({"promissory_note", "loan_statement", "settlement_letter"})
ENTITLEMENT_PAPERS: Final = frozenset({"entitlement_statement"})
"""Kinds of papers about money (`casework.loans.paper_tables`); they are the image of no stage."""

_MONEY: Mapping[str, tuple[Permission, ...]] = {
    **dict.fromkeys(LOAN_PAPERS, (Permission.ASK_LOANS, Permission.KEEP_LOANS)),
    **dict.fromkeys(
        ENTITLEMENT_PAPERS,
        (Permission.RECORD_ENTITLEMENTS, Permission.APPROVE_ENTITLEMENTS, Permission.PAY_ENTITLEMENTS),
    ),
}
"""Who reads their files beside the register's readers: who works with the money."""

KIND_WORDS: Mapping[str, Message] = {
    "documents": _("record of documents"),
    "security": _("security statement"),
    "qualifications": _("qualification statement"),
    "training": _("training certificate"),
    "medical": _("fitness certificate"),
    "orientation": _("orientation certificate"),
    "loan": _("promissory note"),
    "general": _("record of an authorisation"),
    "departure": _("departure clearance"),
    "followup": _("record of what followed"),
    "completion": _("certificate of completion"),
    LETTER: _("letter of a decision"),
    "promissory_note": _("promissory note to sign"),
    "loan_statement": _("loan statement"),
    "settlement_letter": _("settlement letter"),
    "entitlement_statement": _("statement of entitlements"),
}
"""Every kind of document that is issued."""

REVOKE_REASONS: Mapping[str, Message] = {
    "issued_in_error": _("It was issued in error."),
    "wrong_person": _("It was issued for another person."),
    "false_evidence": _("It rests on evidence that was found to be false."),
    "obtained_by_deceit": _("It was obtained by deceit."),
    "authority_decided": _("An authority decided that it must not stand."),
    "no_longer_entitled": _("What it certifies no longer holds."),
}
"""Why a document is revoked by hand. The sentences may be told to the public where whoever revokes says so."""

SUPERSEDE_REASONS: Mapping[str, Message] = {
    "wrong_facts": _("It stated something wrong."),
    "misspelt": _("Something on it was misspelt."),
    "facts_changed": _("What it states has changed since."),
    "damaged_file": _("Its file was damaged or could not be read."),
    "other_form": _("An authority asks for another form of it."),
}
"""Why a document is corrected and issued anew. The same holds for them."""

DUPLICATE_REASONS: Mapping[str, Message] = {
    "lost": _("The paper was lost."),
    "stolen": _("The paper was stolen."),
    "damaged": _("The paper was damaged."),
    "second_paper": _("An authority keeps the first paper."),
}
"""Why somebody is given another copy."""


def public_reason(code: str) -> Message | None:
    """The sentence of a reason why a document was ended by hand; None for what the engine ended."""
    return REVOKE_REASONS.get(code) or SUPERSEDE_REASONS.get(code)


def may_know_of(role: Role | None, kind: str) -> bool:
    """Whether the role may learn that there is a document of this kind: of decisions and of what the worker owes or
    gets an agency is told nothing."""
    return role is not Role.AGENCY_USER or (kind != LETTER and kind not in _MONEY)


def may_read_file(role: Role | None, kind: str, *, stands: bool = True) -> bool:
    """Whether the role may have the PDF of a document of this kind, of a case that it may know of.

    An agency is a recipient like others outside: the release policy says what it may have, and `stands` is False where
    the document was revoked or replaced. Those who hand papers over or
    review them (the register's readers) have every kind: the fitness certificate names the outcome word that an
    embassy asks for, and no finding. Officers who see no identity details have the paper of their own stage.
    """
    if role is None:
        return True
    if role is Role.AGENCY_USER:
        return may_have(Recipient.AGENCY, kind, stands=stands)
    if may(role, Permission.SEE_REGISTER):
        return True
    if kind == _MEDICAL:
        return may(role, Permission.SEE_MEDICAL)
    if kind in _MONEY:
        return any(may(role, permission) for permission in _MONEY[kind])
    if may(role, Permission.SEE_IDENTITY):
        return True
    return kind == _LOAN and may(role, Permission.APPROVE_LOANS)
