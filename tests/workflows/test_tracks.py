"""A worker changes from away to home and back: evidence stays, exactly the certificates concerned are superseded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, select

from casework.audit import service as audit
from casework.cases import tracks
from casework.cases.rules import CaseLife, EndKind
from casework.cases.tables import TrackChange
from casework.cases.tracks import ENDED_BY_TRACK, ChangeTrack
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from documents.verification import Status
from tests.support.factories import TODAY
from tests.support.stage import AWAY, HOME, Stage

pytestmark = pytest.mark.xdist_group("stage")

OF_AWAY_ALONE = {"medical", "orientation", "loan", "authorisation", "departure"}


def change(stage: Stage, reference: str, track: str, reason: str, **values: object) -> TrackChange:
    case = stage.case(reference)
    command = ChangeTrack.model_validate({"case_id": case.id, "track": track, "reason": reason, **values})
    return stage.run("arta", tracks.change_track, stage.installation.catalogue, command, case.version)


def accepted(stage: Stage, reference: str) -> int:
    with stage.installation.database.read() as session:
        query = select(EvidenceItem).where(
            EvidenceItem.case_id == stage.case(reference).id, col(EvidenceItem.status) == EvidenceStatus.ACCEPTED
        )
        return len(session.exec(query).all())


def test_who_stays_keeps_the_evidence_and_the_certificates_that_hold_at_home(cleared: Stage) -> None:
    papers = accepted(cleared, AWAY)
    decision = change(cleared, AWAY, "home", "offer_at_home", authority="Employment office")
    cleared.drain()
    case, sign_offs = cleared.case(AWAY), cleared.sign_offs(AWAY)
    ended = {name: (row.end_kind, row.end_reason) for name, row in sign_offs.items() if row.ended_at is not None}
    assert ended == dict.fromkeys(OF_AWAY_ALONE, (EndKind.SUPERSEDED, ENDED_BY_TRACK))
    answers = cleared.answers(AWAY)
    assert {name for name, found in answers.items() if found == [Status.SUPERSEDED]} == OF_AWAY_ALONE
    assert all(answers[name][0] is Status.VALID for name in ("documents", "security", "qualifications"))
    assert (case.track, case.planned_departure) == ("home", None)
    assert accepted(cleared, AWAY) == papers
    assert (decision.from_track, decision.to_track, decision.reason) == ("away", "home", "offer_at_home")
    assert (decision.authority, decision.decided_on) == ("Employment office", TODAY)
    with cleared.installation.database.read() as session:
        assert audit.verify(session)[1] == []
        assert [row.id for row in tracks.of_case(session, case.id)] == [decision.id]


def test_who_leaves_after_all_is_asked_what_leaving_needs_and_the_completion_is_superseded(cleared: Stage) -> None:
    departure = TODAY + timedelta(days=200)
    change(cleared, HOME, "away", "offer_abroad", planned_departure=departure)
    sign_offs = cleared.sign_offs(HOME)
    assert (sign_offs["completion"].end_kind, sign_offs["completion"].end_reason) == (
        EndKind.SUPERSEDED,
        ENDED_BY_TRACK,
    )
    assert cleared.open_stages(HOME) >= OF_AWAY_ALONE - {"loan"}  # no loan was asked for
    case = cleared.case(HOME)
    assert (case.life, case.planned_departure) == (CaseLife.OPEN, departure)


def test_there_and_back_asks_for_nothing_that_was_there_before(cleared: Stage) -> None:
    departure = cleared.case(AWAY).planned_departure
    change(cleared, AWAY, "home", "family_reasons")
    change(cleared, AWAY, "away", "worker_chose", planned_departure=departure)
    state = cleared.assessment(AWAY)
    medical = state.stage("medical")
    assert all(slot.status.fulfilled for slot in medical.requirements)
    assert medical.sign_off is None
