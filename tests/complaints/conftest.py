"""Somebody who reports, and a supervisor and a complaints officer who handle it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from casework.actor import ENGINE
from casework.complaints import service
from casework.complaints.rules import Against, ComplaintKind
from casework.complaints.service import Report
from casework.database import Database
from tests.support.factories import World

File = Callable[..., str]


@pytest.fixture
def file(database: Database, world: World) -> File:
    """``file(against=Against.STAFF)``: a report about money; its code."""

    def filed(once: str = "once", **values: Any) -> str:
        report = Report(
            **{
                "office_id": world.office.id,
                "kind": ComplaintKind.FEE,
                "against": Against.OTHER,
                "words": "A broker took money",
                "contact": "+383 44 000 111",
                **values,
            }
        )
        return database.run(ENGINE, service.file, report, once)

    return filed
