"""Orientation sessions on the command line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from casework.actor import ENGINE
from casework.organisations import service as organisations
from casework.organisations.tables import LicencePurpose, OrganisationKind
from casework.orientation import sessions
from casework.orientation.sessions import AddSession, Part
from casework.settings import Settings
from casework.work import Work
from checklists.catalogue import Catalogue
from documents.installation import open_installation
from tests.cli.conftest import Command
from tests.support import factories
from tests.support.factories import PROGRAMME


def _session(work: Work, catalogue: Catalogue) -> None:
    """A session that goes on, and a case that needs it."""
    office = organisations.listed(work.session, OrganisationKind.OFFICE)[0]
    provider = factories.provider(work, office)
    days = {"valid_from": work.today - timedelta(days=9), "valid_until": work.today + timedelta(days=9)}
    factories.licence(work, provider, LicencePurpose.ORIENTATION, **days)
    starts = work.now - timedelta(hours=1)
    command = AddSession(
        provider_id=provider.id,
        code="OS-1",
        programmes=(PROGRAMME,),
        destination="DE",
        language="sq",
        trainer="Synthetic trainer",
        place="Hall",
        capacity=5,
        parts=(Part(starts_at=starts, ends_at=starts + timedelta(hours=9), modules=("journey", "money")),),
    )
    sessions.add(work, catalogue, command)
    factories.case(work, office, reference="CASE-1", destination="DE")


def test_sessions_are_listed_filled_from_a_file_and_marked(run: Command, tmp_path: Path) -> None:
    installation = open_installation(Settings(home=run.home))
    installation.database.run(ENGINE, _session, installation.catalogue)
    installation.database.engine.dispose()
    (listed,) = run.json("session", "list")["sessions"]
    assert (listed["code"], listed["enrolled"], listed["minutes"]) == ("OS-1", 0, {"journey": 60, "money": 60})
    people, came = tmp_path / "people.csv", tmp_path / "came.csv"
    people.write_text("Case;Date of birth\nCASE-1;09.03.1995\nCASE-9;\n")
    came.write_text("Case,Identity,Journey\nCASE-1,document seen,yes\n")
    taken = run.json("session", "enrol", str(people), "--session", "os-1", status=1)
    assert (taken["enrolled"], taken["rows"]["refused"], taken["findings"][0]["row"]) == (1, 1, 3)
    assert "1 of 1 rows are good." in run("session", "attendance", str(came), "--session", "OS-1").output
    assert run.json("session", "attendance", str(came), "--session", "OS-1")["repeated"] == 1
    shape = run.json("session", "show", "OS-1")
    assert [(one["case"], one["modules"], one["identity"]) for one in shape["participants"]] == [
        ("CASE-1", ["journey"], ["document"])
    ]
    assert "CASE-1" in run("session", "show", "OS-1").output
    assert "OS-1" in run("session", "list").output
