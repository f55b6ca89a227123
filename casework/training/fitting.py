"""Which courses are for a case: what it waits for, in the language, from the level, at a provider with a licence."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, select

from casework.actor import Actor
from casework.cases import facts
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.organisations.rules import covers
from casework.organisations.tables import Licence, LicencePurpose
from casework.qualifications.tables import QualificationDecision, QualificationKind
from casework.training import course_queries, taught
from casework.training.course_queries import CourseLine
from casework.training.course_tables import Course
from casework.training.rules import LANGUAGE, UNDER_WAY, fits_level
from checklists.assessment import RequirementStatus, StageStatus, assess
from checklists.catalogue import Catalogue
from checklists.programme import CEFR

_SETTLED = frozenset({StageStatus.NOT_ASKED, StageStatus.SIGNED_OFF})


def needs(session: Session, catalogue: Catalogue, case: Case, on: date) -> dict[str, str]:
    """The requirements of a course that a case does not fulfil, each with its subject ("": any); also while their stage
    waits for others, since a course takes its time; not before it is known that they are asked."""
    programme = programme_of(catalogue, case)
    subjects = {one.id: one.subject for _stage, one in programme.asking_for(taught.EVIDENCE)}
    assessment = assess(programme, facts.load(session, [case])[case.id], on)
    return {
        slot.requirement: subjects[slot.requirement]
        for state in assessment.stages
        if state.status not in _SETTLED
        for slot in state.requirements
        if slot.requirement in subjects and slot.status is not RequirementStatus.UNKNOWN and not slot.status.fulfilled
    }


def courses(session: Session, actor: Actor, catalogue: Catalogue, case: Case, on: date) -> list[CourseLine]:
    """The courses that a case may be enrolled in now, as they begin; full ones too, which have a waiting list."""
    subjects = set(needs(session, catalogue, case, on).values())
    if not subjects:
        return []
    languages = taught.languages(programme_of(catalogue, case))
    found = [
        line
        for line in course_queries.listed(session, actor, UNDER_WAY)
        if line.course.programme_id == case.programme_id
        and line.course.office_id == case.office_id
        and line.course.ends_on >= on
        and (line.course.subject in subjects or "" in subjects)
    ]
    licences = _licences(session, found, case.programme_id)
    levels = _levels(session, case) if any(line.course.subject == LANGUAGE for line in found) else {}
    return [
        line for line in found if _licensed(line.course, licences) and _language_fits(line.course, languages, levels)
    ]


def _language_fits(course: Course, languages: tuple[str, ...], levels: dict[str, str]) -> bool:
    if course.subject != LANGUAGE:
        return True
    asked = not languages or course.language in languages
    return asked and fits_level(levels.get(course.language, ""), course.from_level, course.to_level)


def _licences(session: Session, lines: list[CourseLine], programme_id: str) -> list[Licence]:
    query = select(Licence).where(
        col(Licence.organisation_id).in_({line.provider.id for line in lines}),
        col(Licence.purpose) == LicencePurpose.TRAINING,
        col(Licence.programme_id).in_(["", programme_id]),
    )
    return list(session.exec(query))


def _licensed(course: Course, licences: list[Licence]) -> bool:
    own = [one for one in licences if one.organisation_id == course.provider_id]
    return all(
        any(covers(one.valid_from, one.valid_until, one.withdrawn_on, day) for one in own)
        for day in (course.begins_on, course.ends_on)
    )


def _levels(session: Session, case: Case) -> dict[str, str]:
    """The highest level that the worker has shown in each language."""
    query = select(QualificationDecision).where(
        QualificationDecision.case_id == case.id,
        col(QualificationDecision.kind) == QualificationKind.LANGUAGE,
        col(QualificationDecision.withdrawn_on).is_(None),
    )
    found: dict[str, str] = {}
    for row in session.exec(query):
        if row.level and (row.subject not in found or CEFR.index(row.level) > CEFR.index(found[row.subject])):
            found[row.subject] = row.level
    return found
