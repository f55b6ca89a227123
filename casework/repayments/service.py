"""What officers decide on a loan that is repaid: deferral, taking it up again, calling it in, collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import Message, _, _n
from casework import recorded
from casework.loans.life import Act, moved
from casework.loans.tables import Instalment
from casework.repayments import keeping, rules
from casework.repayments.queries import Account
from casework.repayments.rules import Plan, PlanKind, PlanRow
from casework.repayments.tables import LoanPlan
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.durations import Duration

DEFERRAL_REASONS: Final[Mapping[str, Message]] = {
    "unemployment": _("unemployment"),
    "temporary_disability": _("temporary disability"),
    "study": _("study or training"),
}
LONGEST_DEFERRAL: Final = Duration(months=36)
NOTICE: Final = timedelta(days=14)
"""So long the worker has at least to pay a loan that was called in."""


class Defer(BaseModel):
    """Nothing is to be paid until a day; `reason` is a code of `DEFERRAL_REASONS`, `evidence` says where the proof
    is kept."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    loan_id: UUID
    reason: str
    until: date
    evidence: str


def defer(work: Work, catalogue: Catalogue, command: Defer, expected_version: int | None = None) -> Plan:
    """Put off what is left to later days, in the same amounts. A loan that was called in is called in no more.

    Raises `Conflict` (``loan_state``, ``only_interest``) and `InvalidInput` (``unknown_reason``, ``missing_value``;
    ``dates``: also where nothing is to be paid until then anyway).
    """
    account = keeping.locked(work, catalogue, command.loan_id, expected_version)
    recorded.known_reason(command.reason, DEFERRAL_REASONS)
    evidence = recorded.text(command.evidence, _("proof"), 120)
    rules.require_later(command.until, work.today, _("until"))
    if command.until > LONGEST_DEFERRAL.after(work.today):
        raise InvalidInput(
            "dates",
            _("A loan is put off for {longest} at most.", longest=LONGEST_DEFERRAL.words),
            _("Give an earlier day; it can be put off again."),
        )
    moved(account.loan.state, Act.DEFER)
    runs_on = account.terms is not None and account.terms.interest_in_deferral
    counts_from = work.today if runs_on else command.until
    plan = _without_deferral(work, account)
    _require_use(work, account, plan, command.until)
    rows = _later(account, plan, command.until, counts_from)
    row = _row(work, account, PlanKind.DEFERRED, counts_from)
    row.rest_until, row.reason, row.evidence = command.until, command.reason, evidence
    made = _write(work, account, row, rows)
    _end(work, account, Act.DEFER, "loan.deferred")
    return made


def resume(work: Work, catalogue: Catalogue, loan_id: UUID, expected_version: int | None = None) -> Plan:
    """The worker pays again before the deferral is over: from the next due day on, or when it would be without the
    deferral, if that is later. Raises `Conflict` (``loan_state``, ``only_interest``)."""
    account = keeping.locked(work, catalogue, loan_id, expected_version)
    moved(account.loan.state, Act.RESUME)
    rows = _later(account, _without_deferral(work, account), work.today, work.today)
    plan = _write(work, account, _row(work, account, PlanKind.RESUMED, work.today), rows)
    _end(work, account, Act.RESUME, "loan.resumed")
    return plan


def accelerate(
    work: Work, catalogue: Catalogue, loan_id: UUID, due_on: date, expected_version: int | None = None
) -> Plan:
    """Call the whole loan in, due on a day that leaves the worker time; no more interest is counted.

    Raises `Refused` (``terms``: the terms do not provide for it, ``too_early``: fewer instalments were missed),
    `InvalidInput` (``dates``) and `Conflict` (``loan_state``).
    """
    account = keeping.locked(work, catalogue, loan_id, expected_version)
    moved(account.loan.state, Act.ACCELERATE)
    least = account.terms.accelerate_after if account.terms is not None else None
    if least is None:
        raise Refused("terms", _("The terms of the loan do not provide for this."), _("Look at the terms."))
    missed = account.standing(work.today).missed
    if missed < least:
        raise Refused(
            "too_early",
            _n("Fewer than {count} instalment was missed.", "Fewer than {count} instalments were missed.", least),
            _("Remind the worker, or agree on a deferral."),
        )
    if due_on < work.today + NOTICE:
        raise InvalidInput(
            "dates",
            _("The worker has {days} days at least to pay all of it.", days=NOTICE.days),
            _("Give a later day."),
        )
    if due_on > LONGEST_DEFERRAL.after(work.today):  # a day that never comes would forgive the loan by one person
        raise InvalidInput("dates", _("The day lies too far ahead."), _("Give an earlier day."))
    rows = rules.accelerated(account.owed, due_on)
    plan = _write(work, account, _row(work, account, PlanKind.ACCELERATED, work.today), rows)
    _end(work, account, Act.ACCELERATE, "loan.accelerated")
    return plan


