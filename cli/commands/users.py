"""predeparture user: the accounts that sign in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.messages import _
from basis.roles import Role
from cli.console import Sign, emit, line, table
from cli.opening import AsAccount, AsJson, PasswordStdin, acting, ask_password, opened

if TYPE_CHECKING:
    from casework.accounts.tables import Account

app = typer.Typer(no_args_is_help=True, help=str(_("Accounts: who may sign in, in which role.")))

Email = Annotated[str, typer.Argument(metavar="EMAIL", help=str(_("The account's e-mail address.")))]


@app.command("add", help=str(_("Make an account.")))
def add(
    email: Email,
    name: Annotated[str, typer.Option("--name", help=str(_("The person's full name; printed on what they sign.")))],
    role: Annotated[Role, typer.Option("--role", help=str(_("The role.")))],
    organisation: Annotated[
        str, typer.Option("--organisation", metavar="CODE", help=str(_("An office, or an agency for agency users.")))
    ],
    title: Annotated[str, typer.Option("--title", help=str(_("Position; printed on what they sign.")))] = "",
    password_stdin: PasswordStdin = False,
    as_account: AsAccount = "",
) -> None:
    from casework.accounts import service as accounts

    installation = opened()
    actor = acting(installation, as_account)
    command = accounts.AddAccount(
        email=email,
        name=name,
        role=role,
        organisation=organisation,
        title=title,
        password=ask_password(from_stdin=password_stdin),
    )
    installation.database.run(actor, lambda work: accounts.add(work, command))
    line(_("The account was made."), Sign.GOOD)


@app.command("disable", help=str(_("Take an account's leave to sign in away, and end its sessions.")))
def disable(email: Email, as_account: AsAccount = "") -> None:
    from casework.accounts import service as accounts

    installation = opened()
    actor = acting(installation, as_account)
    installation.database.run(actor, lambda work: accounts.disable(work, accounts.find(work.session, email).id))
    line(_("The account is disabled; its sessions have ended."), Sign.GOOD)


@app.command("password", help=str(_("Set a new password; open sessions end.")))
def password(email: Email, password_stdin: PasswordStdin = False, as_account: AsAccount = "") -> None:
    from casework.accounts import service as accounts

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        account_id = accounts.find(session, email).id
    new = ask_password(from_stdin=password_stdin)
    installation.database.run(actor, lambda work: accounts.set_password(work, account_id, new))
    line(_("The password was set; open sessions have ended."), Sign.GOOD)


@app.command("stand-in", help=str(_("Let a security officer act on the possible matches of another office.")))
def stand_in(
    email: Email,
    office: Annotated[str, typer.Option("--office", metavar="CODE", help=str(_("The office that needs an officer.")))],
    until: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help=str(_("The last day.")))],
    as_account: AsAccount = "",
) -> None:
    from casework.security import standing_in

    installation = opened()
    command = standing_in.NameStandIn(email=email, office=office, until=until.date())
    installation.database.run(acting(installation, as_account), standing_in.name, command)
    line(_("The officer stands in until the last day, for possible matches and nothing else."), Sign.GOOD)


@app.command("stand-out", help=str(_("End it before its last day.")))
def stand_out(
    email: Email,
    office: Annotated[str, typer.Option("--office", metavar="CODE", help=str(_("The office that had one.")))],
    as_account: AsAccount = "",
) -> None:
    from casework.accounts import service as accounts
    from casework.organisations import service as organisations
    from casework.organisations.tables import OrganisationKind
    from casework.security import standing_in

    installation = opened()
    actor, today = acting(installation, as_account), installation.database.today()
    with installation.database.read() as session:
        account_id = accounts.find(session, email).id
        office_id = organisations.by_code(session, office, OrganisationKind.OFFICE).id
        rows = [row.id for row in standing_in.of_office(session, office_id, today) if row.account_id == account_id]
    for row_id in rows:
        installation.database.run(actor, standing_in.end, row_id)
    said = _("The officer stands in no longer.") if rows else _("The officer does not stand in for this office.")
    line(said, Sign.GOOD if rows else Sign.WARNING)


@app.command("list", help=str(_("All accounts, by organisation.")))
def list_all(as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from sqlmodel import col, select

    from casework.accounts.rules import ROLE_WORDS, Permission, require
    from casework.accounts.tables import Account
    from casework.organisations.tables import Organisation

    installation = opened()
    require(acting(installation, as_account).role, Permission.MANAGE_ACCOUNTS)
    query = (
        select(Account, col(Organisation.code))
        .join(Organisation, col(Organisation.id) == col(Account.organisation_id))
        .order_by(col(Organisation.code), col(Account.email))
    )
    with installation.database.read() as session:
        found = [_shape(account, code) for account, code in session.exec(query)]
    if as_json:
        emit("users", users=found)
        return
    table(
        (_("E-mail"), _("Name"), _("Role"), _("Organisation"), _("State")),
        [
            (
                one["email"],
                one["name"],
                ROLE_WORDS[Role(one["role"])],
                one["organisation"],
                _("active") if one["active"] else _("disabled"),
            )
            for one in found
        ],
    )


def _shape(account: Account, organisation: str) -> dict[str, Any]:
    return {
        "email": account.email,
        "name": account.name,
        "title": account.title,
        "role": account.role.value,
        "organisation": organisation,
        "active": account.active,
    }
