"""Empties the outbox, and finds what was left behind.

The relay runs in one process per home. It takes what is due, runs the flow of its kind for many subjects at
once, and records how it went. Doing an effect twice is harmless, so a crash between effect and record is too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, update
from sqlmodel import Session, col, select

from basis.errors import PredepartureError
from casework.actor import ENGINE
from casework.auditing import reports as audit_reports
from casework.batches.tables import Batch, BatchState
from casework.cases.rules import ACTIVE, GOES_ON
from casework.cases.tables import Case, LiveSignOff
from casework.certificates.queries import unissued_letters, unissued_papers
from casework.certificates.tables import Certificate, CertificateState
from casework.copies import service as copies
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxItem, OutboxKind, OutboxState
from casework.work import Work
from documents.installation import Installation
from workflows import reminding, rescreening, sealing
from workflows.edge import without_values

CHUNK = 100
_ORDER = (
    OutboxKind.RESCREEN,
    OutboxKind.INTAKE,
    OutboxKind.ADVANCE,
    OutboxKind.ISSUE,
    OutboxKind.MAIL,
    OutboxKind.REMIND,
)

Failures = Mapping[UUID, str]


class Runner(Protocol):
    """Runs the flows: through Prefect, or plainly where Prefect does not answer. Each returns what failed."""

    def take_in(self, batch_id: UUID) -> Failures: ...

    def advance(self, case_ids: Sequence[UUID]) -> Failures: ...

    def issue(self, sign_off_ids: Sequence[UUID]) -> Failures: ...


@dataclass(frozen=True, slots=True)
class Pumped:
    """How many effects happened, and how many failed and wait for another try."""

    done: int
    failed: int

    @property
    def idle(self) -> bool:
        return self.done + self.failed == 0


def pump(
    installation: Installation, runner: Runner, progress: Callable[[OutboxKind, int], None] | None = None
) -> Pumped:
    """Do what is due now, a chunk of each kind."""
    done = failed = 0
    for kind in _ORDER:
        with installation.database.read() as session:
            items = [item for item in outbox.due(session, installation.database.now()) if item.kind is kind][:CHUNK]
        if not items:
            continue
        failures = _run(installation, runner, kind, [item.subject_id for item in items])
        failures = {item.subject_id: failures[item.subject_id] for item in items if item.subject_id in failures}
        installation.database.run(ENGINE, _record, items, failures)
        failed += len(failures)
        done += len(items) - len(failures)
        if progress is not None:
            progress(kind, len(items))
    return Pumped(done, failed)


def drain(
    installation: Installation, runner: Runner, progress: Callable[[OutboxKind, int], None] | None = None
) -> None:
    """Pump until nothing is due."""
    while not pump(installation, runner, progress).idle:
        pass


def _run(installation: Installation, runner: Runner, kind: OutboxKind, ids: Sequence[UUID]) -> Failures:
    try:
        if kind is OutboxKind.MAIL:
            # No stage of a case: the few mails of a day need no flow.
            with without_values():
                return sealing.send(installation, ids)
        if kind is OutboxKind.REMIND:
            with without_values():
                return reminding.send(installation, ids)
        if kind is OutboxKind.RESCREEN:
            with without_values():
                return rescreening.after_loading(installation, ids)
        if kind is OutboxKind.ADVANCE:
            return runner.advance(ids)
        if kind is OutboxKind.ISSUE:
            return runner.issue(ids)
    except PredepartureError as error:
        return dict.fromkeys(ids, str(error))
    return {key: value for batch_id in ids for key, value in _take_in(runner, batch_id).items()}


def _take_in(runner: Runner, batch_id: UUID) -> Failures:
    try:
        return runner.take_in(batch_id)
    except PredepartureError as error:
        return {batch_id: str(error)}


def _record(work: Work, items: Sequence[OutboxItem], failures: Failures) -> None:
    outbox.done(work, [item for item in items if item.subject_id not in failures])
    for item in items:
        if item.subject_id in failures:
            failed = outbox.failed(work, item.id, failures[item.subject_id])
            if failed.state is OutboxState.STUCK and item.case_id is not None:
                _say(work, item.case_id, failures[item.subject_id])
    work.session.flush()
    _unsay(work, {item.case_id for item in items if item.case_id is not None and item.subject_id not in failures})


def _say(work: Work, case_id: UUID, sentence: str) -> None:
    """The case itself says what keeps failing: the queue "stuck" lists it."""
    work.session.exec(update(Case).where(col(Case.id) == case_id).values(stuck=sentence[:500]))


def _unsay(work: Work, case_ids: Iterable[UUID]) -> None:
    """Nothing keeps failing any more in those of the cases where nothing is stuck."""
    stuck = exists().where(col(OutboxItem.case_id) == col(Case.id), col(OutboxItem.state) == OutboxState.STUCK)
    work.session.exec(
        update(Case).where(col(Case.id).in_(sorted(case_ids)), col(Case.stuck) != "", ~stuck).values(stuck="")
    )


def revive(installation: Installation) -> None:
    """Try again what is stuck: whoever starts the engine anew has seen to the cause."""
    installation.database.run(ENGINE, outbox.revive)


def reconcile(installation: Installation) -> int:
    """Put back into the outbox whatever should be under way and is not: after a crash, and as time passes.

    Returns how many effects were asked for. What is stuck stays stuck until a person changes the case or starts
    the engine anew.
    """
    return installation.database.run(ENGINE, _reconcile)


def _to_look_at(today: date) -> ColumnElement[bool]:
    """Cases that time or a change has overtaken; once the preparation is over only time tells, of what follows it."""
    late = col(Case.changes_on) <= today
    active = and_(col(Case.life).in_(ACTIVE), or_(late, col(Case.assessed_version) < col(Case.version)))
    return or_(active, and_(col(Case.life).in_(GOES_ON), late))


def _reconcile(work: Work) -> int:
    cases = _ids(
        work.session,
        select(Case.id).where(
            _to_look_at(work.today),
            _not_waiting(OutboxKind.ADVANCE, col(Case.id)),
        ),
    )
    for case_id in cases:
        outbox.put(work, OutboxKind.ADVANCE, case_id, case_id, str(case_id))
    unissued = work.session.exec(
        select(LiveSignOff)
        .outerjoin(Certificate, col(Certificate.sign_off_id) == col(LiveSignOff.sign_off_id))
        .where(
            col(Certificate.id).is_(None) | (col(Certificate.state) == CertificateState.RESERVED),
            _not_waiting(OutboxKind.ISSUE, col(LiveSignOff.sign_off_id)),
        )
    ).all()
    for row in unissued:
        outbox.put(work, OutboxKind.ISSUE, row.sign_off_id, row.case_id, str(row.sign_off_id))
    waiting = _asked_for(work.session)
    letters = [one for one in unissued_letters(work.session) if one.id not in waiting]
    for decision in letters:
        outbox.put(work, OutboxKind.ISSUE, decision.id, decision.case_id, str(decision.id))
    papers = [one for one in unissued_papers(work.session) if one.id not in waiting]
    for paper in papers:
        outbox.put(work, OutboxKind.ISSUE, paper.id, paper.case_id, str(paper.id))
    duplicates = [one for one in copies.unissued(work.session) if one.id not in waiting]
    for copy in duplicates:
        outbox.put(work, OutboxKind.ISSUE, copy.id, copy.case_id, str(copy.id))
    reports = [one for one in audit_reports.unissued(work.session) if one not in waiting]
    for sample_id in reports:
        outbox.put(work, OutboxKind.ISSUE, sample_id, None, str(sample_id))
    batches = _ids(
        work.session,
        select(Batch.id).where(col(Batch.state) == BatchState.TAKING, _not_waiting(OutboxKind.INTAKE, col(Batch.id))),
    )
    for batch_id in batches:
        outbox.put(work, OutboxKind.INTAKE, batch_id, None, str(batch_id))
    found = (cases, unissued, letters, papers, duplicates, reports, batches)
    return sum(len(kind) for kind in found)


def _asked_for(session: Session) -> set[UUID]:
    """What is to be issued and waits, or is stuck."""
    query = select(OutboxItem.subject_id).where(
        col(OutboxItem.kind) == OutboxKind.ISSUE, col(OutboxItem.state) != OutboxState.DONE
    )
    return set(session.exec(query))


def _ids(session: Session, query: object) -> list[UUID]:
    return list(session.exec(query))  # type: ignore[call-overload]  # a select of one UUID column


def _not_waiting(kind: OutboxKind, subject: object) -> ColumnElement[bool]:
    """No effect of this kind is pending or stuck for the subject."""
    return ~exists().where(
        col(OutboxItem.kind) == kind,
        col(OutboxItem.subject_id) == subject,
        col(OutboxItem.state) != OutboxState.DONE,
    )
