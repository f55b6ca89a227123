"""Who read medical details is told on the command line; reasons that were written down before are sealed once."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import col, select

from basis.roles import Role
from casework.accounts.service import actor_of
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.concessions.tables import Concession
from casework.medical import service as medical
from casework.medical.rules import MedicalOutcome
from casework.medical.service import RecordMedical
from casework.organisations.tables import Organisation, OrganisationKind
from casework.settings import Settings
from casework.work import Work
from documents.installation import open_installation
from tests.cli.conftest import Command
from tests.cli.test_batches import SUBMIT, row, write
from tests.support import factories

DETAIL = "calcified node of the hilum"


def _examine_and_read(work: Work) -> None:
    office = work.session.exec(select(Organisation).where(col(Organisation.kind) == OrganisationKind.OFFICE)).one()
    case = work.session.exec(select(Case)).one()
    work.actor = actor_of(factories.account(work, office, Role.MEDICAL_OFFICER, name="Dr. Reader"))
    report = RecordMedical(
        case_id=case.id,
        clinic_id=factories.clinic(work, office).id,
        physician="Dr Synthetic",
        physician_licence="PH-1",
        identity_checked=True,
        examined_on=work.today,
        outcome=MedicalOutcome.UNFIT,
        detail=DETAIL,
    )
    medical.detail(work, medical.record(work, report).id)
    old = Concession(
        case_id=case.id,
        requirement="medical_examination",
        authority="medical_officer",
        reason=DETAIL,
        asked_by="engine",
        asked_on=work.today,
        recorded_at=work.now,
    )
    work.session.add(old)


def test_readings_name_who_looked_and_old_reasons_are_sealed_once(run: Command, tmp_path: Path) -> None:
    run("batch", "submit", write(tmp_path, row(1)), *SUBMIT)
    assert run.json("case", "readings", "T-0001")["readings"] == []
    installation = open_installation(Settings(home=run.home))
    installation.database.run(ENGINE, _examine_and_read)
    installation.database.engine.dispose()
    (reading,) = run.json("case", "readings", "T-0001")["readings"]
    assert (reading["name"], reading["role"]) == ("Dr. Reader", "medical_officer")
    assert reading["looked_at"] == ["medical_examination"]
    told = run("case", "readings", "T-0001").output
    assert "Dr. Reader" in told and DETAIL not in told and "unfit" not in told
    for count in ("1 waiver", "0 waivers"):
        assert count in run("case", "seal-reasons").output
