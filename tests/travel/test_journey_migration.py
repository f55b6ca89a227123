"""Journeys of before go up to legs and states, and down again with what the earlier steps knew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine

from casework.database import make_engine
from tests.casework.test_upgrading import Rows, go_to
from tests.support.factories import TODAY
from tests.support.postgres import Server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres])])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    if request.param == "sqlite":
        made = make_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
        yield made
        made.dispose()
        return
    server: Server = request.getfixturevalue("postgres_server")
    with server.database() as url:
        made = make_engine(url)
        yield made
        made.dispose()


@pytest.mark.deep
def test_bookings_of_before_become_journeys_with_a_leg_and_their_state(engine: Engine) -> None:
    go_to(engine, "0032")
    with engine.begin() as connection:
        rows = Rows(connection)
        office = rows.add("organisation", kind="office", code="HQ")
        booked: dict[str, UUID] = {}
        for name, life in {"open": "open", "gone": "departed", "there": "arrived", "back": "returned"}.items():
            worker = rows.add("worker", office_id=office, sex="F")
            case = rows.add("case_file", worker_id=worker, office_id=office, source="office", life=life, reference=name)
            if life == "arrived":
                rows.add("case_move", case_id=case, from_life="departed", to_life="arrived")
            booked[name] = rows.add("itinerary", case_id=case, origin="Prishtina", destination="Munich")
            booked[f"old {name}"] = rows.add("itinerary", case_id=case, withdrawn_on=TODAY)
    go_to(engine, "0034")
    with engine.begin() as connection:
        rows = Rows(connection)
        states = {str(row["id"]).replace("-", ""): row["state"] for row in rows.of("itinerary")}
        legs = rows.of("journey_leg")
        case = rows.of("case_file")[0]["id"]
        rows.add("journey_event", case_id=case, itinerary_id=booked["open"], act="cancel")
        entitlement = rows.add("case_entitlement", case_id=case, currency="EUR")
        rows.add("entitlement_claim", case_id=case, entitlement_id=entitlement, state="claimed", slot="once")
        rows.add("entitlement_reclaim", case_id=case, entitlement_id=entitlement, state="asked", amount_minor=5)
    found = {name: states[one.hex] for name, one in booked.items() if not name.startswith("old")}
    assert found == {"open": "booked", "gone": "departed", "there": "arrived", "back": "departed"}
    assert {states[one.hex] for name, one in booked.items() if name.startswith("old")} == {"withdrawn"}
    assert len(legs) == len(booked)
    assert {leg["origin"] for leg in legs} == {"Prishtina", "x"}
    go_to(engine, "0032", down=True)
    with engine.connect() as connection:
        kept = Rows(connection).of("itinerary")
    assert len(kept) == len(booked)
    assert "state" not in kept[0]
