"""``/audits/findings``: what auditors found, what offices answered, and what is late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _, _n
from casework.accounts import queries as accounts
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account
from casework.auditing import engagements, findings, rules
from casework.auditing.findings import AnswerFinding, RaiseFinding
from casework.auditing.rules import ACT_WORDS, FINDING_WORDS, SEVERITY_WORDS, FindingAct, FindingState, Severity
from casework.auditing.tables import AuditFinding, Engagement, Sample, SampleItem
from casework.certificates.tables import Certificate
from casework.organisations.tables import Organisation
from dashboard import addresses, notices, words
from dashboard.cases.submitting import typed
from dashboard.forms import auditing as forms
from dashboard.forms import lists
from dashboard.forms.rulings import part_of_list
from dashboard.pages.auditing import FindingPage, FindingRow, Passage
from dashboard.pages.base import Place
from dashboard.pages.case import Decision, FormPage
from dashboard.pages.rulings import RulingList, RulingRow
from dashboard.paging import given, pager, wanted
from dashboard.parts import Badge, Fact, Form, Link, Option, Tone
from dashboard.posting import Values, Wrong, filled, read
from dashboard.sessions import Form as SentForm
from dashboard.sessions import Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])
_OVERDUE = "overdue"
_TONES = {
    FindingState.OPEN: Tone.OPEN,
    FindingState.IN_ACTION: Tone.OPEN,
    FindingState.DISPUTED: Tone.TODAY,
    FindingState.IMPLEMENTED: Tone.WAIT,
    FindingState.CLOSED: Tone.DONE,
    FindingState.WITHDRAWN: Tone.IDLE,
}


@router.get(addresses.FINDINGS)
def finding_list(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_SAMPLES)
    asked, page = given(request), wanted(given(request))
    options = (Option(_OVERDUE, _("overdue")), *(Option(one.value, said) for one, said in FINDING_WORDS.items()))
    form = part_of_list(addresses.FINDINGS, _("State"), options)
    lists.check_known(form, asked)
    show_ = asked.get("show", "")
    with visit.database.read() as session:
        late = findings.overdue(session, visit.actor, visit.today)
        found = late if show_ == _OVERDUE else findings.listed(
            session, visit.actor, FindingState(show_) if show_ else None
        )  # fmt: skip
        shown = found[page.offset : page.offset + page.size]
        offices = {row.office_id: session.get_one(Organisation, row.office_id).name for row in shown}
    summary = _n("{count} finding, the last one first", "{count} findings, the last one first", len(found))
    if late and show_ != _OVERDUE:
        summary = _("{all}; {late} overdue", all=summary, late=len(late))
    return show(
        RulingList(
            base=visit.at(Place.AUDITS),
            heading=_("Findings"),
            summary=summary,
            links=(Link(addresses.AUDITS, _("Engagements")),),
            filters=filled(form, asked),
            chips=lists.chips(form, asked),
            columns=(_("Number"), _("Finding"), _("Office"), _("Severity"), _("Done by"), _("Status")),
            rows=tuple(
                RulingRow(
                    Link(addresses.finding(row.number), row.number),
                    (
                        row.title,
                        offices[row.office_id],
                        SEVERITY_WORDS[row.severity],
                        words.on(row.due_on) if row.due_on else "",
                    ),
                    status_of(row, visit.today),
                )
                for row in shown
            ),
            pager=pager(addresses.FINDINGS, asked, page, len(shown), len(found)),
            empty=_("No finding fits."),
        )
    )


@router.get("/audits/engagements/{number}/findings/new")
def ask_new(request: Request, number: str, visit: Signed) -> Response:
    asked = request.query_params
    sample, position = asked.get("sample", ""), asked.get("position", "")
    return show(_new_page(visit, number, _new_form(visit, number, sample, position)))


@router.post("/audits/engagements/{number}/findings/new")
def raise_one(number: str, visit: Signed, taken: SentForm) -> Response:
    hidden = {name: value[0] for name, value in taken.items() if value and isinstance(value[0], str)}
    sample, position = str(hidden.get("sample", "")), str(hidden.get("position", ""))
    form = _new_form(visit, number, sample, position)
    try:
        values = read(form, taken)
        command = RaiseFinding(
            engagement=number,
            title=values.text("title"),
            severity=Severity(values.text("severity")),
            criterion=values.text("criterion"),
            condition=values.text("condition"),
            cause=values.text("cause"),
            recommendation=values.text("recommendation"),
            office_id=None if sample else UUID(values.text("office_id")),
            sample=sample,
            position=int(position) if sample else 0,
        )
        row = visit.database.run(visit.actor, findings.raise_, command)
    except Wrong as wrong:
        return show(_new_page(visit, number, wrong.form), 422)
    except (InvalidInput, NotFound) as error:
        return show(_new_page(visit, number, filled(form, typed(form, taken), error=error.message)), error.status)
    return go_to(notices.done(addresses.finding(row.number), "finding-raised"))


@router.get("/audits/findings/{number}")
def one_finding(number: str, visit: Signed) -> Response:
    with visit.database.read() as session:
        return show(_page(session, visit, findings.find(session, visit.actor, number)))


@router.post("/audits/findings/{number}/answer")
def answer(number: str, visit: Signed, taken: SentForm) -> Response:
    require(visit.role, Permission.ANSWER_FINDINGS)

    def act(values: Values) -> str:
        responsible = values.text("responsible")
        command = AnswerFinding(
            number=number,
            act=FindingAct(values.text("act")),
            words=values.text("words"),
            action=values.text("action"),
            responsible=UUID(responsible) if responsible else None,
            due_on=values.days["due_on"],
        )
        visit.database.run(visit.actor, findings.answer, command)
        return "finding-answered"

    return _send(visit, number, taken, "answer", act)


@router.post("/audits/findings/{number}/implement")
def implement(number: str, visit: Signed, taken: SentForm) -> Response:
    require(visit.role, Permission.ANSWER_FINDINGS)

    def act(values: Values) -> str:
        visit.database.run(visit.actor, findings.implement, number, values.text("words"))
        return "finding-answered"

    return _send(visit, number, taken, "implement", act)


@router.post("/audits/findings/{number}/follow-up")
def follow_up(number: str, visit: Signed, taken: SentForm) -> Response:
    require(visit.role, Permission.AUDIT)

    def act(values: Values) -> str:
        done, said = FindingAct(values.text("act")), values.text("words")
        visit.database.run(visit.actor, findings.follow_up, number, done, said, values.days.get("due_on"))
        return "finding-followed-up"

    return _send(visit, number, taken, "follow-up", act)


def finding_row(row: AuditFinding, today: date) -> FindingRow:
    """A finding in a list of its engagement."""
    due = words.on(row.due_on) if row.due_on else ""
    number = Link(addresses.finding(row.number), row.number)
    return FindingRow(number, row.title, SEVERITY_WORDS[row.severity], due, status_of(row, today))


def status_of(row: AuditFinding, today: date) -> Badge:
    """Where a finding stands."""
    if rules.is_overdue(row.state, row.due_on, today):
        return Badge(Tone.LATE, _("overdue"))
    return Badge(_TONES[row.state], FINDING_WORDS[row.state])


def _send(visit: Visit, number: str, taken: SentForm, name: str, act: Callable[[Values], str]) -> Response:
    """Read the form of this name as the finding's page shows it now, act, and come back to the page."""
    with visit.database.read() as session:
        page = _page(session, visit, findings.find(session, visit.actor, number))
    form = next((one for one in page.forms if one.id == name), None)
    if form is None:
        raise Conflict("finding_state", _("This cannot be done with the finding now."), _("Look at its present state."))
    try:
        code = act(read(form, taken))
    except Wrong as wrong:
        return show(_with(page, wrong.form), 422)
    except InvalidInput as error:
        said = _("{message} {fix}", message=error.message, fix=error.fix or "")
        return show(_with(page, filled(form, typed(form, taken), error=said)), error.status)
    return go_to(notices.done(addresses.finding(number), code))


