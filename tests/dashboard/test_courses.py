"""Courses through their pages: the office, the provider, and those whom they are none of the business of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from casework.actor import ENGINE
from casework.cases import service as cases
from casework.cases.tables import Case, CaseTask
from casework.qualifications.tables import QualificationDecision, QualificationKind, QualificationOutcome
from casework.training import course_queries
from casework.training.course_tables import Course, CourseAssessment, CourseSession, Enrolment
from casework.training.tables import TrainingResult
from casework.work import Work
from casework.workers.tables import Worker
from cli.demo import people
from dashboard import addresses
from tests.dashboard.bench import ADDRESS, Bench, Person
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import case_of, page_of

CODE = "DE-A2-1"
HERE = {"origin": ADDRESS}


def began(site: Bench) -> date:
    """Two weeks ago, so that its sessions are over."""
    return site.today - timedelta(days=14)


def set_up(site: Bench, person: Person, **values: str) -> str:
    """A German course at the demo's provider; its address."""
    page = addresses.query(addresses.NEW_COURSE, programme=people.PROGRAMME)
    given = {
        "title": "German <b>for</b> sites",
        "code": CODE.lower(),
        "provider": str(site.cast.organisations[people.PROVIDER].id),
        "subject": "language",
        "language": "de",
        "from_level": "A1",
        "to_level": "A2",
        "hours": "120",
        "capacity": "1",
        "begins_on": began(site).isoformat(),
        "ends_on": site.today.isoformat(),
        "place": "Room 4",
    }
    return send(person, page, "new-course", {**given, **values})


def session(site: Bench, person: Person, day: date, code: str = CODE) -> str:
    """The page of a new session of that day."""
    values = {"day": day.isoformat(), "starts": "9:00", "ends": "13.00"}
    send(person, addresses.course(code), "add-session", values)
    with site.installation.database.read() as reading:
        rows = reading.exec(select(CourseSession)).all()
    row = next(one for one in rows if site.installation.database.day_of(one.starts_at) == day)
    return addresses.course(code, "sessions", row.id)


def find_gap(work: Work, site: Bench, reference: str, *, in_trade: bool = False) -> None:
    """The worker knows the trade, and German up to A1, so that a course is asked for; or the other way round."""
    case = case_of(site, reference)
    days: dict[str, Any] = {"decided_on": work.today, "tested_on": work.today, "recorded_at": work.now}
    enough, short = QualificationOutcome.FULL, QualificationOutcome.NONE
    language, years = ("B1", 0) if in_trade else ("A1", 5)
    found: tuple[dict[str, Any], ...] = (
        {
            "kind": QualificationKind.LANGUAGE,
            "outcome": enough if in_trade else short,
            "subject": "de",
            "level": language,
        },
        {"kind": QualificationKind.ABILITY, "outcome": short if in_trade else enough, "years": years},
    )
    for values in found:
        work.session.add(QualificationDecision(case_id=case.id, recorded_by="engine", **days, **values))
    work.session.flush()
    cases.assessed(work, site.installation.catalogue, case.id)


def worker_of(site: Bench, reference: str) -> Worker:
    with site.installation.database.read() as reading:
        return reading.get_one(Worker, case_of(site, reference).worker_id)


def send_to_course(work: Work, site: Bench, reference: str) -> None:
    """The case waits for a language course."""
    waits: dict[str, Any] = {
        "stage": "training",
        "requirement": "language_course",
        "status": "missing",
        "actor": "provider",
    }
    work.session.add(CaseTask(case_id=case_of(site, reference).id, position=9, **waits))


def enrolled_since(work: Work, site: Bench) -> None:
    """Everybody has had their place since the course began."""
    for row in work.session.exec(select(Enrolment)):
        row.enrolled_at = work.now - timedelta(weeks=20)
        work.session.add(row)


def answers(page: str, mark: str) -> dict[str, str]:
    """The same mark for everybody on a list."""
    names = {part.split('"')[0] for part in page.split('name="mark-')[1:]}
    return {f"mark-{name}": mark for name in names}


