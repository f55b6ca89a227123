"""Record decisions against a worker, each with its letter; lodge appeals and decide on them.

`cases.rulings` and `cases.service.move` lock the case and refresh it after.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account
from casework.auditing import access
from casework.cases.tables import Case, CaseMove
from casework.certificates import service as certificates
from casework.decisions import rules
from casework.decisions.rules import AppealOutcome, Appellant, DecisionEnd, DecisionKind
from casework.decisions.tables import AdverseDecision, Appeal
from casework.organisations.tables import Organisation
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxKind
from casework.work import Work

LONGEST_WORDS = 1000
LONGEST_GROUNDS = 10_000


class Disclosed(BaseModel):
    """What the letter of a decision says beside what was decided.

    `reason` is a code of `rules.REASONS`; `words` are added to its sentence. `decided_by` is the account that decided
    (None: the actor), `authority` on whose authority ("": the office). `appeal_to` names who decides on an appeal
    ("": the office), `appeal_until` the last day (None: `rules.APPEAL_DAYS` from today).
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    reason: str
    words: str = ""
    authority: str = ""
    decided_by: UUID | None = None
    appeal_to: str = ""
    appeal_until: date | None = None


class LodgeAppeal(BaseModel):
    """An appeal as it came in. One that comes late is taken in and marked: whether it counts is part of its answer."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    decision_id: UUID
    lodged_on: date
    lodged_by: Appellant
    grounds: str


class DecideAppeal(BaseModel):
    """The answer to an appeal, by somebody who took no part in the decision."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    appeal_id: UUID
    outcome: AppealOutcome
    reasons: str


def record(
    work: Work,
    case: Case,
    kind: DecisionKind,
    disclosed: Disclosed,
    decided_on: date,
    *,
    move: CaseMove | None = None,
    concession_id: UUID | None = None,
    stage: str = "",
    secret: bool = False,
) -> AdverseDecision:
    """Write the decision down and ask for its letter, in the same transaction: there is no refusal without one.

    Raises `InvalidInput` (``undisclosable``, ``own_words``, ``appeal_too_short``, ``decided_by``).
    """
    allowed = rules.openness(kind, move.reason if move else "", secret=secret)
    rules.require_open(allowed, disclosed.reason, disclosed.words)
    office = work.session.get_one(Organisation, case.office_id)
    row = AdverseDecision(
        case_id=case.id,
        kind=kind,
        stage=stage,
        move_id=move.id if move else None,
        concession_id=concession_id,
        reason=disclosed.reason,
        authority=recorded.text(disclosed.authority, _("authority"), 400, needed=False) or office.name,
        decided_on=recorded.happened(decided_on, _("day of the decision"), work.today),
        decided_by=_decider(work, case, disclosed.decided_by),
        recorded_at=work.now,
        recorded_by=work.actor.key,
        appeal_to=recorded.text(disclosed.appeal_to, _("whom to appeal to"), 400, needed=False) or office.name,
        appeal_until=rules.last_day(decided_on, disclosed.appeal_until, work.today),
    )
    words = recorded.text(disclosed.words, _("words"), LONGEST_WORDS, needed=False)
    if words:
        row.words = work.vault.seal(case.worker_id, "adverse_decision", row.id, "words", words.encode())
    work.session.add(row)
    work.session.flush()
    outbox.put(work, OutboxKind.ISSUE, row.id, case.id, str(row.id))
    work.record(
        "decision.recorded",
        f"adverse_decision/{row.id}",
        case_id=case.id,
        happened_on=decided_on,
        data={"kind": kind.value, "appeal_until": row.appeal_until.isoformat()},
    )
    return row


def end(work: Work, row: AdverseDecision, kind: DecisionEnd) -> None:
    """The decision no longer stands: its letter is revoked in the same transaction."""
    row.ended_on, row.end = work.today, kind
    work.session.add(row)
    certificates.end_letter(work, row.id, kind.value)
    work.record("decision.ended", f"adverse_decision/{row.id}", case_id=row.case_id, data={"end": kind.value})


def end_with_move(work: Work, case: Case, move: CaseMove) -> None:
    """The move was recorded in error: so was the decision that it ended with, if there was one.

    Raises `Conflict` (``appeal_open``) while an appeal against it waits for its answer.
    """
    query = select(AdverseDecision).where(AdverseDecision.move_id == move.id, col(AdverseDecision.end).is_(None))
    row = work.session.exec(query).one_or_none()
    if row is None:
        return
    if open_appeal(work.session, row.id) is not None:
        raise Conflict(
            "appeal_open",
            _("An appeal against this decision waits for its answer."),
            _("Somebody who took no part in the decision has to answer the appeal; that can overturn it."),
        )
    end(work, row, DecisionEnd.RECORDED_IN_ERROR)


