"""What people ask of the history's tree and of the checks: heads and who got them, findings, what must be seen to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, func, select

from basis.messages import Message, _, _n
from casework.audit import archive_checks, heads
from casework.audit.tables import ArchiveCheck, AuditHead, FindingKind, TreeHead, TreeHeadMail
from casework.outbox.tables import OutboxItem, OutboxKind, OutboxState

LATE: Final = timedelta(days=2)
"""A head is made every day; one that is older than this was not followed by another."""


class AlarmKind(StrEnum):
    HISTORY = "history"  # the history was changed: no head could be made
    HEADS = "heads"  # no head is made any more
    MAIL = "mail"  # heads do not reach those outside
    ARCHIVE = "archive"  # stored files are missing, corrupt, unreadable or nobody's


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a person must see to, for whoever runs and whoever audits the installation."""

    kind: AlarmKind
    message: Message
    fix: Message


@dataclass(frozen=True, slots=True)
class HeadLine:
    """A tree head and the mails with it, by address; `stuck` are the addresses that it does not reach."""

    head: TreeHead
    mails: tuple[TreeHeadMail, ...]
    stuck: frozenset[str]


FINDING_WORDS: Final = {
    FindingKind.MISSING: _("missing: the register has it, the store does not"),
    FindingKind.CORRUPT: _("corrupt: not the file that was stored"),
    FindingKind.UNREADABLE: _("unreadable: the disk does not give it out"),
    FindingKind.ORPHANED: _("orphaned: the store has it, no row knows of it"),
}


def head_lines(session: Session, *, limit: int, offset: int = 0) -> tuple[list[HeadLine], int]:
    """Tree heads, the newest first, and how many there are in all."""
    query = select(TreeHead).order_by(col(TreeHead.number).desc()).limit(limit).offset(offset)
    found = session.exec(query).all()
    sent: dict[object, list[TreeHeadMail]] = defaultdict(list)
    mails = select(TreeHeadMail).where(col(TreeHeadMail.head_id).in_([head.id for head in found]))
    for mail in session.exec(mails.order_by(col(TreeHeadMail.address))):
        sent[mail.head_id].append(mail)
    stuck = {item.subject_id for item in _stuck_mails(session)}
    lines = [
        HeadLine(head, tuple(sent[head.id]), frozenset(mail.address for mail in sent[head.id] if mail.id in stuck))
        for head in found
    ]
    return lines, session.exec(select(func.count()).select_from(TreeHead)).one()


def alarms(session: Session, today: date) -> list[Alarm]:
    """What stands now; nothing where all is well."""
    found = [_history(session), _heads(session, today), _mail(session), _archive(archive_checks.last_finished(session))]
    return [alarm for alarm in found if alarm is not None]


def _history(session: Session) -> Alarm | None:
    word = heads.last_word(session)
    if word is None or word.kind != heads.REFUSED:
        return None
    return Alarm(
        AlarmKind.HISTORY,
        _("The history was changed: on {day} no tree head could be made.", day=word.happened_on.isoformat()),
        _(
            "Keep the machine as it is, and run: predeparture audit verify. "
            "Compare with a backup and with the heads that were sent."
        ),
    )


def _heads(session: Session, today: date) -> Alarm | None:
    newest = heads.newest(session)
    if newest is None:
        return None
    if newest.day > today:
        return Alarm(
            AlarmKind.HEADS,
            _("The last tree head is of {day}, which is yet to come.", day=newest.day.isoformat()),
            _("Set the clock of the machine right."),
        )
    if today - newest.day < LATE:
        return None
    return Alarm(
        AlarmKind.HEADS,
        _("No tree head was made since {day}.", day=newest.day.isoformat()),
        _("Run: predeparture serve. Or make one with: predeparture audit seal."),
    )


def _mail(session: Session) -> Alarm | None:
    stuck = _stuck_mails(session)
    if not stuck:
        return None
    message = _n(
        "{count} tree head was not sent. {why}",
        "{count} tree heads were not sent. {why}",
        len(stuck),
        why=stuck[-1].last_error,
    )
    fix = _("See to the cause; the engine tries again when it is started anew.")
    return Alarm(AlarmKind.MAIL, message, fix)


def _archive(check: ArchiveCheck | None) -> Alarm | None:
    if check is None or check.finished_at is None or not any(archive_checks.counts(check).values()):
        return None
    return Alarm(
        AlarmKind.ARCHIVE,
        _(
            "Of {total} stored files {missing} are missing, {corrupt} corrupt, {unreadable} unreadable; "
            "{orphaned} are nobody's (checked until {day}).",
            total=check.looked_at,
            missing=check.missing,
            corrupt=check.corrupt,
            unreadable=check.unreadable,
            orphaned=check.orphaned,
            day=check.finished_at.date().isoformat(),
        ),
        _(
            "List them with: predeparture audit archive. Restore them from a backup, "
            "then run: predeparture audit check-archive."
        ),
    )


def _stuck_mails(session: Session) -> Sequence[OutboxItem]:
    query = select(OutboxItem).where(OutboxItem.kind == OutboxKind.MAIL, OutboxItem.state == OutboxState.STUCK)
    return session.exec(query.order_by(col(OutboxItem.created_at))).all()


def events(session: Session) -> int:
    """How many events the history has."""
    return session.get_one(AuditHead, 1).seq
