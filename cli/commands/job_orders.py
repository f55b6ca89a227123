"""predeparture job-orders: what employers need, who may bring workers for it, and how many places are left."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from basis.errors import InvalidInput
from basis.messages import _, _n
from cli.console import Sign, emit, line, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, opened, read_file

app = typer.Typer(no_args_is_help=True, help=str(_("Job orders of employers, and who has a place in them.")))

_DAY = ["%Y-%m-%d"]
_MOST = 10_000
Programme = Annotated[str, typer.Option("--programme", metavar="ID", help=str(_("The programme.")))]
Agency = Annotated[
    str, typer.Option("--agency", metavar="CODE", help=str(_("Who recruits; without one the office itself.")))
]


@app.command("list", help=str(_("The job orders with the places that are left; what waits for a decision first.")))
def list_all(
    programme: Annotated[str, typer.Option("--programme", metavar="ID", help=str(_("Only this programme.")))] = "",
    agency: Annotated[str, typer.Option("--agency", metavar="CODE", help=str(_("Only this agency.")))] = "",
    waiting: Annotated[bool, typer.Option("--waiting", help=str(_("Only those that wait for a decision.")))] = False,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.organisations import service as organisations
    from casework.organisations.tables import OrganisationKind
    from casework.recruitment import queries
    from casework.recruitment.queries import OrderFilter

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        of = organisations.by_code(session, agency, OrganisationKind.AGENCY).id if agency else None
        asked = OrderFilter(programme_id=programme, agency_id=of, waiting=waiting)
        found, _total = queries.listed(session, actor, asked, limit=_MOST)
    shape = [queries.order_json(one) for one in found]
    if as_json:
        emit("job-orders", job_orders=shape)
        return
    table(
        (_("Number"), _("State"), _("Employer"), _("Agency"), _("Occupation"), _("Places"), _("Valid until")),
        [
            (
                one["number"],
                _("{state}, a change waits", state=one["state"]) if one["waits"] else one["state"],
                one["employer"],
                one["agency"],
                one["occupation"],
                _("{left} of {all} left", left=one["remaining"], all=one["headcount"]),
                one["valid_until"],
            )
            for one in shape
        ],
    )


@app.command("ask", help=str(_("Ask for a job order; a supervisor who did not ask decides on it.")))
def ask(
    employer: Annotated[str, typer.Option("--employer", metavar="CODE", help=str(_("Whose need it is.")))],
    programme: Programme,
    occupation: Annotated[str, typer.Option("--occupation", help=str(_("Four digits of ISCO-08.")))],
    title: Annotated[str, typer.Option("--title", help=str(_("The work, as the employer calls it.")))],
    workers: Annotated[int, typer.Option("--workers", help=str(_("How many are wanted.")))],
    wage: Annotated[str, typer.Option("--wage", metavar="AMOUNT", help=str(_("For example 1200.50.")))],
    until: Annotated[datetime, typer.Option("--until", formats=_DAY, help=str(_("The last day.")))],
    currency: Annotated[str, typer.Option("--currency", help=str(_("Else the programme's.")))] = "",
    per: Annotated[str, typer.Option("--per", help=str(_("month, week, day or hour.")))] = "month",
    hours: Annotated[int | None, typer.Option("--hours", help=str(_("Hours of work a week.")))] = None,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=_DAY, help=str(_("The first day; else today.")))
    ] = None,
    country: Annotated[str, typer.Option("--country", help=str(_("Needed where there are several.")))] = "",
    number: Annotated[str, typer.Option("--number", help=str(_("As an authority gave it; else the next one.")))] = "",
    agency: Agency = "",
    as_account: AsAccount = "",
) -> None:
    from basis.money import Money
    from casework.organisations import service as organisations
    from casework.organisations.tables import OrganisationKind
    from casework.recruitment import orders
    from casework.recruitment.rules import WagePer

    installation = opened()
    actor = acting(installation, as_account)
    if per not in {one.value for one in WagePer}:
        raise InvalidInput(
            "unknown_word", _("A wage is for a month, week, day or hour."), _("Write one of these after --per.")
        )
    unit = currency.upper() or installation.catalogue.get(programme).currency
    with installation.database.read() as session:
        by = organisations.by_code(session, agency, OrganisationKind.AGENCY).id if agency else None
        of = organisations.by_code(session, employer, OrganisationKind.EMPLOYER).id
    command = orders.AskJobOrder(
        number=number,
        agency_id=by,
        employer_id=of,
        programme=programme,
        occupation=occupation,
        destination=country.upper(),
        content=orders.OrderContent(
            title=title,
            headcount=workers,
            wage=Money.parse(wage, unit),
            wage_per=WagePer(per),
            weekly_hours=hours,
            valid_from=since.date() if since else installation.database.today(),
            valid_until=until.date(),
        ),
    )
    order = installation.database.run(actor, orders.ask, installation.catalogue, command)
    line(_("The job order {number} was asked for.", number=order.number), Sign.GOOD)


@app.command("approve", help=str(_("Approve what somebody else asked for: a new job order, or a change of one.")))
def approve(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=str(_("The number of the job order.")))],
    as_account: AsAccount = "",
) -> None:
    from casework.recruitment import orders, queries

    installation = opened()
    actor = acting(installation, as_account)
    if not as_account:
        raise InvalidInput(
            "person_needed", _("A person approves job orders."), _("Name the account of a supervisor with --as.")
        )
    with installation.database.read() as session:
        order_id = queries.by_number(session, actor, number).id
    order = installation.database.run(actor, orders.approve, installation.catalogue, order_id)
    line(_("The job order {number} is in force.", number=order.number), Sign.GOOD)


@app.command("import", help=str(_("Ask for the job orders of a list (CSV or Excel). Exit status 1 on findings.")))
def take_in(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=str(_("A job order a row.")))],
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.batches.rules import MAX_BYTES
    from casework.batches.sheets import sheet_json
    from casework.recruitment import by_list

    installation = opened()
    actor = acting(installation, as_account)
    sheet = by_list.read(read_file(file, MAX_BYTES), file.name)
    done = installation.database.run(actor, by_list.ask, installation.catalogue, sheet)
    if as_json:
        shape = sheet_json(done.sheet, "job-orders-import")
        numbers = [one.number for one in done.orders]
        emit("job-orders-import", **{key: value for key, value in shape.items() if key != "schema"}, asked=numbers)
    else:
        asked = len(done.orders)
        line(_n("{count} job order was asked for.", "{count} job orders were asked for.", asked), Sign.GOOD)
        table(
            (_("Row"), _("Column"), _("Finding"), _("How to mend it")),
            [(one.row, one.column, one.message, one.fix) for one in done.sheet.findings],
        )
    if done.sheet.errors:
        raise typer.Exit(FINDINGS)
