"""Documents are revoked and corrected by hand: the sign-off ends with them, and what takes their place names them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput, Refused
from basis.roles import Role
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases import correcting, held
from casework.cases import service as cases
from casework.cases.correcting import STANDS_ON_IT, Correct
from casework.cases.rules import CaseLife, EndKind
from casework.cases.service import MoveCase
from casework.cases.tables import CaseTask
from casework.certificates import service as register
from casework.certificates.tables import Certificate
from documents.register import Register
from documents.verification import Status, verify
from tests.support.errors import error
from tests.support.stage import AWAY, Stage

# What these tests share is made once where the tests are spread over processes.
pytestmark = pytest.mark.xdist_group("stage")


def row_of(stage: Stage, kind: str) -> Certificate:
    """The newest number of a kind."""
    return [row for row in stage.certificates() if row.kind == kind][-1]


def correct(stage: Stage, how: str, kind: str, reason: str, who: str = "mira", **values: Any) -> Certificate:
    command = Correct(certificate_id=row_of(stage, kind).id, reason=reason, **values)
    operation = correcting.revoke if how == "revoke" else correcting.supersede
    return stage.run(who, operation, stage.installation.catalogue, command)


def go_on(stage: Stage) -> None:
    """The engine does its part, and people do theirs."""
    stage.drain()
    stage.play()


def answer(stage: Stage, row: Certificate) -> Any:
    with stage.installation.database.read() as session:
        today = stage.installation.database.today()
        return verify(row.token, Register(session), today, stage.installation.trusted)


def test_a_corrected_certificate_is_issued_anew_and_each_names_the_other(cleared: Stage) -> None:
    before = row_of(cleared, "orientation")
    correct(cleared, "supersede", "orientation", "misspelt", note="The family name lacks its ë.", told=True)
    assert cleared.case().life is CaseLife.OPEN
    go_on(cleared)
    old, new = [row for row in cleared.certificates() if row.kind == "orientation"]
    assert (old.id, old.end_kind, old.superseded_by) == (before.id, EndKind.SUPERSEDED, new.id)
    with cleared.installation.database.read() as session:
        vault = cleared.installation.database.vault(session)
        assert register.value_of(vault, new)["head"]["replaces"] == old.number
        assert register.value_of(vault, old)["head"]["replaces"] == ""
        assert register.end_note(vault, old) == "The family name lacks its ë."
    assert old.ended_by == cleared.cast["mira"].key
    said = answer(cleared, old)
    assert (said.status, said.superseded_by) == (Status.SUPERSEDED, new.number)
    assert "Something on it was misspelt." in [str(reason) for reason in said.reasons][-1]
    assert "ë" not in "".join(str(reason) for reason in said.reasons)
    assert answer(cleared, new).status is Status.VALID
    assert cleared.case().life is CaseLife.CLEARED


@pytest.mark.deep
def test_what_stands_on_a_corrected_certificate_is_corrected_too_and_not_revoked(cleared: Stage) -> None:
    correct(cleared, "supersede", "orientation", "wrong_facts")
    clearance = row_of(cleared, "departure")
    assert (clearance.end_kind, clearance.end_reason) == (EndKind.SUPERSEDED, STANDS_ON_IT)
    go_on(cleared)
    old, new = [row for row in cleared.certificates() if row.kind == "departure"]
    assert old.superseded_by == new.id
    assert row_of(cleared, "medical").end_kind is None
    assert "wrong" not in "".join(str(reason) for reason in answer(cleared, old).reasons)


def test_a_revoked_certificate_is_not_signed_off_by_the_engine_again(cleared: Stage) -> None:
    revoked = correct(cleared, "revoke", "orientation", "false_evidence", note="Attendance list forged.")
    assert revoked.end_kind is EndKind.REVOKED
    assert row_of(cleared, "departure").end_kind is EndKind.REVOKED
    assert cleared.case().life is CaseLife.OPEN
    cleared.drain()
    assert "orientation" in cleared.open_stages()
    assert [str(one) for one in answer(cleared, revoked).reasons] == ["It was revoked."]
    with cleared.installation.database.read() as session:
        lines = session.exec(select(CaseTask).where(CaseTask.case_id == cleared.case().id)).all()
        assert [(line.stage, line.actor) for line in lines] == [("orientation", Role.SUPERVISOR.value)]
        assert held.held(session, cleared.case().id) == {"orientation"}
    sign_off = (cleared.installation.catalogue, cleared.case().id, "orientation")
    with error(Refused, "held"):
        cleared.installation.database.run(ENGINE, cases.sign_off, *sign_off)
    with error(Refused, "held"):
        cleared.run("arta", cases.sign_off, *sign_off)
    cleared.run("mira", cases.sign_off, *sign_off)
    go_on(cleared)
    assert row_of(cleared, "orientation").end_kind is None
    assert cleared.case().life is CaseLife.CLEARED


def test_a_document_is_revoked_after_the_departure_too_but_no_longer_corrected(cleared: Stage) -> None:
    depart = MoveCase(
        case_id=cleared.case().id,
        to=CaseLife.DEPARTED,
        reason="departure_confirmed",
        happened_on=cleared.installation.database.today(),
    )
    cleared.run("arta", cases.move, cleared.installation.catalogue, depart)
    with error(Conflict, "ended"):
        correct(cleared, "supersede", "medical", "wrong_facts")
    correct(cleared, "revoke", "medical", "obtained_by_deceit", told=True)
    assert cleared.case().life is CaseLife.DEPARTED
    assert "obtained by deceit" in str(answer(cleared, row_of(cleared, "medical")).reasons[-1])
    cleared.drain()
    assert len([row for row in cleared.certificates() if row.kind == "medical"]) == 1


def test_only_a_supervisor_of_the_office_corrects_with_a_reason_of_the_list_and_once(cleared: Stage) -> None:
    for who in ("arta", "audit", "teuta", "agron", "admin"):
        with error(Refused, "role"):
            correct(cleared, "revoke", "medical", "issued_in_error", who)
        with error(Refused, "role"):
            correct(cleared, "supersede", "medical", "wrong_facts", who)
    for how in ("revoke", "supersede"):
        with error(InvalidInput, "unknown_reason"):
            correct(cleared, how, "medical", "because")
    with error(InvalidInput, "too_long"):
        correct(cleared, "revoke", "medical", "issued_in_error", note="x" * 1001)
    assert row_of(cleared, "medical").end_kind is None
    correct(cleared, "revoke", "medical", "issued_in_error")
    with error(Conflict, "ended"):
        correct(cleared, "revoke", "medical", "issued_in_error")


def test_the_history_tells_of_a_correction_without_its_note(cleared: Stage) -> None:
    row = row_of(cleared, "medical")
    correct(cleared, "revoke", "medical", "wrong_person", note="Mixed up with his brother.")
    with cleared.installation.database.read() as session:
        query = select(AuditEvent).where(AuditEvent.case_id == cleared.case(AWAY).id).order_by(col(AuditEvent.seq))
        events = list(session.exec(query))
    assert all("brother" not in event.body for event in events)
    reopened = [event for event in events if event.kind == "stage.reopened"][-2]
    assert json.loads(reopened.body)["data"]["reason"] == "wrong_person"
    assert [event.kind for event in events if event.subject == f"certificate/{row.id}"][-1] == "certificate.revoked"
