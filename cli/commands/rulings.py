"""predeparture case concessions, case decisions: what was conceded, and what was decided against workers."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from basis.errors import InvalidInput
from basis.messages import _, _n
from cli.console import emit, line, table
from cli.opening import AsAccount, AsJson, acting, find_case, opened

if TYPE_CHECKING:
    from uuid import UUID

    from sqlmodel import Session

    from casework.actor import Actor

Reference = Annotated[str, typer.Argument(metavar="[CASE]", help=str(_("Only this case, by its reference.")))]
Part = TypeVar("Part", bound=StrEnum)


def concessions(
    reference: Reference = "",
    state: Annotated[str, typer.Option("--state", help=str(_("Only: requested, given, refused or withdrawn.")))] = "",
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.concessions import queries
    from casework.concessions.rules import ConcessionState

    installation = opened()
    actor, today = acting(installation, as_account), installation.database.today()
    part = _one_of(ConcessionState, state)
    with installation.database.read() as session:
        case_id = _case(session, actor, reference)
        lines, total = queries.listed(session, actor, part, limit=None, case_id=case_id)
    rows = [
        {
            "case": one.case.reference,
            "requirement": one.row.requirement,
            "subject": one.row.subject,
            "kind": one.row.kind.value,
            "state": "ended" if one.is_over(today) else one.row.state.value,
            "authority": one.row.authority,
            "reference": one.row.reference,
            "asked_on": one.row.asked_on.isoformat(),
            "decided_on": one.row.decided_on.isoformat() if one.row.decided_on else None,
            "ends_on": one.ends_on.isoformat() if one.ends_on else None,
            "until_event": one.row.until_event,
            "withdrawn_on": one.row.withdrawn_on.isoformat() if one.row.withdrawn_on else None,
        }
        for one in lines
    ]
    if as_json:
        emit("concessions", total=total, concessions=rows)
        return
    shown = ("case", "requirement", "subject", "kind", "state", "authority", "reference", "ends_on", "until_event")
    heads = (
        _("Case"), _("Requirement"), _("Of"), _("Kind"), _("State"), _("Authority"), _("Reference"), _("Ends on"),
        _("Or with"),
    )  # fmt: skip
    table(heads, [tuple(row[name] for name in shown) for row in rows])
    line(_n("{count} waiver, condition or interim permission.", "{count} waivers and conditions.", total))


def decisions(
    reference: Reference = "",
    show: Annotated[str, typer.Option("--show", help=str(_("Only: standing, appealed or overturned.")))] = "",
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.decisions import queries
    from casework.decisions.queries import Show

    installation = opened()
    actor = acting(installation, as_account)
    part = _one_of(Show, show)
    with installation.database.read() as session:
        case_id = _case(session, actor, reference)
        lines, total = queries.listed(session, actor, part, limit=None, case_id=case_id)
    rows = [
        {
            "case": one.case.reference,
            "decision": one.row.kind.value,
            "reason": one.row.reason,
            "decided_on": one.row.decided_on.isoformat(),
            "authority": one.row.authority,
            "letter": one.letter.number if one.letter else None,
            "appeal_until": one.row.appeal_until.isoformat(),
            "ended": one.row.end.value if one.row.end else None,
            "appeals": [
                {
                    "lodged_on": appeal.lodged_on.isoformat(),
                    "by": appeal.lodged_by.value,
                    "late": appeal.late,
                    "outcome": appeal.outcome.value if appeal.outcome else None,
                    "decided_on": appeal.decided_on.isoformat() if appeal.decided_on else None,
                }
                for appeal in one.appeals
            ],
        }
        for one in lines
    ]
    if as_json:
        emit("decisions", total=total, decisions=rows)
        return
    heads = (_("Case"), _("Decision"), _("Reason given"), _("Decided"), _("Letter"), _("Appeal until"), _("Appeals"))
    cells = [
        (
            one.case.reference,
            one.row.kind.value,
            one.row.reason,
            one.row.decided_on.isoformat(),
            one.letter.number if one.letter else "",
            one.row.appeal_until.isoformat(),
            ", ".join(appeal.outcome.value if appeal.outcome else "open" for appeal in one.appeals),
        )
        for one in lines
    ]
    table(heads, cells)
    line(_n("{count} decision against a worker.", "{count} decisions against workers.", total))


def _case(session: Session, actor: Actor, reference: str) -> UUID | None:
    return find_case(session, actor, reference).id if reference else None


def _one_of(parts: type[Part], value: str) -> Part | None:
    """A filter of the list. An unknown one is refused, not ignored."""
    if value and value not in set(parts):
        raise InvalidInput(
            "unknown_filter",
            _("There is no {value} in this list.", value=value),
            _("Choose one of: {parts}.", parts=", ".join(parts)),
        )
    return parts(value) if value else None


def add_to(app: typer.Typer) -> None:
    """Hang the commands under `predeparture case`."""
    app.command("concessions", help=str(_("Waivers, conditions and interim permissions, the last one first.")))(
        concessions
    )
    app.command("decisions", help=str(_("Decisions against workers, with letters and appeals.")))(decisions)
