"""The shipped programme with a word on clinics, and what tests of appointments begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import pytest

from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.cases.tables import Case
from casework.clinics import appointments, assigning, slots
from casework.clinics.appointments import BookAppointment
from casework.clinics.assigning import AssignClinic
from casework.clinics.slots import OpenSlots
from casework.clinics.tables import ClinicAppointment, ClinicAssignment, ClinicSlot
from casework.database import Database
from casework.organisations.tables import Organisation
from checklists.catalogue import SHIPPED, Catalogue, read_programme
from checklists.programme import Programme
from checklists.stage_rules import ClinicChoice
from tests.support import factories
from tests.support.factories import TODAY, World
from tests.support.programmes import catalogue_with

one_database = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)
"""For what leans on no database's own ways: on PostgreSQL with the deep tests."""

_BASIS = "legal_basis: {title: Synthetic rule on clinics, as_of: 2026-11-01, confirmed: false}"
_STAGE = "    kind: medical\n"


@cache
def programme(choice: ClinicChoice) -> Programme:
    """The shipped programme of Kosovo and Germany as version 2098.1, its clinics chosen like that."""
    text = (SHIPPED / "kosovo-germany-construction.yaml").read_text(encoding="utf-8")
    rule = f"""{_STAGE}    examination:
      regime: trial
      clinics: {choice.value}
      parts: [physical, xray]
      never_asked: [hiv]
      {_BASIS}
"""
    text = text.replace('"2027.1"', '"2098.1"', 1).replace(_STAGE, rule, 1)
    return read_programme(text.encode(), f"clinics-{choice.value}.yaml")


@cache
def catalogue(choice: ClinicChoice) -> Catalogue:
    return catalogue_with(programme(choice))


@dataclass(frozen=True)
class Desk:
    """An office where clinics are chosen in one way: what a test does through it, somebody of the office does."""

    database: Database
    world: World
    choice: ClinicChoice

    @property
    def catalogue(self) -> Catalogue:
        return catalogue(self.choice)

    def case(self, **values: Any) -> Case:
        """A case whose programme chooses clinics in that way."""
        known = programme(self.choice)
        with self.database.write(ENGINE) as work:
            return factories.case(
                work, self.world.office, programme_version=known.version, programme_digest=known.digest, **values
            )

    def clinic(self, **values: Any) -> Organisation:
        with self.database.write(ENGINE) as work:
            return factories.clinic(work, self.world.office, **values)

    def assign(self, case: Case, role: Role = Role.CASEWORKER, **values: Any) -> ClinicAssignment:
        command = AssignClinic(case_id=case.id, **values)
        return self.database.run(self.world[role], assigning.assign, self.catalogue, command)

    def slot(self, clinic: Organisation | None = None, **values: Any) -> ClinicSlot:
        """An hour in three days with one place."""
        return self.slots(clinic, **values)[0]

    def slots(self, clinic: Organisation | None = None, actor: Actor | None = None, **values: Any) -> list[ClinicSlot]:
        of = clinic or self.world.clinic
        asked: dict[str, Any] = {"day": TODAY + timedelta(days=3), "begins": time(9), "ends": time(10), "places": 1}
        command = OpenSlots(clinic_id=of.id, **{**asked, **values})
        return self.database.run(actor or self.world[Role.CASEWORKER], slots.open_slots, command)

    def book(self, case: Case, slot: ClinicSlot | UUID, role: Role = Role.CASEWORKER) -> ClinicAppointment:
        slot_id = slot if isinstance(slot, UUID) else slot.id
        command = BookAppointment(case_id=case.id, slot_id=slot_id)
        return self.database.run(self.world[role], appointments.book, self.catalogue, command)

    def booked(self, day: date | None = None) -> tuple[Case, ClinicAppointment]:
        """A case with an appointment at the clinic of the world."""
        case, slot = self.case(), self.slot(day=day or TODAY + timedelta(days=3))
        by_worker = self.choice is ClinicChoice.WORKER
        self.assign(
            case, clinic_id=None if self.choice is ClinicChoice.ROTATION else self.world.clinic.id, by_worker=by_worker
        )
        return case, self.book(case, slot)
