"""Nobody is cleared while the office holds an original; what is overdue is told once; certificates bear the face."""

from __future__ import annotations

import pytest
from sqlmodel import select

from casework.audit.tables import AuditEvent
from casework.cases.rules import CaseLife
from casework.cases.tables import CaseMove
from casework.custody import service as custody
from casework.custody.rules import OriginalStepKind
from casework.custody.service import ReceiveOriginal, StepOriginal
from casework.custody.tables import Original
from checklists.assessment import StageStatus
from documents.encoding import from_json
from tests.support.stage import Stage
from workflows import overdue

pytestmark = pytest.mark.xdist_group("stage")


def take_in(stage: Stage) -> Original:
    today = stage.installation.database.today()
    command = ReceiveOriginal(
        case_id=stage.case().id, kind="passport", place="Safe", handed_by="A", taken_by="B", happened_on=today
    )
    files, catalogue = stage.installation.files, stage.installation.catalogue
    return stage.run("arta", custody.receive, files, catalogue, command)


def give_back(stage: Stage, original: Original) -> None:
    today = stage.installation.database.today()
    command = StepOriginal(
        original_id=original.id, step=OriginalStepKind.RETURNED, handed_by="B", taken_by="A", happened_on=today
    )
    stage.run("arta", custody.step, stage.installation.files, stage.installation.catalogue, command)


def test_a_clearance_that_was_given_stands_and_the_worker_does_not_leave_without_the_own_paper(cleared: Stage) -> None:
    certificates = [row.number for row in cleared.certificates()]
    original = take_in(cleared)
    cleared.drain()
    assert cleared.case().life is CaseLife.OPEN
    give_back(cleared, original)
    cleared.drain()
    assert cleared.case().life is CaseLife.CLEARED
    assert [row.number for row in cleared.certificates()] == certificates
    with cleared.installation.database.read() as session:
        moves = session.exec(select(CaseMove).where(CaseMove.case_id == cleared.case().id)).all()
    assert [move.reason for move in moves][-2:] == ["clearance_stopped", "all_stages_hold"]


@pytest.mark.deep
def test_no_clearance_is_issued_until_the_original_is_back(opened: Stage) -> None:
    original = take_in(opened)
    opened.play()
    opened.drain()
    departure = opened.assessment().stage("departure")
    assert departure.status is StageStatus.BLOCKED
    assert str(departure.why) == "An original paper of the worker is still held; it is returned first."
    assert "departure" not in opened.sign_offs()
    give_back(opened, original)
    opened.play()
    assert opened.case().life is CaseLife.CLEARED
    assert "departure" in opened.sign_offs()


def test_upkeep_tells_of_an_overdue_original_once(opened: Stage) -> None:
    take_in(opened)
    assert overdue.tell_of_originals(opened.installation) == 0
    opened.clock.move(days=20)
    assert [overdue.tell_of_originals(opened.installation) for _each in range(2)] == [1, 0]
    with opened.installation.database.read() as session:
        assert [one.kind for one in session.exec(select(AuditEvent))].count("original.overdue") == 1


def test_only_certificates_that_are_shown_to_strangers_bear_the_photograph(cleared: Stage) -> None:
    with cleared.installation.database.read() as session:
        vault = cleared.installation.database.vault(session)
        bears = {}
        for row in cleared.of_stages():
            assert row.value is not None
            value = from_json(vault.open_json(row.worker_id, "certificate", row.id, "value", row.value))
            bears[row.kind] = value.person.photo is not None
    assert {kind for kind, there in bears.items() if not there} == {"qualifications", "loan"}
    assert bears["departure"] and bears["medical"] and bears["security"]
