"""What is owed of a loan that was paid out, and when: plans, allocation, interest, standing. Pure.

Amounts are integer minor units of the loan's currency. A payment goes to the interest that is due, then to the oldest
instalment, then to the later ones in their order; what is left over is credit. So an early payment changes no amount:
the instalments that it covers need not be paid, and whoever goes on paying is done sooner.

Interest is simple, act/365, on the principal that is owed from day to day. It becomes due with an instalment and is
never more than the plan says for that instalment: who pays early pays less, who pays late pays no more. What was paid
ahead counts towards interest that becomes due, so that nobody is late who paid an instalment early.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from basis.errors import InvalidInput
from basis.messages import Message, _
from casework.ledger.rules import Booked, LedgerAccount, balances, require_amount
from casework.loans.life import Act, LoanState
from casework.loans.rules import month_day
from checklists.durations import Duration

_YEAR: Final = 365 * 10_000
"""Days of a year times the hundredths of a percent of a whole."""


class PlanKind(StrEnum):
    """Why a plan was written."""

    SIGNED = "signed"
    DATED = "dated"  # the day that grace counts from became known, or less is owed after an unwinding
    DEFERRED = "deferred"
    RESUMED = "resumed"
    ACCELERATED = "accelerated"


class AgeBand(StrEnum):
    """For how long the oldest instalment has been overdue."""

    TO_30 = "1-30"
    TO_60 = "31-60"
    TO_90 = "61-90"
    OVER_90 = "over-90"


BAND_WORDS: Mapping[AgeBand, Message] = {
    AgeBand.TO_30: _("1 to 30 days"),
    AgeBand.TO_60: _("31 to 60 days"),
    AgeBand.TO_90: _("61 to 90 days"),
    AgeBand.OVER_90: _("more than 90 days"),
}
_BANDS: Final = ((30, AgeBand.TO_30), (60, AgeBand.TO_60), (90, AgeBand.TO_90))


class PlanRow(NamedTuple):
    """One instalment: its part of the principal, and the most interest that becomes due with it."""

    number: int
    due_on: date
    principal: int
    interest: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Instalments in their order. `number` 1 is the signed one; of those recorded the highest holds from `starts_on`
    on. Interest of the first instalment counts from `counts_from`; `rest_until`: nothing is to be paid until then."""

    number: int
    kind: PlanKind
    starts_on: date
    recorded_at: datetime
    counts_from: date
    rows: tuple[PlanRow, ...]
    rest_until: date | None = None

    @property
    def total(self) -> int:
        """The principal that was owed when it was written."""
        return sum(row.principal for row in self.rows)


@dataclass(frozen=True, slots=True)
class Position:
    """What the accounts of a loan hold; none is below zero."""

    principal: int
    interest: int
    credit: int

    @property
    def owed(self) -> int:
        return self.principal + self.interest


@dataclass(frozen=True, slots=True)
class Allocation:
    """Where a payment goes; the parts sum to it."""

    to_interest: int
    to_principal: int
    to_credit: int


class CoveredRow(NamedTuple):
    """An instalment and how much of its principal is not owed any more."""

    row: PlanRow
    covered: int

    @property
    def open(self) -> int:
        return self.row.principal - self.covered


@dataclass(frozen=True, slots=True)
class Standing:
    """How a loan stands on a day: what is due (today's instalment too) and overdue (of earlier days), since which day,
    how many instalments were missed, what comes next. `paid`: the principal that the plan asked for and that is not
    owed any more. `changes_on`: the next day on which time alone changes any of it."""

    state: LoanState
    owed: int
    credit: int
    paid: int
    due: int
    overdue: int
    overdue_since: date | None
    overdue_days: int
    missed: int
    next_due: date | None
    next_amount: int
    changes_on: date | None

    @property
    def band(self) -> AgeBand | None:
        return age_band(self.overdue_days)


def age_band(days: int) -> AgeBand | None:
    """The band of so many days overdue; None where nothing is overdue."""
    if days < 1:
        return None
    return next((band for most, band in _BANDS if days <= most), AgeBand.OVER_90)


def position(entries: Iterable[Booked]) -> Position:
    """What the entries of a loan leave."""
    return position_of(balances(entries))


