"""Plants a word of its own wherever something medical may stand, and looks for the words in whatever comes back."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from basis.ids import new_id
from basis.roles import Role
from casework.accounts.tables import Account
from casework.actor import ENGINE
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.clinics import appointments, assigning, results, slots
from casework.clinics.appointments import BookAppointment
from casework.clinics.assigning import AssignClinic
from casework.clinics.slots import OpenSlots
from casework.clinics.tables import ClinicAppointment
from casework.concessions import reasons
from casework.concessions.rules import ConcessionState
from casework.concessions.tables import Concession
from casework.diary.tables import Booking
from casework.medical import care, examining, opinions
from casework.medical.care import RecordCare, RecordVaccination
from casework.medical.examining import AmendExamination, SubmitExamination
from casework.medical.opinions import AskSecondOpinion, Opinion, WeighOpinions
from casework.medical.rules import MedicalOutcome
from casework.medical.tables import CareKind, FitToFly, MedicalExamination
from casework.organisations.tables import LicencePurpose, OrganisationKind
from casework.work import Work
from cli.demo import people
from tests.dashboard.bench import Bench
from tests.support import factories

OFFICER: Final = "teuta"
CLINIC: Final = "flora"
OTHER_CLINIC: Final = "gent"
FOREIGN: Final = {
    "foreign-arta": Role.CASEWORKER,
    "foreign-mira": Role.SUPERVISOR,
    "foreign-teuta": Role.MEDICAL_OFFICER,
    "foreign-agron": Role.AGENCY_USER,
    "foreign-blerim": Role.PROVIDER_USER,
}
"""People of another office, and of an agency and a provider of its own."""

DETAIL, CODE, AMENDED, DOUBT, SECOND, WEIGHED, REFERRAL, HANDED, FLIGHT, WISH, ANSWER, LIST = (
    "qxfinding", "qxcode", "qxamended", "qxdoubt", "qxsecond", "qxweighed", "qxreferral", "qxhanded", "qxflight",
    "qxwish", "qxanswer", "qxlist",
)  # fmt: skip
VACCINE: Final = "meningococcal"
OUTCOME: Final = "temporarily unfit"
OUTCOME_CODE: Final = "temporarily_unfit"
WORDS: Final = (
    DETAIL, CODE, AMENDED, DOUBT, SECOND, WEIGHED, REFERRAL, HANDED, FLIGHT, WISH, ANSWER, LIST, VACCINE, OUTCOME,
    OUTCOME_CODE,
)  # fmt: skip
OF_CLINIC: Final = frozenset({LIST, OUTCOME, OUTCOME_CODE})
"""What the clinic entered itself, and may read again."""


def plant(site: Bench, case_id: UUID) -> None:
    """Every medical field of a case filled with its word, as far as may be by those who fill it."""
    _people(site)
    database, catalogue = site.installation.database, site.installation.catalogue
    officer, today = site.cast[OFFICER], site.today
    with database.read() as session:
        query = select(MedicalExamination).where(MedicalExamination.case_id == case_id)
        first = session.exec(query.where(col(MedicalExamination.withdrawn_on).is_(None))).one()
    found: dict[str, Any] = {"physician": "Dr. Synthetic", "physician_licence": "PH-1", "identity_checked": True}
    parts = {name: date.fromisoformat(day) for name, day in first.parts.items()}
    amended = AmendExamination(
        examination_id=first.id, examined_on=first.examined_on, outcome=MedicalOutcome.FIT, parts=parts,
        detail=DETAIL, reason=AMENDED, **found,
    )  # fmt: skip
    present = database.run(officer, examining.amend, catalogue, amended)
    other = _clinic_of(site, OTHER_CLINIC)
    asked = AskSecondOpinion(examination_id=present.id, clinic_id=other, reason=DOUBT)
    opinion = database.run(officer, opinions.ask, asked)
    second = SubmitExamination(
        case_id=case_id, clinic_id=other, examined_on=today, outcome=MedicalOutcome.FIT, parts={"xray": today},
        detail=SECOND, **found,
    )  # fmt: skip
    database.run(officer, examining.submit, catalogue, second)
    weighed = WeighOpinions(opinion_id=opinion.id, counts=Opinion.FIRST, reason=WEIGHED)
    database.run(officer, opinions.weigh, catalogue, weighed)
    dose = RecordVaccination(case_id=case_id, vaccine=VACCINE, dose=1, given_on=today)
    database.run(officer, care.vaccinate, catalogue, dose)
    for kind, word, consent in ((CareKind.REFERRAL, REFERRAL, None), (CareKind.HAND_OVER, HANDED, today)):
        offered = RecordCare(
            case_id=case_id, kind=kind, given=True, happened_on=today, detail=word, consented_on=consent
        )  # fmt: skip
        database.run(officer, care.give, offered)
    database.run(ENGINE, _sealed_rows, site, case_id)
    _by_list(site, case_id)


def _sealed_rows(work: Work, site: Bench, case_id: UUID) -> None:
    """What the programme of the demo asks for in no case, sealed as its services seal it."""
    case = work.session.get_one(Case, case_id)
    programme = programme_of(site.installation.catalogue, case)
    rows = work.session.exec(select(MedicalExamination).where(MedicalExamination.case_id == case_id))
    for row in rows:
        row.result_code = work.vault.seal(case.worker_id, examining.TABLE, row.id, "result_code", CODE.encode())
        work.session.add(row)
    flight = FitToFly(
        id=new_id(), case_id=case_id, worker_id=case.worker_id, physician="Dr. Synthetic", physician_licence="PH-1",
        checked_on=work.today, fit=True, recorded_at=work.now, recorded_by=work.actor.key,
    )  # fmt: skip
    flight.note = work.vault.seal(case.worker_id, "fit_to_fly", flight.id, "note", FLIGHT.encode())
    waiver = Concession(
        case_id=case_id, requirement="medical_examination", authority=Role.MEDICAL_OFFICER.value,
        asked_by=str(site.cast["drita"].user_id), asked_on=work.today, recorded_at=work.now, reason="",
        state=ConcessionState.REFUSED, decided_by=str(site.cast[OFFICER].user_id), decided_on=work.today,
        reference="M-1",
    )  # fmt: skip
    reasons.write_asked(work, programme, case, waiver, WISH)
    reasons.write_decided(work, programme, case, waiver, ANSWER)
    work.session.add_all([flight, waiver])


def _by_list(site: Bench, case_id: UUID) -> None:
    """An appointment at the clinic, at which the worker is, and its result from the clinic's list."""
    database, catalogue, today = site.installation.database, site.installation.catalogue, site.today
    clinic = _clinic_of(site, CLINIC)
    database.run(site.cast["arta"], assigning.assign, catalogue, AssignClinic(case_id=case_id, clinic_id=clinic))
    opened = OpenSlots.model_validate(
        {"clinic_id": clinic, "day": today + timedelta(days=1), "begins": "09:00", "ends": "10:00", "places": 1},
        strict=False,
    )  # fmt: skip
    [slot] = database.run(site.cast["arta"], slots.open_slots, opened)
    booked = database.run(
        site.cast["arta"], appointments.book, catalogue, BookAppointment(case_id=case_id, slot_id=slot.id)
    )  # fmt: skip

    def come(work: Work) -> str:
        """The day of the appointment has come."""
        booking = work.session.get_one(Booking, booked.booking_id)
        booking.starts_at, booking.ends_at = work.now - timedelta(minutes=30), work.now
        row = work.session.get_one(ClinicAppointment, booked.booking_id)
        row.day = work.today
        work.session.add_all([booking, row])
        return work.session.get_one(Case, case_id).reference

    reference = database.run(ENGINE, come)
    database.run(site.cast[CLINIC], appointments.arrive, booked.booking_id)
    header = "Case reference,Examined on,X-ray on,Outcome,Review on,Physician,Physician's licence,Detail"
    line = f"{reference},{today},{today},{OUTCOME},{today + timedelta(days=47)},Dr Synthetic,PH-1,{LIST}"
    data = f"{header}\n{line}\n".encode()
    taken = database.run(site.cast[CLINIC], results.take_list, catalogue, data, "results.csv")
    assert (taken.taken, taken.sheet.findings) == (1, ())


