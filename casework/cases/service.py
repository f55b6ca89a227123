"""Open cases, correct them, sign stages off, move them through life.

The only service that calls other flats' services; beside it `rulings`, for concessions, decisions and appeals.
"""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from basis.money import Money
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.accounts.tables import Account
from casework.cases import changes, held, intake, rules
from casework.cases.moving import last_move, make_move
from casework.cases.pinned import programme_of
from casework.cases.refresh import end_sign_off, refresh
from casework.cases.rules import CaseLife, CaseSource, EndKind
from casework.cases.tables import Case, LiveSignOff, SignOff
from casework.decisions import service as decisions
from casework.decisions.service import Disclosed
from casework.evidence import differences
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxKind
from casework.programmes import queries as programmes
from casework.programmes.rules import require_not_suspended
from casework.recruitment import claims, placing
from casework.recruitment.permissions import require_agency
from casework.recruitment.row_rules import Job, OpenOrder, key
from casework.selection import ending as selection
from casework.training import enrolling
from casework.travel import service as travel
from casework.travel.service import Detail
from casework.work import Work
from casework.workers import service as workers
from casework.workers.service import GivenBasis, WorkerData
from checklists.assessment import Assessment, StageStatus, stands_on
from checklists.catalogue import Catalogue
from checklists.facts import CaseFacts, Residence
from checklists.programme import Programme

PRINTED: Final = frozenset(
    {
        "family_name",
        "given_names",
        "native_name",
        "sex",
        "birth_date",
        "nationality",
        "passport_number",
    }
)
"""Worker's fields that certificates show: correcting one supersedes them."""

KNOWN_WORKER: Final = "known_worker"
"""The code of the refusal where the worker has an open case in the programme already."""

COMPARED: Final = PRINTED | {"mrz"}
"""Worker's fields that are compared with the papers."""


