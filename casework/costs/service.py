"""Record what was paid and by whom, correct it by a new version, and raise what no worker may be charged."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from babel.numbers import is_currency
from pydantic import BaseModel, ConfigDict
from sqlalchemy import update
from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput, NotFound, PredepartureError
from basis.ids import new_id
from basis.messages import _
from basis.money import Money
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.auditing import access
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.tables import Case
from casework.costs import alerts, queries, rules
from casework.costs.rules import CORRECTIONS, TAKEN_BACK, CostHead
from casework.costs.tables import Cost, CostsAsked
from casework.evidence.tables import EvidenceItem
from casework.organisations.tables import Organisation
from casework.vault import Vault
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.requirement import CostBearer

_log = logging.getLogger(__name__)
TABLE: Final = "cost"
_LONGEST_AGO: Final = timedelta(days=3653)


class RecordCost(BaseModel):
    """A cost. `payee_id` is an organisation of the register; else `payee` says in words who was paid. `receipt` is the
    number on the receipt, `evidence_id` a paper of the case that shows it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    head: CostHead
    amount_minor: int
    currency: str
    paid_by: CostBearer
    paid_on: date
    payee_id: UUID | None = None
    payee: str = ""
    receipt: str = ""
    evidence_id: UUID | None = None
    note: str = ""


class CorrectCost(RecordCost):
    """What the cost should have said, and why: a code of `rules.CORRECTIONS`."""

    cost_id: UUID
    reason: str


class AskedCosts(BaseModel):
    """That the worker was asked what was paid: on which day, in which language (BCP 47), and whether it was nothing."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    asked_on: date
    language: str
    paid_nothing: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """What is sealed of a cost, opened."""

    payee: str = ""
    note: str = ""


def record(work: Work, catalogue: Catalogue, command: RecordCost, expected_version: int | None = None) -> Cost:
    """Record a cost, also of a case that has ended: a worker often tells of a fee only after the arrival.

    Raises `InvalidInput` (``invalid_amount``, ``unknown_currency``, ``missing_value``, ``date_in_future``,
    ``date_too_old``), `NotFound` (``organisation``, ``evidence``).
    """
    require(work.actor.role, Permission.RECORD_COSTS)
    case = changes.change(work, command.case_id, expected_version, any_life=True)
    _keep_up(work, catalogue, case)
    row = _add(work, case, command)
    work.record("cost.recorded", f"cost/{row.id}", case_id=case.id, happened_on=row.paid_on, data=_data(row))
    _settle(work, catalogue, case, added=(row,))
    return row


def correct(work: Work, catalogue: Catalogue, command: CorrectCost, expected_version: int | None = None) -> Cost:
    """A new version in the place of a cost; the one before stays to be read. An alert that it was raised for is not
    resolved by that, and is open again if it was: a supervisor confirms the correction, unless only receipt, paper or
    note differ. Raises what `record` raises, `Conflict` (``replaced``)."""
    require(work.actor.role, Permission.RECORD_COSTS)
    recorded.known_reason(command.reason, CORRECTIONS)
    case, before = _locked(work, command.case_id, command.cost_id, expected_version)
    _keep_up(work, catalogue, case)
    row = _add(work, case, command, before)
    if command.reason in TAKEN_BACK:
        row.live = False
        work.session.add(row)
    data = {**_data(row), "reason": command.reason}
    work.record("cost.corrected", f"cost/{row.id}", case_id=case.id, happened_on=row.paid_on, data=data)
    same = row.live and _fee(work, case, row) == _fee(work, case, before)
    _settle(work, catalogue, case, () if same else (before, row))
    return row


def take_back(
    work: Work, catalogue: Catalogue, case_id: UUID, cost_id: UUID, reason: str, expected_version: int | None = None
) -> Cost:
    """The cost was not paid, or recorded in error: its last version says so."""
    if reason not in TAKEN_BACK:
        raise InvalidInput("unknown_reason", _("The reason is not one of the list."), _("Choose one of the list."))
    require(work.actor.role, Permission.RECORD_COSTS)
    changes.find(work.session, work.actor, case_id)
    row = work.session.get(Cost, cost_id)
    if row is None or row.case_id != case_id:
        raise _unknown()
    detail = opened(work.vault, work.session.get_one(Case, case_id).worker_id, row)
    command = CorrectCost(
        case_id=case_id, head=row.head, amount_minor=row.amount_minor, currency=row.currency, paid_by=row.paid_by,
        paid_on=row.paid_on, payee_id=row.payee_id, payee=detail.payee, receipt=row.receipt,
        evidence_id=row.evidence_id, note=detail.note, cost_id=cost_id, reason=reason,
    )  # fmt: skip
    return correct(work, catalogue, command, expected_version)


def ask(work: Work, command: AskedCosts, expected_version: int | None = None) -> CostsAsked:
    """Record that the worker was asked what was paid. Raises `InvalidInput` (``costs_recorded``) where nothing is said
    to have been paid and costs of the worker are recorded."""
    require(work.actor.role, Permission.RECORD_COSTS)
    case = changes.change(work, command.case_id, expected_version, any_life=True)
    own = select(Cost.id).where(Cost.case_id == case.id, col(Cost.live), Cost.paid_by == CostBearer.WORKER)
    if command.paid_nothing and work.session.exec(own).first() is not None:
        raise InvalidInput(
            "costs_recorded",
            _("Costs that the worker paid are recorded, and the answer is that there were none."),
            _("Correct the costs first, or answer that the worker paid something."),
        )
    row = CostsAsked(
        case_id=case.id,
        asked_on=recorded.happened(command.asked_on, _("day of asking"), work.today),
        language=recorded.text(command.language, _("language"), 16),
        paid_nothing=command.paid_nothing,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    work.record("cost.asked", f"costs_asked/{row.id}", case_id=case.id, happened_on=row.asked_on)
    return row


def opened(vault: Vault, worker_id: UUID, row: Cost) -> Detail:
    """Whom it was paid to in words, and the note."""
    if row.detail is None:
        return Detail()
    found: dict[str, Any] = vault.open_json(worker_id, TABLE, row.id, "detail", row.detail)
    return Detail(**found)


def look(work: Work, case_id: UUID) -> None:
    """Leave an event of somebody's having seen the costs of a case."""
    case = changes.find(work.session, work.actor, case_id)
    work.record("cost.viewed", f"case_file/{case.id}", case_id=case.id, data=access.noted(work, case.id))


