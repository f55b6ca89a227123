"""Costs against the ceilings of a programme, and the way of an alert: one transition table. Pure.

The heads are those of the ILO's definition of recruitment fees and related costs (2019), and its third class,
illegitimate costs (bribes, kickbacks, extortion, bonds, illicit cost-recovery): those no ceiling ever allows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import Message, _
from basis.money import Money
from checklists.fees import ceiling_for, undecided, would_lower
from checklists.programme import FeeCeiling, Programme
from checklists.requirement import CostBearer, FeeHead

MOST_MINOR: Final = 10**12
"""No single sum is larger, in minor units."""

ANY: Final = FeeHead.ANY.value


class CostHead(StrEnum):
    """What was paid for. All heads of `FeeHead` but `any`, and illegitimate costs."""

    RECRUITMENT_FEE = "recruitment_fee"
    DOCUMENTS = "documents"
    MEDICAL = "medical"
    VACCINATION = "vaccination"
    INSURANCE = "insurance"
    SKILLS_TEST = "skills_test"
    TRAINING = "training"
    ORIENTATION = "orientation"
    EQUIPMENT = "equipment"
    VISA = "visa"
    TRAVEL = "travel"
    LODGING = "lodging"
    ADMINISTRATION = "administration"
    ILLEGITIMATE = "illegitimate"


HEAD_WORDS: Final[Mapping[str, Message]] = {
    CostHead.RECRUITMENT_FEE: _("Recruitment service"),
    CostHead.DOCUMENTS: _("Passport and other papers"),
    CostHead.MEDICAL: _("Medical examination"),
    CostHead.VACCINATION: _("Vaccination"),
    CostHead.INSURANCE: _("Insurance"),
    CostHead.SKILLS_TEST: _("Test of language or skills"),
    CostHead.TRAINING: _("Course or training"),
    CostHead.ORIENTATION: _("Orientation before departure"),
    CostHead.EQUIPMENT: _("Tools and work clothes"),
    CostHead.VISA: _("Visa and permits"),
    CostHead.TRAVEL: _("Travel"),
    CostHead.LODGING: _("Place to stay and food"),
    CostHead.ADMINISTRATION: _("Handling of the application"),
    CostHead.ILLEGITIMATE: _("Bribe, deposit or other payment without a service"),
    ANY: _("All costs together"),
}
BEARERS: Final = tuple(one for one in CostBearer if one is not CostBearer.NOBODY)
BEARER_WORDS: Final[Mapping[CostBearer, Message]] = {
    CostBearer.WORKER: _("the worker"),
    CostBearer.EMPLOYER: _("the employer"),
    CostBearer.AGENCY: _("the agency"),
    CostBearer.PROGRAMME: _("the programme"),
    CostBearer.STATE: _("the state"),
}
CORRECTIONS: Final[Mapping[str, Message]] = {
    "wrong_amount": _("The amount was written down wrongly."),
    "wrong_payer": _("Somebody else paid."),
    "wrong_head": _("It was paid for something else."),
    "receipt_added": _("The receipt came later."),
    "not_paid": _("It was not paid at all."),
    "recorded_in_error": _("It was recorded in error."),
}
TAKEN_BACK: Final = frozenset({"not_paid", "recorded_in_error"})
"""Reasons for which a cost is taken out without another in its place."""


class FindingKind(StrEnum):
    FORBIDDEN = "forbidden"  # a ceiling of zero, or an illegitimate cost
    OVER_LIMIT = "over_limit"
    UNSAID = "unsaid"  # whether it is within its ceiling cannot be said
    NO_RECEIPT = "no_receipt"
    NOT_ASKED = "not_asked"  # nobody has asked the worker what was paid


class AlertKind(StrEnum):
    FORBIDDEN = "forbidden"
    OVER_LIMIT = "over_limit"


class AlertState(StrEnum):
    OPEN = "open"
    REFUNDED = "refunded"
    ALLOWED = "allowed"
    CORRECTED = "corrected"


class AlertStepKind(StrEnum):
    RAISED = "raised"
    CHANGED = "changed"  # the costs were corrected, and it stays open
    REOPENED = "reopened"
    REFUNDED = "refunded"
    ALLOWED = "allowed"
    CONFIRMED = "confirmed"  # a correction, after which nothing is left over
    AGREED = "agreed"  # the worker wants the departure to wait
    AGREEMENT_ENDED = "agreement_ended"


_State, _Step = AlertState, AlertStepKind
TRANSITIONS: Final[Mapping[tuple[AlertState, AlertStepKind], frozenset[AlertState]]] = {
    (_State.OPEN, _Step.CHANGED): frozenset({_State.OPEN}),
    (_State.OPEN, _Step.REFUNDED): frozenset({_State.OPEN, _State.REFUNDED}),
    (_State.OPEN, _Step.ALLOWED): frozenset({_State.ALLOWED}),
    (_State.OPEN, _Step.CONFIRMED): frozenset(_State),
    (_State.OPEN, _Step.AGREED): frozenset({_State.OPEN}),
    (_State.OPEN, _Step.AGREEMENT_ENDED): frozenset({_State.OPEN}),
    **{
        (state, _Step.REOPENED): frozenset({_State.OPEN})
        for state in (_State.REFUNDED, _State.ALLOWED, _State.CORRECTED)
    },
}
"""What may follow. A refund or a confirmation of a part leaves an alert open; a corrected cost alone closes none."""

STATE_WORDS: Final[Mapping[AlertState, Message]] = {
    _State.OPEN: _("to be resolved"),
    _State.REFUNDED: _("refunded"),
    _State.ALLOWED: _("found to be allowed"),
    _State.CORRECTED: _("the cost was recorded wrongly"),
}
STEP_WORDS: Final[Mapping[AlertStepKind, Message]] = {
    _Step.RAISED: _("The alert was raised"),
    _Step.CHANGED: _("The costs were corrected"),
    _Step.REOPENED: _("The costs changed, and the alert is open again"),
    _Step.REFUNDED: _("Refunded to the worker"),
    _Step.ALLOWED: _("Found to be allowed"),
    _Step.CONFIRMED: _("The correction of the costs was confirmed"),
    _Step.AGREED: _("The worker agreed that the departure waits"),
    _Step.AGREEMENT_ENDED: _("The worker does not want the departure to wait any more"),
}
ALERT_WORDS: Final[Mapping[AlertKind, Message]] = {
    AlertKind.FORBIDDEN: _("must not be charged"),
    AlertKind.OVER_LIMIT: _("over the ceiling"),
}


@dataclass(frozen=True, slots=True)
class Paid:
    """A cost as it is checked. `proved`: there is a receipt, by its number or as a paper."""

    id: UUID
    head: CostHead
    amount: Money
    paid_by: CostBearer
    paid_on: date
    proved: bool


_Within = tuple[FeeCeiling, list[tuple[Paid, int]]]
"""A ceiling, and the costs that are held to it with what of each counts."""


@dataclass(frozen=True, slots=True)
class Corridor:
    """Whom a ceiling is asked for: countries (ISO 3166-1 alpha-2), an ISCO-08 code, the monthly wage of job order or
    contract. What is not known is "" and None."""

    origin: str
    destination: str
    occupation: str
    wage: Money | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: of one cost (`cost_id`) or of a head (`ANY` for all heads). `excess` is what the worker paid too
    much, `limit` the ceiling, None where there is none to name; `ceiling` has the source of the rule."""

    kind: FindingKind
    head: str
    said: Message
    cost_id: UUID | None = None
    excess: Money | None = None
    limit: Money | None = None
    ceiling: FeeCeiling | None = None


