"""Loans that wait for somebody: to be decided on, paid out, undone, forgiven, for the refund of a carrier, or
for what was paid too much to go back. Reading only."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, true, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from casework.accounts.rules import Permission, may
from casework.actor import Actor
from casework.cases.changes import visible
from casework.cases.rules import BEFORE_DEPARTURE, ENDINGS, CaseLife
from casework.cases.tables import Case, CaseMove
from casework.loans.life import OUTSTANDING, UNWINDABLE, LoanState
from casework.loans.tables import Loan, LoanApproval, LoanUnwinding
from casework.repayments.tables import ForgivenessState, Ground, LoanForgiveness, LoanStanding
from casework.travel.rules import NOT_TAKEN, STANDS, TURNED_BACK, JourneyState
from casework.travel.tables import Itinerary
from checklists.catalogue import Catalogue

NOT_GONE = frozenset(ENDINGS) - {CaseLife.DECEASED}
"""A case that ended so has no journey any more. The dead may have travelled: only their booking says it."""

OVER = frozenset({CaseLife.RETURNED, CaseLife.CLOSED, CaseLife.IN_FOLLOW_UP})
"""Nobody confirms a departure or an arrival of such a case any more."""


class Waiting(StrEnum):
    TO_DECIDE = "to_decide"  # by the reader, who neither recorded it nor decided on it
    TO_PAY_OUT = "to_pay_out"
    NO_JOURNEY = "no_journey"  # paid out, and the journey did not or does not take place
    REFUND = "refund"  # of a carrier
    CREDIT = "credit"  # paid too much: it goes back to the worker
    DIED = "died"  # the worker, and nobody has proposed yet to forgive what is owed
    TO_FORGIVE = "to_forgive"  # proposed by somebody else than the reader


def count(session: Session, actor: Actor, catalogue: Catalogue, part: Waiting) -> int:
    """How many loans of a part are within the actor's reach."""
    query = select(func.count()).select_from(Loan).join(Case, col(Case.id) == col(Loan.case_id))
    return int(session.exec(query.where(visible(actor), of_part(actor, catalogue, part))).one())


def lost_journey(session: Session, loan: Loan) -> bool:
    """Whether a loan that was paid out has no journey any more, and has not been undone."""
    return _is(session, loan, _no_journey())


def undoable(session: Session, loan: Loan) -> bool:
    """Whether somebody may undo the loan now: also where no journey was ever booked, and one may still be."""
    return _is(session, loan, _undoable())


def journey_made(session: Session, loan: Loan) -> bool:
    """Whether the arrival of the worker is confirmed."""
    return not _is(session, loan, _not_arrived())


def journey_stands(session: Session, loan: Loan) -> bool:
    """Whether there is, on record, a journey for the loan: booked, or begun."""
    return _is(session, loan, _stands())


def forgotten(session: Session, loan: Loan) -> bool:
    """Whether the worker has died, something is owed, and nobody has proposed to forgive it for that."""
    return _is(session, loan, _died())


def of_part(actor: Actor, catalogue: Catalogue, part: Waiting) -> ColumnElement[bool]:
    """Which loans belong to a part, in a statement that joins `Loan` and `Case`."""
    state, life = col(Loan.state), col(Case.life)
    match part:
        case Waiting.TO_DECIDE:
            open_now = and_(state.in_((LoanState.REQUESTED, LoanState.ASSESSED)), life.in_(BEFORE_DEPARTURE))
            return and_(open_now, _not_own(actor), _within_limits(actor, catalogue))
        case Waiting.TO_PAY_OUT:
            return and_(state == LoanState.NOTE_SIGNED, life.in_(BEFORE_DEPARTURE))
        case Waiting.NO_JOURNEY:
            return _no_journey()
        case Waiting.REFUND:
            owed = (col(LoanUnwinding.loan_id) == col(Loan.id), col(LoanUnwinding.closed_on).is_(None))
            return exists().where(*owed)
        case Waiting.CREDIT:
            standing = aliased(LoanStanding)  # the list joins the table itself
            return exists().where(col(standing.loan_id) == col(Loan.id), col(standing.credit_minor) > 0)
        case Waiting.DIED:
            return _died()
        case Waiting.TO_FORGIVE:
            return _proposed(
                col(LoanForgiveness.state) == ForgivenessState.PROPOSED, col(LoanForgiveness.proposed_by) != actor.key
            )


