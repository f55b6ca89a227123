"""The contracts of a case beside each other and beside the programme's terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from casework.cases.tables import Case
from casework.contracts import compare
from casework.contracts.compare import Difference, Finding
from casework.contracts.rules import CORRECTED, JOB_CHANGED, OFFER_ENDED, AnswerKind, AnswerState, ContractKind, Terms
from casework.contracts.tables import Contract, ContractAnswer
from casework.organisations.tables import Organisation
from casework.recruitment import claims
from casework.recruitment.orders import OrderContent, content_of
from casework.recruitment.rules import VersionState
from casework.recruitment.tables import JobOrder, JobOrderVersion
from casework.vault import Vault
from checklists.files.contract_flaws import CONTRACT_CHECK
from checklists.programme import Programme


@dataclass(frozen=True, slots=True)
class View:
    """What was promised and what was signed, as both count now. Where nobody recorded a promise, the job order in which
    the worker has a place is one (`order`). `findings` are of the signed contract, `differences` empty where one of the
    two is missing; `answers` are the last of each point, but for those given against another promise; `reasons` theirs
    by id. `independent`: who recorded the signed contract does not find it in order."""

    promised: Contract | None
    promised_terms: Terms | None
    order: JobOrder | None
    signed: Contract | None
    signed_terms: Terms | None
    findings: tuple[Finding, ...]
    differences: tuple[Difference, ...]
    answers: Mapping[str, ContractAnswer]
    reasons: Mapping[UUID, str]
    independent: bool

    @property
    def points(self) -> tuple[str, ...]:
        """All that must be seen to."""
        return compare.points(self.findings, self.differences)

    @property
    def open(self) -> tuple[str, ...]:
        """What was not seen to yet; what the worker refused stays open."""
        return tuple(point for point in self.points if not _settles(self.answers.get(point)))

    def may_be_checked_by(self, who: str) -> bool:
        """Whether nothing is left but that this person (by the account's key) finds the signed contract in order."""
        if self.signed is None or self.signed.checked_on is not None or self.promised_terms is None:
            return False
        return not self.open and not (self.independent and self.signed.recorded_by == who)

    @property
    def refused(self) -> bool:
        """Whether the worker does not take the contract as it is."""
        return any(self.answers[point].kind is AnswerKind.REFUSED for point in self.points if point in self.answers)


def view(session: Session, vault: Vault, programme: Programme, case: Case) -> View:
    """The contracts of a case that the reader may know of; whoever calls has found it."""
    promised, signed = (live(session, case.id, kind) for kind in (ContractKind.PROMISED, ContractKind.SIGNED))
    promised_terms, signed_terms = (
        terms_of(vault, case, row) if row is not None else None for row in (promised, signed)
    )
    asked = programme.contract_terms
    order = claims.order_of(session, case.id) if promised is None else None
    if order is not None:
        promised_terms = of_place(session, programme, case.id)
    answers = _answers(session, signed.id) if signed is not None else {}
    if promised_terms is not None:
        answers = _still_given(session, vault, programme, case, promised_terms, answers)
    return View(
        promised=promised,
        promised_terms=promised_terms,
        order=order,
        signed=signed,
        signed_terms=signed_terms,
        findings=compare.findings(asked, signed_terms) if signed_terms is not None else (),
        differences=compare.differences(asked, promised_terms, signed_terms)
        if promised_terms is not None and signed_terms is not None
        else (),
        answers=answers,
        reasons={
            row.id: vault.open(case.worker_id, "contract_answer", row.id, "reason", row.reason).decode()
            for row in answers.values()
            if row.reason is not None
        },
        independent=any(wanted.independent for _stage, wanted in programme.asking_for(CONTRACT_CHECK)),
    )


def of_order(session: Session, programme: Programme, order: JobOrder, content: OrderContent | None = None) -> Terms:
    """What a job order promises, as far as it is compared: its texts only on terms that machines do not compare.
    `content`: of one of its versions, else what is in force."""
    said = content or content_of(order)
    in_words = {term.id for term in programme.contract_terms if term.about is None}
    return Terms(
        employer=session.get_one(Organisation, order.employer_id).name,
        occupation=order.occupation,
        wage_minor=said.wage.minor,
        currency=said.wage.currency,
        wage_per=said.wage_per,
        weekly_minutes=said.weekly_hours * 60 if said.weekly_hours is not None else None,
        says={name: text for name, text in said.terms.items() if name in in_words},
    )


def of_place(session: Session, programme: Programme, case_id: UUID, at: datetime | None = None) -> Terms | None:
    """What the job order in which a case has a place promises to this worker; None where there is no place. A version
    that was approved since and is worse, or says other words, takes nothing from who was there before; one that is no
    worse counts. `at`: what it promised then, as far as days tell."""
    claim, order = claims.claim_of(session, case_id), claims.order_of(session, case_id)
    if claim is None or order is None:
        return None
    query = select(JobOrderVersion).where(
        JobOrderVersion.job_order_id == order.id, col(JobOrderVersion.state) == VersionState.APPROVED
    )
    found: Terms | None = None
    for row in session.exec(query.order_by(col(JobOrderVersion.number))):
        if at is not None and found is not None and _came_after(session, order, row, at):
            break
        terms = of_order(session, programme, order, OrderContent.model_validate(row.content, strict=False))
        before = row.decided_on is not None and row.decided_on < claim.claimed_on
        if found is None or before or not compare.lessened(programme.contract_terms, found, terms):
            found = terms
    return found or of_order(session, programme, order)


def live(session: Session, case_id: UUID, kind: ContractKind) -> Contract | None:
    """The contract of a kind that counts."""
    query = select(Contract).where(
        Contract.case_id == case_id, col(Contract.kind) == kind, col(Contract.withdrawn_on).is_(None)
    )
    return session.exec(query).one_or_none()


def of_case(session: Session, case_id: UUID) -> list[Contract]:
    """Every contract of a case, oldest first."""
    query = select(Contract).where(Contract.case_id == case_id)
    return list(session.exec(query.order_by(col(Contract.recorded_at), col(Contract.id))))


def promises(session: Session, case_id: UUID) -> list[Contract]:
    """What was recorded of the promise of the present job, oldest first: the last one counts."""
    found: list[Contract] = []
    for row in of_case(session, case_id):
        if row.kind is ContractKind.PROMISED:
            found = [*found, row] if row.withdrawn_on is None or row.withdrawn_reason == CORRECTED else []
    return found


def was_signed(session: Session, case_id: UUID) -> bool:
    """Whether a signed contract of the present job was ever recorded, also one that counts no longer."""
    found = False
    for row in of_case(session, case_id):
        if row.withdrawn_reason in (OFFER_ENDED, JOB_CHANGED):
            found = False
        elif row.kind is ContractKind.SIGNED:
            found = True
    return found


def terms_of(vault: Vault, case: Case, row: Contract) -> Terms:
    """What a contract says."""
    if row.terms is None:
        return Terms()
    return Terms.model_validate_json(vault.open(case.worker_id, "contract", row.id, "terms", row.terms))


def _answers(session: Session, contract_id: UUID) -> dict[str, ContractAnswer]:
    query = select(ContractAnswer).where(ContractAnswer.contract_id == contract_id)
    rows = session.exec(query.order_by(col(ContractAnswer.recorded_at), col(ContractAnswer.id)))
    return {row.point: row for row in rows}


def _still_given(
    session: Session,
    vault: Vault,
    programme: Programme,
    case: Case,
    promised_terms: Terms,
    answers: Mapping[str, ContractAnswer],
) -> dict[str, ContractAnswer]:
    """The answers without those of a point of which something else is promised now than when they were given: what the
    worker accepted beside one promise says nothing of another."""
    now = compare.promised(programme.contract_terms, promised_terms)
    made = promises(session, case.id)
    found = {}
    for point, answer in answers.items():
        earlier = [row for row in made if (row.recorded_at, row.id) < (answer.recorded_at, answer.id)]
        if earlier:
            then = terms_of(vault, case, earlier[-1])
        else:
            then = of_place(session, programme, case.id, answer.recorded_at) or Terms()
        if point not in now or compare.promised(programme.contract_terms, then)[point] == now[point]:
            found[point] = answer
    return found


def _came_after(session: Session, order: JobOrder, row: JobOrderVersion, at: datetime) -> bool:
    """Whether a version was approved after an instant; of two on one day, by the day of the office, when it was asked
    for decides."""
    zone = ZoneInfo(session.get_one(Organisation, order.office_id).time_zone)
    return row.asked_at > at or (row.decided_on is not None and row.decided_on > at.astimezone(zone).date())


def _settles(answer: ContractAnswer | None) -> bool:
    return answer is not None and answer.state is AnswerState.CONFIRMED and answer.kind is not AnswerKind.REFUSED
