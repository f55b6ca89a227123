"""Note a certificate at its first use, and the end of its use."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from basis.errors import Conflict, NotFound
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.issuers.tables import IssuerCertificate, KeyPurpose
from casework.work import Work


def note(work: Work, purpose: KeyPurpose, fingerprint: str, pem: str) -> IssuerCertificate:
    """The row of a certificate that is about to be used; made, and told to the history, when it is used first.

    Raises `Conflict` (``key_retired``) for one that was retired.
    """
    row = work.session.get(IssuerCertificate, fingerprint)
    if row is None:
        row = _first_use(work, purpose, fingerprint, pem)
    if row.retired_at is not None and purpose is not KeyPurpose.TIMESTAMP:
        raise Conflict(
            "key_retired",
            _("The key that would sign was retired; nothing is signed with it."),
            _("Make a new one with `predeparture keys rotate`, or configure another PKCS#12 file."),
        )
    return row


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


def _first_use(work: Work, purpose: KeyPurpose, fingerprint: str, pem: str) -> IssuerCertificate:
    row = IssuerCertificate(fingerprint=fingerprint, purpose=purpose, pem=pem, first_used_at=work.now)
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError:
        # Another process noted it between our look and our write.
        return work.session.get_one(IssuerCertificate, fingerprint)
    work.record("key.first_used", f"issuer_certificate/{fingerprint}", data={"purpose": purpose.value})
    return row
