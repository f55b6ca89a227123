"""``/audits/reports``: standing reports as pages and files; what the checks of the stored files found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session, col, select
from starlette.responses import Response

from basis.errors import NotFound
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.audit import archive_checks
from casework.audit import queries as audit
from casework.audit.tables import ArchiveCheck, ArchiveFinding
from casework.certificates.tables import Certificate
from casework.oversight import reports
from casework.oversight.reports import LATE_DAYS, REPORT_WORDS, Asked, Line, Report
from dashboard import addresses, words
from dashboard.exports import csv_file
from dashboard.forms import lists
from dashboard.forms import reviewing as forms
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.review import Cell, ReviewList, Table
from dashboard.paging import given, pager, wanted
from dashboard.parts import Badge, Form, Link, Option, Text, Tone
from dashboard.posting import filled
from dashboard.routes.document_pages import names_of
from dashboard.routes.review_places import places
from dashboard.routes.trail import values_of
from dashboard.sessions import Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])
_PERIOD = timedelta(days=365)
_COLUMNS: tuple[Text, ...] = (_("Day"), _("Case"), _("Programme"), _("What"), _("More"), _("By"))
_NOTES = {
    Report.OVERRIDES: _(
        "Papers accepted against an automatic check, decisions against workers that no longer stand, documents "
        "ended by hand, moves that were taken back."
    ),
    Report.CONCESSIONS: _("Each with its authority and its reference, by the day of the decision."),
    Report.BACKDATED: _("What was recorded long after the day on which it happened, by the day of recording."),
    Report.PRIVILEGES: _(
        "Accounts made, disabled, enabled and given a password, engagements of auditors, signatories. An account has "
        "one role for good; another role is another account."
    ),
}


@router.get("/audits/reports/{name}.csv")
def exported(request: Request, visit: Signed, name: str) -> Response:
    """The whole report, as CSV."""
    kind, _form_of, _given, lines, people = _read(request, visit, name)
    header: list[Text] = [_("Day"), _("Case"), _("Programme"), _("What"), _("More"), _("By"), _("Event")]
    rows = [
        [one.day.isoformat(), one.reference, one.programme, one.what, one.detail, people.get(one.who, one.who),
         str(one.seq or "")]
        for one in lines
    ]  # fmt: skip
    return csv_file(f"{kind.value}.csv", header, rows)


@router.get("/audits/reports/{name}")
def page(request: Request, visit: Signed, name: str) -> Response:
    kind, form, asked, lines, people = _read(request, visit, name)
    address, at = addresses.report(kind.value), wanted(asked)
    shown = lines[at.offset : at.offset + at.size]
    rows = tuple(_row(visit, one, people) for one in shown)
    file = Link(addresses.query(f"{address}.csv", **{**asked, "page": ""}), _("Download this list (CSV)"))
    return show(
        ReviewList(
            base=visit.at(Place.AUDITS),
            heading=REPORT_WORDS[kind],
            summary=_n("{count} line, of the period below", "{count} lines, the last day first", len(lines)),
            places=places(visit, address),
            filters=form,
            chips=lists.chips(form, asked),
            table=Table(REPORT_WORDS[kind], _COLUMNS, rows),
            pager=pager(address, asked, at, len(shown), len(lines)),
            exports=(file,),
            notes=(_NOTES[kind],),
            empty=_("Nothing of that kind in this period, as far as you reach."),
        )
    )


@router.get(addresses.STORED_FILES)
def stored_files(visit: Signed) -> Response:
    """What the checks of the stored files found, and what must be seen to."""
    require(visit.role, Permission.SEE_ENGAGEMENTS)
    with visit.database.read() as session:
        checks = archive_checks.newest(session, 20)
        last = archive_checks.last_finished(session)
        findings = archive_checks.findings(session, last.id) if last else []
        numbers = _numbers(session, visit, findings)
        alarms = audit.alarms(session, visit.today)
    rows: list[tuple[Cell, ...]] = [_finding(one, numbers) for one in findings]
    rows += [_check(visit, one) for one in checks]
    columns = (_("What"), _("When"), _("Files looked at"), _("Result"))
    return show(
        ReviewList(
            base=visit.at(Place.AUDITS),
            heading=_("Stored files"),
            summary=_(
                "Every issued document and every paper is read again and compared with its fingerprint each week."
            ),
            places=places(visit, addresses.STORED_FILES),
            filters=None,
            chips=(),
            table=Table(_("Checks of the stored files"), columns, tuple(rows)),
            pager=None,
            exports=(),
            notes=tuple(_("{message} {fix}", message=one.message, fix=one.fix) for one in alarms),
            empty=_("No check was made yet; the engine makes one each week."),
        )
    )


def _read(
    request: Request, visit: Visit, name: str
) -> tuple[Report, Form, dict[str, str], list[Line], dict[str, Text]]:
    require(visit.role, Permission.SEE_SAMPLES)
    if name not in set(Report):
        raise NotFound("report", _("There is no such report."), _("Choose one of the list."))
    kind, asked = Report(name), given(request)
    with visit.database.read() as session:
        form = _form(session, visit, kind)
        values = values_of(form, asked)
        office = values.text("office")
        late = values.numbers["late"] if kind is Report.BACKDATED else None
        wants = Asked(
            since=values.days["since"] or visit.today - _PERIOD,
            until=values.days["until"] or visit.today,
            programme=values.text("programme"),
            office=UUID(office) if office else None,
            late=LATE_DAYS if late is None else late,
        )
        lines = reports.report(session, visit.actor, kind, wants)
        people = names_of(session, visit, [one.who for one in lines])
    look(visit, "report.viewed", f"report/{kind.value}", data={"report": kind.value})
    return kind, filled(form, asked), asked, lines, people


def _form(session: Session, visit: Visit, kind: Report) -> Form:
    programmes = tuple(Option(one, one) for one in reports.programmes(session, visit.actor))
    offices = tuple(Option(str(one.id), one.name) for one in reports.offices(session, visit.actor))
    late = LATE_DAYS if kind is Report.BACKDATED else None
    since, until = (visit.today - _PERIOD).isoformat(), visit.today.isoformat()
    return forms.report(addresses.report(kind.value), programmes, offices, since, until, late)


def _row(visit: Visit, line: Line, people: dict[str, Text]) -> tuple[Cell, ...]:
    event = addresses.event(line.seq) if line.seq is not None and visit.may(Permission.AUDIT) else ""
    return (
        words.on(line.day),
        Link(addresses.case(line.case_id), line.reference) if line.reference and line.case_id else "",
        line.programme,
        Link(event, line.what),
        line.detail,
        people.get(line.who, _("the engine")),
    )


def _numbers(session: Session, visit: Visit, findings: Sequence[ArchiveFinding]) -> dict[str, Link]:
    """Documents by id, for those who may open their pages."""
    if not visit.may(Permission.SEE_REGISTER):
        return {}
    ids = [UUID(one.document_id) for one in findings if len(one.document_id) == 36]
    rows = session.exec(select(Certificate).where(col(Certificate.id).in_(ids)))
    return {str(row.id): Link(addresses.document(row.id), row.number) for row in rows}


def _finding(one: ArchiveFinding, numbers: dict[str, Link]) -> tuple[Cell, ...]:
    named: Cell = numbers.get(one.document_id, one.document_id)
    return named, "", one.area.value, Badge(Tone.LATE, audit.FINDING_WORDS[one.kind])


def _check(visit: Visit, one: ArchiveCheck) -> tuple[Cell, ...]:
    wrong = sum(archive_checks.counts(one).values())
    count = _("{done} of {total}", done=one.looked_at, total=one.total)
    what = _("Check by the engine") if one.scheduled else _("Check that somebody asked for")
    if one.finished_at is None:
        return what, words.at(one.started_at, visit.zone), count, Badge(Tone.OPEN, _("under way"))
    said: Message = _n("{count} finding", "{count} findings", wrong)
    result = Badge(Tone.LATE, said) if wrong else Badge(Tone.DONE, _("all as it was stored"))
    return what, words.at(one.finished_at, visit.zone), count, result
