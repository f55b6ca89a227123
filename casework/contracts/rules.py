"""What a contract says, read into values that can be compared, and how a shortfall is seen to. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from babel import Locale
from pydantic import BaseModel, ConfigDict

from basis import isco
from basis.errors import InvalidInput
from basis.messages import Message, _
from basis.money import Money
from casework.recruitment.rules import MOST_WAGE, WagePer

HOURS_OF_WEEK: Final = 168
_DAYS_OF_WEEK: Final = 7
_LONGEST_MONTHS: Final = 600
_LONGEST_TEXT: Final = 400
_WEEKS_OF_MONTH: Final = Fraction(52, 12)


class ContractKind(StrEnum):
    PROMISED = "promised"  # what the job order or the offer holds out
    SIGNED = "signed"


class Bearer(StrEnum):
    """Who pays or provides something by a contract; the values are those of `checklists.requirement.CostBearer`."""

    EMPLOYER = "employer"
    AGENCY = "agency"
    STATE = "state"
    WORKER = "worker"
    NOBODY = "nobody"


class Keeper(StrEnum):
    """Who keeps the passport."""

    WORKER = "worker"
    EMPLOYER = "employer"
    AGENCY = "agency"


BEARER_WORDS: Mapping[Bearer, Message] = {
    Bearer.EMPLOYER: _("the employer"),
    Bearer.AGENCY: _("the agency"),
    Bearer.STATE: _("the state"),
    Bearer.WORKER: _("the worker"),
    Bearer.NOBODY: _("nobody: it is not provided"),
}
KEEPER_WORDS: Mapping[Keeper, Message] = {
    Keeper.WORKER: _("the worker"),
    Keeper.EMPLOYER: _("the employer"),
    Keeper.AGENCY: _("the agency"),
}


class Terms(BaseModel):
    """What a contract says; None or empty: nothing. `occupation` is ISCO-08. The wage and the deductions (together,
    a month) are minor units of `currency` (ISO 4217), `weekly_minutes` the time of work in a usual week,
    `daily_rest_hours` on end, `leave_days` paid and a year, `months` how long it lasts (0: without an end). `languages`
    (ISO 639-1) are those it is written in, `read_in` the one of them that the worker reads. `says` are its words on the
    programme's terms that machines do not compare, by their id."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    employer: str = ""
    occupation: str = ""
    wage_minor: int | None = None
    currency: str = ""
    wage_per: WagePer = WagePer.MONTH
    weekly_minutes: int | None = None
    daily_rest_hours: int | None = None
    weekly_rest_days: int | None = None
    leave_days: int | None = None
    insurance: Bearer | None = None
    way_there: Bearer | None = None
    way_back: Bearer | None = None
    accommodation: Bearer | None = None
    food: Bearer | None = None
    passport: Keeper | None = None
    deductions_minor: int | None = None
    deductions_for: str = ""
    languages: tuple[str, ...] = ()
    read_in: str = ""
    starts_on: date | None = None
    months: int | None = None
    says: Mapping[str, str] = {}

    @property
    def wage(self) -> Money | None:
        return Money(self.wage_minor, self.currency) if self.wage_minor is not None else None

    @property
    def monthly_wage(self) -> Fraction | None:
        """Minor units a month: a year has 52 weeks, a week of `weekly_rest_days` the other days for work. None where
        the contract does not say enough to know."""
        if self.wage_minor is None:
            return None
        match self.wage_per:
            case WagePer.MONTH:
                return Fraction(self.wage_minor)
            case WagePer.WEEK:
                return self.wage_minor * _WEEKS_OF_MONTH
            case WagePer.DAY:
                days = None if self.weekly_rest_days is None else _DAYS_OF_WEEK - self.weekly_rest_days
                return None if days is None else self.wage_minor * days * _WEEKS_OF_MONTH
            case WagePer.HOUR:
                minutes = self.weekly_minutes
                return None if minutes is None else self.wage_minor * Fraction(minutes, 60) * _WEEKS_OF_MONTH


