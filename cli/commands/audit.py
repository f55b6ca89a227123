"""predeparture audit: is the history whole, its tree heads, and checks of the stored files."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.errors import Conflict
from basis.messages import _, _n
from cli.console import Sign, emit, line, progress, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, opened, read_file

if TYPE_CHECKING:
    from casework.audit.queries import HeadLine
    from casework.audit.tables import ArchiveCheck, ArchiveFinding
    from documents.tree_heads import Head

app = typer.Typer(no_args_is_help=True, help=str(_("The history: every change, chained by hash, under a tree.")))

HeldHead = Annotated[
    Path | None,
    typer.Option(
        "--against", metavar="HEAD_FILE", help=str(_("A tree head that you kept: the attachment of a mail.")),
        show_default=False,
    ),
]  # fmt: skip
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help=str(_("A new file.")))]


@app.command(
    "verify",
    help=str(_("Check the whole chain and the tree over it; name what was changed, removed or inserted.")),
)
def verify(against: HeldHead = None, as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.accounts.rules import Permission, require
    from casework.audit import service

    installation = opened()
    require(acting(installation, as_account).role, Permission.AUDIT)
    held = {head.size: head.root.hex() for head in ([held_head(against)] if against else [])}
    with progress(_("Checking events")), installation.database.read() as session:
        count, faults = service.verify(session, held)
    if as_json:
        emit(
            "audit",
            events=count,
            whole=not faults,
            faults=[{"event": fault.seq, "code": fault.code, "message": str(fault.message)} for fault in faults],
        )
    else:
        for fault in faults:
            line(fault.message, Sign.BAD)
        if faults:
            line(_n("{count} fault in the history.", "{count} faults in the history.", len(faults)))
        else:
            line(_n("The history is whole: {count} event.", "The history is whole: {count} events.", count), Sign.GOOD)
    if faults:
        raise typer.Exit(FINDINGS)


@app.command("seal", help=str(_("Make today's tree head now, and have it sent; the engine does so each day.")))
def seal(as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.accounts.rules import Permission, require
    from workflows import sealing

    installation = opened()
    actor = acting(installation, as_account)
    require(actor.role, Permission.AUDIT)
    with progress(_("Checking events")):
        sealed = sealing.seal(installation, actor)
    head = sealed.head
    if as_json:
        emit("seal", made=sealed.made, number=head.number, day=head.day.isoformat(), size=head.size, root=head.root)
        return
    shown = {"number": head.number, "day": head.day.isoformat(), "size": head.size}
    if sealed.made:
        line(_("Tree head {number} of {day} stands over {size} events.", **shown), Sign.GOOD)
    else:
        line(_("There is one for today already: tree head {number} of {day}, over {size} events.", **shown))
    line(_("Root: {root}", root=head.root))
    if sealed.made and not installation.settings.seal_addresses:
        line(_("It is sent to nobody: set PREDEPARTURE_SEAL_MAIL_TO to addresses outside the office."), Sign.WARNING)


@app.command("heads", help=str(_("List the tree heads, and who got them; with --day and --out write one to a file.")))
def heads(
    day: Annotated[
        datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help=str(_("The day of one tree head.")))
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help=str(_("A new file.")))] = None,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.accounts.rules import Permission, require
    from casework.audit import heads as service
    from casework.audit import queries

    installation = opened()
    require(acting(installation, as_account).role, Permission.AUDIT)
    with installation.database.read() as session:
        if day is not None:
            body = service.find(session, day.date()).body
            if out is not None:
                write_new(out, body)
            else:
                print(body, end="")
            return
        lines, _total = queries.head_lines(session, limit=10_000)
    if as_json:
        emit("tree-heads", heads=[_head_shape(one) for one in lines])
        return
    table(
        (_("Number"), _("Day"), _("Events"), _("Root"), _("Sent to"), _("Waits for"), _("Not sent to")),
        [
            (
                one.head.number,
                one.head.day.isoformat(),
                one.head.size,
                one.head.root[:16],
                ", ".join(mail.address for mail in one.mails if mail.sent_at),
                ", ".join(mail.address for mail in one.mails if not mail.sent_at and mail.address not in one.stuck),
                ", ".join(sorted(one.stuck)),
            )
            for one in lines
        ],
    )
    if not lines:
        line(_("There is no tree head yet. The engine makes one each day; now: predeparture audit seal."))


@app.command(
    "check-archive",
    help=str(_("Read every stored file again and compare it with the register. Exit status 1 on findings.")),
)
def check_archive(as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.accounts.rules import Permission, require
    from casework.audit import archive_checks
    from workflows import archive_check

    installation = opened()
    actor = acting(installation, as_account)
    require(actor.role, Permission.AUDIT)
    with progress(_("Reading files")) as show:
        check = archive_check.look_at_all(installation, actor, show)
    with installation.database.read() as session:
        found = archive_checks.findings(session, check.id)
    if as_json:
        emit("archive-check", **_check_shape(check), findings=_finding_shapes(found))
    else:
        _tell_check(check, found)
    if found:
        raise typer.Exit(FINDINGS)


@app.command("archive", help=str(_("What the last checks of the stored files found; the engine makes one each week.")))
def archive(as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.accounts.rules import Permission, require
    from casework.audit import archive_checks

    installation = opened()
    require(acting(installation, as_account).role, Permission.AUDIT)
    with installation.database.read() as session:
        checks = archive_checks.newest(session, 20)
        last = archive_checks.last_finished(session)
        found = archive_checks.findings(session, last.id) if last else []
    if as_json:
        emit("archive-checks", checks=[_check_shape(one) for one in checks], findings=_finding_shapes(found))
        return
    for one in reversed(checks):
        if one.finished_at is None:
            shown = {"day": one.started_at.date().isoformat(), "count": one.looked_at, "total": one.total}
            line(_("Begun on {day}: {count} of {total} files looked at.", **shown))
    if last is None:
        line(_("No check of the stored files was finished yet."))
    else:
        _tell_check(last, found)


def held_head(path: Path) -> Head:
    """A tree head that somebody kept. Raises `InvalidInput`."""
    from documents.tree_heads import MAXIMUM_BYTES, read_head

    return read_head(read_file(path, MAXIMUM_BYTES))


def write_new(path: Path, text: str) -> None:
    """Create the file; the same file again is no change, another one is never overwritten. Raises `Conflict`."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        if path.read_bytes() != text.encode():
            raise Conflict(
                "file_exists",
                _("There is another file named {file}; it was left as it is.", file=str(path)),
                _("Name a new file."),
            ) from None
    line(str(path))


