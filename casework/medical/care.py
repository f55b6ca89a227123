"""What goes with an examination: vaccinations, referral, counselling and hand-over, the look before the journey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.tables import Case
from casework.medical import rules
from casework.medical.examining import require_entering
from casework.medical.tables import Care, CareKind, FitToFly, Vaccination
from casework.organisations.tables import OrganisationKind
from casework.work import Work
from checklists.catalogue import Catalogue

_MOST_DOSES = 9
LONGEST_NOTE = 1000
Row = TypeVar("Row", Vaccination, Care, FitToFly)


class RecordVaccination(BaseModel):
    """A dose. `vaccine` is a code of the programme or of `rules.VACCINES`, `next_due` the day of the next dose. All of
    it is sealed."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    clinic_id: UUID | None = None
    vaccine: str
    dose: int
    given_on: date
    next_due: date | None = None


class RecordCare(BaseModel):
    """What was offered after an examination. `given`: whether it was taken up. `detail` (to whom, what) is sealed. Only
    a hand-over has, and needs, the day of the worker's consent."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    kind: CareKind
    given: bool
    happened_on: date
    detail: str = ""
    consented_on: date | None = None


class CheckFitToFly(BaseModel):
    """The look at the worker before the journey. `note` is sealed."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    physician: str
    physician_licence: str
    checked_on: date
    fit: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Dose:
    """A vaccination as it was sealed."""

    row: Vaccination
    vaccine: str
    dose: int
    given_on: date
    next_due: date | None


@dataclass(frozen=True, slots=True)
class CareGiven:
    """All that goes with the examinations of a case, with what is sealed opened; withdrawn rows are left out."""

    doses: tuple[Dose, ...]
    care: tuple[tuple[Care, str], ...]
    checks: tuple[tuple[FitToFly, str], ...]


