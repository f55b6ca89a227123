"""Take a worker's original in, send it, get it back, return it; whoever asks for it has it within a working day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.tables import Case
from casework.custody import queries
from casework.custody.rules import (
    KINDS,
    OPEN,
    OriginalStepKind,
    due_after,
    limit_of,
    require_step,
)
from casework.custody.tables import Original, OriginalStep
from casework.evidence import files
from casework.evidence.files import Prepared
from casework.store import Store
from casework.vault import Vault
from casework.work import Work
from checklists.catalogue import Catalogue

_HANDS = frozenset({OriginalStepKind.SENT, OriginalStepKind.BACK, OriginalStepKind.RETURNED})
"""The steps in which a paper goes from one hand into another: both are named."""


class ReceiveOriginal(BaseModel):
    """An original that a worker hands over. `kind` is a code of `rules.KINDS`, `title` says what "other" is;
    `place` where it is kept, `expected_on` when it is to be sent or returned; `signature` a signed receipt."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    kind: str
    title: str = ""
    number: str = ""
    place: str
    handed_by: str
    taken_by: str
    happened_on: date
    note: str = ""
    signature: bytes | Prepared | None = None


class StepOriginal(BaseModel):
    """What happened to an original. `handed_by` and `taken_by` are names; `expected_on` is when it comes back from
    where it was sent, `place` where it goes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    original_id: UUID
    step: OriginalStepKind
    happened_on: date
    place: str = ""
    handed_by: str = ""
    taken_by: str = ""
    expected_on: date | None = None
    note: str = ""
    signature: bytes | Prepared | None = None


@dataclass(frozen=True, slots=True)
class Hands:
    """Who handed it over and who took it, with the note, opened."""

    handed_by: str = ""
    taken_by: str = ""
    note: str = ""


def receive(
    work: Work, store: Store, catalogue: Catalogue, command: ReceiveOriginal, expected_version: int | None = None
) -> Original:
    """Take an original in: from now on the office answers for it, and no clearance is given until it is back.

    Raises `InvalidInput` (``unknown_kind``, ``missing_value``, ``date_in_future``), `Conflict` (``held_already``).
    """
    require(work.actor.role, Permission.KEEP_ORIGINALS)
    move = require_step(None, OriginalStepKind.RECEIVED, work.actor.role)
    if command.kind not in KINDS:
        raise InvalidInput("unknown_kind", _("This kind of paper is not one of the list."), _("Choose one."))
    title = recorded.text(command.title, _("which paper it is"), 120, needed=command.kind == "other")
    number = recorded.text(command.number, _("number"), 60, needed=False)
    happened_on = recorded.happened(command.happened_on, _("day"), work.today)
    case = changes.change(work, command.case_id, expected_version)
    programme = programme_of(catalogue, case)
    _require_not_here(work, case, command.kind, number)
    row = Original(
        case_id=case.id,
        worker_id=case.worker_id,
        kind=command.kind,
        title=title,
        state=move.to,
        place=recorded.text(command.place, _("where it is kept")),
        received_on=happened_on,
        there_since=happened_on,
        limit_on=limit_of(command.kind, move.to, happened_on, programme.passport_days),
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    if number:
        row.detail = work.vault.seal_json(case.worker_id, "original", row.id, "detail", {"number": number})
    work.session.add(row)
    work.session.flush()
    hands = _hands(command.handed_by, command.taken_by, command.note, needed=True)
    _keep_step(work, store, row, OriginalStepKind.RECEIVED, happened_on, row.place, None, hands, command.signature)
    refresh(work, programme, case)
    return row


def step(
    work: Work, store: Store, catalogue: Catalogue, command: StepOriginal, expected_version: int | None = None
) -> Original:
    """Record what happened to an original; also of a case that has ended, for its papers must go back all the same.

    Raises `Conflict` (``no_such_step``), `Refused` (``role``), `InvalidInput` (``missing_value``,
    ``date_in_future``, ``too_early``, ``dates``).
    """
    require(work.actor.role, Permission.KEEP_ORIGINALS)
    found = find(work, command.original_id)
    case = changes.change(work, found.case_id, expected_version, any_life=True)
    row = work.session.exec(
        select(Original).where(Original.id == found.id).execution_options(populate_existing=True)
    ).one()
    move = require_step(row.state, command.step, work.actor.role)
    programme = programme_of(catalogue, case)
    happened_on = _day_of(work, row, command)
    moves_on = command.step is not OriginalStepKind.REQUESTED
    place = recorded.text(command.place, _("place"), needed=command.step in (_SENT, OriginalStepKind.BACK))
    hands = _hands(command.handed_by, command.taken_by, command.note, needed=command.step in _HANDS)
    if moves_on:
        row.state, row.there_since, row.place = move.to, happened_on, place or row.place
        row.expected_on = command.expected_on if command.step is _SENT else None
        row.limit_on = limit_of(row.kind, move.to, happened_on, programme.passport_days)
        row.ended_on = None if move.to in OPEN else happened_on
    else:
        row.requested_on = happened_on
        row.due_on = due_after(happened_on, changes.office_of(work.session, case).country)
    if command.step in (OriginalStepKind.REOPENED, OriginalStepKind.FOUND):
        row.requested_on = row.due_on = None
    work.session.add(row)
    _keep_step(work, store, row, command.step, happened_on, place, row.expected_on, hands, command.signature)
    refresh(work, programme, case)
    return row


_SENT = OriginalStepKind.SENT


def find(work: Work, original_id: UUID) -> Original:
    """An original of a case that the actor may know of. Raises `NotFound` (``original``)."""
    row = work.session.get(Original, original_id)
    if row is not None:
        visible = select(Case.id).where(Case.id == row.case_id, changes.visible(work.actor))
        if work.session.exec(visible).one_or_none() is not None:
            return row
    raise NotFound("original", _("There is no such original."), _("Open it from its case."))


def read_receipt(work: Work, store: Store, original_id: UUID, step_id: UUID) -> tuple[str, bytes]:
    """The signed receipt of a step: its media type and bytes; whoever looks leaves an event."""
    require(work.actor.role, Permission.SEE_IDENTITY)
    row = find(work, original_id)
    found = work.session.get(OriginalStep, step_id)
    if found is None or found.original_id != row.id or found.file_id is None:
        raise NotFound("no_file", _("No file belongs to this step."), _("Open it from its case."))
    work.record("original.viewed", f"original_step/{found.id}", case_id=row.case_id)
    shown = files.open_derivative(work.session, work.vault, store, found.file_id)
    return shown.media_type, shown.content


def number_of(vault: Vault, row: Original) -> str:
    """The paper's number, opened; "" where none was recorded."""
    if row.detail is None:
        return ""
    detail: dict[str, Any] = vault.open_json(row.worker_id, "original", row.id, "detail", row.detail)
    return str(detail["number"])


