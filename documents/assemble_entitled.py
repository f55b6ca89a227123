"""What a programme pays to a person becomes the value of a statement: approved, paid out, stopped, to be paid back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from basis.messages import Message, _, _n
from checklists.terms import Entitlement, EntitlementKind

KIND_WORDS: Mapping[EntitlementKind, Message] = {
    EntitlementKind.SALARY_TOP_UP: _("Salary top-up"),
    EntitlementKind.STIPEND: _("Stipend"),
    EntitlementKind.TRAVEL_GRANT: _("Travel grant"),
    EntitlementKind.EQUIPMENT: _("Equipment"),
    EntitlementKind.INSURANCE: _("Insurance"),
    EntitlementKind.TRAINING: _("Training"),
}
DECIDED: Final = _("the amount is decided case by case")


def paid_out(day: Message, amounts: str) -> Message:
    """The one sentence of the coloured field. `amounts`: one of each currency, "" where nothing was paid out."""
    if not amounts:
        return _("Nothing had been paid out by the end of {day}", day=day)
    return _("Paid out by the end of {day}: {amounts}", day=day, amounts=amounts)


def rule_of(rule: Entitlement) -> Message:
    """What the programme promises, in words."""
    if rule.amount is None:
        return DECIDED
    amount: Message | str = _("up to {amount}", amount=str(rule.amount)) if rule.up_to else str(rule.amount)
    if rule.per == "assignment":
        return _("{amount} for the whole assignment", amount=amount)
    if rule.per == "once":
        return _("{amount}, once", amount=amount)
    if rule.months is None:
        return _("{amount} a month", amount=amount)
    return _n("{amount} a month, for {count} month", "{amount} a month, for {count} months", rule.months, amount=amount)
