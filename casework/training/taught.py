"""What the programme of a case says of a course: minimum attendance, and which modules are for its track."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.training.course_tables import Course, CourseSession, Enrolment
from casework.training.rules import Meeting, length
from checklists.catalogue import Catalogue
from checklists.programme import Programme
from checklists.requirement import Requirement
from checklists.stage_rules import CourseRule

EVIDENCE = "training_result"
"""What requirements call the result of a course."""
ANY_SUBJECT = ("language", "technical")
"""What a course may close where a programme names no subject."""


def asked(programme: Programme, subject: str, track: str = "") -> list[tuple[CourseRule, Requirement]]:
    """The requirements that a result of this subject answers, with the rule of their stage; of one track or of any."""
    return [
        (stage.taught, requirement)
        for stage, requirement in programme.asking_for(EVIDENCE)
        if requirement.subject in ("", subject) and (not track or stage.on_track(track))
    ]


def rule(programme: Programme, subject: str, track: str = "") -> CourseRule:
    """How a course of this subject is taught; the defaults where the programme says nothing."""
    return next((taught for taught, _requirement in asked(programme, subject, track)), CourseRule())


def subjects(programme: Programme) -> tuple[str, ...]:
    """What courses of the programme may close."""
    named = dict.fromkeys(one.subject for _stage, one in programme.asking_for(EVIDENCE) if one.subject)
    return tuple(named) or ANY_SUBJECT


def languages(programme: Programme) -> tuple[str, ...]:
    """The languages that the programme asks a result of."""
    return tuple(dict.fromkeys(one.subject for _stage, one in programme.asking_for("language_result") if one.subject))


def meetings(taught: CourseRule, sessions: Iterable[CourseSession]) -> list[Meeting]:
    """Sessions as they count for a rule."""
    tracks = {module.id: module.tracks for module in taught.modules}
    return [Meeting(one.id, length(one.starts_at, one.ends_at), tracks.get(one.module, ())) for one in sessions]


def expected(
    catalogue: Catalogue, course: Course, people: Iterable[tuple[Enrolment, Case]], sessions: Sequence[CourseSession]
) -> list[tuple[Enrolment, list[CourseSession]]]:
    """The sessions that each is to come to: those of no module, or of one for their track."""
    known: dict[tuple[str, str], set[UUID]] = {}
    found = []
    for enrolment, case in people:
        key = (case.programme_digest, case.track)
        if key not in known:
            taught = rule(programme_of(catalogue, case), course.subject, case.track)
            known[key] = {one.id for one in meetings(taught, sessions) if one.expects(case.track)}
        found.append((enrolment, [session for session in sessions if session.id in known[key]]))
    return found
