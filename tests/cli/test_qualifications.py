"""Qualifications on the command line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.qualifications import diplomas, procedures
from casework.qualifications.diplomas import AddDiploma
from casework.qualifications.procedure_rules import ProcedureStepKind
from casework.qualifications.procedures import OpenProcedure, StepProcedure
from casework.settings import Settings
from casework.work import Work
from documents.installation import open_installation
from tests.cli.conftest import Command
from tests.cli.test_batches import SUBMIT, row, write


def test_a_recognition_that_is_overdue_is_a_finding(run: Command, tmp_path: Path) -> None:
    run("batch", "submit", write(tmp_path, row(1)), *SUBMIT)
    assert run.json("case", "qualifications", "T-0001")["diplomas"] == []
    installation = open_installation(Settings(home=run.home))

    def apply(work: Work) -> None:
        case = work.session.exec(select(Case)).one()
        diploma = diplomas.add(
            work,
            AddDiploma(
                case_id=case.id,
                institution="Shkolla Teknike",
                country="XK",
                title="Diplomë",
                isced=3,
                awarded=work.today.year - 2,
            ),
        )
        begun = work.today - timedelta(days=300)
        command = OpenProcedure(
            case_id=case.id, diploma_id=diploma.id, authority="Chamber of Crafts", happened_on=begun
        )
        filed = procedures.begin(work, command)
        step = StepProcedure(procedure_id=filed.id, step=ProcedureStepKind.COMPLETED, happened_on=begun)
        procedures.step(work, installation.catalogue, step)

    installation.database.run(ENGINE, apply)
    installation.database.engine.dispose()
    found = run.json("case", "qualifications", "T-0001", status=1)
    assert found["schema"] == "predeparture.qualifications/1"
    (diploma,) = found["diplomas"]
    assert (diploma["institution_status"], diploma["issuer"]) == ("unlisted", "no")
    assert [(one["state"], one["overdue"]) for one in diploma["recognitions"]] == [("running", True)]
    run("case", "qualifications", "T-0001", status=1)
    run("case", "qualifications", "T-9999", status=3)
