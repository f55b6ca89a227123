"""What was claimed, approved and paid of entitlements; statements of any past day. Reading only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from basis.errors import Refused
from basis.messages import _
from basis.money import Money
from casework.accounts.rules import Permission, may
from casework.actor import Actor
from casework.cases import changes
from casework.cases.tables import Case
from casework.entitlements.rules import LIVE, TAKE_BACK_REASONS, ClaimState, ReclaimState
from casework.entitlements.tables import CaseEntitlement, EntitlementClaim, EntitlementReclaim
from casework.ledger import queries as ledger
from casework.ledger.rules import Booked, EntryKind, LedgerAccount
from casework.ledger.tables import LedgerEntry, LedgerLine
from casework.workers.tables import Worker

READERS = (Permission.RECORD_ENTITLEMENTS, Permission.APPROVE_ENTITLEMENTS, Permission.PAY_ENTITLEMENTS)


class Show(StrEnum):
    TO_APPROVE = "to_approve"
    TO_PAY = "to_pay"
    RECLAIMS = "reclaims"  # to be confirmed
    TO_RETURN = "to_return"  # confirmed and not paid back


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the queue: what it is about, since when it waits, and how much; None where no amount is known."""

    case: Case
    worker: Worker
    entitlement: CaseEntitlement
    month: date | None
    since: date | None
    amount: Money | None


@dataclass(frozen=True, slots=True)
class Account:
    """An entitlement of a case until a day: approved less what was stopped is `granted`, paid out `paid`, approved and
    not paid `to_come`, reclaimed and not paid back `to_return`, paid back `returned`."""

    id: UUID
    entitlement: str
    currency: str
    granted: Money
    paid: Money
    to_come: Money
    to_return: Money
    returned: Money


