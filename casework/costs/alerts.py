"""Alerts about fees: raised when the costs are held to their ceilings, resolved by somebody who recorded none of them.

A correction of a cost does not resolve an alert by itself: else who wrote the fee down could make it go away. Nor does
it leave one resolved: what was settled was settled of the costs as somebody else saw them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import col, delete, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from basis.messages import _
from basis.money import Money
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.tables import Case
from casework.costs import queries, rules
from casework.costs.rules import AlertKind, AlertState, AlertStepKind, CostHead, FindingKind, due
from casework.costs.tables import Cost, FeeAlert, FeeAlertPayee, FeeAlertStep
from casework.vault import Vault
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.programme import Programme

TABLE: Final = "fee_alert_step"
_RAISING: Final = {
    FindingKind.FORBIDDEN: AlertKind.FORBIDDEN,
    FindingKind.OVER_LIMIT: AlertKind.OVER_LIMIT,
}


class RefundFee(BaseModel):
    """What was given back to the worker, in the alert's currency: by the number on the receipt, and its day."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    alert_id: UUID
    amount_minor: int
    refunded_on: date
    receipt: str


def reconcile(
    work: Work, programme: Programme, case: Case, corrected: Collection[Cost] = (), added: Collection[Cost] = ()
) -> bool:
    """Raise, change and reopen the alerts of a locked case by its costs of now; whether anything changed. `corrected`
    are the versions of a cost that is not the same fee any more: somebody else looks at their alerts again. `added` are
    new costs: what was settled before settles none of them."""
    wanted: dict[tuple[AlertKind, str, str], int] = defaultdict(int)
    rows = queries.versions(work.session, case.id)
    for one in queries.findings(work.session, work.vault, programme, case, rows):
        if one.excess is not None and one.kind in _RAISING:
            wanted[_RAISING[one.kind], one.head, one.excess.currency] += one.excess.minor
    changed = False
    known = queries.alerts_of(work.session, case.id)
    payees = queries.payees_of(work.session, [row.id for row in known])
    for row in known:
        touched = any(queries.is_about(row, one) for one in corrected)
        new = any(queries.is_about(row, one) for one in added)
        changed |= _follow(work, row, wanted.pop((row.kind, row.head, row.currency), 0), touched=touched, new=new)
        if row.state is AlertState.OPEN:
            _name(work, row, queries.present_payees(rows, row) - payees[row.id])
    for (kind, head, currency), excess in wanted.items():
        row = FeeAlert(
            case_id=case.id, kind=kind, head=head, currency=currency, excess_minor=excess, opened_on=work.today,
            recorded_at=work.now,
        )  # fmt: skip
        work.session.add(row)
        work.session.flush()
        _step(work, row, AlertStepKind.RAISED, excess)
        _name(work, row, queries.present_payees(rows, row))
        changed = True
    return changed


def refund(work: Work, catalogue: Catalogue, command: RefundFee, expected_version: int | None = None) -> FeeAlert:
    """Record a refund; a part leaves the alert open. Raises `Refused` (``same_person``), `Conflict` (``alert_state``,
    ``receipt_recorded``), `InvalidInput` (``invalid_amount``, ``too_much``, ``missing_value``, ``date_in_future``,
    ``dates``)."""
    case, row = _to_resolve(work, command.alert_id, expected_version)
    amount = rules.amount(Money(command.amount_minor, row.currency))
    left = due(row.excess_minor, row.refunded_minor, row.allowed_minor)
    to = AlertState.REFUNDED if amount.minor == left else AlertState.OPEN
    rules.require_step(row.state, AlertStepKind.REFUNDED, to)
    if amount.minor > left:
        raise InvalidInput(
            "too_much",
            _("More is refunded than is still to be settled ({left}).", left=Money(left, row.currency)),
            _("Correct the amount; what the worker gets besides is no refund of this fee."),
        )
    refunded_on = recorded.happened(command.refunded_on, _("day of the refund"), work.today)
    if refunded_on < queries.first_paid(queries.versions(work.session, case.id), row):
        raise InvalidInput("dates", _("The refund lies before the fee was paid."), _("Correct the day."))
    receipt = recorded.text(command.receipt, _("number of the receipt"), 80)
    if any(step.receipt == receipt for step in queries.steps_of(work.session, [row.id])[row.id]):
        raise Conflict(
            "receipt_recorded",
            _("A refund with this receipt is recorded already."),
            _("Look at the steps of the alert; another refund has another receipt."),
        )
    row.refunded_minor += amount.minor
    _move(work, row, to)
    _step(work, row, AlertStepKind.REFUNDED, amount.minor, refunded_on, receipt=receipt)
    _after(work, catalogue, case)
    return row


