"""Record where the worker of a case has lived: each change is a new version of the worker's data."""

from __future__ import annotations

from uuid import UUID

from basis.errors import InvalidInput
from basis.messages import _, _n
from casework.cases import changes
from casework.cases.service import correct_worker
from casework.work import Work
from casework.workers import service as workers
from casework.workers.residence import MOST_STAYS, in_order
from casework.workers.service import Stay, WorkerData
from checklists.catalogue import Catalogue


def add_stay(work: Work, catalogue: Catalogue, case_id: UUID, stay: Stay, expected_version: int | None = None) -> None:
    """Add a stay to the history. What the programme asks of countries is decided anew.

    Raises `InvalidInput` (``known_stay``, ``too_many_stays``, ``date_in_future``), `Conflict` for another version.
    """
    data = _data(work, case_id)
    if stay.since > work.today:
        raise InvalidInput("date_in_future", _("The stay has not begun yet."), _("Record it when it has begun."))
    if any((one.country, one.since, one.until) == (stay.country, stay.since, stay.until) for one in data.residences):
        raise InvalidInput("known_stay", _("This stay is recorded already."), _("Look at the rows of the history."))
    if len(data.residences) >= MOST_STAYS:
        raise InvalidInput(
            "too_many_stays",
            _n("A history has {count} stay at most.", "A history has {count} stays at most.", MOST_STAYS),
            _("Take out rows that say the same."),
        )
    _write(work, catalogue, case_id, data, (*data.residences, stay), "stay added", expected_version)


def remove_stay(work: Work, catalogue: Catalogue, case_id: UUID, row: int, expected_version: int | None = None) -> None:
    """Take out the stay at `row` (from 0, in the order of `in_order`); the version before keeps it.

    Raises `InvalidInput` (``unknown_stay``).
    """
    data = _data(work, case_id)
    rows = in_order(data.residences)
    if not 0 <= row < len(rows):
        raise InvalidInput("unknown_stay", _("There is no such row in the history."), _("Open the page again."))
    _write(work, catalogue, case_id, data, rows[:row] + rows[row + 1 :], "stay taken out", expected_version)


def look(work: Work, case_id: UUID) -> WorkerData:
    """The worker's data, for who may see it; looking leaves a trace."""
    case = changes.find(work.session, work.actor, case_id)
    work.record("identity.viewed", f"worker/{case.worker_id}", case_id=case_id)
    return _data(work, case_id)


def _data(work: Work, case_id: UUID) -> WorkerData:
    case = changes.find(work.session, work.actor, case_id)
    return workers.get(work.session, work.vault, case.worker_id).data


def _write(
    work: Work,
    catalogue: Catalogue,
    case_id: UUID,
    data: WorkerData,
    stays: tuple[Stay, ...],
    reason: str,
    expected_version: int | None,
) -> None:
    written = data.model_copy(update={"residences": in_order(stays)})
    correct_worker(work, catalogue, case_id, written, reason, expected_version)
