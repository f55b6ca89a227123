"""Waivers, conditions and interim permissions in words, and who may ask for one or answer it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from basis.messages import Message, _
from casework.accounts.rules import Permission
from casework.concessions import rules as concession_rules
from casework.concessions.rules import ConcessionState
from casework.concessions.tables import Concession
from checklists.facts import WaiverKind
from checklists.programme import Programme, Requirement
from dashboard import addresses, words
from dashboard.cases import wording
from dashboard.cases.known import KnownCase
from dashboard.parts import Badge, Link, Text, Tone

KINDS: Mapping[WaiverKind, Message] = {
    WaiverKind.WAIVER: _("Waiver: {what}"),
    WaiverKind.CONDITION: _("Condition: {what}"),
    WaiverKind.INTERIM: _("Interim permission: {what}"),
}


def asking(known: KnownCase, requirement: Requirement, subject: str, title: Text) -> Link | None:
    """The link at a requirement: ask for a concession, or answer the one that was asked for."""
    waiting = [
        row
        for row in known.concessions
        if (row.requirement, row.subject, row.state) == (requirement.id, subject, ConcessionState.REQUESTED)
    ]
    about = _("of: {title}", title=title)
    for row in waiting:
        if may_answer(known, row):
            return Link(addresses.case(known.case.id, "waivers", row.id), _("Answer what was asked for"), about)
    kinds = concession_rules.kinds_for(requirement)
    free = set(kinds) - {row.kind for row in waiting}
    if not free or not known.visit.may(Permission.EDIT_CASES):
        return None
    text = _("Ask for a waiver") if kinds == (WaiverKind.WAIVER,) else _("Ask for a waiver or condition")
    return Link(addresses.new_waiver(known.case.id, requirement.id, subject), text, about)


def may_answer(known: KnownCase, row: Concession) -> bool:
    """Whether this reader is the authority, or records its letter, and did not ask."""
    actor = known.visit.actor
    return concession_rules.may_decide(row.authority, known.visit.role) and row.asked_by != actor.key


def status_of(row: Concession, ends_on: date | None, today: date) -> Badge:
    """How a concession stands, in words."""
    match row.state:
        case ConcessionState.REQUESTED:
            return Badge(Tone.OPEN, _("waits for: {who}", who=concession_rules.authority_words(row.authority)))
        case ConcessionState.REFUSED:
            return Badge(Tone.TODAY, _("refused"))
        case ConcessionState.WITHDRAWN:
            return Badge(Tone.IDLE, _("withdrawn"))
    if ends_on is not None and ends_on < today:
        return Badge(Tone.IDLE, _("ended on {day}", day=words.on(ends_on)))
    return Badge(Tone.DONE, _("given"))


def end_of(programme: Programme, row: Concession) -> Text:
    """When it ends."""
    if not row.until_event:
        return words.on(row.ends_on) if row.ends_on else _("with the case")
    asked = programme.asking_for(row.until_event)
    event: Text = asked[0][1].label if asked else row.until_event
    if row.ends_on is None:
        return _("when “{event}” is decided", event=event)
    return _("on {day}, or when “{event}” is decided", day=words.on(row.ends_on), event=event)


def title_of(programme: Programme, row: Concession) -> Message:
    """The requirement that the concession is about."""
    found = programme.requirement(row.requirement)
    what: Text = wording.requirement_title(programme, found[1], row.subject) if found else row.requirement
    return KINDS[row.kind].with_params({"what": what})
