"""Does the money add up: every entry, every loan, every plan of instalments, and the history of what was booked.

Most is asked of the database in one statement a question; entries are compared with the history as they pass by. So
the memory that is needed does not grow with the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from basis.messages import Message, _
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


def verify(session: Session, tell: Tell = lambda _done, _all: None) -> Checked:
    """Look at everything in one reading. `tell`: steps done and steps in all."""
    checked = Checked(
        loans=session.exec(select(func.count()).select_from(Loan)).one(),
        entries=session.exec(select(func.count()).select_from(LedgerEntry)).one(),
    )
    # A question over all takes about as long as a tenth of the comparison.
    step = max(1, checked.entries // 10)
    done, steps = 0, len(questions.ALL) * step + checked.entries
    for ask in questions.ALL:
        _keep(session, checked, ask(session))
        done += step
        tell(done, steps)
    for compared, found in comparing.compared(session):
        _keep(session, checked, found)
        done += compared
        tell(done, steps)
    return checked


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
