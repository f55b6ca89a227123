"""Form households, let people join, leave and come back, travel together or apart, and let children go.

Every change names the case from whose page it is made; the cases of all members are looked at anew by the engine.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import select

from basis import countries
from basis.errors import Conflict, InvalidInput, NotFound
from basis.ids import new_id
from basis.messages import Message, _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.tables import Case
from casework.households import queries, steps
from casework.households.queries import Accompanying
from casework.households.rules import REASONS, ChangeKind, MemberRole, under_age
from casework.households.tables import GuardianConsent, Household, HouseholdMember
from casework.work import Work


class AddMember(BaseModel):
    """Somebody joins the household of the case's worker: a worker of the office by `reference` of a case, or a `person`
    who only travels along. `reason` is a code of `REASONS`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    role: MemberRole
    reason: str
    happened_on: date
    reference: str = ""
    person: Accompanying | None = None


class ChangeMember(BaseModel):
    """A member leaves, comes back, or travels together or apart; `member_id` is the stay it is about."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    member_id: UUID
    kind: ChangeKind
    reason: str
    happened_on: date


class SplitHousehold(BaseModel):
    """Several members leave together and are a household of their own; `principal_id` is the one the others follow, a
    worker among `member_ids`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    member_ids: tuple[UUID, ...]
    principal_id: UUID
    reason: str
    happened_on: date


class GiveConsent(BaseModel):
    """A guardian or parent of the household lets a child go; `reference` names the paper."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    child_id: UUID
    guardian_id: UUID
    given_on: date
    reference: str = ""


def form(work: Work, case_id: UUID, role: MemberRole, on: date, expected_version: int | None = None) -> Household:
    """A new household with the case's worker as its first member. Raises `Conflict` (``in_household``)."""
    require(work.actor.role, Permission.EDIT_CASES)
    case = changes.change(work, case_id, expected_version)
    recorded.happened(on, _("day"), work.today)
    worker = steps.lock_worker(work, case.worker_id)
    household = steps.new_household(work, case.office_id)
    work.record("household.formed", f"household/{household.id}", case_id=case.id)
    steps.join(work, household, role, worker.id, None, "family", on, ChangeKind.JOINED)
    return household


def add(work: Work, command: AddMember, expected_version: int | None = None) -> HouseholdMember:
    """Somebody joins. Raises `NotFound` (``household``, ``case``), `Conflict` (``in_household``, ``second_principal``,
    ``household_full``), `InvalidInput` (``missing_value``, ``unknown_reason``, ``unknown_country``, ``birth_date``,
    ``date_in_future``, ``of_age``)."""
    household = steps.open_of(work, command.case_id, expected_version)
    recorded.known_reason(command.reason, REASONS[ChangeKind.JOINED])
    recorded.happened(command.happened_on, _("day"), work.today)
    if bool(command.reference) == (command.person is not None):
        raise InvalidInput(
            "missing_value",
            _("It is not said who joins."),
            _("Give the reference of a worker's case, or the name of who travels along."),
        )
    if command.person is not None:
        return _join_person(work, household, command, command.person)
    query = select(Case).where(Case.reference == command.reference.strip(), changes.visible(work.actor))
    other = work.session.exec(query).one_or_none()
    if other is None or other.office_id != household.office_id:
        raise NotFound(
            "case", _("There is no case with this reference, or it is not one of yours."), _("Check the reference.")
        )
    worker = steps.lock_worker(work, other.worker_id)
    _require_age(command.role, worker.birth_date, work.today)
    row = steps.join(
        work, household, command.role, worker.id, None, command.reason, command.happened_on, ChangeKind.JOINED
    )
    steps.wake(work, household, but=command.case_id)
    return row


def change(work: Work, command: ChangeMember, expected_version: int | None = None) -> HouseholdMember:
    """A member leaves or comes back, or travels together or apart.

    Who comes back has a new stay; the stay in another household ends that day. Raises `NotFound` (``household``,
    ``member``), `Conflict` (``left``, ``in_household``, ``unchanged``, ``second_principal``), `InvalidInput`
    (``unknown_reason``, ``date_in_future``, ``dates``).
    """
    household = steps.open_of(work, command.case_id, expected_version, ever=command.kind is ChangeKind.REJOINED)
    if command.kind not in _CHANGES:
        raise InvalidInput("unknown_reason", _("This is no change of a member."), _("Choose one from the list."))
    changed = _change(work, household, steps.member(work, household, command.member_id), command)
    steps.wake(work, household, but=command.case_id)
    return changed


