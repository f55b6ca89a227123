"""The application that ``uvicorn --factory dashboard.main:application`` serves: one installation, all routes."""

from __future__ import annotations

import hmac

from casework import keys
from casework import settings as settings_module
from casework.settings import Settings
from dashboard import sessions
from dashboard.app import Dashboard, WebSettings, create_app
from dashboard.routes import ROUTERS
from documents.installation import Installation, open_installation


def application() -> Dashboard:
    """The dashboard of the installation in `PREDEPARTURE_HOME`. Raises `PredepartureError` where there is none."""
    return dashboard_of(open_installation(settings_module.load()))


def dashboard_of(installation: Installation) -> Dashboard:
    """The dashboard of an opened installation. Raises `Conflict` where a published programme was edited."""
    installation.catalogue.ids()
    app = create_app(_web(installation.settings), [sessions.router, *ROUTERS])
    app.state.installation = installation
    app.add_exception_handler(sessions.SignInFirst, sessions.to_sign_in)
    return app


def _web(settings: Settings) -> WebSettings:
    # Derived, so that several web processes and a restart agree on the tokens of forms that are open.
    form_key = hmac.new(keys.load(settings.keys).index, b"predeparture form tokens", "sha256").digest()
    public_url = settings.public_url or f"http://{settings.host}:{settings.port}"
    return WebSettings(public_url, form_key, demo=settings.is_demo)