def _with(page: FindingPage, form: Form) -> FindingPage:
    """The page with this form in the place of the one it was."""
    return replace(page, forms=tuple(form if one.id == form.id else one for one in page.forms))


def _page(session: Session, visit: Visit, row: AuditFinding) -> FindingPage:
    engagement = session.get_one(Engagement, row.engagement_id)
    steps = findings.steps_of(session, row)
    people = accounts.people(session, {step.recorded_by for step in steps})
    responsible = session.get_one(Account, row.responsible_id).name if row.responsible_id else ""
    facts = [
        Fact(_("Number"), row.number),
        Fact(_("Engagement"), engagement.title, addresses.engagement(engagement.number)),
        Fact(_("Office"), session.get_one(Organisation, row.office_id).name),
        Fact(_("Severity"), SEVERITY_WORDS[row.severity]),
        *_origin(session, row),
    ]
    if row.due_on is not None:
        facts += [Fact(_("Responsible"), responsible), Fact(_("Done by"), words.on(row.due_on))]
    parts = (
        (_("Criterion"), row.criterion),
        (_("Condition"), row.condition),
        (_("Cause"), row.cause),
        (_("Recommendation"), row.recommendation),
        (_("Corrective action"), next((step.action for step in reversed(steps) if step.action), "")),
    )
    return FindingPage(
        base=visit.at(Place.AUDITS),
        back=Link(addresses.FINDINGS, _("Findings")),
        heading=row.title,
        summary=_("Raised on {day}", day=words.on(row.raised_on)),
        status=status_of(row, visit.today),
        facts=tuple(facts),
        passages=tuple(
            Passage(title, tuple(line for line in text.splitlines() if line.strip())) for title, text in parts if text
        ),
        steps=tuple(
            Decision(
                words.on(step.recorded_on),
                ACT_WORDS[step.act],
                people[step.recorded_by].name if step.recorded_by in people else _("the engine"),
                step.words,
            )
            for step in reversed(steps)
        ),
        forms=_forms(session, visit, row, engagement),
    )


