"""Note a certificate at its first use, and the end of its use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from basis.errors import Conflict, NotFound
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.certificates.tables import Certificate
from casework.issuers.tables import IssuerCertificate, KeyPurpose
from casework.work import Work


@dataclass(frozen=True, slots=True)
class PresentKey:
    """A certificate or public key that signs now, as `IssuerCertificate` keeps it."""

    purpose: KeyPurpose
    fingerprint: str
    pem: str


def note(work: Work, present: Sequence[PresentKey]) -> None:
    """Make a row of each key that has none, before its first use, and tell the history.

    Raises `Conflict` (``key_retired``) for one of ours that was retired.
    """
    for key in present:
        row = work.session.get(IssuerCertificate, key.fingerprint) or _first_use(work, key)
        if row.retired_at is not None and key.purpose is not KeyPurpose.TIMESTAMP:
            raise Conflict(
                "key_retired",
                _("The key that would sign was retired; nothing is signed with it."),
                _("Make a new one with `predeparture keys rotate`, or configure another PKCS#12 file."),
            )


def retire(
    work: Work, fingerprint: str, reason: str, *, compromised_since: datetime | None = None
) -> IssuerCertificate:
    """From now on nothing is signed with it. What it signed before stays trusted, unless others may have had the key.

    Raises `NotFound` (``key``), `Conflict` (``key_retired``): a retirement is not changed, but it may be said later
    that the key was compromised.
    """
    require(work.actor.role, Permission.MANAGE_KEYS)
    row = work.session.get(IssuerCertificate, fingerprint, with_for_update=True)
    if row is None:
        raise NotFound("key", _("There is no such key."), _("See them with: predeparture keys list."))
    if row.retired_at is not None and (compromised_since is None or row.compromised_at is not None):
        raise Conflict("key_retired", _("This key was retired before."), _("See it with: predeparture keys list."))
    row.retired_at = row.retired_at or work.now
    row.compromised_at = compromised_since
    row.reason = reason
    work.session.add(row)
    told = {"purpose": row.purpose.value, "compromised": compromised_since is not None}
    work.record("key.retired", f"issuer_certificate/{fingerprint}", data=told)
    return row


def known(session: Session, purpose: KeyPurpose | None = None) -> list[IssuerCertificate]:
    """Every certificate that ever signed, for this purpose or any, in the order of its first use."""
    query = select(IssuerCertificate).order_by(col(IssuerCertificate.first_used_at), col(IssuerCertificate.fingerprint))
    return list(session.exec(query if purpose is None else query.where(IssuerCertificate.purpose == purpose)))


def documents_by_key(session: Session) -> dict[str, int]:
    """How many documents each certificate signed, duplicates not counted, by fingerprint."""
    query = select(Certificate.signed_by, func.count()).where(Certificate.signed_by != "")
    return dict(session.exec(query.group_by(Certificate.signed_by)).all())


def signed_after(session: Session, fingerprints: Sequence[str], moment: datetime) -> list[str]:
    """Numbers of documents that these certificates signed after a moment."""
    signed = col(Certificate.signed_by).in_(fingerprints) & (col(Certificate.signed_at) > moment)
    return list(session.exec(select(Certificate.number).where(signed).order_by(Certificate.number)))


def unknown_signers(session: Session) -> list[str]:
    """Fingerprints that documents name and the register of keys has not."""
    known = select(IssuerCertificate.fingerprint)
    query = select(Certificate.signed_by).where(Certificate.signed_by != "", col(Certificate.signed_by).not_in(known))
    return sorted(set(session.exec(query)))


def _first_use(work: Work, key: PresentKey) -> IssuerCertificate:
    row = IssuerCertificate(fingerprint=key.fingerprint, purpose=key.purpose, pem=key.pem, first_used_at=work.now)
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError:
        # Another process noted it between our look and our write.
        return work.session.get_one(IssuerCertificate, key.fingerprint)
    work.record("key.first_used", f"issuer_certificate/{key.fingerprint}", data={"purpose": key.purpose.value})
    return row
