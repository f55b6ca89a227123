"""The lower part of a loan's page: how it stands, its payments, and what the reader can do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from basis.messages import Message, _
from basis.money import Money
from casework.accounts.rules import Permission
from casework.cases import queries as cases
from casework.cases.tables import Case
from casework.ledger.rules import ENTRY_WORDS, REVERSE_REASONS, Booked
from casework.loans.life import OUTSTANDING, WORDS, Act, LoanState
from casework.loans.life import TRANSITIONS as MOVES
from casework.loans.tables import Loan
from casework.repayments import mistakes, queries, service
from casework.repayments.forgiving import DECLINE_REASONS, GROUND_WORDS
from casework.repayments.queries import Account
from casework.repayments.rules import BAND_WORDS, PlanKind, Standing
from casework.repayments.service import DEFERRAL_REASONS
from casework.repayments.tables import BankLine, ForgivenessState, LineState, LoanForgiveness, LoanPlan
from dashboard import addresses, words
from dashboard.forms import repayments as forms
from dashboard.forms.loans import naming
from dashboard.pages.case import Decision
from dashboard.pages.repayments import PaymentLine, RepaymentView
from dashboard.parts import Badge, Fact, Form, Link, Option, Text, Tone
from dashboard.sessions import Visit

_TONES = {
    LoanState.OVERDUE: Tone.LATE,
    LoanState.ACCELERATED: Tone.LATE,
    LoanState.IN_COLLECTION: Tone.LATE,
    LoanState.DEFERRED: Tone.WAIT,
    LoanState.SETTLED: Tone.DONE,
    LoanState.FORGIVEN: Tone.DONE,
    LoanState.UNWOUND: Tone.IDLE,
}
_LINES = {
    LineState.COUNTED: Badge(Tone.DONE, _("counted")),
    LineState.RETURNED: Badge(Tone.IDLE, _("returned by the bank")),
    LineState.TAKEN_BACK: Badge(Tone.IDLE, _("taken back")),
}
_PLANS: dict[PlanKind, Message] = {
    PlanKind.DATED: _("The days of the instalments were counted anew"),
    PlanKind.DEFERRED: _("Put off"),
    PlanKind.RESUMED: _("Repayment taken up again"),
    PlanKind.ACCELERATED: _("Called in"),
}
_CHOICES = 60
"""So many of the last payments can be chosen to be taken back."""


@dataclass(frozen=True, slots=True)
class Repaid:
    """A loan that was paid out, with all that its page shows. `names`: of the accounts that did something with it."""

    account: Account
    standing: Standing
    lines: Sequence[BankLine]
    plans: Sequence[LoanPlan]
    forgivenesses: Sequence[LoanForgiveness]
    names: dict[str, str]

    def money(self, minor: int) -> str:
        return str(Money(minor, self.account.loan.currency))

    @property
    def proposed(self) -> LoanForgiveness | None:
        return next((row for row in self.forgivenesses if row.state is ForgivenessState.PROPOSED), None)


def paid_out(session: Session, case: Case, number: str = "") -> Loan | None:
    """The loan of the case with that number, or the last one, if it was paid out."""
    query = select(Loan).where(Loan.case_id == case.id, col(Loan.disbursed_on).is_not(None))
    if number:
        query = query.where(Loan.number == number)
    return session.exec(query.order_by(col(Loan.id).desc()).limit(1)).first()


def repaid(visit: Visit, case: Case, number: str) -> Repaid | None:
    """None where there is no such loan, or it was not paid out."""
    with visit.database.read() as session:
        loan = paid_out(session, case, number)
        if loan is None:
            return None
        account = queries.account(session, visit.installation.catalogue, visit.actor, loan.id)
        plans, forgivenesses = queries.later_plans(session, loan.id), queries.forgivenesses(session, loan.id)
        lines = queries.lines_of(session, visit.actor, loan.id)
        keys = {row.recorded_by for row in plans}
        keys |= {key for row in forgivenesses for key in (row.proposed_by, row.decided_by)}
        people = cases.accounts_by_key(session, keys)
    names = {key: row.name for key, row in people.items()}
    return Repaid(account, account.standing(visit.today), lines, plans, forgivenesses, names)


def view_of(visit: Visit, case: Case, number: str) -> RepaymentView | None:
    """What the page of a loan shows below its terms and decisions; None before the loan is paid out."""
    known = repaid(visit, case, number)
    if known is None:
        return None
    return RepaymentView(
        status=status_of(known),
        facts=facts_of(known),
        statement=Link(addresses.loan(case.id, number, "statement"), _("Statement of the loan")),
        payments=tuple(_payment(known, line) for line in reversed(known.lines)),
        decisions=(*_plans(known), *_forgivenesses(known)),
        often=tuple(naming(form, number) for form in _often(visit, known)),
        seldom=tuple(naming(form, number) for form in _seldom(visit, known)),
    )


def status_of(known: Repaid) -> Badge:
    """The state, and for how long something has been overdue."""
    state, band = known.account.loan.state, known.standing.band
    tone = _TONES.get(state, Tone.OPEN)
    if band is not None and state is LoanState.OVERDUE:
        return Badge(tone, _("overdue for {days}", days=BAND_WORDS[band]))
    if band is not None:
        return Badge(tone, _("{state}, overdue for {days}", state=WORDS[state], days=BAND_WORDS[band]))
    return Badge(tone, WORDS[state])


def facts_of(known: Repaid) -> tuple[Fact, ...]:
    """What is owed, due, overdue and paid too much, and what comes next."""
    owed, standing = known.account.owed, known.standing
    facts = [Fact(_("Owed"), known.money(owed.owed))]
    if owed.interest:
        facts.append(Fact(_("Of that, interest"), known.money(owed.interest)))
    if owed.owed:
        facts.append(Fact(_("Due now"), known.money(standing.due)))
    if standing.overdue_since is not None:
        since = _("{amount} since {day}", amount=known.money(standing.overdue), day=words.on(standing.overdue_since))
        facts.append(Fact(_("Overdue"), since))
    if standing.next_due is not None:
        then = _("{amount} on {day}", amount=known.money(standing.next_amount), day=words.on(standing.next_due))
        facts.append(Fact(_("Next instalment"), then))
    if owed.credit:
        facts.append(Fact(_("Paid too much"), known.money(owed.credit)))
    return tuple(facts)


def _payment(known: Repaid, line: BankLine) -> PaymentLine:
    amount = str(Money(line.amount_minor, line.currency))
    return PaymentLine(words.on(line.booked_on), amount, line.reference, _LINES[line.state])


def _plans(known: Repaid) -> list[Decision]:
    told = []
    for row in known.plans:
        what: Text = _PLANS[row.kind]
        if row.rest_until is not None:
            what = _("Put off until {day}", day=words.on(row.rest_until))
        reason = DEFERRAL_REASONS.get(row.reason, "")
        told.append(Decision(words.on(row.starts_on), what, known.names.get(row.recorded_by, ""), reason))
    return told


def _forgivenesses(known: Repaid) -> list[Decision]:
    told = []
    for row in known.forgivenesses:
        what = _what(known, row)
        if row.decided_on is not None:
            done = row.state is ForgivenessState.CONFIRMED
            outcome = _("Forgiven: {what}", what=what) if done else _("Not forgiven: {what}", what=what)
            reason: Text = DECLINE_REASONS.get(row.reason, GROUND_WORDS[row.ground])
            told.append(Decision(words.on(row.decided_on), outcome, known.names.get(row.decided_by, ""), reason))
        proposed = _("Proposed to forgive: {what}", what=what)
        who = known.names.get(row.proposed_by, "")
        told.append(Decision(words.on(row.proposed_on), proposed, who, GROUND_WORDS[row.ground]))
    return told


def _what(known: Repaid, row: LoanForgiveness) -> Text:
    return known.money(row.amount_minor) if row.amount_minor is not None else _("all that is owed")


def _often(visit: Visit, known: Repaid) -> tuple[Form, ...]:
    """The forms for what happens every day: a payment, and the refund of what was paid too much."""
    if not visit.may(Permission.KEEP_LOANS):
        return ()
    case, loan, today = known.account.case, known.account.loan, visit.today.isoformat()
    shown = [forms.payment(case.id, case.version, loan.currency, today)]
    credit = known.account.owed.credit
    if credit:
        shown.append(forms.refund(case.id, case.version, loan.currency, known.money(credit), today))
    return tuple(shown)


def take_back_form(visit: Visit, known: Repaid) -> Form | None:
    """None where there is no payment that could be taken back."""
    case = known.account.case
    counted = [line for line in reversed(known.lines) if line.state is LineState.COUNTED][:_CHOICES]
    choices = tuple(_choice(line) for line in counted)
    return forms.take_back(case.id, case.version, choices, visit.today.isoformat()) if choices else None


def refund_back_form(known: Repaid) -> Form | None:
    """None where there is no refund that could be taken back."""
    case = known.account.case
    found = mistakes.standing(known.account.entries)[:_CHOICES]
    choices = tuple(Option(str(entry.id), _refund(known, entry)) for entry in found)
    return forms.refund_back(case.id, case.version, choices) if choices else None


def _refund(known: Repaid, entry: Booked) -> Text:
    what, day = ENTRY_WORDS[entry.kind], words.on(entry.happened_on)
    amount = known.money(sum(line.amount_minor for line in entry.lines if line.amount_minor > 0))
    if not entry.reference:
        return _("{what}: {amount} of {day}", what=what, amount=amount, day=day)
    return _("{what}: {amount} of {day} ({reference})", what=what, amount=amount, day=day, reference=entry.reference)


def _choice(line: BankLine) -> Option:
    amount = Money(line.amount_minor, line.currency)
    said = _("{amount} of {day} ({reference})", amount=amount, day=words.on(line.booked_on), reference=line.reference)
    return Option(str(line.id), said)


def _seldom(visit: Visit, known: Repaid) -> tuple[Form, ...]:
    """Only what the life of the loan and its terms allow now."""
    case, loan, terms = known.account.case, known.account.loan, known.account.terms
    shown: list[Form] = []
    if visit.may(Permission.KEEP_LOANS):
        if back := take_back_form(visit, known):
            shown.append(back)
        if back := refund_back_form(known):
            shown.append(back)
        instalments_left = known.account.owed.principal > 0
        if (loan.state, Act.RESUME) in MOVES and instalments_left:
            shown.append(forms.resume(case.id, case.version))
        if (loan.state, Act.DEFER) in MOVES and instalments_left:
            shown.append(forms.defer(case.id, case.version))
        missed = (
            terms is not None and terms.accelerate_after is not None and known.standing.missed >= terms.accelerate_after
        )
        if (loan.state, Act.ACCELERATE) in MOVES and missed:
            shown.append(forms.accelerate(case.id, case.version))
        if (loan.state, Act.COLLECT) in MOVES and service.may_collect(known.account, visit.today):
            shown.append(forms.collect(case.id, case.version))
        if (loan.state, Act.TAKE_BACK) in MOVES:
            shown.append(forms.collected_back(case.id, case.version))
    if visit.may(Permission.FORGIVE_LOANS):
        shown += _forgiving(visit, known)
    return tuple(shown)


def _forgiving(visit: Visit, known: Repaid) -> list[Form]:
    """A proposal can be declined also when nothing is owed any more: it waits for somebody until then."""
    case, row, owed = known.account.case, known.proposed, known.account.loan.state in OUTSTANDING
    if row is None:
        return [forms.forgive(case.id, case.version, known.account.loan.currency)] if owed else []
    decline = forms.decline_forgiveness(case.id, case.version, row.id)
    if row.proposed_by == visit.actor.key or not owed:
        return [decline]
    what = _("Forgive the loan: {what}, {ground}", what=_what(known, row), ground=GROUND_WORDS[row.ground])
    return [forms.confirm_forgiveness(case.id, case.version, row.id, what), decline]


def reason_words(code: str) -> Text:
    """Why a payment was taken back."""
    return REVERSE_REASONS.get(code, "")