def recheck(work: Work, catalogue: Catalogue, limit: int = 100) -> int:
    """Hold what workers paid to the ceilings as they are today: wages become known, programmes change. How many cases
    were looked at; each is looked at once a day. One that cannot be judged (the file of its programme is gone) holds up
    no other, and is tried again on the next day."""
    ids = queries.to_check(work.session, work.today, limit)
    for case_id in ids:
        events = len(work.events)
        try:
            with work.session.begin_nested():
                _look_again(work, catalogue, case_id)
        except PredepartureError as error:
            del work.events[events:]
            _log.warning("fees.recheck: %s", error.code)
        rows = col(Cost.case_id) == case_id
        work.session.exec(update(Cost).where(rows, col(Cost.live)).values(checked_on=work.today))
    return len(ids)


def _look_again(work: Work, catalogue: Catalogue, case_id: UUID) -> None:
    query = select(Case).where(Case.id == case_id).with_for_update().execution_options(populate_existing=True)
    case = work.session.exec(query).one()
    programme = programme_of(catalogue, case)
    if alerts.reconcile(work, programme, case):
        changes.change(work, case.id, any_life=True)
        refresh(work, programme, case)


def _keep_up(work: Work, catalogue: Catalogue, case: Case) -> None:
    """What fell by a new wage or destination since the last look must not make room for the cost that comes now."""
    alerts.reconcile(work, programme_of(catalogue, case), case)
    work.session.flush()


