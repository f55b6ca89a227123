"""The end of an assignment: what was agreed, and extensions, which somebody else approves."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from casework import recorded
from casework.accounts.rules import ROLE_WORDS, Permission, require
from casework.cases import changes, rules
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.tables import Case
from casework.followups import queries
from casework.followups.queries import Assignment
from casework.followups.rules import EXTENSION_REASONS, EndState
from casework.followups.tables import AssignmentEnd
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.programme import AssignmentRule, Programme


class AgreeEnd(BaseModel):
    """The last day of the assignment as the agreement says."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    ends_on: date


class AskExtension(BaseModel):
    """A later last day; `reason` is a code of `rules.EXTENSION_REASONS`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    ends_on: date
    reason: str


def agree(work: Work, catalogue: Catalogue, command: AgreeEnd, expected_version: int | None = None) -> AssignmentEnd:
    """Record the end that the agreement names; once. Raises `Conflict` (``agreed``), `InvalidInput` (``too_early``,
    ``too_long``) and as `_open` does."""
    require(work.actor.role, Permission.EDIT_CASES)
    case, programme, _rule, now = _open(work, catalogue, command.case_id, expected_version)
    if queries.ends(work.session, case.id):
        raise Conflict(
            "agreed", _("The end of the assignment was recorded already."), _("Ask for an extension, or withdraw it.")
        )
    _check_end(now, command.ends_on, None)
    row = AssignmentEnd(
        case_id=case.id,
        ends_on=command.ends_on,
        state=EndState.AGREED,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    return _keep(work, programme, case, row, "assignment.agreed")


def ask_extension(
    work: Work, catalogue: Catalogue, command: AskExtension, expected_version: int | None = None
) -> AssignmentEnd:
    """Ask for a later end; it waits for the role that the programme names. Raises `Conflict` (``asked_already``),
    `InvalidInput` (``end_not_known``, ``too_early``, ``too_long``, ``unknown_reason``) and as `_open` does."""
    require(work.actor.role, Permission.EDIT_CASES)
    case, programme, _rule, now = _open(work, catalogue, command.case_id, expected_version)
    recorded.known_reason(command.reason, EXTENSION_REASONS)
    if now.ends is None:
        raise InvalidInput(
            "end_not_known", _("The end of the assignment is not known yet."), _("Record the agreed end first.")
        )
    if any(row.state is EndState.ASKED for row in queries.ends(work.session, case.id)):
        raise Conflict("asked_already", _("An extension was asked for already and waits for its answer."), None)
    _check_end(now, command.ends_on, now.ends)
    row = AssignmentEnd(
        case_id=case.id,
        before=now.ends,
        ends_on=command.ends_on,
        state=EndState.ASKED,
        reason=command.reason,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    return _keep(work, programme, case, row, "assignment.extension_asked")


def answer(
    work: Work, catalogue: Catalogue, end_id: UUID, approved: bool, expected_version: int | None = None
) -> AssignmentEnd:
    """Approve or decline an extension: the check-ins that are counted from the end move with it. Not by who asked.

    Raises `Refused` (``role``, ``same_person``), `Conflict` (``decided``), and as `_open` does."""
    row = _find(work, end_id)
    case, programme, rule, now = _open(work, catalogue, row.case_id, expected_version)
    work.session.refresh(row)
    if work.actor.role is not rule.extended_by:
        raise Refused(
            "role",
            _("An extension is approved by: {role}.", role=ROLE_WORDS[rule.extended_by]),
            _("Leave it to that role."),
        )
    if row.recorded_by == work.actor.key:
        raise Refused("same_person", _("Who asked for it does not approve it."), _("Leave it to somebody else."))
    if row.state is not EndState.ASKED or row.withdrawn_on is not None:
        raise Conflict("decided", _("This was decided already."), _("Look at its present state."))
    if approved:
        _check_end(now, row.ends_on, now.ends)
    row.state = EndState.APPROVED if approved else EndState.DECLINED
    row.decided_on, row.decided_by = work.today, work.actor.key
    return _keep(work, programme, case, row, "assignment.extended" if approved else "assignment.extension_declined")


def withdraw(
    work: Work, catalogue: Catalogue, end_id: UUID, reason: str, expected_version: int | None = None
) -> AssignmentEnd:
    """Take back the end that was recorded last, for a code of `recorded.WITHDRAW_REASONS`; what was approved only by a
    supervisor. Raises `Conflict` (``not_last``), and as `_open` does."""
    require(work.actor.role, Permission.EDIT_CASES)
    row = _find(work, end_id)
    case, programme, rule, _now = _open(work, catalogue, row.case_id, expected_version)
    work.session.refresh(row)
    if row.state is EndState.APPROVED and work.actor.role is not rule.extended_by:
        raise Refused(
            "role", _("An extension is approved by: {role}.", role=ROLE_WORDS[rule.extended_by]), _("Ask that role.")
        )
    recorded.known_reason(reason)
    rows = queries.ends(work.session, case.id)
    if not rows or rows[-1].id != row.id:
        raise Conflict("not_last", _("Another end was recorded after this one."), _("Withdraw that one first."))
    row.withdrawn_on = work.today
    return _keep(work, programme, case, row, "assignment.withdrawn")


def _open(
    work: Work, catalogue: Catalogue, case_id: UUID, expected_version: int | None
) -> tuple[Case, Programme, AssignmentRule, Assignment]:
    """The locked case with the rule of its assignment. Raises `Conflict` (``no_assignment``, ``not_begun``)."""
    case = changes.change(work, case_id, expected_version, any_life=True)
    programme = programme_of(catalogue, case)
    rule, now = programme.assignment(case.track), queries.assignment(work.session, programme, case)
    if rule is None or now is None:
        raise Conflict("no_assignment", _("This programme has no assignment on the track of the case."), None)
    if not rules.goes_on(case.life) or now.begins is None:
        raise Conflict(
            "not_begun",
            _("The assignment of this case has not begun, or is over."),
            _("Confirm the arrival first; of an ended case nothing is extended."),
        )
    return case, programme, rule, now


def _check_end(now: Assignment, ends_on: date, before: date | None) -> None:
    first = now.begins if before is None else before
    if first is not None and ends_on <= first:
        raise InvalidInput(
            "too_early",
            _("The new end is not later than the present one.")
            if before is not None
            else _("The end lies before the assignment has begun."),
            _("Give a later day."),
        )
    if now.longest is not None and ends_on > now.longest:
        raise InvalidInput(
            "too_long",
            _("The assignment would be longer than the programme allows: until {day} at most.", day=now.longest),
            _("Give an earlier day."),
        )


def _find(work: Work, end_id: UUID) -> AssignmentEnd:
    row = work.session.get(AssignmentEnd, end_id)
    if row is None:
        raise NotFound("record", _("There is no such record."), _("Open it from its case."))
    return row


def _keep(work: Work, programme: Programme, case: Case, row: AssignmentEnd, event: str) -> AssignmentEnd:
    work.session.add(row)
    work.record(event, f"assignment_end/{row.id}", case_id=case.id)
    refresh(work, programme, case)
    return row
