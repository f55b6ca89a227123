"""Selection in words: how an application stands, what an offer holds out, when somebody can be ready."""

from __future__ import annotations

from datetime import date

from basis import isco
from basis.messages import _, _n
from basis.money import Money
from casework.contracts.compare import SHOWN
from casework.contracts.rules import Terms
from casework.recruitment.rules import PER_WORDS
from casework.recruitment.tables import JobOrder
from casework.selection.queries import Candidate, Line
from casework.selection.rules import REASON_WORDS, RESULT_WORDS, STATE_WORDS, ApplicationState
from casework.selection.tables import Application, Interview
from checklists.programme import ContractTerm
from dashboard import words
from dashboard.pages.selection import InterviewView
from dashboard.parts import Badge, Fact, Text, Tone
from dashboard.sessions import Visit

S = ApplicationState
_TONES = {
    S.NOMINATED: Tone.OPEN,
    S.INVITED: Tone.WAIT,
    S.INTERVIEWED: Tone.OPEN,
    S.OFFERED: Tone.TODAY,
    S.ACCEPTED: Tone.DONE,
}


def state(row: Application) -> Badge:
    return Badge(_TONES.get(row.state, Tone.IDLE), STATE_WORDS[row.state])


def why_ended(row: Application) -> Text:
    return REASON_WORDS.get(row.reason, "")


def order_title(order: JobOrder) -> Text:
    return _("{title}, job order {number}", title=order.title, number=order.number)


def wage(order: JobOrder) -> Text:
    return _("{amount} {per}", amount=Money(order.wage_minor, order.currency), per=PER_WORDS[order.wage_per])


def hours(order: JobOrder) -> Text:
    count = order.weekly_hours
    return "" if count is None else _n("{count} hour a week", "{count} hours a week", count)


def week(day: date | None, *, cleared: bool) -> Text:
    """The week by which the preparation can be over: a day would say more than anybody knows."""
    if cleared:
        return _("ready")
    if day is None:
        return ""
    year, number, _day = day.isocalendar()
    return _("about week {week} of {year}", week=number, year=year)


def languages(candidate: Candidate) -> str:
    return ", ".join(f"{words.language(code)} {level}" for code, level in candidate.languages.items())


def experience(candidate: Candidate) -> Text:
    return "" if candidate.months is None else _n("{count} month", "{count} months", candidate.months)


def known(candidate: Candidate) -> tuple[Fact, ...]:
    """What an employer may know of a candidate, in words."""
    line = candidate.line
    said = (
        (_("Job order"), order_title(line.order)),
        (_("Employer"), line.employer.name),
        (_("Occupation"), isco.numbered(candidate.occupation, candidate.job_title)),
        (_("Languages"), languages(candidate) or _("none proven yet")),
        (_("Experience"), experience(candidate) or _("none confirmed yet")),
        (_("Ready"), week(candidate.ready_on, cleared=candidate.cleared)),
        (_("Put forward on"), words.on(line.application.nominated_on)),
        (_("Reason"), why_ended(line.application)),
    )
    return tuple(Fact(label, value) for label, value in said if value)


def interviews(visit: Visit, line: Line) -> tuple[InterviewView, ...]:
    return tuple(_interview(visit, one) for one in line.interviews)


def _interview(visit: Visit, row: Interview) -> InterviewView:
    where = _("by telephone or video") if row.online else row.place
    if row.result is None:
        return InterviewView(words.at(row.starts_at, visit.zone), where, Badge(Tone.WAIT, _("still to come")))
    return InterviewView(words.at(row.starts_at, visit.zone), where, Badge(Tone.IDLE, RESULT_WORDS[row.result]))


def terms(asked: tuple[ContractTerm, ...], said: Terms) -> tuple[Fact, ...]:
    """What a contract or an offer says, in the order of pages."""
    found = [Fact(shown.title, shown.words(said)) for shown in SHOWN.values() if shown.words(said)]
    labels = {term.id: term.label for term in asked}
    found += [Fact(labels[name], text) for name, text in said.says.items() if name in labels]
    return tuple(found)