def _change(work: Work, household: Household, row: HouseholdMember, command: ChangeMember) -> HouseholdMember:
    recorded.known_reason(command.reason, REASONS[command.kind])
    recorded.happened(command.happened_on, _("day"), work.today)
    if command.happened_on < row.joined_on or (row.left_on is not None and command.happened_on < row.left_on):
        raise InvalidInput("dates", _("The day lies before the last change of this member."), _("Correct the day."))
    return _CHANGES[command.kind](work, household, row, command)


def split(work: Work, command: SplitHousehold, expected_version: int | None = None) -> Household:
    """Members leave and form a household of their own. Their consents stay with the household they have left.

    Raises `NotFound` (``household``, ``member``), `Conflict` (``left``, ``nobody_left``), `InvalidInput`
    (``no_case``, ``unknown_reason``, ``date_in_future``, ``dates``).
    """
    household = steps.open_of(work, command.case_id, expected_version)
    rows = {one: steps.staying(work, household, one) for one in command.member_ids}
    first = rows.get(command.principal_id)
    if first is None or first.worker_id is None:
        raise InvalidInput(
            "no_case", _("The principal of a household has a case of their own."), _("Choose a worker who leaves.")
        )
    if len(rows) >= len(queries.rows_of(work.session, household.id)):
        raise Conflict("nobody_left", _("Nobody would be left in the household."), _("Leave somebody in it."))
    for row in rows.values():
        leaving = ChangeMember(
            case_id=command.case_id,
            member_id=row.id,
            kind=ChangeKind.LEFT,
            reason=command.reason,
            happened_on=command.happened_on,
        )
        _change(work, household, row, leaving)
    made = steps.new_household(work, household.office_id)
    for row in sorted(rows.values(), key=lambda one: one.id != first.id):
        role = MemberRole.PRINCIPAL if row is first else _beside(row.role)
        known = queries.detail_of(work.vault, row)
        person = (row.person_id, known) if known is not None else None
        steps.join(work, made, role, row.worker_id, person, "family", command.happened_on, ChangeKind.JOINED)
    steps.wake(work, household, but=command.case_id)
    return made


def _beside(role: MemberRole) -> MemberRole:
    """Who was the principal and leaves beside another one goes as their spouse."""
    return MemberRole.SPOUSE if role is MemberRole.PRINCIPAL else role


