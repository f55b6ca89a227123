"""Register workers and correct their data. Every correction is a new version with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from anyascii import anyascii
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, delete, func, or_, select

from basis.errors import InvalidInput, NotFound
from basis.ids import new_id
from basis.messages import _
from basis.partial import Precision
from casework.vault import Vault
from casework.work import Work
from casework.workers import merge_queries as merges
from casework.workers.tables import (
    Basis,
    FormerPassport,
    LegalBasis,
    Purpose,
    Sex,
    Worker,
    WorkerResidence,
    WorkerVersion,
)


class Stay(BaseModel):
    """A stay in one country (ISO 3166-1 alpha-2).

    Where only a month or year is known, `since` is its first and `until` its last day, and the precision says so.
    `source`: what shows the stay, in the office's words.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    country: str
    since: date
    until: date | None = None
    since_precision: Precision = Precision.DAY
    until_precision: Precision = Precision.DAY
    source: str = ""


class Claims(BaseModel):
    """What the worker says of diploma, language and experience, before anybody has decided on it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    diploma: str = ""
    diploma_institution: str = ""
    diploma_year: int | None = None
    language: str = ""
    language_level: str = ""
    language_test: str = ""
    language_tested_on: date | None = None
    years_of_experience: int | None = None


class WorkerData(BaseModel):
    """All that is recorded of a worker. Passport, MRZ, contacts and claims are sealed; phone is E.164."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    family_name: str
    given_names: str = ""
    native_name: str = ""
    sex: Sex
    birth_date: date | None
    birth_place: str = ""
    nationality: str
    passport_number: str
    passport_issued_on: date | None = None
    passport_expires_on: date | None = None
    mrz: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    next_of_kin: str = ""
    next_of_kin_phone: str = ""
    residences: tuple[Stay, ...] = ()
    claims: Claims = Claims()


class GivenBasis(BaseModel):
    """The legal basis for one purpose, with the notice that was shown."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    purpose: Purpose
    basis: Basis
    notice_version: str
    language: str
    given_on: date


@dataclass(frozen=True, slots=True)
class Known:
    """A worker's row with the sealed data opened."""

    worker: Worker
    data: WorkerData


def passport_index(vault: Vault, nationality: str, number: str) -> str:
    """The look-up key of a passport: its number within the country that issued it."""
    return vault.index("passport", f"{nationality}{number}") if number else ""


def lock_passport(work: Work, nationality: str, number: str) -> None:
    """Of two people who look for this passport at once, the second waits until the first has committed.

    SQLite needs nothing: its writers wait for each other anyway.
    """
    index = passport_index(work.vault, nationality, number)
    if index and work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(index, 0))))


def register(
    work: Work, office_id: UUID, data: WorkerData, bases: tuple[GivenBasis, ...], *, worker_id: UUID | None = None
) -> Worker:
    """A new worker, with a key of their own, their first version and the legal bases. `worker_id`: its key is there."""
    if not bases:
        raise InvalidInput(
            "no_legal_basis",
            _("No legal basis is recorded for keeping this worker's data."),
            _("Record the consent or another basis with the version of the notice that was shown."),
        )
    if worker_id is None:
        worker_id = new_id()
        work.vault.create(worker_id)
    worker = Worker(
        id=worker_id,
        office_id=office_id,
        recorded_at=work.now,
        family_name=data.family_name,
        given_names=data.given_names,
        search_name="",
        sex=data.sex,
        nationality=data.nationality,
    )
    _write(work, worker, data, reason="registered")
    for given in bases:
        work.session.add(
            LegalBasis(worker_id=worker_id, recorded_at=work.now, recorded_by=work.actor.key, **given.model_dump())
        )
    work.record("worker.registered", f"worker/{worker_id}", data={"version": 1})
    return worker