@dataclass(frozen=True, slots=True)
class Back:
    """An entry of what is to be paid back: the confirmed wish `wish_id`, what was paid back, or what need not be.
    `taken_back` is the entry that takes it back."""

    id: UUID
    kind: EntryKind
    amount: Money
    on: date
    by: str
    reference: str
    wish_id: UUID | None
    taken_back: LedgerEntry | None


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One event: `entitlement` is the programme's id of it, `month` what it was paid for; `taken_back` says which kind
    of entry a correction takes back."""

    on: date
    entitlement: str
    kind: EntryKind
    amount: Money
    month: date | None = None
    reference: str = ""
    taken_back: EntryKind | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """All that a programme paid to a worker until a day, by what was known at an instant."""

    on: date
    known_at: datetime | None
    accounts: tuple[Account, ...]
    lines: tuple[StatementLine, ...]


def may_read(actor: Actor) -> bool:
    """Whether the actor learns what a programme pays to workers: those who take part in it, and auditors."""
    return any(may(actor.role, one) for one in READERS) or may(actor.role, Permission.AUDIT)


def of_case(session: Session, case_id: UUID) -> list[CaseEntitlement]:
    """What was ever claimed of, by when it first was."""
    query = select(CaseEntitlement).where(CaseEntitlement.case_id == case_id)
    return list(session.exec(query.order_by(col(CaseEntitlement.id))))


def claims(session: Session, case_id: UUID) -> dict[UUID, list[EntitlementClaim]]:
    """The claims of a case by their entitlement, oldest first."""
    return _grouped(session.exec(_of_case(EntitlementClaim, case_id)))


def reclaims(session: Session, case_id: UUID) -> dict[UUID, list[EntitlementReclaim]]:
    """What is wished to be paid back, by its entitlement, oldest first."""
    return _grouped(session.exec(_of_case(EntitlementReclaim, case_id)))


def live(session: Session, entitlement_id: UUID) -> list[EntitlementClaim]:
    """The claims that count against what the rule allows, oldest first."""
    query = select(EntitlementClaim).where(
        EntitlementClaim.entitlement_id == entitlement_id, col(EntitlementClaim.state).in_(LIVE)
    )
    return list(session.exec(query.order_by(col(EntitlementClaim.id)).execution_options(populate_existing=True)))


def statement(
    session: Session,
    case_id: UUID,
    on: date,
    known_at: datetime | None = None,
    entitlement_id: UUID | None = None,
) -> Statement:
    """The statement of a case, or of one entitlement of it, as it was: by what had happened until the end of `on` and
    had been recorded until `known_at`. The caller has checked who reads it."""
    subjects = [row for row in of_case(session, case_id) if entitlement_id in (None, row.id)]
    entries = ledger.entries_of(session, [row.id for row in subjects], on=on, known_at=known_at)
    names = {row.id: row.entitlement for row in subjects}
    known = [one for row in subjects for one in entries[row.id]]
    months = _months(session, known)
    return Statement(
        on,
        known_at,
        tuple(_account(row, entries[row.id]) for row in subjects if entries[row.id]),
        tuple(_line(one, names[one.subject_id], months, known) for one in sorted(known, key=_in_order)),
    )


def accounts(session: Session, case_id: UUID) -> dict[UUID, Account]:
    """How each entitlement of a case stands now."""
    rows = of_case(session, case_id)
    entries = ledger.entries_of(session, [row.id for row in rows])
    return {row.id: _account(row, entries[row.id]) for row in rows}


def backs(session: Session, case_id: UUID) -> dict[UUID, list[Back]]:
    """What was recorded of paying back, by its entitlement, oldest first."""
    of = select(LedgerEntry).where(LedgerEntry.case_id == case_id, col(LedgerEntry.kind).in_(TAKE_BACK_REASONS))
    rows = list(session.exec(of.order_by(col(LedgerEntry.id))))
    mirrors = session.exec(select(LedgerEntry).where(col(LedgerEntry.reverses_id).in_([row.id for row in rows])))
    taken_back = {row.reverses_id: row for row in mirrors}
    found: dict[UUID, list[Back]] = defaultdict(list)
    for row, entry in zip(rows, ledger.booked(session, rows), strict=True):
        found[row.subject_id].append(
            Back(
                id=row.id,
                kind=row.kind,
                amount=Money(abs(entry.amount(LedgerAccount.RECLAIM)), row.currency),
                on=row.happened_on,
                by=row.recorded_by,
                reference=row.reference,
                wish_id=UUID(row.key.partition("/")[2]) if row.kind is EntryKind.RECLAIM else None,
                taken_back=taken_back.get(row.id),
            )
        )
    return found


def listed(session: Session, actor: Actor, show: Show, *, limit: int, offset: int = 0) -> tuple[list[Line], int]:
    """The lines of a part of the queue, what waits longest first, and how many there are. Cases of the actor's reach.

    Raises `Refused` (``role``).
    """
    _require_queue(actor)
    source = EntitlementReclaim if show is Show.RECLAIMS else EntitlementClaim
    where = [changes.visible(actor), *_part(show)]
    if show is Show.TO_RETURN:
        query: Any = select(Case, Worker, CaseEntitlement).order_by(col(CaseEntitlement.id))
    else:
        query = select(Case, Worker, CaseEntitlement, source).join(
            source, col(source.entitlement_id) == col(CaseEntitlement.id)
        )
        query = query.order_by(col(source.id))
    query = query.join(Case, col(Case.id) == col(CaseEntitlement.case_id))
    query = query.join(Worker, col(Worker.id) == col(Case.worker_id)).where(*where)
    rows = session.exec(query.offset(offset).limit(limit)).all()
    return _lines(session, show, rows), count(session, actor, show)


def count(session: Session, actor: Actor, show: Show) -> int:
    """How many lines a part of the queue has within the actor's reach."""
    query: Any = select(func.count()).select_from(CaseEntitlement)
    query = query.join(Case, col(Case.id) == col(CaseEntitlement.case_id))
    if show is not Show.TO_RETURN:
        source = EntitlementReclaim if show is Show.RECLAIMS else EntitlementClaim
        query = query.join(source, col(source.entitlement_id) == col(CaseEntitlement.id))
    return int(session.exec(query.where(changes.visible(actor), *_part(show))).one())


def _require_queue(actor: Actor) -> None:
    if not (may(actor.role, Permission.APPROVE_ENTITLEMENTS) or may(actor.role, Permission.PAY_ENTITLEMENTS)):
        raise Refused(
            "role",
            _("The list is for those who approve and pay."),
            _("Open the case; its page says how a claim stands."),
        )


