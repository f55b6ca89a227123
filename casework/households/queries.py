"""Households as pages, rules and other flats ask for them. Reading only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, exists, false, true
from sqlmodel import Session, col, select

from basis.errors import NotFound
from basis.messages import _
from basis.roles import Role
from casework.accounts.rules import Permission, may, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.tables import Case
from casework.households.rules import MemberRole, needs_consent, under_age
from casework.households.tables import GuardianConsent, Household, HouseholdChange, HouseholdMember
from casework.vault import Vault
from casework.workers.tables import Sex, Worker


class Accompanying(BaseModel):
    """Somebody who travels along and is no worker here: what is sealed of them."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    family_name: str
    given_names: str = ""
    sex: Sex = Sex.UNSPECIFIED
    birth_date: date | None = None
    nationality: str = ""
    passport_number: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A stay in a household with the person's name and birth date; `case` is the newest one of a worker that the
    reader may open. `consent` is that of a guardian, `child`: under age or of unknown age."""

    row: HouseholdMember
    family_name: str
    given_names: str
    birth_date: date | None
    nationality: str
    case: Case | None
    consent: GuardianConsent | None
    child: bool
    lacks_consent: bool

    @property
    def name(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """A household in the list of an office; `flagged` counts the children who lack the consent of a guardian."""

    household: Household
    members: tuple[Member, ...]

    @property
    def principal(self) -> Member | None:
        return next((one for one in self.members if one.row.role is MemberRole.PRINCIPAL), None)

    @property
    def apart(self) -> int:
        return sum(not one.row.together for one in self.members)

    @property
    def flagged(self) -> int:
        return sum(one.lacks_consent for one in self.members)


@dataclass(frozen=True, slots=True)
class StandingInHousehold:
    """What the rules of programmes may read of a worker's household."""

    role: MemberRole
    together: bool
    children: int
    consented: bool


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which households an actor may know of: an office its own, the engine all, an auditor those of which the open
    engagements reach a case."""
    if actor.role is None:
        return true()
    if not may(actor.role, Permission.SEE_HOUSEHOLDS):
        return false()
    if actor.role is Role.AUDITOR:
        reached = select(col(HouseholdMember.id)).join(Case, col(Case.worker_id) == col(HouseholdMember.worker_id))
        return exists(reached.where(col(HouseholdMember.household_id) == col(Household.id), changes.visible(actor)))
    return col(Household.office_id) == actor.organisation_id


def household_of(session: Session, worker_id: UUID) -> Household | None:
    """The household that a worker belongs to now."""
    query = (
        select(Household)
        .join(HouseholdMember, col(HouseholdMember.household_id) == col(Household.id))
        .where(col(HouseholdMember.worker_id) == worker_id, col(HouseholdMember.left_on).is_(None))
    )
    return session.exec(query).first()


def last_of(session: Session, worker_id: UUID) -> Household | None:
    """The household that a worker belongs to now, else the last one they belonged to."""
    now = household_of(session, worker_id)
    if now is not None:
        return now
    query = (
        select(Household)
        .join(HouseholdMember, col(HouseholdMember.household_id) == col(Household.id))
        .where(col(HouseholdMember.worker_id) == worker_id)
        .order_by(col(HouseholdMember.left_on).desc(), col(HouseholdMember.id).desc())
    )
    return session.exec(query).first()


def find(session: Session, actor: Actor, household_id: UUID) -> Household:
    """A household within reach. Raises `NotFound` (``household``)."""
    query = select(Household).where(Household.id == household_id, visible(actor))
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound(
            "household", _("There is no such household, or it is not one of yours."), _("Open it from a case.")
        )
    return found


def rows_of(session: Session, household_id: UUID, *, left: bool = False) -> list[HouseholdMember]:
    """The members now, or with `left` everybody who ever was one; the principal first, then by role and time."""
    query = select(HouseholdMember).where(HouseholdMember.household_id == household_id)
    if not left:
        query = query.where(col(HouseholdMember.left_on).is_(None))
    return sorted(session.exec(query), key=_place)


def members(
    session: Session, vault: Vault, actor: Actor, household_id: UUID, on: date, *, left: bool = False
) -> list[Member]:
    """The members of a household with their names, opened; see `rows_of`."""
    return _opened(session, vault, actor, rows_of(session, household_id, left=left), on)


def history(session: Session, household_id: UUID) -> list[HouseholdChange]:
    """What changed in a household, newest first."""
    query = select(HouseholdChange).where(HouseholdChange.household_id == household_id)
    return list(session.exec(query.order_by(col(HouseholdChange.happened_on).desc(), col(HouseholdChange.id).desc())))


def listed(
    session: Session, vault: Vault, actor: Actor, on: date, *, offset: int = 0, limit: int = 50, only: str = ""
) -> tuple[list[HouseholdLine], int]:
    """The households with members, newest first, and how many there are in all. `only`: ``apart`` for those who do not
    all travel together, ``split`` for those that somebody has left."""
    require(actor.role, Permission.SEE_HOUSEHOLDS)
    live = col(HouseholdMember.left_on).is_(None)
    of = col(HouseholdMember.household_id) == col(Household.id)
    query = select(Household).where(visible(actor), exists(select(col(HouseholdMember.id)).where(of, live)))
    if only == "apart":
        query = query.where(
            exists(select(HouseholdMember.id).where(of, live, col(HouseholdMember.together).is_(False)))
        )
    elif only == "split":
        query = query.where(exists(select(HouseholdMember.id).where(of, col(HouseholdMember.left_on).is_not(None))))
    found = session.exec(query.order_by(col(Household.recorded_at).desc(), col(Household.id).desc())).all()
    part = found[offset : offset + limit]
    rows = session.exec(
        select(HouseholdMember).where(col(HouseholdMember.household_id).in_([one.id for one in part]), live)
    )
    grouped: dict[UUID, list[Member]] = defaultdict(list)
    for member in _opened(session, vault, actor, sorted(rows, key=_place), on):
        grouped[member.row.household_id].append(member)
    return [HouseholdLine(one, tuple(grouped[one.id])) for one in part], len(found)


def standings(session: Session, worker_ids: Iterable[UUID]) -> dict[UUID, StandingInHousehold]:
    """What rules read, for many workers with two queries; who belongs to no household is left out."""
    live = col(HouseholdMember.left_on).is_(None)
    theirs = select(HouseholdMember.household_id).where(col(HouseholdMember.worker_id).in_(set(worker_ids)), live)
    rows = session.exec(select(HouseholdMember).where(col(HouseholdMember.household_id).in_(theirs), live)).all()
    if not rows:
        return {}
    consents = consents_of(session, [row.id for row in rows])
    children: dict[UUID, int] = defaultdict(int)
    for row in rows:
        children[row.household_id] += row.role is MemberRole.CHILD
    return {
        row.worker_id: StandingInHousehold(row.role, row.together, children[row.household_id], row.id in consents)
        for row in rows
        if row.worker_id is not None
    }


def consents_of(session: Session, member_ids: Sequence[UUID]) -> dict[UUID, GuardianConsent]:
    """The consents in force, by the child's stay in the household."""
    query = select(GuardianConsent).where(
        col(GuardianConsent.child_id).in_(member_ids), col(GuardianConsent.withdrawn_on).is_(None)
    )
    return {row.child_id: row for row in session.exec(query)}


