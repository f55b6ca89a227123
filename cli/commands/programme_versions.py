"""predeparture programme draft, publish, suspend, lift, migrate, history: versions of the installation's own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from basis.errors import InvalidInput
from basis.messages import _, _n
from cli.commands.programmes import tell
from cli.console import Sign, emit, line, table
from cli.opening import AsAccount, AsJson, acting, opened, read_file

if TYPE_CHECKING:
    from casework.accounts.tables import Account
    from casework.actor import Actor
    from casework.cases.migrating import CaseChange, Preview
    from casework.programmes.queries import MigrationLine, VersionLine
    from casework.programmes.rules import Asked
    from casework.programmes.tables import ProgrammeSuspension, ProgrammeVersion
    from documents.installation import Installation

_MOST = 2 * 2**20

Id = Annotated[str, typer.Argument(metavar="ID", help=str(_("The programme's id.")))]
Version = Annotated[str, typer.Argument(metavar="VERSION", help=str(_("The version, as in the file.")))]


def draft(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=str(_("The programme file.")))],
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.programmes import service

    installation = opened()
    actor = acting(installation, as_account)
    content = read_file(file, _MOST)
    row = installation.database.run(actor, service.draft, installation.catalogue, file.name, content)
    if as_json:
        emit("programme-version", version=_version(row, {}))
        return
    line(_("{id} {version} is a draft now.", id=row.programme_id, version=row.version), Sign.GOOD)
    line(_("Its digest is {digest}. A second person publishes it.", digest=row.digest))


def preview_draft(
    programme: Id,
    version: Version,
    worker_file: Annotated[
        Path | None,
        typer.Option("--worker-file", metavar="FILE", help=str(_("The worker; without a file a sample is made up."))),
    ] = None,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.programmes import queries
    from casework.programmes.sample import sample
    from checklists import explaining
    from checklists.catalogue import read_programme

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        row = queries.handed_in(session, actor, programme, version)
    rules, today = read_programme(row.content, f"{programme} {version}"), installation.database.today()
    if worker_file is None:
        facts = sample(rules, today)
    else:
        facts = explaining.facts_of(
            explaining.read_worker(read_file(worker_file, _MOST), worker_file.name), rules, today
        )
    tell(rules, explaining.explain(rules, facts, today), as_json=as_json)


def discard(programme: Id, version: Version, as_account: AsAccount = "") -> None:
    from casework.programmes import service

    installation = opened()
    installation.database.run(acting(installation, as_account), service.discard, programme, version)
    line(_("The draft of {id} {version} was thrown away.", id=programme, version=version), Sign.GOOD)


def publish(
    programme: Id,
    version: Version,
    digest: Annotated[
        str, typer.Option("--digest", metavar="SHA-256", help=str(_("The digest of the draft that you read.")))
    ] = "",
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.programmes import service

    installation = opened()
    actor = acting(installation, as_account)
    row = installation.database.run(
        actor, service.publish, installation.catalogue, programme, version, digest.lower() or None
    )
    if as_json:
        emit("programme-version", version=_version(row, {}))
        return
    line(_("{id} {version} is published and does not change any more.", id=programme, version=version), Sign.GOOD)
    line(
        _(
            "New cases take it from {day} on. For live ones: predeparture programme migrate.",
            day=_day(row.effective_from),
        )
    )


def suspend(
    programme: Id,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=str(_("Why; everybody can read it.")))],
    as_account: AsAccount = "",
) -> None:
    from casework.programmes import service

    installation = opened()
    actor = acting(installation, as_account)
    installation.database.run(actor, service.suspend, installation.catalogue, programme, reason)
    line(_("Clearances of {id} are suspended; its live cases are looked at again.", id=programme), Sign.GOOD)


def lift(programme: Id, as_account: AsAccount = "") -> None:
    from casework.programmes import service

    installation = opened()
    installation.database.run(acting(installation, as_account), service.lift, programme)
    line(_("The suspension of {id} is lifted; its live cases are looked at again.", id=programme), Sign.GOOD)


def migrate(
    programme: Annotated[str, typer.Argument(metavar="[ID]", help=str(_("The programme's id.")))] = "",
    old: Annotated[str, typer.Option("--from", metavar="VERSION", help=str(_("The version that cases are on.")))] = "",
    new: Annotated[str, typer.Option("--to", metavar="VERSION", help=str(_("The version they go to.")))] = "",
    preview: Annotated[
        bool, typer.Option("--preview", help=str(_("Say what would change for each live case; write nothing.")))
    ] = False,
    apply: Annotated[bool, typer.Option("--apply", help=str(_("Move the cases, all in one step.")))] = False,
    undo: Annotated[
        str, typer.Option("--undo", metavar="MIGRATION", help=str(_("Take a migration back; “history” names them.")))
    ] = "",
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    _check_use(programme, old, new, preview=preview, apply=apply, undo=undo)
    installation = opened()
    actor = acting(installation, as_account)
    if undo:
        _undo(installation, actor, undo, as_json=as_json)
    elif apply:
        _apply(installation, actor, (programme, old, new), as_json=as_json)
    else:
        _preview(installation, actor, (programme, old, new), as_json=as_json)


def _check_use(programme: str, old: str, new: str, *, preview: bool, apply: bool, undo: str) -> None:
    if undo and (old or new or preview or apply):
        raise InvalidInput("usage", _("--undo stands alone."), _("Name the migration and nothing else."))
    if not undo and not (programme and old and new):
        raise InvalidInput("usage", _("Programme and versions are not given."), _("Write: migrate ID --from A --to B."))
    if preview and apply:
        raise InvalidInput("usage", _("--preview and --apply contradict each other."), _("Choose one of them."))


def _preview(installation: Installation, actor: Actor, asked: tuple[str, str, str], *, as_json: bool) -> None:
    from casework.cases import migrating

    with installation.database.read() as session:
        found = migrating.preview(session, actor, installation.catalogue, *asked, installation.database.today())
    if as_json:
        emit("programme-migration-preview", **_preview_shape(found))
        return
    moves, stays = len(found.moves), len(found.cases) - len(found.moves)
    line(_n("{count} live case moves", "{count} live cases move", moves))
    line(_n("{count} stays where it is", "{count} stay where they are", stays))
    table(
        (_("Case"), _("Moves"), _("Added"), _("Dropped"), _("Tightened"), _("Sign-offs that end")),
        [
            (one.case.reference, _why(one), "", "", "", "")
            if _why(one)
            else (
                one.case.reference,
                _("yes"),
                _named(one.effect.added),
                _named(one.effect.dropped),
                _named(one.effect.tightened),
                ", ".join(one.effect.reopened),
            )
            for one in found.cases
        ],
    )
    if moves:
        line(_("Nothing was changed. The same command with --apply moves them."))


def _apply(installation: Installation, actor: Actor, asked: tuple[str, str, str], *, as_json: bool) -> None:
    from casework.cases import migrating

    answer = installation.database.run(actor, migrating.migrate, installation.catalogue, *asked)
    stayed = [{"case": one.case.reference, "why": one.moving.value} for one in answer.stayed]
    if as_json:
        emit(
            "programme-migration",
            migration=str(answer.row.id),
            programme=answer.row.programme_id,
            **{"from": answer.row.from_version, "to": answer.row.to_version},
            cases=answer.cases,
            ended=answer.ended,
            stayed=stayed,
        )
        return
    line(_n("{count} case was moved.", "{count} cases were moved.", answer.cases), Sign.GOOD)
    line(_n("{count} sign-off ended with it.", "{count} sign-offs ended with it.", answer.ended))
    table((_("Stays"), _("Why")), [(one.case.reference, _why(one)) for one in answer.stayed])
    line(_("To take it back: predeparture programme migrate --undo {id}", id=str(answer.row.id)))


def _undo(installation: Installation, actor: Actor, migration: str, *, as_json: bool) -> None:
    from casework.cases import migrating

    try:
        migration_id = UUID(migration)
    except ValueError:
        raise InvalidInput(
            "migration",
            _("This is not the name of a migration."),
            _("Copy it from: predeparture programme history ID."),
        ) from None
    answer = installation.database.run(actor, migrating.undo, installation.catalogue, migration_id)
    if as_json:
        left = [{"case": reference, "why": reason.value} for reference, reason in answer.left]
        emit("programme-migration-undone", migration=migration, cases=answer.cases, ended=answer.ended, left=left)
        return
    line(_n("{count} case went back.", "{count} cases went back.", answer.cases), Sign.GOOD)
    line(_n("{count} sign-off ended with it.", "{count} sign-offs ended with it.", answer.ended))
    table(
        (_("Left"), _("Why")),
        [(reference, str(migrating.LEFT_WORDS[reason])) for reference, reason in answer.left],
    )


def history(programme: Id, as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.accounts import queries as accounts
    from casework.programmes import queries

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        versions = queries.versions(session, actor, installation.catalogue, programme)
        if not versions:
            installation.catalogue.get(programme)
        suspensions = queries.suspensions(session, actor, programme)
        migrations = queries.migrations(session, actor, programme)
        keys = [key for one in versions if one.row for key in (one.row.drafted_by, one.row.published_by)]
        keys += [key for one in suspensions for key in (one.suspended_by, one.lifted_by)]
        keys += [key for one in migrations for key in (one.row.applied_by, one.row.undone_by)]
        people = accounts.people(session, keys)
    shape = {
        "versions": [_line(one, people) for one in versions],
        "suspensions": [_suspension(one, people) for one in suspensions],
        "migrations": [_migration(one, people) for one in migrations],
    }
    if as_json:
        emit("programme-history", programme=programme, **shape)
        return
    _show(shape)


def _show(shape: dict[str, list[dict[str, Any]]]) -> None:
    table(
        (_("Version"), _("State"), _("In force from"), _("Drafted by"), _("Published by"), _("Cases"), _("Digest")),
        [
            (
                *(one[key] for key in ("version", "state", "effective_from", "drafted_by", "published_by", "cases")),
                one["digest"][:12],
            )
            for one in shape["versions"]
        ],
    )
    table(
        (_("Suspended on"), _("By"), _("Reason"), _("Lifted on"), _("By")),
        [[one[key] for key in _SUSPENSION] for one in shape["suspensions"]],
    )
    table(
        (_("Migration"), _("From"), _("To"), _("On"), _("By"), _("Cases"), _("Undone on"), _("Went back")),
        [[one[key] for key in _MIGRATION] for one in shape["migrations"]],
    )


_SUSPENSION = ("suspended_on", "suspended_by", "reason", "lifted_on", "lifted_by")
_MIGRATION = ("migration", "from", "to", "applied_on", "applied_by", "cases", "undone_on", "back")


def _line(one: VersionLine, people: dict[str, Account]) -> dict[str, Any]:
    if one.row is not None:
        return _version(one.row, people) | {"cases": one.cases}
    shipped = one.programme
    return {
        "programme": one.programme_id,
        "version": one.version,
        "state": "shipped",
        "digest": shipped.digest if shipped else "",
        "effective_from": shipped.in_force_from.isoformat() if shipped else None,
        "drafted_by": "",
        "drafted_at": None,
        "published_by": "",
        "published_at": None,
        "cases": one.cases,
    }


def _version(row: ProgrammeVersion, people: dict[str, Account]) -> dict[str, Any]:
    return {
        "programme": row.programme_id,
        "version": row.version,
        "state": row.state.value,
        "digest": row.digest,
        "effective_from": row.effective_from.isoformat(),
        "drafted_by": _who(row.drafted_by, people),
        "drafted_at": row.drafted_at.isoformat(timespec="seconds"),
        "published_by": _who(row.published_by, people),
        "published_at": _instant(row.published_at),
    }


def _suspension(row: ProgrammeSuspension, people: dict[str, Account]) -> dict[str, Any]:
    return {
        "suspended_on": row.suspended_on.isoformat(),
        "suspended_by": _who(row.suspended_by, people),
        "reason": row.reason,
        "lifted_on": _day(row.lifted_on),
        "lifted_by": _who(row.lifted_by, people),
    }


def _migration(one: MigrationLine, people: dict[str, Account]) -> dict[str, Any]:
    row = one.row
    return {
        "migration": str(row.id),
        "from": row.from_version,
        "to": row.to_version,
        "applied_on": row.applied_on.isoformat(),
        "applied_by": _who(row.applied_by, people),
        "cases": one.cases,
        "undone_on": _day(row.undone_on),
        "undone_by": _who(row.undone_by, people),
        "back": one.back,
    }


def _preview_shape(found: Preview) -> dict[str, Any]:
    return {
        "programme": found.old.id,
        "from": found.old.version,
        "to": found.new.version,
        "moves": len(found.moves),
        "cases": [
            {
                "case": one.case.reference,
                "moves": not _why(one),
                "why": one.moving.value,
                "added": _slots(one.effect.added),
                "dropped": _slots(one.effect.dropped),
                "tightened": _slots(one.effect.tightened),
                "reopens": list(one.effect.reopened),
            }
            for one in found.cases
        ],
    }


def _why(one: CaseChange) -> str:
    """Why a case stays; "" for one that moves."""
    from casework.programmes.rules import STAYING

    return str(STAYING.get(one.moving, ""))


def _slots(slots: Iterable[Asked]) -> list[dict[str, str]]:
    return [{"stage": one.stage, "requirement": one.requirement, "subject": one.subject} for one in slots]


def _named(slots: Iterable[Asked]) -> str:
    return ", ".join(f"{one.requirement} {one.subject}".strip() for one in slots)


def _who(key: str, people: dict[str, Account]) -> str:
    return people[key].name if key in people else key


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def add_to(app: typer.Typer) -> None:
    """Hang the commands under `predeparture programme`."""
    app.command("draft", help=str(_("Hand in a new version of a programme; a second person publishes it.")))(draft)
    app.command("preview", help=str(_("What a version would ask of a sample worker, before it is published.")))(
        preview_draft
    )
    app.command("discard", help=str(_("Throw a draft away.")))(discard)
    app.command("publish", help=str(_("Publish what somebody else drafted. It cannot be taken back.")))(publish)
    app.command("suspend", help=str(_("Stop the clearances of a programme at once.")))(suspend)
    app.command("lift", help=str(_("End the suspension of a programme.")))(lift)
    app.command("migrate", help=str(_("Move live cases to a newer version, or take a migration back.")))(migrate)
    app.command("history", help=str(_("Versions, suspensions and migrations of a programme.")))(history)
