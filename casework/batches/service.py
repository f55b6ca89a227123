"""Hand a batch in; say which of its rows still wait; record what became of a row.

Cases are opened by the flow that takes a batch in (`workflows.intake`), a few rows to a transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, func, select

from basis.errors import InvalidInput, NotFound, PredepartureError, Refused
from basis.ids import new_id
from basis.messages import Message, _
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.batches.check import BatchCheck, check, finding_json
from casework.batches.rules import Finding, ProposedWorker, Severity
from casework.batches.tables import Batch, BatchRow, BatchState, RowState
from casework.cases.intake import Obstacle, obstacles, require_source
from casework.cases.rules import CaseSource
from casework.cases.tables import Case
from casework.organisations import tables as organisations
from casework.outbox import service as outbox
from casework.outbox.tables import OutboxKind
from casework.recruitment import placing
from casework.recruitment.permissions import require_agency
from casework.recruitment.row_rules import NO_HEADROOM, Asked, Job, more_than_left
from casework.vault import Vault
from casework.work import Work
from casework.workers.service import Claims, GivenBasis, Stay, WorkerData
from casework.workers.tables import Basis, Purpose, Sex
from checklists.facts import CaseFacts
from checklists.programme import Programme


class SubmitBatch(BaseModel):
    """A file for one agency and programme, with the privacy notice that the workers were shown."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    agency_id: UUID
    file_name: str
    data: bytes
    mapping: Mapping[str, str] | None = None
    notice_version: str = "1"
    notice_language: str = "en"


@dataclass(frozen=True, slots=True)
class Submitted:
    """The batch, what was found in the file, and whether the batch is new (False: this file was handed in before)."""

    batch: Batch
    check: BatchCheck
    is_new: bool


def submit(work: Work, programme: Programme, command: SubmitBatch) -> Submitted:
    """Check the file and keep its good rows, sealed. The same file again is the same batch and creates nothing.

    Raises `InvalidInput` for a file that cannot be read or has no good row, `Refused` (``agency_licence``,
    ``agency_suspended``).
    """
    require(work.actor.role, Permission.SUBMIT_BATCHES)
    require_source(programme, CaseSource.AGENCY)
    agency, office_id = _agency(work, command.agency_id)
    require_agency(work.session, agency.id, programme.id, work.today)
    found = check_file(work, programme, command)
    same = work.session.exec(
        select(Batch).where(
            Batch.agency_id == agency.id, Batch.programme_id == programme.id, Batch.sha256 == found.sha256
        )
    ).one_or_none()
    if same is not None:
        return Submitted(same, found, is_new=False)
    if not found.proposed:
        raise InvalidInput(
            "no_good_row",
            _("The file has no row that can be taken."),
            _("Look at the findings, correct the file and hand it in again."),
        )
    batch = _write(work, programme, agency, office_id, command, found)
    work.record(
        "batch.submitted",
        f"batch/{batch.id}",
        data={"rows": batch.rows_total, "good": batch.rows_good, "sha256": batch.sha256, "programme": programme.id},
    )
    outbox.put(work, OutboxKind.INTAKE, batch.id, None, str(batch.id))
    return Submitted(batch, found, is_new=True)


def check_file(work: Work, programme: Programme, command: SubmitBatch) -> BatchCheck:
    """Check a file for the programme, on the office's day; writes nothing."""
    asked = asked_of(work.session, programme, command.agency_id, work.today)
    return check_on(programme, command, work.today, asked)


def check_on(programme: Programme, command: SubmitBatch, on: date, asked: Asked | None = None) -> BatchCheck:
    """Check a file for the programme as of a day, outside any transaction; `asked` as `asked_of` gives it."""
    return check_data(programme, command.data, command.file_name, on, command.mapping, asked=asked)


def asked_of(session: Session, programme: Programme, agency_id: UUID, on: date) -> Asked | None:
    """What the programme asks of the agency's rows. None where it asks for nothing, or there is no such agency."""
    agency = session.get(organisations.Organisation, agency_id)
    if agency is None or agency.office_id is None:
        return None
    return placing.asked(session, programme, agency.office_id, agency.id, on)


