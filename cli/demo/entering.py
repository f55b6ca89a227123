"""How the demo's workers come in: by an agency's batch, or one by one where the programme has no agencies."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import select

from casework.batches import service as batches
from casework.batches.service import SubmitBatch
from casework.cases import service as cases
from casework.cases.rules import CaseSource
from casework.cases.service import OpenCase
from casework.cases.tables import Case
from casework.work import Work
from casework.workers.service import Claims, GivenBasis, Stay, WorkerData
from casework.workers.tables import Basis, Purpose, Sex
from checklists.programme import Programme
from cli.demo import demand, people, synthetic
from cli.demo.synthetic import Person
from documents.installation import Installation

BATCH_DAYS: Final = timedelta(days=60)
"""The shipped batch is dated this long before today, so that departures lie 90 to 160 days ahead and some work is
late."""
_NOTICE: Final = "demo-1"


def enter(
    installation: Installation, cast: people.Cast, programme: Programme, began_on: date, workers: int | None
) -> None:
    """Hand the workers of a programme made for it in; a second run finds them there. `workers`: that many only."""
    if programme.takes("agency"):
        count = workers or synthetic.WORKERS
        demand.prepare(installation, cast, programme, synthetic.people(programme, began_on, count))
        data = synthetic.batch(programme, began_on, count)
        submit(installation, cast, programme, f"{programme.id}.csv", data)
    else:
        office = cast.organisations[people.OFFICE].id
        for person in synthetic.people(programme, began_on, workers or synthetic.WORKERS):
            installation.database.run(cast["arta"], _open, installation, programme, person, began_on, office)


def first(data: bytes, workers: int | None) -> bytes:
    """That many rows of a batch, or all, with its head."""
    return data if workers is None else b"".join(data.splitlines(keepends=True)[: workers + 1])


def submit(installation: Installation, cast: people.Cast, programme: Programme, name: str, data: bytes) -> None:
    """The agency hands a batch in; the same batch again is the one that is there."""
    command = SubmitBatch(
        agency_id=cast.organisations[people.AGENCY].id,
        file_name=name,
        data=data,
        notice_version=_NOTICE,
        notice_language="sq",
    )
    installation.database.run(cast["agron"], batches.submit, programme, command)


def _open(
    work: Work, installation: Installation, programme: Programme, person: Person, began_on: date, office_id: UUID
) -> None:
    if work.session.exec(select(Case.id).where(Case.reference == person.reference)).first() is not None:
        return
    job, aim = synthetic.setting(programme), programme.language
    claims = Claims(
        diploma=job["diploma"],
        language=aim.code if aim else "",
        language_level=aim.level if aim else "",
        language_tested_on=began_on - timedelta(days=60) if aim else None,
        years_of_experience=synthetic.experience(person, began_on),
    )
    worker = WorkerData(
        family_name=person.family_name,
        given_names=person.given_names,
        sex=Sex(person.sex),
        birth_date=person.birth_date,
        nationality=person.nationality,
        passport_number=person.passport_number,
        passport_issued_on=person.passport_issued_on,
        passport_expires_on=person.passport_expires_on,
        mrz=person.mrz,
        residences=(Stay(country=person.lives_in, since=person.birth_date),),
        claims=claims,
    )
    bases = tuple(
        GivenBasis(purpose=purpose, basis=Basis.CONSENT, notice_version=_NOTICE, language="en", given_on=work.today)
        for purpose in Purpose
    )
    command = OpenCase(
        reference=person.reference,
        office_id=office_id,
        source=CaseSource(programme.intake[0]),
        programme=programme.id,
        track=person.track,
        destination=person.destination,
        occupation=job["occupation"],
        job_title=job["job_title"],
        employer=job["employer"],
        planned_departure=person.departure,
        worker=worker,
        bases=bases,
    )
    cases.open_case(work, installation.catalogue, command)