def correct(work: Work, worker_id: UUID, data: WorkerData, reason: str) -> tuple[Worker, frozenset[str]]:
    """Record corrected data as a new version. Returns the worker and the names of the fields that changed."""
    known = get(work.session, work.vault, worker_id)
    changed = frozenset(name for name in WorkerData.model_fields if getattr(known.data, name) != getattr(data, name))
    if not changed:
        return known.worker, changed
    if not reason.strip():
        raise InvalidInput("missing_value", _("The correction has no reason."), _("Say why the data was wrong."))
    worker = known.worker
    worker.number += 1
    _write(work, worker, data, reason=reason)
    work.record("worker.corrected", f"worker/{worker_id}", data={"version": worker.number, "fields": sorted(changed)})
    return worker, changed


def restate(work: Work, worker: Worker, data: WorkerData, reason: str, number: int) -> None:
    """Record a new version because records were merged or taken apart. `number` is higher than any that a screening
    of either record names, so that both are screened again."""
    worker.number = number
    _write(work, worker, data, reason=reason)


def language_of(session: Session, worker_id: UUID) -> str:
    """The language (BCP 47) of the privacy notice that the worker was shown last; "" where none is on record."""
    query = select(LegalBasis.language).where(LegalBasis.worker_id == worker_id)
    return session.exec(query.order_by(col(LegalBasis.recorded_at).desc()).limit(1)).first() or ""


def get(session: Session, vault: Vault, worker_id: UUID) -> Known:
    """A worker with opened data; of a merged record, the one it is kept under. Raises `NotFound` (``worker``)."""
    worker = session.get(Worker, merges.canonical(session, worker_id))
    if worker is None:
        raise NotFound("worker", _("There is no such worker."))
    return open_worker(vault, worker)


def open_worker(vault: Vault, worker: Worker) -> Known:
    """Open the sealed data of a row at hand."""
    if worker.details is None:
        raise NotFound("erased", _("The data of this worker was erased."))
    content = vault.open_json(worker.id, "worker", worker.id, "details", worker.details)
    return Known(worker, WorkerData.model_validate(content, strict=False))


def with_passport(session: Session, vault: Vault, nationality: str, number: str) -> list[Worker]:
    """Workers who hold or held this passport, or of whom a record that was merged into theirs does."""
    index = passport_index(vault, nationality, number)
    if not index:
        return []
    held = select(FormerPassport.worker_id).where(FormerPassport.passport_index == index)
    query = select(Worker).where(or_(col(Worker.passport_index) == index, col(Worker.id).in_(held)))
    return merges.kept(session, list(session.exec(query)))


def residences(session: Session, worker_ids: list[UUID]) -> list[WorkerResidence]:
    query = select(WorkerResidence).where(col(WorkerResidence.worker_id).in_(worker_ids))
    return list(session.exec(query.order_by(col(WorkerResidence.since))))


def _write(work: Work, worker: Worker, data: WorkerData, reason: str) -> None:
    vault, session = work.vault, work.session
    content = data.model_dump(mode="json")
    worker.family_name = data.family_name
    worker.given_names = data.given_names
    worker.native_name = data.native_name
    worker.search_name = search_text(data.family_name, data.given_names, data.native_name)
    if worker.number > 1:  # a new worker has no other records
        worker.search_name = " ".join([worker.search_name, *merges.searched_as(session, worker.id)])[:400]
    worker.sex = data.sex
    worker.birth_date = data.birth_date
    worker.birth_place = data.birth_place
    worker.nationality = data.nationality
    worker.passport_index = passport_index(vault, data.nationality, data.passport_number)
    worker.details = vault.seal_json(worker.id, "worker", worker.id, "details", content)
    session.add(worker)
    session.flush()
    version = WorkerVersion(
        worker_id=worker.id, number=worker.number, reason=reason, recorded_at=work.now, recorded_by=work.actor.key
    )
    version.content = vault.seal_json(worker.id, "worker_version", version.id, "content", content)
    session.add(version)
    session.exec(delete(WorkerResidence).where(col(WorkerResidence.worker_id) == worker.id))
    session.add_all(WorkerResidence(worker_id=worker.id, **stay.model_dump()) for stay in data.residences)
    session.flush()


def search_text(*names: str) -> str:
    """Names as they are searched: transliterated, lower case, single spaces."""
    return " ".join(anyascii(" ".join(names)).lower().split())[:400]