def check_data(
    programme: Programme,
    data: bytes,
    file_name: str,
    on: date,
    mapping: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    *,
    asked: Asked | None = None,
) -> BatchCheck:
    """Check the bytes of a file for the programme; `asked`: what it asks of the agency. Raises `InvalidInput` as
    `batches.check.check` does."""
    found = check(
        data,
        file_name=file_name,
        on=on,
        mapping=mapping,
        minimum_age=programme.minimum_age,
        tracks=tuple(track.id for track in programme.tracks),
        staying=tuple(track.id for track in programme.tracks if not track.departs),
        destinations=programme.destinations,
        currency=programme.currency,
        barred=lambda worker: _barred(programme, worker, on, asked),
        progress=progress,
    )
    return found if asked is None else with_room(found, asked)


def with_room(found: BatchCheck, asked: Asked) -> BatchCheck:
    """The check, with no row proposed where more of them name a job order than it has places left: whom to leave out
    is for the agency to say."""
    column = found.mapping.get("job_order")
    over = [
        Finding(None, column, "job_order", NO_HEADROOM, Severity.ERROR, *more_than_left(order, wanted))
        for order, wanted in asked.too_many(map(job_of, found.proposed))
    ]
    return replace(found, proposed=(), findings=(*over, *found.findings)) if over else found


def job_of(row: ProposedWorker) -> Job:
    return Job(row.job_order, row.employer, row.occupation, row.destination)


def _barred(programme: Programme, row: ProposedWorker, on: date, asked: Asked | None) -> Iterator[Obstacle]:
    yield from obstacles(programme, facts_of(row, on), on)
    if asked is not None:
        yield from asked.obstacles(job_of(row))


def facts_of(row: ProposedWorker, on: date) -> CaseFacts:
    """What a row tells the rules of a programme, on the day it is handed in."""
    return CaseFacts(
        track=row.track,
        registered_on=on,
        nationality=row.nationality,
        birth_date=row.birth_date,
        planned_departure=row.planned_departure,
        occupation=row.occupation,
        sex=row.sex,
        destination=row.destination,
        loan_asked=row.loan_requested is not None,
        residences=row.residences,
    )


def waiting(work: Work, batch_id: UUID, limit: int) -> list[BatchRow]:
    """Rows that have not been taken yet, in the file's order, locked for this transaction."""
    query = select(BatchRow).where(BatchRow.batch_id == batch_id, col(BatchRow.state) == RowState.WAITING)
    return list(work.session.exec(query.order_by(col(BatchRow.row_number)).limit(limit).with_for_update()))


def opened(vault: Vault, row: BatchRow) -> ProposedWorker:
    """The row's content."""
    if row.content is None:
        raise NotFound("row_taken", _("The content of this row was handed over to its case."))
    content = vault.open_json(row.person_id, "batch_row", row.id, "content", row.content)
    return ProposedWorker.model_validate(content, strict=False)


def refuse(work: Work, batch: Batch, row: BatchRow, error: PredepartureError) -> None:
    """A row that could not become a case although it was good when it was handed in: the batch says why."""
    fix = error.fix or Message("")
    finding = Finding(row.row_number, None, None, error.code, Severity.ERROR, error.message, fix)
    batch.findings = [*batch.findings, finding_json(finding)]
    work.session.add(batch)
    settle(work, row, RowState.REFUSED, None)
    work.record("batch.row_refused", f"batch_row/{row.id}", data={"code": error.code})


def settle(work: Work, row: BatchRow, state: RowState, case_id: UUID | None) -> None:
    """Record what became of a row; its content now lives in the case alone."""
    row.state, row.case_id, row.content = state, case_id, None
    work.session.add(row)


def finish(work: Work, batch_id: UUID) -> None:
    """Every row has been settled."""
    batch = work.session.get_one(Batch, batch_id)
    if batch.state is not BatchState.TAKEN:
        batch.state = BatchState.TAKEN
        work.session.add(batch)
        work.record("batch.taken", f"batch/{batch.id}")


def find(session: Session, actor: Actor, batch_id: UUID) -> Batch:
    """A batch that the actor may know of. Raises `NotFound` (``batch``)."""
    batch = session.get(Batch, batch_id)
    if batch is None or not _may_know(actor, batch):
        raise NotFound("batch", _("There is no such batch, or it is not one of yours."), _("Open it from the list."))
    return batch


def listed(session: Session, actor: Actor) -> list[Batch]:
    """The batches an actor may know of, newest first."""
    rows = session.exec(select(Batch).order_by(col(Batch.received_at).desc(), col(Batch.id).desc()))
    return [row for row in rows if _may_know(actor, row)]


