"""Mails to workers about what is booked for them: reminders, and what was moved, cancelled or given a place.

One mail tells a worker all that there is to tell at the moment. Neither it nor its subject says what the appointment is
about. Where no mail can reach the worker, the notice becomes work for a caseworker.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import NotFound, Unavailable
from casework.actor import ENGINE
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.diary import notices
from casework.diary.rules import BookingState, Occasion
from casework.diary.tables import Booking, Notice
from casework.followups import expecting
from casework.organisations.tables import Organisation
from casework.settings import is_mail_address
from casework.work import Work
from casework.workers import service as workers
from casework.workers.tables import Worker
from documents.installation import Installation
from workflows import reminder_mail
from workflows.mail import NotSent, Post
from workflows.reminder_mail import Told

CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class _Sorted:
    """What is to become of the notices of some cases: a mail, work for a person with the reason, or nothing."""

    mails: dict[UUID, EmailMessage]
    unsent: dict[UUID, str]
    dropped: list[UUID]
    of_case: Mapping[UUID, Sequence[UUID]]


def book_follow_ups(installation: Installation) -> int:
    """Put the check-ins of the coming days into the diary, so that they are reminded of as everything else. Returns of
    how many cases there were."""
    found = 0
    while count := installation.database.run(ENGINE, expecting.book_due, CHUNK):
        found += count
    return found


def ask_due(installation: Installation) -> int:
    """What the engine does each minute: ask for the reminders whose day has come. Returns how many bookings there were
    to look at."""
    found = 0
    while count := installation.database.run(ENGINE, notices.ask_due, CHUNK):
        found += count
    return found


def send(installation: Installation, case_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Tell the workers of the cases what is to be told. Returns what failed and is to be tried again, in words."""
    with installation.database.read() as session:
        sorted_out = _sort(installation, session, case_ids)
    failed: dict[UUID, NotSent] = {}
    if sorted_out.mails:
        failed = Post.of(installation.settings).send(sorted_out.mails)
    installation.database.run(ENGINE, _record, sorted_out, failed)
    return {case_id: str(why) for case_id, why in failed.items() if not why.for_good}


def _sort(installation: Installation, session: Session, case_ids: Sequence[UUID]) -> _Sorted:
    waiting: dict[UUID, list[tuple[Notice, Booking]]] = defaultdict(list)
    dropped = []
    for notice, booking in notices.waiting(session, case_ids):
        if _still_true(installation, notice, booking):
            waiting[notice.case_id].append((notice, booking))
        else:
            dropped.append(notice.id)
    cases = {case.id: case for case in session.exec(select(Case).where(col(Case.id).in_(list(waiting))))}
    result = _Sorted({}, {}, dropped, {one: [notice.id for notice, _row in rows] for one, rows in waiting.items()})
    try:
        sender = "" if installation.settings.is_demo else Post.of(installation.settings).sender
        none = "demo" if installation.settings.is_demo else ""
    except Unavailable:
        sender, none = "", "no_mail"
    for case_id, rows in waiting.items():
        case = cases[case_id]
        if case.life is CaseLife.DECEASED:
            dropped += result.of_case[case_id]
            continue
        address = "" if none else _address(installation, session, case)
        why = none or _why_not(address)
        if why:
            result.unsent[case_id] = why
        else:
            result.mails[case_id] = _mail(installation, session, case, rows, sender, address)
    return result


def _still_true(installation: Installation, notice: Notice, booking: Booking) -> bool:
    state = BookingState.CANCELLED if notice.occasion is Occasion.CANCELLED else BookingState.BOOKED
    same = booking.state is state and booking.sequence == notice.sequence
    return same and booking.starts_at > installation.database.now()


def _why_not(address: str) -> str:
    if not address:
        return "no_address"
    return "" if is_mail_address(address) else "bad_address"


def _address(installation: Installation, session: Session, case: Case) -> str:
    try:
        return workers.get(session, installation.database.vault(session), case.worker_id).data.email.strip()
    except NotFound:  # erased
        return ""


def _mail(
    installation: Installation,
    session: Session,
    case: Case,
    rows: Sequence[tuple[Notice, Booking]],
    sender: str,
    address: str,
) -> EmailMessage:
    office = session.get_one(Organisation, case.office_id)
    worker = session.get_one(Worker, case.worker_id)
    language = reminder_mail.language_for(workers.language_of(session, worker.id), worker.nationality)
    told = Told(rows, office.name, office.time_zone, installation.settings.public_url)
    return reminder_mail.write(told, language, sender, address)


def _record(work: Work, result: _Sorted, failed: Mapping[UUID, NotSent]) -> None:
    if result.dropped:
        notices.drop(work, result.dropped)
    for case_id, why in result.unsent.items():
        notices.unsent(work, result.of_case[case_id], why)
    for case_id in result.mails:
        if case_id not in failed:
            notices.sent(work, result.of_case[case_id])
        elif failed[case_id].for_good:
            notices.unsent(work, result.of_case[case_id], "refused")
