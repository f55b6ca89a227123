"""An agency's clerk, an auditor, an administrator and the public walk through the real pages in a real browser."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import FilePayload, Page, expect
from sqlmodel import select

from casework.certificates.tables import Certificate
from cli import demo_data
from cli.demo import people
from dashboard import addresses
from documents.reading import plain
from documents.short_code import short_code
from tests.dashboard import bench, preview
from tests.dashboard.bench import Bench
from tests.dashboard.walking import Seats, looked_at, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),  # one browser where the tests are spread over processes
    pytest.mark.skipif(preview.chromium() is None, reason="Debian's chromium is not installed"),
]


def choose(tab: Page, name: str, content: bytes) -> None:
    """Choose a file in the page's one field for files."""
    kind = "application/pdf" if name.endswith(".pdf") else "text/csv"
    tab.locator("input[type=file]").set_input_files(FilePayload(name=name, mimeType=kind, buffer=content))


def hand_in(tab: Page, data: bytes) -> None:
    tab.get_by_role("link", name="Batches").click()
    tab.get_by_role("link", name="Hand in a batch").click()
    tab.get_by_label("Programme").select_option(people.PROGRAMME)
    choose(tab, "march.csv", data)
    tab.get_by_label("Version of the privacy notice").fill("2026-3")
    tab.get_by_label("Language of that notice").select_option("sq")
    tab.get_by_role("button", name="Check the file").click()


def test_an_agency_hands_a_batch_in_and_watches_it_move(
    peopled_home: Path, copied: Callable[[Path], Bench], seats: Seats
) -> None:
    site = copied(peopled_home)
    data = bench.batch_file(4, site.today).replace(b"1996-05-26", b"sometime")
    with served(site, seats) as walk:
        tab = walk.visit("agron")
        hand_in(tab, data)
        expect(tab.get_by_text("3 of 4 rows can be taken")).to_have_count(1)
        looked_at(tab)
        with tab.expect_download() as download:
            tab.get_by_role("button", name="Download all findings").click()
        assert "Date of birth" in download.value.path().read_text(encoding="utf-8-sig")
        tab.get_by_role("button", name="Submit 3 workers; 1 row is left out").click()
        expect(tab.get_by_text("0 of 3 rows are settled")).to_have_count(1)
        site.work()
        tab.get_by_text("All 3 rows are settled").wait_for(timeout=20_000)
        expect(tab.get_by_role("link", name="Limani, Driton")).to_have_count(1)
        looked_at(tab)
        hand_in(tab, data)
        expect(tab.get_by_text("This very file was handed in before")).to_have_count(1)
        tab.get_by_role("link", name="Open the batch").click()
        expect(tab.get_by_role("heading", name="BALKANWORK-0001")).to_have_count(1)


def test_a_batch_is_handed_in_without_javascript_too(
    peopled_home: Path, copied: Callable[[Path], Bench], seats: Seats
) -> None:
    site = copied(peopled_home)
    with served(site, seats) as walk:
        tab = walk.visit("agron", scripts=False)
        hand_in(tab, bench.batch_file(2, site.today))
        tab.get_by_role("button", name="Submit 2 workers").click()
        site.work()
        tab.get_by_role("link", name="Ask again").click()
        expect(tab.get_by_text("All 2 rows are settled")).to_have_count(1)


def test_an_auditor_reviews_what_was_issued_and_why(played: Bench, seats: Seats) -> None:
    with served(played, seats) as walk:
        tab = walk.visit("audit")
        expect(tab.get_by_role("heading", name="Documents", level=1)).to_have_count(1)
        looked_at(tab)
        tab.get_by_text("Filter this list").click()
        tab.locator("#filters-kind").select_option("orientation")
        tab.get_by_role("button", name="Show").click()
        expect(tab).to_have_url(re.compile("kind=orientation"))
        tab.get_by_role("link", name="ORI-").click()
        expect(tab.get_by_text("Every check passed")).to_have_count(1)
        expect(tab.get_by_text("Attended:").first).to_be_attached()
        looked_at(tab)
        before = tab.get_by_text("File opened").count()
        with tab.expect_download() as download:
            tab.get_by_role("link", name="Download the PDF").click()
        assert download.value.path().read_bytes().startswith(b"%PDF-")
        tab.reload()
        expect(tab.get_by_text("File opened")).to_have_count(before + 1)
        expect(tab.locator("form[method=post]"), "only the sign-out: an auditor changes nothing").to_have_count(1)
        tab.get_by_role("navigation", name="Places").get_by_role("link", name="Programmes").click()
        tab.get_by_role("link", name="Kosovo to Germany").last.click()
        looked_at(tab)


