"""A clinic enters the result of its own appointment, one by one or from a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import Conflict, PredepartureError
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.batches import values
from casework.batches.rules import Finding
from casework.batches.sheets import (
    BIRTH_DATE,
    CASE,
    Sheet,
    SheetColumn,
    SheetPerson,
    SheetRow,
    one_of,
    people,
    read_sheet,
)
from casework.cases.tables import Case
from casework.clinics.appointments import find
from casework.clinics.tables import ClinicAppointment
from casework.diary.rules import BookingState
from casework.diary.tables import Booking
from casework.medical import examining
from casework.medical.examining import Result, SubmitExamination
from casework.medical.rules import MedicalOutcome
from casework.medical.tables import MedicalExamination
from casework.vault import Vault
from casework.work import Work
from casework.workers.tables import Worker
from checklists.catalogue import Catalogue
from checklists.stage_rules import ExaminationPart

_OUTCOMES: Final[Mapping[str, str]] = {
    MedicalOutcome.FIT.value: "fit|tauglich|i aftë|apte",
    MedicalOutcome.FIT_WITH_FOLLOW_UP.value: "fit with follow-up|fit with follow up",
    MedicalOutcome.PENDING.value: "pending|held",
    MedicalOutcome.TEMPORARILY_UNFIT.value: "temporarily unfit",
    MedicalOutcome.UNFIT.value: "unfit|untauglich|i paaftë|inapte",
}
_PARTS: Final[Mapping[ExaminationPart, str]] = {
    ExaminationPart.XRAY: "chest x-ray on|x-ray on|x-ray|xray|röntgen am",
    ExaminationPart.LABORATORY: "laboratory on|laboratory|labor am",
    ExaminationPart.DENTAL: "dental examination on|dental",
    ExaminationPart.PSYCHOMETRIC: "psychometric test on|psychometric",
    ExaminationPart.VISION: "vision on|vision",
    ExaminationPart.HEARING: "hearing on|hearing",
}
COLUMNS: Final[Mapping[str, SheetColumn]] = {
    "case": CASE,
    "birth_date": BIRTH_DATE,
    "examined_on": SheetColumn("examined on|examination|untersucht am", values.calendar_date, required=True),
    **{part.value: SheetColumn(titles, values.calendar_date) for part, titles in _PARTS.items()},
    "outcome": SheetColumn("outcome|result|ergebnis|rezultati", one_of(_OUTCOMES), required=True),
    "until": SheetColumn("expected until|until", values.calendar_date),
    "review_on": SheetColumn("review on|review", values.calendar_date),
    "result_code": SheetColumn("result code|code"),
    "physician": SheetColumn("physician|doctor|arzt|mjeku", required=True),
    "physician_licence": SheetColumn("physician's licence|licence", required=True),
    "detail": SheetColumn("medical detail|detail|findings"),
}
"""The columns of a list of results. Who came, and that it was the right person, is said at the appointment."""


class EnterResult(Result):
    """The result of an appointment at which the worker was found to be the person on the photograph."""

    booking_id: UUID
    identity_checked: bool = True


_PLAIN: Final = ("examined_on", "outcome", "physician", "physician_licence", "until", "review_on")


@dataclass(frozen=True, slots=True)
class TakenResults:
    """What became of a list: `taken` results are new, `known` were there with the very same values before."""

    sheet: Sheet
    taken: int
    known: int


def enter(work: Work, catalogue: Catalogue, command: EnterResult) -> MedicalExamination:
    """Take a result in; from then on it is locked.

    Raises `NotFound` (``appointment``: of another clinic too), `Conflict` (``not_arrived``) and as `examining.submit`.
    """
    require(work.actor.role, Permission.ENTER_RESULTS)
    booking, row = find(work.session, work.actor, command.booking_id)
    if booking.state is not BookingState.ATTENDED or not row.identity_checked:
        raise Conflict(
            "not_arrived",
            _("It is not recorded yet that the worker came and is the person on the photograph."),
            _("Record the arrival at the appointment first."),
        )
    given = command.model_dump(exclude={"booking_id"})
    return examining.submit(
        work,
        catalogue,
        SubmitExamination(case_id=row.case_id, clinic_id=row.clinic_id, appointment_id=booking.id, **given),
    )


def of_appointment(session: Session, actor: Actor, booking_id: UUID) -> list[MedicalExamination]:
    """The versions of the result that the actor's clinic entered, the newest first."""
    require(actor.role, Permission.ENTER_RESULTS)
    query = select(MedicalExamination).where(
        MedicalExamination.appointment_id == booking_id, MedicalExamination.clinic_id == actor.organisation_id
    )
    return list(session.exec(query.order_by(col(MedicalExamination.number).desc())))