def _origin(session: Session, row: AuditFinding) -> list[Fact]:
    """The document of a sample that it came from."""
    if row.item_id is None:
        return []
    item = session.get_one(SampleItem, row.item_id)
    sample = session.get_one(Sample, item.sample_id)
    number = session.get_one(Certificate, item.certificate_id).number
    return [
        Fact(_("Document"), number, addresses.document(item.certificate_id)),
        Fact(_("Sample"), sample.number, addresses.sample(sample.number)),
    ]


def _forms(session: Session, visit: Visit, row: AuditFinding, engagement: Engagement) -> tuple[Form, ...]:
    """What the reader may do with the finding now."""
    acts = rules.acts_from(row.state)
    if visit.may(Permission.ANSWER_FINDINGS):
        if FindingAct.AGREE in acts:
            staff = tuple(Option(str(one.id), one.name) for one in findings.staff(session, row.office_id))
            return (forms.answer(row.number, staff),)
        return (forms.implement(row.number),) if FindingAct.IMPLEMENT in acts else ()
    own = tuple(act for act in acts if act not in rules.OFFICE_ACTS)
    audits = visit.may(Permission.AUDIT) and engagements.is_open(engagement, visit.today)
    return (forms.follow_up(row.number, own),) if own and audits else ()


def _new_form(visit: Visit, number: str, sample: str, position: str) -> Form:
    if sample and not (position.isascii() and position.isdigit() and len(position) < 7):
        raise InvalidInput("missing_field", _("The form is not complete."), _("Open it from the document again."))
    with visit.database.read() as session:
        engagement = engagements.find(session, visit.actor, number)
        engagements.require_auditor(session, visit.actor, engagement, visit.today)
        offices = tuple(Option(str(row.id), row.name) for row in findings.offices(session, engagement))
    return forms.new_finding(number, offices, (("sample", sample), ("position", position)) if sample else ())


def _new_page(visit: Visit, number: str, form: Form) -> FormPage:
    lead = _("The office answers it, and you follow it up. What was said is never changed.")
    facts = tuple(
        Fact(_("Document"), _("no. {position} of {sample}", position=dict(form.hidden)["position"], sample=value))
        for name, value in form.hidden
        if name == "sample"
    )
    back = Link(addresses.engagement(number), number)
    heading = _("Raise a finding")
    return FormPage(base=visit.at(Place.AUDITS), heading=heading, lead=lead, facts=facts, form=form, back=back)
