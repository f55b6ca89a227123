"""predeparture clinic: the clinics, their times, and who is expected."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.errors import InvalidInput
from basis.messages import _, _n
from cli.console import emit, line, table
from cli.opening import AsAccount, AsJson, acting, opened

if TYPE_CHECKING:
    from datetime import date

    from sqlmodel import Session

    from casework.clinics.queries import AppointmentLine, SlotLine
    from casework.organisations.tables import Licence, Organisation

app = typer.Typer(no_args_is_help=True, help=str(_("Clinics: accreditations, times, appointments.")))

_SHOWN = timedelta(days=92)
Code = Annotated[str, typer.Argument(metavar="CODE", help=str(_("The code of the clinic.")))]


@app.command("list", help=str(_("All clinics with their accreditations and suspensions.")))
def list_all(as_json: AsJson = False) -> None:
    from casework.clinics import accreditation
    from casework.organisations import service as organisations
    from casework.organisations.tables import OrganisationKind

    installation = opened()
    today = installation.database.today()
    with installation.database.read() as session:
        found: list[dict[str, Any]] = []
        for row in organisations.listed(session, OrganisationKind.CLINIC):
            suspended = [one for one in accreditation.suspensions(session, row.id) if accreditation.lasts(one, today)]
            found.append(
                {
                    "code": row.code,
                    "name": row.name,
                    "country": row.country,
                    "active": row.active,
                    "accreditations": [_accreditation(one, today) for one in _licences(session, row)],
                    "suspended": [
                        {"since": one.since.isoformat(), "until": one.until.isoformat() if one.until else None,
                         "programme": one.programme_id, "reason": one.reason}
                        for one in suspended
                    ],
                }
            )  # fmt: skip
    if as_json:
        emit("clinics", clinics=found)
        return
    heads = (_("Code"), _("Name"), _("Country"), _("Accredited today for"), _("Suspended"))
    table(heads, [(one["code"], one["name"], one["country"], _holding(one), _suspended(one)) for one in found])


@app.command("slots", help=str(_("The times of a clinic in the next three months.")))
def slots(code: Code, as_account: AsAccount = "", as_json: AsJson = False) -> None:
    from casework.accounts.rules import Permission, require
    from casework.clinics import queries
    from casework.clinics.slots import clinic_of
    from casework.organisations import service as organisations
    from casework.organisations.tables import OrganisationKind

    installation = opened()
    actor, database = acting(installation, as_account), installation.database
    require(actor.role, Permission.SEE_APPOINTMENTS)
    with database.read() as session:
        clinic = clinic_of(session, actor, organisations.by_code(session, code, OrganisationKind.CLINIC).id)
        found = [_slot(one) for one in queries.slots_of(session, clinic.id, database.now(), database.today() + _SHOWN)]
    if as_json:
        emit("clinic-slots", clinic=clinic.code, time_zone=clinic.time_zone, slots=found)
        return
    columns = ("day", "starts_at", "ends_at", "places", "free", "closed")
    heads = (_("Day"), _("From"), _("To"), _("Places"), _("Free"), _("Closed"))
    table(heads, [tuple(one[name] for name in columns) for one in found])


@app.command("appointments", help=str(_("Appointments at clinics: today's and later ones, or a part of the list.")))
def appointments(
    show: Annotated[
        str,
        typer.Option("--show", metavar="PART", help=str(_("ahead, today, results, done, untold, doubtful, missed."))),
    ] = "",
    as_account: AsAccount = "",
    as_json: AsJson = False,
) -> None:
    from casework.clinics import queries
    from casework.clinics.queries import Show

    if show and show not in set(Show):
        raise InvalidInput(
            "unknown_filter",
            _("The list has no part {part}.", part=show),
            _("Choose one of: {parts}.", parts=", ".join(Show)),
        )
    installation = opened()
    actor, today = acting(installation, as_account), installation.database.today()
    with installation.database.read() as session:
        rows, _total = queries.listed(session, actor, Show(show or Show.AHEAD), today, limit=None)
        found = [_appointment(one) for one in rows]
    if as_json:
        emit("appointments", appointments=found)
        return
    columns = ("day", "starts_at", "clinic", "case", "slip", "state")
    heads = (_("Day"), _("At"), _("Clinic"), _("Case"), _("Slip"), _("State"))
    table(heads, [tuple(one[name] for name in columns) for one in found])
    line(_n("{count} appointment.", "{count} appointments.", len(found)))


def _licences(session: Session, clinic: Organisation) -> list[Licence]:
    from sqlmodel import col, select

    from casework.organisations.tables import Licence, LicencePurpose

    query = select(Licence).where(Licence.organisation_id == clinic.id, col(Licence.purpose) == LicencePurpose.MEDICAL)
    return list(session.exec(query.order_by(col(Licence.valid_from), col(Licence.id))))


def _accreditation(row: Licence, today: date) -> dict[str, Any]:
    from casework.organisations.rules import covers

    return {
        "number": row.number,
        "programme": row.programme_id,
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat(),
        "withdrawn_on": row.withdrawn_on.isoformat() if row.withdrawn_on else None,
        "covers_today": covers(row.valid_from, row.valid_until, row.withdrawn_on, today),
    }


def _holding(one: dict[str, Any]) -> str:
    held = [row["programme"] or str(_("all programmes")) for row in one["accreditations"] if row["covers_today"]]
    return ", ".join(sorted(set(held)))


def _suspended(one: dict[str, Any]) -> str:
    return ", ".join(row["programme"] or str(_("all programmes")) for row in one["suspended"])


def _slot(one: SlotLine) -> dict[str, Any]:
    return {
        "id": str(one.slot.id),
        "day": one.slot.day.isoformat(),
        "starts_at": one.slot.starts_at.isoformat(),
        "ends_at": one.slot.ends_at.isoformat(),
        "places": one.slot.places,
        "free": one.free,
        "closed": one.slot.closed_at is not None,
    }


def _appointment(one: AppointmentLine) -> dict[str, Any]:
    """Cases by their references, no names."""
    return {
        "id": str(one.booking.id),
        "case": one.case.reference,
        "clinic": one.clinic.code,
        "day": one.row.day.isoformat(),
        "starts_at": one.booking.starts_at.isoformat(),
        "ends_at": one.booking.ends_at.isoformat(),
        "slip": one.row.number,
        "usable_until": one.row.usable_until.isoformat(),
        "state": one.booking.state.value,
        "missed": one.missed,
    }
