"""Recognitions that go on over all cases, and the register of schools and universities."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.qualifications import institutions, queries
from casework.qualifications.institutions import DescribeInstitution
from casework.qualifications.procedure_rules import STATE_WORDS, deadline
from casework.qualifications.queries import ProcedureLine, Show
from casework.qualifications.rules import STATUS_IS_NO_DECISION, InstitutionStatus
from casework.qualifications.tables import Institution, InstitutionVersion
from dashboard import addresses, notices, words
from dashboard.cases import lists as lines
from dashboard.cases import requirements, wording
from dashboard.cases.qualification_views import status_of
from dashboard.cases.submitting import typed, version_of
from dashboard.forms import lists
from dashboard.forms import qualifications as forms
from dashboard.pages.base import Place
from dashboard.pages.case import EvidenceView, FormPage
from dashboard.pages.rulings import RulingList, RulingRow
from dashboard.paging import given, pager, wanted
from dashboard.parts import Badge, Fact, Link, Text, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Wrong, filled, read
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_STATUS_TONES = {InstitutionStatus.RECOGNISED: Tone.DONE, InstitutionStatus.UNLISTED: Tone.IDLE}


@router.get(addresses.RECOGNITIONS)
def all_recognitions(request: Request, visit: Signed) -> Response:
    queries.require_reader(visit.actor)
    asked, page = given(request), wanted(given(request))
    form = forms.recognition_filters()
    lists.check_known(form, asked)
    part = Show(asked.get("show") or Show.OPEN)
    with visit.database.read() as session:
        found, total = queries.listed(session, visit.actor, part, visit.today, limit=page.size, offset=page.offset)
    summary = _n("{count} recognition: {part}", "{count} recognitions: {part}", total, part=forms.PARTS[part])
    return show(
        RulingList(
            base=visit.at(Place.CASES),
            heading=_("Recognitions"),
            summary=summary,
            links=(Link(addresses.INSTITUTIONS, _("Register of schools and universities")),),
            filters=filled(form, asked),
            chips=lists.chips(form, asked),
            columns=(_("Case"), _("Worker"), _("Diploma"), _("Authority"), _("Stands"), _("Due"), _("Status")),
            rows=tuple(_row(line, visit.today) for line in found),
            pager=pager(addresses.RECOGNITIONS, asked, page, len(found), total),
            empty=_("There is none."),
        )
    )


def _row(line: ProcedureLine, today: date) -> RulingRow:
    row = line.row
    due = deadline(row.state, row.due_on, row.measure_due_on)
    return RulingRow(
        first=Link(f"{addresses.case(line.case.id, 'qualifications')}#diploma", line.case.reference),
        cells=(
            lines.name_in_lists(line.worker),
            line.diploma.title,
            row.authority,
            STATE_WORDS[row.state],
            words.on(due.day) if due is not None else "",
        ),
        status=status_of(row, today),
    )


@router.get(addresses.INSTITUTIONS)
def register(request: Request, visit: Signed) -> Response:
    queries.require_reader(visit.actor)
    asked, page = given(request), wanted(given(request))
    form = forms.institution_filters(requirements.countries())
    lists.check_known(form, asked)
    with visit.database.read() as session:
        found, total = institutions.found(
            session, asked.get("text", ""), asked.get("country", ""), limit=page.size, offset=page.offset
        )
    return show(
        RulingList(
            base=visit.at(Place.CASES),
            heading=_("Schools and universities"),
            summary=_n("{count} institution in the register", "{count} institutions in the register", total),
            links=(Link(addresses.RECOGNITIONS, _("Recognitions")),),
            filters=filled(form, asked),
            chips=lists.chips(form, asked),
            columns=(_("Name"), _("Country"), _("Source"), _("Read on"), _("Status")),
            rows=tuple(_institution(row) for row in found),
            pager=pager(addresses.INSTITUTIONS, asked, page, len(found), total),
            empty=_("There is none. An institution is added with the first diploma of it."),
        )
    )


def _institution(row: Institution) -> RulingRow:
    return RulingRow(
        first=Link(addresses.institution(row.id), row.name),
        cells=(wording.country(row.country), row.source, words.on(row.as_of) if row.as_of else ""),
        status=_status(row.status),
    )


def _status(status: InstitutionStatus) -> Badge:
    return Badge(_STATUS_TONES.get(status, Tone.TODAY), forms.institution_status(status))


@router.get(addresses.INSTITUTIONS + "/{institution_id:uuid}")
def one_institution(institution_id: UUID, visit: Signed) -> Response:
    queries.require_reader(visit.actor)
    with visit.database.read() as session:
        row = institutions.get(session, institution_id)
    return show(_page(visit, row, _form(row)))


@router.post(addresses.INSTITUTIONS + "/{institution_id:uuid}")
def describe(institution_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.RECORD_QUALIFICATIONS)
    with visit.database.read() as session:
        row = institutions.get(session, institution_id)
    form = _form(row)
    try:
        values, number = read(form, taken), version_of(taken)
        command = DescribeInstitution(
            institution_id=institution_id,
            name=values.text("name"),
            status=InstitutionStatus(values.text("status")),
            source=values.text("source"),
            as_of=values.days["as_of"],
        )
        visit.database.run(visit.actor, institutions.describe, command, number)
    except Wrong as wrong:
        return show(_page(visit, row, wrong.form), 422)
    except (InvalidInput, Conflict) as error:
        said = _("{message} {fix}", message=error.message, fix=error.fix or "")
        return show(_page(visit, row, filled(form, typed(form, taken), error=said)), error.status)
    return go_to(notices.done(addresses.institution(institution_id), "recorded"))


def _form(row: Institution) -> AskedForm:
    return forms.institution(row.id, row.number, {"name": row.name, "status": row.status.value})


def _page(visit: Visit, row: Institution, form: AskedForm) -> FormPage:
    """What is known of an institution, every earlier version, and the form of a new one."""
    with visit.database.read() as session:
        versions = institutions.versions_of(session, row.id)
    return FormPage(
        base=visit.at(Place.CASES),
        heading=row.name,
        lead=STATUS_IS_NO_DECISION,
        facts=(Fact(_("Country"), wording.country(row.country)),),
        form=form,
        back=Link(addresses.INSTITUTIONS, _("Schools and universities")),
        recorded=tuple(_version(visit, one) for one in versions),
    )


def _version(visit: Visit, one: InstitutionVersion) -> EvidenceView:
    source: Text = one.source
    facts: tuple[tuple[Message, Text], ...] = (
        (_("Name"), one.name),
        (_("Source"), source),
        (_("Read on"), words.on(one.as_of) if one.as_of else ""),
        (_("Recorded"), words.at(one.recorded_at, visit.zone)),
    )
    return EvidenceView(
        title=_("Version {number}", number=one.number),
        status=_status(one.status),
        facts=tuple(Fact(label, value) for label, value in facts if value),
    )
