"""The register: reserve a number, record the issue, end what no longer holds. Every number has a row for ever."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from basis.errors import NotFound
from basis.ids import new_id, new_token
from basis.messages import _
from casework.cases.rules import EndKind
from casework.cases.tables import Case, SignOff
from casework.certificates.rules import LETTER
from casework.certificates.tables import Certificate, CertificateState, NumberSeries
from casework.issuers.rules import Seal
from casework.vault import Vault
from casework.work import Work


@dataclass(frozen=True, slots=True)
class Reservation:
    """What is fixed before the file is made: the row's id, its number and token."""

    id: UUID
    number: str
    token: str


def take_number(work: Work, prefix: str, year: int) -> str:
    """The next number of a series, ``MED-2027-000418``. Gap-free: given back only if the transaction fails."""
    series = _series(work, prefix, year)
    number = series.next_number
    series.next_number += 1
    work.session.add(series)
    work.session.flush()
    return f"{prefix}-{year}-{number:06d}"


def _series(work: Work, prefix: str, year: int) -> NumberSeries:
    """The row of a series, locked; made for the first number of a year."""
    query = select(NumberSeries).where(NumberSeries.prefix == prefix, NumberSeries.year == year).with_for_update()
    series = work.session.exec(query).one_or_none()
    if series is not None:
        return series
    # Another transaction may begin the series at the same moment: whoever comes second waits for it, and goes on.
    with suppress(IntegrityError), work.session.begin_nested():
        work.session.add(NumberSeries(prefix=prefix, year=year))
    return work.session.exec(query.execution_options(populate_existing=True)).one()


def of_sign_off(session: Session, sign_off_id: UUID) -> Certificate | None:
    return session.exec(select(Certificate).where(Certificate.sign_off_id == sign_off_id)).one_or_none()


def of_decision(session: Session, decision_id: UUID) -> Certificate | None:
    """The letter of a decision against the worker."""
    return session.exec(select(Certificate).where(Certificate.decision_id == decision_id)).one_or_none()


def of_paper(session: Session, paper_id: UUID) -> Certificate | None:
    """The document of a paper about money."""
    return session.exec(select(Certificate).where(Certificate.paper_id == paper_id)).one_or_none()


def new_reservation(work: Work, prefix: str) -> Reservation:
    """A number and token, still without a row; `reserve` writes the row in the same transaction."""
    return Reservation(new_id(), take_number(work, prefix, work.today.year), new_token())


def reserve(
    work: Work,
    case: Case,
    sign_off: SignOff,
    reservation: Reservation,
    *,
    title: str,
    valid_until: date | None,
    value: dict[str, Any],
    proofs: dict[str, str],
) -> Certificate:
    """Write the register row with all that the page will show. An earlier one that was corrected now names this one."""
    row = _new_row(work, case, reservation, sign_off.kind, title, value)
    keep_proofs(work, row, proofs)
    row.sign_off_id, row.valid_until = sign_off.id, valid_until
    work.session.flush()
    _take_place(work, replaced_by_next(work.session, sign_off), row)
    return row


def reserve_letter(
    work: Work,
    case: Case,
    decision_id: UUID,
    reservation: Reservation,
    *,
    title: str,
    value: dict[str, Any],
    proofs: dict[str, str],
) -> Certificate:
    """The register row of the letter of a decision; it has no last day."""
    row = _new_row(work, case, reservation, LETTER, title, value)
    keep_proofs(work, row, proofs)
    row.decision_id = decision_id
    work.session.flush()
    return row


def reserve_paper(
    work: Work,
    case: Case,
    paper_id: UUID,
    reservation: Reservation,
    replaced: Sequence[Certificate],
    *,
    kind: str,
    title: str,
    value: dict[str, Any],
    proofs: dict[str, str],
) -> Certificate:
    """The register row of a paper about money; it has no last day. Those in whose place it stands now name it."""
    row = _new_row(work, case, reservation, kind, title, value)
    keep_proofs(work, row, proofs)
    row.paper_id = paper_id
    work.session.flush()
    _take_place(work, replaced, row)
    return row


def _new_row(
    work: Work, case: Case, reservation: Reservation, kind: str, title: str, value: dict[str, Any]
) -> Certificate:
    """A reserved row, not flushed yet: it still lacks what it is the image of."""
    row = Certificate(
        id=reservation.id,
        case_id=case.id,
        worker_id=case.worker_id,
        office_id=case.office_id,
        kind=kind,
        title=title,
        number=reservation.number,
        token=reservation.token,
        reserved_at=work.now,
        issued_on=work.today,
    )
    row.value = work.vault.seal_json(case.worker_id, "certificate", row.id, "value", value)
    work.session.add(row)
    work.record("certificate.reserved", f"certificate/{row.id}", case_id=case.id, data={"number": row.number})
    return row


def keep_proofs(work: Work, row: Certificate, proofs: dict[str, str]) -> None:
    """Store what was signed of the value. It is signed once: with a row that has its proofs nothing is done."""
    if row.proofs is None:
        row.proofs = work.vault.seal_json(row.worker_id, "certificate", row.id, "proofs", proofs)
        work.session.add(row)


