"""The record of an agency in words: its permissions, its scorecard, and the forms of who manages it."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from basis import countries
from basis.errors import InvalidInput
from basis.messages import _, _n
from basis.money import Money
from basis.roles import Role
from casework.accounts.rules import Permission
from casework.cases.queries import organisation_names
from casework.complaints.rules import FEWEST
from casework.organisations.queries import agencies_of
from casework.organisations.rules import covers
from casework.organisations.tables import Licence, Organisation
from casework.recruitment import agencies, queries, scorecard
from casework.recruitment.rules import REVOKE_REASONS, SUSPEND_REASONS
from casework.recruitment.scorecard import Figure, Period, Score
from casework.recruitment.tables import AgencySuspension, Principal
from dashboard import addresses, words
from dashboard.forms import lists
from dashboard.forms import recruitment as forms
from dashboard.forms.case import Options
from dashboard.pages.base import Place
from dashboard.pages.recruitment import AgencyList, AgencyPage, AgencyRow, PermissionView, ScoreRow
from dashboard.parts import Badge, Fact, Form, Link, Option, Text, Tone
from dashboard.posting import Wrong, read
from dashboard.routes.work import programmes
from dashboard.sessions import Visit


def agency_list(session: Session, visit: Visit) -> AgencyList:
    found = agencies_of(session, visit.organisation.id)
    orders = queries.in_force(session, [one.id for one in found])
    return AgencyList(
        base=visit.at(Place.RECRUITMENT),
        back=Link(addresses.RECRUITMENT, _("Job orders")),
        summary=_n("{count} agency works with the office", "{count} agencies work with the office", len(found)),
        rows=tuple(
            AgencyRow(
                Link(addresses.agency(one.id), one.name),
                one.code,
                _licensed(session, visit, one),
                _suspended(session, visit, one),
                orders.get(one.id, 0),
            )
            for one in found
        ),
    )


def record(
    session: Session, visit: Visit, agency: Organisation, period: Period, again: Form | None = None
) -> AgencyPage:
    """The record of an agency; `again` is one of its forms with what is wrong."""
    own = visit.role is Role.AGENCY_USER
    found = scorecard.scores(session, agency, period, visit.today, own=own)
    principals = agencies.principals_of(session, agency.id)
    employers = organisation_names(session, [one.employer_id for one in principals])
    asked = {"since": period.since.isoformat(), "until": period.until.isoformat()}
    return AgencyPage(
        base=visit.at(Place.RECRUITMENT),
        back=None if own else Link(addresses.AGENCIES, _("Agencies")),
        heading=agency.name,
        status=_suspended(session, visit, agency) or _licensed(session, visit, agency),
        facts=(Fact(_("Code"), agency.code), Fact(_("Country"), countries.name(agency.country))),
        licences=tuple(_licence(visit, one, again) for one in agencies.licences_of(session, agency.id)),
        principals=tuple(_principal(visit, one, employers[one.employer_id], again) for one in principals),
        suspensions=tuple(_suspension(visit, one) for one in agencies.suspensions_of(session, agency.id)),
        period=forms.period(agency.id, **asked),
        said=_("From {since} to {until}", since=words.on(period.since), until=words.on(period.until)),
        scores=tuple(score_row(one) for one in found),
        files=(Link(addresses.query(addresses.agency(agency.id, "scorecard.csv"), **asked), _("As a table (CSV)")),),
        forms=tuple(_same(form, again) for form in _forms(session, visit, agency)),
    )


def score_row(one: Score) -> ScoreRow:
    """A figure with its definition."""
    return ScoreRow(scorecard.LABELS[one.figure], value_of(one), scorecard.DEFINITIONS[one.figure])


def value_of(one: Score) -> Text:
    """The number, or why there is none."""
    if one.value is None:
        few = one.figure is Figure.COMPLAINTS
        return _("fewer than {fewest}", fewest=FEWEST) if few else _("nobody was cleared")
    if one.figure is Figure.DAYS_TO_CLEAR:
        return _n("{count} day", "{count} days", one.value)
    if one.of is None:
        return str(one.value)
    share = round(100 * one.value / one.of) if one.of else 0
    return _("{value} of {of} ({share}\u00a0%)", value=one.value, of=one.of, share=share)


def chosen_period(visit: Visit, agency: Organisation, given: dict[str, str]) -> Period:
    """The period that the address asks for. Raises `InvalidInput` (``period``, ``unknown_filter``)."""
    form = forms.period(agency.id, "", "")
    lists.check_known(form, given)
    try:
        values = read(form, {name: (value,) for name, value in given.items()})
    except Wrong:
        raise InvalidInput(
            "unknown_filter", _("The period cannot be read."), _("Write days like 2027-06-10.")
        ) from None
    return Period.up_to(values.days["until"] or visit.today, values.days["since"])


def employer_options(session: Session, agency: Organisation) -> Options:
    rows = queries.employers_of(session, agency.office_id) if agency.office_id else []
    return tuple(Option(str(one.id), one.name) for one in rows)


def _same(form: Form, again: Form | None) -> Form:
    return again if again is not None and again.id == form.id else form


def _forms(session: Session, visit: Visit, agency: Organisation) -> list[Form]:
    if not visit.may(Permission.MANAGE_RECRUITMENT):
        return []
    today, offered = visit.today.isoformat(), programmes(visit)
    return [
        forms.accredit(agency.id, employer_options(session, agency), offered, today),
        forms.suspend(agency.id, today, offered),
    ]


def _licensed(session: Session, visit: Visit, agency: Organisation) -> Badge:
    rows = agencies.licences_of(session, agency.id)
    good = [one for one in rows if covers(one.valid_from, one.valid_until, one.withdrawn_on, visit.today)]
    if not rows:
        return Badge(Tone.LATE, _("no licence recorded"))
    return _standing((good or rows)[0], visit.today)


def _suspended(session: Session, visit: Visit, agency: Organisation) -> Badge | None:
    rows = agencies.suspensions_of(session, agency.id)
    now = [one for one in rows if agencies.lasts(one, visit.today) and one.since <= visit.today]
    return Badge(Tone.LATE, _("suspended since {day}", day=words.on(now[0].since))) if now else None


def _standing(row: Licence | Principal, on: date) -> Badge:
    if row.withdrawn_on is not None and on >= row.withdrawn_on:
        return Badge(Tone.LATE, _("withdrawn on {day}", day=words.on(row.withdrawn_on)))
    if on < row.valid_from:
        return Badge(Tone.WAIT, _("begins on {day}", day=words.on(row.valid_from)))
    if on > row.valid_until:
        return Badge(Tone.LATE, _("ended on {day}", day=words.on(row.valid_until)))
    return Badge(Tone.DONE, _("valid until {day}", day=words.on(row.valid_until)))


def _permitted(visit: Visit, row: Licence | Principal) -> tuple[Fact, ...]:
    where = row.programme_id
    title = visit.installation.catalogue.get(where).label if where in visit.installation.catalogue.ids() else where
    return (
        Fact(_("Valid"), _("{first} to {last}", first=words.on(row.valid_from), last=words.on(row.valid_until))),
        Fact(_("Programme"), title or _("all programmes")),
        *((Fact(_("Given by"), row.authority),) if row.authority else ()),
        *((Fact(_("Why withdrawn"), REVOKE_REASONS.get(row.withdrawn_reason, row.withdrawn_reason)),)
          if row.withdrawn_reason else ()),
    )  # fmt: skip


def _licence(visit: Visit, row: Licence, again: Form | None) -> PermissionView:
    facts = [*_permitted(visit, row)]
    if row.guarantee_minor is not None:
        amount = Money(row.guarantee_minor, row.guarantee_currency)
        facts.append(Fact(_("Guarantee"), _("{amount}, {bank}", amount=amount, bank=row.guarantee_bank)))
        facts.append(Fact(_("Guarantee stands until"), _guaranteed(row, visit.today)))
    found = []
    if visit.may(Permission.MANAGE_RECRUITMENT) and row.withdrawn_on is None and row.valid_until >= visit.today:
        today = max(visit.today, row.valid_from).isoformat()
        found = [
            forms.guarantee(row.organisation_id, row.id, row.number),
            forms.revoke(row.organisation_id, row.id, today, row.number),
        ]
    title = _("Licence {number}", number=row.number)
    return PermissionView(title, _standing(row, visit.today), tuple(facts), tuple(_same(one, again) for one in found))


def _guaranteed(row: Licence, today: date) -> Text:
    if row.guarantee_until is None:
        return _("not said")
    day = words.on(row.guarantee_until)
    return _("{day}: it has run out", day=day) if row.guarantee_until < today else day


def _principal(visit: Visit, row: Principal, employer: str, again: Form | None) -> PermissionView:
    facts = (Fact(_("Number"), row.number), *_permitted(visit, row))
    found: tuple[Form, ...] = ()
    if visit.may(Permission.MANAGE_RECRUITMENT) and row.withdrawn_on is None and row.valid_until >= visit.today:
        today = max(visit.today, row.valid_from).isoformat()
        found = (_same(forms.withdraw_principal(row.agency_id, row.id, today, employer), again),)
    return PermissionView(employer, _standing(row, visit.today), facts, found)


def _suspension(visit: Visit, row: AgencySuspension) -> PermissionView:
    lasts = agencies.lasts(row, visit.today)
    since = words.on(row.since)
    open_end = _("from {first} until it is lifted", first=since)
    status = Badge(Tone.LATE, _("suspended")) if lasts else Badge(Tone.IDLE, _("over"))
    if lasts and row.since > visit.today:
        status = Badge(Tone.WAIT, _("begins on {day}", day=words.on(row.since)))
    lifted = (Fact(_("Lifted"), words.on(row.lifted_on)),) if row.lifted_on else ()
    may = lasts and visit.may(Permission.MANAGE_RECRUITMENT)
    return PermissionView(
        title=_("{first} to {last}", first=since, last=words.on(row.until)) if row.until else open_end,
        status=status,
        facts=(
            Fact(_("Reason"), SUSPEND_REASONS.get(row.reason, row.reason)),
            Fact(_("On whose authority"), row.authority),
            Fact(_("Programme"), row.programme_id or _("all programmes")),
            *lifted,
        ),
        forms=(forms.lift(row.agency_id, row.id),) if may else (),
    )
