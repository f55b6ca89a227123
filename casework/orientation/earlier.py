"""Orientation that somebody has had before for the same country: proposed to be counted, decided by a person."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import InvalidInput
from basis.messages import _
from casework.cases import changes, rulings
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.concessions.rules import ConcessionState
from casework.concessions.service import AskConcession, of_case
from casework.concessions.tables import Concession
from casework.diary import queries as diary
from casework.orientation import rules, sessions
from casework.orientation.rules import Earlier
from casework.orientation.tables import ModuleAttendance
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.programme import Each, Programme, Requirement

_DECIDED_OR_ASKED = frozenset({ConcessionState.REQUESTED, ConcessionState.GIVEN})


def proposals(session: Session, programme: Programme, case: Case, today: date) -> list[Earlier]:
    """The modules that may be counted instead of attending again; none where the programme does not allow it.

    Attendance counts of the same person (of any record that holds or held the same passport), for the same country,
    with identity checked. Which case it was is told within the same office only.
    """
    within, asking = sessions.rule_of(programme).earlier, requirement(programme)
    if within is None or asking is None or asking.waivable_by is None or not case.destination:
        return []
    people = {case.worker_id} | diary.sharing(session, [case.worker_id])[case.worker_id]
    query = (
        select(ModuleAttendance, Case)
        .join(Case, col(Case.id) == col(ModuleAttendance.case_id))
        .where(
            col(Case.worker_id).in_(people),
            Case.destination == case.destination,
            col(ModuleAttendance.withdrawn_on).is_(None),
            col(ModuleAttendance.identity_checked),
        )
    )
    rows = session.exec(query).all()
    own = {row.module for row, other in rows if other.id == case.id}
    settled = {
        one.subject
        for one in of_case(session, case.id)
        if one.requirement == asking.id and one.state in _DECIDED_OR_ASKED
    }
    earlier = [
        Earlier(row.module, row.attended_on, other.reference if other.office_id == case.office_id else "")
        for row, other in rows
        if other.id != case.id
    ]
    curriculum = tuple(module.id for module in programme.curriculum)
    return rules.countable(earlier, curriculum, own | settled, within, today)


def ask(work: Work, catalogue: Catalogue, case_id: UUID, expected_version: int | None = None) -> list[Concession]:
    """Ask the authority that the programme names for a waiver of each module that `proposals` finds.

    Raises `InvalidInput` (``nothing_earlier``), and as `rulings.ask_concession`.
    """
    case = changes.find(work.session, work.actor, case_id)
    programme = programme_of(catalogue, case)
    found, asking = proposals(work.session, programme, case, work.today), requirement(programme)
    if not found or asking is None:
        raise InvalidInput(
            "nothing_earlier",
            _("There is no earlier orientation for this country that may be counted."),
            _("Enrol the worker in a session."),
        )
    asked = []
    for number, one in enumerate(found):
        reason = _("Attended on {day} for the same country.", day=one.attended_on.isoformat())
        if one.reference:
            reason = _(
                "Attended on {day} for the same country, case {reference}.",
                day=one.attended_on.isoformat(),
                reference=one.reference,
            )
        command = AskConcession(case_id=case_id, requirement=asking.id, subject=one.module, reason=str(reason))
        version = expected_version if number == 0 else None
        asked.append(rulings.ask_concession(work, catalogue, command, version))
    return asked


def requirement(programme: Programme) -> Requirement | None:
    """What asks for every module of the curriculum."""
    return next((one for _stage, one in programme.asking_for("module_attendance") if one.each is Each.MODULE), None)
