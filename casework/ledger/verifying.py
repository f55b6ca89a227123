"""Does the money add up: every entry, every loan, every plan of instalments, and the history of what was booked.

Most is asked of the database in one statement a question; entries are compared with the history as they pass by. So
the memory that is needed does not grow with the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from basis.messages import Message, _
from casework.database import Database
from casework.ledger import comparing, questions
from casework.ledger.tables import LedgerEntry
from casework.ledger.wrong import WORDS, Wrong
from casework.loans.tables import Loan

MOST: Final = 1000
"""So many findings of one kind are told; all are counted."""

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: of which loan (its number) or entitlement (its id), in a sentence, with a way out."""

    about: str
    wrong: Wrong
    message: Message
    fix: Message


@dataclass(slots=True)
class Checked:
    """What was looked at, and what was found: `counts` has all of each kind, `findings` at most `MOST` of each."""

    loans: int
    entries: int
    counts: dict[Wrong, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.counts


def verify(database: Database, tell: Tell = lambda _done, _all: None) -> Checked:
    """Look at everything. `tell`: entries compared and entries in all.

    The database answers its questions while the entries are compared here.
    """
    with database.read() as session, ThreadPoolExecutor(1) as beside:
        checked = Checked(
            loans=session.exec(select(func.count()).select_from(Loan)).one(),
            entries=session.exec(select(func.count()).select_from(LedgerEntry)).one(),
        )
        asked = beside.submit(_asked, database)
        compared = 0
        for some, found in comparing.compared(session):
            _keep(session, checked, found)
            compared += some
            tell(compared, checked.entries)
        answered = asked.result()
        for wrong, count in answered.counts.items():
            checked.counts[wrong] = count
        checked.findings = answered.findings + checked.findings
    return checked


def _asked(database: Database) -> Checked:
    """The answers to all questions, in one reading of their own."""
    answers = Checked(loans=0, entries=0)
    with database.read() as session:
        for ask in questions.ALL:
            _keep(session, answers, ask(session))
    return answers


def _keep(session: Session, checked: Checked, found: Iterable[tuple[Wrong, UUID | None]]) -> None:
    told: list[tuple[Wrong, UUID | None]] = []
    for wrong, subject in found:
        checked.counts[wrong] = checked.counts.get(wrong, 0) + 1
        if checked.counts[wrong] <= MOST:
            told.append((wrong, subject))
    names = _names(session, [subject for _wrong, subject in told if subject is not None])
    for wrong, subject in told:
        about = names.get(subject, str(subject)) if subject is not None else _("a line of the bank")
        message, fix = WORDS[wrong]
        checked.findings.append(Finding(str(about), wrong, message.with_params({"about": about}), fix))


def _names(session: Session, subjects: Sequence[UUID]) -> dict[UUID, str]:
    """The numbers of those subjects that are loans."""
    names: dict[UUID, str] = {}
    for start in range(0, len(subjects), comparing.AT_ONCE):
        some = subjects[start : start + comparing.AT_ONCE]
        names.update(session.exec(select(Loan.id, Loan.number).where(col(Loan.id).in_(some))).all())
    return names
