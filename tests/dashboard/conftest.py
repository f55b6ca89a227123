"""Homes that several tests look into: made once, copied for whoever changes them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.dashboard import bench, playing, preview
from tests.dashboard.bench import Bench


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium; tests that ask for it skip themselves where there is none."""
    with preview.browser() as running:
        yield running


@pytest.fixture(scope="session")
def peopled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's people and watch list, and no case."""
    home = tmp_path_factory.mktemp("peopled") / "home"
    bench.make(home).installation.database.engine.dispose()
    return home


@pytest.fixture(scope="session")
def played_home(peopled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One worker of the demo, cleared: a certificate of every stage."""
    home = tmp_path_factory.mktemp("played") / "home"
    shutil.copytree(peopled_home, home)
    site = bench.reopened(home)
    bench.submit(site, 1)
    bench.play(site)
    site.installation.database.engine.dispose()
    return home


@pytest.fixture(scope="session")
def played(played_home: Path) -> Bench:
    """For tests that only look."""
    return bench.reopened(played_home)


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
    home = tmp_path_factory.mktemp("opened") / "home"
    shutil.copytree(peopled_home, home)
    site = bench.reopened(home)
    bench.submit(site, 4)
    site.installation.database.engine.dispose()
    return home


@pytest.fixture
def opened(opened_home: Path, copied: Callable[[Path], Bench]) -> Bench:
    """A home of the test's own with those cases."""
    return copied(opened_home)


@pytest.fixture(scope="session")
def screened_home(opened_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first two cases alike but for a possible match in the first: all papers accepted, security not signed."""
    home = tmp_path_factory.mktemp("screened") / "home"
    shutil.copytree(opened_home, home)
    site = bench.reopened(home)
    playing.list_the_worker(site, "BB-0001")
    for reference in ("BB-0001", "BB-0002"):
        playing.documents(site, reference)
        with site.visit("arta") as person:
            playing.hand_in(site, person, reference, "security")
        with site.visit("luan") as person:
            playing.accept_all(site, person, reference)
    site.work()
    site.installation.database.engine.dispose()
    return home


@pytest.fixture
def screened(screened_home: Path, copied: Callable[[Path], Bench]) -> Bench:
    """A home of the test's own with those cases."""
    return copied(screened_home)
