"""Decisions against the worker, each with a letter, and the appeals against them."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.errors import NotFound, Refused
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.cases import queries
from casework.cases import rules as life_rules
from casework.cases import rulings as operations
from casework.cases import service as cases
from casework.cases.rules import WORDS, CaseLife
from casework.cases.rulings import DecideAgainst
from casework.cases.service import MoveCase
from casework.cases.tables import Case
from casework.decisions import rules, service
from casework.decisions.rules import REASONS, AppealOutcome, Appellant, DecisionKind
from casework.decisions.service import DecideAppeal, Disclosed, LodgeAppeal
from casework.decisions.tables import AdverseDecision, Appeal
from checklists.programme import Programme
from dashboard import words
from dashboard.cases import rulings
from dashboard.cases.known import find
from dashboard.cases.move_words import REASONS as REASONS_OF_MOVES
from dashboard.cases.submitting import form_page, submit
from dashboard.forms import rulings as forms
from dashboard.forms.case import Options
from dashboard.parts import Fact, Option
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, filled
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(prefix="/cases/{case_id:uuid}", dependencies=[Depends(signed_in)])

_REASONS: Options = tuple(Option(code, said) for code, said in REASONS.items())
_REFUSE = _("Refuse the case, with a letter to the worker")
_REFUSE_LEAD = _("The case ends. The letter says what was decided, the reason that may be told, and how to appeal.")
_AGAINST = _("Record a decision against the worker")
_AGAINST_LEAD = _("The case goes on. The letter says what was decided, the reason that may be told, and how to appeal.")
_LODGE = _("Take in an appeal")
_LODGE_LEAD = _("Somebody who took no part in the decision looks at everything anew and answers it.")
_ANSWER = _("Answer the appeal")
_ANSWER_LEAD = _("Overturned: the letter is revoked, and what ended with the decision goes on.")


@router.get("/refusal")
def ask_refusal(case_id: UUID, visit: Signed) -> Response:
    case, _programme = find(visit, case_id)
    return show(form_page(visit, case, _refusing(visit, case), _REFUSE, _REFUSE_LEAD))


@router.post("/refusal")
def refuse(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case, _programme = find(visit, case_id)

    def act(values: Values, version: int) -> str:
        to, _colon, reason = values.text("to").partition(":")
        command = MoveCase(
            case_id=case_id,
            to=CaseLife(to),
            reason=reason,
            note=values.text("note"),
            happened_on=values.day("decided_on"),
            decision=_disclosed(values, UUID(values.text("decided_by"))),
        )
        visit.database.run(visit.actor, cases.move, visit.installation.catalogue, command, version)
        return "refused"

    return submit(visit, case, taken, _refusing(visit, case), _REFUSE, act)


@router.get("/decisions/new")
def ask_decision(case_id: UUID, visit: Signed) -> Response:
    case, programme = find(visit, case_id)
    return show(form_page(visit, case, _recording(visit, case, programme), _AGAINST, _AGAINST_LEAD))


@router.post("/decisions/new")
def decide(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case, programme = find(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = DecideAgainst(
            case_id=case_id,
            kind=DecisionKind(values.text("kind")),
            stage=values.texts.get("stage", ""),
            decided_on=values.day("decided_on"),
            disclosed=_disclosed(values),
        )
        visit.database.run(visit.actor, operations.decide_against, visit.installation.catalogue, command, version)
        return "refused"

    return submit(visit, case, taken, _recording(visit, case, programme), _AGAINST, act)


@router.get("/decisions/{decision_id:uuid}/appeal")
def ask_appeal(case_id: UUID, decision_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, row = _decision(visit, case_id, decision_id)
    return show(form_page(visit, case, _lodging(visit, case, row), _LODGE, _LODGE_LEAD, _facts(row)))


@router.post("/decisions/{decision_id:uuid}/appeal")
def lodge(case_id: UUID, decision_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, row = _decision(visit, case_id, decision_id)

    def act(values: Values, version: int) -> str:
        command = LodgeAppeal(
            decision_id=decision_id,
            lodged_on=values.day("lodged_on"),
            lodged_by=Appellant(values.text("lodged_by")),
            grounds=values.text("grounds"),
        )
        visit.database.run(visit.actor, operations.lodge_appeal, command, version)
        return "appeal-lodged"

    return submit(visit, case, taken, _lodging(visit, case, row), _LODGE, act)


@router.get("/appeals/{appeal_id:uuid}")
def ask_answer(case_id: UUID, appeal_id: UUID, visit: Signed) -> Response:
    """The appeal. Its grounds are shown to those who may read them, and who looks leaves an event."""
    case, appeal, row = _appeal(visit, case_id, appeal_id)
    form = _answering(visit, case, appeal, row)
    facts = _facts(row)
    if visit.may(Permission.SEE_APPEALS):
        _read, grounds, reasons = visit.database.run(visit.actor, service.read_appeal, appeal_id)
        facts += (
            Fact(_("Came in"), _came(appeal)),
            Fact(_("What it says"), grounds),
            *((Fact(_("Reasons of the answer"), reasons),) if reasons else ()),
        )
    lead = _ANSWER_LEAD if form.fields else _("You can read this appeal; you cannot answer it.")
    return show(form_page(visit, case, form, _ANSWER if form.fields else _("Appeal"), lead, facts))


@router.post("/appeals/{appeal_id:uuid}")
def answer(case_id: UUID, appeal_id: UUID, visit: Signed, taken: Form) -> Response:
    case, appeal, row = _appeal(visit, case_id, appeal_id)
    form = _answering(visit, case, appeal, row)
    if not form.fields:
        rules.require_uninvolved(visit.role, visit.actor.key, row.decided_by, row.recorded_by)

    def act(values: Values, version: int) -> str:
        outcome = AppealOutcome(values.text("outcome"))
        command = DecideAppeal(appeal_id=appeal_id, outcome=outcome, reasons=values.text("reasons"))
        visit.database.run(visit.actor, operations.answer_appeal, visit.installation.catalogue, command, version)
        return "appeal-answered"

    return submit(visit, case, taken, form, _ANSWER, act)


def _disclosed(values: Values, decided_by: UUID | None = None) -> Disclosed:
    return Disclosed(
        reason=values.text("disclosed"),
        words=values.text("words"),
        authority=values.text("authority"),
        decided_by=decided_by,
        appeal_to=values.text("appeal_to"),
        appeal_until=values.days["appeal_until"],
    )


def _refusing(visit: Visit, case: Case) -> AskedForm:
    with visit.database.read() as session:
        came_from = cases.came_from(session, case)
        people = queries.owners(session, case.office_id)
    found = life_rules.moves_from(case.life, visit.role, came_from)
    ends = tuple(
        Option(f"{life.value}:{code}", _("{life}: {reason}", life=WORDS[life], reason=REASONS_OF_MOVES[code]))
        for life, move in found.items()
        if life in rulings.ENDINGS
        for code in move.reasons
    )
    if not ends:
        raise Refused("role", _("You cannot refuse this case."), _("Ask a supervisor."))
    own = Option(str(visit.account.id), visit.account.name)
    others = (Option(str(row.id), row.name) for row in people if row.id != visit.account.id)
    form = forms.refuse(case.id, case.version, ends, _REASONS, (own, *others), visit.today.isoformat())
    return filled(form, {"decided_by": own.value})


def _recording(visit: Visit, case: Case, programme: Programme) -> AskedForm:
    kinds = tuple(
        Option(kind.value, rulings.DECISIONS[kind]) for kind in DecisionKind if rules.may_record(kind, visit.role)
    )
    if not kinds:
        raise Refused("role", _("Your role may not record this decision."), _("Ask a supervisor."))
    stages: Options = ()
    if rules.may_record(DecisionKind.STAGE_NOT_PASSED, visit.role):
        stages = tuple(Option(stage.id, stage.label) for stage in programme.stages if stage.on_track(case.track))
    return forms.against(case.id, case.version, kinds, stages, _REASONS, visit.today.isoformat())


def _decision(visit: Visit, case_id: UUID, decision_id: UUID) -> tuple[Case, AdverseDecision]:
    case, _programme = find(visit, case_id)
    with visit.database.read() as session:
        row = service.find(session, decision_id)
    if row.case_id != case.id:
        raise NotFound("decision", _("There is no such decision."), _("Open it from its case."))
    return case, row


def _appeal(visit: Visit, case_id: UUID, appeal_id: UUID) -> tuple[Case, Appeal, AdverseDecision]:
    if not visit.may(Permission.SEE_APPEALS):
        require(visit.role, Permission.EDIT_CASES)
    with visit.database.read() as session:
        appeal = service.find_appeal(session, appeal_id)
    case, row = _decision(visit, case_id, appeal.decision_id)
    return case, appeal, row


def _lodging(visit: Visit, case: Case, row: AdverseDecision) -> AskedForm:
    appellants = tuple(Option(who.value, said) for who, said in rulings.APPELLANTS.items())
    return forms.lodge(case.id, row.id, case.version, appellants, visit.today.isoformat())


def _answering(visit: Visit, case: Case, appeal: Appeal, row: AdverseDecision) -> AskedForm:
    """The form with the outcomes that this reader may record; without a field where there is none."""
    outcomes = []
    if appeal.outcome is None:
        uninvolved = visit.actor.key not in (row.decided_by, row.recorded_by)
        if visit.may(Permission.DECIDE_APPEALS) and uninvolved:
            outcomes += [AppealOutcome.UPHELD, AppealOutcome.OVERTURNED]
        if visit.may(Permission.EDIT_CASES):
            outcomes.append(AppealOutcome.WITHDRAWN)
    offered = tuple(Option(one.value, rulings.OUTCOMES[one]) for one in outcomes)
    return forms.answer(case.id, appeal.id, case.version, offered)


def _facts(row: AdverseDecision) -> tuple[Fact, ...]:
    return (
        Fact(_("Decision"), rulings.DECISIONS[row.kind]),
        Fact(_("Decided on"), words.on(row.decided_on)),
        Fact(_("Reason in the letter"), REASONS[row.reason]),
        Fact(_("Last day to appeal"), words.on(row.appeal_until)),
    )


def _came(appeal: Appeal) -> str:
    said = _("{day}, {who}", day=words.on(appeal.lodged_on), who=rulings.APPELLANTS[appeal.lodged_by])
    return str(_("{when}, after the last day", when=said) if appeal.late else said)
