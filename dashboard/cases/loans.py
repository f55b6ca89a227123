"""The page of a loan, out of what is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from basis.messages import Message, _, _n
from basis.money import Money
from basis.roles import Role
from casework.accounts.rules import ROLE_WORDS
from casework.loans import life, notes, queries, rules, waiting
from casework.loans.life import LoanState
from casework.loans.queries import Party
from casework.loans.tables import (
    Bearer,
    Loan,
    LoanApproval,
    LoanAssessment,
    LoanUnwinding,
    NoteHow,
    PaidTo,
    PartyKind,
    WageSource,
)
from casework.loans.unwinding import REASONS as UNWIND_REASONS
from casework.repayments import queries as repayments
from casework.repayments.rules import CoveredRow, Plan, PlanKind, covered, plan_on
from checklists.programme import LoanTerms
from dashboard import addresses, words
from dashboard.cases.known_loans import KnownLoan
from dashboard.cases.repaying import view_of
from dashboard.cases.requirements import source
from dashboard.pages.base import Place
from dashboard.pages.case import Decision
from dashboard.pages.loans import Instalment, LoanPage, OtherLoan, PlanView, Signatory
from dashboard.pages.repayments import RepaymentView
from dashboard.parts import Badge, Fact, Form, Link, Text, Tone
from dashboard.programmes import lending, wording

_TONES: Final[Mapping[LoanState, Tone]] = {
    LoanState.REQUESTED: Tone.OPEN,
    LoanState.ASSESSED: Tone.OPEN,
    LoanState.APPROVED: Tone.TODAY,
    LoanState.NOTE_SIGNED: Tone.TODAY,
    LoanState.DISBURSED: Tone.WAIT,
    LoanState.IN_GRACE: Tone.WAIT,
    LoanState.REPAYING: Tone.OPEN,
    LoanState.DEFERRED: Tone.WAIT,
    LoanState.OVERDUE: Tone.LATE,
    LoanState.ACCELERATED: Tone.LATE,
    LoanState.IN_COLLECTION: Tone.LATE,
    LoanState.SETTLED: Tone.DONE,
    LoanState.FORGIVEN: Tone.DONE,
}
_KINDS: Final[Mapping[PartyKind, Message]] = {
    PartyKind.GUARANTOR: _("guarantor"),
    PartyKind.CO_SIGNER: _("second borrower"),
    PartyKind.ADULT: _("adult of the household"),
}
_SOURCES: Final[Mapping[WageSource, Message]] = {
    WageSource.CONTRACT: _("by the signed contract"),
    WageSource.JOB_ORDER: _("by the job order"),
    WageSource.STATED: _("as the worker states it"),
}
_PAID_TO: Final[Mapping[PaidTo, Message]] = {PaidTo.CARRIER: _("the carrier"), PaidTo.WORKER: _("the worker")}
_HOW: Final[Mapping[NoteHow, Message]] = {NoteHow.PAPER: _("on paper"), NoteHow.SCREEN: _("on screen")}
_PLANS: Final[Mapping[PlanKind, Message]] = {
    PlanKind.DATED: _("The days were counted anew when the day that grace counts from was known."),
    PlanKind.DEFERRED: _("After a deferral."),
    PlanKind.RESUMED: _("After a deferral that ended early."),
    PlanKind.ACCELERATED: _("The loan was called in."),
}
_BEARERS: Final[Mapping[Bearer, Message]] = {
    Bearer.PROGRAMME: _("the programme"),
    Bearer.WORKER: _("the worker"),
}


def page(known: KnownLoan, forms: tuple[Form, ...], withdrawals: Mapping[UUID, Form]) -> LoanPage:
    """The page with the forms that the reader can use now; `withdrawals` take a signature back, by its row."""
    loan, terms = known.loan, known.terms
    heading = _("Travel loan, case {reference}", reference=known.case.reference)
    if loan is not None:
        heading = _("Loan {number}, case {reference}", number=loan.number, reference=known.case.reference)
    return LoanPage(
        base=known.visit.at(Place.CASES),
        back=Link(addresses.case(known.case.id), known.case.reference),
        heading=heading,
        status=_status(known),
        following=_following(known),
        warning=_warning(known),
        facts=tuple(_facts(known, loan)) if loan is not None else (),
        plan=_plan(known),
        terms=tuple(_terms(terms)),
        source=source(terms.legal_basis),
        decisions=tuple(_decision(known, row) for row in known.decisions),
        signatories=tuple(_signatory(known, one, withdrawals.get(one.row.id)) for one in known.parties),
        papers=known.papers,
        forms=forms,
        repayment=_repayment(known),
        others=tuple(_other(known, loan, credit) for loan, credit in known.others),
    )


def _repayment(known: KnownLoan) -> RepaymentView | None:
    """Only of the loan that the page is about: a case may have had another one before."""
    if known.loan is None or known.loan.disbursed_on is None:
        return None
    return view_of(known.visit, known.case, known.loan.number)


def _other(known: KnownLoan, loan: Loan, credit: int) -> OtherLoan:
    link = Link(addresses.loan(known.case.id, loan.number), _("Loan {number}", number=loan.number))
    back = _("{credit} to give back", credit=Money(credit, loan.currency)) if credit else None
    return OtherLoan(link, state_badge(loan.state), Badge(Tone.TODAY, back) if back is not None else None)


def _status(known: KnownLoan) -> Badge:
    if known.loan is None:
        return Badge(Tone.IDLE, _("not asked for"))
    return state_badge(known.loan.state)


def state_badge(state: LoanState) -> Badge:
    return Badge(_TONES.get(state, Tone.IDLE), life.WORDS[state])


def _following(known: KnownLoan) -> Text:
    """What comes next, and who does it."""
    loan, terms = known.loan, known.terms
    if loan is None:
        return _("A caseworker asks for a loan if the worker wants one.")
    match loan.state:
        case LoanState.REQUESTED:
            return _("Next: a loan officer who did not record it finds out whether the worker can repay it.")
        case LoanState.ASSESSED:
            return _approvals(known, loan)
        case LoanState.APPROVED:
            return _to_sign(known, loan)
        case LoanState.NOTE_SIGNED:
            return _("Next: a loan officer who did not give the last approval pays it out.")
        case LoanState.DISBURSED:
            return _("Grace begins with {day}; nothing is due before.", day=lending.SINCE[terms.counts_from])
        case LoanState.IN_GRACE if loan.first_due_on is not None:
            return _("The first instalment is due on {day}.", day=words.on(loan.first_due_on))
        case LoanState.DECLINED:
            return _("The worker is told the reason, and may ask again.")
        case LoanState.CANCELLED:
            return _("It was cancelled before anything was paid out, at no cost.")
        case LoanState.UNWOUND if known.unwinding is not None and known.unwinding.closed_on is None:
            return _("There was no journey, so the worker owes nothing. The refund of the carrier is awaited.")
        case LoanState.UNWOUND:
            return _("There was no journey, so the worker owes nothing.")
    return ""


def _approvals(known: KnownLoan, loan: Loan) -> Message:
    principal = known.money(loan.principal_minor)
    given, needed = sum(row.approved for row in known.decisions), known.terms.approvals_for(principal)
    limit = known.terms.limit_for(principal)
    if (
        limit is not None
        and limit.role != Role.LOAN_OFFICER.value
        and all(row.role != limit.role for row in known.decisions)
    ):
        return _(
            "{given} of {needed} approvals. Next: somebody else approves it; one of them is: {role}.",
            given=given,
            needed=needed,
            role=ROLE_WORDS[Role(limit.role)],
        )
    return _("{given} of {needed} approvals. Next: another loan officer approves it.", given=given, needed=needed)


def _to_sign(known: KnownLoan, loan: Loan) -> Text:
    terms, approved = known.terms, loan.approved_on or loan.asked_on
    since = rules.sign_from(approved, terms)
    if known.visit.today < since:
        return _("The worker may reconsider at no cost; the note can be signed from {day}.", day=words.on(since))
    other, adults = queries.missing(terms, [one.row for one in known.parties], list(known.adults))
    if terms.explained and loan.explained_on is None:
        return _("Next: the terms are explained to the worker.")
    if other or adults:
        return _("Next: who must sign beside the worker signs, then the worker.")
    return _("Next: the worker signs the note.")


def _warning(known: KnownLoan) -> Badge | None:
    if known.forgotten:
        return Badge(Tone.TODAY, _("The worker has died. Decide first whether the loan is forgiven."))
    if known.outdated_note:
        return Badge(Tone.TODAY, _("The note counts from another departure than is planned now. Ask for it again."))
    if not known.no_journey:
        return None
    if known.case.life in waiting.NOT_GONE:
        return Badge(Tone.TODAY, _("The case ended before its journey. Undo the loan."))
    if known.case.life in waiting.OVER:
        return Badge(Tone.TODAY, _("The case is over, and the worker has not arrived by its record. Undo the loan."))
    return Badge(Tone.TODAY, _("The journey did not take place. Undo the loan, or have a new journey booked."))


def _facts(known: KnownLoan, loan: Loan) -> Iterator[Fact]:
    principal = known.money(loan.principal_minor)
    yield Fact(_("Principal"), str(principal))
    for row in known.purposes:
        yield Fact(wording.HEADS[row.head], str(known.money(row.amount_minor)))
    yield Fact(_("Asked for on"), words.on(loan.asked_on))
    if not loan.within_cap:
        yield Fact(_("Cap"), _("higher than the programme allows"))
    if known.assessment is not None:
        yield from _assessed(known, known.assessment)
    if loan.explained_on is not None:
        day, language = words.on(loan.explained_on), words.language(loan.explained_language)
        said = _("{day}, {language}, by {who}", day=day, language=language, who=known.name(loan.explained_by))
        yield Fact(_("Terms explained"), said)
    if loan.signed_on is not None:
        how = _HOW[loan.note_how] if loan.note_how is not None else _HOW[NoteHow.PAPER]
        yield Fact(_("Note signed"), _("{day}, {how}", day=words.on(loan.signed_on), how=how))
    yield from _note(known, loan)
    if loan.witness:
        yield Fact(_("Witness"), known.name(loan.witness))
    if loan.disbursed_on is not None and loan.disbursed_to is not None:
        day = words.on(loan.disbursed_on)
        yield Fact(_("Paid out"), _("{day}, to {whom}", day=day, whom=_PAID_TO[loan.disbursed_to]))
        yield Fact(_("Reference"), loan.disbursement_reference)
        yield Fact(_("Paid out by"), known.name(loan.disbursed_by))
    if loan.grace_from is not None:
        yield Fact(_("Grace counts from"), words.on(loan.grace_from))
    if known.unwinding is not None:
        yield from _unwound(known, known.unwinding)


def _note(known: KnownLoan, loan: Loan) -> Iterator[Fact]:
    for number in range(1, known.scans + 1):
        href = addresses.loan(known.case.id, loan.number, "note", number) if known.works else ""
        said = _("scan") if known.scans == 1 else _("scan, file {number}", number=number)
        yield Fact(_("Signed note"), said, href)
    if place := notes.place_of(loan):
        yield Fact(_("Signed note is kept"), place)


def _assessed(known: KnownLoan, row: LoanAssessment) -> Iterator[Fact]:
    if row.wage_minor is not None and row.wage_source is not None:
        wage = Money(row.wage_minor, row.wage_currency)
        yield Fact(_("Wage of a month"), _("{wage}, {source}", wage=wage, source=_SOURCES[row.wage_source]))
    highest = known.money(row.instalment_minor)
    if row.share is None:
        yield Fact(_("Highest instalment"), str(highest))
    else:
        said = _("{amount}, {percent} % of the wage", amount=highest, percent=lending.percent(row.share))
        yield Fact(_("Highest instalment"), said)
    if known.looked_at:
        yield Fact(_("Looked at"), known.looked_at)


def _unwound(known: KnownLoan, row: LoanUnwinding) -> Iterator[Fact]:
    yield Fact(_("No journey"), _("{day}: {reason}", day=words.on(row.unwound_on), reason=UNWIND_REASONS[row.reason]))
    refund, received = known.money(row.refund_minor), known.money(row.received_minor)
    yield Fact(_("Refund of the carrier"), _("{received} of {refund}", received=received, refund=refund))
    left, who = known.money(row.remainder_minor), _BEARERS[row.borne_by]
    yield Fact(_("The rest"), _("{amount}, borne by: {who}", amount=left, who=who))


def _plan(known: KnownLoan) -> PlanView | None:
    loan = known.loan
    if loan is None or not known.plans or loan.state in (LoanState.CANCELLED, LoanState.UNWOUND):
        return None
    plan = plan_on(known.plans, known.visit.today) or known.plans[-1]
    paid_out = loan.disbursed_on is not None
    owed = repayments.Account(loan, known.case, known.terms, list(known.plans), list(known.entries)).owed
    rows = covered(plan, owed.principal) if paid_out else tuple(CoveredRow(row, 0) for row in plan.rows)
    bears = any(row.interest for row in plan.rows)
    left, lines = plan.total, []
    for one in rows:
        left -= one.row.principal
        lines.append(
            Instalment(
                one.row.number,
                words.on(one.row.due_on),
                str(known.money(one.row.principal)),
                str(known.money(one.row.interest)) if bears else "",
                str(known.money(one.covered)) if paid_out else "",
                str(known.money(left)),
            )
        )
    interest = known.money(sum(row.interest for row in plan.rows))
    total = str(known.money(plan.total))
    return PlanView(_why(known, plan), tuple(lines), total, str(interest), bears, paid_out)


def _why(known: KnownLoan, plan: Plan) -> Text:
    undone = known.unwinding
    if plan.kind is PlanKind.DATED and undone is not None and plan.starts_on == undone.unwound_on:
        return _("What is left of it, as there was no journey.")
    return _PLANS.get(plan.kind, "")


def _terms(terms: LoanTerms) -> Iterator[Fact]:
    yield Fact(_("Highest amount"), str(terms.cap))
    yield Fact(_("Lent for"), lending.purposes(terms))
    yield Fact(_("Interest"), lending.interest(terms))
    yield Fact(_("Grace"), lending.grace(terms))
    yield Fact(_("Due day"), str(terms.due_day))
    if terms.affordability is not None:
        share = _("at most {percent} % of the wage", percent=terms.affordability.most_of_wage)
        yield Fact(_("Instalment"), share)
    if terms.cooling_off_days:
        yield Fact(_("To reconsider"), _n("{count} day", "{count} days", terms.cooling_off_days))
    if terms.guarantor != "none":
        yield Fact(_("Signs too"), _KINDS[PartyKind(terms.guarantor)])
    if terms.each_adult_signs:
        yield Fact(_("Signs too"), _("each adult of the household who travels along"))


def _decision(known: KnownLoan, row: LoanApproval) -> Decision:
    what = _("Declined")
    if row.approved:
        assessed = known.loan is not None and str(row.officer_id) == known.loan.assessed_by
        what = _("Assessed: can be repaid") if assessed else _("Approved")
    return Decision(words.on(row.decided_on), what, known.name(str(row.officer_id)), row.reason)


def _signatory(known: KnownLoan, one: Party, withdraw: Form | None) -> Signatory:
    kind, member = _KINDS[one.row.kind], next((m for m in known.adults if m.row.id == one.row.member_id), None)
    name: Text = one.name or (member.name if member is not None else _("a member of the household"))
    what: Text = kind
    if one.relation:
        what = _("{kind}, {relation}, paper {number}", kind=kind, relation=one.relation, number=one.document)
    return Signatory(name, what, words.on(one.row.signed_on), withdraw)
