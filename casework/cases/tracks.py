"""Change the track of a case: all evidence stays, what the new track asks is derived anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes, facts, intake
from casework.cases.pinned import programme_of
from casework.cases.refresh import end_sign_off, refresh
from casework.cases.rules import TRACK_REASONS, EndKind
from casework.cases.service import live_sign_offs
from casework.cases.tables import Case, SignOff, TrackChange
from casework.work import Work
from checklists.assessment import StageStatus, assess
from checklists.catalogue import Catalogue
from checklists.programme import Programme, Track
from checklists.status.asking import asked_stages

ENDED_BY_TRACK = "track_changed"
"""The reason code of sign-offs that do not apply on the new track."""


class ChangeTrack(BaseModel):
    """Another track for a case. `reason` is a code of `rules.TRACK_REASONS`.

    `planned_departure` and `destination` may be given where the new track departs; without them what was planned
    stays.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    track: str
    reason: str
    authority: str = ""
    planned_departure: date | None = None
    destination: str = ""


def change_track(
    work: Work, catalogue: Catalogue, command: ChangeTrack, expected_version: int | None = None
) -> TrackChange:
    """Put the case on another track, with the decision on record.

    Sign-offs that do not apply there, and those that stood on them, end as superseded with their certificates; the
    others stay. Raises `Conflict` (``same_track``, ``ended`` after departure or closing), `InvalidInput`
    (``unknown_track``, ``unknown_reason``, ``date_in_past``, ``no_departure``, ``missing_destination``).
    """
    require(work.actor.role, Permission.MOVE_CASES)
    recorded.known_reason(command.reason, TRACK_REASONS)
    case = changes.change(work, command.case_id, expected_version)
    programme = programme_of(catalogue, case)
    track = intake.known_track(programme, command.track)
    if track.id == case.track:
        raise Conflict(
            "same_track", _("The case is on this track already."), _("Reload the case and look at its present state.")
        )
    departure = _departure(work, case, track, command.planned_departure)
    destination = intake.destination_of(programme, track, command.destination or case.destination)
    # What time has ended by now ended because of time, and not because of the track.
    refresh(work, programme, case)
    before = _asked(work, programme, case)
    row = TrackChange(
        case_id=case.id,
        from_track=case.track,
        to_track=track.id,
        reason=command.reason,
        authority=recorded.text(command.authority, _("on whose authority"), needed=False),
        decided_on=work.today,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    case.track, case.planned_departure, case.destination = track.id, departure, destination
    work.session.add(case)
    work.record(
        "case.track_changed",
        f"track_change/{row.id}",
        case_id=case.id,
        data={"from": row.from_track, "to": row.to_track, "reason": row.reason},
    )
    work.session.flush()
    _supersede(work, programme, case, before)
    refresh(work, programme, case)
    return row


def of_case(session: Session, case_id: UUID) -> list[TrackChange]:
    """Every change of track, oldest first."""
    query = select(TrackChange).where(TrackChange.case_id == case_id)
    return list(session.exec(query.order_by(col(TrackChange.recorded_at), col(TrackChange.id))))


def _departure(work: Work, case: Case, track: Track, given: date | None) -> date | None:
    if not track.departs:
        if given is not None:
            raise InvalidInput(
                "no_departure", _("Nobody departs on this track."), _("Leave the day of departure empty.")
            )
        return None
    if given is not None and given < work.today:
        raise InvalidInput("date_in_past", _("The planned departure lies in the past."), _("Give a day from today on."))
    return given or case.planned_departure


def _asked(work: Work, programme: Programme, case: Case) -> Mapping[str, bool | None]:
    known = facts.load(work.session, [case])[case.id]
    return {one.stage.id: one.asked for one in asked_stages(programme, known, work.today)}


def _supersede(work: Work, programme: Programme, case: Case, before: Mapping[str, bool | None]) -> None:
    now = _asked(work, programme, case)
    for row in live_sign_offs(work.session, case.id):
        if now.get(row.stage) is False and before.get(row.stage) is not False:
            end_sign_off(work, case, row, EndKind.SUPERSEDED, ENDED_BY_TRACK)
    assessment = assess(programme, facts.load(work.session, [case])[case.id], work.today)
    for state in assessment.stages:
        if state.status is StageStatus.BROKEN and state.sign_off is not None:
            because = state.breach.because if state.breach else ()
            row = work.session.get_one(SignOff, UUID(state.sign_off))
            end_sign_off(work, case, row, EndKind.SUPERSEDED, ENDED_BY_TRACK, because)
