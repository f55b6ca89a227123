"""Ask for a concession, give or refuse it, take it back. `cases.rulings` locks the case and refreshes it after."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases.tables import Case
from casework.concessions import reasons, rules
from casework.concessions.rules import ConcessionState
from casework.concessions.tables import Concession
from casework.work import Work
from checklists.facts import WaiverKind
from checklists.programme import Programme

LONGEST_REASON = 300


class AskConcession(BaseModel):
    """A wish that a requirement be set aside, or met on condition. Who records it is who asks: a name given for
    another would let one person ask and answer."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    requirement: str
    subject: str = ""
    kind: WaiverKind = WaiverKind.WAIVER
    reason: str


class DecideConcession(BaseModel):
    """The authority's answer. `reference` is that of its letter or minute; `reason` is why (a refusal's is disclosed
    to the worker). Given ones end with `ends_on`, or when evidence of the kind `until_event` is decided."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    concession_id: UUID
    given: bool
    reference: str
    reason: str
    ends_on: date | None = None
    until_event: str = ""


def ask(work: Work, programme: Programme, case: Case, command: AskConcession) -> Concession:
    """Record the wish; it waits for the authority that the programme names.

    Raises `InvalidInput` (``not_waivable``), `Refused` (``person_needed``), `Conflict` (``asked_already``).
    """
    require(work.actor.role, Permission.EDIT_CASES)
    if work.actor.user_id is None:
        raise Refused("person_needed", _("This is asked for by a person."), _("Sign in."))
    found = programme.requirement(command.requirement)
    if found is None:
        raise InvalidInput(
            "not_waivable", _("The programme has no such requirement."), _("Open it on the page of its case.")
        )
    authority = rules.require_authority(found[1], command.kind)
    if _waiting(work.session, case.id, command.requirement, command.subject, command.kind) is not None:
        raise Conflict("asked_already", _("This was asked for already and waits for its answer."), None)
    row = Concession(
        case_id=case.id,
        requirement=command.requirement,
        subject=command.subject,
        kind=command.kind,
        authority=authority,
        reason="",
        asked_by=work.actor.key,
        asked_on=work.today,
        recorded_at=work.now,
    )
    reasons.write_asked(work, programme, case, row, recorded.text(command.reason, _("reason"), LONGEST_REASON))
    return _keep(work, row, "waiver.requested")


def decide(work: Work, programme: Programme, case: Case, row: Concession, command: DecideConcession) -> Concession:
    """Give or refuse it. Who asked cannot decide, and only the authority that the programme names can.

    Raises `Refused` (``role``, ``same_person``), `Conflict` (``decided``), `InvalidInput`.
    """
    rules.require_decider(row.authority, row.asked_by, work.actor.role, work.actor.key)
    if row.state is not ConcessionState.REQUESTED:
        raise Conflict("decided", _("This was decided already."), _("Look at its present state."))
    if command.given:
        known = {requirement.evidence for stage in programme.stages for requirement in stage.requirements}
        rules.require_end(row.kind, command.ends_on, command.until_event, known, work.today)
        row.ends_on, row.until_event = command.ends_on, command.until_event
    elif command.ends_on is not None or command.until_event:
        raise InvalidInput("no_end", _("What is refused has no end."), _("Leave its end empty."))
    row.state = ConcessionState.GIVEN if command.given else ConcessionState.REFUSED
    row.reference = recorded.text(command.reference, _("reference"), 120)
    reasons.write_decided(work, programme, case, row, recorded.text(command.reason, _("reason"), LONGEST_REASON))
    row.decided_by, row.decided_on = work.actor.key, work.today
    return _keep(work, row, "waiver.granted" if command.given else "waiver.refused")


def withdraw(work: Work, row: Concession, reason: str) -> Concession:
    """Take back a wish, or what was given; what stands on it falls with it. `reason`: `recorded.WITHDRAW_REASONS`.

    A wish is taken back by who may edit cases, what was given by who could give it.
    """
    recorded.known_reason(reason)
    if row.state is ConcessionState.REQUESTED:
        require(work.actor.role, Permission.EDIT_CASES)
    elif row.state is ConcessionState.GIVEN:
        if not rules.may_decide(row.authority, work.actor.role):
            raise Refused(
                "role",
                _("This is decided by: {authority}.", authority=rules.authority_words(row.authority)),
                _("Leave it to them."),
            )
    else:
        raise Conflict("withdrawn", _("There is nothing to take back."), _("Look at its present state."))
    row.state, row.withdrawn_on = ConcessionState.WITHDRAWN, work.today
    return _keep(work, row, "waiver.withdrawn", {"reason": reason})


def ask_again(work: Work, row: Concession) -> Concession:
    """The refusal was overturned: the same wish as a new row, to be decided anew; none where it waits already."""
    waiting = _waiting(work.session, row.case_id, row.requirement, row.subject, row.kind)
    if waiting is not None:
        return waiting
    again = Concession(
        case_id=row.case_id,
        requirement=row.requirement,
        subject=row.subject,
        kind=row.kind,
        authority=row.authority,
        reason="",
        asked_by=row.asked_by,
        asked_on=work.today,
        recorded_at=work.now,
    )
    reasons.copy_asked(work, work.session.get_one(Case, row.case_id), row, again)
    return _keep(work, again, "waiver.requested", {"again": str(row.id)})


def find(session: Session, concession_id: UUID) -> Concession:
    """The row. Raises `NotFound` (``waiver``); whether the actor may know of its case is for the caller to ask."""
    row = session.get(Concession, concession_id)
    if row is None:
        raise NotFound("waiver", _("There is no such waiver or condition."), _("Open it from its case."))
    return row


def of_case(session: Session, case_id: UUID) -> list[Concession]:
    """All of a case, oldest first."""
    return list(session.exec(select(Concession).where(Concession.case_id == case_id).order_by(col(Concession.id))))


def _waiting(session: Session, case_id: UUID, requirement: str, subject: str, kind: WaiverKind) -> Concession | None:
    """The same wish that waits for its answer, if there is one."""
    asked = (requirement, subject, kind, ConcessionState.REQUESTED)
    rows = of_case(session, case_id)
    return next((row for row in rows if (row.requirement, row.subject, row.kind, row.state) == asked), None)


def _keep(work: Work, row: Concession, event: str, more: dict[str, str] | None = None) -> Concession:
    work.session.add(row)
    work.session.flush()
    work.record(
        event,
        f"waiver/{row.id}",
        case_id=row.case_id,
        data={"requirement": row.requirement, "kind": row.kind.value, **(more or {})},
    )
    return row