def hands_of(vault: Vault, row: Original, of: OriginalStep) -> Hands:
    """Between whom a step was, opened."""
    if of.detail is None:
        return Hands()
    detail: dict[str, Any] = vault.open_json(row.worker_id, "original_step", of.id, "detail", of.detail)
    return Hands(**detail)


def tell_of_overdue(work: Work, limit: int = 100) -> int:
    """Leave an event for each original of which a day went by since the last look, and have its case looked at;
    how many there were."""
    rows = queries.gone_by(work.session, work.today, limit)
    for row in sorted(rows, key=lambda one: one.case_id):
        changes.change(work, row.case_id, any_life=True)
        row.told_of = max(day for day in queries.days_of(row) if day < work.today)
        work.session.add(row)
        work.record("original.overdue", f"original/{row.id}", case_id=row.case_id, data={"kind": row.kind})
    return len(rows)


def _require_not_here(work: Work, case: Case, kind: str, number: str) -> None:
    for other in queries.open_of(work.session, case.id):
        if number and other.kind == kind and number_of(work.vault, other) == number:
            raise Conflict(
                "held_already",
                _("This original was taken in already and has not been returned."),
                _("Record its next step instead."),
            )


def _day_of(work: Work, row: Original, command: StepOriginal) -> date:
    """The day of the step: not in the future, and not before the one before it."""
    happened_on = recorded.happened(command.happened_on, _("day"), work.today)
    before = queries.steps_of(work.session, [row.id])[row.id]
    last = max(one.happened_on for one in before)
    if happened_on < last:
        raise InvalidInput(
            "too_early", _("The day lies before the step that was recorded last."), _("Give the day it happened.")
        )
    if command.step is _SENT and command.expected_on is None:
        raise InvalidInput(
            "missing_value",
            _("It is not said when the original is to come back."),
            _("Give the day; it can be recorded anew once it is back."),
        )
    if command.expected_on is not None and command.expected_on < happened_on:
        raise InvalidInput("dates", _("It would come back before it was sent."), _("Correct the two days."))
    return happened_on


def _hands(handed_by: str, taken_by: str, note: str, *, needed: bool) -> Hands:
    return Hands(
        recorded.text(handed_by, _("who handed it over"), needed=needed),
        recorded.text(taken_by, _("who took it"), needed=needed),
        recorded.text(note, _("note"), 1000, needed=False),
    )


def _keep_step(
    work: Work,
    store: Store,
    row: Original,
    kind: OriginalStepKind,
    happened_on: date,
    place: str,
    expected_on: date | None,
    hands: Hands,
    signature: bytes | Prepared | None,
) -> None:
    file = files.keep_file(work, store, row.worker_id, signature, row.case_id) if signature is not None else None
    made = OriginalStep(
        original_id=row.id,
        case_id=row.case_id,
        step=kind,
        to_state=row.state,
        happened_on=happened_on,
        place=place,
        expected_on=expected_on,
        file_id=file.id if file else None,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    said = {"handed_by": hands.handed_by, "taken_by": hands.taken_by, "note": hands.note}
    if any(said.values()):
        made.detail = work.vault.seal_json(row.worker_id, "original_step", made.id, "detail", said)
    work.session.add(made)
    work.record(
        f"original.{kind.value}",
        f"original/{row.id}",
        case_id=row.case_id,
        happened_on=happened_on,
        data={"kind": row.kind, "state": row.state.value},
    )
