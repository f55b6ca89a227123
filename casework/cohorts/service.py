"""Set up cohorts, and put cases into them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import col, func, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import _
from basis.money import Money
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.tables import Case
from casework.cohorts import queries
from casework.cohorts.rules import DROPPED, CostGroup
from casework.cohorts.tables import Cohort, CohortMember
from casework.organisations.tables import OrganisationKind
from casework.work import Work
from checklists.catalogue import Catalogue

_MOST = 100_000


class AddCohort(BaseModel):
    """A new cohort. `programme` is an id, `intake` how many cases it takes; `costs` are all in one currency."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    code: str
    title: str
    funder: str
    programme: str
    office_id: UUID
    starts_on: date
    intake: int
    costs: Mapping[CostGroup, Money] = {}


def add(work: Work, catalogue: Catalogue, command: AddCohort) -> Cohort:
    """Set a cohort up. Raises `Conflict` (``cohort_exists``), `InvalidInput` (``invalid_intake``,
    ``mixed_currencies``), `NotFound` for the programme or office."""
    require(work.actor.role, Permission.MANAGE_COHORTS)
    office = recorded.organisation(work, command.office_id, OrganisationKind.OFFICE)
    if work.actor.role is not None and work.actor.organisation_id != office.id:
        raise Refused("other_office", _("You can set up cohorts of your own office only."), None)
    programme = catalogue.get(command.programme)
    code = recorded.text(command.code, _("code"), 40).upper()
    if work.session.exec(select(Cohort).where(Cohort.code == code)).one_or_none():
        raise Conflict("cohort_exists", _("The code {code} is taken.", code=code), _("Choose another code."))
    if not 1 <= command.intake <= _MOST:
        raise InvalidInput(
            "invalid_intake", _("A cohort takes at least one case."), _("Give the number of places, for example 25.")
        )
    currencies = {amount.currency for amount in command.costs.values()} or {programme.currency}
    if len(currencies) > 1:
        raise InvalidInput(
            "mixed_currencies", _("The costs are in more than one currency."), _("Give all of them in one.")
        )
    cohort = Cohort(
        office_id=office.id,
        programme_id=programme.id,
        code=code,
        title=recorded.text(command.title, _("title")),
        funder=recorded.text(command.funder, _("funder")),
        starts_on=command.starts_on,
        intake=command.intake,
        currency=currencies.pop(),
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    for group, amount in command.costs.items():
        setattr(cohort, f"{group.value}_minor", amount.minor)
    work.session.add(cohort)
    work.session.flush()
    work.record("cohort.added", f"cohort/{cohort.id}", data={"programme": programme.id, "intake": cohort.intake})
    return cohort


def join(work: Work, case_id: UUID, cohort_id: UUID, expected_version: int | None = None) -> Cohort:
    """Put the case into the cohort, out of the one it was in. Of two who take the last place one gets it.

    Raises `NotFound` (``cohort``), `InvalidInput` (``other_programme``), `Conflict` (``in_cohort``, ``cohort_full``).
    """
    require(work.actor.role, Permission.EDIT_CASES)
    case = changes.change(work, case_id, expected_version)
    cohort = work.session.exec(
        select(Cohort).where(Cohort.id == cohort_id, queries.visible(work.actor)).with_for_update()
    ).one_or_none()
    if cohort is None or cohort.office_id != case.office_id:
        raise NotFound(
            "cohort", _("There is no such cohort, or it is not one of yours."), _("Choose it from the list.")
        )
    if cohort.programme_id != case.programme_id:
        raise InvalidInput(
            "other_programme",
            _("The cohort belongs to another programme."),
            _("Choose a cohort of the case's programme."),
        )
    member = work.session.get(CohortMember, case.id)
    if member is not None and member.cohort_id == cohort.id:
        raise Conflict("in_cohort", _("The case is in this cohort already."), None)
    if _taken(work, cohort) >= cohort.intake:
        raise Conflict(
            "cohort_full",
            _("The cohort {code} is full: it takes {intake}.", code=cohort.code, intake=cohort.intake),
            _("Choose another cohort."),
        )
    if member is not None:
        _leave(work, member)
    work.session.add(
        CohortMember(
            case_id=case.id,
            cohort_id=cohort.id,
            joined_on=work.today,
            recorded_at=work.now,
            recorded_by=work.actor.key,
        )
    )
    work.session.flush()
    work.record("cohort.joined", f"cohort/{cohort.id}", case_id=case.id, data={"cohort": cohort.code})
    return cohort


def leave(work: Work, case_id: UUID, expected_version: int | None = None) -> None:
    """Take the case out of its cohort. Raises `NotFound` (``cohort``) where it is in none."""
    require(work.actor.role, Permission.EDIT_CASES)
    case = changes.change(work, case_id, expected_version)
    member = work.session.get(CohortMember, case.id)
    if member is None:
        raise NotFound("cohort", _("The case is in no cohort."), None)
    _leave(work, member)


def _leave(work: Work, member: CohortMember) -> None:
    work.session.delete(member)
    work.session.flush()
    work.record("cohort.left", f"cohort/{member.cohort_id}", case_id=member.case_id)


def _taken(work: Work, cohort: Cohort) -> int:
    """The places in use: who has dropped out leaves theirs to somebody else."""
    query = (
        select(func.count())
        .select_from(CohortMember)
        .join(Case, col(Case.id) == col(CohortMember.case_id))
        .where(CohortMember.cohort_id == cohort.id, col(Case.life).not_in(DROPPED))
    )
    return work.session.exec(query).one()
