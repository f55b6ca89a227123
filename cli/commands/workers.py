"""predeparture worker and predeparture household: records of one person, and who travels with whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from basis.errors import InvalidInput
from basis.messages import _, _n
from cli.console import Sign, emit, line, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, find_case, opened

if TYPE_CHECKING:
    from sqlmodel import Session

    from casework.actor import Actor
    from casework.workers.tables import Worker

worker_app = typer.Typer(no_args_is_help=True, help=str(_("Records of workers: two of one person kept as one.")))
household_app = typer.Typer(no_args_is_help=True, help=str(_("Households: who travels with whom.")))

_RECORD = str(_("The reference of a case of the worker, or the record's id."))
Kept = Annotated[str, typer.Argument(metavar="KEPT", help=_RECORD)]
Other = Annotated[str, typer.Argument(metavar="OTHER", help=_RECORD)]
Reason = Annotated[str, typer.Option("--reason", help=str(_("Why; it is kept sealed.")))]


@worker_app.command("duplicates", help=str(_("Records that may be of one person. Exit status 1 where there are any.")))
def duplicates(as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.workers import duplicates as records

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        found = records.candidates(session, actor)
        cases = {one.id: _cases(session, one.id) for pair in found for one in (pair.first, pair.second)}
    if as_json:
        shapes = [
            {
                "first": _record(one.first, cases),
                "second": _record(one.second, cases),
                "signs": [sign.value for sign in one.signs],
                "alike": one.alike,
            }
            for one in found
        ]
        emit("duplicates", pairs=shapes)
    else:
        table(
            (_("Older record"), _("Its cases"), _("Newer record"), _("Its cases"), _("Why"), _("Names alike")),
            [
                (
                    str(one.first.id),
                    ", ".join(cases[one.first.id]),
                    str(one.second.id),
                    ", ".join(cases[one.second.id]),
                    ", ".join(str(records.SIGN_WORDS[sign]) for sign in one.signs),
                    one.alike,
                )
                for one in found
            ],
        )
        line(_n("{count} pair may be of one person.", "{count} pairs may each be of one person.", len(found)))
    if found:
        raise typer.Exit(FINDINGS)


@worker_app.command("compare", help=str(_("What two records have alike, and what a merge would do. Changes nothing.")))
def compare(kept: Kept, other: Other, as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.workers import duplicates as records
    from casework.workers import merge_rows
    from casework.workers.merge_fields import WORDS

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        ids = [_record_id(session, actor, one) for one in (kept, other)]
    found = installation.database.run(actor, records.compare, ids[0], ids[1])
    if as_json:
        emit(
            "records",
            kept=str(ids[0]),
            other=str(ids[1]),
            differing=sorted(found.differing),
            missing=sorted(found.missing),
            moved=dict(found.moved),
            problems=[{"code": one.code, "message": str(one.message)} for one in found.problems],
        )
    else:
        # The values themselves are read on the page of the two records, where it is recorded what somebody saw.
        table(
            (_("Part"), _("Name of the part"), _("Comparison")),
            [
                (part.value, said, _("different") if part in found.differing else _("the same"))
                for part, said in WORDS.items()
            ],
        )
        for name, count in found.moved.items():
            line(_("{what}: {count} would change hands.", what=merge_rows.TOLD[name], count=count))
        for problem in found.problems:
            line(problem.message, Sign.BAD)
    if found.problems:
        raise typer.Exit(FINDINGS)


@worker_app.command("merge", help=str(_("Keep two records of one person as one. A supervisor who recorded neither.")))
def merge(
    kept: Kept,
    other: Other,
    reason: Reason,
    take: Annotated[
        list[str] | None,
        typer.Option("--take", metavar="PART", help=str(_("A part the kept record takes from the other; repeatable."))),
    ] = None,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.workers import merging
    from casework.workers.merge_fields import part_of
    from casework.workers.tables import Worker

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        ids = [_record_id(session, actor, one) for one in (kept, other)]
        numbers = [found.number if (found := session.get(Worker, one)) else 0 for one in ids]
    command = merging.Merge(
        kept_id=ids[0],
        merged_id=ids[1],
        kept_number=numbers[0],
        merged_number=numbers[1],
        reason=reason,
        take=frozenset(map(part_of, take or ())),
    )
    row = installation.database.run(actor, merging.merge, installation.catalogue, command)
    if as_json:
        emit("merge", id=str(row.id), kept=str(row.kept_id), merged=str(row.merged_id))
        return
    line(_("The two records are one now. To take it back: predeparture worker unmerge {id}", id=row.id), Sign.GOOD)


@worker_app.command("unmerge", help=str(_("Take two records apart again; without --reason only what would go where.")))
def unmerge(
    merge_id: Annotated[str, typer.Argument(metavar="MERGE", help=str(_("The id of the merge.")))],
    reason: Annotated[str, typer.Option("--reason", help=str(_("Why; it is kept sealed.")))] = "",
    goes_back: Annotated[
        list[str] | None,
        typer.Option("--goes-back", metavar="ROW", help=str(_("What was added since and goes too; repeatable."))),
    ] = None,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.accounts.rules import Permission, require
    from casework.workers import merge_checks, merge_rows, merging

    installation = opened()
    actor = acting(installation, as_account)
    require(actor.role, Permission.MERGE_WORKERS)
    merge_uuid = _uuid(merge_id)
    if not reason:
        with installation.database.read() as session:
            row = merge_checks.find(session, actor, merge_uuid)
            added = merge_rows.added_since(session, row) if row.undone_at is None else []
        if as_json:
            emit("merge_additions", id=str(row.id), undone=row.undone_at is not None, rows=[one.key for one in added])
            return
        table((_("Added since the merge"), _("Recorded")), [(one.key, str(one.recorded_at or "")) for one in added])
        line(_("Name what belongs to the restored record with --goes-back, and give --reason."))
        return
    command = merging.Unmerge(merge_id=merge_uuid, reason=reason, goes_back=frozenset(goes_back or ()))
    row = installation.database.run(actor, merging.unmerge, installation.catalogue, command)
    if as_json:
        emit("merge", id=str(row.id), kept=str(row.kept_id), merged=str(row.merged_id), undone=True)
        return
    line(_("The two records are apart again."), Sign.GOOD)


@household_app.command("list", help=str(_("Households of the office, the newest first.")))
def households(
    only: Annotated[str, typer.Option("--only", metavar="WHICH", help="apart, split")] = "",
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.households import queries

    if only not in ("", "apart", "split"):
        raise InvalidInput(
            "unknown_filter", _("There is no such filter."), _("Use one of: {names}.", names="apart, split")
        )
    installation = opened()
    actor = acting(installation, as_account)
    database = installation.database
    with database.read() as session:
        vault = database.vault(session)
        found, _total = queries.listed(session, vault, actor, database.today(), limit=10_000, only=only)
    if as_json:
        emit("households", households=[queries.for_programs(one) for one in found])
        return
    table(
        (_("Household"), _("Members"), _("Apart"), _("Consents missing"), _("Cases")),
        [
            (
                one.household.reference,
                len(one.members),
                one.apart,
                one.flagged,
                ", ".join(member.case.reference for member in one.members if member.case),
            )
            for one in found
        ],
    )


@household_app.command("show", help=str(_("The household of a case's worker, by role.")))
def household(
    reference: Annotated[str, typer.Argument(metavar="CASE", help=str(_("The case's reference.")))],
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.accounts.rules import Permission, require
    from casework.households import queries
    from casework.households.rules import ROLE_WORDS

    installation = opened()
    actor = acting(installation, as_account)
    require(actor.role, Permission.SEE_HOUSEHOLDS)
    database = installation.database
    with database.read() as session:
        case = find_case(session, actor, reference)
        row = queries.last_of(session, case.worker_id)
        vault = database.vault(session)
        people = queries.members(session, vault, actor, row.id, database.today(), left=True) if row else []
    if as_json:
        shape = queries.for_programs(queries.HouseholdLine(row, tuple(people))) if row else None
        emit("household", case=case.reference, household=shape)
        return
    if row is None:
        line(_("The worker belongs to no household."))
        return
    line(row.reference)
    table(
        (_("In the household"), _("Case"), _("Since"), _("Until"), _("Journey"), _("Consent missing")),
        [
            (
                ROLE_WORDS[one.row.role],
                one.case.reference if one.case else "",
                one.row.joined_on.isoformat(),
                one.row.left_on.isoformat() if one.row.left_on else "",
                _("together") if one.row.together else _("apart"),
                _("yes") if one.lacks_consent and one.row.left_on is None else "",
            )
            for one in people
        ],
    )


def add_to(app: typer.Typer) -> None:
    """Hang the commands under the outermost one."""
    app.add_typer(worker_app, name="worker")
    app.add_typer(household_app, name="household")


def _record_id(session: Session, actor: Actor, text: str) -> UUID:
    """The record that a case's reference or an id names; of a merged one, the record it is kept under."""
    from casework.workers.merge_queries import canonical

    try:
        return canonical(session, UUID(text))
    except ValueError:
        return find_case(session, actor, text).worker_id


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput(
            "invalid_id", _("This is not the id of a merge."), _("It stands in the answer of the merge.")
        ) from None


def _cases(session: Session, worker_id: UUID) -> list[str]:
    from sqlmodel import col, select

    from casework.cases.tables import Case

    query = select(Case.reference).where(Case.worker_id == worker_id).order_by(col(Case.reference))
    return list(session.exec(query))


def _record(worker: Worker, cases: dict[UUID, list[str]]) -> dict[str, Any]:
    return {"id": str(worker.id), "cases": cases[worker.id]}