def consent(work: Work, command: GiveConsent, expected_version: int | None = None) -> GuardianConsent:
    """Record that a guardian lets a child go. Raises `NotFound` (``household``, ``member``), `InvalidInput`
    (``no_guardian``, ``no_child``, ``date_in_future``), `Conflict` (``consented``, ``left``)."""
    household = steps.open_of(work, command.case_id, expected_version)
    recorded.happened(command.given_on, _("day"), work.today)
    child, guardian = (steps.staying(work, household, one) for one in (command.child_id, command.guardian_id))
    if child.role is not MemberRole.CHILD:
        raise InvalidInput("no_child", _("Only a child needs the consent of a guardian."), _("Choose a child."))
    born = steps.birth_date(work, guardian)
    if guardian.role is MemberRole.CHILD or under_age(born, work.today):
        raise InvalidInput(
            "no_guardian",
            _("Who consents must be of age and no child of the household."),
            _("Choose a parent or guardian; correct the birth date if it is missing."),
        )
    if child.id in queries.consents_of(work.session, [child.id]):
        raise Conflict("consented", _("A guardian has consented already."), _("Take that consent back first."))
    row = GuardianConsent(
        household_id=household.id,
        child_id=child.id,
        guardian_id=guardian.id,
        given_on=command.given_on,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    paper = recorded.text(command.reference, _("paper"), needed=False)
    row.reference = work.vault.seal(child.person_id, "guardian_consent", row.id, "reference", paper.encode())
    work.session.add(row)
    steps.note(work, child, ChangeKind.CONSENTED, "", command.given_on)
    steps.wake(work, household, but=command.case_id)
    return row


def withdraw_consent(
    work: Work, case_id: UUID, child_id: UUID, reason: str, expected_version: int | None = None
) -> GuardianConsent:
    """A guardian takes the consent back. Raises `NotFound` (``household``, ``consent``), `InvalidInput`."""
    household = steps.open_of(work, case_id, expected_version)
    recorded.known_reason(reason, REASONS[ChangeKind.CONSENT_WITHDRAWN])
    child = steps.member(work, household, child_id)
    row = queries.consents_of(work.session, [child.id]).get(child.id)
    if row is None:
        raise NotFound("consent", _("No guardian has consented."), _("Look at the household again."))
    row.withdrawn_on = work.today
    work.session.add(row)
    steps.note(work, child, ChangeKind.CONSENT_WITHDRAWN, reason, work.today)
    steps.wake(work, household, but=case_id)
    return row


def _join_person(work: Work, household: Household, command: AddMember, person: Accompanying) -> HouseholdMember:
    recorded.text(person.family_name, _("family name"))
    if person.nationality and not countries.is_country(person.nationality):
        raise InvalidInput("unknown_country", _("The nationality is no country."), _("Choose it from the list."))
    if person.birth_date is not None and person.birth_date > work.today:
        raise InvalidInput("birth_date", _("The birth date lies in the future."), _("Copy it from the passport."))
    _require_age(command.role, person.birth_date, work.today)
    if command.role is MemberRole.PRINCIPAL:
        raise InvalidInput(
            "no_case", _("The principal of a household has a case of their own."), _("Choose another role.")
        )
    person_id = new_id()
    work.vault.create(person_id)
    row = steps.join(
        work, household, command.role, None, (person_id, person), command.reason, command.happened_on, ChangeKind.JOINED
    )
    steps.wake(work, household, but=command.case_id)
    return row


def _require_age(role: MemberRole, born: date | None, today: date) -> None:
    """A guardian or spouse of known age is of age (a child may have grown up: then no consent is needed)."""
    if role is MemberRole.GUARDIAN and born is not None and under_age(born, today):
        raise InvalidInput("of_age", _("A guardian must be of age."), _("Check role and birth date."))


def _leave(work: Work, household: Household, row: HouseholdMember, command: ChangeMember) -> HouseholdMember:
    if row.left_on is not None:
        raise Conflict("left", _("This member has left the household."), _("Look at its present members."))
    row.left_on = command.happened_on
    work.session.add(row)
    steps.note(work, row, ChangeKind.LEFT, command.reason, command.happened_on)
    if row.worker_id is not None:
        steps.wake_worker(work, row.worker_id, but=command.case_id)
    return row


def _rejoin(work: Work, household: Household, row: HouseholdMember, command: ChangeMember) -> HouseholdMember:
    if row.left_on is None:
        raise Conflict("unchanged", _("This member has not left the household."), None)
    here = {one.person_id for one in queries.rows_of(work.session, household.id)}
    if row.person_id in here:
        raise Conflict("unchanged", _("This member has come back already."), None)
    if row.worker_id is not None:
        steps.lock_worker(work, row.worker_id)
    for stay in steps.stays_elsewhere(work, row):
        _leave(work, household, stay, command)
    known = queries.detail_of(work.vault, row)
    person = (row.person_id, known) if known is not None else None
    return steps.join(
        work, household, row.role, row.worker_id, person, command.reason, command.happened_on, ChangeKind.REJOINED
    )


def _travel(work: Work, household: Household, row: HouseholdMember, command: ChangeMember) -> HouseholdMember:
    together = command.kind is ChangeKind.TOGETHER
    if row.left_on is not None:
        raise Conflict("left", _("This member has left the household."), _("Look at its present members."))
    if row.role is MemberRole.PRINCIPAL:
        raise Conflict("unchanged", _("The others travel with the principal or apart from them."), None)
    if row.together is together:
        raise Conflict("unchanged", _("It is recorded so already."), None)
    row.together = together
    work.session.add(row)
    steps.note(work, row, command.kind, command.reason, command.happened_on)
    return row


_CHANGES = {
    ChangeKind.LEFT: _leave,
    ChangeKind.REJOINED: _rejoin,
    ChangeKind.TOGETHER: _travel,
    ChangeKind.APART: _travel,
}


def reason_words(kind: ChangeKind, reason: str) -> Message | str:
    """The reason of a change in words; the code itself where a later version wrote it."""
    return REASONS.get(kind, {}).get(reason, reason)
