"""What the pages of administration show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session

from basis import countries
from basis.messages import Message, _, _n
from casework.accounts import queries as accounts
from casework.accounts.queries import AccountLine
from casework.accounts.rules import ROLE_WORDS
from casework.clinics import accreditation
from casework.clinics.rules import SUSPEND_REASONS
from casework.clinics.tables import ClinicSuspension
from casework.organisations import queries as organisations
from casework.organisations import service as organisation_service
from casework.organisations.queries import OrganisationLine
from casework.organisations.rules import covers
from casework.organisations.tables import Licence, LicencePurpose, Organisation, OrganisationKind
from dashboard import addresses, words
from dashboard.cases.requirements import countries as every_country
from dashboard.forms import appointments, office
from dashboard.forms.case import Options
from dashboard.pages import administration as pages
from dashboard.pages.base import Place
from dashboard.pages.case import FormPage
from dashboard.paging import Wanted, pager
from dashboard.parts import Badge, Fact, Form, Link, Option, Text, Tone
from dashboard.sessions import Visit

_KINDS: Mapping[OrganisationKind, Message] = {
    OrganisationKind.OFFICE: _("office"),
    OrganisationKind.AGENCY: _("agency"),
    OrganisationKind.CLINIC: _("clinic"),
    OrganisationKind.PROVIDER: _("provider"),
    OrganisationKind.EMPLOYER: _("employer"),
}
_UNLICENSED = frozenset({OrganisationKind.OFFICE, OrganisationKind.EMPLOYER})


def users(session: Session, visit: Visit, page: Wanted, given: Mapping[str, str]) -> pages.UserList:
    lines, total = accounts.listed(session, visit.actor, limit=page.size, offset=page.offset)
    disabled = accounts.disabled(session)
    summary = _n("{count} user", "{count} users", total)
    return pages.UserList(
        base=visit.at(Place.ADMINISTRATION),
        summary=_("{users}, {disabled} disabled", users=summary, disabled=disabled) if disabled else summary,
        rows=tuple(_user(visit, line) for line in lines),
        pager=pager(addresses.USERS, given, page, len(lines), total),
    )


def _user(visit: Visit, line: AccountLine) -> pages.UserRow:
    account = line.account
    own = account.id == visit.account.id
    return pages.UserRow(
        name=account.name,
        login=account.email,
        role=ROLE_WORDS[account.role],
        organisation=line.organisation.name,
        seen=words.at(line.seen_at, visit.zone) if line.seen_at else _("never"),
        status=Badge(Tone.DONE, _("active")) if account.active else Badge(Tone.IDLE, _("disabled")),
        password=Link(addresses.user(account.id, "password"), _("Set a password"), _("of {name}", name=account.name)),
        switch=None if own else office.switch_user(account.id, account.name, enable=not account.active),
    )


def user_form(session: Session) -> Form:
    """Roles and the organisations that people belong to: offices first, then those that work with them."""
    roles = tuple(Option(role.value, words_of) for role, words_of in ROLE_WORDS.items())
    homes = [row for kind in _KINDS for row in organisation_service.listed(session, kind)]
    named = tuple(Option(row.code, _("{name} ({kind})", name=row.name, kind=_KINDS[row.kind])) for row in homes)
    return office.new_user(roles, named)


def organisation_list(session: Session, visit: Visit, page: Wanted, given: Mapping[str, str]) -> pages.OrganisationList:
    lines, total = organisations.listed(session, visit.actor, limit=page.size, offset=page.offset)
    return pages.OrganisationList(
        base=visit.at(Place.ADMINISTRATION),
        summary=_n("{count} organisation", "{count} organisations", total),
        rows=tuple(
            pages.OrganisationRow(
                name=Link(addresses.organisation(line.organisation.id), line.organisation.name),
                code=line.organisation.code,
                kind=_KINDS[line.organisation.kind],
                country=countries.name(line.organisation.country),
                licence=_standing(line, visit.today),
            )
            for line in lines
        ),
        pager=pager(addresses.ORGANISATIONS, given, page, len(lines), total),
    )


def organisation_form(session: Session) -> Form:
    parents = organisation_service.listed(session, OrganisationKind.OFFICE)
    return office.new_organisation(every_country(), tuple(Option(row.code, row.name) for row in parents))


def organisation(
    session: Session, visit: Visit, line: OrganisationLine, form: Form | None, again: Form | None = None
) -> pages.OrganisationPage:
    """An organisation with the form `form` to add a licence; `again` is another form of the page with what is wrong."""
    row = line.organisation
    facts = [
        Fact(_("Kind"), _KINDS[row.kind]),
        Fact(_("Code"), row.code),
        Fact(_("Country"), countries.name(row.country)),
    ]
    if row.office_id is not None:
        parent = session.get_one(Organisation, row.office_id)
        facts.append(Fact(_("Office it works with"), parent.name, addresses.organisation(parent.id)))
    if row.kind is OrganisationKind.OFFICE:
        facts.append(Fact(_("Time zone"), row.time_zone))
    return pages.OrganisationPage(
        base=visit.at(Place.ADMINISTRATION),
        heading=row.name,
        facts=tuple(facts),
        licences=tuple(_licence(visit, one, again) for one in reversed(line.licences)),
        form=form,
        suspensions=tuple(_suspension(visit, one) for one in _suspensions(session, line)),
        suspend=_suspend(visit, line, again),
    )


def licence_form(visit: Visit, line: OrganisationLine) -> Form | None:
    """The form that adds a licence: an accreditation of a clinic may be for one programme. None for who needs none."""
    kind = line.organisation.kind
    if kind in _UNLICENSED:
        return None
    programmes = programme_options(visit) if kind is OrganisationKind.CLINIC else ()
    return office.licence(line.organisation.id, programmes)


def programme_options(visit: Visit) -> Options:
    return tuple(Option(one.id, one.label) for one in visit.installation.catalogue.latest())


def _suspensions(session: Session, line: OrganisationLine) -> list[ClinicSuspension]:
    clinic = line.organisation.kind is OrganisationKind.CLINIC
    return accreditation.suspensions(session, line.organisation.id) if clinic else []


def _suspension(visit: Visit, row: ClinicSuspension) -> pages.Suspension:
    lasts = accreditation.lasts(row, visit.today)
    last = words.on(row.until) if row.until else _("until it is lifted")
    status = Badge(Tone.LATE, _("suspended")) if lasts else Badge(Tone.IDLE, _("over"))
    if lasts and row.since > visit.today:
        status = Badge(Tone.WAIT, _("begins on {day}", day=words.on(row.since)))
    return pages.Suspension(
        when=_("{first} to {last}", first=words.on(row.since), last=last),
        programme=row.programme_id or _("all programmes"),
        reason=SUSPEND_REASONS.get(row.reason, row.reason),
        status=status,
        lift=appointments.lift(row.clinic_id, row.id) if lasts else None,
    )


def _suspend(visit: Visit, line: OrganisationLine, again: Form | None) -> Form | None:
    if line.organisation.kind is not OrganisationKind.CLINIC:
        return None
    form = appointments.suspend(line.organisation.id, visit.today.isoformat(), programme_options(visit))
    return again if again is not None and again.id == form.id else form


def _withdrawing(visit: Visit, row: Licence, again: Form | None) -> Form | None:
    """Of an accreditation that holds today or later."""
    if row.purpose is not LicencePurpose.MEDICAL or row.withdrawn_on is not None or row.valid_until < visit.today:
        return None
    today = max(visit.today, row.valid_from).isoformat()
    form = appointments.withdraw_accreditation(row.organisation_id, row.id, today, row.number)
    return again if again is not None and again.id == form.id else form


def _licence(visit: Visit, row: Licence, again: Form | None) -> pages.Licence:
    on = visit.today
    return pages.Licence(
        number=row.number,
        authority=row.authority,
        programme=row.programme_id or _("all programmes"),
        withdraw=_withdrawing(visit, row, again),
        valid=_("{first} to {last}", first=words.on(row.valid_from), last=words.on(row.valid_until)),
        status=_licence_badge(row, on),
    )


def _licence_badge(row: Licence, on: date) -> Badge:
    if row.withdrawn_on is not None and on >= row.withdrawn_on:
        return Badge(Tone.LATE, _("withdrawn on {day}", day=words.on(row.withdrawn_on)))
    if on < row.valid_from:
        return Badge(Tone.WAIT, _("begins on {day}", day=words.on(row.valid_from)))
    if on > row.valid_until:
        return Badge(Tone.LATE, _("ended on {day}", day=words.on(row.valid_until)))
    return Badge(Tone.DONE, _("valid until {day}", day=words.on(row.valid_until)))


def _standing(line: OrganisationLine, on: date) -> Badge:
    """The licence that matters today: one that covers the day, else the one that ends last."""
    if line.organisation.kind in _UNLICENSED:
        return Badge(Tone.IDLE, _("none needed"))
    if not line.licences:
        return Badge(Tone.LATE, _("none recorded"))
    good = [row for row in line.licences if covers(row.valid_from, row.valid_until, row.withdrawn_on, on)]
    return _licence_badge((good or list(line.licences))[-1], on)


def form_page(visit: Visit, heading: Text, lead: Text, form: Form, back: Link) -> FormPage:
    """One thing to fill in."""
    return FormPage(base=visit.at(Place.ADMINISTRATION), heading=heading, lead=lead, facts=(), form=form, back=back)
