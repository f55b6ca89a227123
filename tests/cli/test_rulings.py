"""What was conceded and decided is listed for those who review it."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import col, select

from basis.roles import Role
from casework.accounts.service import actor_of
from casework.actor import ENGINE
from casework.cases import rulings
from casework.cases import service as cases
from casework.cases.rules import CaseLife
from casework.cases.service import MoveCase
from casework.cases.tables import Case
from casework.concessions.service import AskConcession
from casework.decisions.service import Disclosed
from casework.organisations.tables import Organisation, OrganisationKind
from casework.settings import Settings
from casework.work import Work
from documents.installation import Installation, open_installation
from tests.cli.conftest import Command
from tests.cli.test_batches import SUBMIT, row, write
from tests.support import factories


def _ask_and_refuse(work: Work, installation: Installation) -> None:
    """A caseworker asks for a waiver in one case, the supervisor refuses the other."""
    office = work.session.exec(select(Organisation).where(col(Organisation.kind) == OrganisationKind.OFFICE)).one()
    first, second = work.session.exec(select(Case).order_by(col(Case.reference))).all()
    work.actor = actor_of(factories.account(work, office, Role.SUPERVISOR))
    wish = AskConcession(case_id=first.id, requirement="living_space_proof", reason="Housed by the employer")
    rulings.ask_concession(work, installation.catalogue, wish)
    said = Disclosed(reason="visa_refused")
    move = MoveCase(
        case_id=second.id, to=CaseLife.REFUSED, reason="visa_refused", happened_on=work.today, decision=said
    )
    cases.move(work, installation.catalogue, move)


def test_wishes_and_refusals_are_listed_and_the_letter_is_made(run: Command, tmp_path: Path) -> None:
    run("batch", "submit", write(tmp_path, row(1), row(2, track="home")), *SUBMIT)
    assert run.json("case", "decisions") == {"schema": "predeparture.decisions/1", "total": 0, "decisions": []}
    installation = open_installation(Settings(home=run.home))
    installation.database.run(ENGINE, _ask_and_refuse, installation)
    installation.database.engine.dispose()
    (wish,) = run.json("case", "concessions", "T-0001")["concessions"]
    assert (wish["state"], wish["authority"], wish["kind"]) == ("requested", "supervisor", "waiver")
    assert run.json("case", "concessions", "--state", "given")["total"] == 0
    (decision,) = run.json("case", "decisions")["decisions"]
    assert (decision["case"], decision["decision"], decision["letter"]) == ("T-0002", "refused", None)
    assert run.json("advance", "--all")["issued"] == 1
    (decision,) = run.json("case", "decisions", "--show", "standing")["decisions"]
    assert decision["letter"].startswith("LET-")
    assert "living_space_proof" in run("case", "concessions").output
    assert decision["letter"] in run("case", "decisions").output
    run("case", "concessions", "--state", "perhaps", status=2)
