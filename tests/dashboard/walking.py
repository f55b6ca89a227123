"""A real browser before the real server: how the walks begin, and what is looked at on every page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from cli.demo import people
from dashboard import addresses
from tests.dashboard.bench import Bench

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}


@contextmanager
def served(site: Bench) -> Iterator[str]:
    """The installation's pages on a free port of this machine; their address."""
    server = uvicorn.Server(uvicorn.Config(site.app(), port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def signed_in(browser: Browser, address: str, name: str = "", *, scripts: bool = True) -> Page:
    """A browser of its own, of one of the people or of nobody."""
    tab = browser.new_context(java_script_enabled=scripts, base_url=address).new_page()
    if name:
        tab.goto(addresses.SIGN_IN)
        tab.get_by_label("E-mail address").fill(people.address(name))
        tab.get_by_label("Password").fill(people.PASSWORD)
        tab.get_by_role("button", name="Sign in").click()
        tab.get_by_role("button", name="Sign out").wait_for()
    return tab


# Pages are made while other tests load the machine.
expect.set_options(timeout=20_000)


def looked_at(tab: Page) -> None:
    """Axe finds nothing, and at 320 pixels nothing runs over."""
    tab.wait_for_load_state()
    found = Axe().run(tab, options=_RULES)
    assert found.violations_count == 0, found.generate_report()
    size = tab.viewport_size
    assert size is not None
    tab.set_viewport_size({"width": 320, "height": 700})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    tab.set_viewport_size(size)
