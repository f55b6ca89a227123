"""Settle a difference between the recorded data and a paper: a person says which value holds, and why.

Where the recorded value holds, the reason explains the other one, and the paper can be accepted. Where it does not,
the recorded data is corrected in the same step, as a new version.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import _
from casework import recorded
from casework.accounts.rules import ROLE_WORDS, Permission, require
from casework.actor import Actor
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.service import correct_worker
from casework.cases.tables import Case
from casework.evidence import consistency, differences
from casework.evidence.consistency import RECORDED, RECORDED_WRONGLY, ZONE, Compared, Difference
from casework.evidence.differences import PASSPORT, Comparison
from casework.evidence.rules import may_verify
from casework.evidence.service import asked_for
from casework.evidence.tables import EvidenceItem, SettledDifference
from casework.work import Work
from casework.workers import service as workers
from casework.workers.service import WorkerData
from casework.workers.tables import Sex
from checklists.catalogue import Catalogue
from checklists.programme import Programme

EXPLAINED = "explained"


class Settle(BaseModel):
    """A person's word on one difference. `source` is the other side: ``zone`` or a paper's id; `reason` a code of
    `consistency.SETTLE_REASONS`, of which ``recorded_wrongly`` alone says that the recorded value does not hold."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    field: Compared
    source: str
    reason: str
    note: str = ""


def settle(work: Work, catalogue: Catalogue, command: Settle, expected_version: int | None = None) -> SettledDifference:
    """Keep what a person says of a difference that is open.

    Raises `Refused` (``role``, ``same_person``), `Conflict` (``no_difference``), `InvalidInput` (``unknown_reason``,
    ``missing_value``, ``correct_by_hand``).
    """
    require(work.actor.role, Permission.DECIDE_EVIDENCE)
    require(work.actor.role, Permission.SEE_IDENTITY)
    recorded.known_reason(command.reason, dict.fromkeys(consistency.reasons_for(command.field), _("reason")))
    case = changes.change(work, command.case_id, expected_version)
    made = differences.compare(work.session, work.vault, case, work.today)
    difference = _open_one(made, command)
    programme = programme_of(catalogue, case)
    for item in papers_of(made, difference):
        require_decider(work.actor, programme, item)
    row = _keep(work, case, difference, command)
    if command.reason == RECORDED_WRONGLY:
        data = workers.get(work.session, work.vault, case.worker_id).data
        correct_worker(work, catalogue, case.id, corrected(data, difference), "difference settled")
    else:
        work.session.flush()
        differences.recheck(work, case)
        refresh(work, programme, case)
    return row


def corrected(data: WorkerData, difference: Difference) -> WorkerData:
    """The recorded data with the other source's value.

    Raises `InvalidInput` (``correct_by_hand``) where that value cannot be written down as it is.
    """
    other = difference.other
    values: dict[str, Any]
    match difference.field:
        case Compared.NAMES if other.source != ZONE and other.family_name:
            values = {"family_name": other.family_name, "given_names": other.given_names}
        case Compared.NATIVE_NAME:
            values = {"native_name": other.native_name}
        case Compared.BIRTH_DATE if other.birth_date is not None and other.birth_date.exact:
            values = {"birth_date": other.birth_date.exact}
        case Compared.SEX:
            values = {"sex": Sex(other.sex)}
        case Compared.NATIONALITY:
            values = {"nationality": other.nationality}
        case Compared.NUMBER:
            values = {"passport_number": other.number}
        case _:
            raise InvalidInput(
                "correct_by_hand",
                _("This value cannot be taken over as it stands: it is a part only, or a name in plain capitals."),
                _("Correct the worker's data by hand; the difference is then gone."),
            )
    return data.model_copy(update=values)


def _open_one(made: Comparison, command: Settle) -> Difference:
    for one in made.open:
        if one.field is command.field and one.other.source == command.source:
            if command.reason == RECORDED_WRONGLY and one.reference.source != RECORDED:
                break
            return one
    raise Conflict(
        "no_difference",
        _("There is no such difference any more, or somebody has settled it."),
        _("Look at what differs now."),
    )


def papers_of(made: Comparison, difference: Difference) -> list[EvidenceItem]:
    """The papers that the difference keeps from being accepted."""
    if difference.other.source != ZONE:
        return [made.items[difference.other.source]]
    return [item for item in made.items.values() if item.kind == PASSPORT]


def require_decider(actor: Actor, programme: Programme, item: EvidenceItem) -> None:
    """Whoever may decide on the paper settles how it differs; the one who recorded it does not, where the programme
    asks for a second person. Raises `Refused` (``role``, ``same_person``)."""
    if not programme.asking_for(item.kind):
        return
    requirement = asked_for(programme, item.kind, item.subject)
    if not may_verify(actor.role, requirement.verified_by):
        raise Refused(
            "role",
            _("This is verified by the {role}.", role=ROLE_WORDS[requirement.verified_by]),
            _("Leave it to that role."),
        )
    if requirement.independent and item.recorded_by == actor.key:
        raise Refused("same_person", _("Who handed it in does not settle it."), _("Leave it to somebody else."))


def _keep(work: Work, case: Case, difference: Difference, command: Settle) -> SettledDifference:
    source = difference.other.source
    row = SettledDifference(
        case_id=case.id,
        worker_id=case.worker_id,
        item_id=None if source == ZONE else UUID(source),
        field=difference.field.value,
        fingerprint=differences.fingerprint(work.vault, difference),
        recorded_holds=command.reason != RECORDED_WRONGLY,
        reason=command.reason,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    note = recorded.text(command.note, _("note"), 1000, needed=command.reason == EXPLAINED)
    if note:
        row.note = work.vault.seal(case.worker_id, "settled_difference", row.id, "note", note.encode())
    work.session.add(row)
    work.record(
        "difference.settled",
        f"settled_difference/{row.id}",
        case_id=case.id,
        data={"field": row.field, "reason": row.reason, "paper": str(row.item_id or "")},
    )
    return row
