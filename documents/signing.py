"""Signs a certificate (PAdES B-B, invisible) and checks that a signature is whole and one of ours.

A visible signature widget would break PDF/UA-1, so the seal is drawn by the template and the signature is
not seen on the page. Trust is by pinning: a signing certificate is trusted when it is, byte for byte, among
those the installation lists. No network is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial

from pyhanko.sign.timestamps.api import TimeStamper

from basis.errors import PredepartureError, Unavailable
from basis.messages import Message, _
from documents.checks import Result, signature_checks
from documents.cms import longest_message, signed_message
from documents.keys import Signer
from documents.signature_room import with_room
from documents.timestamps import Authority, require_timestamp
from documents.trust import Trust, Trusted
from documents.values import Officer

FIELD = "Issuer"

_SPARE = 512  # two timestamps of one authority differ by a few bytes


def sign(
    pdf: bytes, signer: Signer, *, officer: Officer, signed_at: datetime, authority: Authority | None = None
) -> bytes:
    """The file with a signature over all of it, naming the responsible officer as the reason.

    `signed_at` is aware of its time zone. With an `authority` the signature bears its timestamp (PAdES B-T). The
    signature has been checked with the key of its certificate. Raises `Unavailable` (``signing_failed``,
    ``timestamp_unreachable``, ``timestamp_refused``, ``timestamp_wrong``); a file without signature or timestamp is
    never returned.
    """
    if signed_at.tzinfo is None:
        raise ValueError("signed_at needs a time zone")
    reason = str(_("Issued by {name}, {title}", name=officer.name, title=officer.title))
    try:
        signed = _signed(pdf, signer, reason, signed_at, _client(authority) if authority else None)
    except PredepartureError:
        raise
    except Exception as error:
        # Whatever the file or the key is, nothing is issued.
        raise _failed() from error
    if authority is not None:
        require_timestamp(signed, authority, signed_at)
    return signed


def check_signature(pdf: bytes, trusted: Sequence[bytes]) -> Message | None:
    """None when the one signature covers the whole file, is intact, and is by a trusted certificate (PEM).

    Otherwise a sentence that says what is wrong. Never raises for what is in the file. The single checks are in
    `documents.checks`.
    """
    issuers = Trust(tuple(Trusted.of(pem) for pem in trusted))
    looked_at = [check for check in signature_checks(pdf, issuers) if check.name != "timestamp"]
    return next((check.sentence for check in looked_at if check.result is Result.FAILED), None)


@cache
def _client(authority: Authority) -> TimeStamper:
    """One for the process: it asks once how large an answer is."""
    return authority.client()


def _signed(pdf: bytes, signer: Signer, reason: str, signed_at: datetime, timestamper: TimeStamper | None) -> bytes:
    room = longest_message(signer, _longest_token(timestamper) if timestamper else 0)
    prepared = with_room(pdf, field=FIELD, reason=reason, at=signed_at, room=room)
    timestamp = partial(_token, timestamper) if timestamper else None
    return prepared.signed(signed_message(prepared.digest, signer, timestamp))


def _token(timestamper: TimeStamper, digest: bytes) -> bytes:
    return bytes(asyncio.run(timestamper.async_timestamp(digest, "sha256")).dump())


def _longest_token(timestamper: TimeStamper) -> int:
    return len(asyncio.run(timestamper.async_dummy_response("sha256")).dump()) + _SPARE


def _failed() -> Unavailable:
    return Unavailable(
        "signing_failed",
        _("The certificate could not be signed, so nothing was issued."),
        _("Run `predeparture doctor`; the certificate is issued by itself once the key works."),
    )