def amount(money: Money) -> Money:
    """A sum that can have been paid. Raises `InvalidInput` (``invalid_amount``): nothing, less, absurdly much."""
    if not 0 < money.minor <= MOST_MINOR:
        raise InvalidInput(
            "invalid_amount",
            _("The amount is not a sum that somebody paid."),
            _("Write an amount above zero, and below {most}.", most=Money(MOST_MINOR, money.currency)),
        )
    return money


def check(programme: Programme, corridor: Corridor, paid: Iterable[Paid]) -> list[Finding]:
    """What is wrong with the costs of a case, or cannot be said: only what the worker paid is held to a ceiling.

    Each cost has the ceiling that was in force on its day for its head; where it changed between two payments, all of
    them together are held to the highest. What may not be charged at all, or is over the
    ceiling of its head, is to be paid back, so it does not count a second time for a ceiling on all heads together.
    """
    own = [one for one in paid if one.paid_by is CostBearer.WORKER]
    found = [_no_receipt(one) for one in own if not one.proved]
    heads: dict[tuple[int, str], list[Paid]] = defaultdict(list)
    ceilings: dict[int, FeeCeiling] = {}
    together: list[tuple[FeeCeiling, Paid]] = []
    for one in own:
        if one.head is CostHead.ILLEGITIMATE:
            found.append(_illegitimate(one))
            continue
        ceiling = _ceiling(programme, corridor, FeeHead(one.head.value), one.paid_on)
        if ceiling is not None and _is_zero(ceiling):
            found.append(_forbidden(one, ceiling))
            continue
        whole = _ceiling(programme, corridor, FeeHead.ANY, one.paid_on)
        if _might_be_stricter(programme, corridor, FeeHead(one.head.value), one.paid_on, ceiling, whole):
            found.append(_unsaid(one.head, _UNKNOWN_CASE, one))
        if ceiling is not None and ceiling.head is not FeeHead.ANY:
            ceilings[id(ceiling)] = ceiling
            heads[id(ceiling), one.head.value].append(one)
        if whole is not None and not _is_zero(whole):
            together.append((whole, one))
    over: dict[str, int] = defaultdict(int)
    within: dict[str, list[_Within]] = defaultdict(list)
    for (key, head), rows in heads.items():
        counted = [(one, one.amount.minor) for one in rows]
        found += _held_to(ceilings[key], corridor, head, counted, over)
        within[head].append((ceilings[key], counted))
    for head, groups in within.items():
        found += _across(corridor, head, groups, over)
    return [*found, *_all_heads(corridor, together, over)]


