"""The way of a complaint: one transition table; who may read which; by when it must be answered. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from basis.errors import Conflict
from basis.messages import Message, _
from basis.roles import Role


class ComplaintKind(StrEnum):
    """What happened. Most kinds are among the ILO's eleven indicators of forced labour (`INDICATORS`)."""

    FEE = "fee"
    PASSPORT_KEPT = "passport_kept"
    CONTRACT_CHANGED = "contract_changed"
    WAGES = "wages"
    CONDITIONS = "conditions"
    MOVEMENT = "movement"
    THREATS = "threats"
    VIOLENCE = "violence"
    DEBT = "debt"
    CONDUCT = "conduct"
    OTHER = "other"


class Against(StrEnum):
    """Whom it is about. `HANDLER`: those who read the complaints about staff."""

    AGENCY = "agency"
    EMPLOYER = "employer"
    CLINIC = "clinic"
    PROVIDER = "provider"
    STAFF = "staff"
    HANDLER = "handler"
    OTHER = "other"


class ComplaintState(StrEnum):
    RECEIVED = "received"
    IN_HAND = "in_hand"
    CLOSED = "closed"


class ComplaintStepKind(StrEnum):
    RECEIVED = "received"
    ADDED = "added"  # the reporter wrote more
    TAKEN = "taken"
    NOTED = "noted"  # what the handler did or asked
    SORTED = "sorted"  # kind or whom it is about was put right
    CLOSED = "closed"
    REOPENED = "reopened"


class Outcome(StrEnum):
    FOUNDED = "founded"
    NOT_FOUNDED = "not_founded"
    SETTLED = "settled"
    REFERRED = "referred"


_Kind, _State, _Step = ComplaintKind, ComplaintState, ComplaintStepKind

KIND_WORDS: Final[Mapping[ComplaintKind, Message]] = {
    _Kind.FEE: _("I was asked for money, or paid it"),
    _Kind.PASSPORT_KEPT: _("Somebody keeps my passport or other papers"),
    _Kind.CONTRACT_CHANGED: _("The contract or the job is not what was promised"),
    _Kind.WAGES: _("Wages are not paid, or not all of them"),
    _Kind.CONDITIONS: _("Working hours, safety or the place to stay are bad"),
    _Kind.MOVEMENT: _("Somebody is not allowed to leave or to call others"),
    _Kind.THREATS: _("Somebody threatens me or my family"),
    _Kind.VIOLENCE: _("Somebody hurts or touches people against their will"),
    _Kind.DEBT: _("I am made to work because of a debt"),
    _Kind.CONDUCT: _("Somebody treated me badly or unfairly"),
    _Kind.OTHER: _("Something else"),
}
INDICATORS: Final[Mapping[ComplaintKind, str]] = {
    _Kind.PASSPORT_KEPT: "retention of identity documents",
    _Kind.CONTRACT_CHANGED: "deception",
    _Kind.WAGES: "withholding of wages",
    _Kind.CONDITIONS: "abusive working and living conditions; excessive overtime",
    _Kind.MOVEMENT: "restriction of movement; isolation",
    _Kind.THREATS: "intimidation and threats",
    _Kind.VIOLENCE: "physical and sexual violence",
    _Kind.DEBT: "debt bondage",
    _Kind.CONDUCT: "abuse of vulnerability",
}
"""The ILO's indicator (Indicators of Forced Labour, 2012) that a kind stands for."""

