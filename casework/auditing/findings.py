"""Raise findings, answer them for the office, follow them up. What was said before is never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, false, select, true

from basis.errors import InvalidInput, NotFound, Refused
from basis.messages import _
from basis.roles import Role
from casework import recorded
from casework.accounts.rules import Permission, may, require
from casework.accounts.tables import Account
from casework.actor import Actor
from casework.auditing import access, engagements, rules, samples
from casework.auditing.rules import FindingAct, FindingState, Severity, Verdict
from casework.auditing.tables import AuditFinding, Engagement, FindingStep
from casework.certificates.service import take_number
from casework.certificates.tables import Certificate
from casework.organisations.tables import Organisation, OrganisationKind
from casework.work import Work

PREFIX = "FND"
LONGEST = 4000


class RaiseFinding(BaseModel):
    """What was found. `office_id` may stay out where it follows from the document at `position` of `sample`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    engagement: str
    title: str
    severity: Severity
    criterion: str
    condition: str
    cause: str = ""
    recommendation: str
    office_id: UUID | None = None
    sample: str = ""
    position: int = 0


class AnswerFinding(BaseModel):
    """The office's answer. Who agrees, also in part, names the action, who is responsible and until when."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    number: str
    act: FindingAct
    words: str
    action: str = ""
    responsible: UUID | None = None
    due_on: date | None = None


def raise_(work: Work, command: RaiseFinding) -> AuditFinding:
    """Raise a finding, freely or from an exception. Raises `InvalidInput` (``not_an_exception``, ``outside_scope``)."""
    engagement = engagements.find(work.session, work.actor, command.engagement)
    engagements.require_auditor(work.session, work.actor, engagement, work.today)
    item_id, office_id = None, command.office_id
    if command.sample:
        item_id, office_id = _exception(work, engagement, command.sample, command.position)
    if office_id is None:
        raise InvalidInput("missing_value", _("It is not said which office it is about."), _("Choose the office."))
    recorded.organisation(work, office_id, OrganisationKind.OFFICE)
    if not engagements.covers(work.session, engagement, office_id):
        raise InvalidInput(
            "outside_scope", _("The engagement does not cover this office."), _("Choose an office of its scope.")
        )
    row = AuditFinding(
        number=take_number(work, PREFIX, work.today.year),
        engagement_id=engagement.id,
        office_id=office_id,
        item_id=item_id,
        title=recorded.text(command.title, _("title")),
        severity=command.severity,
        criterion=recorded.text(command.criterion, _("criterion"), LONGEST),
        condition=recorded.text(command.condition, _("condition"), LONGEST),
        cause=recorded.text(command.cause, _("cause"), LONGEST, needed=False),
        recommendation=recorded.text(command.recommendation, _("recommendation"), LONGEST),
        raised_on=work.today,
        raised_by=work.actor.key,
        recorded_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return _step(work, row, FindingAct.RAISE)


def answer(work: Work, command: AnswerFinding) -> AuditFinding:
    """The office agrees, agrees in part or disagrees. Raises `InvalidInput` (``no_action``, ``date_in_past``,
    ``not_of_the_office``), `Conflict` (``finding_state``)."""
    row = _of_office(work, command.number)
    if command.act not in rules.ANSWERS:
        raise InvalidInput("unknown_answer", _("This is no answer to a finding."), _("Choose one of the list."))
    rules.after(row.state, command.act)
    words = recorded.text(command.words, _("answer"), LONGEST)
    if command.act is FindingAct.DISAGREE:
        return _step(work, row, command.act, words)
    if command.responsible is None or command.due_on is None or not command.action.strip():
        raise InvalidInput(
            "no_action",
            _("Who agrees says what is done, by whom and until when."),
            _("Give the action, the person responsible and the day."),
        )
    _require_due(command.due_on, work.today)
    account = work.session.get(Account, command.responsible)
    if account is None or account.organisation_id != row.office_id or not account.active:
        raise InvalidInput(
            "not_of_the_office", _("Who is responsible works at the office."), _("Choose a person of the list.")
        )
    row.due_on, row.responsible_id = command.due_on, account.id
    return _step(work, row, command.act, words, recorded.text(command.action, _("action"), LONGEST))


def implement(work: Work, number: str, words: str) -> AuditFinding:
    """The office says that the action is done. Raises `Conflict` (``finding_state``)."""
    row = _of_office(work, number)
    rules.after(row.state, FindingAct.IMPLEMENT)
    return _step(work, row, FindingAct.IMPLEMENT, recorded.text(words, _("what was done"), LONGEST))


def follow_up(work: Work, number: str, act: FindingAct, words: str, due_on: date | None = None) -> AuditFinding:
    """An auditor of the engagement closes a finding, keeps it open (until `due_on`), or takes it back."""
    row = _locked(work, number)
    engagement = work.session.get_one(Engagement, row.engagement_id)
    engagements.require_auditor(work.session, work.actor, engagement, work.today)
    if act in rules.OFFICE_ACTS:
        raise Refused("role", _("This is for the office to say."), _("Leave it to them."))
    rules.after(row.state, act)
    said = recorded.text(words, _("note"), LONGEST)
    if due_on is not None:
        _require_due(due_on, work.today)
        row.due_on = due_on
    return _step(work, row, act, said)


def visible(actor: Actor) -> ColumnElement[bool]:
    """Findings that an actor may see: the engine all, an office's those about it, an auditor those of the own
    engagements that are open."""
    if actor.role is None:
        return true()
    if actor.role is Role.AUDITOR:
        if actor.user_id is None or actor.on is None:
            return false()
        own = col(Engagement.id) == col(AuditFinding.engagement_id)
        return access.some_engagement(own, access.mine(actor.user_id, actor.on))
    known = may(actor.role, Permission.ANSWER_FINDINGS) and actor.organisation_id is not None
    return col(AuditFinding.office_id) == actor.organisation_id if known else false()


def listed(
    session: Session, actor: Actor, state: FindingState | None = None, *, engagement_id: UUID | None = None
) -> list[AuditFinding]:
    """Findings, the last one raised first."""
    require(actor.role, Permission.SEE_ENGAGEMENTS)
    query = select(AuditFinding).where(visible(actor))
    if state is not None:
        query = query.where(AuditFinding.state == state)
    if engagement_id is not None:
        query = query.where(AuditFinding.engagement_id == engagement_id)
    return list(session.exec(query.order_by(col(AuditFinding.recorded_at).desc(), col(AuditFinding.number).desc())))


def overdue(session: Session, actor: Actor, on: date) -> list[AuditFinding]:
    """Findings whose corrective action is late, the latest one first."""
    require(actor.role, Permission.SEE_ENGAGEMENTS)
    query = select(AuditFinding).where(
        visible(actor), AuditFinding.state == FindingState.IN_ACTION, col(AuditFinding.due_on) < on
    )
    return list(session.exec(query.order_by(col(AuditFinding.due_on), col(AuditFinding.number))))


def find(session: Session, actor: Actor, number: str) -> AuditFinding:
    """A finding that the actor may see. Raises `NotFound` (``finding``)."""
    require(actor.role, Permission.SEE_ENGAGEMENTS)
    return _found(session.exec(select(AuditFinding).where(AuditFinding.number == number, visible(actor))).one_or_none())


def steps_of(session: Session, row: AuditFinding) -> Sequence[FindingStep]:
    """The history of a finding, oldest first."""
    query = select(FindingStep).where(FindingStep.finding_id == row.id)
    return session.exec(query.order_by(col(FindingStep.recorded_at), col(FindingStep.id))).all()


def staff(session: Session, office_id: UUID) -> list[Account]:
    """Who can be responsible at an office: its active accounts but auditors, by name."""
    query = select(Account).where(
        Account.organisation_id == office_id, col(Account.active), col(Account.role) != Role.AUDITOR
    )
    return list(session.exec(query.order_by(col(Account.name), col(Account.id))))


def offices(session: Session, engagement: Engagement) -> list[Organisation]:
    """The offices that a finding of this engagement can be about, by name."""
    query = select(Organisation).where(col(Organisation.kind) == OrganisationKind.OFFICE)
    found = session.exec(query.order_by(col(Organisation.name))).all()
    return [row for row in found if engagements.covers(session, engagement, row.id)]


def _exception(work: Work, engagement: Engagement, number: str, position: int) -> tuple[UUID, UUID]:
    """The drawn document and its office."""
    sample, of = samples.find(work.session, work.actor, number)
    item = samples.item_at(work.session, sample, position)
    verdicts = samples.reviews_of(work.session, [item.id]).get(item.id, [])
    if of.id != engagement.id or all(one.verdict is Verdict.AGREE for one in verdicts):
        raise InvalidInput(
            "not_an_exception",
            _("Nobody has recorded an exception at this document of the sample."),
            _("Give the verdict first, or raise the finding without a document."),
        )
    return item.id, work.session.get_one(Certificate, item.certificate_id).office_id


def _of_office(work: Work, number: str) -> AuditFinding:
    require(work.actor.role, Permission.ANSWER_FINDINGS)
    return _locked(work, number)


def _locked(work: Work, number: str) -> AuditFinding:
    query = select(AuditFinding).where(AuditFinding.number == number, visible(work.actor)).with_for_update()
    return _found(work.session.exec(query.execution_options(populate_existing=True)).one_or_none())


def _step(work: Work, row: AuditFinding, act: FindingAct, words: str = "", action: str = "") -> AuditFinding:
    if act is not FindingAct.RAISE:
        row.state = rules.after(row.state, act)
    work.session.add(row)
    work.session.add(
        FindingStep(
            finding_id=row.id,
            act=act,
            words=words,
            action=action,
            due_on=row.due_on,
            responsible_id=row.responsible_id,
            recorded_on=work.today,
            recorded_at=work.now,
            recorded_by=work.actor.key,
        )
    )
    work.session.flush()
    data = {"number": row.number, "act": act.value, "state": row.state.value}
    work.record("finding.recorded", f"audit_finding/{row.id}", data=data)
    return row


def _require_due(due_on: date, today: date) -> None:
    if due_on < today:
        raise InvalidInput("date_in_past", _("The day lies in the past."), _("Give a day from today on."))


def _found(row: AuditFinding | None) -> AuditFinding:
    if row is None:
        raise NotFound(
            "finding",
            _("There is no such finding, or it is not yours to see."),
            _("Open it from the list of findings."),
        )
    return row