class OpenCase(BaseModel):
    """A new case. `reference` is the agency's or office's own; `programme` an id, opened in its newest version;
    `destination` (ISO 3166-1 alpha-2) may be empty where the programme leads to one country only."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    reference: str
    office_id: UUID
    agency_id: UUID | None = None
    batch_id: UUID | None = None
    source: CaseSource
    programme: str
    track: str
    occupation: str = ""
    job_title: str = ""
    job_order: str = ""
    employer: str = ""
    destination: str = ""
    planned_departure: date | None = None
    loan_asked: Money | None = None
    worker: WorkerData
    bases: tuple[GivenBasis, ...]


def open_case(work: Work, catalogue: Catalogue, command: OpenCase, *, worker_id: UUID | None = None) -> Case:
    """Register the worker and open the case, pinned to the programme's newest version.

    Where the programme asks for job orders, the case takes a place in the one that is named. Raises `Conflict`
    (``known_worker``, ``no_headroom``), `Refused` (``agency_licence``, ``agency_suspended``), `InvalidInput`
    (``source_not_admitted``, ``unknown_track``, ``missing_destination``, ``unknown_destination``, ``under_age``,
    ``not_eligible``, and what `recruitment.row_rules` finds of the job order).
    """
    require(work.actor.role, Permission.SUBMIT_BATCHES if command.agency_id else Permission.EDIT_CASES)
    if work.actor.role is not None and work.actor.organisation_id != command.office_id:
        raise Refused("other_office", _("You can open cases for your own office only."), None)
    programme = catalogue.get(command.programme, on=work.today)
    intake.require_source(programme, command.source)
    destination = intake.destination_of(programme, intake.known_track(programme, command.track), command.destination)
    intake.require_eligible(programme, _facts_at_intake(command, destination, work.today), work.today)
    if command.agency_id is not None:
        require_agency(work.session, command.agency_id, programme.id, work.today)
    job = Job(command.job_order, command.employer, command.occupation, destination)
    order = placing.order_for(work, programme, command.office_id, command.agency_id, job)
    _require_new(work, command.worker, programme.id)
    worker = workers.register(work, command.office_id, command.worker, command.bases, worker_id=worker_id)
    case = _opened(work, programme, command, worker.id, destination, order)
    work.session.add(case)
    work.session.flush()
    if order is not None:
        claims.claim(work, case, order.id)
    outbox.put(work, OutboxKind.ADVANCE, case.id, case.id, str(case.id))
    work.record(
        "case.opened",
        f"case_file/{case.id}",
        case_id=case.id,
        data={
            "programme": programme.id,
            "version": programme.version,
            "track": case.track,
            "source": case.source.value,
        },
    )
    return case


def _opened(
    work: Work, programme: Programme, command: OpenCase, worker_id: UUID, destination: str, order: OpenOrder | None
) -> Case:
    """The row of a new case; a job order that it takes a place in says which job it is."""
    return Case(
        reference=_free_reference(work.session, command.reference),
        worker_id=worker_id,
        office_id=command.office_id,
        agency_id=command.agency_id,
        batch_id=command.batch_id,
        source=command.source,
        programme_id=programme.id,
        programme_version=programme.version,
        programme_digest=programme.digest,
        track=command.track,
        life_since=work.today,
        occupation=command.occupation,
        job_title=command.job_title,
        job_order=order.number if order else command.job_order,
        employer=order.employer if order else command.employer,
        destination=destination,
        registered_on=work.today,
        planned_departure=command.planned_departure,
        loan_asked_minor=command.loan_asked.minor if command.loan_asked else None,
        loan_currency=command.loan_asked.currency if command.loan_asked else "",
        created_at=work.now,
        changed_at=work.now,
    )


def has_open_case(
    work: Work, nationality: str, passport_number: str, programme_id: str, *, but: UUID | None = None
) -> bool:
    """Whether who holds or held this passport has a case in the programme that has not ended; `but`: other than this
    worker."""
    known = workers.with_passport(work.session, work.vault, nationality, passport_number)
    holders = [row.id for row in known if row.id != but]
    query = select(Case).where(col(Case.worker_id).in_(holders), Case.programme_id == programme_id)
    return any(not rules.is_ended(case.life) for case in work.session.exec(query)) if holders else False


def correct_worker(
    work: Work, catalogue: Catalogue, case_id: UUID, data: WorkerData, reason: str, expected_version: int | None = None
) -> frozenset[str]:
    """Correct the worker's data. Where a certificate shows what changed, it is superseded and its stage reopened.

    Returns the names of the fields that changed.
    """
    require(work.actor.role, Permission.EDIT_CASES)
    case = changes.change(work, case_id, expected_version)
    _worker, changed = workers.correct(work, case.worker_id, data, reason)
    if changed & COMPARED:
        differences.recheck(work, case)
    if changed & PRINTED:
        for sign_off in live_sign_offs(work.session, case.id):
            end_sign_off(work, case, sign_off, EndKind.SUPERSEDED, "data_corrected")
    refresh(work, programme_of(catalogue, case), case)
    return changed


class ReplanCase(BaseModel):
    """Changes to the plan of a case; None leaves a value as it is."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    planned_departure: date | None = None
    destination: str | None = None
    employer: str | None = None
    job_title: str | None = None
    job_order: str | None = None


def replan(
    work: Work, catalogue: Catalogue, case_id: UUID, command: ReplanCase, expected_version: int | None = None
) -> Case:
    """Move the departure, correct the destination or the job. What no longer holds until the new day reopens.

    Who goes to another job order or employer loses the place in the one before, and the contract of it. Raises
    `InvalidInput` (``date_in_past``, ``date_too_far``, ``missing_destination``, ``unknown_destination``), and
    as `open_case` for the job order and its agency.
    """
    require(work.actor.role, Permission.EDIT_CASES)
    if command.planned_departure is not None:
        recorded.planned(command.planned_departure, _("planned departure"), work.today)
    case = changes.change(work, case_id, expected_version)
    programme = programme_of(catalogue, case)
    changed = command.model_dump(exclude_none=True)
    if command.destination is not None:
        track = intake.known_track(programme, case.track)
        changed["destination"] = intake.destination_of(programme, track, command.destination)
    job = {"employer", "job_order", "destination"} & changed.keys()
    other = {name for name in job if key(changed[name]) != key(getattr(case, name))}
    for name, value in changed.items():
        setattr(case, name, value)
    work.session.add(case)
    left = bool(job) and placing.changed_job(work, programme, case, other)
    if left or other - {"destination"}:
        selection.follow_job(work, case, left=left)
    work.record("case.replanned", f"case_file/{case.id}", case_id=case.id, data={"fields": sorted(changed)})
    refresh(work, programme, case)
    return case


