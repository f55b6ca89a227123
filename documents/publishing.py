"""What an installation gives to everybody, so that its certificates can be checked without it."""

from __future__ import annotations

from threading import Lock
from typing import Final

from sqlmodel import Session, col, or_, select

from basis.errors import Unavailable
from casework.actor import ENGINE
from casework.cases.rules import EndKind
from casework.certificates.tables import Certificate, CertificateState
from casework.issuers import service as issuers
from casework.issuers.tables import KeyPurpose
from casework.organisations.tables import Organisation, OrganisationKind
from documents.installation import Installation
from documents.issuer_keys import IssuerKeys, write_issuer_keys
from documents.revocations import EndedNumber, Ending, make_revocations

_KEPT_SECONDS: Final = 60
_ENDINGS: Final = {
    EndKind.REVOKED: Ending.REVOKED,
    EndKind.SUPERSEDED: Ending.SUPERSEDED,
    EndKind.EXPIRED: Ending.EXPIRED,
}


def issuer_keys(installation: Installation) -> bytes:
    """The file of public keys, those of before among them."""
    made = IssuerKeys(
        issuer=_issuer(installation),
        public_url=_address(installation),
        made_at=installation.database.now(),
        keys=installation.credential_keys,
        trust=installation.trusted,
    )
    return write_issuer_keys(made)


def revocations(installation: Installation) -> bytes:
    """The signed list of ended numbers, as of now.

    Raises `Unavailable` (``credential_key_missing``, ``credential_key_unreadable``).
    """
    installation.database.run(ENGINE, issuers.note, installation.present_keys([KeyPurpose.CREDENTIAL]))
    with installation.database.read() as session:
        numbers = ended_numbers(session)
    return make_revocations(
        numbers,
        issuer=_issuer(installation),
        public_url=_address(installation),
        made_at=installation.database.now(),
        key=installation.credential_key,
    )


def ended_numbers(session: Session) -> list[EndedNumber]:
    """Every number that ended before the day that is printed on its page."""
    columns = (Certificate.number, col(Certificate.end_kind), col(Certificate.ended_on), col(Certificate.valid_until))
    ended = or_(col(Certificate.end_kind).is_not(None), col(Certificate.state) == CertificateState.VOID)
    found = []
    for number, end_kind, ended_on, valid_until in session.exec(select(*columns).where(ended)):
        ending = Ending.VOID if end_kind is None else _ENDINGS[end_kind]
        if ended_on is not None and (ending is not Ending.EXPIRED or valid_until is None or ended_on <= valid_until):
            found.append(EndedNumber(number, ending, ended_on))
    return found


class Published:
    """The list as it is handed out over the network: made anew at most once a minute, however many ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of: Installation | None = None
        self._made_at = float("-inf")
        self._list = b""

    def revocations(self, installation: Installation) -> bytes:
        now = installation.database.now().timestamp()
        with self._lock:
            if installation is not self._of or not 0 <= now - self._made_at < _KEPT_SECONDS:
                self._list, self._made_at, self._of = revocations(installation), now, installation
            return self._list


def _address(installation: Installation) -> str:
    """Empty before it is set: keys are given out before anything is issued."""
    try:
        return installation.public_url
    except Unavailable:
        return ""


def _issuer(installation: Installation) -> str:
    """The name of the first office: it answers for the installation."""
    query = select(Organisation.name).where(col(Organisation.kind) == OrganisationKind.OFFICE)
    with installation.database.read() as session:
        return session.exec(query.order_by(col(Organisation.id)).limit(1)).one_or_none() or ""