def lodge(work: Work, case: Case, row: AdverseDecision, command: LodgeAppeal) -> Appeal:
    """Take in an appeal. Raises `Conflict` (``not_in_force``, ``appeal_open``, ``appeal_decided``)."""
    require(work.actor.role, Permission.EDIT_CASES)
    if row.end is not None:
        raise Conflict("not_in_force", _("This decision no longer stands."), _("Look at its present state."))
    for earlier in appeals_of(work.session, [row.id]):
        if earlier.outcome is None:
            raise Conflict("appeal_open", _("An appeal against this decision waits for its answer already."), None)
        if earlier.outcome is AppealOutcome.UPHELD:
            raise Conflict(
                "appeal_decided",
                _("An appeal against this decision was answered already: it stands."),
                _("The worker can turn to a court."),
            )
    if command.lodged_on < row.decided_on:
        raise InvalidInput(
            "dates", _("The appeal is dated before the decision."), _("Correct the day on which it came in.")
        )
    appeal = Appeal(
        decision_id=row.id,
        case_id=case.id,
        lodged_on=recorded.happened(command.lodged_on, _("day of the appeal"), work.today),
        lodged_by=command.lodged_by,
        late=command.lodged_on > row.appeal_until,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    grounds = recorded.text(command.grounds, _("grounds"), LONGEST_GROUNDS)
    appeal.grounds = work.vault.seal(case.worker_id, "appeal", appeal.id, "grounds", grounds.encode())
    work.session.add(appeal)
    work.session.flush()
    work.record(
        "appeal.lodged",
        f"appeal/{appeal.id}",
        case_id=case.id,
        happened_on=command.lodged_on,
        data={"by": appeal.lodged_by.value, "late": appeal.late},
    )
    return appeal


def answer(work: Work, case: Case, appeal: Appeal, row: AdverseDecision, command: DecideAppeal) -> None:
    """Record the outcome. Whoever took part in the decision is refused; an appeal taken back needs no judge.

    Overturned: the decision ends and its letter is revoked; what follows for the case is `cases.rulings`' to do.
    """
    if command.outcome is AppealOutcome.WITHDRAWN:
        require(work.actor.role, Permission.EDIT_CASES)
    else:
        rules.require_uninvolved(work.actor.role, work.actor.key, row.decided_by, row.recorded_by)
    if appeal.outcome is not None:
        raise Conflict("appeal_decided", _("This appeal was answered already."), _("Look at its present state."))
    reasons = recorded.text(command.reasons, _("reasons"), LONGEST_GROUNDS)
    appeal.outcome, appeal.decided_on, appeal.decided_by = command.outcome, work.today, work.actor.key
    appeal.reasons = work.vault.seal(case.worker_id, "appeal", appeal.id, "reasons", reasons.encode())
    work.session.add(appeal)
    work.record("appeal.answered", f"appeal/{appeal.id}", case_id=case.id, data={"outcome": command.outcome.value})
    if command.outcome is AppealOutcome.OVERTURNED:
        end(work, row, DecisionEnd.OVERTURNED)


def find(session: Session, decision_id: UUID) -> AdverseDecision:
    """The decision. Raises `NotFound` (``decision``); whether the actor may know of its case is the caller's."""
    row = session.get(AdverseDecision, decision_id)
    if row is None:
        raise NotFound("decision", _("There is no such decision."), _("Open it from its case."))
    return row


def find_appeal(session: Session, appeal_id: UUID) -> Appeal:
    """The appeal. Raises `NotFound` (``appeal``)."""
    row = session.get(Appeal, appeal_id)
    if row is None:
        raise NotFound("appeal", _("There is no such appeal."), _("Open it from its case."))
    return row


def of_case(session: Session, case_id: UUID) -> list[AdverseDecision]:
    """All decisions of a case, oldest first."""
    query = select(AdverseDecision).where(AdverseDecision.case_id == case_id)
    return list(session.exec(query.order_by(col(AdverseDecision.id))))


def appeals_of(session: Session, decision_ids: list[UUID]) -> list[Appeal]:
    """The appeals against these decisions, oldest first."""
    query = select(Appeal).where(col(Appeal.decision_id).in_(decision_ids))
    return list(session.exec(query.order_by(col(Appeal.id))))


def open_appeal(session: Session, decision_id: UUID) -> Appeal | None:
    """The appeal that waits for its answer, if there is one."""
    return next((one for one in appeals_of(session, [decision_id]) if one.outcome is None), None)


def read_appeal(work: Work, appeal_id: UUID) -> tuple[Appeal, str, str]:
    """The appeal with its grounds and the reasons of its answer, opened; whoever looks leaves an event."""
    require(work.actor.role, Permission.SEE_APPEALS)
    appeal = find_appeal(work.session, appeal_id)
    case = work.session.get_one(Case, appeal.case_id)
    seen = access.noted(work, appeal.case_id)
    work.record("appeal.viewed", f"appeal/{appeal.id}", case_id=appeal.case_id, data=seen)

    def opened(column: str, value: bytes | None) -> str:
        return work.vault.open(case.worker_id, "appeal", appeal.id, column, value).decode() if value else ""

    return appeal, opened("grounds", appeal.grounds), opened("reasons", appeal.reasons)


def words_of(work: Work, case: Case, row: AdverseDecision) -> str:
    """The words that the letter adds to its reason."""
    if row.words is None:
        return ""
    return work.vault.open(case.worker_id, "adverse_decision", row.id, "words", row.words).decode()


def _decider(work: Work, case: Case, decided_by: UUID | None) -> str:
    if decided_by is None or decided_by == work.actor.user_id:
        return work.actor.key
    account = work.session.get(Account, decided_by)
    if account is None or account.organisation_id != case.office_id:
        raise InvalidInput("decided_by", _("This account cannot have decided it."), _("Choose somebody of the office."))
    return str(account.id)
