"""What follows the preparation, through the pages: from the arrival to the certificate of completion."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlmodel import select

from casework.actor import ENGINE
from casework.cases import service
from casework.cases.rules import CaseLife
from casework.cases.tables import Case, CaseMove
from casework.certificates import service as certificates
from casework.certificates.tables import Certificate
from casework.followups.tables import Measure
from casework.qualifications.procedure_rules import MeasureKind, ProcedureState
from casework.qualifications.tables import Diploma, Institution, RecognitionProcedure
from casework.work import Work
from dashboard import addresses
from documents.encoding import from_json
from documents.values import CompletionCertificate
from tests.dashboard.bench import Bench
from tests.dashboard.filling import forms_on, send
from tests.dashboard.playing import PAPER, case_of, page_of
from tests.support import after

HEAD = "Case reference,Follow-up,Outcome,Made on,How\n"


def arrive(work: Work, site: Bench) -> None:
    """The case arrived forty days ago, in a programme that follows the worker up by stages."""
    programme, day = after.programme(), work.today - timedelta(days=40)
    case = work.session.get_one(Case, case_of(site).id)
    case.programme_id, case.programme_version, case.programme_digest = after.ID, programme.version, programme.digest
    case.life, case.ended_on, case.life_since = CaseLife.ARRIVED, day, day
    for start, life, reason in (
        (CaseLife.CLEARED, CaseLife.DEPARTED, "departure_confirmed"),
        (CaseLife.DEPARTED, CaseLife.ARRIVED, "arrival_confirmed"),
    ):
        work.session.add(
            CaseMove(
                case_id=case.id,
                from_life=start,
                to_life=life,
                reason=reason,
                happened_on=day,
                recorded_at=work.now,
                recorded_by="engine",
            )
        )
    work.session.flush()
    service.assessed(work, after.catalogue(), case.id)


def set_measure(work: Work, case: Case) -> None:
    """The authority has recognised a diploma in part and waits for an aptitude test until the end of 2027."""
    known: dict[str, Any] = {"recorded_at": work.now, "recorded_by": "engine"}
    school = Institution(name="School", key="school", search_name="school", country="XK", **known)
    diploma = Diploma(
        case_id=case.id,
        worker_id=case.worker_id,
        institution_id=school.id,
        title="Mason",
        isced=3,
        awarded=2012,
        **known,
    )
    procedure = RecognitionProcedure(
        case_id=case.id,
        diploma_id=diploma.id,
        authority="Chamber of Crafts",
        state=ProcedureState.MEASURE,
        opened_on=work.today,
        measure=MeasureKind.TEST,
        measure_due_on=date(2027, 12, 31),
        **known,
    )
    for row in (school, diploma, procedure):
        work.session.add(row)
        work.session.flush()


def test_what_the_authority_set_in_a_recognition_is_proposed_as_the_measure(opened: Bench) -> None:
    site = following(opened)
    case = case_of(site)
    page = addresses.case(case.id)
    with site.visit("arta") as person:
        assert "Set by the authority" not in person.get(page)
        site.installation.database.run(ENGINE, set_measure, case)
        shown = person.get(page)
        assert "Set by the authority" in shown and addresses.case(case.id, "qualifications") in shown
        send(person, page, "begin-measure", {"place": "Chamber"})
        with site.installation.database.read() as session:
            row = session.exec(select(Measure)).one()
        assert (row.kind.value, row.planned_until) == ("aptitude_test", date(2027, 12, 31))


def following(site: Bench) -> Bench:
    site.installation.database.run(ENGINE, arrive, site)
    return replace(site, installation=replace(site.installation, catalogue=after.catalogue()))


def test_an_assignment_is_followed_up_extended_and_completed(opened: Bench) -> None:
    site = following(opened)
    page, today = addresses.case(case_of(site).id), site.today
    later = (today + timedelta(days=200)).isoformat()
    with site.visit("arta") as person:
        assert "overdue" in person.get(addresses.FOLLOW_UPS)
        send(person, page, "extension", {"ends_on": "2020-01-01", "reason": "host_asked"}, status=422)
        send(person, page, "extension", {"ends_on": later, "reason": "host_asked"})
        assert not [name for name in forms_on(person.get(page)) if name.startswith("answer-")]
    with site.visit("mira") as person:
        [form] = [name for name in forms_on(person.get(page)) if name.startswith("answer-")]
        assert "was extended" in person.get(send(person, page, form, {"answer": "approved"}))
    with site.visit("arta") as person:
        send(
            person,
            page,
            "follow-up-month",
            {"outcome": "at_work", "how": "visit", "next_on": today.isoformat()},
            status=422,
        )
        send(person, page, "follow-up-month", {"outcome": "at_work", "how": "visit"})
        send(person, page, "add-report", {"issued_on": today.isoformat()}, {"file": ("report.jpg", PAPER)})
        measure = {"kind": "aptitude_test", "place": "Chamber", "planned_until": today.isoformat()}
        send(person, page, "begin-measure", {**measure, "place": ""}, status=422)
        send(person, page, "begin-measure", measure)
        [form] = [name for name in forms_on(person.get(page)) if name.startswith("end-measure-")]
        send(person, page, form, {"outcome": "passed"})
        shown = person.get(page)
        assert "follow-up-last_report" in forms_on(shown)
        send(person, page, "follow-up-last_report", {"outcome": "accepted", "how": "report"})
    with site.visit("besnik") as person:
        [form] = [name for name in forms_on(person.get(page)) if name.startswith("accept-")]
        send(person, page, form)
        send(person, page, "sign-work", {"confirmed": "yes"})
        assert "closed" in person.get(send(person, page, "sign-ending", {"confirmed": "yes"}))
    theirs = page_of(site, "agron")
    assert "Chamber" not in theirs
    site.work()
    with site.installation.database.read() as session:
        case = case_of(site)
        query = select(Certificate).where(Certificate.case_id == case.id, Certificate.kind == "completion")
        row = session.exec(query).one()
        value = from_json(certificates.value_of(site.installation.database.vault(session), row))
    assert case.life is CaseLife.CLOSED
    assert isinstance(value, CompletionCertificate)
    assert [fact.label for fact in value.facts] == [
        "Einsatz",
        "First month",
        "Last report",
        "Ausgleichsmaßnahme",
        "Report",
    ]
    assert "verlängert" in value.facts[0].value
    # It is shown to employers: they read that a check-in was made, and not what came out of it.
    assert "at work" not in value.facts[1].value
    assert value.outcome.text == "Programm abgeschlossen"
    assert [stage.title for stage in value.stages] == ["Papers", "Leaving", "Work abroad"]


def test_check_ins_are_handed_in_by_a_list(opened: Bench) -> None:
    site = following(opened)
    good = f"{HEAD}{case_of(site).reference},month,at_work,{site.today},call\n"
    with site.visit("arta") as person:
        send(person, addresses.FOLLOW_UP_SHEET, "check-in-list", {}, status=422)
        bad = good + f"NOBODY,month,at_work,{site.today},call\n"
        shown = send(
            person, addresses.FOLLOW_UP_SHEET, "check-in-list", {}, {"file": ("a.csv", bad.encode())}, status=422
        )
        assert "1 check-in was recorded" in shown
        assert "given back" in shown
        person.get(addresses.query(addresses.FOLLOW_UPS, due="never"), 422)
        assert "First month" not in person.get(addresses.query(addresses.FOLLOW_UPS, due="overdue"))
    with site.visit("teuta") as person:
        person.get(addresses.FOLLOW_UP_SHEET, 403)
