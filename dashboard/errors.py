"""What went wrong, as a page: every error leaves the dashboard in words, with what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from basis.errors import PredepartureError
from basis.messages import Message, _
from dashboard import addresses
from dashboard.pages.base import Base
from dashboard.pages.public import ErrorPage
from dashboard.parts import Link, Text
from dashboard.views import show

_HEADINGS: Mapping[int, Message] = {
    400: _("This request cannot be read"),
    401: _("Sign in first"),
    403: _("This is not allowed"),
    404: _("There is no such page"),
    405: _("This cannot be done here"),
    409: _("Somebody else was faster"),
    413: _("The file is too large"),
    422: _("Something in it cannot be accepted"),
    429: _("Too many tries"),
    500: _("Something went wrong here"),
    503: _("A part of the engine does not answer"),
}
_SENTENCES: Mapping[int, tuple[Message, Message]] = {
    400: (_("What was sent is not complete or not in the right form."), _("Go back, and send the form again.")),
    401: (_("You are not signed in, or you were away too long."), _("Sign in and open the page again.")),
    403: (_("Your role does not allow this."), _("Ask your supervisor if you need it.")),
    404: (_("The address leads nowhere, or to something that is not yours to see."), _("Check the address.")),
    405: (_("This address does not take what was sent."), _("Go back, and use the buttons of the page.")),
    409: (_("What you changed was changed by somebody else meanwhile."), _("Look at the page again and decide anew.")),
    413: (_("One request may hold 25 MB."), _("Send a smaller file, or split it into several.")),
    422: (_("A part of the address or of the form is not what we expect."), _("Go back and check what you entered.")),
    429: (_("That was tried too often from here."), _("Wait a few minutes and try again.")),
    500: (
        _("The page could not be made. Nothing was changed by this request."),
        _("Try again; if it happens again, tell your administrator the time and the page."),
    ),
    503: (_("The engine is busy or not running."), _("Wait a minute and try again.")),
}


def error_page(request: Request, status: int, code: str, message: Text, fix: Text) -> Response:
    """The error as a page, or as JSON for a program that asks for it."""
    if "application/json" in request.headers.get("accept", ""):
        body = {"schema": "predeparture.error/1", "code": code, "message": str(message), "fix": str(fix)}
        return JSONResponse(body, status)
    base: Base = getattr(request.state, "base", None) or Base()
    heading = _HEADINGS.get(status, _HEADINGS[500 if status >= 500 else 400])
    back = Link("/", _("To the first page") if base.viewer else _("To the sign-in"))
    if request.url.path.startswith(addresses.VERIFY):
        back = Link(addresses.VERIFY, _("Check another document"))
    page = ErrorPage(base=base, status=status, heading=heading, message=message, fix=fix, code=code, back=back)
    return show(page, status)


def _of_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, PredepartureError)  # noqa: S101 - registered for this class only
    return error_page(request, error.status, error.code, error.message, error.fix or "")


def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    return by_status(request, error.status_code)


def _of_input(request: Request, error: Exception) -> Response:
    return by_status(request, 422)


def _of_crash(request: Request, error: Exception) -> Response:
    return by_status(request, 500)


def by_status(request: Request, status: int) -> Response:
    """The page of an HTTP status, where nobody said more."""
    message, fix = _SENTENCES.get(status, _SENTENCES[500 if status >= 500 else 400])
    return error_page(request, status, f"http_{status}", message, fix)


def install(app: FastAPI) -> None:
    """Answer every error of the application with a page."""
    app.add_exception_handler(PredepartureError, _of_ours)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_input)
    app.add_exception_handler(Exception, _of_crash)
