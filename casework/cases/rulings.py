"""Concessions, decisions against the worker, and appeals: each with the case locked, and refreshed after.

Part of `cases.service`: like it, it calls the services of other flats.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from basis.errors import InvalidInput, Refused
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.cases import changes, service
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.rules import REVERSAL
from casework.cases.service import MoveCase
from casework.cases.tables import Case, CaseMove
from casework.concessions import service as concessions
from casework.concessions.rules import SECRET_STAGES, is_role, is_secret
from casework.concessions.service import AskConcession, DecideConcession
from casework.concessions.tables import Concession
from casework.decisions import rules as decision_rules
from casework.decisions import service as decisions
from casework.decisions.rules import AppealOutcome, DecisionKind
from casework.decisions.service import DecideAppeal, Disclosed, LodgeAppeal
from casework.decisions.tables import AdverseDecision, Appeal
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.programme import Programme


class RefuseConcession(BaseModel):
    """What the letter of a refused concession says beside the reason of the refusal itself."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    appeal_to: str = ""
    appeal_until: date | None = None


class DecideAgainst(BaseModel):
    """A decision against the worker that does not end the case: medical, security, a stage that was not passed."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    kind: DecisionKind
    stage: str = ""
    decided_on: date
    disclosed: Disclosed


def ask_concession(
    work: Work, catalogue: Catalogue, command: AskConcession, expected_version: int | None = None
) -> Concession:
    """Ask for a waiver, a condition or an interim permission (`concessions.service.ask`)."""
    require(work.actor.role, Permission.EDIT_CASES)
    case = changes.change(work, command.case_id, expected_version, any_life=True)
    programme = programme_of(catalogue, case)
    _require_open(programme, case, command.requirement)
    return concessions.ask(work, programme, case, command)


def decide_concession(
    work: Work,
    catalogue: Catalogue,
    command: DecideConcession,
    refusal: RefuseConcession | None = None,
    expected_version: int | None = None,
) -> Concession:
    """Give or refuse what was asked for; a refusal is a decision against the worker and has its letter.

    The letter's reason is that no ground was shown, with the words of the refusal, unless the stage concerned is of
    security or medical kind: there it is the fixed sentence alone.
    """
    case, row = _of_concession(work, command.concession_id, expected_version)
    programme = programme_of(catalogue, case)
    _require_open(programme, case, row.requirement)
    concessions.decide(work, programme, case, row, command)
    if not command.given:
        asked = refusal or RefuseConcession()
        secret = is_secret(programme, row.requirement)
        disclosed = Disclosed(
            reason="no_ground",
            words="" if secret else command.reason,
            authority="" if is_role(row.authority) else row.authority,
            appeal_to=asked.appeal_to,
            appeal_until=asked.appeal_until,
        )
        kind = DecisionKind.CONCESSION_REFUSED
        decisions.record(work, case, kind, disclosed, work.today, concession_id=row.id, secret=secret)
    refresh(work, programme, case)
    return row


def withdraw_concession(
    work: Work, catalogue: Catalogue, concession_id: UUID, reason: str, expected_version: int | None = None
) -> Concession:
    """Take back a wish, or what was given; sign-offs that stand on it end with their certificates."""
    case, row = _of_concession(work, concession_id, expected_version)
    programme = programme_of(catalogue, case)
    _require_open(programme, case, row.requirement)
    concessions.withdraw(work, row, reason)
    refresh(work, programme, case)
    return row


def decide_against(
    work: Work, catalogue: Catalogue, command: DecideAgainst, expected_version: int | None = None
) -> AdverseDecision:
    """Record a decision that leaves the case going, and ask for its letter.

    Raises `Refused` (``role``), `InvalidInput` (``decision_kind``, ``stage``).
    """
    if command.kind not in (DecisionKind.MEDICAL, DecisionKind.SECURITY, DecisionKind.STAGE_NOT_PASSED):
        raise InvalidInput(
            "decision_kind",
            _("A decision of this kind is recorded with the move of the case, or with the waiver that is refused."),
            _("Move the case, or answer the wish for a waiver."),
        )
    if not decision_rules.may_record(command.kind, work.actor.role):
        raise Refused("role", _("Your role may not record this decision."), _("Ask a supervisor."))
    case = changes.change(work, command.case_id, expected_version)
    stage = programme_of(catalogue, case).stage(command.stage) if command.stage else None
    if (stage is None) is not (command.kind is not DecisionKind.STAGE_NOT_PASSED) or (command.stage and not stage):
        raise InvalidInput(
            "stage",
            _("It is not clear which stage was not passed."),
            _("Name a stage of the programme; leave it empty for medical and security decisions."),
        )
    secret = stage is not None and stage.kind in SECRET_STAGES
    return decisions.record(
        work, case, command.kind, command.disclosed, command.decided_on, stage=command.stage, secret=secret
    )


def lodge_appeal(work: Work, command: LodgeAppeal, expected_version: int | None = None) -> Appeal:
    """Take in an appeal; a case that has ended takes it too."""
    row = decisions.find(work.session, command.decision_id)
    case = changes.change(work, row.case_id, expected_version, any_life=True)
    work.session.refresh(row)
    return decisions.lodge(work, case, row, command)


def answer_appeal(
    work: Work, catalogue: Catalogue, command: DecideAppeal, expected_version: int | None = None
) -> Appeal:
    """Record the outcome of an appeal, by somebody uninvolved.

    Overturned: the letter is revoked; a case that had ended with the decision goes back to where it was, and a wish
    that was refused waits for a new answer.
    """
    appeal = decisions.find_appeal(work.session, command.appeal_id)
    case = changes.change(work, appeal.case_id, expected_version, any_life=True)
    work.session.refresh(appeal)
    row = decisions.find(work.session, appeal.decision_id)
    decisions.answer(work, case, appeal, row, command)
    if command.outcome is AppealOutcome.OVERTURNED:
        _undo(work, catalogue, case, row)
    return appeal


def _undo(work: Work, catalogue: Catalogue, case: Case, row: AdverseDecision) -> None:
    if row.concession_id is not None:
        concessions.ask_again(work, concessions.find(work.session, row.concession_id))
    move = work.session.get(CaseMove, row.move_id) if row.move_id else None
    if move is not None and case.life is move.to_life:
        back = MoveCase(case_id=case.id, to=move.from_life, reason=REVERSAL, happened_on=work.today)
        service.move(work, catalogue, back)


def _of_concession(work: Work, concession_id: UUID, expected_version: int | None) -> tuple[Case, Concession]:
    row = concessions.find(work.session, concession_id)
    case = changes.change(work, row.case_id, expected_version, any_life=True)
    work.session.refresh(row)
    return case, row


def _require_open(programme: Programme, case: Case, requirement_id: str) -> None:
    """Of a case that has ended only what is asked after the preparation can be set aside."""
    found = programme.requirement(requirement_id)
    if not changes.takes(case, found[1].evidence if found else ""):
        raise changes.ended(case)
