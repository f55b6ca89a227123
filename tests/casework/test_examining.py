"""Results of examinations: what is taken in, what is refused, who amends it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError, Refused
from basis.ids import new_id
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.tables import Case
from casework.database import Database
from casework.diary import service as diary
from casework.diary.rules import CANCEL_REASONS, BookingKind
from casework.diary.service import Book
from casework.diary.tables import Booking
from casework.medical import examining, service
from casework.medical.examining import AmendExamination
from casework.medical.rules import MedicalOutcome
from casework.medical.tables import MedicalExamination
from casework.organisations.tables import Organisation, OrganisationKind
from tests.support import factories, medicals
from tests.support.errors import error
from tests.support.factories import TODAY, World
from tests.support.medicals import EXAMINED, days, result

OFFICER = Role.MEDICAL_OFFICER
pytestmark = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)


@pytest.fixture
def case(database: Database, world: World) -> Case:
    return medicals.open_case(database, world)


def submit(database: Database, world: World, case: Case, **values: object) -> MedicalExamination:
    return database.run(world[OFFICER], examining.submit, medicals.catalogue(), result(case, world, **values))


def amendment(row: MedicalExamination, **values: object) -> AmendExamination:
    return AmendExamination.model_validate(
        {
            "examination_id": row.id,
            "reason": "the laboratory had mixed up two samples",
            "examined_on": row.examined_on,
            "outcome": MedicalOutcome.FIT,
            "physician": "Dr Synthetic",
            "physician_licence": "PH-1",
            "identity_checked": True,
            "parts": days(),
            **values,
        }
    )


def test_a_result_keeps_its_regime_parts_and_accreditation(database: Database, world: World, case: Case) -> None:
    made = submit(database, world, case, parts={"xray": EXAMINED - timedelta(days=1), "laboratory": TODAY})
    assert (made.regime, made.accredited, made.number, made.root) == ("trial_rules", True, 1, made.id)
    assert made.xray_on == EXAMINED - timedelta(days=1)
    assert made.parts == {
        "physical": EXAMINED.isoformat(),
        "xray": (EXAMINED - timedelta(days=1)).isoformat(),
        "laboratory": TODAY.isoformat(),
    }


def test_a_code_shortens_how_long_it_is_good_and_is_sealed(database: Database, world: World, case: Case) -> None:
    made = submit(database, world, case, result_code="contact_b3")
    assert made.good_until == date(2027, 1, 30)  # three months after the examination
    assert made.result_code is not None and b"contact" not in made.result_code
    assert database.run(world[OFFICER], service.detail, made.id).result_code == "contact_b3"


def test_who_is_fit_with_follow_up_is_so_until_the_review(database: Database, world: World, case: Case) -> None:
    review = TODAY + timedelta(days=40)
    made = submit(database, world, case, outcome=MedicalOutcome.FIT_WITH_FOLLOW_UP, review_on=review)
    assert made.good_until == review


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"examined_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"parts": days(hiv=TODAY)}, "never_asked"),
        ({"result_code": "b7"}, "unknown_result_code"),
        ({"physician": " "}, "missing_value"),
        ({"physician_licence": "x" * 61}, "too_long"),
        ({"detail": "x" * 10_001}, "too_long"),
    ],
)
def test_a_bad_result_is_refused(
    database: Database, world: World, case: Case, values: dict[str, object], code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        submit(database, world, case, **values)
    assert caught.value.code == code


def test_what_is_never_asked_names_the_source(database: Database, world: World, case: Case) -> None:
    with pytest.raises(InvalidInput, match="Trial health rules"):
        submit(database, world, case, result_code="pregnant")


def test_a_clinic_that_was_not_accredited_that_day_submits_nothing(
    database: Database, world: World, case: Case
) -> None:
    with database.write(ENGINE) as work:
        other = factories.organisation(work, OrganisationKind.CLINIC)
    with pytest.raises(InvalidInput) as caught:
        submit(database, world, case, clinic_id=other.id)
    assert caught.value.code == "not_accredited"
    with pytest.raises(InvalidInput) as caught:
        submit(database, world, case, examined_on=TODAY - timedelta(days=400), parts=days())
    assert caught.value.code == "not_accredited"


def test_only_the_medical_role_and_clinics_submit(database: Database, world: World, case: Case) -> None:
    for role in Role:
        if role is OFFICER:
            continue
        refused: type[PredepartureError] = Refused if role is not Role.CLINIC_USER else PredepartureError
        with pytest.raises(refused):
            database.run(world[role], examining.submit, medicals.catalogue(), result(case, world))


def test_a_clinic_learns_nothing_of_the_results_of_another(database: Database, world: World, case: Case) -> None:
    made = submit(database, world, case)
    with database.write(ENGINE) as work:
        stranger = factories.actor(work, factories.clinic(work, world.office), Role.CLINIC_USER)
    with pytest.raises(NotFound):
        database.run(stranger, examining.amend, medicals.catalogue(), amendment(made))
    with pytest.raises(NotFound):
        database.run(stranger, service.detail, made.id)


def appointment(
    database: Database, world: World, case: Case, *, clinic: UUID | None = None, days_ago: int = 0
) -> Booking:
    """At the world's clinic, booked five days ago."""
    at = database.now() + timedelta(days=1)
    command = Book(
        case_id=case.id,
        kind=BookingKind.APPOINTMENT,
        subject_id=new_id(),
        organisation_id=clinic or world.clinic.id,
        starts_at=at,
        ends_at=at + timedelta(minutes=30),
    )
    with database.write(world[OFFICER]) as work:
        booking = diary.book(work, command)
        for name in ("starts_at", "ends_at"):
            setattr(booking, name, getattr(booking, name) - timedelta(days=days_ago + 1))
        booking.booked_at = database.now() - timedelta(days=5)
    return booking


