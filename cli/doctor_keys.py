"""What `doctor` says of the keys that sign, and of those that signed before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from basis.errors import PredepartureError
from basis.messages import _
from cli.console import Sign

if TYPE_CHECKING:
    from basis.messages import Message
    from documents.installation import Installation

Found = tuple[str, Sign, "Message", "Message | None"]
"""Name, result, sentence and what to do, as in `doctor.Finding`."""

SOON: Final = timedelta(days=90)


def signing(installation: Installation, now: datetime) -> Iterator[Found]:
    """The present signing certificate, the key for data, the timestamp authority, and those that are missing."""
    try:
        signer = installation.signer
    except PredepartureError as error:
        yield "signing", Sign.BAD, error.message, error.fix
    else:
        yield _ends("signing", signer.certificate.not_valid_after_utc, now)
    yield _data(installation)
    yield from _timestamps(installation, now)
    yield from _missing(installation)


def _data(installation: Installation) -> Found:
    try:
        key = installation.credential_key.public
    except PredepartureError as error:
        return "credential-key", Sign.BAD, error.message, error.fix
    return "credential-key", Sign.GOOD, _("The data in certificates is signed by key {key}.", key=key.id.hex()), None


def _ends(name: str, until: datetime, now: datetime) -> Found:
    day = until.date().isoformat()
    fix = _(
        "Run: predeparture keys rotate signing --reason REASON; a PKCS#12 file is replaced first. "
        "What was signed stays good."
    )
    if until <= now:
        return name, Sign.BAD, _("The signing certificate ended on {day}.", day=day), fix
    if until <= now + SOON:
        return name, Sign.WARNING, _("The signing certificate ends on {day}.", day=day), fix
    return name, Sign.GOOD, _("The signing certificate is good until {day}.", day=day), None


def _timestamps(installation: Installation, now: datetime) -> Iterator[Found]:
    from cryptography import x509

    from documents.timestamps import authority_of

    try:
        authority = authority_of(installation.settings)
    except PredepartureError as error:
        yield "timestamps", Sign.BAD, error.message, error.fix
        return
    if authority is None:
        return
    until = min(one.not_valid_after_utc for one in x509.load_pem_x509_certificates(authority.anchors))
    day = until.date().isoformat()
    fix = _("Get the authority's new certificates and add them to the file of PREDEPARTURE_TSA_CERTIFICATES.")
    if until <= now + SOON:
        said = _("A certificate of the timestamp authority ends on {day}.", day=day)
        yield "timestamps", Sign.WARNING, said, fix
    else:
        said = _(
            "Signatures are timestamped by {url}; its certificates are good until {day}.", url=authority.url, day=day
        )
        yield "timestamps", Sign.GOOD, said, None


def _missing(installation: Installation) -> Iterator[Found]:
    from casework.issuers import service as issuers
    from documents.installation import RETIRED

    with installation.database.read() as session:
        unknown = issuers.unknown_signers(session)
        retired = [row for row in issuers.known(session) if row.retired_at is not None]
    if unknown:
        said = _(
            "Documents are signed with a key that is not in the list of keys: {fingerprint}", fingerprint=unknown[0]
        )
        fix = _("Restore the case database from a backup that has the key.")
        yield "retired-keys", Sign.BAD, said, fix
        return
    folder = installation.settings.keys / RETIRED
    absent = [row for row in retired if not (folder / f"{row.purpose.value}-{row.fingerprint[:16]}.pem").is_file()]
    if absent:
        said = _("The public part of a retired key is missing in {folder}.", folder=str(folder))
        fix = _("Restore the folder from a backup; documents are checked all the same, with the case database's copy.")
        yield "retired-keys", Sign.WARNING, said, fix
    elif retired:
        yield "retired-keys", Sign.GOOD, _("The public parts of all retired keys are there."), None