def proofs_of(vault: Vault, row: Certificate) -> dict[str, Any] | None:
    """What was signed of the value, opened; None for a certificate issued before there were proofs."""
    if row.proofs is None:
        return None
    content: dict[str, Any] = vault.open_json(row.worker_id, "certificate", row.id, "proofs", row.proofs)
    return content


def value_of(vault: Vault, row: Certificate) -> dict[str, Any]:
    """The stored value of a certificate, opened."""
    if row.value is None:
        raise NotFound("erased", _("The content of this certificate was erased."))
    content: dict[str, Any] = vault.open_json(row.worker_id, "certificate", row.id, "value", row.value)
    return content


def mark_issued(
    work: Work,
    row_id: UUID,
    *,
    sha256: str,
    size: int,
    seal: Seal,
    template_digest: str,
    renderer: dict[str, str],
    flow_run: str = "",
) -> Certificate:
    """The file is in the archive. Doing it twice with the same file changes nothing. `flow_run`: Prefect's id."""
    row = work.session.exec(select(Certificate).where(Certificate.id == row_id).with_for_update()).one()
    if row.state is CertificateState.RESERVED:
        row.state, row.issued_at = CertificateState.ISSUED, work.now
        row.sha256, row.size, row.template_digest, row.renderer = sha256, size, template_digest, dict(renderer)
        row.signed_by, row.signed_at, row.timestamped = seal.by, seal.at, seal.timestamped
        row.flow_run = flow_run
        work.session.add(row)
        work.record(
            "certificate.issued",
            f"certificate/{row.id}",
            case_id=row.case_id,
            data={"number": row.number, "sha256": sha256, "signed_by": seal.by, "template": template_digest},
        )
    return row


def end(work: Work, sign_off_id: UUID, kind: EndKind, reason: str) -> None:
    """The sign-off of this certificate ended: so does the certificate, in the same transaction.

    A number whose file was not made yet becomes void; it is never released.
    """
    _end(work, of_sign_off(work.session, sign_off_id), kind, reason)


def end_letter(work: Work, decision_id: UUID, reason: str) -> None:
    """The decision no longer stands: its letter is revoked, or its number void, in the same transaction."""
    _end(work, of_decision(work.session, decision_id), EndKind.REVOKED, reason)


def end_paper(work: Work, paper_id: UUID, kind: EndKind, reason: str) -> None:
    """A paper about money was replaced or holds no longer: so its document, in the same transaction."""
    _end(work, of_paper(work.session, paper_id), kind, reason)


def _end(work: Work, row: Certificate | None, kind: EndKind, reason: str) -> None:
    if row is None or row.end_kind is not None or row.state is CertificateState.VOID:
        return
    row.ended_on, row.end_reason = work.today, reason
    if row.state is CertificateState.RESERVED:
        row.state = CertificateState.VOID
        work.record("certificate.voided", f"certificate/{row.id}", case_id=row.case_id, data={"number": row.number})
    else:
        row.end_kind = kind
        work.record(
            f"certificate.{kind.value}", f"certificate/{row.id}", case_id=row.case_id, data={"number": row.number}
        )
    work.session.add(row)


def explain_end(work: Work, row: Certificate, *, note: str, told: bool) -> None:
    """Keep who ended a document by hand, and a note for the office; `told`: the reason may be told to the public."""
    row.ended_by, row.end_told = work.actor.key, told
    if note:
        row.end_note = work.vault.seal(row.worker_id, "certificate", row.id, "end_note", note.encode())
    work.session.add(row)


def end_note(vault: Vault, row: Certificate) -> str:
    """The note of who ended a document by hand, opened; "" where there is none."""
    if row.end_note is None:
        return ""
    return vault.open(row.worker_id, "certificate", row.id, "end_note", row.end_note).decode()


def replaced_by_next(session: Session, sign_off: SignOff) -> list[Certificate]:
    """The corrected certificates of the stage whose place nothing has taken yet, oldest first: that of this sign-off
    will."""
    query = (
        select(Certificate)
        .join(SignOff, col(SignOff.id) == col(Certificate.sign_off_id))
        .where(
            Certificate.case_id == sign_off.case_id,
            Certificate.kind == sign_off.kind,
            col(Certificate.end_kind) == EndKind.SUPERSEDED,
            col(Certificate.superseded_by).is_(None),
            SignOff.stage == sign_off.stage,
            SignOff.id != sign_off.id,
        )
    )
    return list(session.exec(query.order_by(col(Certificate.number))))


def of_cases(session: Session, case_ids: Sequence[UUID]) -> list[Certificate]:
    """Every certificate of the cases, oldest first."""
    query = select(Certificate).where(col(Certificate.case_id).in_(case_ids))
    return list(session.exec(query.order_by(col(Certificate.reserved_at), col(Certificate.id))))


def _take_place(work: Work, replaced: Sequence[Certificate], row: Certificate) -> None:
    for earlier in replaced:
        earlier.superseded_by = row.id
        work.session.add(earlier)