def allow(
    work: Work, catalogue: Catalogue, alert_id: UUID, source: str, expected_version: int | None = None
) -> FeeAlert:
    """What is left was found to be allowed; `source` is the rule that allows it, and where it stands.

    Raises `Refused` (``same_person``, ``never_allowed``), `Conflict` (``alert_state``, ``nothing_due``)."""
    case, row = _to_resolve(work, alert_id, expected_version)
    if row.head == CostHead.ILLEGITIMATE:
        raise Refused(
            "never_allowed",
            _("No rule allows such a payment."),
            _("Record the refund; if it was paid for something else, have the cost corrected."),
        )
    rules.require_step(row.state, AlertStepKind.ALLOWED, AlertState.ALLOWED)
    said = recorded.text(source, _("rule that allows it"), 1000)
    left = due(row.excess_minor, row.refunded_minor, row.allowed_minor)
    if not left:
        raise _nothing_left()
    row.allowed_minor += left
    _move(work, row, AlertState.ALLOWED)
    _step(work, row, AlertStepKind.ALLOWED, left, source=said, worker_id=case.worker_id)
    _after(work, catalogue, case)
    return row


def confirm(work: Work, catalogue: Catalogue, alert_id: UUID, expected_version: int | None = None) -> FeeAlert:
    """The correction of the costs is right, also in whom they were paid to; what was given back for costs of before
    counts for those of now. Raises `Conflict` (``still_due``) where that changes nothing."""
    case, row = _to_resolve(work, alert_id, expected_version)
    left = due(row.excess_minor, row.refunded_minor, row.allowed_minor)
    again = min(left, row.freed_minor)
    to = rules.confirmed(left - again, row.refunded_minor + again, row.allowed_minor)
    rules.require_step(row.state, AlertStepKind.CONFIRMED, to)
    paid_to = queries.present_payees(queries.versions(work.session, case.id), row)
    named = queries.payees_of(work.session, [row.id])[row.id]
    if to is AlertState.OPEN and not again and paid_to == named:
        raise Conflict(
            "still_due",
            _("The costs as they are recorded are still over what may be charged."),
            _("Record the refund, or the rule that allows it."),
        )
    row.refunded_minor, row.freed_minor = row.refunded_minor + again, row.freed_minor - again
    _name(work, row, paid_to - named)
    work.session.exec(
        delete(FeeAlertPayee).where(
            col(FeeAlertPayee.alert_id) == row.id, col(FeeAlertPayee.organisation_id).in_(named - paid_to)
        )
    )
    _move(work, row, to)
    _step(work, row, AlertStepKind.CONFIRMED)
    _after(work, catalogue, case)
    return row


def agree(
    work: Work, catalogue: Catalogue, alert_id: UUID, agreed_on: date, language: str,
    expected_version: int | None = None,
) -> FeeAlert:  # fmt: skip
    """The worker wants the departure to wait until the alert is resolved; was asked in `language` (BCP 47)."""
    require(work.actor.role, Permission.RECORD_COSTS)
    case, row = _locked(work, alert_id, expected_version)
    rules.require_step(row.state, AlertStepKind.AGREED, AlertState.OPEN)
    row.agreed_on = recorded.happened(agreed_on, _("day of the agreement"), work.today)
    row.agreed_language = recorded.text(language, _("language"), 16)
    work.session.add(row)
    _step(work, row, AlertStepKind.AGREED, happened_on=agreed_on)
    _after(work, catalogue, case)
    return row


def end_agreement(work: Work, catalogue: Catalogue, alert_id: UUID, expected_version: int | None = None) -> FeeAlert:
    """The worker wants to leave all the same. Raises `Conflict` (``no_agreement``)."""
    require(work.actor.role, Permission.RECORD_COSTS)
    case, row = _locked(work, alert_id, expected_version)
    rules.require_step(row.state, AlertStepKind.AGREEMENT_ENDED, AlertState.OPEN)
    if row.agreed_on is None:
        raise Conflict("no_agreement", _("No agreement of the worker is recorded."), _("Look at the alert."))
    row.agreed_on, row.agreed_language = None, ""
    work.session.add(row)
    _step(work, row, AlertStepKind.AGREEMENT_ENDED)
    _after(work, catalogue, case)
    return row


