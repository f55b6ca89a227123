"""Every page in a real browser with its real headers: axe finds nothing, nothing runs over or is blocked."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from typing import Literal

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import APIRouter
from playwright.sync_api import Browser
from starlette.responses import Response

from dashboard.app import WebSettings, create_app
from dashboard.pages.batches import BatchPage
from dashboard.views import show
from tests.dashboard import preview, samples, samples_office

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed"),
]
SAMPLES = samples.pages()
EACH_TEMPLATE = {page.template: name for name, page in reversed(SAMPLES.items())}.values()
"""The first page of each template; the others of a template differ in their words and run with the deep tests."""
ASKED: list[str] = []
DARK = ("work", "case", "new-case", "verify")  # they hold every part and every tone
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
router = APIRouter()


@router.get("/sample/{name}")
def sample(name: str) -> Response:
    return show(SAMPLES[name])


@router.get("/moving/{key}")
def moving(key: str) -> Response:
    """A batch that is done the second time somebody asks."""
    page = samples_office.batch_pages()["batch"]
    assert isinstance(page, BatchPage)
    ASKED.append(key)
    if ASKED.count(key) == 1:
        return show(dataclasses.replace(page, poll=f"/moving/{key}"))
    return show(dataclasses.replace(page, poll="", done=page.total, progress="All 111 cases are opened"))


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    app = create_app(WebSettings("http://127.0.0.1", b"k" * 32), [router])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize(
    "name", [name if name in EACH_TEMPLATE else pytest.param(name, marks=pytest.mark.deep) for name in SAMPLES]
)
def test_axe_finds_nothing_on_a_page(site: str, browser: Browser, name: str) -> None:
    said: list[str] = []
    tab = browser.new_page()
    tab.on("console", lambda message: said.append(message.text))
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark") if name in DARK else ("light",)
    for scheme in schemes:
        tab.emulate_media(color_scheme=scheme)
        tab.goto(f"{site}/sample/{name}")
        tab.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        found = Axe().run(tab, options=RULES)
        assert found.violations_count == 0, found.generate_report()
    tab.close()
    assert [line for line in said if "Content Security Policy" in line] == []


def test_no_page_of_320_pixels_runs_over(site: str, browser: Browser) -> None:
    tab = browser.new_page(viewport={"width": 320, "height": 700})
    wide = {}
    for name in SAMPLES:
        tab.goto(f"{site}/sample/{name}")
        wide[name] = tab.evaluate("document.documentElement.scrollWidth")
    tab.close()
    assert {name: width for name, width in wide.items() if width > 320} == {}


def test_the_slash_leads_to_the_search_and_can_be_turned_off(site: str, browser: Browser) -> None:
    tab = browser.new_page()
    tab.goto(f"{site}/sample/work")
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") == "search"
    tab.get_by_role("button", name="Turn the search key / off").click()
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") != "search"
    tab.close()


def test_the_list_of_errors_has_the_focus_without_javascript_too(site: str, browser: Browser) -> None:
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts)
        tab = context.new_page()
        tab.goto(f"{site}/sample/new-case")
        assert tab.locator(".errors:focus").count() == 1
        context.close()


def test_progress_moves_by_itself_and_stops_when_it_is_done(site: str, browser: Browser) -> None:
    tab = browser.new_page()
    tab.goto(f"{site}/moving/with")
    tab.get_by_text("All 111 cases are opened").wait_for(timeout=20_000)
    assert tab.locator("[data-poll-on]").count() == 0
    assert ASKED.count("with") == 2
    tab.close()


def test_without_javascript_a_link_asks_for_the_progress_again(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{site}/moving/without")
    tab.get_by_role("link", name="Ask again").click()
    assert tab.get_by_text("All 111 cases are opened").count() == 1
    context.close()


def test_the_first_tab_leads_to_the_content(site: str, browser: Browser) -> None:
    tab = browser.new_page()
    tab.goto(f"{site}/sample/work")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("location.hash") == "#content"
    tab.close()
