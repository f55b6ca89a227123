"""What somebody of an office fills in to open a case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from basis.money import Money
from casework.cases.rules import CaseSource
from casework.cases.service import OpenCase
from casework.workers.service import GivenBasis
from casework.workers.tables import Basis, Purpose
from tests.support.factories import PROGRAMME, TODAY, World, worker_data


def open_command(world: World, **values: Any) -> OpenCase:
    """A worker of the track away who asks for a loan and departs in five months."""
    basis = GivenBasis(
        purpose=Purpose.PREPARATION, basis=Basis.CONSENT, notice_version="2026-01", language="sq", given_on=TODAY
    )
    return OpenCase(
        **{
            "reference": "BW-1",
            "office_id": world.office.id,
            "source": CaseSource.OFFICE,
            "programme": PROGRAMME,
            "track": "away",
            "occupation": "7112",
            "planned_departure": TODAY + timedelta(days=150),
            "loan_asked": Money(120_000, "EUR"),
            "worker": worker_data(),
            "bases": (basis,),
            **values,
        }
    )