def detail_of(vault: Vault, row: HouseholdMember) -> Accompanying | None:
    """What is known of an accompanying person; None for a worker. Raises `NotFound` (``erased``)."""
    if row.detail is None:
        return None
    content: Any = vault.open_json(row.person_id, "household_member", row.id, "detail", row.detail)
    return Accompanying.model_validate(content, strict=False)


def for_programs(line: HouseholdLine) -> dict[str, Any]:
    """A household for programs: who is in it by role and case; names stay on the page."""
    return {
        "reference": line.household.reference,
        "members": [
            {
                "id": str(one.row.id),
                "role": one.row.role.value,
                "case": one.case.reference if one.case else None,
                "worker": one.row.worker_id is not None,
                "together": one.row.together,
                "joined_on": one.row.joined_on.isoformat(),
                "left_on": _iso(one.row.left_on),
                "child": one.child,
                "consent_on": _iso(one.consent.given_on) if one.consent else None,
                "lacks_consent": one.lacks_consent,
            }
            for one in line.members
        ],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _opened(session: Session, vault: Vault, actor: Actor, rows: Sequence[HouseholdMember], on: date) -> list[Member]:
    ids = {row.worker_id for row in rows if row.worker_id is not None}
    workers = {row.id: row for row in session.exec(select(Worker).where(col(Worker.id).in_(ids)))}
    query = select(Case).where(col(Case.worker_id).in_(ids), changes.visible(actor)).order_by(col(Case.id))
    cases = {case.worker_id: case for case in session.exec(query)}
    consents = consents_of(session, [row.id for row in rows])
    vault.prepare(row.person_id for row in rows if row.detail is not None)
    return [_member(vault, row, workers, cases, consents.get(row.id), on) for row in rows]


def _member(
    vault: Vault,
    row: HouseholdMember,
    workers: dict[UUID, Worker],
    cases: dict[UUID, Case],
    consent: GuardianConsent | None,
    on: date,
) -> Member:
    known: Worker | Accompanying | None = workers[row.worker_id] if row.worker_id is not None else _known(vault, row)
    born = known.birth_date if known is not None else None
    return Member(
        row=row,
        family_name=known.family_name if known is not None else "",
        given_names=known.given_names if known is not None else "",
        birth_date=born,
        nationality=known.nationality if known is not None else "",
        case=cases.get(row.worker_id) if row.worker_id is not None else None,
        consent=consent,
        child=under_age(born, on),
        lacks_consent=needs_consent(row.role, born, on, consented=consent is not None),
    )


def _known(vault: Vault, row: HouseholdMember) -> Accompanying | None:
    """None where the person was erased: the stay in the household remains, the person does not."""
    try:
        return detail_of(vault, row)
    except NotFound:
        return None


def _place(row: HouseholdMember) -> tuple[int, date, UUID]:
    return list(MemberRole).index(row.role), row.joined_on, row.id