def _clinic_of(site: Bench, name: str) -> UUID:
    with site.installation.database.read() as session:
        row = session.exec(select(Account).where(Account.email == people.address(name))).one()
        assert row.organisation_id is not None
        return row.organisation_id


def _people(site: Bench) -> None:
    def act(work: Work) -> None:
        home = site.cast.organisations[people.OFFICE]
        clinic = factories.clinic(work, home, name="Second clinic (synthetic)", country=home.country)
        _account(work, OTHER_CLINIC, Role.CLINIC_USER, clinic.id)
        office = factories.office(work, name="Another office (synthetic)")
        at = {
            Role.AGENCY_USER: OrganisationKind.AGENCY,
            Role.PROVIDER_USER: OrganisationKind.PROVIDER,
        }
        for name, role in FOREIGN.items():
            of = factories.organisation(work, at[role], office_id=office.id) if role in at else office
            _account(work, name, role, of.id)
        factories.licence(work, clinic, LicencePurpose.MEDICAL, valid_until=work.today + timedelta(days=400))

    site.installation.database.run(ENGINE, act)


def _account(work: Work, name: str, role: Role, organisation_id: UUID) -> None:
    work.session.add(
        Account(
            email=people.address(name), name=f"Synthetic {name}", role=role, organisation_id=organisation_id,
            password_hash="-", created_at=work.now,
        )
    )  # fmt: skip


def found_in(content: bytes, words: Iterable[str] = WORDS) -> set[str]:
    """The words in a file or an answer: its text, the text and the attachments of a PDF, the members of a ZIP."""
    lower = content.lower()
    seen = {word for word in words if word.encode() in lower}
    if content.startswith(b"%PDF"):
        seen |= _in_pdf(content, words)
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                seen |= found_in(packed.read(name), words)
    return seen


def _in_pdf(content: bytes, words: Iterable[str]) -> set[str]:
    if shutil.which("pdftotext") is None:
        return set()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.pdf"
        path.write_bytes(content)
        texts = [subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout]
        subprocess.run(["pdfdetach", "-saveall", "-o", folder, path], capture_output=True, check=True)
        texts += [one.read_bytes() for one in Path(folder).iterdir() if one != path]
    return {word for word in words for text in texts if word.encode() in text.lower()}