def position_of(held: Mapping[LedgerAccount, int]) -> Position:
    """The same from balances."""
    return Position(held[LedgerAccount.LOAN_PRINCIPAL], held[LedgerAccount.INTEREST_DUE], -held[LedgerAccount.CREDIT])


def allocate(amount: int, owed: Position) -> Allocation:
    """Interest first, then principal, then credit. Raises `InvalidInput` (``invalid_amount``)."""
    require_amount(amount)
    to_interest = min(amount, owed.interest)
    to_principal = min(amount - to_interest, owed.principal)
    return Allocation(to_interest, to_principal, amount - to_interest - to_principal)


def interest_on(principal: int, days: int, rate: int) -> int:
    """Simple interest for `days`, act/365, half a minor unit and more rounded up. `rate`: hundredths of a percent a
    year."""
    return _rounded(principal * days * rate)


def plan_on(plans: Sequence[Plan], on: date, known_at: datetime | None = None) -> Plan | None:
    """The plan in force on a day, as far as it was recorded by `known_at`."""
    fit = [plan for plan in plans if plan.starts_on <= on and (known_at is None or plan.recorded_at <= known_at)]
    return max(fit, key=lambda plan: plan.number, default=None)


def without_deferral(plans: Sequence[Plan], on: date) -> Plan | None:
    """The last plan by months, without those of deferrals that are not over on a day: no deferral, and no end of one,
    asks for money earlier than it. A deferral that is over is a plan like any other."""
    by_months = [plan for plan in plans if plan.kind is not PlanKind.ACCELERATED and not _rests(plan, on)]
    return by_months[-1] if by_months else None


def covered(plan: Plan, principal: int) -> tuple[CoveredRow, ...]:
    """How far the instalments are covered when `principal` is owed: the oldest first."""
    left, rows = max(0, plan.total - principal), []
    for row in plan.rows:
        here = row.principal if row.principal <= left else left
        rows.append(CoveredRow(row, here))
        left -= here
    return tuple(rows)


def interest_until(plans: Sequence[Plan], entries: Sequence[Booked], rate: int, on: date, *, closing: bool) -> int:
    """All the interest that has become due until `on`: of each instalment on its day, and of a month that was begun
    where another plan takes over or, with `closing`, where nothing is owed after `on`."""
    chosen = sorted((plan for plan in plans if plan.starts_on <= on), key=lambda plan: plan.number)
    if rate == 0 or not chosen:  # the days of a note can pass before the loan is paid out
        return 0
    owed = _principal_days(entries)
    # A plan ends where the next one begins to count: one that counts from the same day takes its place altogether.
    total = 0
    for plan, following in zip(chosen, [*chosen[1:], None], strict=True):
        begun = plan.counts_from
        for row in plan.rows:
            last = on if following is None else min(following.starts_on, following.counts_from)
            until = min(row.due_on, last)
            if row.interest and until > begun and (until == row.due_on or following is not None or closing):
                total += min(row.interest, _rounded(_sum_of_days(owed, begun, until) * rate))
            begun = row.due_on
            if begun >= last:
                break
    return total


