"""Put workers forward, interview them, make offers, and record what came of them.

An office does it for its cases, an employer for the candidates that were put forward to it. What a form names is the
version of the application: an employer does not know of the case.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from babel import Locale
from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import func
from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from basis.roles import Role
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.refresh import refresh
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.contracts import compare
from casework.contracts import queries as contract_queries
from casework.contracts import rules as contract_rules
from casework.contracts import service as contracts
from casework.contracts.compare import Verdict
from casework.contracts.rules import Terms
from casework.organisations.tables import Organisation
from casework.recruitment import claims
from casework.recruitment import queries as orders
from casework.recruitment.permissions import require_order
from casework.recruitment.tables import JobOrder
from casework.selection import ending, queries, rules
from casework.selection.rules import Act, ApplicationState, Criteria, InterviewResult
from casework.selection.tables import Application, Interview, Offer, SelectionCriteria
from casework.work import Work
from checklists.catalogue import Catalogue

BY_EMPLOYER: Final = frozenset({Act.REJECT, Act.TAKE_BACK})
BY_WORKER: Final = frozenset({Act.DECLINE, Act.WITHDRAW})
"""What only an office records: the worker is not the employer's to speak for."""


class Accept(BaseModel):
    """The worker takes the offer. `explained_in` (ISO 639-1): the language in which it was explained; `paper`: where
    the signature is kept."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    application_id: UUID
    accepted_on: date
    explained_in: str
    paper: str


class Invite(BaseModel):
    """An interview at an instant; `online` or at a place."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    application_id: UUID
    starts_at: AwareDatetime
    place: str = ""
    online: bool = False


