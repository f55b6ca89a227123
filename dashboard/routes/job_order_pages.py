"""Job orders in words: their list, one of them, and the forms that the reader may use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import Session

from basis import countries, isco
from basis.messages import Message, _, _n
from basis.money import Money, exponent
from basis.roles import Role
from casework.accounts.rules import Permission
from casework.accounts.tables import Account
from casework.cases import queries as cases
from casework.organisations.queries import agencies_of
from casework.organisations.tables import Organisation
from casework.recruitment import queries
from casework.recruitment.orders import OrderContent
from casework.recruitment.permissions import permissions_of
from casework.recruitment.queries import OrderLine
from casework.recruitment.rules import (
    ORDER_REASONS,
    PER_WORDS,
    REFUSE_REASONS,
    STATE_WORDS,
    TRANSITIONS,
    VERSION_WORDS,
    OrderAct,
    OrderState,
    VersionState,
)
from casework.recruitment.tables import JobOrder, JobOrderVersion
from checklists.programme import Programme
from dashboard import addresses, words
from dashboard.cases import wording
from dashboard.forms import recruitment as forms
from dashboard.forms.case import Options
from dashboard.pages.base import Place
from dashboard.pages.recruitment import AskedVersion, HolderRow, JobOrderPage, JobOrderRow
from dashboard.parts import Badge, Fact, Form, Link, Option, Text, Tone
from dashboard.sessions import Visit

_HOLDERS = 50
_STATES: Mapping[OrderState, Tone] = {
    OrderState.ASKED: Tone.TODAY,
    OrderState.APPROVED: Tone.DONE,
    OrderState.REFUSED: Tone.LATE,
    OrderState.SUSPENDED: Tone.WAIT,
    OrderState.CLOSED: Tone.IDLE,
}
_VERSIONS: Mapping[VersionState, Tone] = {
    VersionState.ASKED: Tone.TODAY,
    VersionState.APPROVED: Tone.DONE,
    VersionState.REFUSED: Tone.LATE,
    VersionState.REPLACED: Tone.IDLE,
}


def row(visit: Visit, line: OrderLine) -> JobOrderRow:
    order = line.order
    return JobOrderRow(
        number=Link(addresses.job_order(order.id), order.number),
        title=isco.numbered(order.occupation, order.title),
        employer=line.employer.name,
        agency=line.agency.name if line.agency else _("the office itself"),
        programme=programme_of(visit, order).label,
        places=_left(line),
        valid=_("{first} to {last}", first=words.on(order.valid_from), last=words.on(order.valid_until)),
        status=state(order),
        waits=Badge(Tone.TODAY, _("change to be decided")) if line.waits and order.in_force else None,
    )


def state(order: JobOrder) -> Badge:
    return Badge(_STATES[order.state], STATE_WORDS[order.state])


def programme_of(visit: Visit, order: JobOrder) -> Programme:
    """The programme in the version that holds today."""
    return visit.installation.catalogue.get(order.programme_id)


def one(session: Session, visit: Visit, line: OrderLine, again: Form | None = None) -> JobOrderPage:
    """A job order; `again` is one of its forms with what is wrong."""
    order, programme = line.order, programme_of(visit, line.order)
    rows = queries.versions(session, order.id)
    people = cases.accounts_by_key(session, {key for one in rows for key in (one.asked_by, one.decided_by)})
    asked = next((one for one in rows if one.state is VersionState.ASKED), None)
    held, total = queries.holders(session, visit.actor, order.id, limit=_HOLDERS)
    decided = tuple(_version(programme, one, rows, people) for one in rows if one.state is not VersionState.ASKED)
    return JobOrderPage(
        base=visit.at(Place.RECRUITMENT),
        back=Link(addresses.RECRUITMENT, _("Job orders")),
        heading=_("Job order {number}", number=order.number),
        status=state(order),
        warning=_reason(order),
        facts=_facts(visit, line, programme),
        terms=_terms(programme, order.terms),
        places=(
            Fact(_("Approved"), str(order.headcount) if order.in_force else _("none yet")),
            Fact(_("Taken"), str(line.places.used)),
            Fact(_("Left"), str(line.places.remaining) if order.in_force else _("none yet")),
        ),
        missing=_missing(session, visit, line, programme),
        pending=_version(programme, asked, rows, people) if asked is not None else None,
        versions=decided,
        holders=tuple(
            HolderRow(Link(addresses.case(case.id), case.reference), wording.life(case), words.on(claim.claimed_on))
            for case, claim in held
        ),
        more=_n("and {count} more", "and {count} more", total - len(held)) if total > len(held) else "",
        links=_links(visit, order),
        forms=tuple(
            again if again and again.id == form.id else form for form in _forms(visit, order, programme, asked)
        ),
    )


def _left(line: OrderLine) -> Text:
    if not line.order.in_force:
        return _n("{count} worker asked for", "{count} workers asked for", line.order.headcount)
    return _("{left} of {all} left", left=line.places.remaining, all=line.places.headcount)


def _reason(order: JobOrder) -> Text:
    if not order.reason:
        return ""
    return {**REFUSE_REASONS, **ORDER_REASONS}.get(order.reason, order.reason)


def _facts(visit: Visit, line: OrderLine, programme: Programme) -> tuple[Fact, ...]:
    order = line.order
    agency: Text = line.agency.name if line.agency else _("the office itself")
    opens = line.agency is not None and visit.role is not Role.EMPLOYER_USER
    return (
        Fact(_("Programme"), programme.label, addresses.programme(programme.id, programme.version)),
        Fact(_("Employer"), line.employer.name),
        Fact(_("Who recruits"), agency, addresses.agency(line.agency.id) if line.agency and opens else ""),
        Fact(_("Work"), isco.numbered(order.occupation, order.title)),
        Fact(_("Country"), countries.name(order.destination)),
        Fact(_("Wage"), wage(order.wage_minor, order.currency, order.wage_per)),
        Fact(_("Hours of work a week"), str(order.weekly_hours) if order.weekly_hours else _("not said")),
        Fact(_("Valid"), _("{first} to {last}", first=words.on(order.valid_from), last=words.on(order.valid_until))),
    )


def wage(minor: int, currency: str, per: str) -> Message:
    return _("{amount} {per}", amount=Money(minor, currency), per=_PER[per])


_PER = {one.value: said for one, said in PER_WORDS.items()}


def _terms(programme: Programme, terms: Mapping[str, str]) -> tuple[Fact, ...]:
    titles = {term.id: term.label for term in programme.contract_terms}
    return tuple(Fact(titles.get(name, name), text) for name, text in terms.items())


def _missing(session: Session, visit: Visit, line: OrderLine, programme: Programme) -> tuple[Text, ...]:
    """What the agency lacks to bring workers for this employer, but for the job order itself."""
    if line.agency is None or line.order.state is OrderState.CLOSED or visit.role is Role.EMPLOYER_USER:
        return ()
    found = permissions_of(session, line.agency.id, programme, line.employer.id, visit.today)
    return tuple(
        _("{message} {fix}", message=one.message, fix=one.fix or "") for one in found if one.code != "no_job_order"
    )


def _version(
    programme: Programme, row: JobOrderVersion, rows: Sequence[JobOrderVersion], people: Mapping[str, Account]
) -> AskedVersion:
    content = OrderContent.model_validate(row.content, strict=False)
    before = next((one for one in rows if one.number < row.number and one.state is VersionState.APPROVED), None)
    earlier = OrderContent.model_validate(before.content, strict=False) if before is not None else None
    facts = tuple(
        fact
        for fact, same in zip(
            _content(programme, content), _content(programme, earlier) if earlier else (), strict=False
        )
        if fact != same
    )
    decided: Text = ""
    if row.decided_on is not None:
        decided = _("{who}, {day}", who=_name(people, row.decided_by), day=words.on(row.decided_on))
        if row.reason:
            decided = _("{who}: {reason}", who=decided, reason=REFUSE_REASONS.get(row.reason, row.reason))
    return AskedVersion(
        title=_("Version {number}", number=row.number),
        status=Badge(_VERSIONS[row.state], VERSION_WORDS[row.state]),
        asked=_("{who}, {day}", who=_name(people, row.asked_by), day=words.on(row.asked_at.date())),
        decided=decided,
        facts=facts if earlier else _content(programme, content),
    )


def _content(programme: Programme, content: OrderContent) -> tuple[Fact, ...]:
    """All that can change of a job order, always in the same order and number, so that two can be compared."""
    return (
        Fact(_("Work"), content.title),
        Fact(_("Workers wanted"), str(content.headcount)),
        Fact(_("Wage"), wage(content.wage.minor, content.wage.currency, content.wage_per)),
        Fact(_("Hours of work a week"), str(content.weekly_hours) if content.weekly_hours else _("not said")),
        Fact(
            _("Valid"), _("{first} to {last}", first=words.on(content.valid_from), last=words.on(content.valid_until))
        ),
        *(Fact(term.label, content.terms.get(term.id) or _("not said")) for term in programme.contract_terms),
    )


def _name(people: Mapping[str, Account], key: str) -> Text:
    found = people.get(key)
    return found.name if found is not None else _("the engine")


def _links(visit: Visit, order: JobOrder) -> tuple[Link, ...]:
    may = visit.may(Permission.ASK_JOB_ORDERS) and (order.state, OrderAct.APPROVE) in TRANSITIONS
    change = (Link(addresses.job_order(order.id, "change"), _("Ask for a change")),) if may else ()
    chosen = (Link(addresses.candidates(order.id), _("Candidates")),) if visit.may(Permission.SELECT_CANDIDATES) else ()
    return (*chosen, *change)


def _forms(visit: Visit, order: JobOrder, programme: Programme, asked: JobOrderVersion | None) -> list[Form]:
    """What the reader may do with the job order now."""
    found: list[Form] = []
    number = order.version
    if visit.may(Permission.MANAGE_RECRUITMENT):
        if asked is not None and asked.asked_by != visit.actor.key:
            found += [forms.approve(order.id, number), forms.refuse(order.id, number)]
        if (order.state, OrderAct.SUSPEND) in TRANSITIONS:
            found.append(forms.act(order.id, number, "suspend", _("Suspend the job order")))
        if (order.state, OrderAct.RESUME) in TRANSITIONS:
            found.append(forms.act(order.id, number, "resume", _("Resume the job order"), reasoned=False))
    if visit.may(Permission.ASK_JOB_ORDERS) and (order.state, OrderAct.CLOSE) in TRANSITIONS:
        found.append(forms.act(order.id, number, "close", _("Close the job order")))
    return found


def values(content: OrderContent) -> dict[str, str]:
    """What stands in the fields of a form that asks for a change."""
    digits = exponent(content.wage.currency)
    whole, part = divmod(content.wage.minor, 10**digits)
    return {
        "title": content.title,
        "headcount": str(content.headcount),
        "wage": f"{whole}.{part:0{digits}d}" if digits else str(whole),
        "currency": content.wage.currency,
        "per": content.wage_per.value,
        "weekly_hours": str(content.weekly_hours) if content.weekly_hours else "",
        "since": content.valid_from.isoformat(),
        "until": content.valid_until.isoformat(),
        **{forms.field_of(term): text for term, text in content.terms.items()},
    }


def new_form(session: Session, visit: Visit, programme: Programme) -> Form:
    """The form of a new job order in a programme."""
    office_id = office_of(visit)
    known = programme.destinations or tuple(countries.codes())
    agencies = (
        agencies_of(session, office_id) if visit.role is not Role.AGENCY_USER and programme.takes("agency") else []
    )
    return forms.new(
        programme.id,
        programme.currency,
        options(agencies) or (),
        options(queries.employers_of(session, office_id)),
        tuple(Option(code, countries.name(code)) for code in known),
        programme.contract_terms,
        visit.today.isoformat(),
    )


def office_of(visit: Visit) -> UUID:
    """The reader's office, or the one that the reader's agency or employer works with."""
    return visit.organisation.office_id or visit.organisation.id


def options(rows: Sequence[Organisation]) -> Options:
    return tuple(Option(str(row.id), row.name) for row in rows)
