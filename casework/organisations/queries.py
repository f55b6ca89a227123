"""Organisations and their licences as pages list them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, func, select

from basis.errors import NotFound
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.organisations.tables import Licence, Organisation, OrganisationKind


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """An organisation with its licences, the one that ends last at the end."""

    organisation: Organisation
    licences: Sequence[Licence]


def listed(session: Session, actor: Actor, *, limit: int, offset: int = 0) -> tuple[list[OrganisationLine], int]:
    """Organisations by kind and name, and how many there are in all."""
    require(actor.role, Permission.MANAGE_ORGANISATIONS)
    query = select(Organisation).order_by(col(Organisation.kind), col(Organisation.name), col(Organisation.id))
    rows = session.exec(query.limit(limit).offset(offset)).all()
    licences = _licences(session, [row.id for row in rows])
    total = session.exec(select(func.count()).select_from(Organisation)).one()
    return [OrganisationLine(row, licences.get(row.id, [])) for row in rows], total


def get(session: Session, actor: Actor, organisation_id: UUID) -> OrganisationLine:
    """One organisation. Raises `NotFound` (``organisation``)."""
    require(actor.role, Permission.MANAGE_ORGANISATIONS)
    row = session.get(Organisation, organisation_id)
    if row is None:
        raise NotFound("organisation", _("There is no such organisation."), _("Open it from the list."))
    return OrganisationLine(row, _licences(session, [row.id]).get(row.id, []))


def agencies_of(session: Session, office_id: UUID) -> list[Organisation]:
    """The agencies that work with an office and may still act, by name."""
    query = select(Organisation).where(
        col(Organisation.kind) == OrganisationKind.AGENCY,
        Organisation.office_id == office_id,
        col(Organisation.active),
    )
    return list(session.exec(query.order_by(col(Organisation.name))))


def _licences(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, list[Licence]]:
    query = select(Licence).where(col(Licence.organisation_id).in_(ids))
    found: dict[UUID, list[Licence]] = defaultdict(list)
    for row in session.exec(query.order_by(col(Licence.valid_until), col(Licence.id))):
        found[row.organisation_id].append(row)
    return found
