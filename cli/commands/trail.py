"""predeparture audit search and pack: who did and who saw what; all of a case or a sample to take along."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from basis.errors import Conflict, InvalidInput
from basis.messages import _, _n
from cli.console import Sign, emit, line, progress, table
from cli.opening import AsAccount, AsJson, acting, opened

if TYPE_CHECKING:
    from sqlmodel import Session

    from casework.audit.tables import AuditEvent
    from casework.oversight.trail import TrailLine

_DAY = ["%Y-%m-%d"]


def search(
    person: Annotated[
        str, typer.Option("--person", metavar="EMAIL", help=str(_("Who acted: an account, or: engine.")))
    ] = "",
    case: Annotated[str, typer.Option("--case", metavar="CASE", help=str(_("Of this case and its worker.")))] = "",
    document: Annotated[str, typer.Option("--document", metavar="NUMBER", help=str(_("Of this document.")))] = "",
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help=str(_("A kind such as certificate.read, or: certificate.")))
    ] = "",
    looks: Annotated[bool, typer.Option("--looks", help=str(_("Only who looked at or took something.")))] = False,
    since: Annotated[datetime | None, typer.Option("--since", formats=_DAY, help=str(_("From this day on.")))] = None,
    until: Annotated[datetime | None, typer.Option("--until", formats=_DAY, help=str(_("Until this day.")))] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help=str(_("At most this many.")))] = 200,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.oversight import trail

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        asked = trail.Asked(_key(session, person), case, document, kind, looks, _day(since), _day(until))
        found, total = trail.search(session, actor, asked, installation.database.zone, limit=limit)
    installation.database.run(actor, trail.note_search, asked)
    if as_json:
        emit("audit-trail", total=total, events=[trail.shape(one) for one in found])
        return
    columns = (_("Event"), _("Recorded"), _("By"), _("Case"), _("What"), _("Hash"))
    table(columns, [_row(one) for one in found])
    line(_n("{shown} of {count} event.", "{shown} of {count} events.", total, shown=len(found)))


def _row(one: TrailLine) -> tuple[str | int, ...]:
    event: AuditEvent = one.event
    who = one.who.email if one.who else event.actor
    when = event.recorded_at.isoformat(sep=" ", timespec="seconds")
    return event.seq, when, who, one.reference, str(one.what), event.hash[:12]


def _key(session: Session, person: str) -> str:
    from casework.accounts import service as accounts
    from casework.oversight.trail import ENGINE

    return person if person in ("", ENGINE) else str(accounts.find(session, person).id)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def pack(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help=str(_("A new ZIP file.")))],
    case: Annotated[str, typer.Option("--case", metavar="CASE", help=str(_("All of this case.")))] = "",
    sample: Annotated[str, typer.Option("--sample", metavar="NUMBER", help=str(_("All of this sample.")))] = "",
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from documents.auditing import pack as packs

    if bool(case) == bool(sample):
        raise InvalidInput("one_of_two", _("A pack is of a case or of a sample."), _("Give --case or --sample."))
    installation = opened()
    actor = acting(installation, as_account)
    try:
        file = out.open("xb")
    except FileExistsError:
        raise Conflict(
            "file_exists", _("There is a file named {file}.", file=str(out)), _("Give the name of a new file.")
        ) from None
    try:
        with file, progress(_("Packing")) as show:
            out.chmod(0o600)
            made = packs.make(installation, actor, packs.Asked(case, sample), file, show)
    except BaseException:
        out.unlink()
        raise
    if as_json:
        emit("audit-pack", file=str(out), documents=made.documents, papers=made.papers, events=made.events,
             kept_back=made.kept_back)  # fmt: skip
        return
    counts = {"documents": made.documents, "papers": made.papers, "events": made.events}
    line(_("{file}: {documents} documents, {papers} papers, {events} events.", file=str(out), **counts), Sign.GOOD)
    if made.kept_back:
        line(_("Kept back: {numbers}.", numbers=", ".join(made.kept_back)), Sign.WARNING)


def add_to(app: typer.Typer) -> None:
    """Hang the command under ``audit``."""
    app.command("search", help=str(_("Search the history; the search leaves an event itself.")))(search)
    app.command(
        "pack",
        help=str(
            _("Write all of a case or a sample into a ZIP that says how to check it; recorded document by document.")
        ),
    )(pack)
