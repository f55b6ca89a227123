"""Ask for papers about money; end those that no longer hold. The engine issues them, as letters of decisions are.

A note to sign and a settlement letter say what holds now: a later one takes the place of an earlier one. A statement
says what held on its day and stays good for it; only one of the same day takes its place, made after more was recorded.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import Message, _
from casework import recorded
from casework.accounts.rules import Permission, may, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.rules import EndKind
from casework.cases.tables import Case
from casework.certificates import service as register
from casework.certificates.tables import Certificate
from casework.loans.life import LoanState
from casework.loans.paper_tables import MoneyPaper, PaperEnd, PaperKind
from casework.loans.planning import counted_from, signable
from casework.loans.tables import Loan
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxKind
from casework.work import Work
from checklists.programme import LoanTerms

STATEMENTS: Final = frozenset({PaperKind.LOAN_STATEMENT, PaperKind.ENTITLEMENT_STATEMENT})
"""Kinds that may be of a past day, and stay good for it."""

NOTHING_OWED: Final = frozenset({LoanState.SETTLED, LoanState.FORGIVEN, LoanState.UNWOUND})
"""States of a loan of which a settlement letter tells."""

WORDS: Mapping[PaperKind, Message] = {
    PaperKind.PROMISSORY_NOTE: _("Promissory note to sign"),
    PaperKind.LOAN_STATEMENT: _("Loan statement"),
    PaperKind.SETTLEMENT_LETTER: _("Settlement letter"),
    PaperKind.ENTITLEMENT_STATEMENT: _("Statement of entitlements"),
}

_LOANS: Final = (Permission.ASK_LOANS, Permission.KEEP_LOANS)
_ENTITLEMENTS: Final = (
    Permission.RECORD_ENTITLEMENTS,
    Permission.APPROVE_ENTITLEMENTS,
    Permission.PAY_ENTITLEMENTS,
)


def ask(
    work: Work, kind: PaperKind, loan_id: UUID, as_of: date | None = None, terms: LoanTerms | None = None
) -> MoneyPaper:
    """Ask for a paper about a loan, also of a case that has ended. The same again, while nothing of the case has
    changed, is the paper that is there. `as_of`: the day of a statement (None: today). `terms`: those of the loan,
    for a note: it is refused where its days are not known, and counts from the day that is planned now.

    Raises `Refused` (``role``), `NotFound` (``loan``, ``case``), `Conflict` (``paper_state``: the loan is not where
    such a paper could tell of it; ``no_departure``), `InvalidInput` (``date_in_future``, ``dates``).
    """
    _require(work.actor, _LOANS)
    loan = work.session.get(Loan, loan_id)
    if loan is None:
        raise NotFound("loan", _("There is no such loan."), _("Open it from its case."))
    case = _locked(work, loan.case_id)
    work.session.refresh(loan)
    day = day_of(work, loan, kind, as_of)
    counts_from = None
    if kind is PaperKind.PROMISSORY_NOTE and terms is not None:
        counts_from = counted_from(case, terms, signable(loan, terms, day))
        if counts_from is None:
            raise no_departure()
    return _ask(work, case, kind, day, loan_id=loan.id, counts_from=counts_from)


def ask_entitlements(
    work: Work, case_id: UUID, as_of: date | None = None, entitlement_id: UUID | None = None
) -> MoneyPaper:
    """Ask for the statement of what the programme pays to a worker: of one entitlement, or of all of the case.

    Raises `Refused` (``role``), `NotFound` (``case``), `InvalidInput` (``date_in_future``).
    """
    _require(work.actor, _ENTITLEMENTS)
    case = _locked(work, case_id)
    kind = PaperKind.ENTITLEMENT_STATEMENT
    return _ask(work, case, kind, _day(work, kind, as_of), entitlement_id=entitlement_id)


def kinds_of(loan: Loan) -> tuple[PaperKind, ...]:
    """The kinds of papers that there can be about a loan as it stands, the most telling first."""
    if loan.state is LoanState.APPROVED:
        return (PaperKind.PROMISSORY_NOTE,)
    if loan.disbursed_on is None:
        return ()
    if loan.state in NOTHING_OWED:
        return (PaperKind.SETTLEMENT_LETTER, PaperKind.LOAN_STATEMENT)
    return (PaperKind.LOAN_STATEMENT,)


def day_of(work: Work, loan: Loan, kind: PaperKind, as_of: date | None) -> date:
    """The day that a paper about a loan tells of. Raises as `ask` does where there is none, or not of that day."""
    if kind not in kinds_of(loan):
        raise Conflict(
            "paper_state",
            _("The loan is not in a state in which there is a paper of this kind: {kind}.", kind=WORDS[kind]),
            _("Look at its present state."),
        )
    day = _day(work, kind, as_of)
    if kind is PaperKind.LOAN_STATEMENT and loan.disbursed_on is not None and day < loan.disbursed_on:
        raise InvalidInput(
            "dates", _("On that day the loan had not been paid out."), _("Choose a later day for the statement.")
        )
    return day


def fall(work: Work, loan_id: UUID, *kinds: PaperKind) -> None:
    """What papers of these kinds say of a loan holds no longer (it was cancelled, a payment came back): they are
    revoked, and those that wait are not issued. The caller has locked the case."""
    for paper in _standing(work.session, kinds, loan_id=loan_id):
        _end(work, paper, PaperEnd.FALLEN)


def note_of(session: Session, loan_id: UUID) -> MoneyPaper | None:
    """The note that is to be signed, if one was made."""
    return next(iter(_standing(session, (PaperKind.PROMISSORY_NOTE,), loan_id=loan_id)), None)


def outdated(session: Session, case: Case, loan: Loan, terms: LoanTerms) -> bool:
    """Whether a note that waits for its signature counts from another departure than is planned now."""
    note = note_of(session, loan.id) if loan.state is LoanState.APPROVED and terms.counts_from != "issue" else None
    if note is None or note.counts_from is None:
        return False
    return note.counts_from != counted_from(case, terms, signable(loan, terms, note.as_of))


def of_loan(session: Session, actor: Actor, loan_id: UUID) -> list[tuple[MoneyPaper, Certificate | None]]:
    """The papers of a loan with their register rows, the last one asked for first."""
    loan = session.get(Loan, loan_id)
    if loan is None:
        raise NotFound("loan", _("There is no such loan."), _("Open it from its case."))
    changes.find(session, actor, loan.case_id)
    return with_rows(session, _asked(session, col(MoneyPaper.loan_id) == loan_id))


def of_entitlements(session: Session, actor: Actor, case_id: UUID) -> list[tuple[MoneyPaper, Certificate | None]]:
    """The statements of entitlements of a case with their register rows, the last one asked for first."""
    changes.find(session, actor, case_id)
    about = (col(MoneyPaper.case_id) == case_id, col(MoneyPaper.kind) == PaperKind.ENTITLEMENT_STATEMENT)
    return with_rows(session, _asked(session, *about))


def with_rows(session: Session, papers: Sequence[MoneyPaper]) -> list[tuple[MoneyPaper, Certificate | None]]:
    """Each paper with its register row, None before a number is given."""
    query = select(Certificate).where(col(Certificate.paper_id).in_([paper.id for paper in papers]))
    rows = {row.paper_id: row for row in session.exec(query)}
    return [(paper, rows.get(paper.id)) for paper in papers]


def replaced_by(session: Session, paper: MoneyPaper) -> list[Certificate]:
    """The documents whose place the document of this paper takes, and which nothing has taken yet, oldest first."""
    query = (
        select(Certificate)
        .join(MoneyPaper, col(MoneyPaper.id) == col(Certificate.paper_id))
        .where(
            *_alike(paper.kind, paper.as_of, paper.case_id, paper.loan_id, paper.entitlement_id),
            col(MoneyPaper.id) != paper.id,
            col(Certificate.end_kind) == EndKind.SUPERSEDED,
            col(Certificate.superseded_by).is_(None),
        )
    )
    return list(session.exec(query.order_by(col(Certificate.number))))


def no_departure() -> Conflict:
    """``no_departure``: there is no note to sign yet."""
    return Conflict(
        "no_departure",
        _("The days of the instalments are not known, so there is no note to sign."),
        _("Record the planned departure, then ask for the note again."),
    )


def not_settled() -> Conflict:
    """``not_settled``: the ledger says that something is owed."""
    return Conflict(
        "not_settled",
        _("Something is owed of this loan, so there is no settlement letter."),
        _("Look at its statement."),
    )


def _ask(
    work: Work,
    case: Case,
    kind: PaperKind,
    day: date,
    *,
    loan_id: UUID | None = None,
    entitlement_id: UUID | None = None,
    counts_from: date | None = None,
) -> MoneyPaper:
    alike = _alike(kind, day, case.id, loan_id, entitlement_id)
    earlier = list(work.session.exec(select(MoneyPaper).where(*alike, col(MoneyPaper.end).is_(None))))
    now = (case.version, counts_from)
    same = next((one for one in earlier if (one.case_version, one.counts_from) == now), None)
    if same is not None:
        return same
    for one in earlier:
        _end(work, one, PaperEnd.REPLACED)
    paper = MoneyPaper(
        case_id=case.id,
        kind=kind,
        loan_id=loan_id,
        entitlement_id=entitlement_id,
        as_of=day,
        counts_from=counts_from,
        known_at=work.now,
        case_version=case.version,
        asked_on=work.today,
        asked_by=work.actor.key,
    )
    work.session.add(paper)
    work.session.flush()
    outbox.put(work, OutboxKind.ISSUE, paper.id, case.id, str(paper.id))
    work.record(
        "money_paper.asked",
        f"money_paper/{paper.id}",
        case_id=case.id,
        data={"kind": kind.value, "as_of": day.isoformat()},
    )
    return paper


def _alike(
    kind: PaperKind, day: date, case_id: UUID, loan_id: UUID | None, entitlement_id: UUID | None
) -> list[ColumnElement[bool]]:
    """Of which papers one takes the place: of the same thing, and if it is a statement of the same day."""
    same = [
        col(MoneyPaper.case_id) == case_id,
        col(MoneyPaper.kind) == kind,
        col(MoneyPaper.loan_id) == loan_id,
        col(MoneyPaper.entitlement_id) == entitlement_id,
    ]
    return [*same, col(MoneyPaper.as_of) == day] if kind in STATEMENTS else same


def _end(work: Work, paper: MoneyPaper, how: PaperEnd) -> None:
    paper.ended_on, paper.end = work.today, how
    work.session.add(paper)
    replaced = how is PaperEnd.REPLACED
    kind = EndKind.SUPERSEDED if replaced else EndKind.REVOKED
    register.end_paper(work, paper.id, kind, "asked_anew" if replaced else "no_longer_true")


def _standing(session: Session, kinds: Collection[PaperKind], *, loan_id: UUID) -> list[MoneyPaper]:
    about = (col(MoneyPaper.loan_id) == loan_id, col(MoneyPaper.kind).in_(kinds), col(MoneyPaper.end).is_(None))
    return _asked(session, *about)


def _asked(session: Session, *about: ColumnElement[bool]) -> list[MoneyPaper]:
    query = select(MoneyPaper).where(*about)
    return list(session.exec(query.order_by(col(MoneyPaper.known_at).desc(), col(MoneyPaper.id).desc())))


def _day(work: Work, kind: PaperKind, as_of: date | None) -> date:
    if kind not in STATEMENTS or as_of is None:
        return work.today
    return recorded.happened(as_of, _("day of the statement"), work.today)


def _locked(work: Work, case_id: UUID) -> Case:
    """The case, within reach of the actor, locked: two who ask at once get one paper. A paper changes nothing of it."""
    changes.find(work.session, work.actor, case_id)
    work.session.flush()
    return work.session.get_one(Case, case_id, with_for_update=True)


def _require(actor: Actor, permissions: Sequence[Permission]) -> None:
    if not any(may(actor.role, one) for one in permissions):
        require(actor.role, permissions[0])
