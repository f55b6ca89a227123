"""Take in the result of an examination, locked from then on, and amend it with a reason as a new version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.ids import new_id
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, may, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.correcting import supersede_what_stands_on
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.tables import Case
from casework.clinics.accreditation import accreditation_on
from casework.diary.rules import BookingKind, BookingState
from casework.diary.tables import Booking
from casework.evidence.tables import EvidenceItem
from casework.medical import rules
from casework.medical.rules import Counting, Days, Examined, MedicalOutcome
from casework.medical.tables import MedicalExamination, SecondOpinion
from casework.organisations.tables import Organisation, OrganisationKind
from casework.photos import queries as photos
from casework.photos.rules import KIND as PHOTO
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.programme import ExaminationPart, Programme

LONGEST_DETAIL = 10_000
LONGEST_REASON = 1000
TABLE = "medical_examination"
_CAME = frozenset({BookingState.BOOKED, BookingState.ATTENDED, BookingState.DONE})


class Result(BaseModel):
    """What a clinic found. `parts` are the days of the parts by their names (`ExaminationPart`); the physical one is
    that of the examination where it is not given. `until`: by when a pending result is expected; `review_on`: the next
    look at the worker. `result_code`: one of the programme's `shortened_by`. `detail` (findings, restrictions) and the
    code are sealed."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    examined_on: date
    outcome: MedicalOutcome
    physician: str
    physician_licence: str
    identity_checked: bool
    parts: Mapping[str, date] = {}
    until: date | None = None
    review_on: date | None = None
    result_code: str = ""
    detail: str = ""


class SubmitExamination(Result):
    """A result of an accredited clinic. A clinic user names the appointment (the diary's booking) it was made at."""

    case_id: UUID
    clinic_id: UUID
    appointment_id: UUID | None = None


class AmendExamination(Result):
    """The result as it should have been, all of it, and why it is amended (sealed)."""

    examination_id: UUID
    reason: str


def submit(
    work: Work, catalogue: Catalogue, command: SubmitExamination, expected_version: int | None = None
) -> MedicalExamination:
    """Take the result in. From then on it is locked: `amend` makes a new version.

    Where the medical officer asked this clinic for a second opinion it is that one, and does not count before it was
    weighed. Raises `NotFound` (``case``, ``organisation``, ``appointment``), `InvalidInput` (``not_accredited``,
    ``no_appointment``, ``before_referral``, what `rules` refuses), `Conflict` (``submitted``, ``stale``, ``ended``).
    """
    require_entering(work.actor, command.clinic_id)
    case = changes.change(work, command.case_id, expected_version)
    clinic = recorded.organisation(work, command.clinic_id, OrganisationKind.CLINIC)
    booking = _require_appointment(work, case, command)
    programme = programme_of(catalogue, case)
    row = _row(work, programme, case, clinic, command, booking)
    row.appointment_id = command.appointment_id
    opinion = _asked_opinion(work.session, case, clinic)
    if opinion is not None:
        row.counting = Counting.WAITS
        opinion.second = row.root
        work.session.add(opinion)
    work.session.add(row)
    work.record(
        "medical.submitted" if opinion is None else "medical.opinion_given",
        f"{TABLE}/{row.id}",
        case_id=case.id,
        happened_on=row.examined_on,
    )
    refresh(work, programme, case)
    return row


def amend(
    work: Work, catalogue: Catalogue, command: AmendExamination, expected_version: int | None = None
) -> MedicalExamination:
    """Put a new version in the place of the present one, by the medical officer or the clinic that submitted it.

    The version before is kept and readable by the medical role. What was signed off on it is superseded where the
    outcome is still good, else revoked. Raises `NotFound` (``record``), `Conflict` (``withdrawn``: amended or withdrawn
    already), `InvalidInput` (``missing_value`` without a reason, and what `submit` refuses).
    """
    old = work.session.get(MedicalExamination, command.examination_id)
    if old is None:
        raise NotFound("record", _("There is no such examination."), _("Open it from its case."))
    require_entering(work.actor, old.clinic_id)
    case = changes.change(work, old.case_id, expected_version)
    work.session.refresh(old)
    if old.withdrawn_on is not None:
        raise Conflict(
            "withdrawn", _("This version was amended or withdrawn already."), _("Amend the version that counts now.")
        )
    reason = recorded.text(command.reason, _("reason"), LONGEST_REASON)
    programme = programme_of(catalogue, case)
    booking = work.session.get(Booking, old.appointment_id) if old.appointment_id else None
    row = _row(work, programme, case, work.session.get_one(Organisation, old.clinic_id), command, booking)
    row.root_id, row.number, row.counting = old.root, old.number + 1, old.counting
    row.appointment_id = old.appointment_id
    row.amend_reason = work.vault.seal(case.worker_id, TABLE, row.id, "amend_reason", reason.encode())
    old.withdrawn_on = work.today
    work.session.add_all([old, row])
    if row.outcome in rules.PASSED and row.counting is Counting.COUNTS:
        supersede_what_stands_on(work, case, f"{TABLE}:{old.id}")
    work.record(
        "medical.amended", f"{TABLE}/{row.id}", case_id=case.id, data={"version": row.number, "before": str(old.id)}
    )
    refresh(work, programme, case)
    return row