def source_of(vault: Vault, worker_id: UUID, step: FeeAlertStep) -> str:
    """The rule by which a fee was found to be allowed, opened; "" for other steps."""
    if step.detail is None:
        return ""
    found: dict[str, Any] = vault.open_json(worker_id, TABLE, step.id, "detail", step.detail)
    return str(found["source"])


def _follow(work: Work, row: FeeAlert, excess: int, *, touched: bool, new: bool) -> bool:
    """Bring a stored alert to what the costs come to now. What was settled of costs that are gone settles no others.
    Where no cost changed, and only the wage or the like, what was settled stays: it may be due again tomorrow."""
    settled = row.refunded_minor + row.allowed_minor
    gone = max(0, settled - min(excess, row.excess_minor)) if touched or new else 0
    touched = touched and max(excess, row.excess_minor, settled) > 0
    if excess == row.excess_minor and not gone and not touched:
        return False
    row.excess_minor = excess
    not_allowed = min(gone, row.allowed_minor)
    row.allowed_minor -= not_allowed
    row.refunded_minor -= gone - not_allowed
    row.freed_minor += gone - not_allowed
    if row.state is AlertState.OPEN:
        _step(work, row, AlertStepKind.CHANGED, excess)
    elif touched or due(excess, row.refunded_minor, row.allowed_minor):
        rules.require_step(row.state, AlertStepKind.REOPENED, AlertState.OPEN)
        row.state, row.resolved_on, row.agreed_on, row.agreed_language = AlertState.OPEN, None, None, ""
        _step(work, row, AlertStepKind.REOPENED, excess)
    work.session.add(row)
    return True


def _name(work: Work, row: FeeAlert, payees: Iterable[UUID]) -> None:
    """Put an alert on the record of who was paid; only a confirmation takes it off again."""
    for one in sorted(payees):
        work.session.add(FeeAlertPayee(alert_id=row.id, organisation_id=one))


def _to_resolve(work: Work, alert_id: UUID, expected_version: int | None) -> tuple[Case, FeeAlert]:
    require(work.actor.role, Permission.RESOLVE_FEES)
    if work.actor.user_id is None:
        raise Refused("person_needed", _("Only a person can resolve an alert."), _("Ask a supervisor."))
    case, row = _locked(work, alert_id, expected_version)
    rules.require_other(work.actor.key, queries.recorders(queries.versions(work.session, case.id), row.head))
    return case, row


def _locked(work: Work, alert_id: UUID, expected_version: int | None) -> tuple[Case, FeeAlert]:
    found = work.session.get(FeeAlert, alert_id)
    if found is None:
        raise NotFound("fee_alert", _("There is no such alert."), _("Open it from its case."))
    case = changes.change(work, found.case_id, expected_version, any_life=True)
    query = select(FeeAlert).where(FeeAlert.id == alert_id).execution_options(populate_existing=True)
    return case, work.session.exec(query).one()


def _move(work: Work, row: FeeAlert, to: AlertState) -> None:
    row.state = to
    if to is not AlertState.OPEN:
        row.resolved_on = work.today
        rows = queries.versions(work.session, row.case_id)
        # Where no cost was ever corrected, it was freed by a wage or the like, which may change back.
        if any(one.number > 1 for one in rows):
            row.freed_minor = 0
    work.session.add(row)


def _after(work: Work, catalogue: Catalogue, case: Case) -> None:
    refresh(work, programme_of(catalogue, case), case)


def _step(
    work: Work,
    row: FeeAlert,
    kind: AlertStepKind,
    amount: int = 0,
    happened_on: date | None = None,
    *,
    receipt: str | None = None,
    source: str = "",
    worker_id: UUID | None = None,
) -> None:
    step = FeeAlertStep(
        id=new_id(), alert_id=row.id, case_id=row.case_id, step=kind, amount_minor=amount, receipt=receipt,
        happened_on=happened_on or work.today, recorded_at=work.now, recorded_by=work.actor.key,
    )  # fmt: skip
    if worker_id is not None:
        step.detail = work.vault.seal_json(worker_id, TABLE, step.id, "detail", {"source": source})
    work.session.add(step)
    data = {"kind": row.kind.value, "head": row.head, "state": row.state.value}
    work.record(
        f"fee_alert.{kind.value}", f"fee_alert/{row.id}", case_id=row.case_id, happened_on=happened_on, data=data
    )


def _nothing_left() -> Conflict:
    return Conflict(
        "nothing_due",
        _("Nothing is left to be settled: the costs were corrected."),
        _("Confirm the correction instead."),
    )
