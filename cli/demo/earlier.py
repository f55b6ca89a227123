"""The workers of the year before: a small batch of the same agency, gone long before the others come.

Loans are only worth looking at once instalments have fallen due. So these few are played first, through the same
services, while the clock of the demo is a year back; what has happened since is told by `lending`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import col, select

from casework import keys
from casework.batches.tables import Batch
from casework.cases.tables import Case
from casework.database import Database
from checklists.catalogue import Catalogue
from checklists.programme import Programme
from cli import demo_data
from cli.demo import entering, story
from cli.demo.people import Cast
from documents.installation import Installation
from workflows import issuing, relay, repaying
from workflows.engine import PlainRunner

AGO: Final = timedelta(days=350)
BATCH: Final = "kosovo-construction-2025.csv"
LATE, RESTING, PAID, STEADY = "BB-0011", "BB-0025", "BB-0013", "BB-0023"
_REFERENCES: Final = frozenset({LATE, RESTING, PAID, STEADY})
"""Rows of the shipped batch, each with a loan."""


class _YearBack(Database):
    """The same database, with a clock that goes a year late."""

    def now(self) -> datetime:
        return super().now() - AGO


def look_back(installation: Installation, programme: Programme) -> Installation:
    """The installation as it was then, with the programme in force already."""
    settings, zone = installation.settings, installation.database.zone.key
    database = _YearBack(settings.database, keys.load(settings.keys), zone)
    begun = programme.model_copy(update={"effective_from": database.today() - timedelta(days=30)})
    return replace(installation, database=database, catalogue=Catalogue((begun,)))


def split(data: bytes) -> tuple[bytes, bytes]:
    """The rows of a batch that came a year before, and the others; each with its head."""
    head, *rows = data.splitlines(keepends=True)
    early = [row for row in rows if row.split(b",", 1)[0].decode() in _REFERENCES]
    return b"".join([head, *early]), b"".join([head, *(row for row in rows if row not in early)])


def play(then: Installation, cast: Cast, began_on: date, limit: int | None, renderer: issuing.Renderer) -> None:
    """Batch, preparation, loans, departure and arrival of the few; nothing is left to do where it was done before."""
    early, _late = split(entering.first(demo_data.batch(began_on - AGO - entering.BATCH_DAYS), limit))
    if early.count(b"\n") == 1:
        return
    (programme,) = then.catalogue.programmes
    entering.submit(then, cast, programme, BATCH, early)
    runner = PlainRunner(then, renderer)
    relay.revive(then)
    relay.reconcile(then)
    relay.drain(then, runner)
    parts = [story.Part(case.id, 1, away=True, reach=story.ALL, last=False, ends=True) for case in cases(then).values()]
    while parts:
        parts = [part for part in parts if story.play(then, cast, part)]
        relay.drain(then, runner)
    repaying.begin_grace(then)


def cases(installation: Installation) -> Mapping[str, Case]:
    """The cases of the few by their references, as far as they are there."""
    with installation.database.read() as session:
        query = select(Case).join(Batch, col(Batch.id) == col(Case.batch_id)).where(Batch.file_name == BATCH)
        return {row.reference: row for row in session.exec(query.order_by(col(Case.reference)))}
