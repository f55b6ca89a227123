"""The web application: frame, guards and errors here; the routes are handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from dashboard import errors
from dashboard.security import LARGEST_BODY, BodyLimit, RateLimits, SameOriginOnly, SecurityHeaders, origin_of
from dashboard.views import STATIC


@dataclass(frozen=True, slots=True)
class WebSettings:
    """What the web needs to know. `public_url` is the address people type; `form_key` signs form tokens (32 bytes)."""

    public_url: str
    form_key: bytes
    demo: bool = False
    largest_body: int = LARGEST_BODY

    @property
    def secure(self) -> bool:
        """Whether cookies may and must be Secure."""
        return self.public_url.startswith("https://")


class Dashboard(FastAPI):
    """FastAPI whose headers also stand on the answer to a crash (Starlette answers it outside all middleware)."""

    web: WebSettings
    rates: RateLimits

    def build_middleware_stack(self) -> ASGIApp:
        return SecurityHeaders(super().build_middleware_stack(), secure=self.web.secure)


def create_app(settings: WebSettings, routers: Sequence[APIRouter] = ()) -> Dashboard:
    """The dashboard with `routers`. Outermost first: headers, other sites, size, compression, errors and routes."""
    app = Dashboard(title="predeparture", docs_url=None, redoc_url=None, openapi_url=None)
    app.web = settings
    app.rates = RateLimits()
    # Pages shrink to a tenth for poor lines. The session's cookie is SameSite=Lax, so that another site can make a
    # browser ask for a page in the background only without it: there is no secret whose length could be guessed.
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(BodyLimit, largest=settings.largest_body)
    app.add_middleware(SameOriginOnly, origins=frozenset({origin_of(settings.public_url)}))
    errors.install(app)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for router in routers:
        app.include_router(router)
    return app
