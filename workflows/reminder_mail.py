"""The mail to a worker about bookings: its words in the worker's language and in English, and its calendar file.

A language is offered when `workflows/reminders/<tag>.po` translates every sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from basis.messages import Message, _
from casework.diary.calendar import Event, Status, host_of, summary
from casework.diary.calendar import write as write_calendar
from casework.diary.rules import KIND_WORDS, BookingKind, Occasion
from casework.diary.tables import Booking, Notice
from documents.language_choice import Wanted, choose
from documents.languages import ENGLISH, Language, small, writing

FOLDER: Final = Path(__file__).parent / "reminders"
FILE_NAME: Final = "dates.ics"
_SUBJECT = _("Your dates: {office}")
_GREETING = _("Good day,")
_PARTS: Final[tuple[tuple[frozenset[Occasion], Message], ...]] = (
    (frozenset({Occasion.CANCELLED}), _("This does not take place:")),
    (frozenset({Occasion.MOVED}), _("This has a new time or place:")),
    (frozenset({Occasion.ADMITTED}), _("You have a place now:")),
    (frozenset({Occasion.WEEK, Occasion.DAY}), _("Please remember:")),
)
_HOURS = _("{day}, {starts} to {ends}")
_ONLINE = _("online")
_CLOCK = _("All times are local times of your office.")
_BRING = _("Please bring a document that shows your photograph.")
_PREVENTED = _("If you cannot come, tell your office as soon as you can: {office}.")
_ATTACHED = _("The attached file puts these dates into a calendar.")
_MACHINE = _("A machine wrote this mail. Nobody reads answers to it.")
SENTENCES: Final[tuple[Message, ...]] = (
    _SUBJECT, _GREETING, *(said for _occasions, said in _PARTS), *KIND_WORDS.values(), _HOURS, _ONLINE, _CLOCK, _BRING,
    _PREVENTED, _ATTACHED, _MACHINE,
)  # fmt: skip
"""Everything that a mail says."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one worker is told: the notices with their bookings in the order of their time, by an office."""

    rows: Sequence[tuple[Notice, Booking]]
    office: str
    time_zone: str
    public_url: str


@cache
def language_in(tag: str) -> Language | None:
    """A language that mails are written in; None for every other."""
    return ENGLISH if tag == ENGLISH.tag else small(FOLDER, tag, SENTENCES)


@cache
def offered() -> tuple[str, ...]:
    """The tags of the languages that mails are written in."""
    tags = {path.stem for path in FOLDER.glob("*.po")}
    return tuple(sorted({ENGLISH.tag, *(tag for tag in tags if language_in(tag) is not None)}))


def language_for(recorded: str, nationality: str) -> Language:
    """The language that the worker was shown the privacy notice in, else that of the worker's country; English where
    neither is offered."""
    wanted = Wanted(destinations=(), origins=(nationality,), recorded=recorded)
    return language_in(choose("worker", wanted, offered())[0]) or ENGLISH


def write(told: Told, language: Language, sender: str, address: str) -> EmailMessage:
    """The mail; the same each time, so that one that came twice is known as the same."""
    office = " ".join(told.office.split())
    zone = ZoneInfo(told.time_zone)
    texts = [_text(told, office, zone, one) for one in dict.fromkeys((language, ENGLISH))]
    mail = EmailMessage()
    with writing(language):
        mail["Subject"] = str(_SUBJECT.with_params({"office": office}))
        calendar = write_calendar(_events(told, office), host_of(told.public_url), zone)
    mail["From"], mail["To"] = sender, address
    mail["Date"] = format_datetime(max(notice.asked_at for notice, _row in told.rows))
    name = sha256(b"".join(sorted(notice.id.bytes for notice, _row in told.rows))).hexdigest()[:32]
    mail["Message-ID"] = f"<{name}@{sender.rsplit('@', 1)[-1]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = ", ".join(one.tag for one in dict.fromkeys((language, ENGLISH)))
    mail.set_content("\n\n".join(texts))
    utf_8 = {"charset": "utf-8"}
    mail.add_attachment(calendar, maintype="text", subtype="calendar", filename=FILE_NAME, params=utf_8)
    mail.set_boundary(f"=_{name}")
    return mail


def _text(told: Told, office: str, zone: ZoneInfo, language: Language) -> str:
    with writing(language):
        return "\n".join(_lines(told, office, zone, language))


def _lines(told: Told, office: str, zone: ZoneInfo, language: Language) -> Iterator[str]:
    yield str(_GREETING)
    for occasions, said in _PARTS:
        rows = [row for notice, row in told.rows if notice.occasion in occasions]
        if rows:
            yield ""
            yield str(said)
            for row in {row.id: row for row in rows}.values():
                yield from _booking(row, zone, language)
    coming = [row for notice, row in told.rows if notice.occasion is not Occasion.CANCELLED]
    yield ""
    if any(not row.whole_day for _notice, row in told.rows):
        yield str(_CLOCK)
    if any(not row.online and row.kind is not BookingKind.FOLLOW_UP for row in coming):
        yield str(_BRING)
    if coming:
        yield str(_PREVENTED.with_params({"office": office}))
    yield str(_ATTACHED)
    yield str(_MACHINE)


def _booking(row: Booking, zone: ZoneInfo, language: Language) -> Iterator[str]:
    starts, ends = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
    day = format_date(starts.date(), "full", locale=language.locale)
    if not row.whole_day:
        clock = [format_time(one.time(), "HH:mm", locale=language.locale) for one in (starts, ends)]
        day = str(_HOURS.with_params({"day": day, "starts": clock[0], "ends": clock[1]}))
    yield f"- {day}"
    where = ", ".join(part for part in (" ".join(row.place.split()), str(_ONLINE) if row.online else "") if part)
    what = str(KIND_WORDS[row.kind])
    yield f"  {what}: {where}" if where else f"  {what}"


def _events(told: Told, office: str) -> Iterator[Event]:
    newest = {row.id: (notice, row) for notice, row in told.rows}
    for notice, row in newest.values():
        yield Event(
            id=row.id,
            sequence=row.sequence,
            stamped_at=notice.asked_at,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            summary=summary(KIND_WORDS[row.kind], office),
            location=row.place,
            status=Status.CANCELLED if notice.occasion is Occasion.CANCELLED else Status.CONFIRMED,
            whole_day=row.whole_day,
        )