def recognises(session: Session, actor: Actor, booking: Booking) -> bool:
    """Whether the clinic still has to know whom it has before it: until a result stands or the worker is expected no
    more. After that it is shown no photograph."""
    expected = booking.state in (BookingState.BOOKED, BookingState.ATTENDED)
    return expected and not of_appointment(session, actor, booking.id)


def take_list(work: Work, catalogue: Catalogue, data: bytes, name: str) -> TakenResults:
    """Take in a list of results: every row is as strict as the form, good rows are recorded, bad ones given back.

    Raises `InvalidInput` where the file cannot be read at all (`read_sheet`).
    """
    require(work.actor.role, Permission.ENTER_RESULTS)
    known = _expected(work)
    sheet, named = people(read_sheet(data, name, COLUMNS), {one.reference: one.person for one in known.values()})
    findings: list[Finding] = []
    counts = {True: 0, False: 0}
    for row in sheet.rows:
        try:
            counts[_take(work, catalogue, known[named[row.number]], row)] += 1
        except PredepartureError as error:
            findings.append(sheet.finding(row.number, None, error.code, error.message, error.fix or error.message))
    return TakenResults(sheet.without(findings), counts[True], counts[False])


@dataclass(frozen=True, slots=True)
class _Expected:
    """The appointment of a case that a list may be about."""

    reference: str
    person: SheetPerson
    booking_id: UUID


def _expected(work: Work) -> dict[UUID, _Expected]:
    """The clinic's appointments by their cases: of several of one case the last that was attended, else the last."""
    query = (
        select(Booking, Case.reference, Worker)
        .join(ClinicAppointment, col(ClinicAppointment.booking_id) == col(Booking.id))
        .join(Case, col(Case.id) == col(Booking.case_id))
        .join(Worker, col(Worker.id) == col(Case.worker_id))
        .where(Booking.organisation_id == work.actor.organisation_id, col(Booking.state) != BookingState.CANCELLED)
    )
    found = work.session.exec(query).all()
    came = sorted(found, key=lambda one: (one[0].state is BookingState.ATTENDED, one[0].starts_at))
    return {
        booking.case_id: _Expected(reference, SheetPerson(booking.case_id, worker.birth_date), booking.id)
        for booking, reference, worker in came
    }


def _take(work: Work, catalogue: Catalogue, expected: _Expected, row: SheetRow) -> bool:
    """True for a result that is new, False for one that is there with the same values. A row that is refused leaves
    nothing behind."""
    command = EnterResult(booking_id=expected.booking_id, **_result(row.values))
    versions = of_appointment(work.session, work.actor, expected.booking_id)
    there = next((one for one in versions if one.withdrawn_on is None), None)
    if there is not None and _same(work.vault, there, command):
        return False
    events = len(work.events)
    try:
        with work.session.begin_nested():
            enter(work, catalogue, command)
    except PredepartureError:
        del work.events[events:]
        raise
    return True


def _result(given: Mapping[str, Any]) -> dict[str, Any]:
    parts: dict[str, date] = {part.value: given[part.value] for part in _PARTS if part.value in given}
    texts = ("physician", "physician_licence", "result_code", "detail")
    return {
        "examined_on": given["examined_on"],
        "outcome": MedicalOutcome(given["outcome"]),
        "parts": parts,
        "until": given.get("until"),
        "review_on": given.get("review_on"),
        **{name: str(given.get(name, "")) for name in texts},
    }


def _same(vault: Vault, row: MedicalExamination, command: EnterResult) -> bool:
    """Whether a row says what is there already; what is sealed is compared and shown to nobody."""

    def kept(name: str, value: bytes | None) -> str:
        return vault.open(row.worker_id, examining.TABLE, row.id, name, value).decode() if value else ""

    days = {part: date.fromisoformat(day) for part, day in row.parts.items() if part != ExaminationPart.PHYSICAL.value}
    return (
        all(getattr(row, name) == getattr(command, name) for name in _PLAIN)
        and days == command.parts
        and kept("detail", row.detail) == command.detail
        and kept("result_code", row.result_code) == command.result_code
    )
