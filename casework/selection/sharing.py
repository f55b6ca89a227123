"""Whether a worker may be named to employers: agreed to with a notice, and taken back at any time."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from babel import Locale
from pydantic import BaseModel, ConfigDict
from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.tables import Case
from casework.selection import ending, queries
from casework.selection.rules import Act, ApplicationState
from casework.work import Work
from casework.workers.tables import Basis, LegalBasis, Purpose


class Agree(BaseModel):
    """The worker agrees to be named to employers: which notice was shown, in which language (ISO 639-1), when."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    given_on: date
    notice_version: str
    language: str


def agree(work: Work, command: Agree, expected_version: int | None = None) -> LegalBasis:
    """Record the agreement. Raises `Conflict` (``agreed``), `InvalidInput` (``language``, ``missing_value``,
    ``date_in_future``)."""
    require(work.actor.role, Permission.SELECT_CANDIDATES)
    case = changes.change(work, command.case_id, expected_version)
    if queries.may_be_shared(work.session, case):
        raise Conflict("agreed", _("The worker agreed already."), _("Look at what is recorded."))
    if len(command.language) != 2 or command.language not in Locale.parse("en").languages:
        raise InvalidInput("language", _("The language is not known."), _("Write its code by ISO 639-1, such as bn."))
    row = LegalBasis(
        worker_id=case.worker_id,
        purpose=Purpose.SHARING_WITH_EMPLOYER,
        basis=Basis.CONSENT,
        notice_version=recorded.text(command.notice_version, _("version of the notice"), 40),
        language=command.language,
        given_on=recorded.happened(command.given_on, _("day of the agreement"), work.today),
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    work.record("application.agreed", f"legal_basis/{row.id}", case_id=case.id, happened_on=row.given_on)
    return row


def end_agreement(work: Work, case_id: UUID, expected_version: int | None = None) -> None:
    """The worker takes it back: nobody more learns of the worker, and who was put forward and has no job is so no
    longer, in whichever case. A job that was accepted stays: it rests on the contract. It can be taken back at any
    time, also after the case has ended. Raises `Conflict` (``not_agreed``)."""
    require(work.actor.role, Permission.SELECT_CANDIDATES)
    every = _cases(work, changes.find(work.session, work.actor, case_id).worker_id)
    case = changes.change(work, case_id, expected_version, any_life=True)
    query = select(LegalBasis).where(
        LegalBasis.worker_id == case.worker_id,
        col(LegalBasis.purpose) == Purpose.SHARING_WITH_EMPLOYER,
        col(LegalBasis.withdrawn_on).is_(None),
    )
    rows = work.session.exec(query).all()
    if not rows:
        raise Conflict("not_agreed", _("The worker has not agreed."), _("Look at what is recorded."))
    for row in rows:
        row.withdrawn_on = work.today
        work.session.add(row)
        work.record("application.agreement_ended", f"legal_basis/{row.id}", case_id=case.id)
    for one in every:
        open_ones = [row for row in ending.live(work, one) if row.state is not ApplicationState.ACCEPTED]
        for application in open_ones:
            ending.end(work, one, application, Act.WITHDRAW, "not_given")
        if open_ones and one.id != case.id:
            one.version, one.changed_at = one.version + 1, work.now
            work.session.add(one)


def _cases(work: Work, worker_id: UUID) -> list[Case]:
    """All cases of a worker, locked in the order of their ids: the agreement is of the worker and holds for each."""
    query = select(Case).where(Case.worker_id == worker_id).order_by(col(Case.id))
    return list(work.session.exec(query.with_for_update().execution_options(populate_existing=True)))