def vaccinate(
    work: Work, catalogue: Catalogue, command: RecordVaccination, expected_version: int | None = None
) -> Vaccination:
    """Record a dose, by the medical officer or the clinic that gave it.

    Raises `InvalidInput` (``never_asked``, ``unknown_vaccine``, ``dose``, ``date_in_future``, ``dates``).
    """
    if command.clinic_id is None:
        require(work.actor.role, Permission.RECORD_MEDICAL)
    else:
        require_entering(work.actor, command.clinic_id)
    case = changes.change(work, command.case_id, expected_version)
    if command.clinic_id is not None:
        recorded.organisation(work, command.clinic_id, OrganisationKind.CLINIC)
    examined = rules.examined_by(programme_of(catalogue, case), case.track)
    if examined is None:
        raise InvalidInput("not_asked", _("This programme asks for no examination."), None)
    rules.require_vaccine(examined.rule, command.vaccine)
    if not 1 <= command.dose <= _MOST_DOSES:
        raise InvalidInput(
            "dose",
            _("There is no such dose."),
            _("Give the number of the dose, from 1 to {most}.", most=_MOST_DOSES),
        )
    recorded.happened(command.given_on, _("day of the vaccination"), work.today)
    if command.next_due is not None and command.next_due <= command.given_on:
        raise InvalidInput("dates", _("The next dose does not come after this one."), _("Correct the two days."))
    row = Vaccination(
        case_id=case.id,
        worker_id=case.worker_id,
        clinic_id=command.clinic_id,
        detail=b"",
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    value = {
        "vaccine": command.vaccine,
        "dose": command.dose,
        "given_on": command.given_on.isoformat(),
        "next_due": command.next_due.isoformat() if command.next_due else None,
    }
    row.detail = work.vault.seal_json(case.worker_id, "vaccination", row.id, "detail", value)
    work.session.add(row)
    work.record("medical.vaccinated", f"vaccination/{row.id}", case_id=case.id)
    return row


def give(work: Work, command: RecordCare, expected_version: int | None = None) -> Care:
    """Record a referral, counselling or a hand-over.

    Raises `InvalidInput` (``date_in_future``, ``no_consent``, ``consent``, ``dates``, ``missing_value``).
    """
    require(work.actor.role, Permission.RECORD_MEDICAL)
    case = changes.change(work, command.case_id, expected_version)
    recorded.happened(command.happened_on, _("day"), work.today)
    handed = command.kind is CareKind.HAND_OVER and command.given
    if handed and command.consented_on is None:
        raise InvalidInput(
            "no_consent",
            _("Medical follow-up is handed over with the worker's consent only."),
            _("Give the day on which the worker consented."),
        )
    if command.consented_on is not None and not handed:
        raise InvalidInput(
            "consent", _("Only a hand-over that took place stands on a consent."), _("Leave that day empty.")
        )
    if command.consented_on is not None and command.consented_on > command.happened_on:
        raise InvalidInput("dates", _("The consent comes after the hand-over."), _("Correct the two days."))
    row = Care(
        case_id=case.id,
        worker_id=case.worker_id,
        kind=command.kind,
        given=command.given,
        happened_on=command.happened_on,
        consented_on=command.consented_on,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    detail = recorded.text(command.detail, _("to whom"), LONGEST_NOTE, needed=handed)
    if detail:
        row.detail = work.vault.seal(case.worker_id, "medical_care", row.id, "detail", detail.encode())
    work.session.add(row)
    work.record("medical.cared", f"medical_care/{row.id}", case_id=case.id, happened_on=command.happened_on)
    return row


def end_consent(work: Work, care_id: UUID, expected_version: int | None = None) -> Care:
    """The worker takes the consent to a hand-over back: what was told is told, nothing more is passed on from today.

    Raises `NotFound` (``record``), `Conflict` (``no_consent``).
    """
    require(work.actor.role, Permission.RECORD_MEDICAL)
    row = work.session.get(Care, care_id)
    if row is None:
        raise NotFound("record", _("There is no such record."), _("Open it from its case."))
    changes.change(work, row.case_id, expected_version, any_life=True)
    work.session.refresh(row)
    if row.consented_on is None or row.consent_ended_on is not None or row.withdrawn_on is not None:
        raise Conflict("no_consent", _("There is no consent to take back."), _("Look at its present state."))
    row.consent_ended_on = work.today
    work.session.add(row)
    work.record("medical.consent_ended", f"medical_care/{row.id}", case_id=row.case_id)
    return row


def check_fit_to_fly(
    work: Work, catalogue: Catalogue, command: CheckFitToFly, expected_version: int | None = None
) -> FitToFly:
    """Record the look before the journey; the departure can be cleared once it finds the worker fit.

    Raises `InvalidInput` (``not_asked``, ``date_in_future``, ``no_departure``, ``too_early``).
    """
    require(work.actor.role, Permission.RECORD_MEDICAL)
    case = changes.change(work, command.case_id, expected_version)
    programme = programme_of(catalogue, case)
    days = rules.fit_to_fly_days(programme, case.track)
    if days is None:
        raise InvalidInput(
            "not_asked",
            _("This programme asks for no check before the journey."),
            _("Record only what the programme asks for."),
        )
    recorded.happened(command.checked_on, _("day of the check"), work.today)
    if case.planned_departure is None:
        raise InvalidInput("no_departure", _("No departure is planned."), _("Plan the departure first."))
    first = case.planned_departure - timedelta(days=days)
    if command.checked_on < first:
        raise InvalidInput(
            "too_early",
            _("The check lies more than {days} days before the departure.", days=days),
            _("Check the worker from {day} on.", day=first.isoformat()),
        )
    row = FitToFly(
        case_id=case.id,
        worker_id=case.worker_id,
        physician=recorded.text(command.physician, _("physician")),
        physician_licence=recorded.text(command.physician_licence, _("physician's licence"), 60),
        checked_on=command.checked_on,
        fit=command.fit,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    note = recorded.text(command.note, _("note"), LONGEST_NOTE, needed=False)
    if note:
        row.note = work.vault.seal(case.worker_id, "fit_to_fly", row.id, "note", note.encode())
    work.session.add(row)
    work.record("medical.fit_to_fly_checked", f"fit_to_fly/{row.id}", case_id=case.id, happened_on=command.checked_on)
    refresh(work, programme, case)
    return row


def withdraw(table: type[Row], work: Work, row_id: UUID, reason: str, expected_version: int | None = None) -> Row:
    """Take a row of one of these tables back, for a code of `recorded.WITHDRAW_REASONS`."""
    require(work.actor.role, Permission.RECORD_MEDICAL)
    return recorded.withdraw(work, table, row_id, "medical.withdrawn", reason, expected_version)


def opened(work: Work, case: Case) -> CareGiven:
    """All of a case, for the medical role; whoever looks leaves an event for each row with something sealed."""
    require(work.actor.role, Permission.SEE_MEDICAL)

    def text(table: str, row: UUID, worker: UUID, column: str, value: bytes | None) -> str:
        if value is None:
            return ""
        work.record("medical.viewed", f"{table}/{row}", case_id=case.id)
        return work.vault.open(worker, table, row, column, value).decode()

    care = _of(work.session, Care, case.id)
    checks = _of(work.session, FitToFly, case.id)
    return CareGiven(
        doses=tuple(_dose(work, row) for row in _of(work.session, Vaccination, case.id)),
        care=tuple((row, text("medical_care", row.id, row.worker_id, "detail", row.detail)) for row in care),
        checks=tuple((row, text("fit_to_fly", row.id, row.worker_id, "note", row.note)) for row in checks),
    )


def _dose(work: Work, row: Vaccination) -> Dose:
    work.record("medical.viewed", f"vaccination/{row.id}", case_id=row.case_id)
    value = work.vault.open_json(row.worker_id, "vaccination", row.id, "detail", row.detail)
    due = date.fromisoformat(value["next_due"]) if value["next_due"] else None
    return Dose(row, value["vaccine"], value["dose"], date.fromisoformat(value["given_on"]), due)


def _of(session: Session, table: type[Row], case_id: UUID) -> list[Row]:
    query = select(table).where(col(table.case_id) == case_id, col(table.withdrawn_on).is_(None))
    return list(session.exec(query.order_by(col(table.id))))
