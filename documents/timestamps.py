"""Timestamps of an independent authority (RFC 3161): asked for when a certificate is signed, checked ever after.

A timestamp says that the signature existed at a moment, whatever becomes of the signing key later. It is asked for
where an authority is configured; then nothing is issued without one. Checking asks no network: the authority's
certificates are kept like our own.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import IO, Final
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from asn1crypto import cms, tsp  # type: ignore[import-untyped]
from cryptography import x509
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.generic_cms import message_imprint_checker, validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from basis.errors import PredepartureError, Unavailable
from basis.messages import Message, _
from casework.settings import Settings
from documents.signatures import inspect, said_at

CLOCKS: Final = timedelta(minutes=5)
"""How far two machines' clocks may be apart, and how long a file that is being signed may take."""

_LONGEST_QUEUE = timedelta(days=1)  # of files that wait to be signed
_SECONDS = 15
_MAXIMUM_ANSWER = 256 * 1024


@dataclass(frozen=True, slots=True)
class Authority:
    """Where timestamps are asked for. `anchors`: PEM, its own certificates or those above them."""

    url: str
    anchors: bytes
    user: str = ""
    password: str = field(default="", repr=False)

    def client(self) -> TimeStamper:
        """Asks the authority; one for each process, for it remembers how large an answer is."""
        return _Client(self)


def authority_of(settings: Settings) -> Authority | None:
    """The configured authority, or None. Raises `Unavailable` (``timestamp_anchors``)."""
    if not settings.tsa_url:
        return None
    return Authority(
        settings.tsa_url,
        _anchors(settings.tsa_certificates),
        settings.tsa_user,
        settings.tsa_password.get_secret_value(),
    )


def check_timestamp(token: cms.SignedData, signer_info: cms.SignerInfo, anchors: Sequence[bytes]) -> Message | None:
    """None when the token is of this very signature and by an authority under one of the anchors (PEM).

    The authority's certificate must have been good at the moment that the token names. Never raises for what it holds.
    """
    roots = load_certs_from_pemder_data(b"\n".join(anchors)) if anchors else []
    try:
        context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=said_at(token))
        found = asyncio.run(validate_tst_signed_data(token, context, message_imprint_checker(signer_info)))
    except Exception:  # noqa: BLE001  a timestamp that cannot be read is not a good one, whatever the cause
        return _("The timestamp cannot be read.")
    if not (found["intact"] and found["valid"]):
        return _("The timestamp is not of this signature.")
    if found.get("validation_path") is None:
        return _("The timestamp is by an authority that the issuer does not list.")
    return None


def require_timestamp(pdf: bytes, authority: Authority, signed_at: datetime) -> None:
    """Raise `Unavailable` (``timestamp_wrong``) unless the file just signed bears a timestamp of the authority, by a
    clock that is not far from ours."""
    signature = inspect(pdf).signature
    token = signature.token if signature else None
    if signature is None or token is None:
        raise _wrong()
    if check_timestamp(token, signature.signer_info, [authority.anchors]) is not None:
        raise _wrong()
    if not signed_at - CLOCKS <= said_at(token) <= signed_at + _LONGEST_QUEUE:
        raise _wrong()


def _wrong() -> PredepartureError:
    return _unavailable("timestamp_wrong", _("The timestamp authority gave no timestamp that checks."))


class _Client(TimeStamper):
    """RFC 3161 over HTTP, with bounds on time and size, and no detours."""

    def __init__(self, authority: Authority) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._authority = authority

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        try:
            answer = self._asked(req.dump())
        except HTTPError as error:
            error.close()
            refused = _("The timestamp authority answered with status {status}.", status=error.code)
            raise _unavailable("timestamp_refused", refused) from None
        except (OSError, HTTPException, ValueError):
            unreachable = _("The timestamp authority cannot be reached.")
            raise _unavailable("timestamp_unreachable", unreachable) from None
        return tsp.TimeStampResp.load(answer)

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except TimestampRequestError:
            refused = _("The timestamp authority refused to give a timestamp.")
            raise _unavailable("timestamp_refused", refused) from None
        except PredepartureError:
            raise
        except Exception as error:
            # An answer that is no timestamp can be anything.
            raise _wrong() from error

    def _asked(self, question: bytes) -> bytes:
        request = Request(self._authority.url, question, {"Content-Type": "application/timestamp-query"})  # noqa: S310  settings allow http and https only
        if self._authority.user:
            credentials = f"{self._authority.user}:{self._authority.password}".encode()
            request.add_unredirected_header("Authorization", "Basic " + b64encode(credentials).decode("ascii"))
        with build_opener(_NoDetours).open(request, timeout=_SECONDS) as answer:
            data: bytes = answer.read(_MAXIMUM_ANSWER + 1)
        if len(data) > _MAXIMUM_ANSWER:
            raise ValueError
        return data


class _NoDetours(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: object, newurl: str
    ) -> Request | None:
        return None


def _anchors(file: Path | None) -> bytes:
    try:
        data = file.read_bytes() if file else b""
        x509.load_pem_x509_certificates(data)
    except (OSError, ValueError) as error:
        raise Unavailable(
            "timestamp_anchors",
            _("The certificates of the timestamp authority cannot be read."),
            _("Name a PEM file with them in PREDEPARTURE_TSA_CERTIFICATES; without them no timestamp can be checked."),
        ) from error
    return data


def _unavailable(code: str, message: Message) -> PredepartureError:
    return Unavailable(
        code,
        _("{what} Nothing was issued.", what=message),
        _("Check PREDEPARTURE_TSA_URL and the authority; the certificate is issued by itself once it answers."),
    )