def _is(session: Session, loan: Loan, what: ColumnElement[bool]) -> bool:
    query = select(Loan.id).join(Case, col(Case.id) == col(Loan.case_id)).where(Loan.id == loan.id, what)
    return session.exec(query).one_or_none() is not None


def _no_journey() -> ColumnElement[bool]:
    turned_back = _moved(col(CaseMove.reason) == TURNED_BACK, {CaseLife.DEPARTED})
    return and_(_undoable(), or_(col(Case.life).in_(NOT_GONE | OVER), _booked(NOT_TAKEN), turned_back))


def _undoable() -> ColumnElement[bool]:
    undone = exists().where(col(LoanUnwinding.loan_id) == col(Loan.id))
    return and_(col(Loan.state).in_(UNWINDABLE), ~undone, _not_arrived(), ~_stands())


def _stands() -> ColumnElement[bool]:
    """A booking of a case that has ended comes to nothing. A departure that is confirmed stands until the worker was
    turned back; but where the case is over and the grace has not begun, it waits for an arrival for ever."""
    life, ended = col(Case.life), col(Case.life).in_(NOT_GONE | OVER)
    for_nothing = or_(life.in_(NOT_GONE), and_(life.in_(OVER), col(Loan.state) == LoanState.DISBURSED))
    booked = or_(_booked(STANDS - {JourneyState.BOOKED}), and_(_booked(STANDS), ~ended))
    return and_(~for_nothing, or_(booked, _departed()))


def _not_arrived() -> ColumnElement[bool]:
    """Not as the contrary of a choice: PostgreSQL then asks for the moves of all cases at once, and not of each."""
    confirmed = and_(col(CaseMove.to_life) == CaseLife.ARRIVED, col(CaseMove.reason) == "arrival_confirmed")
    return and_(col(Case.life) != CaseLife.ARRIVED, ~_moved(confirmed, {*BEFORE_DEPARTURE, CaseLife.DEPARTED}))


def _departed() -> ColumnElement[bool]:
    confirmed = and_(col(CaseMove.to_life) == CaseLife.DEPARTED, col(CaseMove.reason) == "departure_confirmed")
    return _moved(confirmed, set(BEFORE_DEPARTURE), TURNED_BACK)


def _moved(how: ColumnElement[bool], back: set[CaseLife], back_for: str = "") -> ColumnElement[bool]:
    """Whether the case moved so, and not `back` to one of these lives, or for that reason, later."""
    later = aliased(CaseMove)
    after = tuple_(col(later.recorded_at), col(later.id)) > tuple_(col(CaseMove.recorded_at), col(CaseMove.id))
    undone = or_(col(later.to_life).in_(back), col(later.reason) == back_for)
    gone_back = exists().where(col(later.case_id) == col(CaseMove.case_id), after, undone)
    return exists().where(col(CaseMove.case_id) == col(Case.id), how, ~gone_back.correlate(CaseMove))


def _died() -> ColumnElement[bool]:
    owed = and_(col(Loan.state).in_(OUTSTANDING), col(Case.life) == CaseLife.DECEASED)
    return and_(owed, ~_no_journey(), ~_proposed(col(LoanForgiveness.ground) == Ground.DEATH))


def _proposed(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(col(LoanForgiveness.loan_id) == col(Loan.id), *conditions)


def _booked(states: frozenset[object]) -> ColumnElement[bool]:
    return exists().where(col(Itinerary.case_id) == col(Case.id), col(Itinerary.state).in_(states))


def _not_own(actor: Actor) -> ColumnElement[bool]:
    decided = exists().where(col(LoanApproval.loan_id) == col(Loan.id), col(LoanApproval.officer_id) == actor.user_id)
    return and_(col(Loan.recorded_by) != actor.key, ~decided)


def _within_limits(actor: Actor, catalogue: Catalogue) -> ColumnElement[bool]:
    """Officers decide on all; another role on loans as high as the terms leave to it."""
    if may(actor.role, Permission.APPROVE_LOANS):
        return true()
    ranges: list[ColumnElement[bool]] = [false()]
    for programme in catalogue.programmes:
        above = 0
        for limit in programme.loan.limits if programme.loan is not None else ():
            if actor.role is not None and limit.role == actor.role.value:
                principal = col(Loan.principal_minor)
                high = and_(principal > above, principal <= limit.up_to.minor)
                ranges.append(and_(col(Case.programme_digest) == programme.digest, high))
            above = limit.up_to.minor
    return or_(*ranges)
