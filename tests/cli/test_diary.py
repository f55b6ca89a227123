"""What is booked for a worker, on the command line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from basis.ids import new_id
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.diary import service
from casework.diary.rules import BookingKind
from casework.diary.service import Book
from casework.settings import Settings
from casework.work import Work
from documents.installation import open_installation
from tests.cli.conftest import Command
from tests.cli.test_batches import SUBMIT, row, write


def test_what_is_booked_for_a_worker_is_listed(run: Command, tmp_path: Path) -> None:
    run("batch", "submit", write(tmp_path, row(1)), *SUBMIT)
    installation = open_installation(Settings(home=run.home))
    try:
        reference = installation.database.run(ENGINE, _book)
    finally:
        installation.database.engine.dispose()
    told = run.json("case", "diary", reference)
    (booking,) = told["bookings"]
    assert (told["case"], told["untold"]) == (reference, 0)
    assert (booking["kind"], booking["state"], booking["place"]) == ("session", "booked", "Hall 2")
    printed = run("case", "diary", reference)
    assert "orientation session" in printed.output and "1 booking." in printed.output


def _book(work: Work) -> str:
    case = work.session.exec(select(Case)).one()
    starts = work.now + timedelta(days=3)
    command = Book(
        case_id=case.id,
        kind=BookingKind.SESSION,
        subject_id=new_id(),
        organisation_id=case.office_id,
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        place="Hall 2",
    )
    service.book(work, command)
    return case.reference
