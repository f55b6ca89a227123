"""Orientation sessions through their pages: office and provider, and those whom they are none of the business of."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from casework.actor import ENGINE
from casework.orientation import sessions
from casework.orientation.rules import SessionState
from casework.orientation.sessions import AddSession, Part
from casework.orientation.tables import ModuleAttendance, OrientationSession, SessionEnrolment
from casework.work import Work
from casework.workers.tables import Worker
from cli.demo import people, pictures
from dashboard import addresses
from tests.dashboard.bench import ADDRESS, Bench
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import case_of, page_of

CODE = "OS-1"
LIST = addresses.session(CODE, "attendance")


def hold(site: Bench, *, modules: int = 6, capacity: int = 2) -> OrientationSession:
    """A session of the demo's provider that began an hour ago and goes on, with some of the modules."""
    catalogue = site.installation.catalogue
    programme = catalogue.get(people.PROGRAMME, on=site.today)
    minutes = list(sessions.minutes_of([programme]))
    starts = site.installation.database.now() - timedelta(hours=1)
    part = Part(starts_at=starts, ends_at=starts + timedelta(hours=14), modules=tuple(minutes[:modules]))
    command = AddSession(
        provider_id=site.cast.organisations[people.PROVIDER].id,
        code=CODE,
        programmes=(programme.id,),
        destination="DE",
        language="sq",
        trainer="Blerim <b>Zeka</b>",
        place="Hall 2",
        capacity=capacity,
        parts=(part,),
    )
    return site.installation.database.run(site.cast["blerim"], sessions.add, catalogue, command)


def enrolments(site: Bench) -> dict[str, str]:
    """The ids of enrolments by the reference of the case."""
    with site.installation.database.read() as session:
        rows = {row.case_id: str(row.id) for row in session.exec(select(SessionEnrolment))}
    return {one: rows[case_of(site, one).id] for one in ("BB-0001", "BB-0002") if case_of(site, one).id in rows}


def born(site: Bench, reference: str) -> str:
    with site.installation.database.read() as session:
        worker = session.get_one(Worker, case_of(site, reference).worker_id)
    return worker.birth_date.isoformat() if worker.birth_date else ""


def test_a_provider_sets_a_session_up_and_the_modules_find_their_days(opened: Bench) -> None:
    page = addresses.new_session([people.PROGRAMME])
    days = {f"day_{n}": (opened.today + timedelta(days=n)).isoformat() for n in (1, 2)}
    hours = {f"{name}_{n}": at for n in (1, 2) for name, at in (("starts", "9:00"), ("ends", "17.00"))}
    values = {
        **days,
        **hours,
        "trainer": "Blerim",
        "language": "sq",
        "capacity": "30",
        "place": "Hall 2",
        "code": "os-9",
    }
    with opened.visit("blerim") as person:
        assert "session-programmes" in forms_on(person.get(addresses.NEW_SESSION))
        assert "fill this in" in send(person, page, "new-session", {**values, "trainer": ""}, status=422)
        past = {**values, "day_1": opened.today.replace(year=2020).isoformat()}
        assert "longer than six months" in send(person, page, "new-session", past, status=422)
        assert "which is longer than it lasts" in send(
            person, page, "new-session", {**values, "ends_2": "10:00"}, status=422
        )
        assert send(person, page, "new-session", values).startswith(addresses.session("OS-9"))
        shown = person.get(addresses.session("OS-9"))
        assert shown.count(" minutes</li>") == 12
        assert "OS-9" in person.get(addresses.SESSIONS)
    with opened.visit("arta") as person:
        assert "OS-9" in person.get(addresses.SESSIONS)


def end(work: Work, _site: Bench) -> None:
    """The session is closed."""
    row = work.session.exec(select(OrientationSession)).one()
    row.state = SessionState.CLOSED
    work.session.add(row)


def test_from_the_need_of_a_case_to_marked_attendance_that_is_sent_twice(opened: Bench) -> None:
    site = opened
    hold(site)
    case = case_of(site)
    with site.visit("arta") as person:
        send(person, addresses.case(case.id, "photos"), "photograph", {}, {"file": ("me.jpg", pictures.portrait("BB"))})
        choose = addresses.case(case.id, "sessions")
        assert choose in page_of(site, "arta")
        assert send(person, choose, "choose-session", {"session": CODE}).startswith(addresses.case(case.id))
        enrol = addresses.session(CODE, "enrol")
        assert "BB-0001" not in person.get(enrol), "who is on a list needs no second one"
        said = send(person, enrol, "enrol", {"references": "BB-0001 XX-9"}, status=404)
        assert "There is no such case for this session" in said
        send(person, enrol, "enrol", {"references": "BB-0002"})
        assert "Enrolled in the orientation session OS-1" in page_of(site, "arta")
    with site.visit("blerim") as person:
        shown = person.get(addresses.session(CODE))
        assert "BB-0001" in shown
        assert addresses.case(case.id) not in shown, "a provider has no way to a case"
        person.get(addresses.case(case.id), 404)
        page = person.get(LIST)
        assert " checked>" not in page, "nobody is ticked before somebody does it"
        ids = enrolments(site)
        ticked = {f"came-{ids['BB-0001']}": "yes"}
        assert "fill this in" in send(person, LIST, "attendance", ticked, status=422)
        assert "Nobody is ticked" in send(person, LIST, "attendance", {"identity": "document"}, status=422)
        given = {**ticked, "identity": "document"}
        assert "marked" in send(person, LIST, "attendance", given)
        assert "mark-unchanged" in send(person, LIST, "attendance", given, page=page)
        other = {f"came-{ids['BB-0002']}": "yes", "identity": "photograph"}
        stale = send(person, LIST, "attendance", other, page=page, status=409)
        assert "Somebody changed this session after you opened it." in stale
        one_module = addresses.query(LIST, module="money")
        send(person, addresses.query(LIST, module="journey"), "attendance", other)
        person.get(one_module, 404)
        shown = person.get(addresses.session(CODE))
        assert "6 of 6 modules" in shown
        assert "1 of 6 modules" in shown
        face = addresses.session(CODE, "photos", ids["BB-0001"])
        assert face in person.get(addresses.session(CODE, "people", ids["BB-0001"], "leave"))
        assert person.client.get(face).status_code == 200
        site.installation.database.run(ENGINE, end, site)
        person.get(face, 404)
    with site.installation.database.read() as session:
        assert len(session.exec(select(ModuleAttendance)).all()) == 7
    assert "Orientation attended" in page_of(site, "arta")


