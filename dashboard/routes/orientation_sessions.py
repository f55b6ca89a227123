"""``/sessions``: setting orientation sessions up, what each has and how far it is, closing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from basis.messages import _, _n
from casework.accounts.rules import Permission, require
from casework.orientation import queries, rules, sessions
from casework.orientation.queries import PersonLine
from casework.orientation.rules import EnrolmentState, SessionState
from casework.orientation.sessions import AddSession, Part
from checklists.programme import Programme
from dashboard import addresses, notices, orientation, words
from dashboard.cases.submitting import typed, version_of
from dashboard.forms import sessions as forms
from dashboard.looking import look
from dashboard.orientation import Shown, in_words
from dashboard.pages import sessions as pages
from dashboard.pages.base import Place
from dashboard.pages.case import FormPage
from dashboard.paging import check_names, given, pager, wanted
from dashboard.parts import Form as AskedForm
from dashboard.parts import Link, Option
from dashboard.posting import Sent, Values, Wrong, filled, read
from dashboard.routes import courses
from dashboard.routes.courses import Refusals, clock
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show
from documents.languages import country, offered

router = APIRouter(dependencies=[Depends(signed_in)])

BACK = Link(addresses.SESSIONS, _("Orientation sessions"))
_NEW = _("Set up a session")
TABS = tuple((link, not here) for link, here in courses.TABS)
Programmes = Annotated[list[str], Query(alias="programme", default_factory=list)]


@router.get(addresses.SESSIONS)
def session_list(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_COURSES)
    asked = given(request)
    check_names(asked, "past")
    page, past = wanted(asked), bool(asked.get("past"))
    with visit.database.read() as session:
        lines, total = queries.listed(
            session, visit.actor, visit.database.now(), past=past, limit=page.size, offset=page.offset
        )
    ahead = Link(addresses.SESSIONS, _("Sessions that are ahead"))
    over = Link(addresses.query(addresses.SESSIONS, past="yes"), _("Sessions that are over"))
    return show(
        pages.SessionList(
            base=visit.at(Place.COURSES),
            summary=_n("{count} session", "{count} sessions", total),
            tabs=TABS,
            rows=tuple(orientation.list_row(visit, line) for line in lines),
            other=ahead if past else over,
            links=(Link(addresses.NEW_SESSION, _NEW, primary=True),) if visit.may(Permission.RUN_COURSES) else (),
            pager=pager(addresses.SESSIONS, asked, page, len(lines), total),
        )
    )


@router.get(addresses.NEW_SESSION)
def ask_new(visit: Signed, programme: Programmes) -> Response:
    """First the programmes, then the session: what is held is theirs to say."""
    require(visit.role, Permission.RUN_COURSES)
    return show(_new_page(visit, _new_form(visit, programme) if programme else _programme_form(visit)))


@router.post(addresses.NEW_SESSION)
def add(visit: Signed, taken: Form, programme: Programmes) -> Response:
    require(visit.role, Permission.RUN_COURSES)
    form = _new_form(visit, programme)
    try:
        command = _command(visit, read(form, taken), programme)
        row = visit.database.run(visit.actor, sessions.add, visit.installation.catalogue, command)
    except Wrong as wrong:
        return show(_new_page(visit, wrong.form), 422)
    except Refusals as error:
        return show(_new_page(visit, filled(form, typed(form, taken), error=in_words(error))), error.status)
    return go_to(notices.done(addresses.session(row.code), "orientation-added"))


@router.get("/sessions/{code}")
def one_session(code: str, request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_COURSES)
    shown = orientation.load(visit, code)
    look(visit, "session.viewed", f"orientation_session/{shown.row.id}", data={"session": shown.row.code})
    return show(_page(visit, shown, given(request)))


@router.post("/sessions/{code}/late")
def accept_late(code: str, visit: Signed, taken: Form) -> Response:
    def act(session_id: UUID, values: Values, version: int) -> str:
        visit.database.run(visit.actor, sessions.accept_late, session_id, values.text("reason"), version)
        return "late-accepted"

    return _submit(visit, code, taken, forms.late, act)


@router.post("/sessions/{code}/cancel")
def cancel(code: str, visit: Signed, taken: Form) -> Response:
    def act(session_id: UUID, values: Values, version: int) -> str:
        visit.database.run(visit.actor, sessions.cancel, session_id, values.text("reason"), version)
        return "orientation-cancelled"

    return _submit(visit, code, taken, forms.cancel, act)


@router.post("/sessions/{code}/close")
def close(code: str, visit: Signed, taken: Form) -> Response:
    def act(session_id: UUID, values: Values, version: int) -> str:
        visit.database.run(visit.actor, sessions.close, session_id, version)
        return "orientation-closed"

    return _submit(visit, code, taken, forms.close, act)


def _submit(
    visit: Visit,
    code: str,
    taken: Sent,
    ask: Callable[[str, int], AskedForm],
    act: Callable[[UUID, Values, int], str],
) -> Response:
    """Read one of the forms of a session's page, do it, go back; what is wrong is said at the form, which stays
    open, and who was second sees the session as it is now."""
    require(visit.role, Permission.ENROL)
    shown = orientation.load(visit, code)
    form = ask(shown.row.code, shown.row.version)
    try:
        notice = act(shown.row.id, read(form, taken), version_of(taken))
    except Wrong as wrong:
        return show(_page(visit, shown, {}, wrong.form), 422)
    except Refusals as error:
        fresh = orientation.load(visit, code)
        now = ask(fresh.row.code, fresh.row.version)
        return show(_page(visit, fresh, {}, filled(now, typed(now, taken), error=in_words(error))), error.status)
    return go_to(notices.done(addresses.session(shown.row.code), notice))


def _page(visit: Visit, shown: Shown, asked: dict[str, str], form: AskedForm | None = None) -> pages.SessionPage:
    """The page; `form` takes the place of the one with its id."""
    row, page = shown.row, wanted(asked)
    with visit.database.read() as session:
        enrolled = queries.people(session, row, state=EnrolmentState.ENROLLED, limit=page.size, offset=page.offset)
        waiting: list[PersonLine] = queries.people(session, row, state=EnrolmentState.WAITING)
    asked_forms = tuple(form if form is not None and form.id == one.id else one for one in _forms(visit, shown))
    if form is not None and form not in asked_forms:
        asked_forms = (form, *asked_forms)
    return pages.SessionPage(
        base=visit.at(Place.COURSES),
        back=BACK,
        heading=_("Orientation session {code}", code=row.code),
        status=orientation.state(shown.line, visit.database.now()),
        links=_links(visit, shown),
        facts=orientation.facts(visit, shown),
        parts=orientation.part_rows(visit, shown),
        participants=orientation.people(visit, shown, enrolled),
        waiting=orientation.people(visit, shown, waiting),
        pager=pager(addresses.session(row.code), asked, page, len(enrolled), shown.line.enrolled),
        forms=asked_forms,
    )


def _links(visit: Visit, shown: Shown) -> tuple[Link, ...]:
    """What comes next stands first."""
    row, now, links = shown.row, visit.database.now(), list[Link]()
    if row.state is not SessionState.PLANNED:
        return ()
    begun = now >= row.begins_at
    if begun and visit.may(Permission.RUN_COURSES):
        links.append(Link(addresses.session(row.code, "attendance"), _("Mark who came"), primary=True))
        if any(sessions.rule_of(visit.installation.catalogue.get(one)).pass_mark for one in row.programmes):
            links.append(Link(addresses.session(row.code, "test"), _("Points of the test")))
    if now < row.ends_at and visit.may(Permission.ENROL):
        links.append(Link(addresses.session(row.code, "enrol"), _("Enrol"), primary=not begun))
    if shown.family != "none" and visit.may(Permission.RUN_COURSES):
        links.append(Link(addresses.session(row.code, "family"), _("Families at the door")))
    return tuple(links)


def _forms(visit: Visit, shown: Shown) -> tuple[AskedForm, ...]:
    row, now, asked = shown.row, visit.database.now(), list[AskedForm]()
    if row.state is not SessionState.PLANNED or not visit.may(Permission.RUN_COURSES):
        return ()
    if now >= row.ends_at:
        asked.append(forms.close(row.code, row.version))
    elif visit.may(Permission.GRANT_WAIVERS) and not row.late_reason:
        asked.append(forms.late(row.code, row.version))
    if not shown.line.came:
        asked.append(forms.cancel(row.code, row.version))
    return tuple(asked)


def _new_page(visit: Visit, form: AskedForm) -> FormPage:
    lead = _("The provider's licence must cover every day. The modules are held in their order, as the days have time.")
    return FormPage(base=visit.at(Place.COURSES), heading=_NEW, lead=lead, facts=(), form=form, back=BACK)


def _programme_form(visit: Visit) -> AskedForm:
    latest = visit.installation.catalogue.latest(on=visit.today)
    held = [one for one in latest if one.curriculum and sessions.stage_of(one) is not None]
    return forms.programmes(tuple(Option(one.id, one.label) for one in held))


def _new_form(visit: Visit, programme_ids: list[str]) -> AskedForm:
    programmes = [visit.installation.catalogue.get(one, on=visit.today) for one in dict.fromkeys(programme_ids)]
    modules = {module.id: module for programme in programmes for module in programme.curriculum}
    with visit.database.read() as session:
        providers = queries.providers(session, visit.actor)
    return forms.new(
        addresses.new_session(programme.id for programme in programmes),
        tuple(
            Option(one.id, _("{title}, {count} minutes", title=one.label, count=one.minutes))
            for one in modules.values()
        ),
        _destinations(programmes),
        _languages(programmes),
        tuple(Option(str(one.id), one.name) for one in providers),
    )


def _destinations(programmes: list[Programme]) -> tuple[Option, ...]:
    """The countries that every one of the programmes leads to."""
    common = [set(one.destinations) for one in programmes if one.destinations]
    codes = sorted(set.intersection(*common)) if common else []
    return tuple(Option(code, country(code)) for code in codes)


def _languages(programmes: list[Programme]) -> tuple[Option, ...]:
    named = [set(found) for one in programmes if (found := sessions.rule_of(one).languages)]
    codes = set.intersection(*named) if named else {"en", *(tag.partition("-")[0] for tag in offered())}
    return tuple(Option(code, words.language(code)) for code in sorted(codes, key=words.language))


def _command(visit: Visit, values: Values, programmes: list[str]) -> AddSession:
    catalogue = visit.installation.catalogue
    every = sessions.minutes_of([catalogue.get(one, on=visit.today) for one in programmes])
    minutes = {name: length for name, length in every.items() if name in values.many["modules"]}
    spans = _days(values, visit.zone)
    held = rules.distribute(minutes, [end - start for start, end in spans])
    return AddSession(
        provider_id=UUID(values.text("provider")),
        code=values.text("code"),
        programmes=tuple(programmes),
        destination=values.text("destination"),
        language=values.text("language"),
        trainer=values.text("trainer"),
        trainer_certified_until=values.days["trainer_certified_until"],
        place=values.text("place"),
        online=values.flag("online"),
        capacity=values.number("capacity"),
        parts=tuple(
            Part(starts_at=start, ends_at=end, modules=modules)
            for (start, end), modules in zip(spans, held, strict=True)
        ),
    )


def _days(values: Values, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """The days that were filled in, by the office's clock."""
    spans = []
    for number in range(1, forms.DAYS + 1):
        day = values.days[f"day_{number}"]
        if day is not None:
            starts, ends = (clock(values.text(f"{name}_{number}")) for name in ("starts", "ends"))
            spans.append((datetime.combine(day, starts, zone), datetime.combine(day, ends, zone)))
    return spans