def _head_shape(one: HeadLine) -> dict[str, Any]:
    return {
        "number": one.head.number,
        "day": one.head.day.isoformat(),
        "size": one.head.size,
        "root": one.head.root,
        "made_at": one.head.made_at.isoformat(),
        "mails": [
            {
                "address": mail.address,
                "sent_at": mail.sent_at.isoformat() if mail.sent_at else None,
                "stuck": mail.address in one.stuck,
            }
            for mail in one.mails
        ],
    }


def _check_shape(check: ArchiveCheck) -> dict[str, Any]:
    from casework.audit import archive_checks

    return {
        "started_at": check.started_at.isoformat(),
        "finished_at": check.finished_at.isoformat() if check.finished_at else None,
        "looked_at": check.looked_at,
        **{kind.value: count for kind, count in archive_checks.counts(check).items()},
    }


def _finding_shapes(found: list[ArchiveFinding]) -> list[dict[str, str]]:
    return [{"store": one.area.value, "id": one.document_id, "kind": one.kind.value} for one in found]


def _tell_check(check: ArchiveCheck, found: list[ArchiveFinding]) -> None:
    from casework.audit import archive_checks
    from casework.audit.queries import FINDING_WORDS

    table(
        (_("Store"), _("Id"), _("Finding")),
        [(one.area.value, one.document_id, FINDING_WORDS[one.kind]) for one in found],
    )
    total = sum(archive_checks.counts(check).values())
    shown = {"looked": check.looked_at, "day": _day(check.finished_at)}
    if total == 0:
        line(_("All {looked} stored files are what the register says (checked until {day}).", **shown), Sign.GOOD)
        return
    if total > len(found):
        line(_("Only the first {count} findings are kept.", count=len(found)))
    line(
        _n("{count} finding among {looked} stored files (checked until {day}).",
           "{count} findings among {looked} stored files (checked until {day}).", total, **shown),
        Sign.BAD,
    )  # fmt: skip


def _day(moment: datetime | None) -> str:
    return (moment.date() if moment else date.min).isoformat()