def test_a_list_of_participants_and_one_of_attendance_are_taken_row_by_row(opened: Bench) -> None:
    site = opened
    hold(site, capacity=1)
    enrol = addresses.session(CODE, "enrol")
    rows = [
        "Fall;Geburtsdatum",
        f"BB-0001;{born(site, 'BB-0001')}",
        f"BB-0002;{born(site, 'BB-0002')}",
        "BB-0001;1.1.1990",
    ]
    with site.visit("blerim") as person:
        wrong = {"file": ("list.csv", "\n".join(rows).encode())}
        said = send(person, enrol, "list-file", {}, wrong, status=422)
        assert "1 enrolled, 1 waiting" in said
        assert "Row 2 has the same value." in said
        good = {"file": ("list.csv", "\n".join(rows[:3]).encode())}
        assert "2 on the list before" in send(person, enrol, "list-file", {}, good, status=200)
        assert "Case reference, Date of birth." in send(
            person, enrol, "list-file", {}, {"file": ("a.csv", b"Case\nBB-1\n")}, status=422
        )
        titles = person.get(f"{LIST}/list").splitlines()[0]
        assert titles.startswith("\ufeffCase reference,Identity,All modules,")
        file = "Case reference,Identity,All modules\nBB-0001,document seen,yes\nBB-0002,passport,yes\nBB-9,photo,yes\n"
        said = send(person, LIST, "list-file", {}, {"file": ("came.csv", file.encode())}, status=422)
        assert "6 entries are new" in said
        assert said.count("Who is not enrolled cannot be marked.") == 2
        assert "6 were recorded before" in send(
            person, LIST, "list-file", {}, {"file": ("c.csv", file.encode())}, status=422
        )


def test_a_provider_enrols_nobody_without_the_date_of_birth(opened: Bench) -> None:
    hold(opened)
    enrol = addresses.session(CODE, "enrol")
    with opened.visit("blerim") as person:
        assert "BB-0001" not in person.get(enrol)
        wrong = {"reference": "BB-0001", "birth_date": "1980-01-01"}
        unknown = {"reference": "BB-7777", "birth_date": "1980-01-01"}
        first = send(person, enrol, "enrol", wrong, status=404)
        assert "There is no such case for this session" in first
        assert "There is no such case for this session" in send(person, enrol, "enrol", unknown, status=404)
        send(person, enrol, "enrol", {"reference": "BB-0001", "birth_date": born(opened, "BB-0001")})
        assert "BB-0001" in person.get(addresses.session(CODE))


def test_who_was_marked_wrongly_is_taken_back_leaves_and_the_session_is_closed_by_those_who_run_it(
    opened: Bench,
) -> None:
    site = opened
    hold(site)
    with site.visit("arta") as person:
        send(person, addresses.session(CODE, "enrol"), "enrol", {"references": "BB-0001 BB-0002"})
        ids = enrolments(site)
        send(person, LIST, "attendance", {f"came-{ids['BB-0001']}": "yes", "identity": "none"})
        assert "identity not checked" in person.get(addresses.session(CODE))
        back = addresses.session(CODE, "people", ids["BB-0001"], "take-back")
        assert "fill this in" in send(person, back, "take-back", {}, status=422)
        send(person, back, "take-back", {"reason": "wrong_person"})
        leaving = addresses.session(CODE, "people", ids["BB-0001"], "leave")
        send(person, leaving, "leave", {"reason": "worker_prevented"})
        person.get(leaving, 404)
        assert "late" not in forms_on(person.get(addresses.session(CODE)))
        cancelled = send(person, addresses.session(CODE), "cancel-session", {"reason": "too_few"})
        assert "orientation-cancelled" in cancelled
        assert "Too few people" in person.get(addresses.session(CODE))
    with site.visit("blerim") as person:
        person.get(addresses.session("OS-77"), 404)


def test_others_do_not_learn_of_sessions(opened: Bench) -> None:
    row = hold(opened)
    for name in ("flora", "ilir", ""):
        with opened.visit(name) as person:
            for address in (addresses.SESSIONS, addresses.session(CODE), LIST, addresses.session(CODE, "family")):
                answer = person.client.get(address, headers={"origin": ADDRESS})
                assert answer.status_code in (303, 403, 404), (name, address)
                assert "Hall 2" not in answer.text
    assert row.code == CODE
