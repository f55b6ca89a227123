"""Record what was promised and what was signed; see to what differs; find the contract in order."""

from __future__ import annotations

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale
from pydantic import BaseModel, ConfigDict
from sqlalchemy import func
from sqlmodel import col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, may, require
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.contracts import compare, queries, rules
from casework.contracts.queries import View
from casework.contracts.rules import CORRECTED, AnswerKind, AnswerState, ContractKind, Terms
from casework.contracts.tables import Contract, ContractAnswer
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.organisations.tables import Organisation
from casework.recruitment import claims
from casework.selection.rules import ApplicationState
from casework.selection.tables import Application
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.programme import Programme


class RecordContract(BaseModel):
    """A signed contract. `evidence_id` is the paper of the case that shows it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    terms: Terms
    signed_on: date
    evidence_id: UUID | None = None


class AnswerPoint(BaseModel):
    """How a point of the live signed contract was seen to. `language` (ISO 639-1) and `paper` belong to what the worker
    accepted, `reason` to what was found enough or why the worker refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    point: str
    kind: AnswerKind
    answered_on: date
    language: str = ""
    paper: str = ""
    reason: str = ""


def sign(work: Work, command: RecordContract, expected_version: int | None = None) -> Contract:
    """Record a signed contract; the one before it counts no longer, nor how it was seen to.

    Raises what `rules.checked` does, `InvalidInput` (``date_in_future``), `NotFound` (``evidence``).
    """
    require(work.actor.role, Permission.CHECK_CONTRACTS)
    case = changes.change(work, command.case_id, expected_version)
    signed_on = recorded.happened(command.signed_on, _("day of signing"), work.today)
    _require_paper(work, case, command.evidence_id)
    row = _put(work, case, ContractKind.SIGNED, command.terms)
    row.signed_on, row.evidence_id = signed_on, command.evidence_id
    work.session.add(row)
    work.record("contract.signed", f"contract/{row.id}", case_id=case.id, happened_on=signed_on)
    return row


def promise(
    work: Work, catalogue: Catalogue, case_id: UUID, terms: Terms, expected_version: int | None = None
) -> Contract:
    """Record by hand what was promised, where no offer of this installation says it. A contract that is worse cannot be
    hidden like this: what was recorded before becomes less only by a supervisor who did not record it. Who mistyped it
    corrects it the same day, as long as no signed contract was recorded.

    Raises what `rules.checked` does, `Conflict` (``promised_by_offer``), `Refused` (``below_job_order``,
    ``promised_less``).
    """
    require(work.actor.role, Permission.CHECK_CONTRACTS)
    case = changes.change(work, case_id, expected_version)
    programme = programme_of(catalogue, case)
    held_out = queries.of_place(work.session, programme, case.id)
    if held_out is not None:
        require_no_less(programme, held_out, rules.checked(terms))
    made = queries.promises(work.session, case.id)
    if made and made[-1].application_id is not None:
        application = work.session.get_one(Application, made[-1].application_id)
        if application.state is ApplicationState.ACCEPTED:
            raise Conflict(
                "promised_by_offer",
                _("What was promised stands in the offer that the worker accepted."),
                _("If the offer was another one, have the employer make it anew."),
            )
        made = []  # the offer has ended, and with it what it promised
    if not queries.was_signed(work.session, case.id):
        while made and _just_typed(work, case, made[-1]):
            made.pop()  # nothing hangs on it yet: held against what was recorded before it
    if made:
        _require_second(work, programme, case, made, terms)
    return put_promise(work, case, terms)


def require_no_less(programme: Programme, order: Terms, terms: Terms) -> None:
    """Raises `Refused` (``below_job_order``) where less is held out than the job order was approved with, or something
    else: another employer, occupation or wording."""
    found = compare.lessened(programme.contract_terms, order, terms)
    if found:
        raise Refused(
            "below_job_order",
            _(
                "The job order was approved with more, or otherwise: {terms}.",
                terms=", ".join(str(one.title) for one in found),
            ),
            _("Name at least what the job order holds out, in its words, or have a change of it approved first."),
        )


