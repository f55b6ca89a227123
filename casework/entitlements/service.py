"""Claim what a programme pays to a worker, and approve or decline what somebody else claimed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes, facts
from casework.cases.pinned import programme_of
from casework.cases.rules import REVERSAL, CaseLife
from casework.cases.tables import Case, CaseMove
from casework.entitlements import queries, rules
from casework.entitlements.rules import ClaimAct
from casework.entitlements.tables import CaseEntitlement, EntitlementClaim
from casework.evidence.tables import EvidenceItem
from casework.ledger import rules as ledger
from casework.ledger import service as booking
from casework.ledger.rules import Movement, Posting, Subject, SubjectKind
from casework.ledger.tables import LedgerEntry
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.entitled import entitlements
from checklists.programme import Programme
from checklists.requirement import CostBearer
from checklists.terms import Entitlement


class ClaimEntitlement(BaseModel):
    """A claim of one entitlement of the programme. `month`: any day of it, where it is paid by the month.

    `amount_minor`: minor units of `currency`, None where the rule says it or the approver writes it. The proof is a
    paper of the case, or `proof` says where it is kept."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    entitlement: str
    month: date | None = None
    amount_minor: int | None = None
    currency: str = ""
    evidence_id: UUID | None = None
    proof: str = ""


def claim(
    work: Work, catalogue: Catalogue, command: ClaimEntitlement, expected_version: int | None = None
) -> EntitlementClaim:
    """Record a claim. The case is asked now whether the condition of the rule holds; an answer not known is a no.

    Raises `NotFound` (``entitlement``), `Refused` (``role``, ``not_entitled``, ``paid_by_other``), `Conflict`
    (``ended``, ``claimed``, ``stopped``, ``used_up``), `InvalidInput` (what `rules` raises, and ``report``).
    """
    require(work.actor.role, Permission.RECORD_ENTITLEMENTS)
    case = changes.change(work, command.case_id, expected_version, any_life=True)
    if not rules.may_be_claimed(case.life):
        raise changes.ended(case)
    programme = programme_of(catalogue, case)
    rule = entitled(work, programme, case, command.entitlement)
    month = rules.require_month(rule, command.month, case.registered_on, last_day(work.session, case, work.today))
    row = _subject(work, programme, case, rule)
    require_not_stopped(row, month)
    proof = recorded.text(command.proof, _("proof"), 120, needed=False)
    _check_paper(work, case, command.evidence_id)
    rules.require_proof(rule, command.evidence_id, proof)
    slot = rules.slot_of(rule, month, command.evidence_id, proof)
    standing = queries.live(work.session, row.id)
    if any(rules.alike(one.slot, slot) for one in standing):
        raise Conflict(
            "claimed", _("This was claimed already."), _("Look at the claims; decline or withdraw that one first.")
        )
    found = rules.paying(rule, row.currency, standing)
    if found.months == 0 or (found.amount is not None and found.amount.minor == 0):
        raise Conflict("used_up", _("All that the rule allows was claimed."), _("Look at the claims."))
    made = EntitlementClaim(
        entitlement_id=row.id,
        case_id=case.id,
        slot=slot,
        month=month,
        asked_minor=rules.asked_amount(found, command.amount_minor, command.currency),
        evidence_id=command.evidence_id,
        proof=proof,
        claimed_on=work.today,
        claimed_by=work.actor.key,
        recorded_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    record(work, made, "entitlement.claimed", entitlement=rule.id)
    return made


def approve(
    work: Work,
    catalogue: Catalogue,
    claim_id: UUID,
    amount_minor: int | None = None,
    reason: str = "",
    expected_version: int | None = None,
) -> EntitlementClaim:
    """Approve what somebody else claimed: it is owed from now on. `amount_minor`: the amount where the rule names none,
    or less than was claimed of what is paid up to an amount; both with a reason.

    Raises `Refused` (``role``, ``same_person``, ``not_entitled``), `Conflict` (``claim_state``, ``ended``,
    ``stopped``), `InvalidInput` (``over_rule``, ``invalid_amount``, ``missing_value``).
    """
    row, of, case = locked(work, Permission.APPROVE_ENTITLEMENTS, claim_id, expected_version)
    state = rules.moved(row.state, ClaimAct.APPROVE)
    rules.require_other(work.actor.key, [row.claimed_by], _("you claimed it"))
    if not rules.may_be_claimed(case.life):
        raise changes.ended(case)
    rule = entitled(work, programme_of(catalogue, case), case, of.entitlement)
    require_not_stopped(of, row.month)
    said = recorded.text(reason, _("reason"), 300, needed=False)
    row.amount_minor = rules.approved_amount(rule, row.asked_minor, amount_minor, of.currency, said)
    others = [one for one in queries.live(work.session, of.id) if one.id != row.id]
    left = rules.paying(rule, of.currency, others).amount
    if left is not None and row.amount_minor > left.minor:
        raise rules.over_rule(left)
    row.state, row.reason = state, said
    row.decided_on, row.decided_by = work.today, work.actor.key
    post(work, of, ledger.entitlement_approved(row.amount_minor), work.today, f"claim/{row.id}/approved")
    return keep(work, row, "entitlement.approved")


def decline(work: Work, claim_id: UUID, reason: str, expected_version: int | None = None) -> EntitlementClaim:
    """Decline what somebody else claimed; the worker is told the reason. It can be claimed anew.

    Raises `Refused` (``role``, ``same_person``), `Conflict` (``claim_state``), `InvalidInput` (``missing_value``).
    """
    row, _of, _case = locked(work, Permission.APPROVE_ENTITLEMENTS, claim_id, expected_version)
    row.state = rules.moved(row.state, ClaimAct.DECLINE)
    rules.require_other(work.actor.key, [row.claimed_by], _("you claimed it"))
    row.reason, row.slot = recorded.text(reason, _("reason"), 300), None
    row.decided_on, row.decided_by = work.today, work.actor.key
    return keep(work, row, "entitlement.declined")


def withdraw(work: Work, claim_id: UUID, expected_version: int | None = None) -> EntitlementClaim:
    """Take a claim back before it is decided on. Raises `Conflict` (``claim_state``)."""
    row, _of, _case = locked(work, Permission.RECORD_ENTITLEMENTS, claim_id, expected_version)
    row.state, row.slot = rules.moved(row.state, ClaimAct.WITHDRAW), None
    return keep(work, row, "entitlement.withdrawn")


def locked(
    work: Work, permission: Permission, claim_id: UUID, expected_version: int | None = None
) -> tuple[EntitlementClaim, CaseEntitlement, Case]:
    """A claim with its entitlement and its case, which is locked. Raises `Refused` (``role``), `NotFound`."""
    require(work.actor.role, permission)
    row = work.session.get(EntitlementClaim, claim_id)
    if row is None:
        raise NotFound("claim", _("There is no such claim."), _("Open it from its case."))
    case = changes.change(work, row.case_id, expected_version, any_life=True)
    work.session.refresh(row)
    of = work.session.get_one(CaseEntitlement, row.entitlement_id)
    work.session.refresh(of)
    return row, of, case


def entitled(work: Work, programme: Programme, case: Case, name: str) -> Entitlement:
    """The rule, if its condition holds for the case now. Raises `NotFound` (``entitlement``), `Refused`
    (``not_entitled``, ``paid_by_other``)."""
    work.session.flush()
    known = facts.load(work.session, [case])[case.id]
    found = next((one for one in entitlements(programme, known, work.today) if one.entitlement.id == name), None)
    if found is None:
        raise NotFound(
            "entitlement", _("The programme pays nothing of this kind."), _("Look at what the programme pays.")
        )
    if found.entitlement.paid_by is not CostBearer.PROGRAMME:
        raise Refused(
            "paid_by_other", _("This is not paid by the programme."), _("Look at the programme for who pays it.")
        )
    if found.answer is not True:
        raise Refused(
            "not_entitled",
            _("The condition of the programme for this payment is not fulfilled."),
            _("Look at the rule; a paper may be missing or not accepted yet."),
        )
    return found.entitlement


def is_stopped(of: CaseEntitlement, month: date | None) -> bool:
    return of.stopped_from is not None and rules.stops(month, of.stopped_from)


def require_not_stopped(of: CaseEntitlement, month: date | None) -> None:
    """Raise `Conflict` (``stopped``) for what a stop meets: nothing of it is claimed, approved or paid any more."""
    if is_stopped(of, month):
        raise Conflict(
            "stopped",
            _("The payment was stopped ({reason}).", reason=rules.STOP_REASONS[of.stop_reason]),
            _("Let it go on first, if the stop was wrong."),
        )


def post(work: Work, of: CaseEntitlement, movement: Movement, day: date, key: str, reference: str = "") -> LedgerEntry:
    """Book a movement of an entitlement of a locked case. Raises what `ledger.service.post` does."""
    subject = Subject(SubjectKind.ENTITLEMENT, of.id, of.case_id, of.currency)
    return booking.post(work, Posting(subject, movement, day, key, reference))


def keep(work: Work, row: EntitlementClaim, event: str, happened_on: date | None = None) -> EntitlementClaim:
    """Store a claim and its event."""
    work.session.add(row)
    record(work, row, event, happened_on)
    work.session.flush()
    return row


def record(work: Work, row: EntitlementClaim, event: str, happened_on: date | None = None, **data: str) -> None:
    work.record(
        event,
        f"entitlement_claim/{row.id}",
        case_id=row.case_id,
        happened_on=happened_on,
        data={"state": row.state.value, **data},
    )


def last_day(session: Session, case: Case, today: date) -> date:
    """Until when months are owed: today, or the day on which the worker returned, else that on which the case that was
    followed up was closed; to close the case of somebody who has returned adds no months."""
    if case.life not in (CaseLife.RETURNED, CaseLife.CLOSED):
        return today
    query = select(CaseMove).where(CaseMove.case_id == case.id)
    moves = list(session.exec(query.order_by(col(CaseMove.recorded_at), col(CaseMove.id))))
    since = case.life_since
    if case.life is CaseLife.RETURNED or (moves and moves[-1].from_life is CaseLife.RETURNED):
        returns = (one for one in reversed(moves) if one.to_life is CaseLife.RETURNED and one.reason != REVERSAL)
        since = next((one.happened_on for one in returns), since)
    return min(since, today)


def _subject(work: Work, programme: Programme, case: Case, rule: Entitlement) -> CaseEntitlement:
    """The entitlement of the case in the ledger, made with its first claim."""
    query = select(CaseEntitlement).where(CaseEntitlement.case_id == case.id, CaseEntitlement.entitlement == rule.id)
    row = work.session.exec(query.execution_options(populate_existing=True)).one_or_none()
    currency = rule.amount.currency if rule.amount is not None else programme.currency
    if row is None:
        row = CaseEntitlement(case_id=case.id, entitlement=rule.id, currency=currency, recorded_at=work.now)
        work.session.add(row)
        work.session.flush()
    elif row.currency != currency:
        raise InvalidInput(
            "mixed_currencies",
            _("Earlier claims of this were paid in {currency}.", currency=row.currency),
            _("Settle them before the case moves to rules in another currency."),
        )
    return row


def _check_paper(work: Work, case: Case, evidence_id: UUID | None) -> None:
    if evidence_id is None:
        return
    item = work.session.get(EvidenceItem, evidence_id)
    if item is None or item.case_id != case.id or item.sealed_off_at is not None:
        raise InvalidInput(
            "report", _("The paper is none of the papers of this case."), _("Hand it in on the page of the case.")
        )
