"""The job and the contract of a case: put forward, promised, signed, compared, seen to."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import Conflict, NotFound, PredepartureError, Refused
from basis.messages import Message, _
from casework.accounts.rules import Permission, require
from casework.contracts import service as contracts
from casework.contracts.compare import BARRED, SHOWN
from casework.contracts.rules import AnswerKind
from casework.contracts.service import AnswerPoint, RecordContract
from casework.evidence import service as evidence
from casework.evidence.tables import EvidenceStatus
from casework.organisations.tables import Organisation
from casework.recruitment.permissions import require_order
from casework.recruitment.tables import JobOrder
from casework.selection import queries, service, sharing
from casework.selection.queries import Fit
from casework.selection.sharing import Agree
from casework.skills.rules import CRITERION_WORDS, VERDICT_WORDS, Verdict
from dashboard import addresses, selecting
from dashboard.cases import job as views
from dashboard.cases.job import KnownJob
from dashboard.cases.submitting import form_page, submit
from dashboard.cases.wording import requirement_title
from dashboard.forms import contracts as forms
from dashboard.forms import selection as selection_forms
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.selection import NominatePage, OpenOrder
from dashboard.parts import Badge, Fact, Link, Option, Text, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, filled, hidden
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(prefix="/cases/{case_id:uuid}/job", dependencies=[Depends(signed_in)])

_TONES = {Verdict.MET: Tone.DONE, Verdict.COMING: Tone.WAIT, Verdict.MISSING: Tone.IDLE}
_ANSWER = _("How the point was seen to")


@router.get("")
def one(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.CHECK_CONTRACTS)
    found = views.known(visit, case_id)
    look(visit, "job.viewed", f"case_file/{case_id}", case_id)
    return show(views.page(visit, found))


@router.get("/contract")
def ask_for_contract(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.CHECK_CONTRACTS)
    found = views.known(visit, case_id)
    return show(form_page(visit, found.case, _signed_form(visit, found), _("The signed contract"), _AS_WRITTEN))


@router.post("/contract")
def sign(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.CHECK_CONTRACTS)
    found = views.known(visit, case_id)

    def act(values: Values, version: int) -> str:
        paper = values.texts.get("evidence", "")
        command = RecordContract(
            case_id=case_id,
            terms=forms.terms_of(values),
            signed_on=values.day("signed_on"),
            evidence_id=UUID(paper) if paper else None,
        )
        visit.database.run(visit.actor, contracts.sign, command, version)
        return "contract-recorded"

    form = _signed_form(visit, found)
    return submit(visit, found.case, taken, form, _("The signed contract"), act, _address(case_id))


@router.get("/promise")
def ask_for_promise(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.CHECK_CONTRACTS)
    found = views.known(visit, case_id)
    return show(form_page(visit, found.case, _promise_form(found), _("What the worker was promised"), _AS_WRITTEN))


@router.post("/promise")
def promise(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.CHECK_CONTRACTS)
    found = views.known(visit, case_id)

    def act(values: Values, version: int) -> str:
        terms = forms.terms_of(values)
        visit.database.run(visit.actor, contracts.promise, visit.installation.catalogue, case_id, terms, version)
        return "promise-recorded"

    form = _promise_form(found)
    return submit(visit, found.case, taken, form, _("What the worker was promised"), act, _address(case_id))


@router.get("/points/{point}")
def ask_for_answer(case_id: UUID, point: str, visit: Signed) -> Response:
    require(visit.role, Permission.CHECK_CONTRACTS)
    found = views.known(visit, case_id)
    form = _answer_form(found, point)
    heading: Message = _("See to it: {what}", what=views.title_of(found, point))
    return show(form_page(visit, found.case, form, heading, facts=views.facts_of(found, point)))


@router.post("/points/{point}")
def answer(case_id: UUID, point: str, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.CHECK_CONTRACTS)
    found = views.known(visit, case_id)
    form = _answer_form(found, point)

    def act(values: Values, version: int) -> str:
        command = AnswerPoint(
            case_id=case_id,
            point=point,
            kind=AnswerKind(values.texts.get("kind", "") or "enough"),
            answered_on=values.day("answered_on"),
            language=values.texts.get("language", ""),
            paper=values.texts.get("paper", ""),
            reason=values.text("reason"),
        )
        visit.database.run(visit.actor, contracts.answer, visit.installation.catalogue, command, version)
        return "contract-answered"

    return submit(visit, found.case, taken, form, _ANSWER, act, _address(case_id))


@router.post("/answers/{answer_id:uuid}/{act_name}")
def decide(case_id: UUID, answer_id: UUID, act_name: str, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.MANAGE_RECRUITMENT)
    found = views.known(visit, case_id)
    if act_name not in ("confirm", "return") or answer_id not in {row.id for row in found.view.answers.values()}:
        raise NotFound("answer", _("There is no such answer."), _("Open it from its case."))
    confirmed = act_name == "confirm"

    def act(_values: Values, version: int) -> str:
        operation = contracts.confirm if confirmed else contracts.give_back
        visit.database.run(visit.actor, operation, answer_id, version)
        return "contract-answer-decided"

    form = forms.decide(case_id, found.case.version, answer_id, "", confirmed=confirmed)
    return submit(visit, found.case, taken, form, _ANSWER, act, _address(case_id))


@router.post("/check")
def check(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.CHECK_CONTRACTS)
    found = views.known(visit, case_id)

    def act(_values: Values, version: int) -> str:
        visit.database.run(visit.actor, contracts.check, visit.installation.catalogue, case_id, version)
        return "contract-in-order"

    form = forms.in_order(case_id, found.case.version)
    return submit(visit, found.case, taken, form, _("The contract is in order"), act, _address(case_id))


@router.post("/contracts/{contract_id:uuid}/withdraw")
def withdraw(case_id: UUID, contract_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.CHECK_CONTRACTS)
    found = views.known(visit, case_id)
    if found.view.signed is None or found.view.signed.id != contract_id:
        raise Conflict("withdrawn", _("This contract counts no longer."), _("Look at the present one."))

    def act(_values: Values, version: int) -> str:
        visit.database.run(visit.actor, contracts.withdraw, contract_id, version)
        return "contract-withdrawn"

    form = forms.withdraw(case_id, found.case.version, contract_id)
    return submit(visit, found.case, taken, form, _("It was recorded in error"), act, _address(case_id))


@router.get("/nominate")
def ask_to_nominate(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.SELECT_CANDIDATES)
    require(visit.role, Permission.CHECK_CONTRACTS)
    found = views.known(visit, case_id)
    with visit.database.read() as session:
        agreed = queries.may_be_shared(session, found.case)
        orders = [
            (
                order,
                employer,
                queries.fit(session, found.programme, found.case, order, visit.today),
                _refused(session, found, order, visit.today),
            )
            for order, employer in queries.open_orders(session, found.case, visit.today)
        ]
    return show(
        NominatePage(
            base=visit.at(Place.CASES),
            back=Link(_address(case_id), _("Job and contract")),
            heading=_("Put forward for a job order, case {reference}", reference=found.case.reference),
            agreement=_agreement(found, agreed=agreed),
            orders=tuple(_open_order(found, *one, agreed=agreed) for one in orders),
            empty=_("No approved job order of this programme is open to the case."),
        )
    )


@router.post("/nominate")
def nominate(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.SELECT_CANDIDATES)
    found = views.known(visit, case_id)
    order_id = _order(hidden(taken, "order"))

    def act(_values: Values, version: int) -> str:
        visit.database.run(visit.actor, service.nominate, visit.installation.catalogue, case_id, order_id, version)
        return "nominated"

    form = selection_forms.nominate(case_id, found.case.version, order_id, "")
    return submit(visit, found.case, taken, form, _("Put forward for a job order"), act, _address(case_id))


@router.post("/agree")
def agree(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.SELECT_CANDIDATES)
    found = views.known(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = Agree(
            case_id=case_id,
            given_on=values.day("given_on"),
            notice_version=values.text("notice_version"),
            language=values.text("language"),
        )
        visit.database.run(visit.actor, sharing.agree, command, version)
        return "sharing-agreed"

    form = _agreement(found, agreed=False)
    return submit(visit, found.case, taken, form, form.submit, act, addresses.case(case_id, "job", "nominate"))


@router.post("/end-agreement")
def end_agreement(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.SELECT_CANDIDATES)
    found = views.known(visit, case_id)

    def act(_values: Values, version: int) -> str:
        visit.database.run(visit.actor, sharing.end_agreement, case_id, version)
        return "sharing-ended"

    form = _agreement(found, agreed=True)
    return submit(visit, found.case, taken, form, form.submit, act, _address(case_id))


_AS_WRITTEN = _("Record what is written. What is left empty, the contract does not say.")


def _address(case_id: UUID) -> str:
    return addresses.case(case_id, "job")


def _order(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("job_order", _("There is no such job order."), _("Choose one from the list.")) from None


def _signed_form(visit: Visit, found: KnownJob) -> AskedForm:
    """With the present contract in it, where a corrected one is recorded; else empty but for the parties: what was
    promised is not to be taken over unread."""
    case, view = found.case, found.view
    form = forms.signed(case.id, case.version, found.programme.contract_terms, _papers(visit, found))
    if view.signed_terms is not None:
        return filled(form, forms.values_of(view.signed_terms))
    return filled(form, {"employer": case.employer, "occupation": case.occupation})


def _promise_form(found: KnownJob) -> AskedForm:
    form = forms.promised(found.case.id, found.case.version, found.programme.contract_terms)
    if found.view.promised_terms is not None:
        return filled(form, forms.values_of(found.view.promised_terms))
    return filled(form, {"employer": found.case.employer, "occupation": found.case.occupation})


def _papers(visit: Visit, found: KnownJob) -> tuple[Option, ...]:
    """The papers that programmes know as contracts."""
    with visit.database.read() as session:
        items = evidence.of_case(session, visit.actor, found.case.id)
    asked = {asked.evidence: asked for _stage, asked in found.programme.requirements()}
    return tuple(
        Option(str(item.id), requirement_title(found.programme, asked[item.kind], item.subject))
        for item in items
        if "contract" in item.kind and item.kind in asked and item.status is not EvidenceStatus.WITHDRAWN
    )


def _answer_form(found: KnownJob, point: str) -> AskedForm:
    case = found.case
    finding = next((one for one in found.view.findings if one.key == point), None)
    if finding is not None and finding.verdict in BARRED:
        raise Refused(
            "below_minimum",
            _("What the programme asks of a contract cannot be signed away."),
            _("Have the contract corrected and record the new one."),
        )
    if point not in found.view.points:
        raise NotFound("point", _("The contract has no such point."), _("Look at its present state."))
    if finding is not None:
        return forms.enough(case.id, case.version, point)
    return forms.accepted(case.id, case.version, point)


def _agreement(found: KnownJob, *, agreed: bool) -> AskedForm:
    case = found.case
    asked = selection_forms.end_agreement if agreed else selection_forms.agree
    return asked(case.id, case.version)


def _refused(session: Session, found: KnownJob, order: JobOrder, on: date) -> Text:
    """Why nobody is put forward for the job order now."""
    try:
        require_order(session, found.programme, order, on)
    except PredepartureError as error:
        return error.message
    return ""


def _open_order(
    found: KnownJob, order: JobOrder, employer: Organisation, fit: Fit, refused: Text, *, agreed: bool
) -> OpenOrder:
    title = selecting.order_title(order)
    said: tuple[tuple[Message, Text], ...] = (
        (_("Employer"), employer.name),
        (SHOWN["wage_minor"].title, selecting.wage(order)),
        (SHOWN["weekly_minutes"].title, selecting.hours(order)),
    )
    reasons: list[tuple[Text, Text, Badge]] = [
        (CRITERION_WORDS[one.criterion], one.words, Badge(_TONES[one.verdict], VERDICT_WORDS[one.verdict]))
        for one in fit.reasons
    ]
    reasons += [(one.asked, one.known, Badge(_TONES[one.verdict], VERDICT_WORDS[one.verdict])) for one in fit.more]
    return OpenOrder(
        title,
        tuple(Fact(label, value) for label, value in said if value),
        tuple(reasons),
        selection_forms.nominate(found.case.id, found.case.version, order.id, title)
        if agreed and not refused
        else None,
        refused,
    )