_NUMBERS: Final[Mapping[str, tuple[int, int, Message]]] = {
    "wage_minor": (1, MOST_WAGE, _("wage")),
    "weekly_minutes": (1, HOURS_OF_WEEK * 60, _("hours of work a week")),
    "daily_rest_hours": (0, 24, _("hours of rest a day")),
    "weekly_rest_days": (0, _DAYS_OF_WEEK, _("days of rest a week")),
    "leave_days": (0, 366, _("days of leave a year")),
    "deductions_minor": (0, MOST_WAGE, _("deductions a month")),
    "months": (0, _LONGEST_MONTHS, _("months")),
}
"""The least and the most that a contract can say."""


def checked(terms: Terms) -> Terms:
    """The same. Raises `InvalidInput` for what no contract says (``contract_number``, ``currency``, ``occupation``,
    ``language``, ``too_long``, ``too_many_hours``)."""
    for name, (least, most, said) in _NUMBERS.items():
        value = getattr(terms, name)
        if value is not None and not least <= value <= most:
            raise InvalidInput(
                "contract_number",
                _("The contract cannot say this: {field}.", field=said),
                _("Write a number from {least} to {most}.", least=least, most=most),
            )
    _check_money(terms)
    if terms.occupation and isco.title(terms.occupation) is None:
        raise InvalidInput(
            "occupation",
            _("ISCO-08 has no occupation {code}.", code=terms.occupation),
            _("Write a code of it, such as 7112."),
        )
    _check_languages(terms)
    for text in (terms.employer, terms.deductions_for, *terms.says.values()):
        if len(text) > _LONGEST_TEXT:
            raise InvalidInput(
                "too_long", _("A text of the contract is too long."), _("Write at most {most} characters.",
                                                                        most=_LONGEST_TEXT),
            )  # fmt: skip
    _check_time(terms)
    return terms


def _check_money(terms: Terms) -> None:
    given = terms.wage_minor is not None or bool(terms.deductions_minor)
    if given and terms.currency not in Locale.parse("en").currencies:
        raise InvalidInput(
            "currency", _("The wage has no currency."), _("Write its code by ISO 4217, such as EUR or KWD.")
        )


def _check_languages(terms: Terms) -> None:
    known = Locale.parse("en").languages
    if any(len(code) != 2 or code not in known for code in terms.languages):
        raise InvalidInput(
            "language", _("A language of the contract is not known."), _("Write codes by ISO 639-1, such as en, bn.")
        )
    if terms.read_in and terms.read_in not in terms.languages:
        raise InvalidInput(
            "language",
            _("The contract is not written in the language that the worker reads."),
            _("Choose one of its languages, or say that the worker reads none of them."),
        )


def _check_time(terms: Terms) -> None:
    """The hours of work must fit into what the rest leaves of a week."""
    days = _DAYS_OF_WEEK - (terms.weekly_rest_days or 0)
    most = days * (24 - (terms.daily_rest_hours or 0)) * 60
    if terms.weekly_minutes is not None and terms.weekly_minutes > most:
        raise InvalidInput(
            "too_many_hours",
            _("With so much rest there is no time for so many hours of work."),
            _("Correct the hours of work, or the hours and days of rest."),
        )


class AnswerKind(StrEnum):
    ACCEPTED = "accepted"  # by the worker, in writing, after it was explained
    ENOUGH = "enough"  # a person has compared what no machine can
    REFUSED = "refused"  # by the worker


class AnswerState(StrEnum):
    WAITING = "waiting"  # for a supervisor who did not record it
    CONFIRMED = "confirmed"
    RETURNED = "returned"


ANSWER_WORDS: Mapping[AnswerKind, Message] = {
    AnswerKind.ACCEPTED: _("accepted by the worker in writing"),
    AnswerKind.ENOUGH: _("found to be enough"),
    AnswerKind.REFUSED: _("refused by the worker"),
}
STATE_WORDS: Mapping[AnswerState, Message] = {
    AnswerState.WAITING: _("waits for a second person"),
    AnswerState.CONFIRMED: _("confirmed"),
    AnswerState.RETURNED: _("returned"),
}

CORRECTED: Final = "corrected"
OFFER_ENDED: Final = "offer_ended"
JOB_CHANGED: Final = "job_changed"
ENDED_BY: Mapping[str, Message] = {
    CORRECTED: _("A corrected one took its place."),
    OFFER_ENDED: _("The offer that it came from has ended."),
    JOB_CHANGED: _("The worker goes to another employer or job."),
    "recorded_in_error": _("It was recorded in error."),
}
"""Why a contract counts no longer."""
