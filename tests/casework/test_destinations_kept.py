"""Cases that were opened before their destination was recorded get the one that their programme leads to."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from casework import schema
from casework.actor import ENGINE
from casework.cases.tables import Case
from casework.database import Database
from tests.support import factories
from tests.support.factories import World


def test_an_earlier_case_of_the_one_programme_there_was_leads_to_germany(database: Database, world: World) -> None:
    with database.write(ENGINE) as work:
        old = factories.case(work, world.office)
        other = factories.case(work, world.office, programme_id="another-programme")
    with database.engine.execution_options(begin="IMMEDIATE").begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
    schema.upgrade(database.engine)
    with database.read() as session:
        assert session.get_one(Case, old.id).destination == "DE"
        assert session.get_one(Case, other.id).destination == ""
    assert schema.difference(database.engine) == []
