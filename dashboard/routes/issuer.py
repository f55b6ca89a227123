"""What the issuer gives to everybody, so that certificates can be checked without it: public keys, ended numbers."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from dashboard import addresses
from dashboard.security import VERIFY
from dashboard.sessions import installation_of
from documents import publishing

router = APIRouter()
_published = publishing.Published()


@router.get(addresses.ISSUER_KEYS)
def keys(request: Request) -> Response:
    _count(request)
    return _json(publishing.issuer_keys(installation_of(request)))


@router.get(addresses.REVOCATIONS)
def revocations(request: Request) -> Response:
    _count(request)
    return _json(_published.revocations(installation_of(request)))


def _count(request: Request) -> None:
    request.app.rates.count(VERIFY, request.client.host if request.client else "")


def _json(content: bytes) -> Response:
    return Response(content, media_type="application/json")