def sign_off(
    work: Work, catalogue: Catalogue, case_id: UUID, stage_id: str, expected_version: int | None = None
) -> SignOff:
    """Sign a stage off: all it asks is fulfilled, and the actor's role is the one the programme names.

    Raises `NotFound` (``stage``), `Refused` (``role``), `Conflict` (``not_ready``, ``signed_off``).
    """
    case = changes.change(work, case_id, expected_version, any_life=True)
    programme = programme_of(catalogue, case)
    after = stage_id in programme.after_preparation
    if rules.is_ended(case.life) and not (after and rules.goes_on(case.life)):
        raise changes.ended(case)
    stage = programme.stage(stage_id)
    if stage is None:
        raise NotFound(
            "stage", _("The programme has no stage {stage}.", stage=stage_id), _("Open the stage from its case.")
        )
    held.require_signer(work, case, stage)
    if not after:
        suspended = programmes.suspended(work.session, [case.programme_id]).get(case.programme_id)
        require_not_suspended(suspended, stage.kind)
    assessment = refresh(work, programme, case)
    state = assessment.stage(stage_id)
    if state.status is StageStatus.SIGNED_OFF:
        raise Conflict("signed_off", _("The stage {stage} is signed off already.", stage=stage.label), None)
    if state.status is not StageStatus.READY:
        raise Conflict(
            "not_ready",
            _("The stage {stage} cannot be signed off yet: {why}", stage=stage.label, why=state.why),
            _("Settle what is open first."),
        )
    row = SignOff(
        case_id=case.id,
        stage=stage.id,
        kind=stage.kind.value,
        signed_on=work.today,
        signed_by=work.actor.key,
        recorded_at=work.now,
        stands_on=sorted(stands_on(state, assessment)),
        holds_until=state.holds_until,
    )
    work.session.add(row)
    work.session.flush()
    # The unique row decides which of two people signs; the other one meets the constraint.
    work.session.add(LiveSignOff(sign_off_id=row.id, case_id=case.id, stage=stage.id))
    work.session.flush()
    outbox.put(work, OutboxKind.ISSUE, row.id, case.id, str(row.id))
    work.record("stage.signed_off", f"sign_off/{row.id}", case_id=case.id, data={"stage": stage.id})
    refresh(work, programme, case)
    return row


class MoveCase(BaseModel):
    """A move of a case's life. `happened_on` may lie before the day it is recorded, never after.

    A move to refused or not eligible needs `decision`: what its letter says, and until when to appeal.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    to: CaseLife
    reason: str
    authority: str = ""
    note: str = ""
    happened_on: date
    decision: Disclosed | None = None


def move(
    work: Work,
    catalogue: Catalogue,
    command: MoveCase,
    expected_version: int | None = None,
    *,
    travelled: Detail | None = None,
) -> Case:
    """Move the case as the transition table allows. An end freezes it; reversing the end thaws it.

    A decision against the worker is recorded with the move and its letter asked for; reversing the move ends both.
    The journey of the case goes after its life; `travelled`: how it went, where that was said.
    Raises `InvalidInput` (``letter_needed``, ``no_letter``, ``too_early``).
    """
    require(work.actor.role, Permission.MOVE_CASES)
    recorded.happened(command.happened_on, _("day of the move"), work.today)
    case = changes.change(work, command.case_id, expected_version, any_life=True)
    last = last_move(work.session, case)
    rules.require_move(case.life, command.to, command.reason, work.actor.role, last.from_life if last else None)
    programme = programme_of(catalogue, case)
    _require_way(programme, case, command.to)
    if command.reason == rules.REVERSAL and last is not None:
        decisions.end_with_move(work, case, last)
    if (case.life, command.to) == (CaseLife.CLEARED, CaseLife.DEPARTED):
        require_not_suspended(programmes.suspended(work.session, [case.programme_id]).get(case.programme_id))
    start = case.life
    make_move(work, case, command)
    travel.follow_life(work, case, start, command.reason, command.happened_on, travelled)
    enrolling.leave_ended(work, catalogue, case)
    refresh(work, programme, case)
    return case


def _require_way(programme: Programme, case: Case, to: CaseLife) -> None:
    """Who stays is closed at once, or followed up, as the programme says. Raises `Conflict` (``no_such_move``)."""
    if case.life is CaseLife.CLEARED and not may_become(programme, case, to):
        raise Conflict(
            "no_such_move",
            _("On this track of the programme a cleared case does not become {end}.", end=rules.WORDS[to]),
            _("Look at what follows the preparation on the page of the programme."),
        )


def may_become(programme: Programme, case: Case, to: CaseLife) -> bool:
    """Whether the case's track leads from its clearance to `to`."""
    track = programme.track(case.track)
    return rules.fits_track(to, departs=track is None or track.departs, followed=programme.follows(case.track))


