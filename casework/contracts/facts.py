"""What the rules read of a signed contract: whether it was found in order."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from casework.contracts.rules import ContractKind
from casework.contracts.tables import Contract
from checklists.facts import Fact, Standing
from checklists.files.contract_flaws import CONTRACT_CHECK


def load(session: Session, ids: Sequence[UUID], facts: dict[UUID, list[Fact]]) -> None:
    """Add the facts of these cases, in one query."""
    query = select(Contract).where(col(Contract.case_id).in_(ids), col(Contract.kind) == ContractKind.SIGNED)
    for row in session.exec(query.order_by(col(Contract.id))):
        facts[row.case_id].append(_fact(row))


def _fact(row: Contract) -> Fact:
    standing = Standing.SUBMITTED if row.checked_on is None else Standing.ACCEPTED
    days = {"issued_on": row.signed_on, "decided_on": row.checked_on}
    return Fact(
        id=f"contract:{row.id}",
        kind=CONTRACT_CHECK,
        standing=standing if row.withdrawn_on is None else Standing.WITHDRAWN,
        anchors={name: day for name, day in days.items() if day is not None},
        recorded_by=row.recorded_by,
        decided_by=(row.checked_by,) if row.checked_by else (),
    )
