"""predeparture agencies: what an agency is permitted, and what its work came to."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.errors import NotFound
from basis.messages import _
from cli.console import emit, line, table
from cli.opening import AsAccount, AsJson, acting, opened

if TYPE_CHECKING:
    from sqlmodel import Session

    from casework.actor import Actor
    from casework.organisations.tables import Licence
    from casework.recruitment.scorecard import Period
    from casework.recruitment.tables import AgencySuspension, Principal

app = typer.Typer(no_args_is_help=True, help=str(_("Agencies: permissions and scorecards.")))

_DAY = ["%Y-%m-%d"]


@app.callback()
def whole() -> None:
    """Commands about agencies."""


@app.command(
    "record", help=str(_("Licences, accreditations, suspensions, and a scorecard of a period (a year up to today)."))
)
def record(
    code: Annotated[str, typer.Argument(metavar="CODE", help=str(_("The code of the agency.")))],
    since: Annotated[
        datetime | None, typer.Option("--since", formats=_DAY, help=str(_("The first day of the period.")))
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", formats=_DAY, help=str(_("The last day; else today.")))
    ] = None,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.accounts.rules import Permission, require
    from casework.recruitment.scorecard import Period

    installation = opened()
    actor, today = acting(installation, as_account), installation.database.today()
    require(actor.role, Permission.SEE_RECRUITMENT)
    period = Period.up_to(until.date() if until else today, since.date() if since else None)
    with installation.database.read() as session:
        shape = _shape(session, actor, code, period, today)
    if as_json:
        emit("agency-record", **shape)
    else:
        _show(shape)


def _shape(session: Session, actor: Actor, code: str, period: Period, today: date) -> dict[str, Any]:
    from basis.roles import Role
    from casework.cases.queries import organisation_names
    from casework.organisations import service as organisations
    from casework.organisations.tables import OrganisationKind
    from casework.recruitment import agencies, scorecard

    found = organisations.by_code(session, code, OrganisationKind.AGENCY)
    agency = agencies.known_agency(session, actor, found.id)
    if agency is None:
        raise NotFound("agency", _("There is no such agency, or it is not one of yours."))
    principals = agencies.principals_of(session, agency.id)
    names = organisation_names(session, [one.employer_id for one in principals])
    own = actor.role is Role.AGENCY_USER
    return {
        "code": agency.code,
        "name": agency.name,
        "licences": [_licence(one) for one in agencies.licences_of(session, agency.id)],
        "principals": [_principal(one, names[one.employer_id]) for one in principals],
        "suspensions": [_suspension(one) for one in agencies.suspensions_of(session, agency.id)],
        "period": {"since": period.since.isoformat(), "until": period.until.isoformat()},
        "scores": [
            {
                "figure": one.figure.value,
                "value": one.value,
                "of": one.of,
                "definition": str(scorecard.DEFINITIONS[one.figure]),
            }
            for one in scorecard.scores(session, agency, period, today, own=own)
        ],
    }


def _show(shape: dict[str, Any]) -> None:
    from casework.recruitment.scorecard import LABELS, Figure

    line(f"{shape['code']}  {shape['name']}")
    for title, rows in (
        (_("Licences"), shape["licences"]),
        (_("Accredited employers"), shape["principals"]),
        (_("Suspensions"), shape["suspensions"]),
    ):
        line(title)
        table(tuple(rows[0]) if rows else (), [tuple(row.values()) for row in rows])
    line(_("From {since} to {until}", since=shape["period"]["since"], until=shape["period"]["until"]))
    table(
        (_("Figure"), _("Number"), _("Of"), _("What it counts")),
        [(LABELS[Figure(one["figure"])], one["value"], one["of"], one["definition"]) for one in shape["scores"]],
    )


def _licence(row: Licence) -> dict[str, Any]:
    return {
        "number": row.number,
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat(),
        "withdrawn_on": row.withdrawn_on.isoformat() if row.withdrawn_on else None,
        "guarantee_minor": row.guarantee_minor,
        "guarantee_currency": row.guarantee_currency,
        "guarantee_until": row.guarantee_until.isoformat() if row.guarantee_until else None,
    }


def _principal(row: Principal, employer: str) -> dict[str, Any]:
    return {
        "employer": employer,
        "number": row.number,
        "programme": row.programme_id,
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat(),
        "withdrawn_on": row.withdrawn_on.isoformat() if row.withdrawn_on else None,
    }


def _suspension(row: AgencySuspension) -> dict[str, Any]:
    return {
        "since": row.since.isoformat(),
        "until": row.until.isoformat() if row.until else None,
        "reason": row.reason,
        "authority": row.authority,
        "programme": row.programme_id,
        "lifted_on": row.lifted_on.isoformat() if row.lifted_on else None,
    }