def standing(
    plan: Plan | None,
    owed: Position,
    on: date,
    held: LoanState,
    overdue_after: int = 0,
    rows: tuple[CoveredRow, ...] | None = None,
) -> Standing:
    """How a loan stands on `on`. `plan` is the one in force; `held` the state that was stored last, which says what
    people decided (of a loan that is only paid out nothing is due before its grace has begun); `overdue_after`: so
    many days an instalment may be late before the loan counts as overdue; `rows`: what `covered` gives, where that is
    known already. What `plan` does not know of (a payment came back, interest was left over) is due with its first
    instalment."""
    if plan is None or owed.owed == 0 or held is LoanState.DISBURSED:
        ended = held if held in (LoanState.FORGIVEN, LoanState.UNWOUND) else LoanState.SETTLED
        state = ended if owed.owed == 0 else held
        paid = plan.total if plan is not None and owed.owed == 0 else 0
        return Standing(state, owed.owed, owed.credit, paid, 0, 0, None, 0, 0, None, 0, None)
    rows, first = rows or covered(plan, owed.principal), plan.rows[0].due_on
    to_come = sum(one.row.principal for one in rows if one.row.due_on > on)
    today = [one.row for one in rows if one.row.due_on == on]
    # Who paid an instalment early paid its interest as principal: that is not late.
    due = max(0, owed.owed - to_come) if on >= first else 0
    late_interest = max(0, owed.interest - sum(row.interest for row in today))
    late = owed.principal - to_come - sum(row.principal for row in today) + late_interest
    overdue = max(0, late) if on > first else 0
    since = _since(rows, late, late_interest, on) if overdue else None
    days = (on - since).days if since else 0
    next_due, next_amount = _next(plan, owed, due, on)
    state = _state(plan, on, held, late=days > overdue_after)
    return Standing(
        state=state,
        owed=owed.owed,
        credit=owed.credit,
        paid=sum(one.covered for one in rows),
        due=due,
        overdue=overdue,
        overdue_since=since,
        overdue_days=days,
        missed=sum(1 for one in rows if one.row.due_on < on and one.open) if overdue else 0,
        next_due=next_due,
        next_amount=next_amount,
        changes_on=_changes_on(plan, on, since, overdue_after),
    )


def acts_to(before: LoanState, after: LoanState) -> tuple[Act, ...]:
    """What time and payments did to a loan, as acts of its life, from one state of a standing to the other."""
    return MOVES.get((before, after), ()) if before is not after else ()


def deferred(
    plan: Plan, owed: Position, until: date, due_day: int, rate: int, counts_from: date
) -> tuple[PlanRow, ...]:
    """What is left of `plan`, in the same amounts, from the first due day after `until` on, and none before its day in
    `plan`: what comes later anyway, after grace or a payment ahead, is brought no nearer. Interest counts from
    `counts_from`, which is `until` where it stops in a deferral. Some principal is owed."""
    left_over = [one for one in covered(plan, owed.principal) if one.open]
    amounts = [one.open for one in left_over]
    amounts[0] += max(0, owed.principal - plan.total)  # a payment came back that an earlier plan had counted
    start = _first_after(max(until, left_over[0].row.due_on - timedelta(days=1)), due_day)
    rows, left, begun = [], owed.principal, counts_from
    for number, amount in enumerate(amounts, start=1):
        due_on = month_day(Duration(months=number - 1).after(start.replace(day=1)), due_day)
        rows.append(PlanRow(number, due_on, amount, interest_on(left, (due_on - begun).days, rate)))
        left, begun = left - amount, due_on
    return tuple(rows)


def accelerated(owed: Position, due_on: date) -> tuple[PlanRow, ...]:
    """All that is left, on one day, without further interest."""
    return (PlanRow(1, due_on, owed.principal),)


def require_later(day: date, than: date, field: Message) -> date:
    """`day` if it lies after `than`. Raises `InvalidInput` (``dates``)."""
    if day <= than:
        raise InvalidInput("dates", _("The field {field} is not a day to come.", field=field), _("Give a later day."))
    return day


_S, _A = LoanState, Act
_BY_TIME: Final = {
    (_S.IN_GRACE, _S.REPAYING): (_A.BEGIN_REPAYING,),
    (_S.IN_GRACE, _S.OVERDUE): (_A.FALL_OVERDUE,),
    (_S.REPAYING, _S.OVERDUE): (_A.FALL_OVERDUE,),
    (_S.REPAYING, _S.ACCELERATED): (_A.FALL_OVERDUE, _A.ACCELERATE),
    (_S.OVERDUE, _S.REPAYING): (_A.CATCH_UP,),
    (_S.OVERDUE, _S.ACCELERATED): (_A.ACCELERATE,),
    (_S.DEFERRED, _S.REPAYING): (_A.RESUME,),
    (_S.DEFERRED, _S.OVERDUE): (_A.RESUME, _A.FALL_OVERDUE),
    (_S.SETTLED, _S.REPAYING): (_A.REOPEN,),
    (_S.SETTLED, _S.OVERDUE): (_A.REOPEN, _A.FALL_OVERDUE),
    (_S.SETTLED, _S.DEFERRED): (_A.REOPEN, _A.DEFER),
    (_S.SETTLED, _S.ACCELERATED): (_A.REOPEN, _A.FALL_OVERDUE, _A.ACCELERATE),
    (_S.SETTLED, _S.DISBURSED): (_A.AWAIT_GRACE,),
}
_SETTLING: Final = (_S.DISBURSED, _S.IN_GRACE, _S.REPAYING, _S.DEFERRED, _S.OVERDUE, _S.ACCELERATED, _S.IN_COLLECTION)
MOVES: Final[Mapping[tuple[LoanState, LoanState], tuple[Act, ...]]] = {
    **_BY_TIME,
    **{(state, _S.SETTLED): (_A.SETTLE,) for state in _SETTLING},
}