def due(excess: int, refunded: int, allowed: int) -> int:
    """What is still to be settled of an alert, in minor units; never below zero."""
    return max(0, excess - refunded - allowed)


def confirmed(left: int, refunded: int, allowed: int) -> AlertState:
    """Where the confirmation of a correction leads."""
    if left:
        return AlertState.OPEN
    return AlertState.REFUNDED if refunded else AlertState.ALLOWED if allowed else AlertState.CORRECTED


def require_step(state: AlertState, step: AlertStepKind, to: AlertState) -> AlertState:
    """`to`, if the step leads there. Raises `Conflict` (``alert_state``)."""
    if to not in TRANSITIONS.get((state, step), frozenset()):
        raise Conflict(
            "alert_state",
            _("The alert is not open any more ({state}).", state=STATE_WORDS[state]),
            _("Look at its present state."),
        )
    return to


def require_other(resolver: str, recorders: Iterable[str]) -> None:
    """Raise `Refused` (``same_person``) for who recorded or corrected one of the costs."""
    if resolver in recorders:
        raise Refused(
            "same_person",
            _("Who recorded the cost cannot resolve the alert about it."),
            _("Ask another supervisor."),
        )


_UNKNOWN_CASE = _("Which ceiling holds cannot be said: destination or occupation of the case are not known.")
_UNKNOWN_WAGE = _("The ceiling is counted in monthly wages, and no wage is known from a job order or contract.")
_OTHER_CURRENCY = _("It was paid in another currency than the ceiling names, and no rate of exchange is fixed.")


def _ceiling(programme: Programme, corridor: Corridor, head: FeeHead, on: date) -> FeeCeiling | None:
    """The ceiling of a head. One on all heads together names another thing, however much it names: it is held to
    besides, and takes nothing from a ceiling of the head alone unless it is zero."""
    asked = corridor.origin, corridor.destination, corridor.occupation, on
    found = ceiling_for(programme, head, *asked)
    if found is None or found.head is head or _is_zero(found):
        return found
    alone = tuple(one for one in programme.fee_ceilings if one.head is head)
    return ceiling_for(programme.model_copy(update={"fee_ceilings": alone}), head, *asked) or found


def _might_be_stricter(
    programme: Programme, corridor: Corridor, head: FeeHead, on: date, own: FeeCeiling | None, whole: FeeCeiling | None
) -> bool:
    """Whether a ceiling could hold, were the case known better, that allows less than that of the head, or than that of
    all heads together: what is not known is no pass."""
    for one in undecided(programme, corridor.origin, corridor.destination, corridor.occupation, on):
        if one.head is FeeHead.ANY and would_lower(one, whole, corridor.occupation):
            return True
        if (one.head is head or (one.head is FeeHead.ANY and _is_zero(one))) and would_lower(
            one, own, corridor.occupation
        ):
            return True
    return False


def _is_zero(ceiling: FeeCeiling) -> bool:
    return not (ceiling.ceiling.minor if ceiling.ceiling is not None else ceiling.salary_months)


def _limit(ceiling: FeeCeiling, wage: Money | None) -> Money | None:
    """The ceiling as a sum of money; None where it is counted in wages and no wage is known."""
    if ceiling.ceiling is not None:
        return ceiling.ceiling
    return Money(wage.minor * (ceiling.salary_months or 0), wage.currency) if wage is not None else None


