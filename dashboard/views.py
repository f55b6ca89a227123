"""From a page's context to HTML: one template environment, the same for pages, tests and previews."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from gettext import NullTranslations
from hashlib import sha256
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from basis.messages import _, _n
from dashboard import addresses, words
from dashboard.pages.base import Page

FOLDER = Path(__file__).parent
TEMPLATES = FOLDER / "templates"
STATIC = FOLDER / "static"


@lru_cache
def static(name: str) -> str:
    """The address of an own static file; it changes with the content, so browsers may keep it for ever."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


@lru_cache
def environment() -> Environment:
    """Autoescape everywhere, and a name that is not there is an error, never an empty text."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update({"_": _, "_n": _n, "static": static, "addresses": addresses, "day": words.day})
    return env


def render(page: Page, catalogue: NullTranslations | None = None) -> str:
    """The page as HTML in the language of its reader, whose sentences are those of `catalogue`."""
    values = {field.name: getattr(page, field.name) for field in dataclasses.fields(page)}
    with words.reading(page.base.language, catalogue or NullTranslations()):
        return environment().get_template(page.template).render(values)


def show(page: Page, status: int = 200, catalogue: NullTranslations | None = None) -> HTMLResponse:
    """The answer of a route: ``return show(MyWork(...))``."""
    return HTMLResponse(render(page, catalogue), status)
