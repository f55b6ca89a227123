"""Words for who acts, what is to be done, and by when: the same in the queue and on the page of a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from basis.countries import is_country, name
from basis.isco import in_words
from basis.messages import Message, _, _n
from basis.roles import Role
from casework.accounts.rules import ROLE_WORDS
from casework.cases.rules import WORDS as LIFE_WORDS
from casework.cases.rules import CaseLife, is_ended
from casework.cases.tables import Case
from casework.programmes.rules import Suspended
from checklists.programme import Each, Programme, Provider, Requirement
from dashboard import words
from dashboard.parts import Badge, Text, Tone

YOU: Final = _("you")
_PROVIDERS: Mapping[str, Message] = {
    Provider.WORKER: _("the worker"),
    Provider.AGENCY: _("the agency"),
    Provider.EMPLOYER: _("the employer"),
    Provider.OFFICE: _("the office"),
    Provider.CLINIC: _("the clinic"),
    Provider.AUTHORITY: _("the authority"),
    Provider.PROVIDER: _("the course provider"),
    Provider.POLICE: _("the police"),
    Provider.ENGINE: _("the engine"),
}
_TO_DO: Mapping[str, Message] = {
    "ready": _("Sign off {what}"),
    "submitted": _("Verify {what}"),
    "pending": _("Decide on {what}"),
    "not_independent": _("Verify {what} again"),
    "lapsed": _("Renew {what}"),
    "too_short": _("Renew {what}"),
    "short": _("Improve {what}"),
    "rejected": _("Replace {what}"),
    "failed_check": _("Correct {what}"),
    "adverse": _("Decide on {what}"),
    "unknown": _("Complete {what}"),
    "missing": _("Bring in {what}"),
}


def actor(code: str, reader: Role | None = None) -> Message:
    """Who acts next, in words; "you" for the reader's own role."""
    if reader is not None and code == reader.value:
        return YOU
    return _PROVIDERS.get(code) or ROLE_WORDS[Role(code)]


def suspended(found: Suspended) -> Message:
    """That clearances of a programme are stopped, since when and why."""
    return _("Clearances are suspended since {day}: {reason}", day=words.on(found.since), reason=found.reason)


def to_do(status: str, what: Text) -> Message:
    """The next act: Renew “Medical examination”."""
    return _TO_DO[status].with_params({"what": _("“{what}”", what=what)})


def requirement_title(programme: Programme, requirement: Requirement, subject: str) -> Message:
    """A requirement with its country or module."""
    if requirement.each is Each.MODULE:
        modules = {module.id: module.label for module in programme.curriculum}
        return _("{title}: {subject}", title=requirement.label, subject=modules.get(subject, subject))
    if requirement.each is Each.RESIDENCE and subject:
        return _("{title} ({subject})", title=requirement.label, subject=country(subject))
    return requirement.label


def follow_up_title(programme: Programme, follow_up_id: str) -> Message | str:
    """The title of a follow-up; its id in a version that no longer has it."""
    return next((one.label for one in programme.follow_ups if one.id == follow_up_id), follow_up_id)


def track_title(programme: Programme, track_id: str) -> Message | str:
    """The title of a track."""
    track = programme.track(track_id)
    return track.label if track else track_id


def country(code: str) -> str:
    return name(code) if is_country(code) else code


def due(day: date | None, today: date, *, waiting_for: Message | None = None) -> Badge:
    """By when, with sign and colour; `waiting_for` names whom the case waits for, when it is not the reader."""
    if day is not None and day < today:
        return Badge(Tone.LATE, _n("{count} day overdue", "{count} days overdue", (today - day).days))
    if day is not None and day == today:
        return Badge(Tone.TODAY, _("due today"))
    if waiting_for is not None:
        return Badge(Tone.WAIT, _("waiting for {who}", who=waiting_for))
    if day is None:
        return Badge(Tone.IDLE, _("no day set"))
    tone = Tone.TODAY if day - today <= timedelta(days=7) else Tone.OPEN
    return Badge(tone, _("due on {day}", day=words.on(day)))


def due_sentence(day: date | None, today: date) -> Text:
    """By when, as part of a line; "" where no day is set."""
    if day is None:
        return ""
    if day < today:
        return _n("{count} day overdue", "{count} days overdue", (today - day).days)
    return _("due today") if day == today else _("due on {day}", day=words.on(day))


def slack(day: date | None, today: date) -> Text:
    """The days left until the latest safe day."""
    if day is None:
        return ""
    left = (day - today).days
    return _n("slack {days} day", "slack {days} days", abs(left), days=str(left).replace("-", "−"))


def departure(case: Case, programme: Programme) -> Message:
    """The day of departure, or that there is none."""
    track = programme.track(case.track)
    if track is not None and not track.departs:
        return _("home track")
    return words.on(case.planned_departure) if case.planned_departure else _("no day planned")


def about(case: Case) -> str:
    """Reference, occupation and track in one line."""
    job = in_words(case.occupation, case.job_title)
    return " · ".join(part for part in (case.reference, job, case.track) if part)


def life(case: Case) -> Badge:
    """Where the case is in its life."""
    tones = {CaseLife.OPEN: Tone.OPEN, CaseLife.CLEARED: Tone.DONE, CaseLife.ON_HOLD: Tone.WAIT}
    done = {CaseLife.IN_FOLLOW_UP, CaseLife.DEPARTED, CaseLife.ARRIVED, CaseLife.CLOSED}
    tone = tones.get(case.life) or (Tone.DONE if case.life in done else Tone.IDLE)
    said = LIFE_WORDS[case.life]
    if is_ended(case.life) or case.life is CaseLife.ON_HOLD:
        return Badge(tone, _("{life} since {day}", life=said, day=words.on(case.life_since)))
    return Badge(tone, said)