def _held_to(
    ceiling: FeeCeiling, corridor: Corridor, head: str, rows: Iterable[tuple[Paid, int]], over: dict[str, int]
) -> list[Finding]:
    """The sum of the costs under one ceiling; what each head is over it, by the currency, is added to `over`."""
    limit = _limit(ceiling, corridor.wage)
    counted = list(rows)
    if limit is None:
        return [_unsaid(head, _UNKNOWN_WAGE, one, ceiling) for one, _minor in counted]
    found = [
        _unsaid(head, _OTHER_CURRENCY, one, ceiling) for one, _minor in counted if one.amount.currency != limit.currency
    ]
    total = sum(minor for one, minor in counted if one.amount.currency == limit.currency)
    if total > limit.minor:
        found.append(_too_much(head, Money(total, limit.currency), limit, ceiling, over))
    return found


def _across(corridor: Corridor, head: str, groups: Sequence[_Within], over: dict[str, int]) -> list[Finding]:
    """A ceiling that changed between two payments is no second one: what was allowed under each of them may not be more
    than the highest of them together."""
    allowed: dict[str, int] = defaultdict(int)
    highest: dict[str, tuple[Money, FeeCeiling]] = {}
    for ceiling, rows in groups:
        limit = _limit(ceiling, corridor.wage)
        if limit is not None:
            paid = sum(minor for one, minor in rows if one.amount.currency == limit.currency)
            allowed[limit.currency] += min(paid, limit.minor)
            before = highest.get(limit.currency)
            if before is None or limit.minor > before[0].minor:
                highest[limit.currency] = (limit, ceiling)
    return [
        _too_much(head, Money(allowed[currency], currency), limit, ceiling, over)
        for currency, (limit, ceiling) in highest.items()
        if allowed[currency] > limit.minor
    ]


def _too_much(head: str, total: Money, limit: Money, ceiling: FeeCeiling, over: dict[str, int]) -> Finding:
    excess = Money(total.minor - limit.minor, limit.currency)
    over[limit.currency] += excess.minor
    said = _(
        "{head}: the worker paid {total}, and {limit} at most is allowed.",
        head=HEAD_WORDS[head],
        total=total,
        limit=limit,
    )
    return Finding(FindingKind.OVER_LIMIT, head, said, None, excess, limit, ceiling)


def _all_heads(
    corridor: Corridor, together: Iterable[tuple[FeeCeiling, Paid]], over: Mapping[str, int]
) -> list[Finding]:
    groups: dict[int, tuple[FeeCeiling, list[tuple[Paid, int]]]] = {}
    for ceiling, one in together:
        groups.setdefault(id(ceiling), (ceiling, []))[1].append((one, one.amount.minor))
    found: list[Finding] = []
    left = dict(over)
    within: list[_Within] = []
    for ceiling, rows in groups.values():
        limit = _limit(ceiling, corridor.wage)
        # What is over the ceiling of its own head is paid back already.
        counted = _lessened(rows, limit.currency, left) if limit is not None else rows
        found += _held_to(ceiling, corridor, ANY, counted, defaultdict(int))
        within.append((ceiling, counted))
    return [*found, *_across(corridor, ANY, within, defaultdict(int))]


def _lessened(rows: list[tuple[Paid, int]], currency: str, left: dict[str, int]) -> list[tuple[Paid, int]]:
    kept = []
    for one, minor in rows:
        less = min(minor, left.get(currency, 0)) if one.amount.currency == currency else 0
        left[currency] = left.get(currency, 0) - less
        kept.append((one, minor - less))
    return kept


def _forbidden(one: Paid, ceiling: FeeCeiling) -> Finding:
    said = _("{head} must not be charged to the worker, who paid {amount}.", head=HEAD_WORDS[one.head],
             amount=one.amount)  # fmt: skip
    return Finding(FindingKind.FORBIDDEN, one.head.value, said, one.id, one.amount, None, ceiling)


def _illegitimate(one: Paid) -> Finding:
    said = _("No rule allows such a payment; the worker paid {amount}.", amount=one.amount)
    return Finding(FindingKind.FORBIDDEN, one.head.value, said, one.id, one.amount)


def _unsaid(head: str, said: Message, one: Paid, ceiling: FeeCeiling | None = None) -> Finding:
    return Finding(FindingKind.UNSAID, str(head), said, one.id, ceiling=ceiling)


def _no_receipt(one: Paid) -> Finding:
    said = _("The worker has no receipt for {amount}.", amount=one.amount)
    return Finding(FindingKind.NO_RECEIPT, one.head.value, said, one.id)
