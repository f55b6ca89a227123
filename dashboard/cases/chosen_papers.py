"""The papers of a case as the answers of a question which of them stands for something."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session

from basis.errors import InvalidInput
from basis.messages import _
from casework.accounts.rules import Permission
from casework.cases.tables import Case
from casework.evidence import service as evidence
from casework.evidence.tables import EvidenceStatus
from checklists.programme import Programme
from dashboard import words
from dashboard.forms.case import Options
from dashboard.parts import Option
from dashboard.sessions import Visit

_COUNTS = frozenset({EvidenceStatus.SUBMITTED, EvidenceStatus.ACCEPTED})


def options(visit: Visit, session: Session, case: Case, programme: Programme) -> Options:
    """Papers that were handed in and not rejected, the last first; none for who may not see papers."""
    if not visit.may(Permission.SEE_IDENTITY):
        return ()
    titles = {asked.evidence: asked.label for _stage, asked in programme.requirements()}
    rows = [row for row in evidence.of_case(session, visit.actor, case.id) if row.status in _COUNTS]
    return tuple(
        Option(str(row.id), _("{title}, {day}", title=titles[row.kind], day=words.on(row.recorded_at.date())))
        for row in reversed(rows)
        if row.kind in titles
    )


def chosen(text: str) -> UUID | None:
    """The paper that a form names, None where it names none. Raises `InvalidInput` (``report``)."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InvalidInput("report", _("The paper is none of the papers of this case."), None) from None