def test_a_caseworker_enrols_from_the_need_of_a_case_and_a_provider_runs_the_course(opened: Bench) -> None:
    site = opened
    site.installation.database.run(ENGINE, find_gap, site, "BB-0001")
    with site.visit("arta") as person:
        there = set_up(site, person)
        shown = person.get(there)
        assert "German &lt;b&gt;for&lt;/b&gt; sites" in shown
        case = addresses.case(case_of(site).id, "courses")
        assert "Still needed: German course." in person.get(case)
        assert send(person, case, "choose-course", {"course": CODE}).startswith(addresses.case(case_of(site).id))
        assert "DE-A2-1" in page_of(site, "arta")
        assert "The case needs no course" not in person.get(case)
    with site.visit("blerim") as person:
        shown = person.get(addresses.course(CODE))
        assert "BB-0001" in shown
        assert addresses.case(case_of(site).id) not in shown, "a provider has no way to a case"
        person.get(addresses.case(case_of(site).id), 404)
        meeting = session(site, person, site.today - timedelta(days=1))
        site.installation.database.run(ENGINE, enrolled_since, site)
        page = person.get(meeting)
        assert " checked" not in page, "nothing is said before somebody says it"
        send(person, meeting, "course-list", {}, status=422)
        send(person, meeting, "course-list", answers(page, "late"), status=422)
        send(person, meeting, "course-list", answers(page, "present"))
        again = send(person, meeting, "course-list", answers(page, "present"), page=page)
        assert "mark-unchanged" in again
        stale = send(person, meeting, "course-list", answers(page, "absent"), page=page, status=409)
        assert "Somebody changed this course after you opened it." in stale
    with site.installation.database.read() as reading:
        rows = course_queries.attendance(reading, [row.id for row in reading.exec(select(CourseSession))])
    assert [one.minutes for marks in rows.values() for one in marks.values()] == [240]


def test_points_are_recorded_and_closing_shows_first_what_everybody_gets(opened: Bench) -> None:
    site = opened
    with site.visit("arta") as person:
        set_up(site, person, capacity="2")
        send(person, addresses.course(CODE, "enrol"), "enrol", {"references": "bb-0001, BB-0002"})
        meeting = session(site, person, site.today - timedelta(days=2))
        send(person, meeting, "course-list", answers(person.get(meeting), "present"))
        closing = addresses.course(CODE, "close")
        assert "the course has none" in person.get(closing)
        values = {"title": "Final", "held_on": site.today.isoformat(), "points": "100", "pass_points": "60"}
        send(person, addresses.course(CODE), "add-assessment", {**values, "pass_points": "101"}, status=422)
        send(person, addresses.course(CODE), "add-assessment", {**values, "final": "yes"})
        with site.installation.database.read() as reading:
            test = reading.exec(select(CourseAssessment)).one()
        page = addresses.course(CODE, "assessments", test.id)
        fields = sorted(part.split('"')[0] for part in person.get(page).split('name="points-')[1:])
        points = {f"points-{fields[0]}": "60", f"points-{fields[1]}": "59"}
        both = {**points, f"absent-{fields[0]}": "yes"}
        assert "did not take part" in send(person, page, "course-list", both, status=422)
        send(person, page, "course-list", points)
        shown = person.get(closing)
        assert "attended 4 of 4 hours: 100 %" in shown
        assert "final assessment not passed" in shown
        send(person, closing, "close-course")
        assert forms_on(person.get(addresses.course(CODE))).keys() <= {""}
        assert "1 of 2 passed" in person.get(addresses.query(addresses.COURSES, show_only="past"))
    with site.installation.database.read() as reading:
        assert sorted(row.passed for row in reading.exec(select(TrainingResult))) == [False, True]
    with site.visit("blerim") as person:
        absent = answers(person.get(meeting), "absent")
        send(person, meeting, "course-list", absent, status=422)
        send(person, meeting, "course-list", {**absent, "reason": "recorded_in_error"})
    with site.installation.database.read() as reading:
        kept = [row for row in reading.exec(select(TrainingResult)) if row.withdrawn_on is None]
    assert [(row.passed, row.hours_attended) for row in kept] == [(False, 0), (False, 0)]


