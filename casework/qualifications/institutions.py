"""The register of schools and universities: it grows with every diploma; what is known of one changes by versions."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.qualifications.rules import InstitutionStatus, check_country
from casework.qualifications.tables import Institution, InstitutionVersion
from casework.work import Work
from casework.workers.service import search_text

_MOST_WORDS: Final = 6


class DescribeInstitution(BaseModel):
    """What is known of an institution: its status, where that stands, and on which day it was read there."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    institution_id: UUID
    name: str
    status: InstitutionStatus
    source: str = ""
    as_of: date | None = None


def found_or_added(work: Work, name: str, country: str) -> Institution:
    """The institution of this name and country; where there is none, a new one of which nothing is known yet.

    Raises `InvalidInput` (``missing_value``, ``too_long``, ``unknown_country``).
    """
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    written, key = recorded.text(name, _("institution")), key_of(name)
    query = select(Institution).where(Institution.country == check_country(country), Institution.key == key)
    known = work.session.exec(query).one_or_none()
    if known is not None:
        return known
    row = Institution(
        name=written,
        key=key,
        search_name=search_text(written),
        country=country,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError:
        # Somebody else added it between our look and our write.
        return work.session.exec(query).one()
    _keep_version(work, row)
    work.record("institution.added", f"institution/{row.id}", data={"country": country})
    return row


def describe(work: Work, command: DescribeInstitution, expected_number: int | None = None) -> Institution:
    """A new version of what is known of an institution; the one before stays.

    Raises `NotFound` (``institution``), `InvalidInput` (``missing_value``, ``date_in_future``, ``institution_known``),
    `Conflict` (``stale``).
    """
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    query = select(Institution).where(Institution.id == command.institution_id).with_for_update()
    row = work.session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise _unknown()
    if expected_number is not None and row.number != expected_number:
        raise Conflict(
            "stale",
            _("Somebody changed what is known of this institution after you opened it."),
            _("Look at what changed, then do it again if it is still right."),
        )
    listed = command.status is not InstitutionStatus.UNLISTED
    source = recorded.text(command.source, _("source"), 300, needed=listed)
    if listed and command.as_of is None:
        raise InvalidInput(
            "missing_value",
            _("It is not said on which day the status was read."),
            _("Give the day; a status changes."),
        )
    as_of = recorded.happened(command.as_of, _("day of the status"), work.today) if command.as_of else None
    name, key = recorded.text(command.name, _("institution")), key_of(command.name)
    other = select(Institution.id).where(Institution.country == row.country, Institution.key == key)
    if any(one != row.id for one in work.session.exec(other)):
        raise InvalidInput(
            "institution_known",
            _("The register has another institution of this name in the country."),
            _("Use that one, or write the name so that the two can be told apart."),
        )
    row.name, row.key, row.search_name = name, key, search_text(name)
    row.status, row.source, row.as_of = command.status, source, as_of
    row.number += 1
    row.recorded_at, row.recorded_by = work.now, work.actor.key
    work.session.add(row)
    _keep_version(work, row)
    work.record("institution.described", f"institution/{row.id}", data={"number": row.number})
    return row


def get(session: Session, institution_id: UUID) -> Institution:
    """Raises `NotFound` (``institution``)."""
    row = session.get(Institution, institution_id)
    if row is None:
        raise _unknown()
    return row


def versions_of(session: Session, institution_id: UUID) -> list[InstitutionVersion]:
    """All that was known of an institution, the newest first."""
    query = select(InstitutionVersion).where(InstitutionVersion.institution_id == institution_id)
    return list(session.exec(query.order_by(col(InstitutionVersion.number).desc())))


def found(
    session: Session, text: str = "", country: str = "", *, limit: int, offset: int = 0
) -> tuple[list[Institution], int]:
    """Institutions with all words of `text` in their name, in one country or any, by name; and how many there are."""
    where = [col(Institution.search_name).contains(one, autoescape=True) for one in search_text(text).split()]
    where = where[:_MOST_WORDS] + ([col(Institution.country) == country] if country else [])
    total = session.exec(select(func.count()).select_from(Institution).where(*where)).one()
    query = select(Institution).where(*where).order_by(col(Institution.search_name), col(Institution.id))
    return list(session.exec(query.offset(offset).limit(limit))), total


def key_of(name: str) -> str:
    """What two spellings of one name have in common: letters apart from case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:200]


def _keep_version(work: Work, row: Institution) -> None:
    work.session.flush()
    work.session.add(
        InstitutionVersion(
            institution_id=row.id,
            number=row.number,
            name=row.name,
            status=row.status,
            source=row.source,
            as_of=row.as_of,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
        )
    )


def _unknown() -> NotFound:
    return NotFound("institution", _("There is no such institution."), _("Choose one from the register."))