class MakeOffer(BaseModel):
    """What an employer holds out, until the end of the day `answer_by`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    application_id: UUID
    terms: Terms
    answer_by: date


def set_criteria(work: Work, job_order_id: UUID, criteria: Criteria) -> SelectionCriteria:
    """Say what is asked of candidates; what was said before stays on record. Raises `NotFound` (``job_order``),
    `InvalidInput` (``level``, ``experience``, ``language``)."""
    require(work.actor.role, Permission.SELECT_CANDIDATES)
    order = orders.find(work.session, work.actor, job_order_id)
    claims.locked(work, order.id)
    rules.checked(criteria)
    if criteria.language:
        _known_language(criteria.language)
    query = select(func.count()).select_from(SelectionCriteria).where(SelectionCriteria.job_order_id == order.id)
    row = SelectionCriteria(
        job_order_id=order.id,
        number=work.session.exec(query).one() + 1,
        language=criteria.language,
        level=criteria.level,
        experience_months=criteria.experience_months,
        licence=recorded.text(criteria.licence, _("licence"), 60, needed=False),
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    work.record("job_order.criteria_set", f"job_order/{order.id}", data={"number": row.number})
    return row


def nominate(
    work: Work, catalogue: Catalogue, case_id: UUID, job_order_id: UUID, expected_version: int | None = None
) -> Application:
    """Put a worker forward for a job order. Only from now on the employer knows of the worker.

    Raises `Refused` (``role``, ``no_ground``, and what `permissions.require_order` finds of an agency's job order),
    `NotFound` (``job_order``), `Conflict` (``nominated``, ``has_job``).
    """
    _require_office(work)
    case = changes.change(work, case_id, expected_version)
    query = select(JobOrder).where(JobOrder.id == job_order_id, *queries.open_to(case, work.today))
    order = work.session.exec(query).one_or_none()
    if order is None:
        raise NotFound(
            "job_order",
            _("There is no such job order that is open to this case."),
            _("Choose an approved one of its programme, with a day in force."),
        )
    require_order(work.session, programme_of(catalogue, case), order, work.today)
    if not queries.may_be_shared(work.session, case):
        raise Refused(
            "no_ground",
            _("No ground is recorded to name the worker to an employer."),
            _("Ask the worker, and record the answer with its notice."),
        )
    _require_free(work, case, order)
    row = Application(
        case_id=case.id,
        job_order_id=order.id,
        employer_id=order.employer_id,
        nominated_on=work.today,
        recorded_at=work.now,
        recorded_by=work.actor.key,
        changed_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    data = {"job_order": str(order.id)}
    work.record("application.nominated", f"application/{row.id}", case_id=case.id, data=data)
    return row


def invite(work: Work, command: Invite, expected_version: int | None = None) -> Interview:
    """Fix an interview; one that was not held yet is taken off. Raises `InvalidInput` (``in_the_past``,
    ``too_far``, ``missing_value``), `Conflict` (``application_state``)."""
    row, _case = _locked(work, command.application_id, expected_version)
    after = rules.moved(row.state, Act.INVITE)
    if command.starts_at <= work.now:
        raise InvalidInput("in_the_past", _("The time has passed already."), _("Choose a time that is still to come."))
    if command.starts_at > work.now + timedelta(days=rules.NOTICE_DAYS):
        raise InvalidInput("too_far", _("The interview is more than a year ahead."), _("Correct the day."))
    place = recorded.text(command.place, _("place"), needed=not command.online)
    for open_one in ending.open_interviews(work, row):
        ending.close(work, open_one, InterviewResult.NOT_HELD)
    interview = Interview(
        application_id=row.id,
        starts_at=command.starts_at,
        place=place,
        online=command.online,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(interview)
    row.state = after
    ending.touch(work, row, "application.invited")
    return interview


def hold(work: Work, application_id: UUID, result: InterviewResult, expected_version: int | None = None) -> Application:
    """Say what came of the interview. Raises `InvalidInput` (``date_in_future``), `Conflict`
    (``application_state``)."""
    row, _case = _locked(work, application_id, expected_version)
    after = rules.moved(row.state, Act.HOLD)
    interview = ending.open_interviews(work, row)[-1]
    if interview.starts_at > work.now and result is not InterviewResult.NOT_HELD:
        raise InvalidInput(
            "date_in_future",
            _("The interview is still to come."),
            _("Record what came of it afterwards, or correct its time."),
        )
    ending.close(work, interview, result)
    row.state = after
    ending.touch(work, row, "application.interviewed", {"result": result.value})
    return row


def offer(work: Work, catalogue: Catalogue, command: MakeOffer, expected_version: int | None = None) -> Offer:
    """Hold a job out. Less than the job order was approved for, or than the programme asks, cannot be offered.

    Raises `Refused` (``below_minimum``, ``below_job_order``), `InvalidInput` (``dates`` and as
    `contracts.rules.checked`), `Conflict` (``application_state``).
    """
    row, case = _locked(work, command.application_id, expected_version)
    after = rules.moved(row.state, Act.OFFER)
    order = work.session.get_one(JobOrder, row.job_order_id)
    if not work.today <= command.answer_by <= work.today + timedelta(days=rules.NOTICE_DAYS):
        raise InvalidInput(
            "dates", _("The last day to take the offer is not possible."), _("Choose a day within the year to come.")
        )
    employer = work.session.get_one(Organisation, order.employer_id)
    given = {"employer": employer.name, "occupation": order.occupation}
    terms = contract_rules.checked(command.terms.model_copy(update=given))
    _require_enough(work, catalogue, case, order, terms)
    query = select(func.count()).select_from(Offer).where(Offer.application_id == row.id)
    made = Offer(
        application_id=row.id,
        number=work.session.exec(query).one() + 1,
        offered_on=work.today,
        answer_by=command.answer_by,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    made.terms = work.vault.seal(case.worker_id, "offer", made.id, "terms", terms.model_dump_json().encode())
    work.session.add(made)
    row.state = after
    ending.touch(work, row, "application.offered")
    return made


def accept(work: Work, catalogue: Catalogue, command: Accept, expected_version: int | None = None) -> Application:
    """The worker takes the offer: a place of the job order is taken, what was offered is what was promised, and the
    case leads to this employer. Other applications of the worker end. Of two who want the last place one gets it.

    Raises `Conflict` (``no_headroom``, ``application_state``, ``offer_lapsed``), `Refused` (``job_order_state``,
    ``job_order_days``, and what `permissions.require_order` finds), `InvalidInput` (``date_in_future``, ``dates``,
    ``language``, ``missing_value``).
    """
    _require_office(work)
    row, case = _locked(work, command.application_id, expected_version)
    after = rules.moved(row.state, Act.ACCEPT)
    made = queries.last_offer(work.session, row.id)
    if made is None:
        raise Conflict("application_state", _("There is no offer."), _("Look at its present state."))
    accepted_on = recorded.happened(command.accepted_on, _("day of acceptance"), work.today)
    if accepted_on < made.offered_on:
        raise InvalidInput("dates", _("It was accepted before it was offered."), _("Correct the day."))
    if accepted_on > made.answer_by:
        raise Conflict(
            "offer_lapsed", _("The offer was good until {day}.", day=made.answer_by), _("Have it made anew.")
        )
    row.explained_in = _known_language(command.explained_in)
    row.paper = recorded.text(command.paper, _("where the signature is kept"), 120)
    order = work.session.get_one(JobOrder, row.job_order_id)
    require_order(work.session, programme_of(catalogue, case), order, work.today)
    claim = claims.claim(work, case, order.id)
    terms = queries.terms_of(work.session, work.vault, row, made)
    contracts.put_promise(work, case, terms, job_order_id=claim.job_order_id, application_id=row.id)
    ending.leave_others(work, case, row)
    row.state, row.accepted_on = after, accepted_on
    ending.touch(work, row, "application.accepted")
    _lead_to(work, case, order)
    refresh(work, programme_of(catalogue, case), case)
    return row


def end(
    work: Work,
    catalogue: Catalogue,
    application_id: UUID,
    act: Act,
    reason: str,
    expected_version: int | None = None,
) -> Application:
    """The employer turns the candidate down or takes the offer back; the worker declines or withdraws, which an office
    records. The case is not ended: it keeps all it holds and can be put forward anew.

    Raises `Refused` (``role``), `Conflict` (``application_state``), `InvalidInput` (``unknown_reason``).
    """
    if act not in BY_EMPLOYER | BY_WORKER:
        raise InvalidInput("act", _("An application does not end like this."), _("Choose one of the forms."))
    if act in BY_WORKER:
        _require_office(work)
    row, case = _locked(work, application_id, expected_version)
    was_accepted = row.state is ApplicationState.ACCEPTED
    ending.end(work, case, row, act, reason)
    if was_accepted:
        refresh(work, programme_of(catalogue, case), case)
    return row


def _require_office(work: Work) -> None:
    require(work.actor.role, Permission.SELECT_CANDIDATES)
    require(work.actor.role, Permission.SEE_CASES)


def _locked(work: Work, application_id: UUID, expected_version: int | None) -> tuple[Application, Case]:
    """An application of the actor's, with its case, both locked."""
    require(work.actor.role, Permission.SELECT_CANDIDATES)
    row = queries.find(work.session, work.actor, application_id)
    if work.actor.role is Role.EMPLOYER_USER:
        if row.ended_on is not None:  # of a case that has ended an employer learns no more than this
            rules.moved(row.state, Act.END)
        _require_prepared(work, row)
        (case,) = changes.change_many(work, [row.case_id], col(Case.id) == row.case_id)
    else:
        case = changes.change(work, row.case_id)
    work.session.refresh(row)
    if expected_version is not None and row.version != expected_version:
        raise Conflict(
            "stale",
            _("Somebody changed this after you opened it."),
            _("Look at what changed, then do it again if it is still right."),
        )
    return row, case


def _require_prepared(work: Work, row: Application) -> None:
    if is_ended(work.session.get_one(Case, row.case_id).life):
        raise Conflict(
            "application_state",
            _("The preparation of this worker is over."),
            _("Speak with the office: it knows what can still be done."),
        )


def _require_free(work: Work, case: Case, order: JobOrder) -> None:
    running = select(Application).where(Application.case_id == case.id, col(Application.ended_on).is_(None))
    live = work.session.exec(running).all()
    if any(one.job_order_id == order.id for one in live):
        raise Conflict(
            "nominated",
            _("The worker is put forward for this job order already."),
            _("Look at the present state of the application."),
        )
    if any(one.state is ApplicationState.ACCEPTED for one in live) or claims.claim_of(work.session, case.id):
        raise Conflict(
            "has_job",
            _("The worker has a place in a job order already."),
            _("Only who has none is put forward; end the other one first."),
        )


def _require_enough(work: Work, catalogue: Catalogue, case: Case, order: JobOrder, terms: Terms) -> None:
    programme = programme_of(catalogue, case)
    below = [one for one in compare.findings(programme.contract_terms, terms) if one.verdict is Verdict.BELOW]
    if below:
        raise Refused(
            "below_minimum",
            _("The programme asks for more: {terms}.", terms=", ".join(str(one.term.label) for one in below)),
            _("Offer at least what the programme asks of a contract."),
        )
    promised = contract_queries.of_order(work.session, programme, order)
    contracts.require_no_less(programme, promised, terms)


def _lead_to(work: Work, case: Case, order: JobOrder) -> None:
    """The case goes to the employer of a job order now."""
    case.employer = work.session.get_one(Organisation, order.employer_id).name
    case.job_order, case.job_title = order.number, order.title
    case.occupation, case.destination = order.occupation, order.destination
    work.session.add(case)
    fields = ["destination", "employer", "job_order", "job_title", "occupation"]
    work.record("case.replanned", f"case_file/{case.id}", case_id=case.id, data={"fields": fields})
    work.session.flush()


def _known_language(code: str) -> str:
    if len(code) != 2 or code not in Locale.parse("en").languages:
        raise InvalidInput("language", _("The language is not known."), _("Write its code by ISO 639-1, such as bn."))
    return code
