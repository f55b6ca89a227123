"""What stands between the pages and the world: headers, requests from other sites, sizes, rates, form tokens."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from basis.errors import PredepartureError
from basis.messages import _
from dashboard.errors import error_page

LARGEST_BODY = 25 * 1024 * 1024

_POLICY = (
    "default-src 'none'; "
    "style-src 'self'; "
    "script-src 'self'; "
    "img-src 'self'; "
    "connect-src 'self'; "
    "font-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
)
_WITH_CAMERA = ("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=()")
"""For the one page on which a portrait is taken (`dashboard.routes.photos`)."""


class TooOften(PredepartureError):
    """Somebody asks more often than people do."""

    status: ClassVar[int] = 429


class SecurityHeaders:
    """Sets the headers on every answer, the answer to a crash included.

    Static files may be kept for ever (their address changes with their content), everything else not at all.
    `secure` (the public address is https) adds Strict-Transport-Security.
    """

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        static = scope["path"].startswith("/static/")
        portraits = scope["path"].startswith("/cases/") and scope["path"].endswith("/photos")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (*_HEADERS, _WITH_CAMERA) if portraits else _HEADERS:
                    headers[name] = value
                if self.secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
                kept = static and message["status"] in (200, 304)
                headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-store"
            await send(message)

        await self.app(scope, receive, with_headers)


class SameOriginOnly:
    """Refuses requests that change something and come from another site (Fetch Metadata, then Origin).

    A browser says where a request comes from in Sec-Fetch-Site; over plain HTTP only Origin is there. Both
    missing is no browser: then the request is refused if it carries a cookie, since only a browser sends one
    on somebody's behalf. `origins` are the addresses this site is known by, beside the request's own host.
    """

    def __init__(self, app: ASGIApp, *, origins: frozenset[str]) -> None:
        self.app = app
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            headers = Headers(scope=scope)
            if not self.allowed(scope["scheme"], headers):
                answer = error_page(Request(scope), 403, "other_site", _OTHER_SITE, _SEND_AGAIN)
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def allowed(self, scheme: str, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = headers.get("origin")
        if origin is not None:
            return origin in self.origins or origin == f"{scheme}://{headers.get('host', '')}"
        return "cookie" not in headers


_OTHER_SITE = _("This request came from another site and was refused.")
_SEND_AGAIN = _("Open the page here and send the form again.")


class BodyLimit:
    """Answers 413 to a body over `largest` bytes.

    The rest of a body that is too large is read and thrown away, up to four times the limit: a browser that
    is still sending would otherwise show a broken connection in place of our page.
    """

    def __init__(self, app: ASGIApp, *, largest: int = LARGEST_BODY) -> None:
        self.app = app
        self.largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen <= self.largest:
                return message
            while message.get("more_body", False) and seen <= 4 * self.largest:
                message = await receive()
                seen += len(message.get("body", b""))
            raise HTTPException(413)

        await self.app(scope, counted, send)


@dataclass(frozen=True, slots=True)
class Rate:
    """How often one key may do one thing, for example ``Rate("sign-in", "10 per 5 minutes")``."""

    name: str
    limit: str

    @property
    def item(self) -> RateLimitItem:
        return parse(self.limit)


SIGN_IN = Rate("sign-in", "10 per 5 minutes")
VERIFY = Rate("verify", "60 per minute")
REPORT = Rate("report", "20 per 10 minutes")
"""A whole course may report from the line of its school."""
REPORT_CODE = Rate("report code", "30 per 10 minutes")


class RateLimits:
    """Counts in memory, per process: enough against guessing, and it forgets at a restart."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, rate: Rate, key: str) -> None:
        """Raise `TooOften` where `key` has no try left; counts nothing."""
        if not self._limiter.test(rate.item, rate.name, key):
            raise _too_often()

    def count(self, rate: Rate, key: str) -> None:
        """Count one try of `key` (an address, an account name's digest). Raises `TooOften`."""
        if not self._limiter.hit(rate.item, rate.name, key):
            raise _too_often()


def _too_often() -> TooOften:
    return TooOften("too_often", _("That was tried too often from here."), _("Wait a few minutes and try again."))


def form_token(key: bytes, session: str) -> str:
    """The token that a session's forms carry: an HMAC of the session's id, so that nothing has to be stored."""
    return hmac.new(key, b"form\0" + session.encode(), "sha256").hexdigest()


def same(token: str, given: str) -> bool:
    """Whether the token of the session and the one of the form are the same, in constant time. "" never is."""
    return bool(token) and hmac.compare_digest(token.encode(), given.encode())


def origin_of(address: str) -> str:
    """``https://host:port`` of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
