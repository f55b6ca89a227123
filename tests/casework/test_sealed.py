"""What must be sealed is nowhere to be read in the raw bytes of the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from basis.roles import Role
from casework.actor import ENGINE
from casework.database import Database
from casework.keys import InstallationKeys
from casework.medical import service as medical
from casework.medical.rules import MedicalOutcome
from casework.medical.service import RecordMedical
from casework.security import adjudicating, loading
from casework.security import service as security
from casework.security.adjudicating import Proposal
from casework.security.rules import Verdict
from casework.security.tables import Hit
from tests.support import factories
from tests.support.factories import TODAY
from tests.support.standing import Clock, StandingDatabase

SECRETS = {
    "passport number": "K77665544",
    "phone": "+38349123987",
    "e-mail": "secret.address@example.org",
    "medical detail": "sputum culture of the left lung",
    "reason of an officer": "his grandfather was a shepherd",
    "what an officer needs": "the name of his second wife",
    "reason of a score": "name_exact",
}
LIST = b"reference,name,aliases,birth_date,nationalities,sex,remarks\nT-1,Besnik Rrustemdemo,,1990,XK,M,\n"


def fill(database: Database) -> None:
    with database.write(ENGINE) as work:
        world = factories.world(work)
        worker = factories.new_worker(
            work,
            world.office,
            family_name="Rrustemdemo",
            given_names="Besnik",
            passport_number=SECRETS["passport number"],
            phone=SECRETS["phone"],
            email=SECRETS["e-mail"],
        )
        case = factories.case(work, world.office, worker)
        loading.load_list(work, LIST, "csv")
    report = RecordMedical(
        case_id=case.id,
        clinic_id=world.clinic.id,
        physician="Dr Synthetic",
        physician_licence="PH-1",
        identity_checked=True,
        examined_on=TODAY,
        outcome=MedicalOutcome.FIT,
        detail=SECRETS["medical detail"],
    )
    database.run(world[Role.MEDICAL_OFFICER], medical.record, report)
    database.run(ENGINE, security.screen_cases, [case.id])
    with database.read() as session:
        hit = session.exec(select(Hit.id)).one()
    reason = SECRETS["reason of an officer"]
    proposal = Proposal(
        hit_id=hit, verdict=Verdict.INCONCLUSIVE, reason=reason, next_step=SECRETS["what an officer needs"]
    )
    database.run(world[Role.SECURITY_OFFICER], adjudicating.propose, proposal)


@pytest.fixture
def raw(tmp_path: Path, sqlite_template: Path, keys: InstallationKeys) -> bytes:
    """All bytes of a filled SQLite database, with its write-ahead log."""
    path = tmp_path / "sealed.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    database = StandingDatabase(f"sqlite:///{path}", keys, Clock())
    fill(database)
    contents = b"".join(part.read_bytes() for part in sorted(tmp_path.glob("sealed.sqlite3*")))
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM adjudication")).scalar() == 1
    database.engine.dispose()
    return contents


@pytest.mark.parametrize("secret", SECRETS)
def test_the_raw_database_does_not_hold(raw: bytes, secret: str) -> None:
    assert SECRETS[secret].encode() not in raw


def test_names_stay_searchable(raw: bytes) -> None:
    assert b"Rrustemdemo" in raw