def _settle(
    work: Work, catalogue: Catalogue, case: Case, corrected: Collection[Cost] = (), added: Collection[Cost] = ()
) -> None:
    programme = programme_of(catalogue, case)
    work.session.flush()
    alerts.reconcile(work, programme, case, corrected, added)
    refresh(work, programme, case)


def _fee(work: Work, case: Case, row: Cost) -> tuple[object, ...]:
    """What makes a cost the fee that somebody looked at."""
    payee = opened(work.vault, case.worker_id, row).payee
    return row.head, row.amount_minor, row.currency, row.paid_by, row.paid_on, row.payee_id, payee


def _locked(work: Work, case_id: UUID, cost_id: UUID, expected_version: int | None) -> tuple[Case, Cost]:
    case = changes.change(work, case_id, expected_version, any_life=True)
    query = select(Cost).where(Cost.id == cost_id, Cost.case_id == case.id)
    row = work.session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise _unknown()
    if not row.live:
        raise Conflict(
            "replaced", _("This cost was corrected or taken back already."), _("Look at its present version.")
        )
    return case, row


def _add(work: Work, case: Case, command: RecordCost, before: Cost | None = None) -> Cost:
    currency = _currency(command.currency)
    amount = rules.amount(Money(command.amount_minor, currency))
    if command.paid_by is CostBearer.NOBODY:
        raise InvalidInput("missing_value", _("It is not said who paid."), _("Choose one of the list."))
    _require_known(work, case, command)
    row_id = new_id()
    row = Cost(
        id=row_id,
        case_id=case.id,
        first_id=before.first_id if before else row_id,
        number=before.number + 1 if before else 1,
        replaces=before.id if before else None,
        head=command.head,
        amount_minor=amount.minor,
        currency=currency,
        paid_by=command.paid_by,
        payee_id=command.payee_id,
        paid_on=_paid_on(command.paid_on, work.today),
        receipt=recorded.text(command.receipt, _("number of the receipt"), 80, needed=False),
        evidence_id=command.evidence_id,
        reason=getattr(command, "reason", ""),
        checked_on=work.today,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    payee = recorded.text(command.payee, _("who was paid"), needed=command.payee_id is None)
    note = recorded.text(command.note, _("note"), 1000, needed=False)
    said = {"payee": payee, "note": note}
    if any(said.values()):
        row.detail = work.vault.seal_json(case.worker_id, TABLE, row.id, "detail", said)
    if before is not None:
        before.live = False
        work.session.add(before)
        work.session.flush()
    work.session.add(row)
    return row


def _paid_on(day: date, today: date) -> date:
    """Raises `InvalidInput` (``date_in_future``, ``date_too_old``): on a day of long ago no ceiling was in force, and a
    slip of the pen would hide a fee."""
    if today - recorded.happened(day, _("day of payment"), today) > _LONGEST_AGO:
        raise InvalidInput("date_too_old", _("The day of payment is too long ago."), _("Correct the year."))
    return day


def _currency(code: str) -> str:
    """Raises `InvalidInput` (``unknown_currency``)."""
    if len(code) == 3 and code.isascii() and code.isupper() and is_currency(code, "en"):
        return code
    raise InvalidInput(
        "unknown_currency", _("The currency is no code of ISO 4217."), _("Write three capital letters, as EUR.")
    )


def _require_known(work: Work, case: Case, command: RecordCost) -> None:
    if command.payee_id is not None:
        found = work.session.get(Organisation, command.payee_id)
        # Else a fee would count on the record of an agency that another office works with.
        if found is None or case.office_id not in (found.id, found.office_id):
            raise NotFound("organisation", _("There is no such organisation."), _("Choose one from the list."))
    if command.evidence_id is not None:
        item = work.session.get(EvidenceItem, command.evidence_id)
        if item is None or item.case_id != case.id:
            raise NotFound("evidence", _("The case has no such paper."), _("Choose one from the list."))


def _unknown() -> NotFound:
    return NotFound("cost", _("There is no such cost."), _("Open it from its case."))


def _data(row: Cost) -> dict[str, str]:
    return {"head": row.head.value, "paid_by": row.paid_by.value}
