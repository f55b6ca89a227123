"""predeparture signatory: who answers for what an office issues."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from basis.errors import InvalidInput
from basis.messages import _
from cli.commands.cohorts import office_of
from cli.console import Sign, emit, line, table
from cli.opening import AsAccount, AsJson, acting, opened

app = typer.Typer(no_args_is_help=True, help=str(_("Signatories: who is printed as responsible, on what, since when.")))
_DAY = ["%Y-%m-%d"]


@app.command("add", help=str(_("Name somebody who answers for kinds of documents.")))
def add(
    kinds: Annotated[
        list[str], typer.Option("--kind", metavar="KIND", help=str(_("A kind of document; several times, or all.")))
    ],
    account: Annotated[str, typer.Option("--account", metavar="EMAIL", help=str(_("Their account, if any.")))] = "",
    name: Annotated[str, typer.Option("--name", help=str(_("As it is printed; the account's if empty.")))] = "",
    title: Annotated[str, typer.Option("--title", help=str(_("As it is printed; the account's if empty.")))] = "",
    valid_from: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help=str(_("First day; without it today.")))
    ] = None,
    valid_until: Annotated[
        datetime | None, typer.Option("--until", formats=_DAY, help=str(_("Last day, if it is known.")))
    ] = None,
    office: Annotated[
        str, typer.Option("--office", metavar="CODE", help=str(_("The office, if there are several.")))
    ] = "",
    as_account: AsAccount = "",
) -> None:
    from casework.certificates.rules import KIND_WORDS
    from casework.signatories import service as signatories

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        office_id = office_of(session, actor, office).id
    command = signatories.AddSignatory(
        office_id=office_id,
        account=account,
        name=name,
        title=title,
        kinds=tuple(KIND_WORDS) if kinds == ["all"] else tuple(kinds),
        valid_from=valid_from.date() if valid_from else installation.database.today(),
        valid_until=valid_until.date() if valid_until else None,
    )
    row = installation.database.run(actor, signatories.add, command)
    line(_("The signatory was named: {id}.", id=str(row.id)), Sign.GOOD)


@app.command("list", help=str(_("The signatories, the term that began last first.")))
def list_all(as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.signatories import rules
    from casework.signatories import service as signatories

    installation = opened()
    actor, today = acting(installation, as_account), installation.database.today()
    with installation.database.read() as session:
        found: list[dict[str, Any]] = [
            {
                "id": str(row.id),
                "office": of.code,
                "name": row.name,
                "title": row.title,
                "kinds": list(row.kinds),
                "valid_from": row.valid_from.isoformat(),
                "valid_until": row.valid_until.isoformat() if row.valid_until else None,
                "state": rules.state_on(row, today).value,
            }
            for row, of in signatories.listed(session, actor)
        ]
    if as_json:
        emit("signatories", signatories=found)
        return
    table(
        (_("Name"), _("Title"), _("Office"), _("Kinds"), _("From"), _("Until"), _("State"), _("Id")),
        [
            (one["name"], one["title"], one["office"], ", ".join(one["kinds"]), one["valid_from"],
             one["valid_until"] or "", one["state"], one["id"])
            for one in found
        ],
    )  # fmt: skip


@app.command("end", help=str(_("End the term of a signatory.")))
def end(
    signatory: Annotated[str, typer.Argument(metavar="ID", help=str(_("The id, of the list.")))],
    on: Annotated[
        datetime | None, typer.Option("--on", formats=_DAY, help=str(_("The last day; without it today.")))
    ] = None,
    as_account: AsAccount = "",
) -> None:
    from casework.signatories import service as signatories

    try:
        signatory_id = UUID(signatory)
    except ValueError:
        raise InvalidInput(
            "invalid_id", _("This is not the id of a signatory."), _("List them with: predeparture signatory list.")
        ) from None
    installation = opened()
    last = on.date() if on else installation.database.today()
    installation.database.run(acting(installation, as_account), signatories.end, signatory_id, last)
    line(_("The term ends on {day}.", day=last.isoformat()), Sign.GOOD)
