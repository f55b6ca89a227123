"""Who may read which certificate's file. Pure."""

from __future__ import annotations

from basis.roles import Role
from casework.accounts.rules import Permission, may

_MEDICAL = "medical"
_SECURITY = "security"
_LOAN = "loan"
_LETTER = "letter"


def may_know_of(role: Role | None, kind: str) -> bool:
    """Whether the role may learn that there is a document of this kind: of decisions an agency is told nothing."""
    return role is not Role.AGENCY_USER or kind != _LETTER


def may_read_file(role: Role | None, kind: str) -> bool:
    """Whether the role may have the PDF of a certificate of this kind, of a case that it may know of.

    An agency has neither the fitness certificate nor the security statement, nor the letter of a decision: its reason
    is the worker's own. Those who hand papers over or
    review them (the register's readers) have every kind: the fitness certificate names the outcome word that an
    embassy asks for, and no finding. Officers who see no identity details have the paper of their own stage.
    """
    if role is None:
        return True
    if role is Role.AGENCY_USER:
        return kind not in (_MEDICAL, _SECURITY, _LETTER)
    if may(role, Permission.SEE_REGISTER):
        return True
    if kind == _MEDICAL:
        return may(role, Permission.SEE_MEDICAL)
    if may(role, Permission.SEE_IDENTITY):
        return True
    return kind == _LOAN and may(role, Permission.APPROVE_LOANS)