def _part(show: Show) -> list[ColumnElement[bool]]:
    match show:
        case Show.TO_APPROVE:
            return [col(EntitlementClaim.state) == ClaimState.CLAIMED]
        case Show.TO_PAY:
            return [col(EntitlementClaim.state) == ClaimState.APPROVED]
        case Show.RECLAIMS:
            return [col(EntitlementReclaim.state) == ReclaimState.ASKED]
        case Show.TO_RETURN:
            owed = (
                select(LedgerEntry.subject_id)
                .join(LedgerLine, col(LedgerLine.entry_id) == col(LedgerEntry.id))
                .where(LedgerLine.account == LedgerAccount.RECLAIM)
                .group_by(col(LedgerEntry.subject_id))
                .having(func.sum(LedgerLine.amount_minor) > 0)
            )
            return [col(CaseEntitlement.id).in_(owed)]


def _lines(session: Session, show: Show, rows: Sequence[Any]) -> list[Line]:
    if show is Show.TO_RETURN:
        held = ledger.balances(session, [row[2].id for row in rows])
        return [
            Line(case, worker, of, None, None, Money(held[of.id][LedgerAccount.RECLAIM], of.currency))
            for case, worker, of in rows
        ]
    return [_waiting(*row) for row in rows]


def _waiting(case: Case, worker: Worker, of: CaseEntitlement, row: EntitlementClaim | EntitlementReclaim) -> Line:
    if isinstance(row, EntitlementReclaim):
        return Line(case, worker, of, None, row.asked_on, Money(row.amount_minor, of.currency))
    minor = row.amount_minor if row.amount_minor is not None else row.asked_minor
    amount = None if minor is None else Money(minor, of.currency)
    return Line(case, worker, of, row.month, row.decided_on or row.claimed_on, amount)


def _of_case(table: Any, case_id: UUID) -> Any:
    return select(table).where(table.case_id == case_id).order_by(col(table.id))


def _grouped(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.entitlement_id].append(row)
    return found


def _account(row: CaseEntitlement, entries: Sequence[Booked]) -> Account:
    held = dict.fromkeys(LedgerAccount, 0)
    returned = reclaimed = 0
    for entry in entries:
        for line in entry.lines:
            held[line.account] += line.amount_minor
        if entry.amount(LedgerAccount.RECLAIM) and entry.amount(LedgerAccount.ENTITLEMENT):
            reclaimed += entry.amount(LedgerAccount.RECLAIM)
        # Money and what is reclaimed move together only where something is paid back, or that is corrected.
        if entry.amount(LedgerAccount.RECLAIM) and entry.amount(LedgerAccount.MONEY):
            returned += entry.amount(LedgerAccount.MONEY)

    def money(minor: int) -> Money:
        return Money(minor, row.currency)

    return Account(
        id=row.id,
        entitlement=row.entitlement,
        currency=row.currency,
        granted=money(held[LedgerAccount.ENTITLEMENT] + reclaimed),
        paid=money(returned - held[LedgerAccount.MONEY]),
        to_come=money(-held[LedgerAccount.PAYABLE]),
        # What came before somebody confirmed that it is owed is no debt to the worker.
        to_return=money(max(held[LedgerAccount.RECLAIM], 0)),
        returned=money(returned),
    )


def _in_order(entry: Booked) -> tuple[date, datetime, UUID]:
    return entry.happened_on, entry.recorded_at, entry.id


def _months(session: Session, entries: Sequence[Booked]) -> Mapping[UUID, date]:
    """The month of what an entry is about, by the entry's id: its key names the claim."""
    ids = [one.id for one in entries]
    keys = session.exec(select(LedgerEntry.id, LedgerEntry.key).where(col(LedgerEntry.id).in_(ids)))
    claimed = {entry_id: UUID(key.split("/")[1]) for entry_id, key in keys if key.startswith("claim/")}
    rows = session.exec(select(EntitlementClaim).where(col(EntitlementClaim.id).in_(set(claimed.values()))))
    months = {row.id: row.month for row in rows}
    return {entry_id: month for entry_id, claim in claimed.items() if (month := months.get(claim)) is not None}


def _line(entry: Booked, name: str, months: Mapping[UUID, date], known: Sequence[Booked]) -> StatementLine:
    reversed_kind = next((one.kind for one in known if one.id == entry.reverses_id), None)
    return StatementLine(
        on=entry.happened_on,
        entitlement=name,
        kind=entry.kind,
        amount=Money(sum(line.amount_minor for line in entry.lines if line.amount_minor > 0), entry.currency),
        month=months.get(entry.reverses_id or entry.id),
        reference=entry.reference,
        taken_back=reversed_kind,
    )
