"""Which clinic examines a worker: its turn, the worker's choice or the office's, as the programme says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, func, select

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.clinics import rules
from casework.clinics.accreditation import accreditation_on, accredited
from casework.clinics.rules import Candidate
from casework.clinics.tables import ClinicAppointment, ClinicAssignment
from casework.diary.rules import BookingState
from casework.diary.tables import Booking
from casework.organisations.tables import Organisation
from casework.work import Work
from casework.workers.tables import WorkerResidence
from checklists.catalogue import Catalogue
from checklists.programme import Programme, Stage, StageKind
from checklists.stage_rules import ClinicChoice


class AssignClinic(BaseModel):
    """A clinic for a case; None: the turn decides. `by_worker`: the worker chose it from the whole list.
    `reason` is a code of `rules.OVERRIDES`, for a supervisor who departs from the turn."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    clinic_id: UUID | None = None
    by_worker: bool = False
    reason: str = ""


def medical_stage(programme: Programme, case: Case) -> Stage:
    """The stage in which the worker is examined. Raises `InvalidInput` (``no_medical``)."""
    found = (one for one in programme.stages if one.kind is StageKind.MEDICAL and one.on_track(case.track))
    stage = next(found, None)
    if stage is None:
        raise InvalidInput(
            "no_medical",
            _("The programme asks for no medical examination on this track."),
            _("Look at what the case asks for."),
        )
    return stage


def assign(
    work: Work, catalogue: Catalogue, command: AssignClinic, expected_version: int | None = None
) -> ClinicAssignment:
    """Assign a clinic that is accredited for the programme today; the assignment before it ends and is kept.

    Raises `Refused` (``no_clinic``, ``not_accredited``, ``decking_prohibited``, ``clinic_in_turn``), `InvalidInput`
    (``no_medical``, ``choose_clinic``, ``unknown_reason``), `Conflict` (``assigned``, ``booked_already``).
    """
    require(work.actor.role, Permission.BOOK_APPOINTMENTS)
    case = changes.change(work, command.case_id, expected_version)
    programme = programme_of(catalogue, case)
    rule = medical_stage(programme, case).examined.clinics
    standing = assigned(work.session, case.id)
    clinics = _locked(work, case)
    if command.clinic_id is None:
        _require_turn(work, rule, standing)
        candidates = _candidates(work.session, case.programme_id, clinics)
        clinic_id, reason = rules.next_in_turn(candidates).clinic_id, rules.IN_TURN
        considered = [{"code": one.code, "count": one.count} for one in candidates]
    else:
        reason = rules.require_choice(rule, work.actor.role, command.reason, by_worker=command.by_worker)
        clinic_id = _require_listed(command.clinic_id, clinics)
        considered = [{"code": row.code} for row in clinics]
    if standing is not None:
        _end(work, standing, clinic_id)
    row = ClinicAssignment(
        case_id=case.id,
        worker_id=case.worker_id,
        programme_id=case.programme_id,
        clinic_id=clinic_id,
        rule=rule,
        reason=reason,
        considered=considered,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    work.session.flush()
    data = {"rule": rule.value, "reason": reason}
    work.record("clinic.assigned", f"clinic_assignment/{row.id}", case_id=case.id, data=data)
    return row


def assigned(session: Session, case_id: UUID) -> ClinicAssignment | None:
    """The assignment of a case that stands."""
    query = select(ClinicAssignment).where(
        ClinicAssignment.case_id == case_id, col(ClinicAssignment.ended_at).is_(None)
    )
    return session.exec(query).one_or_none()


def in_reach(session: Session, case: Case, on: date) -> list[Organisation]:
    """The clinics among which that of a case is chosen, by name: those accredited on the day in the country where the
    worker lives or, where there is none, in the office's."""
    lives = select(WorkerResidence.country).where(
        WorkerResidence.worker_id == case.worker_id, col(WorkerResidence.until).is_(None)
    )
    home = changes.office_of(session, case).country
    for country in dict.fromkeys([*session.exec(lives.order_by(col(WorkerResidence.since).desc())), home]):
        found = accredited(session, case.programme_id, on, country)
        if found:
            return found
    return []


def stands_behind(session: Session, row: ClinicAssignment, on: date) -> bool:
    """Whether the assigned clinic may still examine for the programme on the day."""
    return accreditation_on(session, row.clinic_id, row.programme_id, on) is not None


def _locked(work: Work, case: Case) -> list[Organisation]:
    """The clinics in reach, locked: of two cases whose turn is decided at once, the second counts the first."""
    found = in_reach(work.session, case, work.today)
    ids = [row.id for row in found]
    query = select(Organisation.id).where(col(Organisation.id).in_(ids)).order_by(col(Organisation.id))
    work.session.exec(query.with_for_update(key_share=True)).all()
    return found


def _candidates(session: Session, programme_id: str, clinics: Sequence[Organisation]) -> list[Candidate]:
    query = (
        select(ClinicAssignment.clinic_id, func.count())
        .where(ClinicAssignment.programme_id == programme_id, col(ClinicAssignment.ended_at).is_(None))
        .group_by(col(ClinicAssignment.clinic_id))
    )
    counts = dict(session.exec(query).all())
    return [Candidate(row.id, row.code, counts.get(row.id, 0)) for row in sorted(clinics, key=lambda one: one.code)]


def _require_turn(work: Work, choice: ClinicChoice, standing: ClinicAssignment | None) -> None:
    if choice is not ClinicChoice.ROTATION:
        raise InvalidInput(
            "choose_clinic",
            _("The clinic is chosen in this programme; there are no turns."),
            _("Choose a clinic from the list."),
        )
    if standing is not None and stands_behind(work.session, standing, work.today):
        raise Conflict(
            "assigned", _("A clinic was assigned already, and it is accredited."), _("Book the appointment there.")
        )


def _require_listed(clinic_id: UUID, clinics: Sequence[Organisation]) -> UUID:
    if clinic_id not in {row.id for row in clinics}:
        raise Refused(
            "not_accredited",
            _("This clinic is not one of those that are accredited for the programme today."),
            _("Choose a clinic from the list."),
        )
    return clinic_id


def _end(work: Work, standing: ClinicAssignment, clinic_id: UUID) -> None:
    if standing.clinic_id == clinic_id:
        raise Conflict("assigned", _("This clinic is assigned already."), _("Book the appointment there."))
    ahead = (
        select(Booking.id)
        .join(ClinicAppointment, col(ClinicAppointment.booking_id) == col(Booking.id))
        .where(
            Booking.case_id == standing.case_id,
            Booking.organisation_id == standing.clinic_id,
            col(Booking.state) == BookingState.BOOKED,
        )
    )
    if work.session.exec(ahead.limit(1)).first() is not None:
        raise Conflict(
            "booked_already",
            _("The worker has an appointment at the clinic that was assigned before."),
            _("Cancel that appointment first."),
        )
    standing.ended_at, standing.ended_by = work.now, work.actor.key
    work.session.add(standing)