def put_promise(
    work: Work, case: Case, terms: Terms, *, job_order_id: UUID | None = None, application_id: UUID | None = None
) -> Contract:
    """What a locked case was promised. A contract that was found in order is to be looked at again."""
    row = _put(work, case, ContractKind.PROMISED, terms)
    row.job_order_id, row.application_id = job_order_id, application_id
    work.session.add(row)
    work.record("contract.promised", f"contract/{row.id}", case_id=case.id)
    end_check(work, case)
    return row


def end_check(work: Work, case: Case) -> None:
    """A signed contract of a locked case that was found in order is to be looked at again."""
    signed = queries.live(work.session, case.id, ContractKind.SIGNED)
    if signed is not None and signed.checked_on is not None:
        signed.checked_on, signed.checked_by, signed.checked_against = None, "", ""
        work.session.add(signed)
        work.record("contract.check_ended", f"contract/{signed.id}", case_id=case.id)


def end_all(work: Work, case: Case, reason: str) -> None:
    """Promise and contract of a locked case count no longer, for a code of `rules.ENDED_BY`; they stay on record."""
    for kind in ContractKind:
        row = queries.live(work.session, case.id, kind)
        if row is not None:
            _end(work, row, reason)


def withdraw(work: Work, contract_id: UUID, expected_version: int | None = None) -> Contract:
    """A signed contract was recorded in error. Raises `Conflict` (``withdrawn``, ``promised``)."""
    require(work.actor.role, Permission.CHECK_CONTRACTS)
    row, _case = _locked(work, contract_id, expected_version)
    if row.kind is not ContractKind.SIGNED:
        raise Conflict("promised", _("What was promised is not taken back."), _("Record what is right in its place."))
    _end(work, row, "recorded_in_error")
    return row


