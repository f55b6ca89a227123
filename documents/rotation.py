"""Put a new key in the place of one that signs. What the old one signed stays good; it signs nothing more.

The register of keys comes first, the file after it: if the machine dies in between, nothing is signed with a key that
was retired, and the same command again finishes. Private keys of the past are not kept; their public parts are, in the
register and under ``keys/retired/``.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from basis.errors import Conflict, InvalidInput, Unavailable
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.actor import Actor
from casework.issuers import service as issuers
from casework.issuers.service import PresentKey
from casework.issuers.tables import IssuerCertificate, KeyPurpose
from casework.work import Work
from documents.credentials.keys import replace_credential_key
from documents.installation import RETIRED, Installation
from documents.keys import replace_installation_key, subject_of, write_new

LONGEST_REASON: Final = 300
ISSUER: Final = "Issuer"
"""The name in a new certificate where no earlier one bears a name."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """Fingerprints of what was retired, and of the key that signs now."""

    retired: tuple[str, ...]
    present: str


def rotate(
    installation: Installation,
    actor: Actor,
    purpose: KeyPurpose,
    reason: str,
    compromised_since: datetime | None = None,
) -> Rotated:
    """Retire the keys that sign and make a new one; with a configured PKCS#12 file, retire all signing keys but its.

    `compromised_since`: others may have had the keys since then. Processes that run sign with the new key from their
    next file on. A key whose file was lost is retired as well. Raises `Refused` (``role``), `InvalidInput`
    (``reason``, ``purpose``, ``since``), `Conflict` (``same_key``), `Unavailable` where nothing can be written.
    """
    _require(installation, purpose, reason, compromised_since)
    configured = purpose is KeyPurpose.SIGNING and installation.settings.signing_file is not None
    present = _present(installation, purpose)
    stays = present if configured else None
    retired = installation.database.run(actor, _retire, purpose, present, stays, reason, compromised_since)
    for row in retired:
        _keep(installation.settings.keys / RETIRED, row)
    if not configured:
        _replace(installation, purpose)
    (new,) = installation.present_keys([purpose])
    installation.database.run(actor, issuers.note, [new])
    return Rotated(tuple(row.fingerprint for row in retired), new.fingerprint)


def compromised(
    installation: Installation, actor: Actor, fingerprint: str, reason: str, since: datetime
) -> IssuerCertificate:
    """Say of a key that was retired earlier that others may have had it since a moment. Raises like `rotate`."""
    _require(installation, KeyPurpose.SIGNING, reason, since)
    return installation.database.run(actor, issuers.retire, fingerprint, reason, compromised_since=since)


def _require(installation: Installation, purpose: KeyPurpose, reason: str, compromised_since: datetime | None) -> None:
    if purpose is KeyPurpose.TIMESTAMP:
        raise InvalidInput("purpose", _("The key of a timestamp authority is not ours."), _("Rotate one of ours."))
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidInput(
            "reason",
            _("A reason is needed, of at most {longest} characters.", longest=LONGEST_REASON),
            _("Say why the key is retired; it stays in the list of keys."),
        )
    if compromised_since is not None and compromised_since > installation.database.now():
        raise InvalidInput("since", _("The moment lies in the future."), _("Give the moment when it was still safe."))


def _present(installation: Installation, purpose: KeyPurpose) -> PresentKey | None:
    """What signs now; None where its file is missing or cannot be read."""
    try:
        (present,) = installation.present_keys([purpose])
    except Unavailable:
        if purpose is KeyPurpose.SIGNING and installation.settings.signing_file is not None:
            raise
        return None
    return present


def _retire(
    work: Work,
    purpose: KeyPurpose,
    present: PresentKey | None,
    stays: PresentKey | None,
    reason: str,
    compromised_since: datetime | None,
) -> list[IssuerCertificate]:
    """Retire every key of the purpose that is in use but the one that stays. None where an interrupted try did so."""
    require(work.actor.role, Permission.MANAGE_KEYS)
    known = {row.fingerprint for row in issuers.known(work.session, purpose)}
    if present is not None and present.fingerprint not in known:
        issuers.note(work, [present])
    kept = stays.fingerprint if stays else ""
    rows = issuers.known(work.session, purpose)
    going = [row.fingerprint for row in rows if row.retired_at is None and row.fingerprint != kept]
    if stays is not None and not going:
        raise Conflict(
            "same_key",
            _("No other key than the one of the PKCS#12 file is in use."),
            _("Name the new file in PREDEPARTURE_SIGNING_FILE first, then run this again."),
        )
    return [issuers.retire(work, one, reason, compromised_since=compromised_since) for one in going]


def _replace(installation: Installation, purpose: KeyPurpose) -> None:
    folder = installation.settings.keys
    if purpose is KeyPurpose.CREDENTIAL:
        replace_credential_key(folder)
        return
    with installation.database.read() as session:
        names = [subject_of(row.pem.encode("ascii")) for row in issuers.known(session, purpose)]
    replace_installation_key(folder, next(filter(None, reversed(names)), ISSUER), installation.database.now())


def _keep(folder: Path, row: IssuerCertificate) -> None:
    """The public part as a file, for whoever checks with ordinary tools. The register has it as well."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):
            write_new(folder / f"{row.purpose.value}-{row.fingerprint[:16]}.pem", row.pem.encode("ascii"), 0o644)
    except OSError as error:
        raise Unavailable(
            "retired_key_unwritable",
            _("The public part of the retired key could not be written: {problem}.", problem=error.strerror),
            _("Make room or give leave to write in the folder of keys, then run the same command again."),
        ) from error
