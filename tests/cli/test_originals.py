"""Originals on the command line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.custody.rules import OriginalStepKind
from casework.custody.tables import Original, OriginalStep
from casework.settings import Settings
from casework.work import Work
from documents.installation import open_installation
from tests.cli.conftest import Command
from tests.cli.test_batches import SUBMIT, row, write


def test_originals_are_listed_and_an_overdue_one_is_a_finding(run: Command, tmp_path: Path) -> None:
    run("batch", "submit", write(tmp_path, row(1)), *SUBMIT)
    assert run.json("case", "originals") == run.json("case", "originals", "--show", "open")
    installation = open_installation(Settings(home=run.home))

    def hold(work: Work) -> None:
        case = work.session.exec(select(Case)).one()
        held = Original(
            case_id=case.id,
            worker_id=case.worker_id,
            kind="passport",
            place="Safe",
            received_on=work.today,
            there_since=work.today,
            limit_on=work.today - timedelta(days=1),
            recorded_at=work.now,
            recorded_by="engine",
        )
        work.session.add(held)
        work.session.flush()
        work.session.add(
            OriginalStep(
                original_id=held.id,
                case_id=case.id,
                step=OriginalStepKind.RECEIVED,
                to_state=held.state,
                happened_on=work.today,
                recorded_at=work.now,
                recorded_by="engine",
            )
        )

    installation.database.run(ENGINE, hold)
    installation.database.engine.dispose()
    found = run.json("case", "originals", "T-0001", status=1)
    assert (found["schema"], found["overdue"]) == ("predeparture.originals/1", 1)
    assert found["originals"][0]["steps"][0]["step"] == "received"
    assert "1 overdue" in run("case", "originals", "--show", "overdue", status=1).output
    assert run.json("case", "originals", "--show", "sent")["originals"] == []
    run("case", "originals", "--show", "hidden", status=2)
    run("case", "originals", "T-0001", "--show", "open", status=2)
    run("case", "originals", "T-9999", status=3)
