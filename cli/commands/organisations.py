"""predeparture organisation: offices, agencies, clinics, providers, and their licences."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from basis.messages import _
from cli.console import Sign, emit, line, table
from cli.opening import AsAccount, AsJson, acting, opened

if TYPE_CHECKING:
    from casework.organisations.tables import Licence, Organisation

_HELP = _("Offices, agencies, clinics, providers and employers, and their licences.")

app = typer.Typer(no_args_is_help=True, help=str(_HELP))


class Kind(StrEnum):
    """`OrganisationKind`, without the database that its module imports."""

    OFFICE = "office"
    AGENCY = "agency"
    CLINIC = "clinic"
    PROVIDER = "provider"
    EMPLOYER = "employer"


class Purpose(StrEnum):
    """`LicencePurpose`, likewise."""

    RECRUITMENT = "recruitment"
    MEDICAL = "medical"
    TRAINING = "training"
    ORIENTATION = "orientation"


Code = Annotated[str, typer.Argument(metavar="CODE", help=str(_("The short code that people type.")))]
_DAY = ["%Y-%m-%d"]


@app.command("add", help=str(_("Add an office, agency, clinic, provider or employer.")))
def add(
    code: Code,
    kind: Annotated[Kind, typer.Option("--kind", help=str(_("What it is.")))],
    name: Annotated[str, typer.Option("--name", help=str(_("Its full name.")))],
    country: Annotated[str, typer.Option("--country", metavar="CC", help=str(_("Two letters of ISO 3166.")))],
    office: Annotated[
        str,
        typer.Option("--office", metavar="CODE", help=str(_("The office it works with; needed except for offices."))),
    ] = "",
    time_zone: Annotated[str, typer.Option("--time-zone", help=str(_("For example Europe/Belgrade.")))] = "UTC",
    as_account: AsAccount = "",
) -> None:
    from casework.organisations import service as organisations
    from casework.organisations.tables import OrganisationKind

    installation = opened()
    command = organisations.AddOrganisation(
        kind=OrganisationKind(kind.value),
        code=code,
        name=name,
        country=country.upper(),
        time_zone=time_zone,
        office=office,
    )
    actor = acting(installation, as_account)
    added = installation.database.run(actor, lambda work: organisations.add(work, command))
    line(_("{code} was added.", code=added.code), Sign.GOOD)
    if kind is Kind.AGENCY:
        line(_("Record its licence with: predeparture organisation licence {code}.", code=added.code))


@app.command("list", help=str(_("All organisations by kind, with the licences that cover today.")))
def list_all(
    kind: Annotated[Kind | None, typer.Option("--kind", help=str(_("Only this kind.")))] = None,
    as_json: AsJson = False,
) -> None:
    from sqlmodel import col, select

    from casework.organisations import service as organisations
    from casework.organisations.tables import Licence, OrganisationKind

    installation = opened()
    today = installation.database.today()
    with installation.database.read() as session:
        rows = organisations.listed(session, OrganisationKind(kind.value) if kind else None)
        licences = session.exec(select(Licence).order_by(col(Licence.valid_from))).all()
        codes = {row.id: row.code for row in organisations.listed(session)}
        found = [
            _shape(row, codes, [licence for licence in licences if licence.organisation_id == row.id], today)
            for row in rows
        ]
    if as_json:
        emit("organisations", organisations=found)
        return
    table(
        (_("Code"), _("Kind"), _("Name"), _("Country"), _("Office"), _("Licensed today for")),
        [
            (*(one[key] for key in ("code", "kind", "name", "country", "office")), _licensed(one["licences"]))
            for one in found
        ],
    )


def _shape(row: Organisation, codes: dict[UUID, str], licences: list[Licence], today: date) -> dict[str, Any]:
    from casework.organisations.rules import covers

    return {
        "code": row.code,
        "kind": row.kind.value,
        "name": row.name,
        "country": row.country,
        "time_zone": row.time_zone,
        "office": codes[row.office_id] if row.office_id else "",
        "active": row.active,
        "licences": [
            {
                "purpose": one.purpose.value,
                "number": one.number,
                "authority": one.authority,
                "programme": one.programme_id,
                "valid_from": one.valid_from.isoformat(),
                "valid_until": one.valid_until.isoformat(),
                "covers_today": covers(one.valid_from, one.valid_until, one.withdrawn_on, today),
            }
            for one in licences
        ],
    }


def _licensed(licences: list[dict[str, Any]]) -> str:
    return ", ".join(sorted({one["purpose"] for one in licences if one["covers_today"]}))


@app.command("licence", help=str(_("Record a licence or accreditation, first and last day included.")))
def licence(
    code: Code,
    purpose: Annotated[Purpose, typer.Option("--purpose", help=str(_("What it allows.")))],
    number: Annotated[str, typer.Option("--number", help=str(_("Its number.")))],
    valid_from: Annotated[datetime, typer.Option("--from", formats=_DAY, help=str(_("First day.")))],
    valid_until: Annotated[datetime, typer.Option("--until", formats=_DAY, help=str(_("Last day.")))],
    authority: Annotated[str, typer.Option("--authority", help=str(_("Who gave it.")))] = "",
    programme: Annotated[str, typer.Option("--programme", metavar="ID", help=str(_("For this programme only.")))] = "",
    as_account: AsAccount = "",
) -> None:
    from casework.organisations import service as organisations
    from casework.organisations.tables import LicencePurpose

    installation = opened()
    if programme:
        installation.catalogue.get(programme)
    command = organisations.AddLicence(
        organisation=code,
        purpose=LicencePurpose(purpose.value),
        number=number,
        valid_from=valid_from.date(),
        valid_until=valid_until.date(),
        authority=authority,
        programme_id=programme,
    )
    installation.database.run(acting(installation, as_account), lambda work: organisations.add_licence(work, command))
    line(_("The licence was recorded."), Sign.GOOD)
