"""A real browser before the real server: how the walks begin, and what is looked at on every page."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from cli.demo import people
from dashboard import addresses
from dashboard.sessions import COOKIE
from tests.dashboard.bench import Bench

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}


class Seats:
    """Tabs of one browser, each with cookies of its own, taken by one test after the other: a new one starts
    processes of its own, which costs more than most of what is done in it, and so does a new address."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._door = socket.create_server(("127.0.0.1", 0))
        self._free: dict[bool, list[Page]] = {True: [], False: []}
        self._taken: list[tuple[bool, Page]] = []

    def take(self, *, scripts: bool) -> Page:
        """A tab in which nobody is signed in, with JavaScript or without."""
        free = self._free[scripts]
        tab = free.pop() if free else self._browser.new_context(java_script_enabled=scripts).new_page()
        tab.context.clear_cookies()
        self._taken.append((scripts, tab))
        return tab

    @property
    def address(self) -> str:
        """Where every installation is served, one after the other."""
        return f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def door(self) -> socket.socket:
        """For the server, which closes it."""
        return self._door.dup()

    def close(self) -> None:
        self._door.close()

    def leave(self) -> None:
        """All tabs are free again."""
        for scripts, tab in self._taken:
            self._free[scripts].append(tab)
        self._taken.clear()


@dataclass(frozen=True)
class Walk:
    """An installation's pages, served at an address of this machine."""

    site: Bench
    seats: Seats

    def open(self, tab: Page, path: str) -> None:
        tab.goto(self.seats.address + path)

    def leave(self) -> None:
        """Everybody goes; their tabs are for those who come next."""
        self.seats.leave()

    def visit(self, name: str = "", *, scripts: bool = True) -> Page:
        """A tab of one of the people, signed in and at the first page, or of nobody."""
        tab = self.seats.take(scripts=scripts)
        if name:
            tab.context.add_cookies(
                [{"name": COOKIE, "value": self.site.open_session(name), "url": self.seats.address}]
            )
            self.open(tab, "/")
        return tab

    def sign_in(self, name: str, *, scripts: bool = True) -> Page:
        """The same, by the form."""
        tab = self.seats.take(scripts=scripts)
        self.open(tab, addresses.SIGN_IN)
        tab.get_by_label("E-mail address").fill(people.address(name))
        tab.get_by_label("Password").fill(people.PASSWORD)
        tab.get_by_role("button", name="Sign in").click()
        tab.get_by_role("button", name="Sign out").wait_for()
        return tab


@contextmanager
def served(site: Bench, seats: Seats) -> Iterator[Walk]:
    """The installation's pages at the address of the seats."""
    server = uvicorn.Server(uvicorn.Config(site.app(), log_level="error"))
    thread = threading.Thread(target=server.run, args=([seats.door()],))
    thread.start()
    while not server.started:
        thread.join(0.02)
    try:
        yield Walk(site, seats)
    finally:
        seats.leave()
        server.should_exit = True
        thread.join()


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
