"""Add organisations and licences; find them; say what is licensed on a day."""

from __future__ import annotations

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.countries import is_country
from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.organisations.rules import covers
from casework.organisations.tables import Licence, LicencePurpose, Organisation, OrganisationKind
from casework.work import Work

_NO_ZONE = "UTC"


class AddOrganisation(BaseModel):
    """A new organisation. `country` is ISO 3166-1 alpha-2; `office` the code of the office it works with.

    Without a time zone of its own it has its office's.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    kind: OrganisationKind
    code: str
    name: str
    country: str
    time_zone: str = _NO_ZONE
    office: str = ""


class AddLicence(BaseModel):
    """A licence or accreditation of an organisation, first and last day included."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    organisation: str
    purpose: LicencePurpose
    number: str
    valid_from: date
    valid_until: date
    authority: str = ""
    programme_id: str = ""


def add(work: Work, command: AddOrganisation) -> Organisation:
    require(work.actor.role, Permission.MANAGE_ORGANISATIONS)
    code = command.code.strip().upper()
    if not code or not command.name.strip():
        raise InvalidInput("missing_value", _("An organisation needs a code and a name."), _("Give both."))
    _check_place(command.country, command.time_zone)
    office = by_code(work.session, command.office, OrganisationKind.OFFICE) if command.office else None
    if office is None and command.kind is not OrganisationKind.OFFICE:
        raise InvalidInput(
            "missing_value", _("It is not said with which office it works."), _("Give the code of an office.")
        )
    if work.session.exec(select(Organisation).where(Organisation.code == code)).one_or_none():
        raise Conflict("organisation_exists", _("The code {code} is taken.", code=code), _("Choose another code."))
    organisation = Organisation(
        kind=command.kind,
        code=code,
        name=command.name.strip(),
        country=command.country,
        time_zone=office.time_zone if office and command.time_zone == _NO_ZONE else command.time_zone,
        office_id=office.id if office else None,
        created_at=work.now,
    )
    work.session.add(organisation)
    work.session.flush()
    work.record("organisation.added", f"organisation/{organisation.id}", data={"kind": organisation.kind.value})
    return organisation


def add_licence(work: Work, command: AddLicence) -> Licence:
    require(work.actor.role, Permission.MANAGE_ORGANISATIONS)
    if command.valid_until < command.valid_from:
        raise InvalidInput("dates", _("The licence ends before it begins."), _("Correct the two days."))
    organisation = by_code(work.session, command.organisation)
    licence = Licence(
        organisation_id=organisation.id,
        purpose=command.purpose,
        programme_id=command.programme_id,
        number=command.number,
        authority=command.authority,
        valid_from=command.valid_from,
        valid_until=command.valid_until,
        recorded_at=work.now,
    )
    work.session.add(licence)
    work.record("organisation.licensed", f"organisation/{organisation.id}", data={"purpose": command.purpose.value})
    return licence


def listed(session: Session, kind: OrganisationKind | None = None) -> list[Organisation]:
    """Organisations by kind and code."""
    query = select(Organisation).order_by(col(Organisation.kind), col(Organisation.code))
    return list(session.exec(query if kind is None else query.where(col(Organisation.kind) == kind)))


def by_code(session: Session, code: str, kind: OrganisationKind | None = None) -> Organisation:
    """The organisation with this code. Raises `NotFound` (``organisation``)."""
    found = session.exec(select(Organisation).where(Organisation.code == code.strip().upper())).one_or_none()
    if found is None or (kind is not None and found.kind is not kind):
        raise NotFound(
            "organisation",
            _("There is no {kind} with the code {code}.", kind=kind.value if kind else "organisation", code=code),
            _("List the codes with: predeparture organisation list."),
        )
    return found


def licence_on(
    session: Session, organisation_id: UUID, purpose: LicencePurpose, programme_id: str, on: date
) -> Licence | None:
    """A licence of the organisation that covers the day for this programme, or None."""
    rows = session.exec(
        select(Licence).where(
            Licence.organisation_id == organisation_id,
            col(Licence.purpose) == purpose,
            col(Licence.programme_id).in_(["", programme_id]),
        )
    )
    return next((row for row in rows if covers(row.valid_from, row.valid_until, row.withdrawn_on, on)), None)


def _check_place(country: str, time_zone: str) -> None:
    if not is_country(country):
        raise InvalidInput(
            "unknown_country", _("The country code is not known."), _("Write two letters of ISO 3166, for example XK.")
        )
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidInput(
            "unknown_time_zone", _("The time zone is not known."), _("Write it like Europe/Berlin.")
        ) from None
