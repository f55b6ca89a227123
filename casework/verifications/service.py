"""Count a check; read the counts of a document."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from casework.verifications.tables import VerificationCount, Way
from casework.work import Work


def count(work: Work, certificate_id: UUID, way: Way, answer: str) -> None:
    """One check more, today. No event: whoever asks a thousand times must not write a thousand lines of history."""
    if _counted(work, certificate_id, way, answer):
        return
    row = VerificationCount(certificate_id=certificate_id, day=work.today, way=way, answer=answer)
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError:
        # Somebody else's was the first of the day, between our look and our write.
        _counted(work, certificate_id, way, answer)


def of_document(session: Session, certificate_id: UUID) -> list[VerificationCount]:
    """The latest day first."""
    query = select(VerificationCount).where(VerificationCount.certificate_id == certificate_id)
    return list(
        session.exec(query.order_by(col(VerificationCount.day).desc(), VerificationCount.way, VerificationCount.answer))
    )


def _counted(work: Work, certificate_id: UUID, way: Way, answer: str) -> bool:
    table = VerificationCount
    result = work.session.exec(
        update(table)
        .where(
            col(table.certificate_id) == certificate_id,
            col(table.day) == work.today,
            col(table.way) == way,
            col(table.answer) == answer,
        )
        .values(times=table.times + 1)
    )
    return bool(result.rowcount)
