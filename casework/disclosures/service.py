"""Record that a document leaves, if the release policy lets it. Nothing is stored about a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import InvalidInput, NotFound
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases.rules import EndKind
from casework.cases.tables import Case
from casework.certificates.release import Recipient, known_purpose, require_release
from casework.certificates.tables import Certificate, CertificateState
from casework.disclosures.tables import Disclosure
from casework.organisations.tables import Organisation
from casework.work import Work

OWN_PURPOSE = "recruitment"
"""What an agency takes the documents of its own workers for."""


class HandOver(BaseModel):
    """To whom and for what. `organisation` is a body's name: needed but for the worker, for the agency the case's own
    is meant, and for the employer the case's if it is empty. `reference` is a file number or an order."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    recipient: Recipient
    purpose: str
    organisation: str = ""
    reference: str = ""


def stands(row: Certificate) -> bool:
    """Whether a document was neither revoked nor replaced. One whose time ran out says so itself."""
    return row.end_kind in (None, EndKind.EXPIRED)


def require_allowed(row: Certificate, recipient: Recipient) -> None:
    """Raise `Refused` (``not_released``), or `NotFound` (``not_issued``) where there is no file."""
    if row.state is not CertificateState.ISSUED:
        raise NotFound(
            "not_issued", _("There is no file under this number."), _("If it is being made, look again in a minute.")
        )
    require_release(recipient, row.kind, stands=stands(row))


def hand_over(
    work: Work,
    row: Certificate,
    case: Case,
    command: HandOver,
    *,
    sha256: str,
    copy_number: int = 0,
    pack_id: UUID | None = None,
) -> Disclosure:
    """Record that somebody of the office hands the document over.

    Raises `Refused` (``role``, ``not_released``), `NotFound` (``not_issued``), `InvalidInput` (``missing_value``,
    ``unknown_purpose``, ``no_agency``).
    """
    require(work.actor.role, Permission.HAND_OVER)
    require_allowed(row, command.recipient)
    return _record(
        work,
        Disclosure(
            certificate_id=row.id,
            case_id=case.id,
            copy_number=copy_number,
            sha256=sha256,
            recipient=command.recipient,
            organisation=_organisation(work, case, command),
            purpose=known_purpose(command.purpose),
            reference=recorded.text(
                command.reference, _("reference"), 120, needed=command.recipient is Recipient.COURT
            ),
            pack_id=pack_id,
            disclosed_on=work.today,
            recorded_at=work.now,
            recorded_by=work.actor.key,
        ),
        row.number,
    )


def taken_by_agency(work: Work, row: Certificate, case: Case) -> Disclosure:
    """Record that the case's agency took the file itself. Raises as `require_allowed` does."""
    require_allowed(row, Recipient.AGENCY)
    return _record(
        work,
        Disclosure(
            certificate_id=row.id,
            case_id=case.id,
            sha256=row.sha256,
            recipient=Recipient.AGENCY,
            organisation=_agency(work, case),
            purpose=OWN_PURPOSE,
            disclosed_on=work.today,
            recorded_at=work.now,
            recorded_by=work.actor.key,
        ),
        row.number,
    )


def of_document(session: Session, certificate_id: UUID) -> list[Disclosure]:
    """To whom a document went, the last time first."""
    query = select(Disclosure).where(Disclosure.certificate_id == certificate_id)
    return list(session.exec(query.order_by(col(Disclosure.recorded_at).desc(), col(Disclosure.id).desc())))


def of_cases(session: Session, case_ids: Sequence[UUID]) -> list[tuple[Disclosure, Certificate]]:
    """What went out of these cases, with its document, the last time first."""
    query = (
        select(Disclosure, Certificate)
        .join(Certificate, col(Certificate.id) == col(Disclosure.certificate_id))
        .where(col(Disclosure.case_id).in_(case_ids))
    )
    return list(session.exec(query.order_by(col(Disclosure.recorded_at).desc(), col(Disclosure.id).desc())).all())


def _record(work: Work, row: Disclosure, number: str) -> Disclosure:
    work.session.add(row)
    work.session.flush()
    work.record(
        "certificate.disclosed",
        f"certificate/{row.certificate_id}",
        case_id=row.case_id,
        # The organisation stays in the row: the employer of a domestic worker is a person.
        data={
            "number": number,
            "recipient": row.recipient.value,
            "purpose": row.purpose,
            "copy": row.copy_number,
            "disclosure": str(row.id),
        },
    )
    return row


def _organisation(work: Work, case: Case, command: HandOver) -> str:
    if command.recipient is Recipient.WORKER:
        return ""
    if command.recipient is Recipient.AGENCY:
        return _agency(work, case)
    given = command.organisation
    if command.recipient is Recipient.EMPLOYER:
        given = given.strip() or case.employer
    return recorded.text(given, _("organisation"))


def _agency(work: Work, case: Case) -> str:
    """The case's own agency: no other one has anything to do with the worker."""
    if case.agency_id is None:
        raise InvalidInput(
            "no_agency", _("No agency has anything to do with this case."), _("Choose another recipient.")
        )
    return work.session.get_one(Organisation, case.agency_id).name
