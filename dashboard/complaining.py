"""A complaint in words, for who handles it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from basis.messages import Message, _, _n
from casework.accounts.tables import Account
from casework.actor import ENGINE
from casework.cases import queries as cases
from casework.complaints import queries, service
from casework.complaints.rules import (
    AGAINST_WORDS,
    INDICATORS,
    KIND_WORDS,
    OUTCOME_WORDS,
    STATE_WORDS,
    STEP_WORDS,
    ComplaintState,
)
from casework.complaints.service import Content
from casework.complaints.tables import Complaint, ComplaintStep
from casework.costs.rules import HEAD_WORDS
from dashboard import addresses, words
from dashboard.forms import complaints as forms
from dashboard.pages.base import Place
from dashboard.pages.complaints import ComplaintPage
from dashboard.parts import Badge, Fact, Form, Link, Option, Text, Tone
from dashboard.posting import Values, filled
from dashboard.sessions import Visit

Act = Callable[[Values, int], str]
_ORGANISATION: Final = "of-"
_TOLD: Final = _("{what}; told to the reporter")


@dataclass(frozen=True, slots=True)
class Names:
    """Names of organisations and of people, by id."""

    organisations: Mapping[UUID, str]
    people: Mapping[UUID, str]


def names(session: Session, rows: Iterable[Complaint]) -> Names:
    """The names that complaints are told with, in two queries."""
    every = list(rows)
    ids = {one for row in every for one in (row.handler_id, row.about_id) if one}
    people = session.exec(select(Account).where(col(Account.id).in_(ids)))
    return Names(
        cases.organisation_names(session, [row.organisation_id for row in every]), {one.id: one.name for one in people}
    )


def number_of(row: Complaint) -> str:
    """How people name a complaint among themselves. A running number would tell how many there are."""
    return str(row.id)[-8:].upper()


def about(row: Complaint, known: Names) -> Text:
    """Whom it is about."""
    if row.about_id is not None:
        return known.people.get(row.about_id, "")
    return known.organisations.get(row.organisation_id, "") if row.organisation_id else AGAINST_WORDS[row.against]


def status_of(row: Complaint, today: date) -> Badge:
    """What is to be done about it, or how it ended."""
    if row.state is ComplaintState.CLOSED and not row.unread:
        return Badge(Tone.DONE, OUTCOME_WORDS[row.outcome] if row.outcome else STATE_WORDS[row.state])
    late = (today - row.due_on).days
    if late > 0:
        return Badge(Tone.LATE, _n("{count} day overdue", "{count} days overdue", late))
    if row.unread:
        closed = row.state is ComplaintState.CLOSED
        return Badge(
            Tone.TODAY, _("closed; the reporter wrote more") if closed else _("new, or the reporter wrote more")
        )
    return Badge(Tone.OPEN, STATE_WORDS[row.state])


def page(visit: Visit, complaint_id: UUID, wrong: Form | None = None) -> ComplaintPage:
    """A complaint opened; `wrong` takes the place of the form with its id. Raises `NotFound` (``complaint``)."""
    with visit.database.read() as session:
        row = queries.find(session, visit.actor, complaint_id)
        vault = visit.database.vault(session)
        content = service.opened(vault, row)
        steps = queries.steps_of(session, row.id)
        notes = {step.id: service.note_of(vault, step) for step in steps}
        people = cases.accounts_by_key(session, {step.recorded_by for step in steps})
        known = names(session, [row])
        sorting = sort_form(session, row)
    shown = _forms(visit, row, sorting)
    return ComplaintPage(
        base=visit.at(Place.COMPLAINTS),
        back=Link(addresses.COMPLAINTS, _("Complaints and reports")),
        heading=_("Complaint {number}", number=number_of(row)),
        status=status_of(row, visit.today),
        facts=_facts(row, content, known),
        words=content.words,
        steps=tuple(
            (
                words.on(step.happened_on),
                people[step.recorded_by].name if step.recorded_by in people else _("the reporter"),
                _TOLD.with_params({"what": STEP_WORDS[step.step]}) if _is_told(step) else STEP_WORDS[step.step],
                notes[step.id],
            )
            for step in reversed(steps)
        ),
        forms=tuple(wrong if wrong is not None and wrong.id == one.id else one for one in shown),
    )


def sort_form(session: Session, row: Complaint) -> Form:
    """The form that puts right what a complaint is about, with what is known now."""
    about_whom = tuple(Option(f"{_ORGANISATION}{one.id}", one.name) for one in queries.reported(session))
    people = tuple(Option(str(one.id), one.name) for one in queries.colleagues(session, row.office_id))
    against = f"{_ORGANISATION}{row.organisation_id}" if row.organisation_id else row.against.value
    said = {"kind": row.kind.value, "against": against, "about_id": str(row.about_id or "")}
    return filled(forms.sort(row.id, row.version, about_whom, people), said)


def organisation_of(against: str) -> UUID | None:
    """The organisation that an answer of the form names; None where it names a side."""
    return UUID(against.removeprefix(_ORGANISATION)) if against.startswith(_ORGANISATION) else None


def _is_told(step: ComplaintStep) -> bool:
    return step.told and step.recorded_by != ENGINE.key


def _facts(row: Complaint, content: Content, known: Names) -> tuple[Fact, ...]:
    named: list[tuple[Message, Text]] = [
        (_("What happened"), KIND_WORDS[row.kind]),
        (_("ILO indicator of forced labour"), INDICATORS.get(row.kind, "")),
        (_("About"), about(row, known)),
        (_("In the reporter's words"), content.about),
        (_("What the money was for"), HEAD_WORDS.get(content.head, "")),
        (_("How much"), content.amount),
        (_("Who asked for it or got it"), content.paid_to),
        (_("Case named by the reporter"), content.case),
        (_("How to reach the reporter"), content.contact),
        (_("Language of the page"), words.language(content.language) if content.language else ""),
        (_("Came in on"), words.on(row.received_on)),
        (_("Answer by"), words.on(row.due_on) if row.state is not ComplaintState.CLOSED or row.unread else ""),
        (_("Handler"), known.people.get(row.handler_id, "") if row.handler_id else _("nobody yet")),
    ]
    return tuple(Fact(label, value) for label, value in named if value)


def _forms(visit: Visit, row: Complaint, sorting: Form) -> tuple[Form, ...]:
    if row.state is ComplaintState.CLOSED:
        again = forms.reopen(row.id, row.version)
        return (forms.read_added(row.id, row.version), again) if row.unread else (again,)
    if row.handler_id != visit.actor.user_id:
        return (forms.take(row.id, row.version, over=row.handler_id is not None), sorting)
    return (forms.step(row.id, row.version), forms.close(row.id, row.version), sorting)
