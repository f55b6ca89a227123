"""A passport is lost or renewed: its papers count no longer, its number still finds the worker."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from basis.errors import Conflict, InvalidInput, Refused
from basis.roles import Role
from casework.actor import ENGINE, Actor
from casework.cases import facts
from casework.cases import passports as acts
from casework.cases import service as cases
from casework.cases.passports import EndPassport, RenewPassport
from casework.cases.rules import CaseLife
from casework.cases.tables import Case, CaseMove
from casework.database import Database
from casework.evidence import service as evidence
from casework.evidence.service import AddEvidence
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.work import Work
from casework.workers import passports
from casework.workers import service as workers
from casework.workers.passports import Former
from casework.workers.tables import PassportEnd
from checklists.catalogue import Catalogue
from documents.archive import LocalArchive
from tests.evidence.making import picture
from tests.support import factories
from tests.support.errors import error
from tests.support.factories import PROGRAMME, TODAY, World

OLD, NEW = "K00900001", "K00900002"


@pytest.fixture
def case(database: Database, world: World) -> Case:
    with database.write(ENGINE) as work:
        worker = factories.new_worker(work, world.office, passport_number=OLD)
        return factories.case(work, world.office, worker)


@pytest.fixture
def paper(database: Database, world: World, case: Case, tmp_path: Path) -> EvidenceItem:
    """The old passport, handed in."""
    command = AddEvidence(case_id=case.id, kind="passport", days={"expires_on": date(2033, 1, 9)}, file=picture())
    return database.run(world[Role.CASEWORKER], evidence.add, LocalArchive(tmp_path / "files"), command)


def lose(database: Database, actor: Actor, case: Case, **values: object) -> None:
    said: dict[str, object] = {"ended": PassportEnd.LOST, "ended_on": TODAY, "reported_to": "Police of Prizren"}
    command = EndPassport(case_id=case.id, **{**said, **values})  # type: ignore[arg-type]
    database.run(actor, acts.end_passport, Catalogue.load(), command)


def renew(database: Database, actor: Actor, case: Case, **values: object) -> None:
    said: dict[str, object] = {
        "number": NEW,
        "issued_on": TODAY - timedelta(days=2),
        "expires_on": date(2036, 10, 30),
        "renewed_on": TODAY,
    }
    command = RenewPassport(case_id=case.id, **{**said, **values})  # type: ignore[arg-type]
    database.run(actor, acts.renew_passport, Catalogue.load(), command)


def former(database: Database, case: Case) -> list[Former]:
    with database.read() as session:
        return passports.former(session, database.vault(session), case.worker_id)


def known(database: Database, number: str) -> bool:
    def run(work: Work) -> bool:
        return cases.has_open_case(work, "XK", number, PROGRAMME)

    return database.run(ENGINE, run)


def status(database: Database, item: EvidenceItem) -> tuple[EvidenceStatus, str]:
    with database.read() as session:
        row = session.get_one(EvidenceItem, item.id)
        return row.status, row.reject_code


def test_a_renewed_passport_lists_the_former_and_both_numbers_find_the_worker(
    database: Database, world: World, case: Case, paper: EvidenceItem
) -> None:
    renew(database, world[Role.CASEWORKER], case)
    (one,) = former(database, case)
    assert (one.number, one.row.ended, one.expires_on) == (OLD, PassportEnd.RENEWED, date(2033, 1, 9))
    assert OLD.encode() not in (one.row.detail or b"")
    assert status(database, paper) == (EvidenceStatus.WITHDRAWN, "passport_replaced")
    assert known(database, OLD) and known(database, NEW) and not known(database, "K00900003")
    with database.read() as session:
        data = workers.get(session, database.vault(session), case.worker_id).data
    assert (data.passport_number, data.passport_expires_on) == (NEW, date(2036, 10, 30))


def test_a_lost_passport_is_not_accepted_and_is_followed_by_the_new_one(
    database: Database, world: World, case: Case, paper: EvidenceItem, tmp_path: Path
) -> None:
    caseworker = world[Role.CASEWORKER]
    lose(database, caseworker, case)
    assert status(database, paper)[0] is EvidenceStatus.WITHDRAWN
    command = AddEvidence(case_id=case.id, kind="passport", days={"expires_on": date(2033, 1, 9)}, file=picture())
    again = database.run(caseworker, evidence.add, LocalArchive(tmp_path / "files"), command)
    with error(Conflict, "passport_ended"):
        database.run(world[Role.SUPERVISOR], evidence.accept, Catalogue.load(), again.id)
    with error(Conflict, "passport_ended"):
        lose(database, caseworker, case)
    renew(database, caseworker, case)
    (one,) = former(database, case)
    assert (one.row.ended, one.reported_to) == (PassportEnd.LOST, "Police of Prizren")
    assert known(database, OLD) and known(database, NEW)


def test_a_new_passport_that_cannot_be_is_refused(database: Database, world: World, case: Case) -> None:
    tomorrow = TODAY + timedelta(days=1)
    tried: list[tuple[dict[str, object], str]] = [
        ({"number": f" {OLD.lower()} "}, "same_passport"),
        ({"number": " "}, "missing_value"),
        ({"issued_on": tomorrow}, "date_in_future"),
        ({"renewed_on": tomorrow}, "date_in_future"),
        ({"expires_on": date(2020, 1, 1)}, "dates"),
        ({"issued_on": date(2010, 1, 1), "expires_on": date(2020, 1, 1)}, "passport_expired"),
        ({"mrz": ("P<", "X")}, "mrz_shape"),
    ]
    for values, code in tried:
        with error(InvalidInput, code):
            renew(database, world[Role.CASEWORKER], case, **values)
    assert former(database, case) == []


def test_the_passport_of_somebody_with_an_open_case_is_not_taken_over(
    database: Database, world: World, case: Case
) -> None:
    with database.write(ENGINE) as work:
        factories.case(work, world.office, factories.new_worker(work, world.office, passport_number=NEW))
    with error(Conflict, "known_worker"):
        renew(database, world[Role.CASEWORKER], case)


def test_a_renewal_is_not_recorded_as_a_loss_and_not_by_everybody(database: Database, world: World, case: Case) -> None:
    with error(InvalidInput, "unknown_reason"):
        lose(database, world[Role.CASEWORKER], case, ended=PassportEnd.RENEWED)
    with error(InvalidInput, "date_in_future"):
        lose(database, world[Role.CASEWORKER], case, ended_on=TODAY + timedelta(days=1))
    for role in (Role.AGENCY_USER, Role.AUDITOR, Role.SECURITY_OFFICER):
        with error(Refused, "role"):
            lose(database, world[role], case)


def test_who_comes_again_with_a_new_passport_is_known_by_the_former_one(
    database: Database, world: World, case: Case
) -> None:
    renew(database, world[Role.CASEWORKER], case)
    with database.write(ENGINE) as work:
        first = work.session.get_one(Case, case.id)
        first.life, first.ended_on = CaseLife.DEPARTED, TODAY
        work.session.add(
            CaseMove(
                case_id=case.id,
                from_life=CaseLife.CLEARED,
                to_life=CaseLife.DEPARTED,
                reason="left",
                happened_on=TODAY,
                recorded_at=work.now,
                recorded_by="engine",
            )
        )
        work.session.add(first)
        again = factories.case(work, world.office, factories.new_worker(work, world.office, passport_number=OLD))
    with database.read() as session:
        loaded = facts.load(session, [session.get_one(Case, again.id)])[again.id]
    assert [one.anchors for one in loaded.facts if one.kind == "earlier_placement"] == [{"departed_on": TODAY}]
