"""Pay out what was approved, stop what is not to be paid, reclaim what was paid wrongly."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.entitlements import queries, rules
from casework.entitlements.rules import ClaimAct, ClaimState, ReclaimState
from casework.entitlements.service import entitled, is_stopped, keep, locked, post, require_not_stopped
from casework.entitlements.tables import CaseEntitlement, EntitlementClaim, EntitlementReclaim
from casework.ledger import queries as ledger_queries
from casework.ledger import rules as ledger
from casework.ledger import service as booking
from casework.ledger.rules import Booked, EntryKind, LedgerAccount
from casework.ledger.tables import LedgerEntry
from casework.repayments import references
from casework.work import Work
from checklists.catalogue import Catalogue

_RECLAIM: Final = "reclaim/"
"""What the key of a reclaim begins with; the id of the wish follows."""


def pay(
    work: Work,
    catalogue: Catalogue,
    claim_id: UUID,
    paid_on: date,
    reference: str,
    expected_version: int | None = None,
) -> EntitlementClaim:
    """Record that an approved claim was paid out, by somebody who neither claimed nor approved it. `reference` is the
    bank's. Of a case that has ended, or whose programme has no such rule any more, only what was approved before is
    paid.

    Raises `Refused` (``role``, ``same_person``, ``not_entitled``), `Conflict` (``claim_state``, ``stopped``),
    `InvalidInput` (``date_in_future``, ``too_early``, ``reference``).
    """
    row, of, case = locked(work, Permission.PAY_ENTITLEMENTS, claim_id, expected_version)
    state = rules.moved(row.state, ClaimAct.PAY)
    require_not_stopped(of, row.month)
    rules.require_other(work.actor.key, [row.claimed_by, row.decided_by], _("you claimed or approved it"))
    programme = programme_of(catalogue, case)
    if rules.may_be_claimed(case.life) and any(one.id == of.entitlement for one in programme.entitlements):
        entitled(work, programme, case, of.entitlement)
    day = recorded.happened(paid_on, _("day of the payment"), work.today)
    if row.decided_on is not None and day < row.decided_on:
        raise InvalidInput(
            "too_early", _("The payment lies before the day on which it was approved."), _("Correct the day.")
        )
    row.state, row.payments = state, row.payments + 1
    row.paid_on, row.paid_by = day, work.actor.key
    row.reference = ledger.known_reference(reference)
    post(work, of, ledger.entitlement_paid(_amount(row)), day, _payment(row), row.reference)
    return keep(work, row, "entitlement.paid", day)


def payment_returned(
    work: Work, claim_id: UUID, reason: str, happened_on: date, expected_version: int | None = None
) -> EntitlementClaim:
    """The payment came back, or was recorded wrongly: the claim is to be paid anew, but one that a stop meets is
    stopped. `reason` is a code of `rules.PAYMENT_REASONS`.

    Raises `Refused` (``role``), `Conflict` (``claim_state``, ``overdrawn``: it is reclaimed), `InvalidInput`
    (``unknown_reason``, ``dates``, ``date_in_future``).
    """
    row, of, _case = locked(work, Permission.PAY_ENTITLEMENTS, claim_id, expected_version)
    recorded.known_reason(reason, rules.PAYMENT_REASONS)
    row.state = rules.moved(row.state, ClaimAct.RETURN)
    entry = work.session.exec(select(LedgerEntry).where(LedgerEntry.key == _payment(row))).one()
    booking.reverse(work, entry.id, reason, happened_on)
    if _reclaimable(work, of) < 0:
        raise Conflict(
            "overdrawn",
            _("This payment is reclaimed from the worker."),
            _("Take back first what is recorded of the reclaim, on the page of the case's entitlements."),
        )
    row.paid_on, row.paid_by, row.reference = None, "", ""
    keep(work, row, "entitlement.payment_returned", happened_on)
    if is_stopped(of, row.month):
        _stop(work, of, row)
    return row


def stop(
    work: Work, entitlement_id: UUID, from_day: date, reason: str, expected_version: int | None = None
) -> CaseEntitlement:
    """Stop an entitlement: of a month that begins on `from_day` or later nothing is paid, nor what is not paid by the
    month. What was claimed or approved of that is stopped with it; what was paid is for `ask_reclaim`, and is stopped
    where the payment comes back.

    Raises `Refused` (``role``), `Conflict` (``stopped``), `InvalidInput` (``unknown_reason``).
    """
    of = _locked(work, Permission.APPROVE_ENTITLEMENTS, entitlement_id, expected_version)
    recorded.known_reason(reason, rules.STOP_REASONS)
    if of.stopped_from is not None:
        raise Conflict("stopped", _("The payment was stopped already."), _("Let it go on first, if that was wrong."))
    of.stopped_from, of.stop_reason, of.stopped_by = from_day, reason, work.actor.key
    for row in queries.live(work.session, of.id):
        if row.state is ClaimState.PAID or not rules.stops(row.month, from_day):
            continue
        _stop(work, of, row)
    return _keep(work, of, "entitlement.stopped", reason=reason)


def resume(work: Work, entitlement_id: UUID, expected_version: int | None = None) -> CaseEntitlement:
    """Let a stopped entitlement go on; what was stopped is claimed anew. It takes somebody else than who stopped it.

    Raises `Refused` (``role``, ``same_person``), `Conflict` (``not_stopped``).
    """
    of = _locked(work, Permission.APPROVE_ENTITLEMENTS, entitlement_id, expected_version)
    if of.stopped_from is None:
        raise Conflict("not_stopped", _("The payment is not stopped."), _("Reload the page."))
    rules.require_other(work.actor.key, [of.stopped_by], _("you stopped it"))
    of.stopped_from, of.stop_reason, of.stopped_by = None, "", ""
    return _keep(work, of, "entitlement.resumed")


def ask_reclaim(
    work: Work, entitlement_id: UUID, amount_minor: int, reason: str, expected_version: int | None = None
) -> EntitlementReclaim:
    """Wish that something be paid back: no more than was paid out and is not reclaimed already. Somebody else confirms
    it before the worker owes anything. Raises `InvalidInput` (``invalid_amount``, ``over_paid``,
    ``unknown_reason``)."""
    of = _locked(work, Permission.RECORD_ENTITLEMENTS, entitlement_id, expected_version)
    recorded.known_reason(reason, rules.RECLAIM_REASONS)
    _require_reclaimable(work, of, ledger.require_amount(amount_minor))
    row = EntitlementReclaim(
        entitlement_id=of.id,
        case_id=of.case_id,
        amount_minor=amount_minor,
        reason=reason,
        asked_on=work.today,
        asked_by=work.actor.key,
        recorded_at=work.now,
    )
    return _keep_reclaim(work, row, "entitlement.reclaim_asked")


def answer_reclaim(
    work: Work, reclaim_id: UUID, *, confirmed: bool, expected_version: int | None = None
) -> EntitlementReclaim:
    """Confirm or decline what somebody else wishes to be paid back. Raises `Refused` (``role``, ``same_person``),
    `Conflict` (``decided``), `InvalidInput` (``over_paid``)."""
    require(work.actor.role, Permission.APPROVE_ENTITLEMENTS)
    found = work.session.get(EntitlementReclaim, reclaim_id)
    if found is None:
        raise NotFound("reclaim", _("There is no such wish."), _("Open it from its case."))
    of = _locked(work, Permission.APPROVE_ENTITLEMENTS, found.entitlement_id, expected_version)
    work.session.refresh(found)
    if found.state is not ReclaimState.ASKED:
        raise Conflict("decided", _("Somebody has decided on this already."), _("Look at its present state."))
    rules.require_other(work.actor.key, [found.asked_by], _("you asked for it"))
    found.decided_on, found.decided_by = work.today, work.actor.key
    if not confirmed:
        found.state = ReclaimState.DECLINED
        return _keep_reclaim(work, found, "entitlement.reclaim_declined")
    _require_reclaimable(work, of, found.amount_minor)
    found.state = ReclaimState.CONFIRMED
    post(work, of, ledger.reclaim(found.amount_minor), work.today, f"{_RECLAIM}{found.id}")
    return _keep_reclaim(work, found, "entitlement.reclaim_confirmed")


def paid_back(
    work: Work,
    entitlement_id: UUID,
    amount_minor: int,
    paid_on: date,
    reference: str,
    expected_version: int | None = None,
) -> LedgerEntry:
    """The worker paid back, or a part of it; the same reference of the bank counts once. The money may be there before
    somebody confirms that it is owed, but not before anything was paid out.

    Raises `Refused` (``role``), `Conflict` (``already_posted``, ``overdrawn``: more than is owed), `InvalidInput`
    (``invalid_amount``, ``date_in_future``, ``dates``: less was to be paid back on that day; ``reference``).
    """
    of = _locked(work, Permission.PAY_ENTITLEMENTS, entitlement_id, expected_version)
    known = ledger.known_reference(reference)
    case = changes.find(work.session, work.actor, of.case_id)
    references.require_free(work.session, case.office_id, known, of.id)
    entry = post(work, of, ledger.reclaim_paid(amount_minor), paid_on, _paid_back_key(work, of, known), known)
    _require_paid_out(work, of, paid_on)
    _require_owed(work, of, paid_on)
    _keep(work, of, "entitlement.paid_back")
    return entry


def waive_reclaim(
    work: Work, entitlement_id: UUID, amount_minor: int, expected_version: int | None = None
) -> LedgerEntry:
    """What is owed need not be paid back: the programme bears it. By somebody else than who confirmed what is owed.

    Raises `Refused` (``role``, ``same_person``), `Conflict` (``overdrawn``), `InvalidInput` (``invalid_amount``).
    """
    of = _locked(work, Permission.APPROVE_ENTITLEMENTS, entitlement_id, expected_version)
    query = select(EntitlementReclaim.decided_by).where(
        EntitlementReclaim.entitlement_id == of.id, col(EntitlementReclaim.state) == ReclaimState.CONFIRMED
    )
    rules.require_other(work.actor.key, work.session.exec(query), _("you confirmed that it is owed"))
    case = changes.find(work.session, work.actor, of.case_id)
    entry = post(work, of, ledger.reclaim_waived(amount_minor), work.today, f"waived/{of.id}/{case.version}")
    _keep(work, of, "entitlement.reclaim_waived")
    return entry


def take_back(
    work: Work,
    entry_id: UUID,
    reason: str,
    happened_on: date,
    expected_version: int | None = None,
) -> LedgerEntry:
    """What was paid back, what need not be, or what is to be, was recorded wrongly: it can be recorded anew. `reason`
    is a code of `rules.TAKE_BACK_REASONS`, `happened_on` the day on which the bank returned it: that counts no more
    under its reference. What was never so is taken back as of its own day.

    Whoever records these takes them back; a reclaim somebody else than who confirmed it, as it is no more owed.
    Raises `Refused` (``role``, ``same_person``), `NotFound` (``ledger_entry``), `Conflict` (``taken_back``,
    ``overdrawn``: more of the reclaim was settled), `InvalidInput` (``unknown_reason``, ``dates``,
    ``date_in_future``).
    """
    entry = work.session.get(LedgerEntry, entry_id)
    paid = entry is not None and entry.kind is EntryKind.RECLAIM_PAID
    permission = Permission.PAY_ENTITLEMENTS if paid else Permission.APPROVE_ENTITLEMENTS
    require(work.actor.role, permission)
    if entry is None or entry.kind not in rules.TAKE_BACK_REASONS:
        raise NotFound("ledger_entry", _("There is no such entry."), _("Open it from its case."))
    of = _locked(work, permission, entry.subject_id, expected_version)
    recorded.known_reason(reason, rules.TAKE_BACK_REASONS[entry.kind])
    if work.session.exec(select(LedgerEntry.id).where(LedgerEntry.reverses_id == entry.id)).first() is not None:
        raise Conflict("taken_back", _("This was taken back already."), _("Look at its present state."))
    if entry.kind is EntryKind.RECLAIM:
        rules.require_other(work.actor.key, [entry.recorded_by], _("you confirmed that it is owed"))
    day = happened_on if reason == ledger.RETURNED else _own_day(work, of, entry)
    back = booking.reverse(work, entry.id, reason, day, entry.reference)
    _require_owed(work, of, day)
    if entry.kind is EntryKind.RECLAIM:
        wish = work.session.get_one(EntitlementReclaim, UUID(entry.key.removeprefix(_RECLAIM)))
        wish.state, wish.decided_on, wish.decided_by = ReclaimState.DECLINED, work.today, work.actor.key
        _keep_reclaim(work, wish, "entitlement.reclaim_declined")
    _keep(work, of, "entitlement.taken_back", kind=entry.kind.value, reason=reason)
    return back


def _stop(work: Work, of: CaseEntitlement, row: EntitlementClaim) -> None:
    owed = row.state is ClaimState.APPROVED
    row.state, row.slot = rules.moved(row.state, ClaimAct.STOP), None
    if owed:
        post(work, of, ledger.entitlement_stopped(_amount(row)), work.today, f"claim/{row.id}/stopped")
    keep(work, row, "entitlement.claim_stopped")


def _paid_back_key(work: Work, of: CaseEntitlement, reference: str) -> str:
    """What was taken back is recorded anew under a key of its own; the same again is the entry that stands."""
    entries = ledger_queries.entries(work.session, of.id)
    why = {one.reverses_id: one.reason for one in entries}
    same = [one.id for one in entries if one.kind is EntryKind.RECLAIM_PAID and one.reference == reference]
    if any(why.get(one) == ledger.RETURNED for one in same):
        raise Conflict(
            "already_posted",
            _("What has this reference came back to the bank."),
            _("Compare the reference with the bank's list."),
        )
    before = sum(1 for one in same if one in why)
    # No reference has this sign, so no other one comes to the same key.
    return f"paid-back/{of.id}/{reference}" + (f"#{before + 1}" if before else "")


def _own_day(work: Work, of: CaseEntitlement, entry: LedgerEntry) -> date:
    """The day as of which a wrong entry is taken back. What the bank returned had been paid back of a reclaim until
    then, so the reclaim counts as long."""
    if entry.kind is not EntryKind.RECLAIM:
        return entry.happened_on
    entries = ledger_queries.entries(work.session, of.id)
    return max([entry.happened_on, *(one.happened_on for one in entries if _came_back(one))])


def _came_back(entry: Booked) -> bool:
    return entry.reason == ledger.RETURNED and entry.amount(LedgerAccount.RECLAIM) > 0


def _require_paid_out(work: Work, of: CaseEntitlement, day: date) -> None:
    entries = ledger_queries.entries(work.session, of.id)
    if day < min(one.happened_on for one in entries if one.kind is EntryKind.ENTITLEMENT_PAID):
        raise InvalidInput("dates", _("On that day nothing had been paid out."), _("Correct the day."))


def _require_owed(work: Work, of: CaseEntitlement, since: date) -> None:
    """From that day on, and from the first reclaim that stands, never more was paid back or waived than was to be."""
    entries = ledger_queries.entries(work.session, of.id)
    gone = {one.reverses_id for one in entries}
    owed = [one.happened_on for one in entries if one.kind is EntryKind.RECLAIM and one.id not in gone]
    since = max(since, min(owed, default=since))
    if rules.lowest(entries, LedgerAccount.RECLAIM, since) < 0:
        raise InvalidInput("dates", _("On that day less was to be paid back."), _("Correct the day."))


def _require_reclaimable(work: Work, of: CaseEntitlement, amount: int) -> None:
    if amount > _reclaimable(work, of):
        raise InvalidInput(
            "over_paid",
            _("More would be reclaimed than was paid out."),
            _("Reclaim at most what was paid and is not reclaimed already."),
        )


def _reclaimable(work: Work, of: CaseEntitlement) -> int:
    """What was paid out and is not reclaimed: what was granted and is not to come."""
    held = ledger_queries.balances(work.session, [of.id])[of.id]
    return held[LedgerAccount.ENTITLEMENT] + held[LedgerAccount.PAYABLE]


def _locked(work: Work, permission: Permission, entitlement_id: UUID, expected_version: int | None) -> CaseEntitlement:
    require(work.actor.role, permission)
    of = work.session.get(CaseEntitlement, entitlement_id)
    if of is None:
        raise NotFound("entitlement", _("Nothing of this was ever claimed."), _("Open it from its case."))
    changes.change(work, of.case_id, expected_version, any_life=True)
    work.session.refresh(of)
    return of


def _keep(work: Work, of: CaseEntitlement, event: str, **data: str) -> CaseEntitlement:
    work.session.add(of)
    work.record(event, f"case_entitlement/{of.id}", case_id=of.case_id, data={"entitlement": of.entitlement, **data})
    work.session.flush()
    return of


def _keep_reclaim(work: Work, row: EntitlementReclaim, event: str) -> EntitlementReclaim:
    work.session.add(row)
    work.record(event, f"entitlement_reclaim/{row.id}", case_id=row.case_id, data={"reason": row.reason})
    work.session.flush()
    return row


def _amount(row: EntitlementClaim) -> int:
    return ledger.require_amount(row.amount_minor or 0)


def _payment(row: EntitlementClaim) -> str:
    """The key of the last payment of a claim."""
    return f"claim/{row.id}/paid/{row.payments}"
