"""predeparture case readings, case seal-reasons: who read medical details; sealing what was written down before."""

from __future__ import annotations

from typing import Annotated

import typer

from basis.messages import _, _n
from cli.console import Sign, emit, line, table
from cli.opening import AsAccount, AsJson, acting, find_case, opened

Reference = Annotated[str, typer.Argument(metavar="CASE", help=str(_("The case's reference.")))]


def list_readings(reference: Reference, as_account: AsAccount = "", as_json: AsJson = False) -> None:
    from casework.accounts.rules import ROLE_WORDS
    from casework.medical import readings

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        found = readings.of_case(session, actor, find_case(session, actor, reference).id)
    rows = [
        {
            "at": one.at.isoformat(),
            "name": one.name,
            "role": one.role.value if one.role else None,
            "office": one.office,
            "looked_at": list(one.what),
        }
        for one in found
    ]
    if as_json:
        emit("medical-readings", case=reference, readings=rows)
        return
    cells = [
        (
            one.at.astimezone(installation.database.zone).strftime("%Y-%m-%d %H:%M"),
            one.name,
            str(ROLE_WORDS[one.role]) if one.role else "",
            one.office,
            ", ".join(str(readings.WORDS[what]) for what in one.what),
        )
        for one in found
    ]
    table((_("When"), _("Name"), _("Role"), _("Office"), _("Looked at")), cells)
    line(_n("{count} reading.", "{count} readings.", len(found)))


def seal_reasons(as_account: AsAccount = "") -> None:
    from casework.concessions import reasons

    installation = opened()
    actor, catalogue = acting(installation, as_account), installation.catalogue
    with installation.database.read() as session:
        waiting = reasons.unsealed(session, catalogue)
    sealed = sum(installation.database.run(actor, reasons.seal, catalogue, ids) for ids in reasons.in_chunks(waiting))
    line(
        _n("The reasons of {count} waiver were sealed.", "The reasons of {count} waivers were sealed.", sealed),
        Sign.GOOD,
    )


def add_to(app: typer.Typer) -> None:
    """Hang the commands under ``case``."""
    app.command("readings", help=str(_("Who read medical details of a case, and when; for the worker, on request.")))(
        list_readings
    )
    app.command(
        "seal-reasons",
        help=str(
            _("Seal reasons of waivers about security and health that were written down before they were sealed.")
        ),
    )(seal_reasons)
