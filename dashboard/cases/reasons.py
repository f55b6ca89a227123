"""Who reads why a concession was asked for and answered; the sealed ones leave an event."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from casework.cases.tables import Case
from casework.concessions import reasons
from casework.concessions import rules as concession_rules
from casework.concessions.reasons import Reasons
from casework.concessions.tables import Concession
from casework.vault import Vault
from checklists.programme import Programme
from dashboard.cases import veil
from dashboard.looking import look
from dashboard.sessions import Visit


def may_read(visit: Visit, programme: Programme, row: Concession) -> bool:
    """Reasons at stages of security and health are for those roles, for who asked and for who decides."""
    if not veil.hides_requirement(visit.role, programme, row.requirement):
        return True
    return concession_rules.may_decide(row.authority, visit.role) or row.asked_by == visit.actor.key


def read(
    visit: Visit, vault: Vault, programme: Programme, case: Case, rows: Iterable[Concession]
) -> dict[UUID, Reasons]:
    """The reasons that the reader may know, by concession."""
    return {row.id: reasons.opened(vault, case, row) for row in rows if may_read(visit, programme, row)}


def note(visit: Visit, programme: Programme, rows: Iterable[Concession]) -> None:
    """Leave an event for each sealed reason that the reader sees, once an hour; it names the kind of stage."""
    for row in rows:
        found = programme.requirement(row.requirement)
        if reasons.is_sealed(row) and may_read(visit, programme, row):
            kind = found[0].kind.value if found else ""
            look(visit, "waiver.viewed", f"waiver/{row.id}", row.case_id, {"stage": kind})
