"""Record the follow-ups that a programme asks for after departure, arrival or completion, and take them back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from basis.roles import Role
from casework import recorded
from casework.accounts.rules import Permission, may, require
from casework.actor import Actor
from casework.cases import changes, facts
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.tables import Case
from casework.evidence.tables import EvidenceItem
from casework.followups import queries
from casework.followups.rules import AskedFollowUp, FollowUpHow, FollowUpState
from casework.followups.tables import FollowUpRow
from casework.vault import Vault
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.programme import Programme, Provider, Since


class RecordFollowUp(BaseModel):
    """A follow-up as it was made. `follow_up` is the programme's id of it, `outcome` one of its outcomes; `next_on`:
    the day on which it is made again, its outcome being open still. `report_id`: a paper of the case that came with it.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    follow_up: str
    outcome: str
    happened_on: date
    how: FollowUpHow | None = None
    next_on: date | None = None
    report_id: UUID | None = None
    note: str = ""


def may_record(role: Role | None, who: Provider | Role) -> bool:
    """The office records every follow-up; a role or agency that the programme names records its own."""
    own = role == who or (role is Role.AGENCY_USER and who is Provider.AGENCY)
    return may(role, Permission.EDIT_CASES) or (own and may(role, Permission.SEE_CASES))


def may_read(role: Role | None, who: Provider | Role) -> bool:
    """Whether the role learns what came out: what an agency was not asked for itself is between worker and office."""
    return role is not Role.AGENCY_USER or may_record(role, who)


def record(
    work: Work, catalogue: Catalogue, command: RecordFollowUp, expected_version: int | None = None
) -> FollowUpRow:
    """Record a follow-up; its line leaves the queue.

    Raises `NotFound` (``follow_up``) for one that is not asked of this case, `Conflict` (``recorded``, ``not_needed``),
    `InvalidInput` (``unknown_outcome``, ``date_in_future``, ``too_early``, ``next_too_early``, ``report``), `Refused`
    (``role``).
    """
    require(work.actor.role, Permission.SEE_CASES)
    case = changes.change(work, command.case_id, expected_version, any_life=True)
    programme = programme_of(catalogue, case)
    asked = _find(work, programme, case, command.follow_up)
    _require_recorder(work.actor, asked)
    _require_open(asked)
    if command.outcome not in asked.follow_up.outcomes:
        raise InvalidInput(
            "unknown_outcome",
            _("The follow-up does not have this outcome."),
            _("Choose one of: {outcomes}.", outcomes=", ".join(asked.follow_up.outcomes)),
        )
    _check_days(work, case, asked, command)
    _check_report(work, case, command.report_id)
    row = FollowUpRow(
        case_id=case.id,
        follow_up=asked.follow_up.id,
        due_on=asked.due_on,
        happened_on=command.happened_on,
        outcome=command.outcome,
        how=command.how,
        next_on=command.next_on,
        report_id=command.report_id,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    note = recorded.text(command.note, _("note"), 1000, needed=False)
    if note:
        row.note = work.vault.seal(case.worker_id, "follow_up", row.id, "note", note.encode())
    work.session.add(row)
    work.record(
        "follow_up.recorded",
        f"follow_up/{row.id}",
        case_id=case.id,
        happened_on=command.happened_on,
        data={"follow_up": row.follow_up},
    )
    refresh(work, programme, case)
    return row


def withdraw(
    work: Work, catalogue: Catalogue, row_id: UUID, reason: str, expected_version: int | None = None
) -> FollowUpRow:
    """Take a record back, for a code of `recorded.WITHDRAW_REASONS`: the follow-up is asked for again."""
    require(work.actor.role, Permission.EDIT_CASES)
    row = recorded.withdraw(work, FollowUpRow, row_id, "follow_up.withdrawn", reason, expected_version, any_life=True)
    case = work.session.get_one(Case, row.case_id)
    refresh(work, programme_of(catalogue, case), case)
    return row


def note_of(vault: Vault, case: Case, row: FollowUpRow) -> str:
    """The note, opened; "" where there is none."""
    return vault.open(case.worker_id, "follow_up", row.id, "note", row.note).decode() if row.note else ""


def _find(work: Work, programme: Programme, case: Case, follow_up: str) -> AskedFollowUp:
    known = facts.load(work.session, [case])[case.id]
    for asked in queries.asked(work.session, programme, case, known):
        if asked.follow_up.id == follow_up:
            return asked
    raise NotFound(
        "follow_up",
        _("This follow-up is not asked for in this case, or what it is counted from has not happened yet."),
        _("Look at the follow-ups on the page of the case."),
    )


def _check_days(work: Work, case: Case, asked: AskedFollowUp, command: RecordFollowUp) -> None:
    """What is counted from the end of an assignment may be made before it, once the assignment has begun."""
    before = [row.happened_on for row in queries.made(work.session, case.id) if row.follow_up == asked.follow_up.id]
    begun = case.ended_on if asked.follow_up.since is Since.END and case.ended_on else asked.since
    if recorded.happened(command.happened_on, _("when it happened"), work.today) < max([begun, *before]):
        raise InvalidInput(
            "too_early",
            _("The day lies before the one that the follow-up is counted from."),
            _("Give the day on which the follow-up was made."),
        )
    if command.next_on is not None and command.next_on <= command.happened_on:
        raise InvalidInput(
            "next_too_early",
            _("The next day lies before the day on which it was made."),
            _("Give a later day, or none where the outcome is final."),
        )


def _check_report(work: Work, case: Case, report_id: UUID | None) -> None:
    if report_id is None:
        return
    item = work.session.get(EvidenceItem, report_id)
    if item is None or item.case_id != case.id or item.sealed_off_at is not None:
        raise InvalidInput(
            "report", _("The report is none of the papers of this case."), _("Hand it in on the page of the case.")
        )


def _require_recorder(actor: Actor, asked: AskedFollowUp) -> None:
    if not may_record(actor.role, asked.who):
        raise Refused(
            "role",
            _("Your role does not record this follow-up."),
            _("Leave it to the office, or to whom the programme names."),
        )


def _require_open(asked: AskedFollowUp) -> None:
    if asked.state is FollowUpState.DONE:
        raise Conflict(
            "recorded",
            _("This follow-up was recorded already."),
            _("Take the record back first, if it is wrong."),
        )
    if asked.state is FollowUpState.NOT_NEEDED:
        raise Conflict("not_needed", _("This follow-up is not needed any more."), None)
