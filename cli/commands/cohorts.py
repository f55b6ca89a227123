"""predeparture cohort: groups that are paid for and trained together."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.errors import InvalidInput
from basis.messages import _
from basis.money import Money
from cli.console import Sign, emit, line, table
from cli.opening import AsAccount, AsJson, acting, find_case, opened

if TYPE_CHECKING:
    from sqlmodel import Session

    from casework.actor import Actor
    from casework.cohorts.queries import CohortLine, Count
    from casework.organisations.tables import Organisation

app = typer.Typer(no_args_is_help=True, help=str(_("Cohorts: who pays, how many they take, and what became of them.")))

_DAY = ["%Y-%m-%d"]
Code = Annotated[str, typer.Argument(metavar="CODE", help=str(_("The cohort's code.")))]


def _amount(name: str, said: str) -> Any:
    return typer.Option(f"--{name}", metavar="AMOUNT", help=said)


@app.command("add", help=str(_("Set up a cohort with its funder, intake and costs.")))
def add(
    code: Code,
    programme: Annotated[str, typer.Option("--programme", metavar="ID", help=str(_("The programme it belongs to.")))],
    title: Annotated[str, typer.Option("--title", help=str(_("Its full name.")))],
    funder: Annotated[str, typer.Option("--funder", help=str(_("Who pays.")))],
    starts_on: Annotated[datetime, typer.Option("--starts-on", formats=_DAY, help=str(_("The day it begins.")))],
    intake: Annotated[int, typer.Option("--intake", help=str(_("How many cases it takes.")))],
    office: Annotated[
        str, typer.Option("--office", metavar="CODE", help=str(_("The office it belongs to, if there are several.")))
    ] = "",
    currency: Annotated[
        str, typer.Option("--currency", metavar="CUR", help=str(_("Currency of the costs; else the programme's.")))
    ] = "",
    training: Annotated[str, _amount("training", str(_("Costs of training.")))] = "",
    staffing: Annotated[str, _amount("staffing", str(_("Costs of staff.")))] = "",
    migration: Annotated[str, _amount("migration", str(_("Costs of migration: visas, travel, arrival.")))] = "",
    living: Annotated[str, _amount("living", str(_("Costs of living during training.")))] = "",
    return_: Annotated[str, _amount("return", str(_("Costs of return.")))] = "",
    as_account: AsAccount = "",
) -> None:
    from casework.cohorts import service as cohorts
    from casework.cohorts.rules import CostGroup

    installation = opened()
    actor = acting(installation, as_account)
    unit = currency.upper() or installation.catalogue.get(programme).currency
    given = {"training": training, "staffing": staffing, "migration": migration, "living": living, "return": return_}
    with installation.database.read() as session:
        office_id = office_of(session, actor, office).id
    command = cohorts.AddCohort(
        code=code,
        title=title,
        funder=funder,
        programme=programme,
        office_id=office_id,
        starts_on=starts_on.date(),
        intake=intake,
        costs={CostGroup(name): Money.parse(text, unit) for name, text in given.items() if text},
    )
    cohort = installation.database.run(actor, cohorts.add, installation.catalogue, command)
    line(_("The cohort {code} was set up.", code=cohort.code), Sign.GOOD)


@app.command("list", help=str(_("The cohorts, the newest first, with who is in them.")))
def list_all(
    programme: Annotated[str, typer.Option("--programme", metavar="ID", help=str(_("Only this programme.")))] = "",
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.cohorts import queries

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        found = [_shape(one) for one in queries.listed(session, actor, installation.catalogue, programme)]
    if as_json:
        emit("cohorts", cohorts=found)
        return
    table(
        (_("Code"), _("Title"), _("Programme"), _("Funder"), _("Starts"), _("Places"), _("Taken"), _("Costs")),
        [
            (
                *(one[key] for key in ("code", "title", "programme", "funder", "starts_on", "intake", "taken")),
                str(Money(one["total"]["minor"], one["total"]["currency"])),
            )
            for one in found
        ],
    )


@app.command("show", help=str(_("One cohort: its costs, and what became of its members at home and away.")))
def show(code: Code, as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.cohorts import queries
    from casework.cohorts.rules import COST_WORDS, OUTCOME_WORDS, CostGroup, Outcome

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        found = queries.one(session, actor, installation.catalogue, code)
    if as_json:
        emit("cohort", **_shape(found))
        return
    row = found.cohort
    line(f"{row.code} · {row.title} · {row.programme_id} · {row.funder} · {row.starts_on.isoformat()}")
    line(_("{taken} of {intake} places are taken.", taken=found.taken, intake=row.intake))
    costs = [(COST_WORDS[group], str(found.costs[group])) for group in CostGroup]
    table((_("Costs"), _("Amount")), [*costs, (_("Together"), str(found.total))])
    counts = [(OUTCOME_WORDS[one], *_counted(found.outcomes[one])) for one in Outcome]
    selected = (_("selected"), *_counted(found.selected))
    table((_("Members"), _("Away"), _("At home"), _("Together")), [selected, *counts])


@app.command("join", help=str(_("Put a case into a cohort, or take it out of its cohort.")))
def join(
    reference: Annotated[str, typer.Argument(metavar="CASE", help=str(_("The case's reference.")))],
    code: Annotated[str, typer.Argument(metavar="[CODE]", help=str(_("The cohort's code.")))] = "",
    leave: Annotated[bool, typer.Option("--leave", help=str(_("Take the case out instead.")))] = False,
    as_account: AsAccount = "",
) -> None:
    from casework.cohorts import queries
    from casework.cohorts import service as cohorts

    if bool(code) == leave:
        raise InvalidInput("missing_value", _("It is not said which cohort."), _("Give its code, or --leave."))
    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        case_id = find_case(session, actor, reference).id
        cohort_id = queries.by_code(session, actor, code).id if code else None
    if cohort_id is None:
        installation.database.run(actor, cohorts.leave, case_id)
        line(_("{case} is in no cohort now.", case=reference), Sign.GOOD)
    else:
        cohort = installation.database.run(actor, cohorts.join, case_id, cohort_id)
        line(_("{case} is in the cohort {code} now.", case=reference, code=cohort.code), Sign.GOOD)


def office_of(session: Session, actor: Actor, code: str) -> Organisation:
    """The office named, or the account's own, or the only one."""
    from casework.organisations import service as organisations
    from casework.organisations.tables import Organisation, OrganisationKind

    if code:
        return organisations.by_code(session, code, OrganisationKind.OFFICE)
    if actor.organisation_id is not None:
        return session.get_one(Organisation, actor.organisation_id)
    offices = organisations.listed(session, OrganisationKind.OFFICE)
    if len(offices) != 1:
        raise InvalidInput(
            "missing_value", _("It is not said which office is meant."), _("Give it with --office CODE.")
        )
    return offices[0]


def _shape(one: CohortLine) -> dict[str, Any]:
    row = one.cohort
    return {
        "code": row.code,
        "title": row.title,
        "programme": row.programme_id,
        "funder": row.funder,
        "starts_on": row.starts_on.isoformat(),
        "intake": row.intake,
        "taken": one.taken,
        "costs": {group.value: amount.minor for group, amount in one.costs.items()},
        "total": {"minor": one.total.minor, "currency": row.currency},
        "selected": _count(one.selected),
        "outcomes": {outcome.value: _count(count) for outcome, count in one.outcomes.items()},
    }


def _count(count: Count) -> dict[str, int]:
    return {"away": count.away, "home": count.home}


def _counted(count: Count) -> tuple[int, int, int]:
    return count.away, count.home, count.all
