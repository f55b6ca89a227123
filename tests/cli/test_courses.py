"""Courses on the command line."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

from casework.actor import ENGINE
from casework.organisations import service as organisations
from casework.organisations.tables import LicencePurpose, OrganisationKind
from casework.settings import Settings
from casework.training import courses, enrolling
from casework.training.courses import AddCourse, AddSession
from casework.work import Work
from checklists.catalogue import Catalogue
from documents.installation import open_installation
from tests.cli.conftest import Command
from tests.support import factories
from tests.support.factories import PROGRAMME


def _course(work: Work, catalogue: Catalogue) -> None:
    """A course of yesterday with one who takes part."""
    office = organisations.listed(work.session, OrganisationKind.OFFICE)[0]
    provider = factories.provider(work, office)
    days = {"valid_from": work.today - timedelta(days=9), "valid_until": work.today + timedelta(days=9)}
    factories.licence(work, provider, LicencePurpose.TRAINING, **days)
    yesterday = work.today - timedelta(days=1)
    command = AddCourse(
        code="TEC-1",
        title="Scaffolding",
        provider_id=provider.id,
        programme=PROGRAMME,
        subject="technical",
        hours=8,
        capacity=5,
        place="Hall",
        begins_on=yesterday,
        ends_on=work.today,
    )
    course = courses.add(work, catalogue, command)
    session = AddSession(day=yesterday, starts=time(9), ends=time(13))
    courses.add_sessions(work, catalogue, course.id, session)
    case = factories.case(work, office, reference="CASE-1")
    enrolling.enrol(work, catalogue, course.id, [case.id])


def test_courses_are_listed_shown_and_marked_from_a_file(run: Command, tmp_path: Path) -> None:
    installation = open_installation(Settings(home=run.home))
    database = installation.database
    database.run(ENGINE, _course, installation.catalogue)
    yesterday = (database.today() - timedelta(days=1)).isoformat()
    database.engine.dispose()
    (listed,) = run.json("course", "list", "--under-way")["courses"]
    assert (listed["code"], listed["taken"], listed["state"]) == ("TEC-1", 1, "planned")
    assert "Scaffolding" in run("course", "list").output
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("Case,Attendance,Minutes late\nCASE-1,late,60\n")
    bad.write_text("Case,Attendance\nCASE-9,present\n")
    named = ("--course", "tec-1", "--day", yesterday)
    assert run.json("course", "attendance", str(good), *named)["recorded"] == 1
    assert run.json("course", "attendance", str(good), *named)["recorded"] == 0
    assert "no such case" in run("course", "attendance", str(bad), *named, status=1).output
    assert "1 of 1 rows are good" in run("course", "attendance", str(good), *named, "--from", "09:00").output
    run("course", "attendance", str(good), *named, "--from", "10:00", status=3)
    shown = run.json("course", "show", "TEC-1")
    (person,) = shown["participants"]
    assert (person["case"], person["minutes_attended"], person["percent"]) == ("CASE-1", 180, 75)
    assert shown["hindrances"] == []
    assert "CASE-1" in run("course", "show", "TEC-1").output
    run("course", "show", "NO-1", status=3)