AGAINST_WORDS: Final[Mapping[Against, Message]] = {
    Against.AGENCY: _("a recruitment agency"),
    Against.EMPLOYER: _("an employer"),
    Against.CLINIC: _("a clinic"),
    Against.PROVIDER: _("a training provider"),
    Against.STAFF: _("somebody who works in this office"),
    Against.HANDLER: _("the person in this office who handles complaints"),
    Against.OTHER: _("somebody else"),
}
STATE_WORDS: Final[Mapping[ComplaintState, Message]] = {
    _State.RECEIVED: _("received; nobody has begun yet"),
    _State.IN_HAND: _("somebody is working on it"),
    _State.CLOSED: _("finished"),
}
STEP_WORDS: Final[Mapping[ComplaintStepKind, Message]] = {
    _Step.RECEIVED: _("The report came in"),
    _Step.ADDED: _("The reporter wrote more"),
    _Step.TAKEN: _("Taken in hand"),
    _Step.NOTED: _("A step was taken"),
    _Step.SORTED: _("Kind, or whom it is about, was put right"),
    _Step.CLOSED: _("Closed"),
    _Step.REOPENED: _("Opened again"),
}
OUTCOME_WORDS: Final[Mapping[Outcome, Message]] = {
    Outcome.FOUNDED: _("The report was found to be right."),
    Outcome.NOT_FOUNDED: _("It could not be shown that it was so."),
    Outcome.SETTLED: _("It was settled."),
    Outcome.REFERRED: _("It was handed to an authority."),
}

TRANSITIONS: Final[Mapping[tuple[ComplaintState, ComplaintStepKind], ComplaintState]] = {
    (_State.RECEIVED, _Step.TAKEN): _State.IN_HAND,
    (_State.IN_HAND, _Step.TAKEN): _State.IN_HAND,  # by a colleague
    (_State.IN_HAND, _Step.NOTED): _State.IN_HAND,
    (_State.IN_HAND, _Step.CLOSED): _State.CLOSED,
    (_State.CLOSED, _Step.REOPENED): _State.IN_HAND,
    (_State.CLOSED, _Step.NOTED): _State.CLOSED,  # what the reporter added was read
    **{(state, _Step.SORTED): state for state in (_State.RECEIVED, _State.IN_HAND)},
    **{(state, _Step.ADDED): state for state in ComplaintState},
}

DEADLINES: Final[Mapping[ComplaintKind, int]] = {
    _Kind.VIOLENCE: 2,
    _Kind.THREATS: 2,
    _Kind.MOVEMENT: 2,
    _Kind.PASSPORT_KEPT: 5,
}
LONGEST: Final = 30
"""Calendar days until a complaint is to be answered, and those of kinds that cannot wait as long. The numbers are the
project's own choice; no source names them."""

FEWEST: Final = 3
"""Smaller numbers of complaints are not told to anybody who does not handle them."""
YOUNGEST: Final = timedelta(days=30)
"""Fresher complaints do not count: who met whom lately is known to both sides."""


def due_on(kind: ComplaintKind, received_on: date) -> date:
    """The last day to answer."""
    return received_on + timedelta(days=DEADLINES.get(kind, LONGEST))


def moved(state: ComplaintState, step: ComplaintStepKind) -> ComplaintState:
    """Where a step leads. Raises `Conflict` (``complaint_state``)."""
    found = TRANSITIONS.get((state, step))
    if found is None:
        raise Conflict(
            "complaint_state",
            _("This cannot be done now: the complaint is {state}.", state=STATE_WORDS[state]),
            _("Look at its present state."),
        )
    return found


def readers(against: Against) -> frozenset[Role]:
    """The roles that read a complaint: about staff the complaints officers alone, about those the supervisors alone."""
    if against is Against.STAFF:
        return frozenset({Role.COMPLAINTS_OFFICER})
    if against is Against.HANDLER:
        return frozenset({Role.SUPERVISOR})
    return frozenset({Role.SUPERVISOR, Role.COMPLAINTS_OFFICER})


def counts_from(on: date) -> date:
    """The first day on which what is put right on a day shows in numbers: that of the next month."""
    return (on.replace(day=1) + timedelta(days=31)).replace(day=1)


def counted_until(on: date) -> date:
    """The last day of receipt that counts on a day. It moves once a month, so that nobody sees a number rise on the day
    after a complaint came of age."""
    return on.replace(day=1) - YOUNGEST
