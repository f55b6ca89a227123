"""Attendance and points as lists: one row a participant, found by the case's reference. Good rows are recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from basis.errors import InvalidInput
from basis.messages import _
from casework.batches import sheets
from casework.batches.rules import Finding
from casework.batches.sheets import BIRTH_DATE, CASE, Sheet, SheetColumn, SheetPerson, one_of, whole, yes_or_no
from casework.training import attending, course_queries, rules
from casework.training import course_changes as changes
from casework.training.attending import GivenMark
from casework.training.course_queries import Participant
from casework.training.course_tables import CourseAssessment
from casework.training.rules import Mark
from casework.work import Work
from checklists.catalogue import Catalogue

_WORDS: Final = {
    Mark.PRESENT.value: "present|yes|x|anwesend|da|i pranishëm|e pranishme|présent|présente|presente",
    Mark.LATE.value: "late|verspätet|zu spät|vonuar|en retard|tarde",
    Mark.EXCUSED.value: "excused|absent excused|entschuldigt|i arsyetuar|e arsyetuar|excusé|excusée|justificado",
    Mark.ABSENT.value: "absent|no|-|abwesend|fehlt|mungon|absente|ausente",
}
ATTENDANCE: Final[Mapping[str, SheetColumn]] = {
    "case": CASE,
    "mark": SheetColumn(
        "attendance|mark|present|anwesenheit|prania|pjesëmarrja|présence|asistencia", one_of(_WORDS), required=True
    ),
    "late": SheetColumn(
        "minutes late|late|verspätung|verspätung in minuten|minuta vonesë|minutes de retard|minutos de retraso",
        whole(0, rules.LONGEST_SESSION),
    ),
    "birth_date": BIRTH_DATE,
}
POINTS: Final[Mapping[str, SheetColumn]] = {
    "case": CASE,
    "points": SheetColumn("points|score|punkte|pikët|pikë|punti|puntos", whole(0, rules.MOST_POINTS)),
    "absent": SheetColumn("did not take part|absent|nicht teilgenommen|nuk mori pjesë|absence", yes_or_no),
    "birth_date": BIRTH_DATE,
}
"""A row has points, or says that somebody did not take part."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A list that was handed in: what it held, and how many of its rows were new."""

    sheet: Sheet
    recorded: int


def take_attendance(
    work: Work, catalogue: Catalogue, session_id: UUID, data: bytes, name: str, reason: str = ""
) -> Taken:
    """Record the good rows of a session's list; a row alone may miss the rest of the session. Raises what
    `read_sheet` and `attending.mark` do for the list as a whole."""
    session, course = changes.session_locked(work, session_id)
    people = attending.expected_at(work.session, catalogue, course, session)
    sheet, enrolments = _read(data, name, ATTENDANCE, people)
    minutes = rules.length(session.starts_at, session.ends_at)
    marks: dict[UUID, GivenMark] = {}
    findings = []
    for row in sheet.rows:
        given = GivenMark(mark=Mark(row.values["mark"]), late=row.values.get("late", 0))
        try:
            rules.minutes_of(given.mark, given.late, minutes)
        except InvalidInput as error:
            findings.append(_finding(sheet, row.number, "late", error))
        else:
            marks[enrolments[row.number]] = given
    sheet = sheet.without(findings)
    done = attending.mark(work, catalogue, session_id, marks, reason=reason, whole=False) if marks else 0
    return Taken(sheet, done)


def take_points(
    work: Work, catalogue: Catalogue, assessment_id: UUID, data: bytes, name: str, reason: str = ""
) -> Taken:
    """Record the good rows of an assessment's list. Raises what `read_sheet` and `attending.score` do."""
    test, course = attending.assessment_locked(work, assessment_id)
    people = course_queries.participants(work.session, course.id, attending.TAKING_PART)
    sheet, enrolments = _read(data, name, POINTS, people)
    points: dict[UUID, int | None] = {}
    findings = []
    for row in sheet.rows:
        error = _points_error(test, row.values)
        if error is not None:
            findings.append(_finding(sheet, row.number, "points", error))
        else:
            points[enrolments[row.number]] = row.values.get("points")
    sheet = sheet.without(findings)
    done = attending.score(work, catalogue, assessment_id, points, reason=reason) if points else 0
    return Taken(sheet, done)


def _points_error(test: CourseAssessment, values: Mapping[str, Any]) -> InvalidInput | None:
    points, absent = values.get("points"), values.get("absent", False)
    if (points is None) != absent:
        fix = _("Write the points, or yes where somebody did not take part.")
        return InvalidInput("points", _("The row must have points, or say that somebody did not take part."), fix)
    if points is not None and points > test.points:
        fix = _("Give 0 to {most} points.", most=test.points)
        return InvalidInput("points", _("Somebody has more points than there are."), fix)
    return None


def _read(
    data: bytes, name: str, columns: Mapping[str, SheetColumn], people: Sequence[Participant]
) -> tuple[Sheet, dict[int, UUID]]:
    """The list, and whose row is whose enrolment."""
    enrolments = {one.case.id: one.enrolment.id for one in people}
    known = {one.case.reference: SheetPerson(one.case.id, one.worker.birth_date) for one in people}
    sheet, cases = sheets.people(_with_references(sheets.read_sheet(data, name, columns), known), known)
    return sheet, {number: enrolments[case_id] for number, case_id in cases.items()}


def _with_references(sheet: Sheet, known: Mapping[str, SheetPerson]) -> Sheet:
    """References as the cases have them: capital letters and space around them are no difference."""
    plain = {reference.casefold(): reference for reference in known}
    rows = []
    for row in sheet.rows:
        given = str(row.values["case"])
        rows.append(replace(row, values={**row.values, "case": plain.get(given.strip().casefold(), given)}))
    return replace(sheet, rows=tuple(rows))


def _finding(sheet: Sheet, number: int, field: str, error: InvalidInput) -> Finding:
    return sheet.finding(number, field, error.code, error.message, error.fix or _("Correct the row."))