def came_from(session: Session, case: Case) -> CaseLife | None:
    """Where the last move of the case that counts began, for reversing it; None if there is none."""
    last = last_move(session, case)
    return last.from_life if last is not None else None


def assign(work: Work, case_id: UUID, owner_id: UUID | None, expected_version: int | None = None) -> Case:
    """Give the case to a caseworker of its office; taking an unassigned one oneself needs no supervisor."""
    if owner_id != work.actor.user_id:
        require(work.actor.role, Permission.ASSIGN_CASES)
    require(work.actor.role, Permission.EDIT_CASES)
    case = changes.change(work, case_id, expected_version)
    owner = work.session.get(Account, owner_id) if owner_id else None
    if owner_id and (owner is None or owner.organisation_id != case.office_id or not owner.active):
        raise InvalidInput("owner", _("This account cannot own the case."), _("Choose somebody of the case's office."))
    case.owner_id = owner_id
    work.session.add(case)
    work.record("case.assigned", f"case_file/{case.id}", case_id=case.id, data={"owner": str(owner_id or "")})
    return case


def assessed(work: Work, catalogue: Catalogue, case_id: UUID) -> Assessment:
    """Lock the case, end what no longer holds, keep the new assessment; the version stays as it is."""
    case = work.session.exec(
        select(Case).where(Case.id == case_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    return refresh(work, programme_of(catalogue, case), case)


def _facts_at_intake(command: OpenCase, destination: str, on: date) -> CaseFacts:
    worker = command.worker
    return CaseFacts(
        track=command.track,
        registered_on=on,
        nationality=worker.nationality,
        birth_date=worker.birth_date,
        planned_departure=command.planned_departure,
        occupation=command.occupation,
        sex=worker.sex.value,
        destination=destination,
        loan_asked=command.loan_asked is not None,
        residences=tuple(Residence(stay.country, stay.since, stay.until) for stay in worker.residences),
    )


def _require_new(work: Work, worker: WorkerData, programme_id: str) -> None:
    workers.lock_passport(work, worker.nationality, worker.passport_number)
    if has_open_case(work, worker.nationality, worker.passport_number, programme_id):
        raise Conflict(
            KNOWN_WORKER,
            _("The worker with this passport has an open case in this programme already."),
            _("Open that case instead of a second one."),
        )


def _free_reference(session: Session, wanted: str) -> str:
    """The reference itself, or with a number when another agency uses the same."""
    base = wanted.strip()[:50] or "CASE"
    taken = set(session.exec(select(Case.reference).where(col(Case.reference).startswith(base, autoescape=True))))
    number, reference = 1, base
    while reference in taken:
        number += 1
        reference = f"{base}-{number}"
    return reference


def live_sign_offs(session: Session, case_id: UUID) -> list[SignOff]:
    """The sign-offs of a case that are in force, oldest first."""
    query = select(SignOff).join(LiveSignOff, col(LiveSignOff.sign_off_id) == col(SignOff.id))
    return list(session.exec(query.where(SignOff.case_id == case_id).order_by(col(SignOff.id))))
