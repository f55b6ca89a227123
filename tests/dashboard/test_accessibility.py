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
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize
from starlette.responses import Response

from dashboard.app import WebSettings, create_app
from dashboard.pages.batches import BatchPage
from dashboard.views import show
from tests.dashboard import preview, samples, samples_office

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),  # one browser where the tests are spread over processes
    pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed"),
]
SAMPLES = samples.pages()
EACH_TEMPLATE = {page.template: name for name, page in reversed(SAMPLES.items())}.values()
"""The first page of each template; the others of a template differ in their words and run with the deep tests."""
ASKED: list[str] = []
DARK = ("work", "case", "new-case", "verify")  # they hold every part and every tone
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
WIDE: ViewportSize = {"width": 1280, "height": 720}
NARROW: ViewportSize = {"width": 320, "height": 700}
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


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for all tests: a new one starts processes of its own, which costs more than most of the tests."""
    made = browser.new_context()
    yield made
    made.close()


@pytest.fixture(scope="module")
def only_tab(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def tab(only_tab: Page) -> Page:
    """The tab as if it were new."""
    only_tab.context.clear_cookies()
    only_tab.emulate_media(color_scheme="light")
    only_tab.set_viewport_size(WIDE)
    return only_tab


@pytest.fixture(scope="module")
def plain_tab(browser: Browser) -> Iterator[Page]:
    """A tab without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def width(tab: Page) -> int:
    """How wide the page is that stands in a window of 320 pixels."""
    tab.set_viewport_size(NARROW)
    found: int = tab.evaluate("document.documentElement.scrollWidth")
    tab.set_viewport_size(WIDE)
    return found


@pytest.mark.parametrize(
    "name", [name if name in EACH_TEMPLATE else pytest.param(name, marks=pytest.mark.deep) for name in SAMPLES]
)
def test_axe_finds_nothing_on_a_page_and_in_320_pixels_nothing_runs_over(site: str, tab: Page, name: str) -> None:
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        said.append(message.text)

    tab.on("console", listen)
    tab.goto(f"{site}/sample/{name}")
    assert width(tab) <= 320
    tab.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark") if name in DARK else ("light",)
    for scheme in schemes:
        tab.emulate_media(color_scheme=scheme)
        found = Axe().run(tab, options=RULES)
        assert found.violations_count == 0, found.generate_report()
    tab.remove_listener("console", listen)
    assert [line for line in said if "Content Security Policy" in line] == []


def test_no_other_page_of_320_pixels_runs_over(site: str, tab: Page) -> None:
    tab.set_viewport_size(NARROW)
    wide = {}
    for name in SAMPLES:
        if name not in EACH_TEMPLATE:
            tab.goto(f"{site}/sample/{name}")
            wide[name] = tab.evaluate("document.documentElement.scrollWidth")
    assert len(wide) > 10
    assert {name: width for name, width in wide.items() if width > 320} == {}


def test_the_slash_leads_to_the_search_and_can_be_turned_off(site: str, tab: Page) -> None:
    tab.goto(f"{site}/sample/work")
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") == "search"
    tab.get_by_role("button", name="Turn the search key / off").click()
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") != "search"
    tab.evaluate("localStorage.clear()")


def test_the_list_of_errors_has_the_focus_without_javascript_too(site: str, tab: Page, plain_tab: Page) -> None:
    for one in (tab, plain_tab):
        one.goto(f"{site}/sample/new-case")
        assert one.locator(".errors:focus").count() == 1


def test_progress_moves_by_itself_and_stops_when_it_is_done(site: str, tab: Page) -> None:
    tab.goto(f"{site}/moving/with")
    tab.get_by_text("All 111 cases are opened").wait_for(timeout=20_000)
    assert tab.locator("[data-poll-on]").count() == 0
    assert ASKED.count("with") == 2


def test_without_javascript_a_link_asks_for_the_progress_again(site: str, plain_tab: Page) -> None:
    plain_tab.goto(f"{site}/moving/without")
    plain_tab.get_by_role("link", name="Ask again").click()
    assert plain_tab.get_by_text("All 111 cases are opened").count() == 1


def test_the_first_tab_leads_to_the_content(site: str, tab: Page) -> None:
    tab.goto(f"{site}/sample/work")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("location.hash") == "#content"