def answer(
    work: Work, catalogue: Catalogue, command: AnswerPoint, expected_version: int | None = None
) -> ContractAnswer:
    """Say how a point was seen to. What the worker accepted, and what a person found enough, waits for a supervisor.

    Raises `Conflict` (``no_such_point``, ``answered``), `Refused` (``below_minimum``), `InvalidInput`
    (``answer_kind``, ``missing_value``, ``language``, ``date_in_future``, ``dates``).
    """  # fmt: skip
    require(work.actor.role, Permission.CHECK_CONTRACTS)
    case = changes.change(work, command.case_id, expected_version)
    view = _view(work, catalogue, case)
    contract = _signed(view)
    _require_open(view, command)
    _require_dates(work, contract, command)
    row = ContractAnswer(
        contract_id=contract.id,
        case_id=case.id,
        point=command.point,
        kind=command.kind,
        state=AnswerState.CONFIRMED if command.kind is AnswerKind.REFUSED else AnswerState.WAITING,
        answered_on=command.answered_on,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    if command.kind is AnswerKind.ACCEPTED:
        row.language = _known_language(command.language)
        row.paper = recorded.text(command.paper, _("where the worker's writing is kept"), 120)
    reason = recorded.text(command.reason, _("reason"), 300, needed=command.kind is AnswerKind.ENOUGH)
    if reason:
        row.reason = work.vault.seal(case.worker_id, "contract_answer", row.id, "reason", reason.encode())
    work.session.add(row)
    _record_answer(work, row, "contract.answered")
    return row


def confirm(work: Work, answer_id: UUID, expected_version: int | None = None) -> ContractAnswer:
    """Confirm an answer that somebody else recorded. Raises `Refused` (``own``), `Conflict` (``decided``)."""
    return _decide(work, answer_id, AnswerState.CONFIRMED, "contract.answer_confirmed", expected_version)


def give_back(work: Work, answer_id: UUID, expected_version: int | None = None) -> ContractAnswer:
    """Return an answer that somebody else recorded: the point is open again. Raises as `confirm`."""
    return _decide(work, answer_id, AnswerState.RETURNED, "contract.answer_returned", expected_version)


def check(work: Work, catalogue: Catalogue, case_id: UUID, expected_version: int | None = None) -> Contract:
    """Find the signed contract in order: each term is met, and each difference to the promise was seen to.

    Raises `Refused` (``contract_not_in_order``, ``no_promise``, ``no_place``, ``below_job_order``, and ``same_person``
    for who recorded it where a requirement of the programme is independent), `Conflict` (``no_contract``,
    ``checked``).
    """
    require(work.actor.role, Permission.CHECK_CONTRACTS)
    case = changes.change(work, case_id, expected_version)
    view = _view(work, catalogue, case)
    row = _signed(view)
    if row.checked_on is not None:
        raise Conflict("checked", _("The contract was found in order already."), _("Look at its present state."))
    if view.open:
        raise Refused(
            "contract_not_in_order",
            _("{count} points of the contract are still to be seen to.", count=len(view.open)),
            _("Have the contract corrected, or record how each point was seen to."),
        )
    if view.promised_terms is None:
        raise Refused(
            "no_promise",
            _("Nothing is recorded of what the worker was promised, so nobody can compare."),
            _("Record it as the offer, the advertisement or the worker says it."),
        )
    programme = programme_of(catalogue, case)
    _require_place(work, view)
    held_out = queries.of_place(work.session, programme, case.id)
    if held_out is not None and view.promised is not None and view.promised.application_id is None:
        # What was recorded of the promise by hand may be older than the place in the job order.
        require_no_less(programme, held_out, view.promised_terms)
    if view.independent and row.recorded_by == work.actor.key:
        raise Refused(
            "same_person", _("Who recorded the contract does not find it in order."), _("Leave it to somebody else.")
        )
    row.checked_on, row.checked_by = work.today, work.actor.key
    row.checked_against = f"{programme.id} {programme.version}"
    work.session.add(row)
    work.record("contract.checked", f"contract/{row.id}", case_id=case.id)
    return row


def _decide(
    work: Work, answer_id: UUID, state: AnswerState, event: str, expected_version: int | None
) -> ContractAnswer:
    require(work.actor.role, Permission.MANAGE_RECRUITMENT)
    row = work.session.get(ContractAnswer, answer_id)
    if row is None:
        raise NotFound("answer", _("There is no such answer."), _("Open it from its case."))
    changes.change(work, row.case_id, expected_version)
    work.session.refresh(row)
    contract = work.session.get_one(Contract, row.contract_id)
    if row.state is not AnswerState.WAITING or contract.withdrawn_on is not None:
        raise Conflict("decided", _("This answer was decided on already."), _("Look at its present state."))
    if row.recorded_by == work.actor.key:
        raise Refused(
            "own", _("Who recorded an answer does not confirm it."), _("Ask another supervisor to look at it.")
        )
    row.state, row.decided_on, row.decided_by = state, work.today, work.actor.key
    work.session.add(row)
    _record_answer(work, row, event)
    return row


def _require_second(work: Work, programme: Programme, case: Case, made: list[Contract], terms: Terms) -> None:
    """A promise that takes something from the one before (the last of `made`), or says something else, is a
    supervisor's, who did not record that one, nor one that it only repeated or bettered."""
    *earlier, now = made
    held_out = queries.terms_of(work.vault, case, now)
    found = compare.lessened(programme.contract_terms, held_out, rules.checked(terms))
    if not found:
        return
    recorders = {now.recorded_by}
    for row in reversed(earlier):
        before = queries.terms_of(work.vault, case, row)
        if compare.lessened(programme.contract_terms, before, held_out):
            break
        recorders.add(row.recorded_by)
        held_out = before
    if not may(work.actor.role, Permission.MANAGE_RECRUITMENT) or work.actor.key in recorders:
        raise Refused(
            "promised_less",
            _(
                "This is less than what was recorded of the promise before, or something else: {terms}.",
                terms=", ".join(str(one.title) for one in found),
            ),
            _("If that was a mistake, leave it to a supervisor who did not record it."),
        )


def _just_typed(work: Work, case: Case, row: Contract) -> bool:
    """Whether the actor recorded this promise by hand, on this day of the office."""
    zone = ZoneInfo(work.session.get_one(Organisation, case.office_id).time_zone)
    today = row.recorded_at.astimezone(zone).date() == work.now.astimezone(zone).date()
    return today and row.application_id is None and row.recorded_by == work.actor.key


def _require_place(work: Work, view: View) -> None:
    """A promise that comes from a job order counts for who has a place in it."""
    if view.promised is None or view.promised.job_order_id is None:
        return
    claim = claims.claim_of(work.session, view.promised.case_id)
    if claim is None or claim.job_order_id != view.promised.job_order_id:
        raise Refused(
            "no_place",
            _("The worker has no place any more in the job order that the promise comes from."),
            _("Put the worker forward anew, or record what was promised of the job that the worker has now."),
        )


def _put(work: Work, case: Case, kind: ContractKind, terms: Terms) -> Contract:
    content = rules.checked(terms).model_dump_json().encode()
    before = queries.live(work.session, case.id, kind)
    if before is not None:
        _end(work, before, CORRECTED)
    query = select(func.count()).select_from(Contract).where(Contract.case_id == case.id, col(Contract.kind) == kind)
    row = Contract(
        case_id=case.id,
        kind=kind,
        number=work.session.exec(query).one() + 1,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    row.terms = work.vault.seal(case.worker_id, "contract", row.id, "terms", content)
    work.session.add(row)
    return row


def _end(work: Work, row: Contract, reason: str) -> None:
    if row.withdrawn_on is not None:
        raise Conflict("withdrawn", _("This contract counts no longer."), _("Look at the present one."))
    row.withdrawn_on, row.withdrawn_reason = work.today, reason
    work.session.add(row)
    work.session.flush()
    work.record("contract.ended", f"contract/{row.id}", case_id=row.case_id, data={"reason": reason})


def _locked(work: Work, contract_id: UUID, expected_version: int | None) -> tuple[Contract, Case]:
    row = work.session.get(Contract, contract_id)
    if row is None:
        raise NotFound("contract", _("There is no such contract."), _("Open it from its case."))
    case = changes.change(work, row.case_id, expected_version)
    work.session.refresh(row)
    return row, case


def _view(work: Work, catalogue: Catalogue, case: Case) -> View:
    return queries.view(work.session, work.vault, programme_of(catalogue, case), case)


def _signed(view: View) -> Contract:
    if view.signed is None:
        raise Conflict("no_contract", _("No signed contract is recorded."), _("Record it first."))
    return view.signed


def _require_paper(work: Work, case: Case, evidence_id: UUID | None) -> None:
    if evidence_id is None:
        return
    item = work.session.get(EvidenceItem, evidence_id)
    if item is None or item.case_id != case.id or item.status is EvidenceStatus.WITHDRAWN:
        raise NotFound("evidence", _("The case has no such paper."), _("Choose one of its papers."))


def _require_open(view: View, command: AnswerPoint) -> None:
    finding = next((one for one in view.findings if one.key == command.point), None)
    if finding is not None and finding.verdict in compare.BARRED:
        raise Refused(
            "below_minimum",
            _("What the programme asks of a contract cannot be signed away."),
            _("Have the contract corrected and record the new one."),
        )
    if command.point not in view.points:
        raise Conflict("no_such_point", _("The contract has no such point."), _("Look at its present state."))
    before = view.answers.get(command.point)
    if before is not None and before.state is not AnswerState.RETURNED:
        raise Conflict("answered", _("This point was seen to already."), _("Look at its present state."))
    if (finding is not None) is not (command.kind is AnswerKind.ENOUGH):
        raise InvalidInput(
            "answer_kind", _("This answer does not fit the point."), _("Choose one of the answers of the form.")
        )


def _require_dates(work: Work, contract: Contract, command: AnswerPoint) -> None:
    recorded.happened(command.answered_on, _("day of the answer"), work.today)
    if command.kind is AnswerKind.ACCEPTED and contract.signed_on and command.answered_on < contract.signed_on:
        raise InvalidInput(
            "dates", _("It was accepted before the contract was signed."), _("Correct the day of the answer.")
        )


def _known_language(code: str) -> str:
    if len(code) != 2 or code not in Locale.parse("en").languages:
        raise InvalidInput(
            "language",
            _("The language in which it was explained is not known."),
            _("Write its code by ISO 639-1, such as bn."),
        )
    return code


def _record_answer(work: Work, row: ContractAnswer, event: str) -> None:
    data = {"point": row.point, "kind": row.kind.value}
    work.record(event, f"contract_answer/{row.id}", case_id=row.case_id, data=data)