def test_a_clinic_submits_reads_and_amends_the_result_of_its_own_appointment(
    database: Database, world: World, case: Case
) -> None:
    clerk, booking = world[Role.CLINIC_USER], appointment(database, world, case, days_ago=3)
    given = result(case, world, appointment_id=booking.id)
    made = database.run(clerk, examining.submit, medicals.catalogue(), given)
    assert made.appointment_id == booking.id
    amended = database.run(clerk, examining.amend, medicals.catalogue(), amendment(made, detail="clear"))
    assert database.run(clerk, service.detail, amended.id).detail == "clear"
    assert [
        row.number for row in database.run(clerk, lambda work: service.of_clinic(work.session, clerk, case.id))
    ] == [1, 2]
    with error(Conflict, "submitted"):
        database.run(clerk, examining.submit, medicals.catalogue(), given)


def test_a_clinic_submits_nothing_without_an_appointment_of_its_own(
    database: Database, world: World, case: Case
) -> None:
    clerk = world[Role.CLINIC_USER]
    with database.write(ENGINE) as work:
        other = factories.clinic(work, world.office)
    mine = appointment(database, world, case, days_ago=3)
    theirs = appointment(database, world, case, clinic=other.id, days_ago=2)
    for values, kind, code in (
        ({}, InvalidInput, "no_appointment"),
        ({"appointment_id": theirs.id}, NotFound, "appointment"),
        ({"appointment_id": new_id()}, NotFound, "appointment"),
        ({"appointment_id": theirs.id, "clinic_id": other.id}, NotFound, "record"),
        ({"appointment_id": mine.id, "examined_on": EXAMINED - timedelta(days=1)}, InvalidInput, "before_appointment"),
        (
            {"appointment_id": mine.id, "parts": days(xray=EXAMINED - timedelta(days=3))},
            InvalidInput,
            "before_referral",
        ),
    ):
        with error(kind, code):
            database.run(clerk, examining.submit, medicals.catalogue(), result(case, world, **values))
    with database.write(world[OFFICER]) as work:
        diary.cancel(work, work.session.get_one(Booking, mine.id), next(iter(CANCEL_REASONS)))
    given = result(case, world, appointment_id=mine.id)
    with pytest.raises(NotFound):
        database.run(clerk, examining.submit, medicals.catalogue(), given)


