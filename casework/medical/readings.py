"""Who read medical details of a worker, and when: for the worker, who may ask for it at any time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import Refused
from basis.messages import Message, _
from basis.roles import Role
from casework.accounts.rules import Permission, may
from casework.accounts.tables import Account
from casework.actor import Actor
from casework.audit.tables import AuditEvent
from casework.cases import changes
from casework.organisations.tables import Organisation
from checklists.programme import StageKind

_KINDS: Final = ("medical.viewed", "waiver.viewed")
WORDS: Final[Mapping[str, Message]] = {
    "medical_examination": _("the result of an examination"),
    "second_opinion": _("why a second opinion was asked for, and what came of it"),
    "vaccination": _("vaccinations"),
    "medical_care": _("referral, counselling and hand-over"),
    "fit_to_fly": _("the check before the journey"),
    "waiver": _("the reasons of a waiver"),
}
"""What was read, by the table of the row: never what stands in it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One look of one person: `what` are keys of `WORDS`. `role` None where no person looked."""

    at: datetime
    name: str
    role: Role | None
    office: str
    what: tuple[str, ...]


def may_list(role: Role | None) -> bool:
    """Who hands the list over: the office that works with the worker, and the medical officer."""
    return may(role, Permission.EDIT_CASES) or may(role, Permission.SEE_MEDICAL)


def of_case(session: Session, actor: Actor, case_id: UUID) -> list[Reading]:
    """Every look at medical details of a case, oldest first; what one person opened at one instant is one line.

    Raises `Refused` (``role``), `NotFound` (``case``).
    """
    if not may_list(actor.role):
        raise Refused("role", _("Your role may not do this."), _("Ask the caseworker or the medical officer."))
    changes.find(session, actor, case_id)
    query = select(AuditEvent).where(AuditEvent.case_id == case_id, col(AuditEvent.kind).in_(_KINDS))
    looks: dict[tuple[str, datetime], dict[str, None]] = {}
    for event in session.exec(query.order_by(col(AuditEvent.seq))):
        if event.kind == "waiver.viewed" and _stage_of(event) != StageKind.MEDICAL.value:
            continue
        what = event.subject.partition("/")[0]
        looks.setdefault((event.actor, event.recorded_at), {})[what] = None
    people = _people(session, {actor for actor, _at in looks})
    return [
        Reading(at, account.name if account else key, account.role if account else None, office, tuple(what))
        for (key, at), what in looks.items()
        for account, office in (people.get(key, (None, "")),)
    ]


def _stage_of(event: AuditEvent) -> str:
    return str(json.loads(event.body)["data"].get("stage", ""))


def _people(session: Session, keys: set[str]) -> dict[str, tuple[Account | None, str]]:
    ids = [UUID(key) for key in keys if len(key) == 36]
    query = (
        select(Account, Organisation.name)
        .join(Organisation, col(Organisation.id) == col(Account.organisation_id))
        .where(col(Account.id).in_(ids))
    )
    return {str(account.id): (account, office) for account, office in session.exec(query)}
