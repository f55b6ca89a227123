"""Asking for a waiver, a condition or an interim permission, answering it, taking it back."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.errors import NotFound, Refused
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.cases import queries, rulings
from casework.cases.rulings import RefuseConcession
from casework.cases.tables import Case
from casework.concessions import rules, service
from casework.concessions.rules import KIND_WORDS, ConcessionState
from casework.concessions.service import AskConcession, DecideConcession
from casework.concessions.tables import Concession
from casework.recorded import WITHDRAW_REASONS
from checklists.facts import WaiverKind
from checklists.programme import Programme
from dashboard import words
from dashboard.cases import conceding, reasons, wording
from dashboard.cases.known import find
from dashboard.cases.submitting import form_page, submit
from dashboard.forms import rulings as forms
from dashboard.forms.case import Options
from dashboard.parts import Fact, Option, Text
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, filled, hidden
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(prefix="/cases/{case_id:uuid}/waivers", dependencies=[Depends(signed_in)])

_WHO = _("It is answered by: {authority}. Who asks cannot answer.")
_GIVEN_BY = {
    WaiverKind.WAIVER: _("A waiver is given by"),
    WaiverKind.CONDITION: _("A condition is set by"),
    WaiverKind.INTERIM: _("Interim permission is given by"),
}
_ENDS = _("Somebody else decides. What is given is printed on what is issued, with authority, reference and end.")


@router.get("/new")
def ask_new(case_id: UUID, visit: Signed, requirement: str = "", subject: str = "") -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, programme = find(visit, case_id)
    form, title, facts = _asking(case, programme, requirement, subject)
    return show(form_page(visit, case, form, title, _ENDS, facts))


@router.post("/new")
def new(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, programme = find(visit, case_id)
    requirement, subject = hidden(taken, "requirement"), hidden(taken, "subject")
    form, title, _facts = _asking(case, programme, requirement, subject)

    def act(values: Values, version: int) -> str:
        command = AskConcession(
            case_id=case_id,
            requirement=requirement,
            subject=subject,
            kind=WaiverKind(values.text("kind")),
            reason=values.text("reason"),
        )
        visit.database.run(visit.actor, rulings.ask_concession, visit.installation.catalogue, command, version)
        return "waiver-asked"

    return submit(visit, case, taken, form, title, act)


@router.get("/{concession_id:uuid}")
def ask_answer(case_id: UUID, concession_id: UUID, visit: Signed) -> Response:
    case, programme, row = _found(visit, case_id, concession_id)
    form, title, facts = _deciding(visit, case, programme, row)
    lead = _(_WHO.text, authority=rules.authority_words(row.authority))
    return show(form_page(visit, case, form, title, lead, facts))


@router.post("/{concession_id:uuid}")
def answer(case_id: UUID, concession_id: UUID, visit: Signed, taken: Form) -> Response:
    case, programme, row = _found(visit, case_id, concession_id)
    form, title, _facts = _deciding(visit, case, programme, row)

    def act(values: Values, version: int) -> str:
        command = DecideConcession(
            concession_id=concession_id,
            given=values.text("answer") == "given",
            reference=values.text("reference"),
            reason=values.text("reason"),
            ends_on=values.days["ends_on"],
            until_event=values.text("until_event"),
        )
        refusal = RefuseConcession(appeal_to=values.text("appeal_to"))
        visit.database.run(
            visit.actor, rulings.decide_concession, visit.installation.catalogue, command, refusal, version
        )
        return "waiver-given" if command.given else "waiver-refused"

    return submit(visit, case, taken, form, title, act)


@router.get("/{concession_id:uuid}/withdraw")
def ask_withdraw(case_id: UUID, concession_id: UUID, visit: Signed) -> Response:
    case, programme, row = _found(visit, case_id, concession_id)
    form, title = _taking_back(visit, case, programme, row)
    return show(form_page(visit, case, form, title, _("What stands on it is open again.")))


@router.post("/{concession_id:uuid}/withdraw")
def withdraw(case_id: UUID, concession_id: UUID, visit: Signed, taken: Form) -> Response:
    case, programme, row = _found(visit, case_id, concession_id)
    form, title = _taking_back(visit, case, programme, row)

    def act(values: Values, version: int) -> str:
        catalogue, reason = visit.installation.catalogue, values.text("reason")
        visit.database.run(visit.actor, rulings.withdraw_concession, catalogue, concession_id, reason, version)
        return "waiver-withdrawn"

    return submit(visit, case, taken, form, title, act)


def _asking(
    case: Case, programme: Programme, requirement_id: str, subject: str
) -> tuple[AskedForm, Text, tuple[Fact, ...]]:
    found = programme.requirement(requirement_id)
    kinds = rules.kinds_for(found[1]) if found else ()
    if found is None or not kinds:
        raise NotFound("not_waivable", _("There is no such requirement that can be waived."), _("Open it on its case."))
    requirement = found[1]
    offered = tuple(Option(kind.value, KIND_WORDS[kind]) for kind in kinds)
    form = forms.ask(case.id, case.version, requirement_id, subject, offered)
    form = filled(form, {"kind": kinds[0].value})
    title = _(
        "Ask for a waiver or condition: {title}", title=wording.requirement_title(programme, requirement, subject)
    )
    facts = [
        Fact(_GIVEN_BY[kind], rules.authority_words(rules.authority_for(requirement, kind) or "")) for kind in kinds
    ]
    facts += [
        Fact(_("Rule"), requirement.legal_basis.label),
        Fact(_("Departure"), words.on(case.planned_departure) if case.planned_departure else _("no day planned")),
    ]
    return form, title, tuple(facts)


def _found(visit: Visit, case_id: UUID, concession_id: UUID) -> tuple[Case, Programme, Concession]:
    case, programme = find(visit, case_id)
    with visit.database.read() as session:
        row = service.find(session, concession_id)
    if row.case_id != case.id:
        raise NotFound("waiver", _("There is no such waiver or condition."), _("Open it from its case."))
    return case, programme, row


def _deciding(
    visit: Visit, case: Case, programme: Programme, row: Concession
) -> tuple[AskedForm, Text, tuple[Fact, ...]]:
    rules.require_decider(row.authority, row.asked_by, visit.role, visit.actor.key)
    said = not rules.is_secret(programme, row.requirement)
    form = forms.decide(case.id, row.id, case.version, _events(programme), said=said)
    with visit.database.read() as session:
        who = queries.accounts_by_key(session, [row.asked_by]).get(row.asked_by)
        told = reasons.read(visit, visit.database.vault(session), programme, case, [row])
    reasons.note(visit, programme, [row])
    facts = (
        Fact(_("Asked for"), _("{day}, {who}", day=words.on(row.asked_on), who=who.name if who else "")),
        Fact(_("Reason"), told[row.id].asked),
        Fact(_("Departure"), words.on(case.planned_departure) if case.planned_departure else _("no day planned")),
    )
    return form, conceding.title_of(programme, row), facts


def _taking_back(visit: Visit, case: Case, programme: Programme, row: Concession) -> tuple[AskedForm, Text]:
    asked = row.state is ConcessionState.REQUESTED and visit.may(Permission.EDIT_CASES)
    if not asked and not rules.may_decide(row.authority, visit.role):
        raise Refused("role", _("Your role may not take this back."), _("Ask a supervisor."))
    options = tuple(Option(code, said) for code, said in WITHDRAW_REASONS.items())
    form = forms.take_back(case.id, row.id, case.version, options)
    return form, _("Take back: {what}", what=conceding.title_of(programme, row))


def _events(programme: Programme) -> Options:
    """Every kind of evidence of the programme, by the title of what asks for it first."""
    titles: dict[str, Text] = {}
    for stage in programme.stages:
        for requirement in stage.requirements:
            titles.setdefault(requirement.evidence, requirement.label)
    return tuple(Option(kind, title) for kind, title in titles.items())