def test_the_day_of_an_appointment_is_the_clinics_own_day(database: Database, world: World, case: Case) -> None:
    mine = appointment(database, world, case, days_ago=3)
    begins = mine.starts_at.astimezone(ZoneInfo("Pacific/Honolulu"))
    with database.write(ENGINE) as work:
        booking = work.session.get_one(Booking, mine.id)
        booking.starts_at = begins.replace(hour=23, minute=0)
        booking.ends_at = booking.starts_at + timedelta(minutes=30)
        work.session.get_one(Organisation, world.clinic.id).time_zone = "Pacific/Honolulu"
    values = {"appointment_id": mine.id, "examined_on": begins.date(), "parts": days(physical=begins.date())}
    made = database.run(world[Role.CLINIC_USER], examining.submit, medicals.catalogue(), result(case, world, **values))
    assert made.examined_on == begins.date()


def test_an_amendment_is_a_new_version_and_the_old_one_stays_readable(
    database: Database, world: World, case: Case
) -> None:
    first = submit(database, world, case, outcome=MedicalOutcome.UNFIT)
    second = database.run(world[OFFICER], examining.amend, medicals.catalogue(), amendment(first, detail="clear"))
    assert (second.root, second.number, second.outcome) == (first.id, 2, MedicalOutcome.FIT)
    with database.read() as session:
        kept = session.get_one(MedicalExamination, first.id)
        assert (kept.withdrawn_on, kept.outcome) == (TODAY, MedicalOutcome.UNFIT)
    assert database.run(world[OFFICER], service.detail, first.id).detail == "scar of the left lung"
    opened = database.run(world[OFFICER], service.detail, second.id)
    assert (opened.detail, opened.amend_reason) == ("clear", "the laboratory had mixed up two samples")


def test_an_amendment_needs_a_reason_and_the_version_that_counts(database: Database, world: World, case: Case) -> None:
    first = submit(database, world, case)
    with pytest.raises(InvalidInput) as caught:
        database.run(world[OFFICER], examining.amend, medicals.catalogue(), amendment(first, reason=" "))
    assert caught.value.code == "missing_value"
    database.run(world[OFFICER], examining.amend, medicals.catalogue(), amendment(first))
    with pytest.raises(Conflict) as conflict:
        database.run(world[OFFICER], examining.amend, medicals.catalogue(), amendment(first))
    assert conflict.value.code == "withdrawn"


def test_a_withdrawn_examination_is_not_amended(database: Database, world: World, case: Case) -> None:
    made = submit(database, world, case)
    database.run(world[OFFICER], service.withdraw, made.id, "wrong_person")
    with pytest.raises(Conflict) as caught:
        database.run(world[OFFICER], examining.amend, medicals.catalogue(), amendment(made))
    assert caught.value.code == "withdrawn"


def test_the_history_tells_neither_outcome_nor_code_nor_reason(database: Database, world: World, case: Case) -> None:
    made = submit(database, world, case, outcome=MedicalOutcome.UNFIT, result_code="contact_b3")
    database.run(world[OFFICER], examining.amend, medicals.catalogue(), amendment(made))
    with database.read() as session:
        history = " ".join(session.exec(select(AuditEvent.body)))
    assert not [word for word in ("unfit", "contact", "laboratory", "scar") if word in history]


def test_a_result_without_the_check_of_identity_is_recorded_and_not_met(
    database: Database, world: World, case: Case
) -> None:
    made = submit(database, world, case, identity_checked=False)
    assert made.photograph_id is None
    with database.read() as session:
        found = session.get_one(Case, case.id).assessment or {}
    assert {one["stage"]: one["fulfilled"] for one in found["stages"]}["health"] == 0