def test_an_administrator_sets_up_an_agency_with_its_people(
    peopled_home: Path, copied: Callable[[Path], Bench], seats: Seats
) -> None:
    site = copied(peopled_home)
    with served(site, seats) as walk:
        tab = walk.visit("admin")
        tab.get_by_role("link", name="Organisations").click()
        looked_at(tab)
        tab.get_by_role("link", name="Add an organisation").click()
        tab.get_by_role("radio", name="agency").check()
        tab.get_by_label("Name").fill("Second Agency")
        tab.get_by_label("Code").fill("SECOND")
        tab.get_by_label("Country").select_option("XK")
        looked_at(tab)
        tab.get_by_role("button", name="Add the organisation").click()
        expect(tab.get_by_text("choose the office it works with").first).to_be_attached()
        tab.get_by_label("Office it works with").select_option(people.OFFICE)
        tab.get_by_role("button", name="Add the organisation").click()
        tab.get_by_role("textbox", name="Number").fill("L-77")
        tab.get_by_label("Given by").fill("Ministry of Labour")
        tab.get_by_label("Valid from").fill(site.today.isoformat())
        tab.get_by_label("Valid until").fill((site.today + timedelta(days=365)).isoformat())
        tab.get_by_role("button", name="Add the licence").click()
        expect(tab.get_by_text("The licence was added.")).to_have_count(1)
        looked_at(tab)
        tab.get_by_role("link", name="Users").click()
        tab.get_by_role("link", name="Add a user").click()
        tab.get_by_label("Name", exact=True).fill("Second Clerk")
        tab.get_by_label("E-mail").fill(people.address("second"))
        tab.get_by_label("Role").select_option("agency_user")
        tab.get_by_label("Organisation").select_option("SECOND")
        tab.get_by_label("First password").fill(people.PASSWORD)
        tab.get_by_role("button", name="Add the user").click()
        expect(tab.get_by_text("The user was added.")).to_have_count(1)
        looked_at(tab)
        tab.get_by_role("link", name="Watch lists").click()
        tab.get_by_label("Name of the list").fill("Second list")
        tab.get_by_role("radio", name="Our own CSV").check()
        choose(tab, "watch.csv", demo_data.watch_list())
        tab.get_by_role("button", name="Load the list").click()
        expect(tab.get_by_text("The watch list was loaded.")).to_have_count(1)
        looked_at(tab)
        clerk = walk.sign_in("second")
        clerk.get_by_role("link", name="Batches").click()
        expect(clerk.get_by_text("No batch has been handed in yet.")).to_have_count(1)


def test_the_public_checks_a_code_and_a_file(played: Bench, seats: Seats) -> None:
    database = played.installation.database
    with database.read() as session:
        row = session.exec(select(Certificate).where(Certificate.kind == "documents")).one()
        data = plain(played.installation.archive, database.vault(session), row)
    with served(played, seats) as walk:
        tab = walk.visit()
        walk.open(tab, addresses.verify(row.token))
        expect(tab.get_by_text("This document is valid")).to_have_count(1)
        expect(tab.get_by_text("D. L.")).to_have_count(1)
        looked_at(tab)
        # A file stays with whoever has it; one that is not known is told apart by uploading it.
        walk.open(tab, addresses.VERIFY)
        sent: list[str] = []
        tab.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        steps = (
            (data, "This document is valid"),
            (data + b" ", "We do not know this file"),
            (data + b" ", "This file was altered"),
        )
        for content, said in steps:
            choose(tab, "a.pdf", content)
            tab.get_by_role("button", name="Check the file").click()
            expect(tab.get_by_text(said)).to_have_count(1)
            looked_at(tab)
        assert [urlsplit(address).path for address in sent] == [
            addresses.VERIFY_HASH,
            addresses.VERIFY_HASH,
            addresses.VERIFY,
        ]
        assert tab.context.cookies() == []


@pytest.mark.deep
def test_the_public_drops_a_file_or_writes_a_number(played: Bench, seats: Seats) -> None:
    database = played.installation.database
    with database.read() as session:
        row = session.exec(select(Certificate).where(Certificate.kind == "documents")).one()
        data = plain(played.installation.archive, database.vault(session), row)
    with served(played, seats) as walk:
        tab = walk.visit()
        walk.open(tab, addresses.VERIFY)
        looked_at(tab)
        dropped = tab.evaluate_handle(
            """(text) => {
                const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
                const transfer = new DataTransfer();
                transfer.items.add(new File([bytes], "a.pdf", { type: "application/pdf" }));
                return transfer;
            }""",
            b64encode(data).decode("ascii"),
        )
        tab.dispatch_event("[data-hash-up-to]", "drop", {"dataTransfer": dropped})
        expect(tab.get_by_text("This document is valid")).to_have_count(1)
        for code, said in ((short_code(row.token).lower(), "This document is valid"), ("0000-0000", "do not know")):
            tab.get_by_role("textbox", name="Number").fill(row.number.lower())
            tab.get_by_label("Short code").fill(code)
            tab.get_by_role("button", name="Check the number").click()
            expect(tab.get_by_text(said)).to_have_count(1)
            looked_at(tab)
        plainly = walk.visit(scripts=False)
        walk.open(plainly, addresses.VERIFY)
        choose(plainly, "a.pdf", data)
        plainly.get_by_role("button", name="Check the file").click()
        expect(plainly.get_by_text("This document is valid")).to_have_count(1)