def require_entering(actor: Actor, clinic_id: UUID) -> None:
    """The medical officer records for every clinic, a clinic user for its own; of another it learns nothing.

    Raises `Refused` (``role``), `NotFound` (``record``).
    """
    if may(actor.role, Permission.RECORD_MEDICAL):
        return
    require(actor.role, Permission.ENTER_RESULTS)
    if actor.organisation_id != clinic_id:
        raise NotFound("record", _("There is no such record."), _("Open it from your own appointments."))


def _row(
    work: Work, programme: Programme, case: Case, clinic: Organisation, result: Result, booking: Booking | None
) -> MedicalExamination:
    """The new version, checked and sealed, not added yet."""
    not_before = _referred_on(work.session, booking, result) if booking else None
    examined = _examined(programme, case)
    given = Days(result.examined_on, result.parts, result.until, result.review_on)
    days = Days(
        given.examined_on, rules.require_parts(examined.rule, given, result.outcome), given.until, given.review_on
    )
    rules.require_days(days, result.outcome, work.today, not_before)
    good_until = rules.good_until(examined, days, result.outcome, result.result_code)
    licence = accreditation_on(work.session, clinic.id, case.programme_id, result.examined_on)
    if licence is None:
        raise InvalidInput(
            "not_accredited",
            _("The clinic was not accredited for this programme on the day of the examination."),
            _("Correct the day, or have the worker examined by an accredited clinic."),
        )
    photo = photos.chosen(_photos(work.session, case.id)) if result.identity_checked else None
    row = MedicalExamination(
        id=new_id(),
        case_id=case.id,
        worker_id=case.worker_id,
        clinic_id=clinic.id,
        accredited=True,
        accreditation=licence.number,
        physician=recorded.text(result.physician, _("physician")),
        physician_licence=recorded.text(result.physician_licence, _("physician's licence"), 60),
        identity_checked=result.identity_checked,
        photograph_id=photo.id if photo else None,
        regime=examined.rule.regime,
        examined_on=result.examined_on,
        xray_on=days.parts.get(ExaminationPart.XRAY.value),
        parts={name: day.isoformat() for name, day in days.parts.items()},
        outcome=result.outcome,
        until=result.until,
        review_on=result.review_on,
        good_until=good_until,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    _seal(work, case, row, result)
    return row


def _seal(work: Work, case: Case, row: MedicalExamination, result: Result) -> None:
    detail = recorded.text(result.detail, _("detail"), LONGEST_DETAIL, needed=False)
    if detail:
        row.detail = work.vault.seal(case.worker_id, TABLE, row.id, "detail", detail.encode())
    if result.result_code:
        row.result_code = work.vault.seal(case.worker_id, TABLE, row.id, "result_code", result.result_code.encode())


def _examined(programme: Programme, case: Case) -> Examined:
    found = rules.examined_by(programme, case.track)
    if found is None:
        raise InvalidInput(
            "not_asked",
            _("This programme asks for no examination on the track of this case."),
            _("Record only what the programme asks for."),
        )
    return found


def _require_appointment(work: Work, case: Case, command: SubmitExamination) -> Booking | None:
    """The appointment that the result is of; the medical officer records without one too."""
    if command.appointment_id is None:
        if not may(work.actor.role, Permission.RECORD_MEDICAL):
            raise InvalidInput(
                "no_appointment",
                _("A clinic enters the results of its appointments."),
                _("Open the appointment and enter the result there."),
            )
        return None
    booking = work.session.get(Booking, command.appointment_id)
    fits = booking is not None and (booking.case_id, booking.organisation_id, booking.kind) == (
        case.id,
        command.clinic_id,
        BookingKind.APPOINTMENT,
    )
    if booking is None or not fits or booking.state not in _CAME:
        raise NotFound(
            "appointment", _("There is no such appointment at this clinic."), _("Open it from the appointments.")
        )
    given = select(MedicalExamination).where(MedicalExamination.appointment_id == booking.id)
    if work.session.exec(given.where(col(MedicalExamination.withdrawn_on).is_(None))).first() is not None:
        raise Conflict(
            "submitted", _("The result of this appointment is there already."), _("Amend it, with the reason.")
        )
    return booking


def _referred_on(session: Session, booking: Booking, result: Result) -> date:
    """The day of the referral, by the clinic's own days. Raises `InvalidInput` (``before_appointment``)."""
    zone = ZoneInfo(session.get_one(Organisation, booking.organisation_id).time_zone)
    if result.examined_on < booking.starts_at.astimezone(zone).date():
        raise InvalidInput(
            "before_appointment",
            _("The examination lies before the day of the appointment."),
            _("Correct the day, or move the appointment first."),
        )
    return booking.booked_at.astimezone(zone).date()


def _asked_opinion(session: Session, case: Case, clinic: Organisation) -> SecondOpinion | None:
    """The second opinion that this clinic was asked for and has not given."""
    query = select(SecondOpinion).where(
        SecondOpinion.case_id == case.id,
        SecondOpinion.clinic_id == clinic.id,
        col(SecondOpinion.second).is_(None),
        col(SecondOpinion.withdrawn_on).is_(None),
    )
    return session.exec(query).first()


def _photos(session: Session, case_id: UUID) -> list[EvidenceItem]:
    query = select(EvidenceItem).where(EvidenceItem.case_id == case_id, EvidenceItem.kind == PHOTO)
    return list(session.exec(query.order_by(col(EvidenceItem.id))))
