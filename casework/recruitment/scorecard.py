"""What an agency's work came to in a period: rows refused, time to complete, drop-outs, fees, complaints.

Every figure has its definition beside it, since a number without one is read as it suits. Reading only; a fixed number
of statements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from statistics import median
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists
from sqlmodel import Session, col, func, select

from basis.errors import InvalidInput
from basis.messages import Message, _
from casework.batches.tables import Batch, BatchRow, RowState
from casework.cases.rules import ENDINGS, CaseLife
from casework.cases.tables import Case, CaseMove
from casework.complaints import queries as complaints
from casework.complaints.rules import FEWEST, counted_until
from casework.costs import queries as costs
from casework.organisations.tables import Organisation

LONGEST: Final = timedelta(days=3700)
_YEAR: Final = timedelta(days=365)
_EARLIEST: Final = date(1900, 1, 1)
_LATEST: Final = date(2199, 12, 31)


class Figure(StrEnum):
    """The figures, in the order they are shown."""

    BROUGHT = "brought"
    ROWS = "rows"
    ROWS_REFUSED = "rows_refused"
    CLEARED = "cleared"
    DAYS_TO_CLEAR = "days_to_clear"
    DROPPED = "dropped"
    FEES_OPEN = "fees_open"
    FEES_REFUNDED = "fees_refunded"
    COMPLAINTS = "complaints"


@dataclass(frozen=True, slots=True)
class Period:
    """The first and the last day of a scorecard, both included."""

    since: date
    until: date

    @classmethod
    def checked(cls, since: date, until: date) -> Period:
        """Raises `InvalidInput` (``period``) for one that ends before it begins, is longer than ten years, or lies
        where there is nothing to count."""
        if until < since or until - since > LONGEST:
            raise InvalidInput(
                "period", _("The period ends before it begins, or is too long."), _("Give at most ten years.")
            )
        if since < _EARLIEST or until > _LATEST:
            raise InvalidInput(
                "period",
                _("The period does not lie between {first} and {last}.", first=_EARLIEST, last=_LATEST),
                _("Correct the years."),
            )
        return cls(since, until)

    @classmethod
    def up_to(cls, until: date, since: date | None) -> Period:
        """The period up to a day; a year where nobody says since when. Raises as `checked`."""
        return cls.checked(since or max(until, date.min + _YEAR) - _YEAR, until)


@dataclass(frozen=True, slots=True)
class Score:
    """One figure. `value` None: it cannot be said (nobody was cleared) or may not be (too few complaints or fees);
    `of` what it is a part of, where it is one."""

    figure: Figure
    value: int | None
    of: int | None = None


LABELS: Final[Mapping[Figure, Message]] = {
    Figure.BROUGHT: _("Workers brought"),
    Figure.ROWS: _("Rows handed in"),
    Figure.ROWS_REFUSED: _("Rows refused"),
    Figure.CLEARED: _("Workers cleared"),
    Figure.DAYS_TO_CLEAR: _("Days from registration to clearance"),
    Figure.DROPPED: _("Drop-outs"),
    Figure.FEES_OPEN: _("Fees to be resolved"),
    Figure.FEES_REFUNDED: _("Fees paid back"),
    Figure.COMPLAINTS: _("Complaints"),
}

DEFINITIONS: Final[Mapping[Figure, Message]] = {
    Figure.BROUGHT: _("Cases that were opened in the period for workers whom the agency brought."),
    Figure.ROWS: _("Rows of the batches that were handed in during the period."),
    Figure.ROWS_REFUSED: _(
        "Of these rows, those that did not become a case because something was wrong with them. A worker who was known "
        "already does not count."
    ),
    Figure.CLEARED: _("Cases that were cleared for the first time in the period, whenever they were opened."),
    Figure.DAYS_TO_CLEAR: _(
        "The median of the days from the opening of these cases to their first clearance: half of them took longer."
    ),
    Figure.DROPPED: _(
        "Cases that ended in the period before the departure, whatever the reason: withdrawn, refused, not eligible, "
        "offer taken back, deceased. An end that was recorded in error does not count."
    ),
    Figure.FEES_OPEN: _(
        "Today, whatever the period: fees of the agency's workers, or paid to the agency, that no worker may be "
        "charged and that are not resolved. To the agency itself neither fewer than {fewest} nor fresh ones are told, "
        "so that it does not learn who spoke.",
        fewest=FEWEST,
    ),
    Figure.FEES_REFUNDED: _(
        "Today, whatever the period: such fees that were paid back after they were found. The same is told to the "
        "agency as of those to be resolved."
    ),
    Figure.COMPLAINTS: _(
        "Complaints about the agency that came in a month or longer before this month and were not found to be wrong. "
        "Fewer than {fewest} are not told, so that nobody learns who complained.",
        fewest=FEWEST,
    ),
}


def scores(session: Session, agency: Organisation, period: Period, today: date, *, own: bool = False) -> list[Score]:
    """Every figure of the agency. `own`: read by the agency itself, to which complaints and fees are not named where
    there are too few of them or they are fresh: workers told of these, too."""
    began = _began(session, agency.id, period)
    rows, refused = _rows(session, agency, period)
    cleared = _days_to_clear(session, agency.id, period)
    ended = _dropped(session, agency.id, period)
    fees = costs.findings_of(session, [agency.id], counted_until(today) if own else None)[agency.id]
    complained = complaints.counts_for(session, [agency.id], today)[agency.id]
    found = [
        Score(Figure.BROUGHT, began),
        Score(Figure.ROWS, rows),
        Score(Figure.ROWS_REFUSED, refused, rows),
        Score(Figure.CLEARED, len(cleared)),
        Score(Figure.DAYS_TO_CLEAR, round(median(cleared)) if cleared else None),
        Score(Figure.DROPPED, ended, ended + len(cleared)),
        Score(Figure.FEES_OPEN, _told(fees.open, own)),
        Score(Figure.FEES_REFUNDED, _told(fees.refunded, own)),
        Score(Figure.COMPLAINTS, complained),
    ]
    return [one for one in found if one.value is not None or one.figure not in _HIDDEN or not own]


_HIDDEN: Final = frozenset({Figure.COMPLAINTS, Figure.FEES_OPEN, Figure.FEES_REFUNDED})
"""What the agency itself is not told of while there is too little of it."""


def _told(count: int, own: bool) -> int | None:
    return None if own and count < FEWEST else count


def _began(session: Session, agency_id: UUID, period: Period) -> int:
    query = select(func.count()).where(
        Case.agency_id == agency_id, Case.registered_on >= period.since, Case.registered_on <= period.until
    )
    return session.exec(query.select_from(Case)).one()


def _rows(session: Session, agency: Organisation, period: Period) -> tuple[int, int]:
    """Rows of the batches of the period, by the clock of the agency's office, and those that were refused."""
    zone = ZoneInfo(agency.time_zone)
    first = datetime.combine(period.since, time(), zone)
    after = datetime.combine(period.until + timedelta(days=1), time(), zone)
    of_period = (Batch.agency_id == agency.id, Batch.received_at >= first, Batch.received_at < after)
    rows = session.exec(select(func.coalesce(func.sum(Batch.rows_total), 0)).where(*of_period)).one()
    refused = (
        select(func.count())
        .select_from(BatchRow)
        .join(Batch, col(Batch.id) == col(BatchRow.batch_id))
        .where(*of_period, col(BatchRow.state) == RowState.REFUSED)
    )
    return int(rows), session.exec(refused).one()


def _days_to_clear(session: Session, agency_id: UUID, period: Period) -> list[int]:
    """How many days each case took that was first cleared in the period."""
    first = func.min(CaseMove.happened_on)
    query = (
        select(col(Case.registered_on), first)
        .join(CaseMove, col(CaseMove.case_id) == col(Case.id))
        .where(Case.agency_id == agency_id, col(CaseMove.to_life) == CaseLife.CLEARED)
        .group_by(col(Case.id), col(Case.registered_on))
        .having(first >= period.since, first <= period.until)
    )
    return [(on - registered).days for registered, on in session.exec(query)]


def _dropped(session: Session, agency_id: UUID, period: Period) -> int:
    query = select(func.count()).where(
        Case.agency_id == agency_id,
        col(Case.life).in_(list(ENDINGS)),
        col(Case.ended_on) >= period.since,
        col(Case.ended_on) <= period.until,
        ~exists().where(col(CaseMove.case_id) == col(Case.id), col(CaseMove.to_life) == CaseLife.DEPARTED),
    )
    return session.exec(query.select_from(Case)).one()
