"""What the pages of batches show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import Session

from basis.messages import Message, _, _n
from casework.accounts.rules import Permission
from casework.batches import queries
from casework.batches.check import BatchCheck, finding_json
from casework.batches.mapping import key
from casework.batches.rules import Severity
from casework.batches.tables import Batch, RowState
from casework.cases.pinned import programme_of
from casework.evidence import queries as papers
from casework.organisations import queries as organisations
from casework.organisations.tables import Organisation
from checklists.programme import Programme
from dashboard import addresses, words
from dashboard.batch_columns import columns, header
from dashboard.cases import wording
from dashboard.cases.lists import name_in_lists
from dashboard.cases.shown_papers import said_to_bring
from dashboard.forms import office
from dashboard.forms.case import Options
from dashboard.pages import batches as pages
from dashboard.pages.base import Place
from dashboard.paging import Wanted, pager
from dashboard.parts import Badge, Fact, Form, Link, Option, Text, Tone
from dashboard.sessions import Visit
from dashboard.stage_bars import stage_bar

SHOWN_FINDINGS = 200
_ERROR = Badge(Tone.LATE, _("error"))
_WARNING = Badge(Tone.TODAY, _("warning"))


def batch_list(session: Session, visit: Visit, page: Wanted, given: Mapping[str, str]) -> pages.BatchList:
    lines, total = queries.listed(session, visit.actor, limit=page.size, offset=page.offset)
    titles = {programme.id: programme.label for programme in visit.installation.catalogue.latest()}
    rows = tuple(
        pages.BatchRow(
            file=Link(addresses.batch(line.batch.id), line.batch.number),
            agency=line.agency.name,
            programme=titles.get(line.batch.programme_id, line.batch.programme_id),
            received=words.at(line.batch.received_at, visit.zone),
            rows=_row_words(line.rows),
            status=_status(line.batch),
        )
        for line in lines
    )
    may_submit = visit.may(Permission.SUBMIT_BATCHES)
    return pages.BatchList(
        base=visit.at(Place.BATCHES),
        summary=_n("{count} batch", "{count} batches, the newest first", total),
        rows=rows,
        pager=pager(addresses.BATCHES, given, page, len(rows), total),
        acts=(Link(addresses.NEW_BATCH, _("Hand in a batch"), primary=True),) if may_submit else (),
    )


def upload_form(session: Session, visit: Visit) -> Form:
    """The form of a new batch: an agency hands in its own, an office chooses the agency."""
    open_to_agencies = [one for one in visit.installation.catalogue.latest(on=visit.today) if one.takes("agency")]
    programmes = tuple(Option(one.id, one.label) for one in open_to_agencies)
    agencies: Options = ()
    if visit.actor.organisation_id is not None and visit.organisation.kind == "office":
        found = organisations.agencies_of(session, visit.actor.organisation_id)
        agencies = tuple(Option(str(one.id), one.name) for one in found)
    return office.batch(programmes, agencies)


def upload_page(visit: Visit, form: Form) -> pages.BatchUpload:
    return pages.BatchUpload(
        base=visit.at(Place.BATCHES),
        form=form,
        columns=columns(visit.today),
        example=Link(addresses.BATCH_EXAMPLE, _("Download this example (CSV)")),
    )


def check_page(
    visit: Visit,
    found: BatchCheck,
    agency: Organisation,
    programme: Programme,
    upload: str,
    known: Batch | None,
    again: Form,
) -> pages.BatchCheck:
    """The result of a check. `known` is the batch in which the same file came before."""
    good, left_out = len(found.proposed), found.rows - len(found.proposed)
    views = [view_of(finding_json(finding)) for finding in found.findings]
    rows = [view for view in views if view.row]
    return pages.BatchCheck(
        base=visit.at(Place.BATCHES),
        heading=_("Check of {file}", file=found.file_name),
        summary=_summary(found, known),
        facts=(
            Fact(_("Programme"), programme.label),
            Fact(_("Agency"), agency.name),
            Fact(_("Rows read"), str(found.rows)),
            Fact(_("Rows that can be taken"), str(good)),
            Fact(_("Rows left out"), str(left_out)),
        ),
        file_findings=tuple(view for view in views if not view.row),
        row_findings=tuple(rows[:SHOWN_FINDINGS]),
        more=_more(len(rows)),
        download=office.checked_findings(upload) if views and upload else None,
        known=Link(addresses.batch(known.id), _("Open the batch {number}", number=known.number)) if known else None,
        submit=office.submit_batch(upload, _submit_words(good, left_out)) if upload and good and not known else None,
        again=again,
    )


def batch_page(session: Session, visit: Visit, batch: Batch, page: Wanted, given: Mapping[str, str]) -> pages.BatchPage:
    agency = session.get_one(Organisation, batch.agency_id)
    states = queries.states(session, batch.id)
    lines, taken = queries.rows(session, visit.actor, batch.id, limit=page.size, offset=page.offset)
    settled = batch.rows_good - states.get(RowState.WAITING, 0)
    moving = queries.is_moving(batch)
    address = addresses.batch(batch.id)
    findings = findings_of(session, batch)
    catalogue = visit.installation.catalogue
    turned_down = papers.turned_down(session, [line.case.id for line in lines])
    rows = tuple(
        pages.BatchCaseRow(
            row=line.number,
            case=Link(addresses.case(line.case.id), name_in_lists(line.worker)),
            about=line.case.reference,
            bring=tuple(
                said_to_bring(visit.role, programme_of(catalogue, line.case), item)
                for item in turned_down.get(line.case.id, ())
            ),
            stages=stage_bar(programme_of(catalogue, line.case), line.case, visit.today),
            status=wording.life(line.case),
        )
        for line in lines
    )
    acts = (Link(addresses.batch(batch.id, "findings.csv"), _("Download the findings (CSV)")),) if findings else ()
    return pages.BatchPage(
        base=visit.at(Place.BATCHES),
        heading=_("Batch {number}", number=batch.number),
        facts=(
            Fact(_("Agency"), agency.name),
            Fact(_("Programme"), catalogue.get(batch.programme_id).label),
            Fact(_("File"), batch.file_name),
            Fact(_("Received"), words.at(batch.received_at, visit.zone)),
            Fact(_("Rows read"), str(batch.rows_total)),
            Fact(_("Waiting"), str(states.get(RowState.WAITING, 0))),
            Fact(_("Taken"), str(states.get(RowState.TAKEN, 0))),
            Fact(_("Known already"), str(states.get(RowState.KNOWN, 0))),
            Fact(_("Left out"), str(states.get(RowState.REFUSED, 0))),
        ),
        done=settled,
        total=batch.rows_good,
        progress=_progress(settled, batch.rows_good, moving=moving),
        poll=addresses.query(address, page=page.page if page.page > 1 else "") if moving else "",
        rows=rows,
        findings=tuple(findings[:SHOWN_FINDINGS]),
        more=_more(len(findings)),
        pager=pager(address, given, page, len(rows), taken),
        acts=acts,
    )


def findings_of(session: Session, batch: Batch) -> list[pages.FindingView]:
    """What the check found, and what was found when the rows were taken."""
    views = [view_of(finding) for finding in batch.findings]
    checked = {finding["row"] for finding in batch.findings if finding["severity"] == Severity.ERROR.value}
    views += [
        pages.FindingView(
            str(number),
            "",
            "",
            _WARNING,
            _("This worker has an open case in this programme already."),
            _("Nothing is to be done; the open case goes on."),
        )
        for number in queries.numbers(session, batch.id, RowState.KNOWN)
    ]
    views += [
        pages.FindingView(
            str(number),
            "",
            "",
            _ERROR,
            _("No case could be opened for this row."),
            _("Ask the office why: the licence of the agency or the row itself does not fit the programme."),
        )
        for number in queries.numbers(session, batch.id, RowState.REFUSED)
        if number not in checked
    ]
    return views


def view_of(finding: Mapping[str, Any]) -> pages.FindingView:
    """A stored finding as it is shown."""
    row, column = finding["row"], finding["column"] or ""
    field = header(finding["field"]) if finding["field"] else ""
    error = finding["severity"] == Severity.ERROR.value
    return pages.FindingView(
        row="" if row is None else str(row),
        column=column,
        # Our word for it helps only where the file has another one.
        field="" if key(column).startswith(key(field)) else field,
        severity=_ERROR if error else _WARNING,
        message=finding["message"],
        fix=finding["fix"],
    )


def export_rows(views: Iterable[pages.FindingView]) -> tuple[list[Text], list[list[Text]]]:
    """Findings as a table for a file."""
    titles: list[Text] = [_("Row"), _("Column"), _("Field"), _("Kind"), _("Finding"), _("How to mend it")]
    return titles, [[one.row, one.column, one.field, one.severity.text, one.message, one.fix] for one in views]


def _row_words(rows: Mapping[RowState, int]) -> Text:
    said: list[Message] = [
        _("{count} waiting", count=rows.get(RowState.WAITING, 0)),
        _("{count} taken", count=rows.get(RowState.TAKEN, 0)),
        _("{count} known already", count=rows.get(RowState.KNOWN, 0)),
        _("{count} left out", count=rows.get(RowState.REFUSED, 0)),
    ]
    return ", ".join(str(one) for one in said if one.params["count"]) or _("no rows")


def _status(batch: Batch) -> Badge:
    return Badge(Tone.OPEN, _("in progress")) if queries.is_moving(batch) else Badge(Tone.DONE, _("taken"))


def _summary(found: BatchCheck, known: Batch | None) -> Text:
    good, left_out = len(found.proposed), found.rows - len(found.proposed)
    if known is not None:
        return _("This very file was handed in before. Submitting it again would change nothing.")
    if not good:
        return _("No row can be taken. Mend the file and hand it in again.")
    if not left_out:
        return _n("The row can be taken.", "All {count} rows can be taken.", good)
    return _n(
        "{good} of {total} rows can be taken. Mend {count} row and hand the file in again, or submit the others now.",
        "{good} of {total} rows can be taken. Mend {count} rows and hand the file in again, or submit the others now.",
        left_out,
        good=good,
        total=found.rows,
    )


def _submit_words(good: int, left_out: int) -> Text:
    if not left_out:
        return _n("Submit {count} worker", "Submit {count} workers", good)
    return _n(
        "Submit {good} workers; {count} row is left out", "Submit {good} workers; {count} rows are left out",
        left_out, good=good,
    )  # fmt: skip


def _progress(done: int, total: int, *, moving: bool) -> Text:
    if moving:
        return _("{done} of {total} rows are settled", done=done, total=total)
    return _n("The row is settled", "All {count} rows are settled", total)


def _more(count: int) -> Text:
    if count <= SHOWN_FINDINGS:
        return ""
    return _("The first {shown} of {count} findings are shown; the file has all.", shown=SHOWN_FINDINGS, count=count)
