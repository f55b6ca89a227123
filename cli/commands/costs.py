"""predeparture costs: what was paid in a case, by whom, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.errors import InvalidInput
from basis.messages import _, _n
from cli.console import Sign, emit, line, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, find_case, opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from enum import StrEnum
    from uuid import UUID

    from casework.costs.rules import Finding
    from casework.costs.service import Detail
    from casework.costs.tables import Cost, FeeAlert

app = typer.Typer(
    name="costs",
    no_args_is_help=True,
    help=str(_("Costs of a case, held to the ceilings of its programme; fees that no worker may be charged.")),
)
Reference = Annotated[str, typer.Argument(metavar="CASE", help=str(_("The case's reference.")))]


@app.command("list", help=str(_("Costs, findings and alerts of a case; exit status 1 where something is wrong.")))
def list_costs(reference: Reference, as_account: AsAccount = "", as_json: AsJson = False) -> None:
    from casework.accounts.rules import Permission, require
    from casework.cases.pinned import programme_of
    from casework.cases.queries import organisation_names
    from casework.costs import queries, service
    from casework.costs.rules import AlertState

    installation = opened()
    actor = acting(installation, as_account)
    require(actor.role, Permission.SEE_COSTS)
    with installation.database.read() as session:
        case = find_case(session, actor, reference)
    installation.database.run(actor, service.look, case.id)
    with installation.database.read() as session:
        rows = [row for row in queries.of_case(session, actor, case.id) if row.live]
        vault = installation.database.vault(session)
        details = {row.id: service.opened(vault, case.worker_id, row) for row in rows}
        names = organisation_names(session, [row.payee_id for row in rows])
        found = queries.findings(session, vault, programme_of(installation.catalogue, case), case, rows)
        alerts = queries.alerts_of(session, case.id)
    shapes = [_shape(row, details[row.id], names) for row in rows]
    if as_json:
        emit("costs", case=case.reference, costs=shapes, findings=[_finding(one) for one in found],
             alerts=[_alert(one) for one in alerts])  # fmt: skip
    else:
        _show(shapes, found)
    if found or any(one.state is AlertState.OPEN for one in alerts):
        raise typer.Exit(FINDINGS)


@app.command("add", help=str(_("Record what was paid.")))
def add(
    reference: Reference,
    head: Annotated[str, typer.Argument(metavar="HEAD", help=str(_("What for: visa, medical, travel, ...")))],
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help=str(_("For example 1200.50")))],
    currency: Annotated[str, typer.Argument(metavar="CURRENCY", help=str(_("Three letters, as EUR.")))],
    paid_by: Annotated[
        str, typer.Option("--paid-by", metavar="SIDE", help=str(_("worker, employer, agency, programme or state.")))
    ],
    payee: Annotated[str, typer.Option("--to", metavar="WORDS", help=str(_("Who was paid.")))],
    paid_on: Annotated[str, typer.Option("--on", metavar="DAY", help=str(_("The day; today without it.")))] = "",
    receipt: Annotated[str, typer.Option("--receipt", metavar="NUMBER", help=str(_("On the receipt.")))] = "",
    as_account: AsAccount = "",
) -> None:
    from basis.money import Money
    from casework.costs import service
    from casework.costs.rules import CostHead
    from casework.costs.service import RecordCost
    from checklists.requirement import CostBearer

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        case = find_case(session, actor, reference)
    code = currency.upper()
    command = RecordCost(
        case_id=case.id,
        head=_one_of(CostHead, head),
        amount_minor=Money.parse(amount, code).minor,
        currency=code,
        paid_by=_one_of(CostBearer, paid_by),
        paid_on=_day(paid_on) if paid_on else installation.database.today(),
        payee=payee,
        receipt=receipt,
    )
    installation.database.run(actor, service.record, installation.catalogue, command)
    line(_("The cost was recorded and held to the ceilings of the programme."), Sign.GOOD)


def _one_of(kind: type[StrEnum], text: str) -> Any:
    if text not in set(kind):
        raise InvalidInput(
            "unknown_value",
            _("{value} is not one of the list.", value=text),
            _("Choose one of: {values}.", values=", ".join(kind)),
        )
    return kind(text)


def _day(text: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("invalid_date", _("The day is no date."), _("Write a day like 2027-06-10.")) from None


def _shape(row: Cost, detail: Detail, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "head": row.head.value,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "paid_by": row.paid_by.value,
        "payee": names.get(row.payee_id, "") if row.payee_id else detail.payee,
        "paid_on": row.paid_on.isoformat(),
        "receipt": row.receipt,
        "version": row.number,
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "code": one.kind.value,
        "head": str(one.head),
        "cost": str(one.cost_id) if one.cost_id else None,
        "excess_minor": one.excess.minor if one.excess else None,
        "currency": one.excess.currency if one.excess else None,
        "message": str(one.said),
    }


def _alert(one: FeeAlert) -> dict[str, Any]:
    same = ("excess_minor", "refunded_minor", "allowed_minor", "currency", "head")
    return {
        **{name: getattr(one, name) for name in same},
        "kind": one.kind.value,
        "state": one.state.value,
        "opened_on": one.opened_on.isoformat(),
        "departure_waits": one.agreed_on is not None,
    }


def _show(shapes: Iterable[Mapping[str, Any]], found: Iterable[Finding]) -> None:
    from basis.money import Money

    rows = [
        (one["head"], str(Money(one["amount_minor"], one["currency"])), one["paid_by"], one["payee"], one["paid_on"],
         one["receipt"])
        for one in shapes
    ]  # fmt: skip
    table((_("What for"), _("Amount"), _("Who paid"), _("Paid to"), _("Paid on"), _("Receipt")), rows)
    for one in found:
        line(one.said, Sign.BAD if one.excess else Sign.WARNING)
    line(_n("{count} cost.", "{count} costs.", len(rows)))