def collect(work: Work, catalogue: Catalogue, loan_id: UUID, expected_version: int | None = None) -> None:
    """Hand a loan to a collector, so many months after it fell overdue as the terms say.

    Raises `Refused` (``terms``, ``too_early``) and `Conflict` (``loan_state``).
    """
    account = keeping.locked(work, catalogue, loan_id, expected_version)
    moved(account.loan.state, Act.COLLECT)
    months = account.terms.collect_after_months if account.terms is not None else None
    if months is None:
        raise Refused("terms", _("The terms of the loan do not provide for this."), _("Look at the terms."))
    if not may_collect(account, work.today):
        raise Refused(
            "too_early",
            _n(
                "The loan has not been overdue for {count} month.",
                "The loan has not been overdue for {count} months.",
                months,
            ),
            _("Remind the worker, or agree on a deferral."),
        )
    _end(work, account, Act.COLLECT, "loan.collection_begun")


def take_back(work: Work, catalogue: Catalogue, loan_id: UUID, expected_version: int | None = None) -> None:
    """The collector has given a loan back: it is overdue or called in as before. Raises `Conflict`
    (``loan_state``)."""
    account = keeping.locked(work, catalogue, loan_id, expected_version)
    _end(work, account, Act.TAKE_BACK, "loan.collection_ended")


def may_collect(account: Account, today: date) -> bool:
    """Whether a loan has been overdue for as long as its terms ask, by the instalments before it was called in."""
    months = account.terms.collect_after_months if account.terms is not None else None
    plan = _spread(account)
    if months is None or plan is None:
        return False
    since = rules.standing(plan, account.owed, today, account.loan.state).overdue_since
    return since is not None and Duration(months=months).after(since) <= today


def _spread(account: Account) -> Plan | None:
    """The last plan by months: what a loan was called in by is left out."""
    plans = [plan for plan in account.plans if plan.kind is not PlanKind.ACCELERATED]
    return plans[-1] if plans else None


def _without_deferral(work: Work, account: Account) -> Plan:
    plan = rules.without_deferral(account.plans, work.today)
    if plan is None:
        raise InvalidInput("no_plan", _("The loan has no instalments."), _("Look at the loan."))
    if not account.owed.principal:
        raise Conflict(
            "only_interest",
            _("Only interest is owed, and no instalment is left."),
            _("The worker can pay it on any day."),
        )
    return plan


def _require_use(work: Work, account: Account, plan: Plan, until: date) -> None:
    """A deferral in which nothing falls due would change no day, and only stop the interest."""
    standing = rules.standing(plan, account.owed, work.today, account.loan.state)
    if not standing.due and standing.next_due is not None and until < standing.next_due:
        raise InvalidInput(
            "dates",
            _("Nothing is to be paid before {day} anyway.", day=standing.next_due.isoformat()),
            _("Give that day or a later one, or leave the loan as it is."),
        )


def _later(account: Account, plan: Plan, after: date, counts_from: date) -> tuple[PlanRow, ...]:
    due_day = account.loan.due_day or max(row.due_on.day for row in account.plans[0].rows)
    return rules.deferred(plan, account.owed, after, due_day, account.loan.interest, counts_from)


def _row(work: Work, account: Account, kind: PlanKind, counts_from: date) -> LoanPlan:
    return LoanPlan(
        loan_id=account.loan.id,
        number=account.plans[-1].number + 1,
        kind=kind,
        starts_on=work.today,
        counts_from=counts_from,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )


def _write(work: Work, account: Account, row: LoanPlan, rows: Sequence[PlanRow]) -> Plan:
    work.session.add(row)
    work.session.add_all(
        Instalment(
            loan_id=row.loan_id,
            plan=row.number,
            number=one.number,
            due_on=one.due_on,
            amount_minor=one.principal,
            interest_minor=one.interest,
        )
        for one in rows
    )
    work.session.flush()
    plan = Plan(row.number, row.kind, row.starts_on, row.recorded_at, row.counts_from, tuple(rows), row.rest_until)
    account.plans.append(plan)
    return plan


def _end(work: Work, account: Account, what: Act, event: str) -> None:
    work.record(event, f"loan/{account.loan.id}", case_id=account.case.id)
    keeping.act(work, account, what)
    keeping.settle_up(work, account)
