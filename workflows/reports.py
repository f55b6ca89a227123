"""Issue reports of signed samples the way certificates are issued: reserve, store create-only, record.

A report is rare and about no person, so it is made right here and not in the pool, and lies in the archive unsealed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from basis.errors import PredepartureError, Unavailable
from basis.messages import _
from casework.actor import ENGINE
from casework.auditing import reports as register
from casework.auditing.rules import SampleState
from casework.auditing.tables import ReportState, Sample
from casework.issuers.rules import Seal
from casework.work import Work
from documents.auditing.assemble import assemble_report
from documents.auditing.values import AuditReport, from_json, to_json
from documents.checks import adopted_seal
from documents.claims import claimed_number
from documents.installation import Installation
from documents.keys import present_signer
from documents.timestamps import authority_of
from documents.values import Officer
from workflows.edge import without_values


@dataclass(frozen=True, slots=True)
class Written:
    """Which of the subjects were samples, and what failed: a sentence by sample."""

    samples: frozenset[UUID] = frozenset()
    failures: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Job:
    row_id: UUID
    number: str
    value: dict[str, Any]


def issue(installation: Installation, subject_ids: Sequence[UUID]) -> Written:
    """Issue the reports of the samples among the subjects; what is no sample is left to others."""
    with installation.database.read() as session:
        found = frozenset(session.exec(select(Sample.id).where(col(Sample.id).in_(subject_ids))))
    failures: dict[UUID, str] = {}
    for sample_id in found:
        try:
            with without_values():
                _issue(installation, sample_id)
        except PredepartureError as error:
            failures[sample_id] = str(error)
    return Written(found, failures)


def _issue(installation: Installation, sample_id: UUID) -> None:
    job = installation.database.run(ENGINE, _reserve, installation, sample_id)
    if job is None:
        return
    from documents.auditing.rendering import template_digest
    from documents.pdf import renderer_versions

    installation.note_keys()
    content, seal = _archived(installation, job)
    installation.database.run(
        ENGINE,
        register.mark_issued,
        job.row_id,
        sha256=sha256(content).hexdigest(),
        size=len(content),
        seal=seal,
        template_digest=template_digest(),
        renderer=dict(renderer_versions()),
    )


def _reserve(work: Work, installation: Installation, sample_id: UUID) -> _Job | None:
    """The reserved row with its value, made now or by an earlier try; None where there is nothing to issue."""
    sample = work.session.get_one(Sample, sample_id, with_for_update=True)
    if sample.state is not SampleState.SIGNED:
        return None
    row = register.of_sample(work.session, sample_id)
    if row is None:
        reservation = register.new_number(work)
        value = assemble_report(
            work,
            installation.catalogue,
            sample,
            reservation,
            public_url=installation.public_url,
            specimen=installation.settings.is_demo,
        )
        row = register.reserve(work, sample, reservation, to_json(value))
    return _Job(row.id, row.number, row.value) if row.state is ReportState.RESERVED else None


def _archived(installation: Installation, job: _Job) -> tuple[bytes, Seal]:
    """The file as the archive holds it: the new one, or the one an earlier try had stored."""
    document_id = str(job.row_id)
    if not installation.archive.exists(document_id):
        content, seal = _signed(installation, from_json(job.value))
        if installation.archive.put(document_id, content):
            return content, seal
    stored = installation.archive.read(document_id)
    adopted = adopted_seal(stored, installation.trusted)
    if claimed_number(stored) != job.number or adopted is None:
        raise Unavailable(
            "archive_conflict",
            _("The archive holds another file under the id of report {number}.", number=job.number),
            _("Restore archive and database from the same backup."),
        )
    return stored, adopted


def _signed(installation: Installation, value: AuditReport) -> tuple[bytes, Seal]:
    from documents.auditing.rendering import render
    from documents.signatures import seal_of
    from documents.signing import sign

    signer, authority = present_signer(installation.settings), authority_of(installation.settings)
    officer, now = Officer(value.signed_by, value.signed_title), installation.database.now()
    content = sign(render(value), signer, officer=officer, signed_at=now, authority=authority)
    return content, seal_of(content) if authority else Seal(signer.fingerprint, now, timestamped=False)
