"""What a programme pays to a person becomes the value of a statement: approved, paid out, stopped, to be paid back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from basis.messages import Message, _, _n
from basis.money import Money
from basis.partial import PartialDate
from casework.entitlements import queries as entitlements
from casework.entitlements.queries import Account
from casework.entitlements.queries import StatementLine as Event
from casework.ledger.rules import ENTRY_WORDS
from casework.work import Work
from checklists.programme import Programme
from checklists.terms import Entitlement, EntitlementKind
from documents import values as v
from documents.assemble_asked import Asked
from documents.languages import Language, in_both, part_of_day
from documents.languages import day as written
from documents.money_rows import Entitled, EntitlementLine

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


def entitlement_statement(work: Work, asked: Asked) -> v.Certificate:
    paper = asked.paper
    made = entitlements.statement(work.session, asked.case.id, paper.as_of, paper.known_at, paper.entitlement_id)
    sums = tuple(_sums(made.accounts))
    amounts = ", ".join(str(row.paid) for row in sums if row.paid.minor)
    return v.EntitlementStatement(
        **asked.common(work, paid_out(written(paper.as_of), amounts)),
        payer=asked.office.name,
        as_of=paper.as_of,
        known_on=paper.asked_on,
        entitled=tuple(_entitled(asked.programme, one) for one in made.accounts),
        sums=sums,
        lines=tuple(_line(asked.programme, one, asked.second) for one in made.lines),
    )


def _entitled(programme: Programme, account: Account) -> Entitled:
    rule = next((one for one in programme.entitlements if one.id == account.entitlement), None)
    title = str(rule.label) if rule is not None else account.entitlement
    said = f"{KIND_WORDS[rule.kind]}: {rule_of(rule)}" if rule is not None else ""
    return Entitled(title, said, account.granted, account.paid, account.to_come, account.to_return)


def _sums(accounts: Sequence[Account]) -> Iterator[Entitled]:
    """A row for each currency, in the order in which they come."""
    for currency in dict.fromkeys(one.currency for one in accounts):
        own = [one for one in accounts if one.currency == currency]
        minor = ((one.granted.minor, one.paid.minor, one.to_come.minor, one.to_return.minor) for one in own)
        granted, paid, to_come, to_return = (Money(sum(column), currency) for column in zip(*minor, strict=True))
        yield Entitled("", "", granted, paid, to_come, to_return)


def _line(programme: Programme, event: Event, second: Language | None) -> EntitlementLine:
    rule = next((one for one in programme.entitlements if one.id == event.entitlement), None)
    what = ENTRY_WORDS[event.kind]
    if event.taken_back is not None:
        what = _("{title} ({kind})", title=what, kind=ENTRY_WORDS[event.taken_back])
    said, second_said = in_both(what, second)
    period = str(part_of_day(PartialDate(event.month.year, event.month.month))) if event.month is not None else ""
    title = str(rule.label) if rule is not None else event.entitlement
    return EntitlementLine(event.on, title, said, event.amount, second_said, period, event.reference)