@pytest.mark.deep
def test_lists_as_files_give_bad_rows_back_and_record_the_good_ones(opened: Bench) -> None:
    site = opened
    with site.visit("blerim") as person:
        there = set_up(site, person, capacity="2")
        assert CODE in there
        meeting = session(site, person, site.today - timedelta(days=3))
    with site.visit("arta") as person:
        send(person, addresses.course(CODE, "enrol"), "enrol", {"references": "BB-0001 BB-0002"})
    with site.visit("blerim") as person:
        template = person.get(f"{meeting}/list")
        assert "BB-0001" in template
        data = b"Case;Attendance;Minutes late\nBB-0001;late;15\nBB-9999;present;\nbb-0002;late;900\n"
        shown = send(person, meeting, "list-file", {}, {"file": ("list.csv", data)}, status=422)
        assert "1 row was good of 3; 1 of them was new and is recorded." in shown
        assert "There is no such case" in shown
        good = b"Case,Attendance,Minutes late\nBB-0001,late,15\nBB-0002,absent,\n"
        form = {"_token": person.token, "version": "1"}
        answer = person.client.post(f"{meeting}/list", data=form, files={"file": ("l.csv", good)}, headers=HERE)
        assert answer.status_code == 200
        assert "1 of them was new" in answer.text


def test_a_provider_enrols_whom_the_office_sends_and_names_them_with_the_date_of_birth(opened: Bench) -> None:
    site = opened
    site.installation.database.run(ENGINE, send_to_course, site, "BB-0001")
    worker, page = worker_of(site, "BB-0001"), addresses.course(CODE, "enrol")
    born = str(worker.birth_date)
    asked = [
        {"reference": "BB-0002", "birth_date": str(worker_of(site, "BB-0002").birth_date)},  # sent to no course
        {"reference": "BB-0001", "birth_date": "1980-01-01"},
        {"reference": "BB-7777", "birth_date": born},
    ]
    with site.visit("blerim") as person:
        set_up(site, person)
        for values in asked:
            said = send(person, page, "enrol", values, status=404)
            assert "not one for this course" in said
            assert worker.family_name not in said
        send(person, page, "enrol", {"reference": "bb-0001", "birth_date": born})
        assert worker.family_name in person.get(addresses.course(CODE))


@pytest.mark.deep
def test_who_leaves_makes_room_and_a_full_course_has_a_waiting_list(opened: Bench) -> None:
    site = opened
    with site.visit("arta") as person:
        set_up(site, person)
        send(person, addresses.course(CODE, "enrol"), "enrol", {"references": "BB-0001 BB-0002"})
        shown = person.get(addresses.course(CODE))
        assert "Waiting list, in order" in shown
        assert "1 of 1 taken, 1 waiting" in shown
        with site.installation.database.read() as reading:
            course = reading.exec(select(Course)).one()
            first = course_queries.participants(reading, course.id)[0]
        page = addresses.course(CODE, "people", first.enrolment.id, "leave")
        send(person, page, "leave", {}, status=422)
        send(person, page, "leave", {"reason": "worker_prevented"})
        shown = person.get(addresses.course(CODE))
        assert "Waiting list, in order" not in shown
        assert "The worker cannot come." in shown
        person.get(page, 404)


def test_courses_are_nobody_elses_business(opened: Bench) -> None:
    with opened.visit("arta") as person:
        set_up(opened, person)
        meeting = session(opened, person, opened.today - timedelta(days=1))
    case = case_of(opened)
    pages = (
        addresses.COURSES,
        addresses.NEW_COURSE,
        addresses.course(CODE),
        addresses.course(CODE, "enrol"),
        addresses.course(CODE, "close"),
        meeting,
        f"{meeting}/list",
    )
    for name in ("flora", "agron", "teuta"):
        with opened.visit(name) as person:
            for page in pages:
                person.get(page, 403)
            answer = person.client.get(addresses.case(case.id, "courses"))
            assert answer.status_code in (403, 404)


@pytest.mark.deep
def test_what_is_wrong_with_a_new_course_is_said_at_its_form(opened: Bench) -> None:
    with opened.visit("arta") as person:
        assert people.PROGRAMME in person.get(addresses.NEW_COURSE)
        for values, said in (
            ({"hours": "0"}, "A course has 1 to 5000 hours."),
            ({"from_level": "B1"}, "The course begins at B1 and ends at A2"),
            ({"to_level": "B7"}, "choose one of the answers of the list"),
            ({"ends_on": "2099-01-01"}, "lasts longer than three years"),
            ({"code": "a b"}, "other characters than letters"),
        ):
            with pytest.raises(AssertionError) as caught:
                set_up(opened, person, **values)
            assert said in str(caught.value), values
        person.get(addresses.query(addresses.COURSES, show_only="x"), 422)
    with opened.installation.database.read() as reading:
        assert reading.exec(select(Course)).all() == []
        assert reading.exec(select(Case)).first() is not None