def rows_of(session: Session, batch_id: UUID) -> list[tuple[BatchRow, str | None]]:
    """The rows of a batch with the references of their cases."""
    query = (
        select(BatchRow, Case.reference)
        .outerjoin(Case, col(Case.id) == col(BatchRow.case_id))
        .where(BatchRow.batch_id == batch_id)
        .order_by(col(BatchRow.row_number))
    )
    return [(row, reference) for row, reference in session.exec(query)]


def worker_data(row: ProposedWorker) -> WorkerData:
    """A row as a worker's data."""
    return WorkerData(
        family_name=row.family_name,
        given_names=row.given_names,
        native_name=" ".join(part for part in (row.native_given_names, row.native_family_name) if part),
        sex=Sex(row.sex),
        birth_date=row.birth_date,
        birth_place=row.birth_place,
        nationality=row.nationality,
        passport_number=row.passport_number,
        passport_issued_on=row.passport_issued_on,
        passport_expires_on=row.passport_expires_on,
        mrz=row.mrz,
        phone=row.phone,
        email=row.email,
        next_of_kin=row.next_of_kin,
        next_of_kin_phone=row.next_of_kin_phone,
        residences=tuple(Stay(**asdict(stay)) for stay in row.residences),
        claims=Claims(**{name: getattr(row, name) for name in Claims.model_fields}),
    )


def bases(batch: Batch) -> tuple[GivenBasis, ...]:
    """The consent that the file states for each worker, with the notice the agency says it showed."""
    return tuple(
        GivenBasis(
            purpose=purpose,
            basis=Basis.CONSENT,
            notice_version=batch.notice_version,
            language=batch.notice_language,
            given_on=batch.received_at.date(),
        )
        for purpose in (Purpose.PREPARATION, Purpose.SCREENING, Purpose.MEDICAL)
    )


def _write(
    work: Work,
    programme: Programme,
    agency: organisations.Organisation,
    office_id: UUID,
    command: SubmitBatch,
    found: BatchCheck,
) -> Batch:
    count = work.session.exec(select(func.count()).select_from(Batch).where(Batch.agency_id == agency.id)).one()
    refused = {finding.row for finding in found.findings if finding.row is not None} - {
        row.row for row in found.proposed
    }
    batch = Batch(
        number=f"{agency.code}-{count + 1:04d}",
        agency_id=agency.id,
        office_id=office_id,
        programme_id=programme.id,
        file_name=command.file_name[:200],
        sha256=found.sha256,
        rows_total=found.rows,
        rows_good=len(found.proposed),
        rows_refused=len(refused),
        findings=[finding_json(finding) for finding in found.findings],
        notice_version=command.notice_version,
        notice_language=command.notice_language,
        received_at=work.now,
        received_by=work.actor.key,
    )
    work.session.add(batch)
    work.session.flush()
    for proposed in found.proposed:
        person = new_id()
        work.vault.create(person)
        row = BatchRow(batch_id=batch.id, row_number=proposed.row, state=RowState.WAITING, person_id=person)
        content = proposed.model_dump(mode="json")
        row.content = work.vault.seal_json(person, "batch_row", row.id, "content", content)
        work.session.add(row)
    work.session.add_all(
        BatchRow(batch_id=batch.id, row_number=number, state=RowState.REFUSED, person_id=new_id())
        for number in sorted(refused)
    )
    work.session.flush()
    return batch


def _agency(work: Work, agency_id: UUID) -> tuple[organisations.Organisation, UUID]:
    agency = work.session.get(organisations.Organisation, agency_id)
    known = agency is not None and agency.kind is organisations.OrganisationKind.AGENCY and agency.active
    if agency is None or not known or agency.office_id is None:
        raise NotFound(
            "agency", _("There is no such agency."), _("List the agencies with: predeparture organisation list.")
        )
    own = work.actor.role is not Role.AGENCY_USER or work.actor.organisation_id == agency.id
    if not own or (work.actor.role is Role.SUPERVISOR and work.actor.organisation_id != agency.office_id):
        raise Refused("other_agency", _("You can hand in batches for your own agency only."), None)
    return agency, agency.office_id


def _may_know(actor: Actor, batch: Batch) -> bool:
    if actor.role is None or actor.role is Role.AUDITOR:
        return True
    if actor.role is Role.AGENCY_USER:
        return batch.agency_id == actor.organisation_id
    return batch.office_id == actor.organisation_id
