"""Job orders: ask for one or for a change, decide on what somebody else asked for, suspend, resume and close."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from babel.core import get_global
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, func, select

from basis import countries, isco
from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import Message, _
from basis.money import Money
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import intake
from casework.cases.rules import CaseSource
from casework.organisations.tables import Organisation, OrganisationKind
from casework.recruitment import claims, queries, rules
from casework.recruitment.agencies import own_agency
from casework.recruitment.permissions import permissions_of
from casework.recruitment.rules import OrderAct, OrderState, VersionState, WagePer
from casework.recruitment.tables import JobOrder, JobOrderVersion
from casework.work import Work
from checklists.catalogue import Catalogue
from checklists.programme import Programme

_LONGEST_TERM: Final = 400
_PERMITTED_LATER: Final = frozenset({"no_job_order"})
"""What cannot be there yet when the first job order is decided on."""


class OrderContent(BaseModel):
    """What of a job order can change. `wage` is for each `wage_per`, `terms` what is promised by the id of the
    programme's contract term."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    title: str
    headcount: int
    wage: Money
    wage_per: WagePer = WagePer.MONTH
    weekly_hours: int | None = None
    terms: Mapping[str, str] = {}
    valid_from: date
    valid_until: date


class AskJobOrder(BaseModel):
    """A new job order. Without an agency the office recruits itself; without a number it gets the next of its
    office. `occupation` is ISCO-08, `destination` ISO 3166-1 alpha-2."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    number: str = ""
    agency_id: UUID | None
    employer_id: UUID
    programme: str
    occupation: str
    destination: str
    content: OrderContent


def ask(work: Work, catalogue: Catalogue, command: AskJobOrder) -> JobOrder:
    """Ask for a job order; a supervisor who did not ask decides on it.

    Raises `NotFound` (``agency``, ``employer``), `Refused` (``other_office``), `Conflict` (``job_order_exists``),
    `InvalidInput` for what is not right of the content.
    """
    require(work.actor.role, Permission.ASK_JOB_ORDERS)
    programme = catalogue.get(command.programme, on=work.today)
    agency, office_id = _asker(work, command)
    if agency is not None:
        intake.require_source(programme, CaseSource.AGENCY)
    employer = recorded.organisation(work, command.employer_id, OrganisationKind.EMPLOYER)
    if employer.office_id != office_id or not employer.active:
        raise NotFound("employer", _("There is no such employer."), _("Choose one from the list."))
    content = _checked(work, programme, command.content)
    order = JobOrder(
        number=_number(work, office_id, command.number),
        office_id=office_id,
        agency_id=agency.id if agency is not None else None,
        employer_id=employer.id,
        programme_id=programme.id,
        occupation=_occupation(command.occupation),
        destination=_destination(programme, command.destination),
        asked_at=work.now,
        asked_by=work.actor.key,
        **_columns(content),
    )
    work.session.add(order)
    work.session.flush()
    _version(work, order, 1, content)
    work.record("job_order.asked", f"job_order/{order.id}", data={"version": 1})
    return order


def ask_change(
    work: Work, catalogue: Catalogue, job_order_id: UUID, content: OrderContent, expected_version: int | None = None
) -> JobOrderVersion:
    """Ask for other terms, places or days; what is in force goes on until somebody else approved it. What was asked
    before and is not decided yet is replaced.

    Raises `NotFound` (``job_order``), `Conflict` (``stale``, ``order_state``, ``used``), `InvalidInput`.
    """
    require(work.actor.role, Permission.ASK_JOB_ORDERS)
    order = own(work, job_order_id, expected_version)
    rules.moved(order.state, OrderAct.APPROVE)
    checked = _checked(work, catalogue.get(order.programme_id, on=work.today), content)
    _require_room(work, order, checked.headcount)
    _drop_pending(work, order)
    number = queries.latest_version(work.session, order.id) + 1
    row = _version(work, order, number, checked)
    _changed(work, order)
    work.record("job_order.change_asked", f"job_order/{order.id}", data={"version": number})
    return row


def approve(work: Work, catalogue: Catalogue, job_order_id: UUID, expected_version: int | None = None) -> JobOrder:
    """What was asked for comes into force. Not by who asked for it.

    Raises `NotFound` (``job_order``, ``nothing_asked``), `Refused` (``own_request``, and what
    `permissions.permissions_of` says of the agency), `Conflict` (``stale``, ``order_state``, ``used``).
    """
    order, asked = _to_decide(work, job_order_id, expected_version)
    if order.agency_id is not None:
        programme = catalogue.get(order.programme_id, on=work.today)
        found = permissions_of(work.session, order.agency_id, programme, order.employer_id, work.today)
        for missing in found:
            if missing.code not in _PERMITTED_LATER:
                raise missing
    content = OrderContent.model_validate(asked.content, strict=False)
    _require_room(work, order, content.headcount)
    for name, value in _columns(content).items():
        setattr(order, name, value)
    order.state = rules.moved(order.state, OrderAct.APPROVE)
    order.in_force, order.reason = asked.number, ""
    _decided(work, order, asked, VersionState.APPROVED, "")
    work.record("job_order.approved", f"job_order/{order.id}", data={"version": asked.number})
    return order


def refuse(work: Work, job_order_id: UUID, reason: str, expected_version: int | None = None) -> JobOrder:
    """What was asked for does not come into force, for a code of `rules.REFUSE_REASONS`; what was approved before goes
    on. Raises as `approve`, and `InvalidInput` (``unknown_reason``)."""
    recorded.known_reason(reason, rules.REFUSE_REASONS)
    order, asked = _to_decide(work, job_order_id, expected_version)
    order.state = rules.moved(order.state, OrderAct.REFUSE)
    if order.state is OrderState.REFUSED:
        order.reason = reason
    _decided(work, order, asked, VersionState.REFUSED, reason)
    work.record("job_order.refused", f"job_order/{order.id}", data={"version": asked.number, "reason": reason})
    return order


def suspend(work: Work, job_order_id: UUID, reason: str, expected_version: int | None = None) -> JobOrder:
    """Nobody more gets a place for now; who has one keeps it. Raises `InvalidInput` (``unknown_reason``),
    `NotFound`, `Conflict` (``stale``, ``order_state``)."""
    require(work.actor.role, Permission.MANAGE_RECRUITMENT)
    return _act(work, job_order_id, OrderAct.SUSPEND, reason, "job_order.suspended", expected_version)


def resume(work: Work, job_order_id: UUID, expected_version: int | None = None) -> JobOrder:
    """Places are given again. Raises `NotFound`, `Conflict` (``stale``, ``order_state``)."""
    require(work.actor.role, Permission.MANAGE_RECRUITMENT)
    return _act(work, job_order_id, OrderAct.RESUME, "", "job_order.resumed", expected_version)


def close(work: Work, job_order_id: UUID, reason: str, expected_version: int | None = None) -> JobOrder:
    """Nobody more gets a place, for good; who has one keeps it, and what was asked for is asked for no more. Whoever
    may ask may close. Raises as `suspend`."""
    require(work.actor.role, Permission.ASK_JOB_ORDERS)
    order = own(work, job_order_id, expected_version)
    _drop_pending(work, order)
    return _act(work, job_order_id, OrderAct.CLOSE, reason, "job_order.closed", expected_version)


def own(work: Work, job_order_id: UUID, expected_version: int | None = None) -> JobOrder:
    """A job order that the actor may know of, locked. Raises `NotFound` (``job_order``), `Conflict` (``stale``)."""
    queries.find(work.session, work.actor, job_order_id)
    return claims.locked(work, job_order_id, expected_version)


def _asker(work: Work, command: AskJobOrder) -> tuple[Organisation | None, UUID]:
    """The agency that recruits, if one does, and the office."""
    if command.agency_id is not None:
        agency = own_agency(work, command.agency_id)
        if not agency.active or agency.office_id is None:
            raise NotFound("agency", _("There is no such agency."), _("Choose one from the list."))
        return agency, agency.office_id
    office = work.session.get(Organisation, work.actor.organisation_id) if work.actor.organisation_id else None
    if office is None or office.kind is not OrganisationKind.OFFICE:
        raise Refused(
            "other_office",
            _("Only an office asks for a job order without an agency."),
            _("Say which agency recruits."),
        )
    return None, office.id


def _to_decide(work: Work, job_order_id: UUID, expected_version: int | None) -> tuple[JobOrder, JobOrderVersion]:
    require(work.actor.role, Permission.MANAGE_RECRUITMENT)
    order = own(work, job_order_id, expected_version)
    asked = queries.pending(work.session, order.id)
    if asked is None:
        raise Conflict(
            "nothing_asked", _("Nothing waits for a decision here."), _("Look at the present state of the job order.")
        )
    if asked.asked_by == work.actor.key:
        raise Refused(
            "own_request", _("You asked for this yourself, so somebody else decides."), _("Ask another supervisor.")
        )
    return order, asked


def _decided(work: Work, order: JobOrder, asked: JobOrderVersion, state: VersionState, reason: str) -> None:
    asked.state, asked.reason = state, reason
    asked.decided_on, asked.decided_by = work.today, work.actor.key
    order.decided_on, order.decided_by = work.today, work.actor.key
    work.session.add(asked)
    _changed(work, order)


def _act(
    work: Work, job_order_id: UUID, act: OrderAct, reason: str, event: str, expected_version: int | None
) -> JobOrder:
    if act is not OrderAct.RESUME:
        recorded.known_reason(reason, rules.ORDER_REASONS)
    order = own(work, job_order_id, expected_version)
    order.state = rules.moved(order.state, act)
    order.reason = reason
    _changed(work, order)
    work.record(event, f"job_order/{order.id}", data={"reason": reason} if reason else {})
    return order


def _drop_pending(work: Work, order: JobOrder) -> None:
    """What waits for a decision is asked for no more."""
    asked = queries.pending(work.session, order.id)
    if asked is not None:
        asked.state = VersionState.REPLACED
        work.session.add(asked)
        work.session.flush()


def _changed(work: Work, order: JobOrder) -> None:
    order.version += 1
    work.session.add(order)
    work.session.flush()


def _version(work: Work, order: JobOrder, number: int, content: OrderContent) -> JobOrderVersion:
    row = JobOrderVersion(
        job_order_id=order.id,
        number=number,
        content=content.model_dump(mode="json"),
        asked_at=work.now,
        asked_by=work.actor.key,
    )
    work.session.add(row)
    work.session.flush()
    return row


def content_of(order: JobOrder) -> OrderContent:
    """What is in force."""
    return OrderContent(
        title=order.title,
        headcount=order.headcount,
        wage=Money(order.wage_minor, order.currency),
        wage_per=order.wage_per,
        weekly_hours=order.weekly_hours,
        terms=order.terms,
        valid_from=order.valid_from,
        valid_until=order.valid_until,
    )


def _columns(content: OrderContent) -> dict[str, Any]:
    return {
        "title": content.title,
        "headcount": content.headcount,
        "wage_minor": content.wage.minor,
        "currency": content.wage.currency,
        "wage_per": content.wage_per,
        "weekly_hours": content.weekly_hours,
        "terms": dict(content.terms),
        "valid_from": content.valid_from,
        "valid_until": content.valid_until,
    }


def _require_room(work: Work, order: JobOrder, headcount: int) -> None:
    used = claims.places(work.session, [order.id])[order.id].used
    if headcount < used:
        raise Conflict(
            "used",
            _("{used} places are taken, so there cannot be fewer than these.", used=used),
            _("Ask for at least {used} places.", used=used),
        )


def _number(work: Work, office_id: UUID, wanted: str) -> str:
    """The number as it was given, or the next of the office in the year of the day."""
    # The office's row is locked, so that two who ask at once get two numbers.
    work.session.exec(select(Organisation).where(Organisation.id == office_id).with_for_update()).one()
    number = rules.order_number(recorded.text(wanted, _("number"), 40, needed=False))
    if not number:
        start = f"JO-{work.today.year}-"
        query = select(func.count()).where(JobOrder.office_id == office_id, col(JobOrder.number).startswith(start))
        count = work.session.exec(query.select_from(JobOrder)).one() + 1
        while _taken(work.session, office_id, number := f"{start}{count:04d}"):
            count += 1
    elif _taken(work.session, office_id, number):
        raise Conflict(
            "job_order_exists", _("There is a job order with this number already."), _("Give it another number.")
        )
    return number


def _taken(session: Session, office_id: UUID, number: str) -> bool:
    query = select(JobOrder.id).where(JobOrder.office_id == office_id, JobOrder.number == number)
    return session.exec(query).one_or_none() is not None


def _checked(work: Work, programme: Programme, content: OrderContent) -> OrderContent:
    _require(1 <= content.headcount <= rules.MOST_HEADS, "headcount", _("The number of workers is not possible."))
    _require(0 < content.wage.minor <= rules.MOST_WAGE, "wage", _("The wage is not possible."))
    _require(content.wage.currency in get_global("all_currencies"), "currency", _("The currency is not known."))
    hours = content.weekly_hours
    _require(
        hours is None or 1 <= hours <= rules.MOST_HOURS, "weekly_hours", _("The hours of a week are not possible.")
    )
    _require(content.valid_until >= content.valid_from, "dates", _("The job order ends before it begins."))
    _require(content.valid_until >= work.today, "dates", _("The job order has ended already."))
    known = {term.id for term in programme.contract_terms}
    _require(content.terms.keys() <= known, "terms", _("The programme has no contract term of this name."))
    terms = {
        name: text
        for name, given in content.terms.items()
        if (text := recorded.text(given, _("promise"), _LONGEST_TERM, needed=False))
    }
    return content.model_copy(update={"title": recorded.text(content.title, _("title")), "terms": terms})


def _require(condition: bool, code: str, message: Message) -> None:
    if not condition:
        raise InvalidInput(code, message, _("Correct it and ask again."))


def _occupation(code: str) -> str:
    _require(isco.is_unit_group(code), "occupation", _("The occupation is not a code of four digits of ISCO-08."))
    return code


def _destination(programme: Programme, given: str) -> str:
    code = given or (programme.destinations[0] if len(programme.destinations) == 1 else "")
    known = countries.is_country(code) and (not programme.destinations or code in programme.destinations)
    _require(known, "unknown_destination", _("The programme does not lead to this country of destination."))
    return code
