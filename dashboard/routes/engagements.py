"""``/audits``: engagements of auditors: the list, one of them, opening, changing and closing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import Message, _, _n
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.auditing import engagements, findings, queries
from casework.auditing.drawing import METHOD_WORDS
from casework.auditing.engagements import OpenEngagement
from casework.auditing.queries import EngagementLine
from casework.auditing.rules import ItemState, SampleState
from casework.auditing.samples import states
from casework.auditing.tables import AuditReport, Engagement, ReportState, Sample
from casework.organisations import service as organisations
from casework.organisations.tables import OrganisationKind
from dashboard import addresses, notices, words
from dashboard.cases.submitting import typed
from dashboard.forms import auditing as forms
from dashboard.forms.case import Options
from dashboard.pages.auditing import EngagementPage, SampleRow
from dashboard.pages.base import Page, Place
from dashboard.pages.case import FormPage
from dashboard.pages.rulings import RulingList, RulingRow
from dashboard.paging import check_names, given, pager, wanted
from dashboard.parts import Badge, Fact, Form, Link, Option, Text, Tone
from dashboard.posting import Sent, Values, Wrong, filled, read
from dashboard.routes.findings import finding_row
from dashboard.sessions import Form as SentForm
from dashboard.sessions import Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])
_BACK = Link(addresses.AUDITS, _("Audits"))


@router.get(addresses.AUDITS)
def engagement_list(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_ENGAGEMENTS)
    asked = given(request)
    check_names(asked)
    page = wanted(asked)
    with visit.database.read() as session:
        lines = queries.listed(session, visit.actor)
    shown = lines[page.offset : page.offset + page.size]
    links = [Link(addresses.FINDINGS, _("Findings"))] if visit.role is not Role.ADMINISTRATOR else []
    if visit.may(Permission.AUDIT):
        links.append(Link(addresses.TRAIL, _("History")))
    if visit.may(Permission.SEE_SAMPLES):
        links.append(Link(addresses.report("overrides"), _("Standing reports")))
    links.append(Link(addresses.STORED_FILES, _("Stored files")))
    if visit.may(Permission.MANAGE_ENGAGEMENTS):
        links.append(Link(addresses.NEW_ENGAGEMENT, _("Open an engagement"), primary=True))
    return show(
        RulingList(
            base=visit.at(Place.AUDITS),
            heading=_("Audits"),
            summary=_n(
                "{count} engagement of auditors", "{count} engagements of auditors, the last one first", len(lines)
            ),
            links=tuple(links),
            filters=None,
            chips=(),
            columns=(_("Number"), _("Title"), _("From"), _("Until"), _("Scope"), _("Status")),
            rows=tuple(_row(visit, line) for line in shown),
            pager=pager(addresses.AUDITS, asked, page, len(shown), len(lines)),
            empty=_(
                "No engagement was opened yet. Until there is one, auditors see everything; from then on only theirs."
            ),
        )
    )


@router.get(addresses.NEW_ENGAGEMENT)
def ask_new(visit: Signed) -> Response:
    require(visit.role, Permission.MANAGE_ENGAGEMENTS)
    return show(_new_page(visit)(_new_form(visit)))


@router.post(addresses.NEW_ENGAGEMENT)
def start(visit: Signed, taken: SentForm) -> Response:
    require(visit.role, Permission.MANAGE_ENGAGEMENTS)

    def act(values: Values) -> str:
        offices = values.many.get("offices", ()) if visit.role is not Role.SUPERVISOR else (str(visit.organisation.id),)
        command = OpenEngagement(
            title=values.text("title"),
            purpose=values.text("purpose"),
            begins_on=values.day("begins_on"),
            ends_on=values.day("ends_on"),
            auditors=tuple(UUID(one) for one in values.many["auditors"]),
            lead=UUID(values.text("lead")),
            offices=tuple(UUID(one) for one in offices),
            programmes=values.many.get("programmes", ()),
        )
        row = visit.database.run(visit.actor, engagements.start, visit.installation.catalogue, command)
        return notices.done(addresses.engagement(row.number), "engagement-opened")

    return submit(taken, _new_form(visit), _new_page(visit), act)


@router.get("/audits/engagements/{number}")
def one_engagement(number: str, visit: Signed) -> Response:
    with visit.database.read() as session:
        line = queries.one(session, visit.actor, number)
        return show(_page(session, visit, line))


@router.get("/audits/engagements/{number}/change")
def ask_change(number: str, visit: Signed) -> Response:
    require(visit.role, Permission.MANAGE_ENGAGEMENTS)
    return show(_change_page(visit, number)(_change_form(visit, number)))


@router.post("/audits/engagements/{number}/change")
def change(number: str, visit: Signed, taken: SentForm) -> Response:
    require(visit.role, Permission.MANAGE_ENGAGEMENTS)

    def act(values: Values) -> str:
        people = [UUID(one) for one in values.many["auditors"]]
        lead, ends_on = UUID(values.text("lead")), values.day("ends_on")
        visit.database.run(visit.actor, engagements.change, number, ends_on, people, lead)
        return notices.done(addresses.engagement(number), "engagement-changed")

    return submit(taken, _change_form(visit, number), _change_page(visit, number), act)


@router.post("/audits/engagements/{number}/close")
def close(number: str, visit: Signed, taken: SentForm) -> Response:
    visit.database.run(visit.actor, engagements.close, number)
    return go_to(notices.done(addresses.engagement(number), "engagement-closed"))


def submit(taken: Sent, form: Form, page: Callable[[Form], Page], act: Callable[[Values], str]) -> Response:
    """Read the form, act, go where `act` says; what is wrong is said at the form again."""
    try:
        return go_to(act(read(form, taken)))
    except Wrong as wrong:
        return show(page(wrong.form), 422)
    except (InvalidInput, Conflict, NotFound) as error:
        said = _("{message} {fix}", message=error.message, fix=error.fix or "")
        return show(page(filled(form, typed(form, taken), error=said)), error.status)


def status_of(row: Engagement, today: date) -> Badge:
    """Whether an engagement is open today."""
    if row.closed_on is not None:
        return Badge(Tone.IDLE, _("closed"))
    if today < row.begins_on:
        return Badge(Tone.WAIT, _("not begun"))
    return Badge(Tone.IDLE, _("over")) if today > row.ends_on else Badge(Tone.OPEN, _("open"))


def scope_of(visit: Visit, line: EngagementLine) -> Text:
    """What an engagement covers, in words."""
    catalogue = visit.installation.catalogue
    offices: Text = ", ".join(row.name for row in line.offices) or _("all offices")
    programmes: Text = ", ".join(str(catalogue.get(one).label) for one in line.programmes) or _("all programmes")
    return _("{offices}; {programmes}", offices=offices, programmes=programmes)


def _row(visit: Visit, line: EngagementLine) -> RulingRow:
    row = line.row
    return RulingRow(
        first=Link(addresses.engagement(row.number), row.number),
        cells=(row.title, words.on(row.begins_on), words.on(row.ends_on), scope_of(visit, line)),
        status=status_of(row, visit.today),
    )


def _page(session: Session, visit: Visit, line: EngagementLine) -> EngagementPage:
    row = line.row
    is_open = engagements.is_open(row, visit.today)
    sees = visit.may(Permission.SEE_SAMPLES) and (is_open or visit.role is not Role.AUDITOR)
    audits = visit.may(Permission.AUDIT) and is_open
    manages = visit.may(Permission.MANAGE_ENGAGEMENTS) and row.closed_on is None
    acts = []
    if audits:
        acts.append(Link(addresses.engagement(row.number, "samples", "new"), _("Draw a sample"), primary=True))
        acts.append(Link(addresses.engagement(row.number, "findings", "new"), _("Raise a finding")))
    if manages:
        acts.append(Link(addresses.engagement(row.number, "change"), _("Extend or staff anew")))
    samples = queries.samples_of(session, row) if sees else []
    return EngagementPage(
        base=visit.at(Place.AUDITS),
        back=_BACK,
        heading=row.title,
        summary=row.purpose,
        status=status_of(row, visit.today),
        facts=(
            Fact(_("Number"), row.number),
            Fact(_("From"), words.on(row.begins_on)),
            Fact(_("Until"), words.on(row.closed_on or row.ends_on)),
            Fact(_("Scope"), scope_of(visit, line)),
            Fact(_("Lead auditor"), line.auditors[0].name),
            *(Fact(_("Auditor"), account.name) for account in line.auditors[1:]),
        ),
        acts=tuple(acts),
        may_see=sees,
        samples=tuple(
            _sample(session, sample, report)
            for sample, report in samples
            if audits or sample.state is SampleState.SIGNED
        ),
        findings=tuple(
            finding_row(one, visit.today) for one in findings.listed(session, visit.actor, engagement_id=row.id)
        ),
        close=forms.close_engagement(row.number) if manages else None,
    )


def _sample(session: Session, sample: Sample, report: AuditReport | None) -> SampleRow:
    known = states(session, sample)
    done = sum(state is ItemState.DONE for state in known.values())
    signed = sample.state is SampleState.SIGNED
    issued = report is not None and report.state is ReportState.ISSUED
    return SampleRow(
        number=Link(addresses.sample(sample.number), sample.number),
        drawn=words.on(sample.drawn_on),
        method=METHOD_WORDS[sample.method],
        progress=_("{done} of {count} read", done=done, count=len(known)),
        status=Badge(Tone.DONE, _("signed")) if signed else Badge(Tone.OPEN, _("being read")),
        report=Link(addresses.sample(sample.number, "report"), report.number) if report and issued else None,
    )


def _new_form(visit: Visit) -> Form:
    with visit.database.read() as session:
        auditors = _auditors(session)
        rows = organisations.listed(session, OrganisationKind.OFFICE)
    offices = () if visit.role is Role.SUPERVISOR else tuple(Option(str(row.id), row.name) for row in rows)
    offered = visit.installation.catalogue.latest(on=visit.today)
    programmes = tuple(Option(one.id, one.label) for one in offered)
    return forms.new_engagement(auditors, offices, programmes, visit.organisation.code, visit.today.isoformat())


def _new_page(visit: Visit) -> Callable[[Form], FormPage]:
    lead = _("Once an engagement was opened, auditors reach only what open engagements cover that name them.")
    heading: Message = _("Open an engagement")
    return lambda form: FormPage(
        base=visit.at(Place.AUDITS), heading=heading, lead=lead, facts=(), form=form, back=_BACK
    )


def _change_form(visit: Visit, number: str) -> Form:
    with visit.database.read() as session:
        line = queries.one(session, visit.actor, number)
        auditors = _auditors(session)
    chosen = " ".join(str(account.id) for account in line.auditors)
    ends_on = line.row.ends_on.isoformat()
    return forms.change_engagement(number, auditors, chosen, str(line.auditors[0].id), ends_on)


def _change_page(visit: Visit, number: str) -> Callable[[Form], FormPage]:
    back = Link(addresses.engagement(number), number)
    heading = _("Extend or staff anew")
    lead = _("What the engagement covers stays; for that another one is opened.")
    return lambda form: FormPage(
        base=visit.at(Place.AUDITS), heading=heading, lead=lead, facts=(), form=form, back=back
    )


def _auditors(session: Session) -> Options:
    return tuple(Option(str(account.id), account.name) for account in queries.auditors(session))
