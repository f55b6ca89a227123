"""Renders every page from its sample to files, to be looked at: ``python -m tests.dashboard.preview FOLDER [NAME...]``.

With Debian's chromium each page is photographed too: wide, narrow, very narrow and dark.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from dashboard.pages.base import Page
from dashboard.views import STATIC, render
from tests.dashboard import samples

SIZES = {"wide": (1240, 900), "narrow": (390, 800), "tiny": (320, 700)}


def chromium() -> str | None:
    """The browser's program, or None when it is not installed."""
    return shutil.which("chromium")


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield running
        running.close()


def write(folder: Path, page: Page, name: str) -> Path:
    """The page as a file whose static files are found beside it."""
    html = render(page).replace('"/static/', '"static/')
    path = folder / f"{name}.html"
    path.write_text(html, encoding="utf-8")
    return path


def main(folder: Path, wanted: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(STATIC, folder / "static", dirs_exist_ok=True)
    pages = {name: page for name, page in samples.pages().items() if not wanted or name in wanted}
    paths = {name: write(folder, page, name) for name, page in pages.items()}
    if chromium() is None:
        return
    with browser() as running:
        for name, path in paths.items():
            for size, (width, height) in SIZES.items():
                tab = running.new_page(viewport={"width": width, "height": height})
                tab.goto(path.as_uri())
                tab.screenshot(path=folder / f"{name}.{size}.png", full_page=True)
                tab.close()
            tab = running.new_page(viewport={"width": 1240, "height": 900}, color_scheme="dark")
            tab.goto(path.as_uri())
            tab.screenshot(path=folder / f"{name}.dark.png", full_page=True)
            tab.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
