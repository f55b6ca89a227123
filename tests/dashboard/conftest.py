"""Homes that several tests look into: made once, copied for whoever changes them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.dashboard import bench, playing, preview
from tests.dashboard.bench import Bench
from tests.dashboard.walking import Seats
from tests.support.once import once


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium; tests that ask for it skip themselves where there is none."""
    with preview.browser() as running:
        yield running


def _from(home: Path, change: Callable[[Bench], None]) -> Callable[[Path], None]:
    """Makes a home out of a copy of another."""

    def make(folder: Path) -> None:
        shutil.copytree(home, folder, dirs_exist_ok=True)
        site = bench.reopened(folder)
        change(site)
        site.installation.database.engine.dispose()

    return make


@pytest.fixture(scope="module")
def seats(browser: Browser) -> Iterator[Seats]:
    """Tabs for `tests.dashboard.walking`."""
    made = Seats(browser)
    yield made
    made.close()


@pytest.fixture(scope="session")
def peopled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's people and watch list, and no case."""
    return once(tmp_path_factory, "peopled", lambda folder: bench.make(folder).installation.database.engine.dispose())


@pytest.fixture(scope="session")
def played_home(peopled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One worker of the demo, cleared: a certificate of every stage."""

    def play(site: Bench) -> None:
        bench.submit(site, 1)
        bench.play(site)

    return once(tmp_path_factory, "played", _from(peopled_home, play))


@pytest.fixture(scope="session")
def played(played_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """For tests that only look. Looking is recorded too, so `played_home` itself stays as it was made."""
    own = tmp_path_factory.mktemp("played") / "home"
    shutil.copytree(played_home, own)
    return bench.reopened(own)


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[Path], Bench]:
    """A home of the test's own: ``copied(played_home)``."""

    def copy(home: Path) -> Bench:
        shutil.copytree(home, tmp_path / "home")
        return bench.reopened(tmp_path / "home")

    return copy


@pytest.fixture(scope="session")
def opened_home(peopled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four cases of the demo's batch (three away, one home), assessed, and nothing decided yet."""
    return once(tmp_path_factory, "opened", _from(peopled_home, lambda site: bench.submit(site, 4)))


@pytest.fixture
def opened(opened_home: Path, copied: Callable[[Path], Bench]) -> Bench:
    """A home of the test's own with those cases."""
    return copied(opened_home)


@pytest.fixture(scope="session")
def screened_home(opened_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first two cases alike but for a possible match in the first: all papers accepted, security not signed."""

    def screen(site: Bench) -> None:
        playing.list_the_worker(site, "BB-0001")
        for reference in ("BB-0001", "BB-0002"):
            playing.documents(site, reference)
            with site.visit("arta") as person:
                playing.hand_in(site, person, reference, "security")
            with site.visit("luan") as person:
                playing.accept_all(site, person, reference)
        site.work()

    return once(tmp_path_factory, "screened", _from(opened_home, screen))


@pytest.fixture
def screened(screened_home: Path, copied: Callable[[Path], Bench]) -> Bench:
    """A home of the test's own with those cases."""
    return copied(screened_home)
