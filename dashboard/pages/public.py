"""Pages for somebody who is not signed in, and the page that says what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Form, Link, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn(Page):
    """Sign in. A wrong name and a wrong password get the same sentence (`form.error`)."""

    template: ClassVar[str] = "sign_in.html"
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage(Page):
    """What went wrong and what to do about it. `status` is the HTTP status, `code` the stable code for support."""

    template: ClassVar[str] = "error.html"
    status: int
    heading: Text
    message: Text
    fix: Text
    code: str
    back: Link