def _rests(plan: Plan, on: date) -> bool:
    return plan.rest_until is not None and on <= plan.rest_until


def _state(plan: Plan, on: date, held: LoanState, *, late: bool) -> LoanState:
    if held in (_S.ACCELERATED, _S.IN_COLLECTION, _S.FORGIVEN, _S.UNWOUND):
        return held
    if plan.kind is PlanKind.ACCELERATED:  # a collector gave it back, or a payment came back: it is called in as before
        return _S.ACCELERATED
    if _rests(plan, on):
        return _S.DEFERRED
    if late:
        return _S.OVERDUE
    return _S.IN_GRACE if held is _S.IN_GRACE and on < plan.rows[0].due_on else _S.REPAYING


def _next(plan: Plan, owed: Position, due: int, on: date) -> tuple[date | None, int]:
    """The next day on which something is to be paid, and how much beside what is due already."""
    left = sum(row.principal for row in plan.rows if row.due_on > on)
    for row in plan.rows:
        if row.due_on > on:
            left -= row.principal
            interest = row.interest if owed.principal else 0  # without principal none is added
            amount = owed.owed + interest - left - due
            if amount > 0:
                return row.due_on, amount
    return None, 0


def _since(rows: Sequence[CoveredRow], late: int, late_interest: int, on: date) -> date:
    """The day of the oldest instalment that, with those before it, is not paid. `late`: how much of all of them is not,
    which is less than `late_interest` where principal was paid ahead: that covers the interest of earlier ones."""
    past = [one.row for one in rows if one.row.due_on < on]
    principal, since = late - late_interest, past[-1].due_on
    for row in reversed(past):
        if principal + max(0, late_interest) <= 0:
            break
        since = row.due_on
        principal, late_interest = principal - row.principal, late_interest - row.interest
    return since


def _changes_on(plan: Plan, on: date, since: date | None, overdue_after: int) -> date | None:
    coming = next((row.due_on for row in plan.rows if row.due_on >= on), None)
    days = [] if coming is None else [coming, coming.fromordinal(coming.toordinal() + 1)]
    if plan.rest_until is not None:
        days.append(plan.rest_until.fromordinal(plan.rest_until.toordinal() + 1))
    if since is not None:
        days.append(since.fromordinal(since.toordinal() + overdue_after + 1))
    return min((day for day in days if day > on), default=None)


def _first_after(day: date, due_day: int) -> date:
    here = month_day(day.replace(day=1), due_day)
    return here if here > day else month_day(Duration(months=1).after(day.replace(day=1)), due_day)


def _rounded(weighed: int) -> int:
    return (2 * weighed + _YEAR) // (2 * _YEAR)


def _principal_days(entries: Iterable[Booked]) -> list[tuple[date, int]]:
    """From which day on how much principal is owed."""
    steps: dict[date, int] = {}
    for entry in entries:
        steps[entry.happened_on] = steps.get(entry.happened_on, 0) + entry.amount(LedgerAccount.LOAN_PRINCIPAL)
    owed, found = 0, []
    for day in sorted(steps):
        owed += steps[day]
        found.append((day, owed))
    return found


def _sum_of_days(owed: Sequence[tuple[date, int]], begun: date, until: date) -> int:
    """Principal times days, from `begun` to `until`."""
    total = 0
    for (day, amount), (after, _next) in zip(owed, [*owed[1:], (date.max, 0)], strict=True):
        total += amount * max(0, (min(until, after) - max(begun, day)).days)
    return total
