"""Clinics on the command line."""

from __future__ import annotations

from datetime import time, timedelta

from casework.actor import ENGINE
from casework.clinics import slots
from casework.clinics.slots import OpenSlots
from casework.organisations import service as organisations
from casework.settings import Settings
from documents.installation import open_installation
from tests.cli.conftest import Command

ADD = ("organisation", "add", "KLINIKA", "--kind", "clinic", "--name", "Klinika", "--country", "XK", "--office", "PR")


def test_clinics_their_times_and_appointments_are_listed(run: Command) -> None:
    office = run.json("organisation", "list", "--kind", "office")["organisations"][0]["code"]
    run(*ADD[:-1], office)
    first, last = "2026-01-01", "2099-12-31"
    run(
        "organisation",
        "licence",
        "KLINIKA",
        "--purpose",
        "medical",
        "--number",
        "K-1",
        "--from",
        first,
        "--until",
        last,
    )
    installation = open_installation(Settings(home=run.home))
    database = installation.database
    with database.read() as session:
        clinic = organisations.by_code(session, "KLINIKA")
    day = database.today() + timedelta(days=1)
    command = OpenSlots(clinic_id=clinic.id, day=day, begins=time(9), ends=time(10), places=3)
    database.run(ENGINE, slots.open_slots, command)
    database.engine.dispose()
    found = next(one for one in run.json("clinic", "list")["clinics"] if one["code"] == "KLINIKA")
    assert [one["number"] for one in found["accreditations"]] == ["K-1"] and found["suspended"] == []
    assert "all programmes" in run("clinic", "list").output
    times = run.json("clinic", "slots", "KLINIKA")["slots"]
    assert [(one["day"], one["free"], one["closed"]) for one in times] == [(day.isoformat(), 3, False)]
    assert run.json("clinic", "appointments") == run.json("clinic", "appointments", "--show", "ahead")
    assert "0 appointments." in run("clinic", "appointments", "--show", "missed").output
    run("clinic", "appointments", "--show", "hidden", status=2)
    run("clinic", "slots", "NOBODY", status=3)
